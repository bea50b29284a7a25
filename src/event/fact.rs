//! What can happen, in the past tense. One enum, so that a reader who forgets a case does not build.

use std::fmt;
use std::net::SocketAddr;

use super::{AgentId, CallId, EndCause, Hotline, Number, PromptId, QueueId, Skill, TrunkId};
use crate::stdx::Instant;

/// One thing that happened.
#[derive(Clone, PartialEq, Debug)]
pub struct Event {
    /// Monotonic time of the node.
    pub now: Instant,
    /// The same as civil time: milliseconds since 1970-01-01T00:00Z, by the clock the plan sees.
    pub wall_ms: i64,
    /// The call concerned, if one is.
    pub call: Option<CallId>,
    /// What happened.
    pub fact: Fact,
}

/// How a hotline was merged. `Direct` is 12345 itself.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Mode {
    /// The one number, 12345.
    Direct,
    /// 整体并入.
    FullMerge,
    /// 双号并行.
    DualNumber,
    /// 设分中心.
    SubCenter,
    /// 110/119/120/122: never merged, announced or queued.
    Emergency,
}

/// What part of its merge a hotline is in. Half-open: a phase holds from its first instant up to, not
/// including, the next.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Phase {
    /// Before the trial run.
    Legacy,
    /// Trial run.
    Trial,
    /// Formal operation.
    Formal,
    /// The number is no longer served.
    Cancelled,
}

/// Whose doing a release was.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum By {
    /// The caller.
    Caller,
    /// The agent.
    Agent,
    /// The trunk called.
    Trunk,
    /// We, by plan or by fault.
    Node,
    /// An operator's command, a drain included.
    Operator,
}

/// Which side of a call a leg is.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum LegRole {
    /// The caller's.
    Caller,
    /// An agent's.
    Agent(AgentId),
    /// A trunk's.
    Trunk(TrunkId),
}

/// States of an agent after ECMA-269.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum AgentState {
    /// No phone is registered.
    LoggedOff,
    /// Logged on, takes no calls.
    NotReady,
    /// Waits for a call.
    Ready,
    /// Ringing or talking.
    Busy,
    /// Finishing the paperwork of the last call.
    WorkingAfterCall,
}

