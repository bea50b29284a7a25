//! The timers of RFC 3261 §17 and RFC 6026, by their letters, and the two a transaction can have armed.

use std::time::Duration;

use crate::stdx::Instant;

/// What the network is taken to be (RFC 3261 §17.1.1.1). UDP is meant everywhere in this directory: on a
/// reliable transport timers A, E, G would not run and D, I, J, K would be zero.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Durations {
    /// Round-trip estimate.
    pub(crate) t1: Duration,
    /// The longest interval between retransmissions.
    pub(crate) t2: Duration,
    /// How long a message may live in the network.
    pub(crate) t4: Duration,
}

impl Durations {
    /// 64·T1: how long silence is waited out.
    pub(crate) fn patience(&self) -> Duration {
        self.t1 * 64
    }

    /// Timer D is at least 32 s over UDP (RFC 3261 §17.1.1.2).
    pub(crate) fn d(&self) -> Duration {
        self.patience().max(Duration::from_secs(32))
    }

    /// The next interval of a retransmission that doubles up to T2.
    pub(crate) fn doubled(&self, interval: Duration) -> Duration {
        (interval * 2).min(self.t2)
    }
}

/// RFC 3261 table 4 and RFC 6026 §7.1–7.2. C belongs to proxies and is absent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Timer {
    /// Client INVITE: resend, doubling.
    A,
    /// Client INVITE: give up.
    B,
    /// Client INVITE: stop answering repeated failures.
    D,
    /// Client non-INVITE: resend, doubling up to T2.
    E,
    /// Client non-INVITE: give up.
    F,
    /// Server INVITE: resend the failure, doubling up to T2.
    G,
    /// Server INVITE: stop waiting for the ACK of a failure.
    H,
    /// Server INVITE: stop absorbing repeated ACKs.
    I,
    /// Server non-INVITE: stop absorbing repeated requests.
    J,
    /// Client non-INVITE: stop absorbing repeated responses.
    K,
    /// Server INVITE: stop absorbing repeated INVITEs after a 2xx.
    L,
    /// Client INVITE: stop passing up 2xx of forks and repeats.
    M,
}

/// The armed timers of one transaction; no state has more than two.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Timers {
    first: Option<(Timer, Instant)>,
    second: Option<(Timer, Instant)>,
}

impl Timers {
    /// Arms two timers and no other.
    pub(crate) fn set_both(&mut self, first: (Timer, Instant), second: (Timer, Instant)) {
        (self.first, self.second) = (Some(first), Some(second));
    }

    /// Arms one timer and no other.
    pub(crate) fn set_only(&mut self, timer: Timer, at: Instant) {
        (self.first, self.second) = (Some((timer, at)), None);
    }

    /// Arms a timer that has just fired again; what else runs goes on.
    pub(crate) fn again(&mut self, timer: Timer, at: Instant) {
        if self.first.is_none() {
            self.first = Some((timer, at));
        } else {
            self.second = Some((timer, at));
        }
    }

    /// Disarms all.
    pub(crate) fn stop_all(&mut self) {
        (self.first, self.second) = (None, None);
    }

    /// Disarms and returns a timer that is due, the one that gives up before the one that resends.
    pub(crate) fn pop_due(&mut self, now: Instant) -> Option<Timer> {
        let due = |slot: &Option<(Timer, Instant)>| slot.is_some_and(|(_, at)| at <= now);
        let gives_up = |slot: &Option<(Timer, Instant)>| {
            slot.is_some_and(|(timer, _)| !matches!(timer, Timer::A | Timer::E | Timer::G))
        };
        let slot = match (due(&self.first), due(&self.second)) {
            (true, true) if gives_up(&self.second) => &mut self.second,
            (true, _) => &mut self.first,
            (false, true) => &mut self.second,
            (false, false) => return None,
        };
        slot.take().map(|(timer, _)| timer)
    }

    /// When the next timer is due.
    pub(crate) fn next(&self) -> Option<Instant> {
        let at = |slot: Option<(Timer, Instant)>| slot.map(|(_, at)| at);
        at(self.first).into_iter().chain(at(self.second)).min()
    }
}
