//! A UDP socket that receives and sends in batches, IPv4 or IPv6.
//!
//! UDP promises nothing, so neither does this: what the kernel refuses for one peer (no route, port unreachable,
//! too long) is counted and forgotten, because the layer above sends again or gives up by its own timers. A full send
//! buffer is different: what waits is kept, within a limit, and sent when the socket is writable again.

use std::collections::VecDeque;
use std::io;
use std::net::{SocketAddr, UdpSocket};
use std::os::fd::{AsFd, BorrowedFd};

use bytes::Bytes;
use nix::sys::socket::{setsockopt, sockopt};

use super::mmsg;
pub(super) use super::mmsg::{BATCH, Inbound};

/// What a socket did and did not do.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    /// Datagrams received.
    pub received: u64,
    /// Datagrams the kernel took from us.
    pub sent: u64,
    /// Datagrams the kernel refused.
    pub refused: u64,
    /// Datagrams thrown away because too many waited.
    pub dropped: u64,
}

/// A bound socket and what waits to be sent on it.
#[derive(Debug)]
pub struct BatchSocket {
    socket: UdpSocket,
    local: SocketAddr,
    backlog: VecDeque<(SocketAddr, Bytes)>,
    counts: Counts,
}

impl BatchSocket {
    /// Binds. The kernel may give less buffer than asked for (net.core.rmem_max); that is no error.
    pub fn bind(local: SocketAddr, buffer: usize) -> io::Result<Self> {
        let socket = UdpSocket::bind(local)?;
        socket.set_nonblocking(true)?;
        setsockopt(&socket, sockopt::RcvBuf, &buffer)?;
        setsockopt(&socket, sockopt::SndBuf, &buffer)?;
        let local = socket.local_addr()?;
        Ok(Self { socket, local, backlog: VecDeque::new(), counts: Counts::default() })
    }

    /// Receives a batch into `inbound`; 0 when nothing is there.
    pub(super) fn receive(&mut self, inbound: &mut Inbound) -> usize {
        match inbound.receive(self.socket.as_fd()) {
            Ok(got) => {
                self.counts.received = self.counts.received.saturating_add(u64::try_from(got).unwrap_or(0));
                got
            }
            // ECONNREFUSED and its kin are old news about a datagram sent earlier; the error is cleared by reading it.
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => 0,
            Err(_) => {
                self.counts.refused = self.counts.refused.saturating_add(1);
                0
            }
        }
    }

    /// Puts a datagram in line. [`Self::flush`] sends. When [`BACKLOG_MAX`] wait, this one is dropped and counted.
    pub fn push(&mut self, to: SocketAddr, data: Bytes) {
        if self.backlog.len() >= BACKLOG_MAX {
            self.counts.dropped = self.counts.dropped.saturating_add(1);
            return;
        }
        self.backlog.push_back((to, data));
    }

    /// Sends what waits, until the kernel takes no more.
    pub fn flush(&mut self) {
        let mapped = self.local.is_ipv6();
        while !self.backlog.is_empty() {
            let messages = self.backlog.iter().map(|(to, data)| (*to, data.as_ref()));
            match mmsg::send(self.socket.as_fd(), mapped, messages) {
                Ok(sent) => {
                    self.backlog.drain(..sent.clamp(1, self.backlog.len()));
                    self.counts.sent = self.counts.sent.saturating_add(u64::try_from(sent).unwrap_or(0));
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => {
                    self.backlog.pop_front();
                    self.counts.refused = self.counts.refused.saturating_add(1);
                }
            }
        }
    }

    /// Whether something waits for the socket to become writable.
    pub fn is_blocked(&self) -> bool {
        !self.backlog.is_empty()
    }

    /// The address bound, with the port the kernel chose if 0 was asked for.
    pub fn local(&self) -> SocketAddr {
        self.local
    }

    /// What it did so far.
    pub fn counts(&self) -> Counts {
        self.counts
    }
}

impl AsFd for BatchSocket {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

/// Datagrams that may wait for a socket. At 1 kB each, half a second of a busy node.
const BACKLOG_MAX: usize = 4096;

/// Kernel buffer asked for: 4 MB, so that a burst or a pause of the thread loses nothing.
pub const BUFFER: usize = 4 << 20;

/// The longest datagram UDP can carry.
pub(super) const DATAGRAM_MAX: usize = 65_535;

#[cfg(test)]
mod tests {
    use super::*;

