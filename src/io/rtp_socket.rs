//! The sockets of the RTP ports, bound when first used and then kept.
//!
//! A city's calls use the same few hundred ports again and again; binding and closing per call would cost more than
//! the call's signalling. A kept socket stays in the `epoll` set, so what arrives for a closed port is read and thrown away by the
//! media plane at once, and a port that opens again finds nothing old. A port that somebody else holds is told to the
//! operator; its call has no sound until the port is free, because the node chose it without asking.

use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::os::fd::AsFd;

use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};

use super::mmsg::{self, Inbound};
use crate::media::{Datagram, Port};

/// All of them.
pub(super) struct RtpSockets {
    listen: IpAddr,
    epoll: Epoll,
    sockets: BTreeMap<u16, UdpSocket>,
    /// What [`Self::flush`] will send, in order. One list for all: a list a socket would hold a kilobyte for each.
    waiting: Vec<Outgoing>,
    counts: Counts,
}

/// What was done.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Counts {
    /// Packets received.
    pub(super) received: u64,
    /// Packets the kernel took.
    pub(super) sent: u64,
    /// Packets it did not take: nobody wants them late.
    pub(super) refused: u64,
    /// Ports that could not be bound.
    pub(super) unusable: u64,
}

struct Outgoing {
    from: u16,
    to: SocketAddr,
    data: Datagram,
}

impl RtpSockets {
    /// Sockets on `listen`, none yet. `wake` is anything whose readability should end a [`Self::wait`].
    pub(super) fn new(listen: IpAddr, wake: &impl AsFd) -> io::Result<Self> {
        let epoll = Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC)?;
        epoll.add(wake, EpollEvent::new(EpollFlags::EPOLLIN, WAKE))?;
        Ok(Self { listen, epoll, sockets: BTreeMap::new(), waiting: vec![], counts: Counts::default() })
    }

    /// Makes sure that the port is bound. The error is worth telling; the next `open` tries again.
    pub(super) fn open(&mut self, port: Port) -> io::Result<()> {
        if self.sockets.contains_key(&port.0) {
            return Ok(());
        }
        let bound = bind(SocketAddr::new(self.listen, port.0)).and_then(|socket| {
            self.epoll.add(&socket, EpollEvent::new(EpollFlags::EPOLLIN, u64::from(port.0)))?;
            Ok(socket)
        });
        match bound {
            Ok(socket) => {
                self.sockets.insert(port.0, socket);
                Ok(())
            }
            Err(error) => {
                self.counts.unusable = self.counts.unusable.saturating_add(1);
                Err(error)
            }
        }
    }

    /// Sleeps until packets arrive, the wake descriptor is readable, or the time is over. Fills `ready` with the ports that
    /// have packets; returns whether it was woken.
    pub(super) fn wait(&mut self, timeout: EpollTimeout, ready: &mut Vec<Port>) -> bool {
        ready.clear();
        let mut events = [EpollEvent::empty(); EVENTS];
        // EINTR is a short sleep.
        let count = self.epoll.wait(&mut events, timeout).unwrap_or(0);
        let mut woken = false;
        for event in events.iter().take(count) {
            match u16::try_from(event.data()) {
                Ok(port) => ready.push(Port(port)),
                Err(_) => woken = true,
            }
        }
        woken
    }

    /// Receives what waits on a port, as much as `inbound` holds; more keeps the port ready.
    pub(super) fn receive(&mut self, port: Port, inbound: &mut Inbound) -> usize {
        let Some(socket) = self.sockets.get(&port.0) else { return 0 };
        let got = inbound.receive(socket.as_fd()).unwrap_or(0);
        self.counts.received = self.counts.received.saturating_add(u64::try_from(got).unwrap_or(0));
        got
    }

    /// Puts a packet in line. [`Self::flush`] sends.
    pub(super) fn push(&mut self, port: Port, to: SocketAddr, data: Datagram) {
        self.waiting.push(Outgoing { from: port.0, to, data });
    }

    /// Sends what waits, a row of packets of one socket in one call. What a port that could not be bound should send is
    /// dropped.
    pub(super) fn flush(&mut self) {
        let mapped = self.listen.is_ipv6();
        for row in self.waiting.chunk_by(|a, b| a.from == b.from) {
            let Some(socket) = row.first().and_then(|packet| self.sockets.get(&packet.from)) else {
                continue;
            };
            let mut rest = row;
            while !rest.is_empty() {
                // A packet refused is skipped, a full buffer included: sound that comes late is noise.
                let sent = send(socket, mapped, rest).unwrap_or(0);
                let lost = usize::from(sent == 0);
                self.counts.sent = self.counts.sent.saturating_add(u64::try_from(sent).unwrap_or(0));
                self.counts.refused = self.counts.refused.saturating_add(u64::try_from(lost).unwrap_or(0));
                rest = rest.get(sent + lost..).unwrap_or_default();
            }
        }
        self.waiting.clear();
    }

    /// What was done so far.
    pub(super) fn counts(&self) -> Counts {
        self.counts
    }

    /// The address of a port.
    pub(super) fn address(&self, port: Port) -> SocketAddr {
        SocketAddr::new(self.listen, port.0)
    }
}

