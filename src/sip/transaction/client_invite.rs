//! Client INVITE transaction: RFC 3261 §17.1.1, with the Accepted state of RFC 6026 §7.2. (UDP.)
//!
//! | state      | 1xx                 | 2xx                | 300–699                     | timer                              |
//! |------------|---------------------|--------------------|-----------------------------|------------------------------------|
//! | Calling    | up → Proceeding     | up → Accepted      | ACK, up → Completed         | A: resend; B: give up → Terminated |
//! | Proceeding | up                  | up → Accepted      | ACK, up → Completed         | –                                  |
//! | Accepted   | –                   | up                 | –                           | M → Terminated                     |
//! | Completed  | –                   | –                  | ACK again                   | D → Terminated                     |
//! | Terminated | –                   | –                  | –                           | –                                  |
//!
//! *Absent:* the ACK of a 2xx, which belongs to the dialog (RFC 3261 §13.2.2.4), and CANCEL, which is a
//! transaction of its own.

use std::time::Duration;

use bytes::Bytes;

use super::step::{Step, Up};
use super::timers::{Durations, Timer, Timers};
use crate::sip::wire::StatusClass::{self, Failure, Provisional, Success};
use crate::stdx::Instant;

/// See the module's table.
#[derive(Debug)]
pub(crate) struct ClientInvite {
    state: State,
    timers: Timers,
}

#[derive(Debug)]
enum State {
    Calling { invite: Bytes, resend_after: Duration },
    // The INVITE is still needed: CANCEL and the ACK of a failure are made from it.
    Proceeding { invite: Bytes },
    Accepted,
    Completed { ack: Bytes },
    Terminated,
}

impl ClientInvite {
    /// The transaction of an INVITE that has just been sent.
    pub(crate) fn new(now: Instant, d: &Durations, invite: Bytes) -> Self {
        let mut timers = Timers::default();
        timers.set_both((Timer::A, now + d.t1), (Timer::B, now + d.patience()));
        Self { state: State::Calling { invite, resend_after: d.t1 }, timers }
    }

    /// Takes in a response; `ack` makes the ACK of a failure from the INVITE.
    pub(crate) fn handle_response(
        &mut self,
        now: Instant,
        d: &Durations,
        class: StatusClass,
        ack: impl FnOnce(&Bytes) -> Bytes,
    ) -> Step {
        match (&self.state, class) {
            (State::Calling { invite, .. } | State::Proceeding { invite }, Provisional) => {
                let invite = invite.clone();
                self.timers.stop_all();
                self.state = State::Proceeding { invite };
                Step::up(Up::Message)
            }
            (State::Calling { .. } | State::Proceeding { .. }, Success) => {
                self.timers.set_only(Timer::M, now + d.patience());
                self.state = State::Accepted;
                Step::up(Up::Message)
            }
            (State::Calling { invite, .. } | State::Proceeding { invite }, Failure) => {
                let ack = ack(invite);
                self.timers.set_only(Timer::D, now + d.d());
                self.state = State::Completed { ack: ack.clone() };
                Step { send: Some(ack), up: Up::Message }
            }
            // Another 2xx may come from another branch of a fork; the dialog sorts them out.
            (State::Accepted, Success) => Step::up(Up::Message),
            (State::Completed { ack }, Failure) => Step::send(ack.clone()),
            (State::Accepted, Provisional | Failure)
            | (State::Completed { .. }, Provisional | Success)
            | (State::Terminated, Provisional | Success | Failure) => Step::nothing(),
        }
    }

    /// Fires one due timer, if one is.
    pub(crate) fn handle_timeout(&mut self, now: Instant) -> Option<Step> {
        let timer = self.timers.pop_due(now)?;
        Some(match (&mut self.state, timer) {
            (State::Calling { invite, resend_after }, Timer::A) => {
                // RFC 3261 §17.1.1.2: A doubles without the bound of T2.
                *resend_after *= 2;
                self.timers.again(Timer::A, now + *resend_after);
                Step::send(invite.clone())
            }
            (State::Calling { .. }, Timer::B) => {
                self.terminate();
                Step::up(Up::TimedOut)
            }
            (State::Accepted, Timer::M) | (State::Completed { .. }, Timer::D) => {
                self.terminate();
                Step::up(Up::Terminated)
            }
            (
                State::Calling { .. }
                | State::Proceeding { .. }
                | State::Accepted
                | State::Completed { .. }
                | State::Terminated,
                _other,
            ) => Step::nothing(),
        })
    }

    /// Ends the transaction unheard: the user has given it up (RFC 3261 §9.1: 64·T1 after its CANCEL).
    pub(crate) fn terminate(&mut self) {
        self.timers.stop_all();
        self.state = State::Terminated;
    }

    /// The INVITE, while it is unanswered.
    pub(crate) fn invite(&self) -> Option<&Bytes> {
        match &self.state {
            State::Calling { invite, .. } | State::Proceeding { invite } => Some(invite),
            State::Accepted | State::Completed { .. } | State::Terminated => None,
        }
    }

    /// Whether a CANCEL may be sent: a provisional response has come and no final one (RFC 3261 §9.1).
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