    fn wait_readable(socket: &BatchSocket) {
        let mut fds = [nix::poll::PollFd::new(socket.as_fd(), nix::poll::PollFlags::POLLIN)];
        assert_eq!(nix::poll::poll(&mut fds, 5000u16), Ok(1), "nothing arrived");
    }

    #[track_caller]
    fn check_round_trip(local: &str, sender: &str, expected_source: impl Fn(SocketAddr) -> SocketAddr) {
        let mut a = BatchSocket::bind(local.parse().unwrap(), BUFFER).unwrap();
        let mut b = BatchSocket::bind(sender.parse().unwrap(), BUFFER).unwrap();
        let to = SocketAddr::new(b.local().ip(), a.local().port());
        for i in 0..100u8 {
            b.push(to, Bytes::from(vec![i; 1 + usize::from(i) * 11]));
        }
        b.flush();
        assert!(!b.is_blocked());
        let mut inbound = Inbound::new(BATCH, DATAGRAM_MAX);
        let mut got = Vec::new();
        while got.len() < 100 {
            wait_readable(&a);
            a.receive(&mut inbound);
            got.extend(inbound.datagrams().map(|(from, data)| (from, data.to_vec())));
        }
        let source = expected_source(b.local());
        for (i, (from, data)) in got.iter().enumerate() {
            assert_eq!((*from, data.len(), usize::from(data[0])), (source, 1 + i * 11, i));
        }
        assert_eq!((a.counts().received, b.counts().sent, b.counts().refused), (100, 100, 0));
        // And back, as an answer goes: to the source seen.
        a.push(got[0].0, Bytes::from_static(b"answer"));
        a.flush();
        wait_readable(&b);
        assert_eq!(b.receive(&mut inbound), 1);
        assert_eq!(inbound.datagrams().next().unwrap().1, b"answer");
    }

    #[test]
    fn a_hundred_datagrams_arrive_whole_and_in_order_over_ipv4() {
        check_round_trip("127.0.0.1:0", "127.0.0.1:0", |local| local);
    }

    #[test]
    fn an_ipv6_socket_shows_ipv4_peers_with_their_plain_address() {
        if UdpSocket::bind("[::1]:0").is_err() {
            return; // a machine without IPv6
        }
        check_round_trip("[::1]:0", "[::1]:0", |local| local);
        check_round_trip("[::]:0", "127.0.0.1:0", |local| local);
    }

    #[test]
    fn a_refused_datagram_is_counted_and_the_others_go_out() {
        let mut a = BatchSocket::bind("127.0.0.1:0".parse().unwrap(), BUFFER).unwrap();
        let b = BatchSocket::bind("127.0.0.1:0".parse().unwrap(), BUFFER).unwrap();
        a.push(b.local(), Bytes::from(vec![0; 70_000])); // longer than UDP carries: EMSGSIZE
        a.push("[2001:db8::1]:5060".parse().unwrap(), Bytes::from_static(b"wrong family"));
        a.push(b.local(), Bytes::from_static(b"good"));
        a.flush();
        wait_readable(&b);
        assert_eq!((a.counts().sent, a.counts().refused, a.is_blocked()), (1, 2, false));
    }

    #[test]
    fn an_empty_socket_gives_nothing_and_does_not_wait() {
        let mut a = BatchSocket::bind("127.0.0.1:0".parse().unwrap(), BUFFER).unwrap();
        let mut inbound = Inbound::new(1, 2048);
        assert_eq!(a.receive(&mut inbound), 0);
        assert_eq!(inbound.datagrams().count(), 0);
    }
}
