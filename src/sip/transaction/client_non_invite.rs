//! Client non-INVITE transaction: RFC 3261 §17.1.2. (UDP.)
//!
//! | state      | 1xx              | 200–699         | timer                              |
//! |------------|------------------|-----------------|------------------------------------|
//! | Trying     | → Proceeding     | up → Completed  | E: resend; F: give up → Terminated |
//! | Proceeding | –                | up → Completed  | E: resend; F: give up → Terminated |
//! | Completed  | –                | –               | K → Terminated                     |
//! | Terminated | –                | –               | –                                  |
//!
//! Provisional responses are not passed up: nobody above has a use for them.

use std::time::Duration;

use bytes::Bytes;

use super::step::{Step, Up};
use super::timers::{Durations, Timer, Timers};
use crate::sip::wire::StatusClass::{self, Failure, Provisional, Success};
use crate::stdx::Instant;

/// See the module's table.
#[derive(Debug)]
pub(crate) struct ClientNonInvite {
    state: State,
    timers: Timers,
}

#[derive(Debug)]
enum State {
    Trying { request: Bytes, resend_after: Duration },
    Proceeding { request: Bytes },
    Completed,
    Terminated,
}

impl ClientNonInvite {
    /// The transaction of a request that has just been sent.
    pub(crate) fn new(now: Instant, d: &Durations, request: Bytes) -> Self {
        let mut timers = Timers::default();
        timers.set_both((Timer::E, now + d.t1), (Timer::F, now + d.patience()));
        Self { state: State::Trying { request, resend_after: d.t1 }, timers }
    }

    /// Takes in a response.
    pub(crate) fn handle_response(&mut self, now: Instant, d: &Durations, class: StatusClass) -> Step {
        match (&self.state, class) {
            (State::Trying { request, .. }, Provisional) => {
                // E, already armed, next fires as before and from then on every T2 (RFC 3261 §17.1.2.2).
                self.state = State::Proceeding { request: request.clone() };
                Step::nothing()
            }
            (State::Trying { .. } | State::Proceeding { .. }, Success | Failure) => {
                self.timers.set_only(Timer::K, now + d.t4);
                self.state = State::Completed;
                Step::up(Up::Message)
            }
            (State::Proceeding { .. }, Provisional)
            | (State::Completed | State::Terminated, Provisional | Success | Failure) => Step::nothing(),
        }
    }

    /// Fires one due timer, if one is.
    pub(crate) fn handle_timeout(&mut self, now: Instant, d: &Durations) -> Option<Step> {
        let timer = self.timers.pop_due(now)?;
        Some(match (&mut self.state, timer) {
            (State::Trying { request, resend_after }, Timer::E) => {
                *resend_after = d.doubled(*resend_after);
                self.timers.again(Timer::E, now + *resend_after);
                Step::send(request.clone())
            }
            (State::Proceeding { request }, Timer::E) => {
                self.timers.again(Timer::E, now + d.t2);
                Step::send(request.clone())
            }
            (State::Trying { .. } | State::Proceeding { .. }, Timer::F) => {
                self.terminate();
                Step::up(Up::TimedOut)
            }
            (State::Completed, Timer::K) => {
                self.terminate();
                Step::up(Up::Terminated)
            }
            (
                State::Trying { .. } | State::Proceeding { .. } | State::Completed | State::Terminated,
                _other,
            ) => Step::nothing(),
        })
    }

    fn terminate(&mut self) {
        self.timers.stop_all();
        self.state = State::Terminated;
    }

    pub(crate) fn is_terminated(&self) -> bool {
        matches!(self.state, State::Terminated)
    }

    pub(crate) fn timeout(&self) -> Option<Instant> {
        self.timers.next()
    }
}
