//! Server non-INVITE transaction: RFC 3261 §17.2.2. (UDP.)
//!
//! | state      | request again | send 200–699     | timer          |
//! |------------|---------------|------------------|----------------|
//! | Trying     | –             | send → Completed | –              |
//! | Completed  | the response  | –                | J → Terminated |
//! | Terminated | –             | –                | –              |
//!
//! The Proceeding state is absent: we never answer a non-INVITE request provisionally (RFC 4320 §4.1 forbids
//! all but 100, and that only late).

use bytes::Bytes;

use super::step::{Step, Up};
use super::timers::{Durations, Timer, Timers};
use crate::stdx::Instant;

/// See the module's table.
#[derive(Debug)]
pub(crate) struct ServerNonInvite {
    state: State,
    timers: Timers,
}

#[derive(Debug)]
enum State {
    Trying,
    Completed { response: Bytes },
    Terminated,
}

impl ServerNonInvite {
    /// The transaction of a request just taken in.
    pub(crate) fn new() -> Self {
        Self { state: State::Trying, timers: Timers::default() }
    }

    /// The request came again.
    pub(crate) fn handle_request(&mut self) -> Step {
        match &self.state {
            State::Completed { response } => Step::send(response.clone()),
            State::Trying | State::Terminated => Step::nothing(),
        }
    }

    /// The user answers, finally.
    pub(crate) fn respond(&mut self, now: Instant, d: &Durations, response: Bytes) -> Step {
        match &self.state {
            State::Trying => {
                self.timers.set_only(Timer::J, now + d.patience());
                self.state = State::Completed { response: response.clone() };
                Step::send(response)
            }
            State::Completed { .. } | State::Terminated => Step::nothing(),
        }
    }

    /// Fires one due timer, if one is.
    pub(crate) fn handle_timeout(&mut self, now: Instant) -> Option<Step> {
        let timer = self.timers.pop_due(now)?;
        Some(match (&self.state, timer) {
            (State::Completed { .. }, Timer::J) => {
                self.timers.stop_all();
                self.state = State::Terminated;
                Step::up(Up::Terminated)
            }
            (State::Trying | State::Completed { .. } | State::Terminated, _other) => Step::nothing(),
        })
    }

    pub(crate) fn is_terminated(&self) -> bool {
        matches!(self.state, State::Terminated)
    }

    pub(crate) fn timeout(&self) -> Option<Instant> {
        self.timers.next()
    }
}
