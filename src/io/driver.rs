//! The node's own thread: it owns the SIP socket, steps the node, and hands nothing from thread to thread per packet.
//!
//! A round: wait for a datagram, a message or a deadline; receive a batch; step the node once per datagram; send all
//! that came out in one batch. Messages to other threads are handed over once a round. Nothing here waits for
//! another thread: what a full queue does not take is kept for the next round, and beyond a limit dropped and told.

use std::collections::VecDeque;
use std::os::fd::AsFd;
use std::time::Duration;

use bytes::Bytes;
use nix::poll::{PollFd, PollFlags, ppoll};
use nix::sys::time::TimeSpec;
use tokio::sync::oneshot;

use super::clock::Clock;
use super::feed::{Feed, Notice};
use super::inbox::{Inbox, Post};
use super::pace::{Pace, ROUND};
use super::udp::{BATCH, BatchSocket, DATAGRAM_MAX, Inbound};
use crate::media;
use crate::node::{Command, Input, Node, Output, Reply};
use crate::stdx::Instant;

/// What the driver needs of a node: the four kinds of method every machine has. Tests drive a smaller one.
pub trait Machine: Send {
    /// Takes one input.
    fn handle_input(&mut self, now: Instant, input: Input);
    /// Fires what is due; harmless when early.
    fn handle_timeout(&mut self, now: Instant);
    /// Drained to `None` after every input.
    fn poll_output(&mut self) -> Option<Output>;
    /// When to call [`Self::handle_timeout`] next.
    fn poll_timeout(&self) -> Option<Instant>;
}

impl Machine for Node {
    fn handle_input(&mut self, now: Instant, input: Input) {
        self.handle_input(now, input);
    }
    fn handle_timeout(&mut self, now: Instant) {
        self.handle_timeout(now);
    }
    fn poll_output(&mut self) -> Option<Output> {
        self.poll_output()
    }
    fn poll_timeout(&self) -> Option<Instant> {
        self.poll_timeout()
    }
}

/// What other threads send to the node's.
#[derive(Debug)]
pub enum ToNode {
    /// From the media thread.
    Media(media::Event),
    /// From the media thread: these RTP ports are bound now.
    PortsBound(Vec<u16>),
    /// From an operator. The answer goes to `reply`; nobody need wait for it.
    Command {
        /// What.
        command: Command,
        /// For the answer.
        reply: oneshot::Sender<Reply>,
    },
}

/// A node with its socket and its neighbours.
pub struct Driver<M> {
    machine: M,
    clock: Clock,
    inbound: Inbound,
    inbox: Inbox<ToNode>,
    received: VecDeque<ToNode>,
    outbound: Outbound,
    next_token: u64,
    wall_read: Instant,
    pace: Pace,
}

/// Where a node's outputs go.
pub struct Outbound {
    socket: BatchSocket,
    media: Post<media::Command>,
    feed: Feed,
    media_waiting: VecDeque<media::Command>,
    asked: VecDeque<(u64, oneshot::Sender<Reply>)>,
    dropped_told: u64,
    /// For how long the last command kept the node from everything else.
    paused: Duration,
    stopped: bool,
}

impl<M: Machine> Driver<M> {
    /// A driver at rest.
    pub fn new(machine: M, clock: Clock, inbox: Inbox<ToNode>, outbound: Outbound) -> Self {
        Self {
            machine,
            clock,
            inbound: Inbound::new(BATCH, DATAGRAM_MAX),
            inbox,
            received: VecDeque::new(),
            outbound,
            next_token: 0,
            wall_read: clock.now(),
            pace: Pace::default(),
        }
    }

    /// Drives until the node says that it has stopped. Returns the machine, for those who want to look at it.
    pub fn run(mut self) -> M {
        self.outbound.drain(&mut self.machine);
        self.outbound.hand_over();
        while !self.outbound.stopped {
            self.round();
        }
        self.machine
    }

    fn round(&mut self) {
        if !self.pace.begin(self.clock) {
            self.wait();
        }
        let now = self.clock.now();
        self.read_wall(now);
        let messages = self.step_messages(now);
        let datagrams = self.step_datagrams(now);
        if self.machine.poll_timeout().is_some_and(|at| at <= now) {
            self.machine.handle_timeout(now);
            self.outbound.drain(&mut self.machine);
        }
        self.outbound.hand_over();
        self.pace.end(now, (messages || datagrams).then_some(ROUND));
    }

    /// Sleeps until a datagram, a message or a deadline comes.
    fn wait(&mut self) {
        let limit = if self.outbound.media_waiting.is_empty() {
            self.machine.poll_timeout().map(|at| Pace::until(at - self.clock.now()))
        } else {
            Some(RETRY)
        };
        let sending = if self.outbound.socket.is_blocked() { PollFlags::POLLOUT } else { PollFlags::empty() };
        let mut fds = [
            PollFd::new(self.outbound.socket.as_fd(), PollFlags::POLLIN | sending),
            PollFd::new(self.inbox.as_fd(), PollFlags::POLLIN),
        ];
        // EINTR is a short sleep; other errors cannot come from two open descriptors.
        let woken = ppoll(&mut fds, limit.map(TimeSpec::from), None).is_ok();
        let [_, inbox] = fds;
        if woken && inbox.any() == Some(true) {
            self.inbox.clear_wake();
        }
    }

