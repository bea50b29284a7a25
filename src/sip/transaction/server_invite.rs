//! Server INVITE transaction: RFC 3261 §17.2.1, with the Accepted state of RFC 6026 §7.1. (UDP.)
//!
//! | state      | INVITE again | ACK         | send 1xx | send 2xx        | send 300–699     | timer                             |
//! |------------|--------------|-------------|----------|-----------------|------------------|-----------------------------------|
//! | Proceeding | last 1xx     | –           | send     | send → Accepted | send → Completed | –                                 |
//! | Accepted   | –            | up          | –        | send            | –                | L → Terminated                    |
//! | Completed  | the failure  | → Confirmed | –        | –               | –                | G: the failure; H → Terminated    |
//! | Confirmed  | –            | –           | –        | –               | –                | I → Terminated                    |
//! | Terminated | –            | –           | –        | –               | –                | –                                 |
//!
//! The user repeats its 2xx until the ACK (RFC 3261 §13.3.1.4); the ACK of a 2xx, having a branch of its own,
//! seldom comes by here.

use std::time::Duration;

use bytes::Bytes;

use super::step::{Step, Up};
use super::timers::{Durations, Timer, Timers};
use crate::sip::wire::StatusClass::{self, Failure, Provisional, Success};
use crate::stdx::Instant;

/// See the module's table.
#[derive(Debug)]
pub(crate) struct ServerInvite {
    state: State,
    timers: Timers,
}

#[derive(Debug)]
enum State {
    Proceeding { last: Bytes },
    Accepted,
    Completed { response: Bytes, resend_after: Duration },
    Confirmed,
    Terminated,
}

impl ServerInvite {
    /// The transaction of an INVITE just taken in, answered with `trying`.
    pub(crate) fn new(trying: Bytes) -> Self {
        Self { state: State::Proceeding { last: trying }, timers: Timers::default() }
    }

    /// The INVITE came again.
    pub(crate) fn handle_request(&mut self) -> Step {
        match &self.state {
            State::Proceeding { last } => Step::send(last.clone()),
            State::Completed { response, .. } => Step::send(response.clone()),
            State::Accepted | State::Confirmed | State::Terminated => Step::nothing(),
        }
    }

    /// An ACK with the INVITE's branch came.
    pub(crate) fn handle_ack(&mut self, now: Instant, d: &Durations) -> Step {
        match &self.state {
            State::Completed { .. } => {
                self.timers.set_only(Timer::I, now + d.t4);
                self.state = State::Confirmed;
                Step::nothing()
            }
            State::Accepted => Step::up(Up::Message),
            State::Proceeding { .. } | State::Confirmed | State::Terminated => Step::nothing(),
        }
    }

    /// The user answers.
    pub(crate) fn respond(&mut self, now: Instant, d: &Durations, class: StatusClass, data: Bytes) -> Step {
        match (&self.state, class) {
            (State::Proceeding { .. }, Provisional) => {
                self.state = State::Proceeding { last: data.clone() };
                Step::send(data)
            }
            (State::Proceeding { .. }, Success) => {
                self.timers.set_only(Timer::L, now + d.patience());
                self.state = State::Accepted;
                Step::send(data)
            }
            (State::Proceeding { .. }, Failure) => {
                self.timers.set_both((Timer::G, now + d.t1), (Timer::H, now + d.patience()));
                self.state = State::Completed { response: data.clone(), resend_after: d.t1 };
                Step::send(data)
            }
            (State::Accepted, Success) => Step::send(data),
            (State::Accepted, Provisional | Failure)
            | (
                State::Completed { .. } | State::Confirmed | State::Terminated,
                Provisional | Success | Failure,
            ) => Step::nothing(),
        }
    }

    /// Fires one due timer, if one is.
    pub(crate) fn handle_timeout(&mut self, now: Instant, d: &Durations) -> Option<Step> {
        let timer = self.timers.pop_due(now)?;
        Some(match (&mut self.state, timer) {
            (State::Completed { response, resend_after }, Timer::G) => {
                *resend_after = d.doubled(*resend_after);
                self.timers.again(Timer::G, now + *resend_after);
                Step::send(response.clone())
            }
            (State::Accepted, Timer::L)
            | (State::Completed { .. }, Timer::H)
            | (State::Confirmed, Timer::I) => {
                self.timers.stop_all();
                self.state = State::Terminated;
                Step::up(Up::Terminated)
            }
            (
                State::Proceeding { .. }
                | State::Accepted
                | State::Completed { .. }
                | State::Confirmed
                | State::Terminated,
                _other,
            ) => Step::nothing(),
        })
    }

    /// Whether no final response was sent yet.
    pub(crate) fn is_proceeding(&self) -> bool {
        matches!(self.state, State::Proceeding { .. })
    }

    pub(crate) fn is_terminated(&self) -> bool {
        matches!(self.state, State::Terminated)
    }

    pub(crate) fn timeout(&self) -> Option<Instant> {
        self.timers.next()
    }
}
