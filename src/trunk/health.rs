//! Whether one address of a trunk is alive.
//!
//! | state | a sign of life | a failure                   | the pause is over (no pings) |
//! |-------|----------------|-----------------------------|------------------------------|
//! | Up    | forget failures| count; the third in a row: Down |                          |
//! | Down  | Up             |                             | Up, one failure from Down    |
//!
//! Any final answer is a sign of life, 401, 404, 405 and 501 too: who refuses OPTIONS lives. Failures are
//! silence, 408 (which a stack makes of silence, RFC 3261 §8.1.3.1) and the other 5xx. A failed call also brings the
//! next ping forward, so that congestion (503 to one call) is told from death within seconds.

use std::net::SocketAddr;
use std::time::Duration;

use super::{AddressView, Answer};
use crate::stdx::Instant;

/// The health of one address.
#[derive(Debug)]
pub(super) struct Health {
    state: State,
    since: Instant,
    interval: Option<Duration>,
    ping: Ping,
    pings: u32,
    /// Whether there ever was a sign of life.
    heard: bool,
    last: Option<(Instant, Answer)>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    Up {
        failures: u32,
    },
    /// `again`: when it is tried once more if there are no pings to tell.
    Down {
        again: Instant,
    },
}

/// Where the pinging stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Ping {
    Off,
    /// Sent at that time.
    Due(Instant),
    /// Sent; held to be unanswered at that time.
    Waiting {
        ping: u32,
        until: Instant,
    },
}

/// What is told of the address.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Input {
    Pong { ping: u32, answer: Answer },
    Call(Answer),
}

impl Health {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            state: State::Up { failures: 0 },
            since: now,
            interval: None,
            ping: Ping::Off,
            pings: 0,
            heard: false,
            last: None,
        }
    }

    /// Sets how often to ping; `first` is when, if it was not pinged before.
    pub(super) fn set_interval(&mut self, interval: Option<Duration>, first: Instant) {
        let interval = interval.map(|every| every.max(INTERVAL_MIN));
        self.ping = match (interval, self.ping) {
            (None, _) => Ping::Off,
            (Some(_), Ping::Off) => Ping::Due(first),
            (Some(every), Ping::Due(at)) => Ping::Due(at.min(first + every)),
            (Some(_), waiting @ Ping::Waiting { .. }) => waiting,
        };
        self.interval = interval;
    }

    pub(super) fn handle(&mut self, now: Instant, input: Input) {
        let (answer, current) = match (input, self.ping) {
            (Input::Pong { ping, answer }, Ping::Waiting { ping: sent, .. }) => (answer, ping == sent),
            (Input::Pong { answer, .. }, Ping::Off | Ping::Due(_)) => (answer, false),
            (Input::Call(answer), Ping::Off | Ping::Due(_) | Ping::Waiting { .. }) => (answer, true),
        };
        let alive = is_alive(answer);
        if !alive && !current {
            // A ping counted as silent before; its transaction ends only now.
            return;
        }
        self.last = Some((now, answer));
        self.heard |= alive;
        self.judge(now, alive);
        match (input, self.ping) {
            (Input::Pong { .. }, Ping::Waiting { .. }) if current => self.schedule(now),
            (Input::Call(_), Ping::Due(at)) if !alive => self.ping = Ping::Due(at.min(now + SUSPECT_PAUSE)),
            (Input::Pong { .. } | Input::Call(_), Ping::Off | Ping::Due(_) | Ping::Waiting { .. }) => {}
        }
    }

    /// The number of the ping to send now, if any.
    pub(super) fn handle_timeout(&mut self, now: Instant) -> Option<u32> {
        if let (Ping::Off, State::Down { again }) = (self.ping, self.state)
            && again <= now
        {
            self.state = State::Up { failures: FAILURES_MAX - 1 };
            self.since = now;
        }
        if let Ping::Waiting { until, .. } = self.ping
            && until <= now
        {
            self.last = Some((now, Answer::Silence));
            self.judge(now, false);
            self.schedule(now);
        }
        match self.ping {
            Ping::Due(at) if at <= now => {
                self.pings = self.pings.wrapping_add(1);
                self.ping = Ping::Waiting { ping: self.pings, until: now + ANSWER_WAIT };
                Some(self.pings)
            }
            Ping::Off | Ping::Due(_) | Ping::Waiting { .. } => None,
        }
    }

    pub(super) fn due(&self) -> Option<Instant> {
        match (self.ping, self.state) {
            (Ping::Due(at), _)
            | (Ping::Waiting { until: at, .. }, _)
            | (Ping::Off, State::Down { again: at }) => Some(at),
            (Ping::Off, State::Up { .. }) => None,
        }
    }

    pub(super) fn is_up(&self) -> bool {
        matches!(self.state, State::Up { .. })
    }

    pub(super) fn view(&self, address: SocketAddr) -> AddressView {
        let failures = match self.state {
            State::Up { failures } => failures,
            State::Down { .. } => FAILURES_MAX,
        };
        let (up, heard) = (self.is_up(), self.heard);
        AddressView { address, up, since: self.since, heard, failures, last: self.last }
    }

    fn judge(&mut self, now: Instant, alive: bool) {
        let before = self.is_up();
        self.state = match (self.state, alive) {
            (State::Up { .. } | State::Down { .. }, true) => State::Up { failures: 0 },
            (State::Up { failures }, false) if failures + 1 < FAILURES_MAX => {
                State::Up { failures: failures + 1 }
            }
            (State::Up { .. }, false) => State::Down { again: now + DOWN_PAUSE },
            (down @ State::Down { .. }, false) => down,
        };
        if before != self.is_up() {
            self.since = now;
        }
    }

    fn schedule(&mut self, now: Instant) {
        let Some(every) = self.interval else { return };
        // Doubt is settled soon: three silent pings take seconds, not three intervals.
        let pause = match self.state {
            State::Up { failures: 1.. } => SUSPECT_PAUSE,
            State::Up { failures: 0 } | State::Down { .. } => every,
        };
        self.ping = Ping::Due(now + pause.min(every));
    }
}

/// Whether the peer lives, by this answer.
fn is_alive(answer: Answer) -> bool {
    match answer {
        Answer::Silence | Answer::Status(408) => false,
        Answer::Status(501 | 505 | 513) => true,
        Answer::Status(status) => !(500..600).contains(&status),
    }
}

/// Failures in a row after which an address is down.
const FAILURES_MAX: u32 = 3;
/// The shortest time between two pings, whatever the plan says.
const INTERVAL_MIN: Duration = Duration::from_secs(1);
/// After a failure the next ping goes out this soon.
const SUSPECT_PAUSE: Duration = Duration::from_secs(1);
/// How long an answer to a ping is waited for: over UDP it was sent four times by then (RFC 3261 §17.1.2.1).
const ANSWER_WAIT: Duration = Duration::from_secs(4);
/// How long an address without pings stays down before a call may try it again.
const DOWN_PAUSE: Duration = Duration::from_secs(30);
