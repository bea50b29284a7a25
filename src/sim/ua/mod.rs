//! The peers of a node: callers behind a trunk, agents' phones, sub-centers. Each is a [`Ua`] at one address.
//!
//! They have transactions of their own, after RFC 3261 §17 (over UDP) and §13–15, written here a second time
//! and as plainly as possible, so that a fault in the node's is not hidden by the same fault here.
//! They know no forking, no proxies, no PRACK and no session timers.

pub(crate) mod client;
pub(crate) mod digest;
pub(crate) mod leg;
pub(crate) mod manner;
pub(crate) mod server;
pub(crate) mod session;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, VecDeque};
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;

use self::client::Client;
use self::leg::{Leg, LegNo};
use self::manner::Manner;
use self::server::Server;
use super::sound::Mouth;
use super::text::Packet;
use crate::stdx::{Instant, Rng};

pub(crate) const T1: Duration = Duration::from_millis(500);
pub(crate) const T2: Duration = Duration::from_secs(4);
/// 64·T1: timers B, D, F, H and how long answers are remembered.
pub(crate) const T64: Duration = Duration::from_secs(32);

/// A branch and a method.
pub(crate) type TxKey = (String, String);

/// What a peer lets out.
#[derive(Debug)]
pub(crate) enum Out {
    /// A SIP datagram to the node.
    Sip(Bytes),
    /// An RTP datagram.
    Rtp { from: SocketAddr, to: SocketAddr, data: Bytes },
}

/// What a peer waits for. A timer that fires late, when its reason is gone, does nothing.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Timer {
    /// A or E: send the request again.
    Resend(TxKey),
    /// B or F: give the transaction up; or D, K: forget it.
    GiveUp(TxKey),
    /// G: send the failure again.
    ResendFinal(TxKey),
    /// H, I, J: forget the transaction.
    Forget(TxKey),
    /// RFC 3261 §13.3.1.4: send the 2xx again until its ACK comes.
    ResendSuccess(LegNo),
    /// Its ACK never came.
    AckMissed(LegNo),
    /// The user does something.
    Act(LegNo, Act),
    /// RFC 3261 §14.1: try the re-INVITE again after a 491.
    Glare(LegNo),
    /// Speak the next 20 ms.
    Speak(LegNo),
    /// Refresh the registration, or try again.
    Register,
}

/// What a user can do with a leg.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Act {
    /// Let it ring: 180.
    Ring,
    /// Pick up.
    Answer,
    /// Refuse with this status.
    Refuse(u16),
    /// Hang up, whatever that means now: CANCEL, BYE, 603.
    HangUp,
    /// Put the other side on hold.
    Hold,
    /// Take it back.
    Resume,
}

/// One peer.
#[derive(Debug)]
pub(crate) struct Ua {
    pub(crate) name: String,
    /// The user part of its Contact and, for a phone, of its AOR.
    pub(crate) user: String,
    pub(crate) addr: SocketAddr,
    pub(crate) node: SocketAddr,
    pub(crate) rng: Rng,
    pub(crate) legs: Vec<Leg>,
    by_call_id: BTreeMap<String, LegNo>,
    clients: BTreeMap<TxKey, Client>,
    servers: BTreeMap<TxKey, Server>,
    timers: BinaryHeap<Reverse<(Instant, u64, Timer)>>,
    timers_set: u64,
    out: VecDeque<Out>,
    /// How it treats calls that come in.
    pub(crate) manner: Manner,
    /// If set, a manner is drawn anew for every call; so long do they talk.
    pub(crate) temper: Option<Duration>,
    pub(crate) registration: Option<manner::Registration>,
    /// Whether frames are sent and recorded.
    pub(crate) sound: bool,
    pub(crate) mouth: Mouth,
    /// Statuses of requests outside a dialog that tests sent: (method, status).
    pub(crate) strays: Vec<(String, u16)>,
    next_port: u16,
}

impl Ua {
    pub(crate) fn new(name: &str, user: &str, addr: SocketAddr, node: SocketAddr, rng: Rng) -> Self {
        Self {
            name: name.to_owned(),
            user: user.to_owned(),
            addr,
            node,
            rng,
            legs: Vec::new(),
            by_call_id: BTreeMap::new(),
            clients: BTreeMap::new(),
            servers: BTreeMap::new(),
            timers: BinaryHeap::new(),
            timers_set: 0,
            out: VecDeque::new(),
            manner: Manner::default(),
            temper: None,
            registration: None,
            sound: false,
            mouth: Mouth::default(),
            strays: Vec::new(),
            next_port: 20_000,
        }
    }

    /// A SIP datagram has arrived.
    pub(crate) fn handle_packet(&mut self, now: Instant, packet: &Packet) {
        let Some(text) = packet.text.as_deref() else { return };
        if text.method().is_some() {
            self.handle_request(now, text);
        } else {
            self.handle_response(now, text);
        }
    }

    /// An RTP datagram has arrived.
    pub(crate) fn handle_rtp(&mut self, now: Instant, to: SocketAddr, data: &[u8]) {
        if let Some(leg) = self.legs.iter_mut().rev().find(|leg| leg.session.local == to) {
            leg.ear.hear(now, data);
        }
    }

    pub(crate) fn handle_timeout(&mut self, now: Instant) {
        while self.poll_timeout().is_some_and(|at| at <= now) {
            let Some(Reverse((_, _, timer))) = self.timers.pop() else { return };
            match timer {
                Timer::Resend(key) => self.resend(now, &key),
                Timer::GiveUp(key) => self.give_up(now, &key),
                Timer::ResendFinal(key) => self.resend_final(now, &key),
                Timer::Forget(key) => {
                    self.servers.remove(&key);
                }
                Timer::ResendSuccess(leg) => self.resend_success(now, leg),
                Timer::AckMissed(leg) => self.ack_missed(now, leg),
                Timer::Act(leg, act) => self.act(now, leg, act),
                Timer::Glare(leg) => self.retry_reinvite(now, leg),
                Timer::Speak(leg) => self.speak(now, leg),
                Timer::Register => self.register(now),
            }
        }
    }

    pub(crate) fn poll_output(&mut self) -> Option<Out> {
        self.out.pop_front()
    }

    pub(crate) fn poll_timeout(&self) -> Option<Instant> {
        self.timers.peek().map(|Reverse((at, _, _))| *at)
    }

    pub(crate) fn set(&mut self, at: Instant, timer: Timer) {
        self.timers_set += 1;
        self.timers.push(Reverse((at, self.timers_set, timer)));
    }

    pub(super) fn send(&mut self, data: Bytes) {
        self.out.push_back(Out::Sip(data));
    }

    pub(super) fn token(&mut self) -> String {
        format!("{:016x}", self.rng.next_u64())
    }

    pub(super) fn new_branch(&mut self) -> String {
        format!("z9hG4bK{:016x}", self.rng.next_u64())
    }

    pub(super) fn via(&self, branch: &str) -> String {
        format!("SIP/2.0/UDP {};branch={branch};rport", self.addr)
    }

    pub(super) fn contact(&self) -> String {
        format!("<sip:{}@{}>", self.user, self.addr)
    }

    fn new_port(&mut self) -> u16 {
        let port = self.next_port;
        self.next_port = if port >= 60_000 { 20_000 } else { port + 2 };
        port
    }
}
