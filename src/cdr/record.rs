//! What is recorded of a call.

use crate::event::{
    AgentId, By, CallId, EndCause, Hotline, LegRole, Mode, Number, Phase, PromptId, QueueId, Skill, TrunkId,
};

/// A call, from its INVITE to its end.
///
/// Instants are civil time in milliseconds since 1970-01-01T00:00Z. They are the wall clock at the arrival
/// plus the monotonic time since, so that a clock that is set during a call cannot make it end before it
/// began: arrived ≤ queued ≤ rang ≤ connected ≤ released, each where there is one.
#[derive(Clone, PartialEq, Debug)]
pub struct Cdr {
    /// The call.
    pub call: CallId,
    /// The node that carried it.
    pub node: String,
    /// Who called; empty when absent.
    pub caller: Number,
    /// The caller asked not to be shown.
    pub withheld: bool,
    /// The number in the Request-URI.
    pub dialled: Number,
    /// The number it was in the end: the hotline's behind an alias, the trunk's where it was connected to one.
    pub final_number: Number,
    /// The hotline, if the plan knows the number.
    pub hotline: Option<Hotline>,
    /// Its name for people.
    pub hotline_name: String,
    /// How it was merged.
    pub mode: Option<Mode>,
    /// The phase it was in when the call arrived.
    pub phase: Option<Phase>,
    /// The rule that decided.
    pub rule: String,
    /// The trunk it came in on.
    pub trunk_in: Option<TrunkId>,
    /// The trunk it went out on: where it was connected, else the last one tried.
    pub trunk_out: Option<TrunkId>,
    /// The trunks passed over or put off on the way, in order.
    pub skipped: Vec<SkippedTrunk>,
    /// The queues it waited in, in order; the last one is where it was served or given up.
    pub queues: Vec<QueueId>,
    /// What the agent had to know.
    pub skill: Option<Skill>,
    /// The agent who talked to the caller last.
    pub agent: Option<AgentId>,
    /// Agents who did not take it, in order.
    pub missed: Vec<AgentId>,
    /// The announcements heard, in order.
    pub prompts: Vec<PromptId>,
    /// Times it went on to another queue.
    pub overflows: u32,
    /// Times a side put the other on hold.
    pub holds: u32,
    /// Keys pressed.
    pub digits: u32,
    /// The INVITE was taken in.
    pub arrived: i64,
    /// We answered the caller (200): charging begins.
    pub answered: Option<i64>,
    /// The first announcement began.
    pub announced: Option<i64>,
    /// Waiting began (before anyone was connected).
    pub queued: Option<i64>,
    /// The far end rang that answered, or else the last one tried; if it waited, since then.
    pub rang: Option<i64>,
    /// Caller and a far end first heard each other.
    pub connected: Option<i64>,
    /// The end.
    pub released: i64,
    /// From `queued` to `connected`, or to the end if nobody came. `None` if it never waited.
    pub wait_ms: Option<i64>,
    /// From `connected` to the end; 0 if nobody was.
    pub talk_ms: i64,
    /// Every leg, the caller's first.
    pub legs: Vec<LegCdr>,
    /// Legs beyond the limit, which are only counted.
    pub legs_left_out: u32,
    /// Why it ended.
    pub cause: EndCause,
    /// Whose doing that was.
    pub by: By,
    /// What it came to.
    pub disposition: Disposition,
}

/// One leg of a call.
#[derive(Clone, PartialEq, Debug)]
pub struct LegCdr {
    /// Whose.
    pub role: LegRole,
    /// The number called; for the caller's leg his own.
    pub number: Number,
    /// Its INVITE.
    pub invited: i64,
    /// It rang.
    pub rang: Option<i64>,
    /// It was answered.
    pub answered: Option<i64>,
    /// It ended, as far as events tell: a leg that failed when it did, any other with the call.
    pub ended: i64,
    /// The SIP status that ended an unanswered leg.
    pub status: Option<u16>,
}

/// A trunk that was not tried when its turn came.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SkippedTrunk {
    /// Which.
    pub trunk: TrunkId,
    /// It carried as many calls as it may; else it was down.
    pub full: bool,
}

/// What a call came to, in one word for reports.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Disposition {
    /// The caller talked to someone.
    Connected,
    /// He gave up before that.
    Abandoned,
    /// He heard the intercept announcement of a cancelled number.
    Intercepted,
    /// The plan does not serve the number.
    Refused,
    /// Nobody was free, answered or could be reached.
    Unserved,
    /// A fault, his side's or ours.
    Failed,
}

impl Disposition {
    /// What a call came to that ended with `cause`.
    pub fn of(connected: bool, cause: EndCause) -> Self {
        use EndCause as C;
        if connected {
            return Self::Connected;
        }
        match cause {
            C::Abandoned | C::NormalClearing => Self::Abandoned,
            C::Intercepted => Self::Intercepted,
            C::UnknownNumber | C::RefusedByPlan | C::Closed => Self::Refused,
            C::QueueFull | C::QueueTimeout | C::TrunkFailed | C::NoAnswer | C::Busy => Self::Unserved,
            C::IncompatibleMedia
            | C::ForbiddenAddress
            | C::BadRequest
            | C::Overloaded
            | C::NoPort
            | C::Draining
            | C::EndedByOperator
            | C::PeerSilent
            | C::TooLong
            | C::Loop
            | C::Internal => Self::Failed,
        }
    }

    /// The word, as stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Connected => "connected",
            Self::Abandoned => "abandoned",
            Self::Intercepted => "intercepted",
            Self::Refused => "refused",
            Self::Unserved => "unserved",
            Self::Failed => "failed",
        }
    }
}
