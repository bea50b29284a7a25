//! One agent: the states of ECMA-269 §6.1, with what each of them must remember.
//!
//! | state            | log on    | log off   | ready     | not ready | offered | answered | refused       | withdrawn | released         | wrap-up over |
//! |------------------|-----------|-----------|-----------|-----------|---------|----------|---------------|-----------|------------------|--------------|
//! | LoggedOff        | Ready     |           |           |           |         |          |               |           |                  |              |
//! | NotReady         |           | LoggedOff | Ready     |           |         |          |               |           |                  |              |
//! | Ready            |           | LoggedOff |           | NotReady  | Ringing |          |               |           |                  |              |
//! | Ringing          | *then*    | LoggedOff | *then*    | *then*    |         | Talking  | then/NotReady | then      |                  |              |
//! | Talking          | *then*    | *then*    | *then*    | *then*    |         |          |               |           | WorkingAfterCall |              |
//! | WorkingAfterCall |           | LoggedOff | Ready     | NotReady  |         |          |               |           |                  | then         |
//!
//! *then*: the state does not change, but what follows it does. An agent who logged off while talking skips
//! the paperwork. A registered phone is a logged-on agent, so a log-on is repeated with every refresh and
//! must not undo a break. *Retired* (the plan dropped him) is a log-off that does not stop a ringing phone.

use std::time::Duration;

use super::settings::Skills;
use super::{QueueKey, ReservationKey};
use crate::event::{AgentId, AgentState, CallKey};
use crate::stdx::Instant;

/// An agent and what the queues need to know of him.
#[derive(Debug)]
pub(super) struct Agent {
    pub(super) id: AgentId,
    /// The queues he serves, in the order of their names. One that is no longer kept may be among them.
    pub(super) queues: Vec<QueueKey>,
    pub(super) skills: Skills,
    /// No longer in the plan; kept until his call has ended.
    pub(super) retired: bool,
    pub(super) misses: u32,
    /// When what an operator sees of his state last changed.
    pub(super) since: Instant,
    pub(super) state: State,
}

/// What he is doing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum State {
    LoggedOff,
    NotReady,
    Ready { idle_since: Instant },
    Ringing { reservation: ReservationKey, idle_since: Instant, then: Then },
    Talking { call: CallKey, wrap_up: Duration, then: Then },
    WorkingAfterCall { until: Instant, then: Then },
}

/// What he will be once he is free.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Then {
    Ready,
    NotReady,
    LoggedOff,
}

/// What can happen to him.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Input {
    LogOn,
    LogOff,
    Ready,
    NotReady,
    Offered(ReservationKey),
    Answered {
        call: CallKey,
        wrap_up: Duration,
    },
    /// `out`: he missed too many in a row.
    Refused {
        out: bool,
    },
    Withdrawn,
    Released,
    WrapUpOver,
    /// The new plan does not have him.
    Retired,
}

