//! The thread that runs the media plane: `epoll(7)` over the RTP sockets, batches in, batches out.
//!
//! It sleeps until a packet, a command or the plane's next deadline; when nothing plays there is none, and it does not wake.
//! Deadlines are rounded up to a millisecond, the plane's own resolution, and those of one round of [`Pace`] share
//! a wake-up. Commands and packets that keep coming are taken a round at a time.

use std::collections::VecDeque;
use std::io;
use std::time::Duration;

use nix::sys::epoll::EpollTimeout;

use super::clock::Clock;
use super::driver::ToNode;
use super::feed::{Feed, Notice};
use super::inbox::{Inbox, Post};
use super::mmsg::Inbound;
use super::pace::{Pace, RELAY_ROUND, ROUND};
use super::rtp_socket::RtpSockets;
use crate::media::{Command, Output, Plane, Port};
use crate::stdx::Instant;

/// A media plane with its sockets and its neighbours.
pub struct MediaThread {
    plane: Plane,
    clock: Clock,
    sockets: RtpSockets,
    inbound: Inbound,
    ready: Vec<Port>,
    commands: Inbox<Command>,
    received: VecDeque<Command>,
    node: Post<ToNode>,
    events: VecDeque<ToNode>,
    feed: Feed,
    pace: Pace,
    /// When to try again the ports that could not be bound; `None` when there are none.
    bind_again: Option<Instant>,
}

impl MediaThread {
    /// A plane at rest.
    ///
    /// # Errors
    /// When the process has no file descriptor left.
    pub fn new(
        plane: Plane,
        clock: Clock,
        sockets: RtpSockets,
        commands: Inbox<Command>,
        node: Post<ToNode>,
        feed: Feed,
    ) -> io::Result<Self> {
        sockets.wake_by(&commands)?;
        let bind_again = (sockets.unbound() > 0).then(|| clock.now() + BIND_PAUSE);
        Ok(Self {
            plane,
            clock,
            sockets,
            inbound: Inbound::new(PACKETS_PER_SOCKET, PACKET_MAX),
            ready: vec![],
            commands,
            received: VecDeque::new(),
            node,
            events: VecDeque::new(),
            feed,
            pace: Pace::default(),
            bind_again,
        })
    }

    /// Runs until the node's thread is gone.
    pub fn run(mut self) {
        while !self.commands.is_orphaned() {
            self.round();
        }
    }

    fn round(&mut self) {
        let busy = self.pace.begin(self.clock);
        let timeout = if busy { EpollTimeout::ZERO } else { self.timeout() };
        if self.sockets.wait(timeout, &mut self.ready) {
            self.commands.clear_wake();
        }
        let now = self.clock.now();
        let commanded = self.do_commands(now);
        for i in 0..self.ready.len() {
            if let Some(port) = self.ready.get(i).copied() {
                self.take_packets(now, port);
            }
        }
        if self.plane.poll_timeout().is_some_and(|at| at <= now) {
            self.plane.handle_timeout(now);
            self.drain();
        }
        self.sockets.flush();
        if self.bind_again.is_some_and(|at| at <= now) {
            self.bind_again(now);
        }
        self.tell_node();
        self.feed.flush();
        let relayed = !self.ready.is_empty();
        let round = if relayed { RELAY_ROUND } else { ROUND };
        self.pace.end(now, (relayed || commanded).then_some(round));
    }

    fn timeout(&self) -> EpollTimeout {
        // The node did not take our events: try again soon.
        let retry = (!self.events.is_empty()).then_some(Duration::from_millis(1));
        let due = self.plane.poll_timeout().map(|at| Pace::until(at - self.clock.now()));
        let bind = self.bind_again.map(|at| at - self.clock.now());
        let Some(wait) = retry.into_iter().chain(due).chain(bind).min() else { return EpollTimeout::NONE };
        let ms = wait.as_nanos().div_ceil(1_000_000);
        EpollTimeout::from(u16::try_from(ms).unwrap_or(u16::MAX))
    }

    fn do_commands(&mut self, now: Instant) -> bool {
        let mut received = std::mem::take(&mut self.received);
        self.commands.receive_all(&mut received);
        let any = !received.is_empty();
        for command in received.drain(..) {
            self.plane.handle_command(now, command);
            self.drain();
        }
        self.received = received;
        any
    }

    /// Who held a port may have let go of it.
    fn bind_again(&mut self, now: Instant) {
        let ports = self.sockets.bind(BIND_MOST).ports;
        let unbound = self.sockets.unbound();
        if !ports.is_empty() {
            self.feed.notice(Notice::PortsBound { count: ports.len(), unbound });
            self.events.push_back(ToNode::PortsBound(ports));
        }
        self.bind_again = (unbound > 0).then(|| now + BIND_PAUSE);
    }

    fn take_packets(&mut self, now: Instant, port: Port) {
        if self.sockets.receive(port, &mut self.inbound) == 0 {
            return;
        }
        for (source, data) in self.inbound.datagrams() {
            self.plane.handle_packet(now, port, source, data);
            drain(&mut self.plane, &mut self.sockets, &mut self.events);
        }
    }

    fn drain(&mut self) {
        drain(&mut self.plane, &mut self.sockets, &mut self.events);
    }

    /// The node's inbox is larger than all events of a busy second. What it does not take waits here; if it stands still for
    /// longer, the oldest are dropped, because the calls they belong to are past saving.
    fn tell_node(&mut self) {
        self.node.send_all(&mut self.events);
        forget_oldest(&mut self.events, EVENTS_WAITING_MAX);
    }
}

/// Forgets what nobody wants late. Ports that are bound are told once: forgotten, no call would ever have them.
fn forget_oldest(events: &mut VecDeque<ToNode>, most: usize) {
    let mut excess = events.len().saturating_sub(most);
    if excess == 0 {
        return;
    }
    events.retain(|event| {
        let forgotten = excess > 0 && matches!(event, ToNode::Media(_));
        excess -= usize::from(forgotten);
        !forgotten
    });
}

fn drain(plane: &mut Plane, sockets: &mut RtpSockets, events: &mut VecDeque<ToNode>) {
    while let Some(output) = plane.poll_output() {
        match output {
            Output::Send { port, to, data } => sockets.push(port, to, data),
            Output::Event(event) => events.push_back(ToNode::Media(event)),
        }
    }
}

/// Packets taken from one socket before the next has its turn. At 20 ms a packet, one is the rule.
const PACKETS_PER_SOCKET: usize = 8;
/// Longer datagrams are no RTP of ours: 20 ms of anything we negotiate fits into 400 bytes.
const PACKET_MAX: usize = 2048;
/// Between two attempts to bind ports that somebody else holds.
const BIND_PAUSE: Duration = Duration::from_secs(5);
/// Ports tried in one attempt: sound waits for it.
const BIND_MOST: usize = 32;
/// Events that may wait for the node.
const EVENTS_WAITING_MAX: usize = 1 << 16;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::Event;

    #[test]
    fn a_node_that_stands_still_misses_sounds_and_no_port() {
        let sound = || ToNode::Media(Event::FirstPacket { port: Port(40_000) });
        let mut events = VecDeque::from([sound(), ToNode::PortsBound(vec![40_002]), sound(), sound()]);
        forget_oldest(&mut events, 2);
        let kept: Vec<_> = events.iter().map(|event| matches!(event, ToNode::PortsBound(_))).collect();
        assert_eq!(kept, [true, false]);
    }
}