    /// The wall clock may be set or drift; the node hears of it when it is about to do something, not on its own.
    fn read_wall(&mut self, now: Instant) {
        if now - self.wall_read >= WALL_EVERY && !self.clock.is_rehearsal() {
            self.wall_read = now;
            self.step(now, Input::Wall(self.clock.wall()));
        }
    }

    fn step_messages(&mut self, now: Instant) -> bool {
        let mut received = std::mem::take(&mut self.received);
        self.inbox.receive_all(&mut received);
        let any = !received.is_empty();
        for message in received.drain(..) {
            match message {
                ToNode::Media(event) => self.step(now, Input::Media(event)),
                ToNode::PortsBound(ports) => self.step(now, Input::PortsBound(ports)),
                ToNode::Command { command, reply } => {
                    self.next_token += 1;
                    self.outbound.expect_reply(self.next_token, reply);
                    let before = self.clock.now();
                    self.machine.handle_input(now, Input::Command { token: self.next_token, command });
                    self.outbound.paused = self.clock.now() - before;
                    self.outbound.drain(&mut self.machine);
                }
            }
        }
        self.received = received;
        any
    }

    /// Steps the node through a few batches, not more: deadlines and other threads must have their turn.
    fn step_datagrams(&mut self, now: Instant) -> bool {
        for round in 0..BATCHES_PER_ROUND {
            let got = self.outbound.socket.receive(&mut self.inbound);
            for (source, data) in self.inbound.datagrams().filter(|(_, data)| !data.is_empty()) {
                // One allocation a datagram, exactly as long: a dialog that keeps a slice keeps its own message alive and
                // not the thirty-one others of the batch.
                let data = Bytes::copy_from_slice(data);
                self.machine.handle_input(now, Input::Datagram { source, data });
                self.outbound.drain(&mut self.machine);
            }
            if got < BATCH {
                return got > 0 || round > 0;
            }
            self.outbound.socket.flush();
        }
        true
    }

    fn step(&mut self, now: Instant, input: Input) {
        self.machine.handle_input(now, input);
        self.outbound.drain(&mut self.machine);
    }
}

impl Outbound {
    /// With nothing waiting.
    pub fn new(socket: BatchSocket, media: Post<media::Command>, feed: Feed) -> Self {
        let (media_waiting, asked) = (VecDeque::new(), VecDeque::new());
        let (dropped_told, paused) = (0, Duration::ZERO);
        Self { socket, media, feed, media_waiting, asked, dropped_told, paused, stopped: false }
    }

    fn expect_reply(&mut self, token: u64, reply: oneshot::Sender<Reply>) {
        if self.asked.len() >= ASKED_MAX {
            self.asked.pop_front();
        }
        self.asked.push_back((token, reply));
    }

    fn drain(&mut self, machine: &mut impl Machine) {
        while let Some(output) = machine.poll_output() {
            match output {
                Output::Send { to, data } => self.socket.push(to, data),
                Output::Media(command) => self.media_waiting.push_back(command),
                Output::Event(event) => self.feed.event(event),
                Output::Reply { token, reply } => self.answer(token, reply),
                Output::Stopped => self.stopped = true,
            }
        }
    }

    fn answer(&mut self, token: u64, mut reply: Reply) {
        if let Reply::Replanned(replanned) = &mut reply {
            replanned.pause = self.paused;
        }
        let asker = self.asked.iter().position(|(of, _)| *of == token).and_then(|i| self.asked.remove(i));
        if let Some((_, asker)) = asker {
            // An asker who has gone away needs no answer.
            asker.send(reply).ok();
        }
    }

    fn hand_over(&mut self) {
        self.socket.flush();
        self.media.send_all(&mut self.media_waiting);
        let excess = self.media_waiting.len().saturating_sub(MEDIA_WAITING_MAX);
        if excess > 0 {
            // Recordings concern calls to come, and nobody sends them again.
            let prompts =
                self.media_waiting.drain(..excess).rfind(|c| matches!(c, media::Command::Prompts(_)));
            prompts.into_iter().for_each(|prompts| self.media_waiting.push_front(prompts));
            self.feed.notice(Notice::MediaCommandsLost(u64::try_from(excess).unwrap_or(u64::MAX)));
        }
        let dropped = self.socket.counts().dropped;
        if dropped > self.dropped_told {
            self.feed.notice(Notice::DatagramsDropped(dropped - self.dropped_told));
            self.dropped_told = dropped;
        }
        self.feed.flush();
    }
}

/// Batches received before deadlines are looked at again.
const BATCHES_PER_ROUND: usize = 8;
/// How often a busy node reads the wall clock.
const WALL_EVERY: Duration = Duration::from_secs(1);
/// When to offer the media thread again what it did not take.
const RETRY: Duration = Duration::from_millis(1);
/// Wishes that may wait for the media thread. Beyond, the oldest are dropped: those of calls long gone.
const MEDIA_WAITING_MAX: usize = 1 << 18;
/// Operators that may wait for an answer.
const ASKED_MAX: usize = 256;

#[cfg(test)]
mod tests;