impl State {
    /// The state after `input`.
    pub(super) fn after(self, now: Instant, input: Input) -> Self {
        use Input as I;
        match (self, input) {
            (Self::LoggedOff, I::LogOn) | (Self::NotReady, I::Ready) => Self::Ready { idle_since: now },
            (Self::NotReady | Self::Ready { .. } | Self::WorkingAfterCall { .. }, I::LogOff | I::Retired)
            | (Self::Ringing { .. }, I::LogOff) => Self::LoggedOff,
            (Self::Ready { .. } | Self::WorkingAfterCall { .. }, I::NotReady) => Self::NotReady,
            (Self::WorkingAfterCall { .. }, I::Ready) => Self::Ready { idle_since: now },
            (Self::Ready { idle_since }, I::Offered(reservation)) => {
                Self::Ringing { reservation, idle_since, then: Then::Ready }
            }
            // Only a plan that dropped him says that he will be logged off; the next one has him again.
            (Self::Ringing { reservation, idle_since, then: Then::LoggedOff }, I::LogOn)
            | (Self::Ringing { reservation, idle_since, .. }, I::Ready) => {
                Self::Ringing { reservation, idle_since, then: Then::Ready }
            }
            (Self::Ringing { reservation, idle_since, .. }, I::NotReady) => {
                Self::Ringing { reservation, idle_since, then: Then::NotReady }
            }
            (Self::Ringing { reservation, idle_since, .. }, I::Retired) => {
                Self::Ringing { reservation, idle_since, then: Then::LoggedOff }
            }
            (Self::Ringing { then, .. }, I::Answered { call, wrap_up }) => {
                Self::Talking { call, wrap_up, then }
            }
            (Self::Ringing { then: Then::Ready, .. }, I::Refused { out: true }) => Self::NotReady,
            (Self::Ringing { then, .. }, I::Refused { .. }) => then.state(now),
            (Self::Ringing { then, idle_since, .. }, I::Withdrawn) => then.state(idle_since),
            // A log-on takes back a log-off, but a repeated one does not end a break that was asked for.
            (Self::Talking { then: Then::NotReady, .. }, I::LogOn) => self,
            (Self::Talking { call, wrap_up, then: Then::Ready | Then::LoggedOff }, I::LogOn)
            | (Self::Talking { call, wrap_up, .. }, I::Ready) => {
                Self::Talking { call, wrap_up, then: Then::Ready }
            }
            (Self::Talking { call, wrap_up, .. }, I::NotReady) => {
                Self::Talking { call, wrap_up, then: Then::NotReady }
            }
            (Self::Talking { call, wrap_up, .. }, I::LogOff | I::Retired) => {
                Self::Talking { call, wrap_up, then: Then::LoggedOff }
            }
            (Self::Talking { wrap_up, then, .. }, I::Released) => {
                if wrap_up.is_zero() || then == Then::LoggedOff {
                    then.state(now)
                } else {
                    Self::WorkingAfterCall { until: now + wrap_up, then }
                }
            }
            (Self::WorkingAfterCall { then, .. }, I::WrapUpOver) => then.state(now),

            (
                Self::LoggedOff,
                I::LogOff
                | I::Ready
                | I::NotReady
                | I::Offered(_)
                | I::Answered { .. }
                | I::Refused { .. }
                | I::Withdrawn
                | I::Released
                | I::WrapUpOver
                | I::Retired,
            )
            | (
                Self::NotReady,
                I::LogOn
                | I::NotReady
                | I::Offered(_)
                | I::Answered { .. }
                | I::Refused { .. }
                | I::Withdrawn
                | I::Released
                | I::WrapUpOver,
            )
            | (
                Self::Ready { .. },
                I::LogOn
                | I::Ready
                | I::Answered { .. }
                | I::Refused { .. }
                | I::Withdrawn
                | I::Released
                | I::WrapUpOver,
            )
            | (Self::Ringing { then: Then::Ready | Then::NotReady, .. }, I::LogOn)
            | (Self::Ringing { .. }, I::Offered(_) | I::Released | I::WrapUpOver)
            | (
                Self::Talking { .. },
                I::Offered(_) | I::Answered { .. } | I::Refused { .. } | I::Withdrawn | I::WrapUpOver,
            )
            | (
                Self::WorkingAfterCall { .. },
                I::LogOn
                | I::Offered(_)
                | I::Answered { .. }
                | I::Refused { .. }
                | I::Withdrawn
                | I::Released,
            ) => self,
        }
    }

    /// What an operator sees of it.
    pub(super) fn public(self) -> AgentState {
        match self {
            Self::LoggedOff => AgentState::LoggedOff,
            Self::NotReady => AgentState::NotReady,
            Self::Ready { .. } => AgentState::Ready,
            Self::Ringing { .. } | Self::Talking { .. } => AgentState::Busy,
            Self::WorkingAfterCall { .. } => AgentState::WorkingAfterCall,
        }
    }
}

impl Then {
    fn state(self, idle_since: Instant) -> State {
        match self {
            Self::Ready => State::Ready { idle_since },
            Self::NotReady => State::NotReady,
            Self::LoggedOff => State::LoggedOff,
        }
    }
}
