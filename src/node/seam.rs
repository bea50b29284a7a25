//! What goes into a node and what comes out of it.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use bytes::Bytes;

use super::plan::{NextPlan, Remains};
use super::view::{AgentView, CallView, QueueView, StatusView, TrunkView};
use crate::event::{AgentId, CallId, Event};
use crate::stdx::Instant;
use crate::{media, sip};

/// How a node runs. Compiled from `config/tongjie.toml`; nothing here is looked up again.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The SIP stack's: addresses, timers, limits.
    pub sip: sip::stack::Settings,
    /// The address peers send RTP to.
    pub media_address: IpAddr,
    /// First even RTP port.
    pub media_port_min: u16,
    /// Last RTP port.
    pub media_port_max: u16,
    /// How long a closed port rests before it is used again.
    pub port_quarantine: Duration,
    /// Most calls at once.
    pub calls_max: usize,
    /// Of them, kept for calls to emergency lines.
    pub calls_reserved: usize,
    /// Longest call.
    pub call_length_max: Duration,
    /// A trunk that sends not even a 100 for this long is taken for down.
    pub trunk_silent: Duration,
    /// Longest drain: then what is left gets BYE.
    pub drain_max: Duration,
    /// The wall clock was set for a rehearsal: said loudly in `status`.
    pub rehearsal: bool,
}

/// Relates the node's monotonic time to civil time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wall {
    /// Civil time at [`Self::at`]: milliseconds since 1970-01-01T00:00Z.
    pub ms: i64,
    /// The monotonic instant it was read.
    pub at: Instant,
}

impl Wall {
    /// Civil time at `now`.
    pub fn ms_at(self, now: Instant) -> i64 {
        let passed = |d: Duration| i64::try_from(d.as_millis()).unwrap_or(i64::MAX);
        if now >= self.at {
            self.ms.saturating_add(passed(now - self.at))
        } else {
            self.ms.saturating_sub(passed(self.at - now))
        }
    }
}

/// What goes in.
#[derive(Debug)]
pub enum Input {
    /// A datagram on the SIP socket.
    Datagram {
        /// Where it came from.
        source: SocketAddr,
        /// Its bytes.
        data: Bytes,
    },
    /// Something happened in the media plane.
    Media(media::Event),
    /// The wall clock was read again (drift, NTP).
    Wall(Wall),
    /// An operator asks or tells; answered by one [`Output::Reply`] with the same token.
    Command {
        /// Chosen by the asker.
        token: u64,
        /// What.
        command: Command,
    },
}

/// What comes out. Drain to `None` after every input.
#[derive(Debug)]
pub enum Output {
    /// A datagram for the SIP socket.
    Send {
        /// Where to.
        to: SocketAddr,
        /// Its bytes.
        data: Bytes,
    },
    /// For the media plane, in this order.
    Media(media::Command),
    /// A fact, in order.
    Event(Event),
    /// The answer to [`Input::Command`].
    Reply {
        /// As given.
        token: u64,
        /// What.
        reply: Reply,
    },
    /// A drain is complete, or a second one was asked for: the process may end.
    Stopped,
}

/// What an operator may ask or tell.
#[derive(Debug)]
pub enum Command {
    /// How are you?
    Status,
    /// List calls; `unmask` shows whole numbers.
    Calls {
        /// The right to see whole numbers was used.
        unmask: bool,
    },
    /// List agents.
    Agents,
    /// List queues.
    Queues,
    /// List trunks.
    Trunks,
    /// End a call.
    HangUp(CallId),
    /// Make an agent ready or not ready.
    SetReady(AgentId, bool),
    /// Take no new calls; stop when the last has ended or the drain time is over. The second time: at once.
    Drain,
    /// Run this plan for calls that arrive from now on.
    Replan(Box<NextPlan>),
}

/// A plan is in force.
#[derive(Debug)]
pub struct Replanned {
    /// How long the node did nothing else. Zero from the node, which has no clock; the driver fills it in.
    pub pause: Duration,
    /// What is left of the plan before, to be dropped where nobody waits for it.
    pub remains: Remains,
}

/// Answers to [`Command`]s.
#[derive(Debug)]
pub enum Reply {
    /// To `Status`.
    Status(Box<StatusView>),
    /// To `Calls`.
    Calls(Vec<CallView>),
    /// To `Agents`.
    Agents(Vec<AgentView>),
    /// To `Queues`.
    Queues(Vec<QueueView>),
    /// To `Trunks`.
    Trunks(Vec<TrunkView>),
    /// To `Replan`.
    Replanned(Box<Replanned>),
    /// Done.
    Done,
    /// Not done, and why, for a person.
    Refused(String),
}