/// What happened.
#[derive(Clone, PartialEq, Debug)]
pub enum Fact {
    /// An INVITE was taken in. The call exists from here on.
    CallArrived {
        /// Who calls; empty when withheld or absent.
        caller: Number,
        /// The caller asked for privacy (RFC 3323): shown as withheld.
        withheld: bool,
        /// The number in the Request-URI, normalised.
        dialled: Number,
        /// The trunk it came in on, if the source is one.
        trunk: Option<TrunkId>,
    },
    /// The plan was asked and answered. Exactly one per call.
    CallDecided {
        /// The hotline found, if any.
        hotline: Option<Hotline>,
        /// Its name for people.
        name: String,
        /// How it was merged.
        mode: Option<Mode>,
        /// The phase the call belongs to and keeps.
        phase: Option<Phase>,
        /// The rule that found it, in an operator's words.
        rule: String,
    },
    /// The caller began to hear an announcement.
    AnnouncementStarted {
        /// Which.
        prompt: PromptId,
    },
    /// It ended, or was ended because someone answered.
    AnnouncementEnded {
        /// Which.
        prompt: PromptId,
        /// Whether it was heard to its end.
        whole: bool,
    },
    /// It could not be played; a short tone stood in. An alarm.
    AnnouncementFailed {
        /// Which.
        prompt: PromptId,
    },
    /// The call entered a queue.
    CallQueued {
        /// Which.
        queue: QueueId,
        /// What the agent must know.
        skill: Option<Skill>,
    },
    /// The call left a queue for another, as the plan says.
    CallOverflowed {
        /// From here …
        from: QueueId,
        /// … to here.
        to: QueueId,
    },
    /// An INVITE went out for this call.
    LegInvited {
        /// To whom.
        leg: LegRole,
        /// The number called.
        number: Number,
    },
    /// A trunk of the plan was passed over, and the next one tried, if there is one.
    TrunkSkipped {
        /// Which.
        trunk: TrunkId,
        /// It carries as many calls as it may; else it is down.
        full: bool,
        /// Only put off: an emergency call is tried there nevertheless when nothing else is left.
        put_off: bool,
    },
    /// The far end rings (or sends early media).
    LegRang {
        /// Who.
        leg: LegRole,
    },
    /// A leg was answered (the caller's: by us).
    LegAnswered {
        /// Whose.
        leg: LegRole,
    },
    /// An outgoing leg ended before it was answered.
    LegFailed {
        /// Whose.
        leg: LegRole,
        /// The SIP status that ended it; 408 for silence, 487 when we gave it up.
        status: u16,
    },
    /// Caller and far end hear each other.
    CallConnected {
        /// The far end.
        to: LegRole,
    },
    /// A side put the other on hold.
    LegHeld {
        /// The side that holds.
        leg: LegRole,
    },
    /// That side took it back.
    LegResumed {
        /// The side that resumes.
        leg: LegRole,
    },
    /// A key was pressed (RFC 4733); passed through.
    DtmfPassed {
        /// By whom.
        leg: LegRole,
        /// `0`–`9`, `*`, `#`, `A`–`D`.
        digit: char,
    },
    /// The call is over: the last fact of every call.
    CallReleased {
        /// Why.
        cause: EndCause,
        /// By whom.
        by: By,
    },
    /// An agent's state changed.
    AgentChanged {
        /// Who.
        agent: AgentId,
        /// Now.
        state: AgentState,
    },
    /// An agent did not answer, was busy, or rejected a call offered to him.
    AgentMissed {
        /// Who.
        agent: AgentId,
        /// In a row.
        misses: u32,
    },
    /// A phone was registered or its binding refreshed.
    AgentRegistered {
        /// Who.
        agent: AgentId,
        /// Where his phone is reached.
        contact: String,
    },
    /// His last binding ended.
    AgentUnregistered {
        /// Who.
        agent: AgentId,
        /// Whether it ran out (rather than being removed by the phone).
        expired: bool,
    },
    /// A REGISTER was refused: wrong password, unknown user. Told at most once a minute for a user and an address.
    RegistrationRefused {
        /// The user named, as sent; may be anything.
        user: String,
        /// Where it came from.
        source: String,
        /// How many were refused since the last that was told.
        more: u64,
    },
    /// A trunk began or ceased to be usable.
    TrunkChanged {
        /// Which.
        trunk: TrunkId,
        /// Whether calls may be sent to it.
        up: bool,
    },
    /// INVITEs came from a trunk's address, but from a port that is not in the plan, and were asked for a password.
    /// Told for the first, then at most once a minute for a trunk.
    TrunkOnOtherPort {
        /// The trunk.
        trunk: TrunkId,
        /// Where the last one came from.
        source: SocketAddr,
        /// How many since the start.
        count: u64,
    },
    /// A limit was reached; `what` names it.
    LimitReached {
        /// `calls`, `transactions`, `media-ports`, `waiting:<queue>`, …
        what: &'static str,
    },
    /// So many INVITEs were refused without a record, as too many were refused within a second.
    RefusalsLeftOut {
        /// How many.
        count: u32,
    },
    /// A new plan took effect.
    PlanChanged {
        /// Its name.
        name: String,
        /// The how-manieth plan in force here it is.
        edition: u64,
    },
    /// No new calls are taken.
    DrainStarted,
}

impl Mode {
    /// As the plan spells it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::FullMerge => "full-merge",
            Self::DualNumber => "dual-number",
            Self::SubCenter => "sub-center",
            Self::Emergency => "emergency",
        }
    }
}

impl Phase {
    /// As the plan spells it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Legacy => "legacy",
            Self::Trial => "trial",
            Self::Formal => "formal",
            Self::Cancelled => "cancelled",
        }
    }
}

impl By {
    /// For listings and records.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Caller => "caller",
            Self::Agent => "agent",
            Self::Trunk => "trunk",
            Self::Node => "node",
            Self::Operator => "operator",
        }
    }
}

impl AgentState {
    /// For listings.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LoggedOff => "logged-off",
            Self::NotReady => "not-ready",
            Self::Ready => "ready",
            Self::Busy => "busy",
            Self::WorkingAfterCall => "working-after-call",
        }
    }
}

impl fmt::Display for LegRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Caller => f.write_str("caller"),
            Self::Agent(agent) => write!(f, "agent {agent}"),
            Self::Trunk(trunk) => write!(f, "trunk {trunk}"),
        }
    }
}
