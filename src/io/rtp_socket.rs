//! The sockets of the RTP ports: bound before the first call, and kept.
//!
//! The node writes a port into a session description without asking anybody, so it may only choose among ports that are
//! bound already; and what is bound for good, no other program can take. A kept socket stays in the `epoll` set, so what
//! arrives for a closed port is read and thrown away by the media plane at once, and a port that opens again finds
//! nothing old. A port that somebody else holds is left out and tried again later.

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::os::fd::{AsFd, OwnedFd};

use nix::errno::Errno;
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};

use super::mmsg::{self, Inbound};
use crate::media::{Datagram, Port};

/// All of them.
pub struct RtpSockets {
    listen: IpAddr,
    epoll: Epoll,
    sockets: BTreeMap<u16, UdpSocket>,
    /// The ports that could not be bound, the one to be tried next first.
    unbound: VecDeque<u16>,
    /// What [`Self::flush`] will send, in order. One list for all: a list a socket would hold a kilobyte for each.
    waiting: Vec<Outgoing>,
}

/// What came of binding.
#[derive(Debug, Default)]
pub struct Bound {
    /// These ports are.
    pub ports: Vec<u16>,
    /// The first that could not be, and why.
    pub refused: Option<(SocketAddr, io::Error)>,
    /// The process has no descriptor left for more.
    pub exhausted: bool,
}

struct Outgoing {
    from: u16,
    to: SocketAddr,
    data: Datagram,
}

impl RtpSockets {
    /// For these ports of `listen`; [`Self::bind`] binds them.
    ///
    /// # Errors
    /// When the process has no file descriptor left.
    pub fn new(listen: IpAddr, ports: impl IntoIterator<Item = u16>) -> io::Result<Self> {
        Ok(Self {
            listen,
            epoll: Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC)?,
            sockets: BTreeMap::new(),
            unbound: ports.into_iter().collect(),
            waiting: vec![],
        })
    }

    /// Binds the ports that are not yet, trying at most so many. Leaves some descriptors for the rest of the process.
    pub fn bind(&mut self, most: usize) -> Bound {
        let mut bound = Bound::default();
        let _spare: Vec<OwnedFd> =
            (0..SPARE).map_while(|_| self.epoll.0.as_fd().try_clone_to_owned().ok()).collect();
        for _ in 0..most.min(self.unbound.len()) {
            let Some(port) = self.unbound.pop_front() else { break };
            match self.open(port) {
                Ok(()) => bound.ports.push(port),
                Err(error) => {
                    self.unbound.push_back(port);
                    let errno = Errno::from_raw(error.raw_os_error().unwrap_or(0));
                    bound.exhausted = matches!(errno, Errno::EMFILE | Errno::ENFILE);
                    bound.refused.get_or_insert((SocketAddr::new(self.listen, port), error));
                    if bound.exhausted {
                        break;
                    }
                }
            }
        }
        bound
    }

    fn open(&mut self, port: u16) -> io::Result<()> {
        let socket = UdpSocket::bind(SocketAddr::new(self.listen, port))?;
        socket.set_nonblocking(true)?;
        self.epoll.add(&socket, EpollEvent::new(EpollFlags::EPOLLIN, u64::from(port)))?;
        self.sockets.insert(port, socket);
        Ok(())
    }

    /// How many ports could not be bound so far.
    pub fn unbound(&self) -> usize {
        self.unbound.len()
    }

    /// `wake` is anything whose readability should end a [`Self::wait`].
    pub(super) fn wake_by(&self, wake: &impl AsFd) -> io::Result<()> {
        Ok(self.epoll.add(wake, EpollEvent::new(EpollFlags::EPOLLIN, WAKE))?)
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
    pub(super) fn receive(&self, port: Port, inbound: &mut Inbound) -> usize {
        self.sockets.get(&port.0).map_or(0, |socket| inbound.receive(socket.as_fd()).unwrap_or(0))
    }

    /// Puts a packet in line. [`Self::flush`] sends.
    pub(super) fn push(&mut self, port: Port, to: SocketAddr, data: Datagram) {
        self.waiting.push(Outgoing { from: port.0, to, data });
    }

    /// Sends what waits, a row of packets of one socket in one call.
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
                rest = rest.get(sent.max(1)..).unwrap_or_default();
            }
        }
        self.waiting.clear();
    }
}

/// One packet is the rule (20 ms a packet, and each stream has its own socket): then the plain call is cheaper.
fn send(socket: &UdpSocket, mapped: bool, packets: &[Outgoing]) -> io::Result<usize> {
    if let [Outgoing { to, data, .. }] = packets {
        let to = if mapped { mmsg::as_mapped(*to) } else { *to };
        return socket.send_to(data, to).map(|_| 1);
    }
    mmsg::send(socket.as_fd(), mapped, packets.iter().map(|packet| (packet.to, packet.data.as_slice())))
}

/// Descriptors that are not for RTP: the store's, the control socket's, a plan that is read.
const SPARE: usize = 128;
/// No port is as large.
const WAKE: u64 = 1 << 32;
/// Sockets looked at after one sleep; more stay ready.
const EVENTS: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    fn free_port() -> Port {
        Port(UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port())
    }

    fn sockets(ports: &[Port]) -> RtpSockets {
        RtpSockets::new(IpAddr::V4(Ipv4Addr::LOCALHOST), ports.iter().map(|port| port.0)).unwrap()
    }

    #[test]
    fn a_bound_port_takes_packets_in_and_sends_them_out() {
        let port = free_port();
        let mut sockets = sockets(&[port]);
        let bound = sockets.bind(10);
        assert_eq!((bound.ports, bound.refused.is_none(), sockets.unbound()), (vec![port.0], true, 0));
        let peer = UdpSocket::bind("127.0.0.1:0").unwrap();
        peer.send_to(b"in", ("127.0.0.1", port.0)).unwrap();
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
    }

    #[test]
    fn a_port_held_by_someone_else_is_left_out_and_bound_when_it_is_free() {
        let other = UdpSocket::bind("127.0.0.1:0").unwrap();
        let (held, free) = (Port(other.local_addr().unwrap().port()), free_port());
        let mut sockets = sockets(&[held, free]);
        let bound = sockets.bind(10);
        let (address, why) = bound.refused.unwrap();
        assert_eq!((bound.ports, sockets.unbound()), (vec![free.0], 1));
        assert_eq!((address.port(), why.kind()), (held.0, io::ErrorKind::AddrInUse));
        drop(other);
        assert_eq!((sockets.bind(10).ports, sockets.unbound()), (vec![held.0], 0));
        assert_eq!(sockets.bind(10).ports, [0u16; 0], "what is bound is not bound again");
    }

    #[test]
    fn of_many_held_ports_each_has_its_turn() {
        let others = [(); 3].map(|()| UdpSocket::bind("127.0.0.1:0").unwrap());
        let ports = others.each_ref().map(|other| Port(other.local_addr().unwrap().port()));
        let mut sockets = sockets(&ports);
        sockets.bind(10);
        drop(others);
        let turns = [(); 3].map(|()| sockets.bind(1).ports);
        assert_eq!(turns.concat(), ports.map(|port| port.0));
    }
}