fn bind(local: SocketAddr) -> io::Result<UdpSocket> {
    let socket = UdpSocket::bind(local)?;
    socket.set_nonblocking(true)?;
    Ok(socket)
}

/// One packet is the rule (20 ms a packet, and each stream has its own socket): then the plain call is cheaper.
fn send(socket: &UdpSocket, mapped: bool, packets: &[Outgoing]) -> io::Result<usize> {
    if let [Outgoing { to, data, .. }] = packets {
        let to = if mapped { mmsg::as_mapped(*to) } else { *to };
        return socket.send_to(data, to).map(|_| 1);
    }
    mmsg::send(socket.as_fd(), mapped, packets.iter().map(|packet| (packet.to, packet.data.as_slice())))
}

/// No port is as large.
const WAKE: u64 = 1 << 32;
/// Sockets looked at after one sleep; more stay ready.
const EVENTS: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::inbox::inbox;
    use std::net::Ipv4Addr;

    fn free_port() -> Port {
        Port(UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port())
    }

    #[test]
    fn a_port_is_bound_once_and_packets_go_both_ways() {
        let (_post, inbox) = inbox::<()>(1).unwrap();
        let mut sockets = RtpSockets::new(IpAddr::V4(Ipv4Addr::LOCALHOST), &inbox).unwrap();
        let port = free_port();
        sockets.open(port).unwrap();
        sockets.open(port).unwrap();
        let peer = UdpSocket::bind("127.0.0.1:0").unwrap();
        peer.send_to(b"in", sockets.address(port)).unwrap();
        let mut ready = vec![];
        assert!(!sockets.wait(EpollTimeout::from(5000u16), &mut ready));
        assert_eq!(ready, [port]);
        let mut inbound = Inbound::new(8, 2048);
        assert_eq!(sockets.receive(port, &mut inbound), 1);
        assert_eq!(inbound.datagrams().next(), Some((peer.local_addr().unwrap(), b"in".as_slice())));
        for i in 0..40u8 {
            sockets.push(port, peer.local_addr().unwrap(), Datagram::from_slice(&[i]));
        }
        sockets.flush();
        let mut buffer = [0; 10];
        for i in 0..40u8 {
            assert_eq!((peer.recv(&mut buffer).unwrap(), buffer[0]), (1, i));
        }
        assert_eq!(sockets.counts(), Counts { received: 1, sent: 40, refused: 0, unusable: 0 });
    }

    #[test]
    fn a_port_held_by_someone_else_is_told_and_tried_again() {
        let (_post, inbox) = inbox::<()>(1).unwrap();
        let mut sockets = RtpSockets::new(IpAddr::V4(Ipv4Addr::LOCALHOST), &inbox).unwrap();
        let other = UdpSocket::bind("127.0.0.1:0").unwrap();
        let port = Port(other.local_addr().unwrap().port());
        assert_eq!(sockets.open(port).unwrap_err().kind(), io::ErrorKind::AddrInUse);
        sockets.push(port, other.local_addr().unwrap(), Datagram::new());
        sockets.flush();
        drop(other);
        sockets.open(port).unwrap();
        assert_eq!((sockets.counts().unusable, sockets.counts().refused), (1, 0));
    }
}
