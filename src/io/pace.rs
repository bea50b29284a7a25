//! How a busy thread saves wake-ups: one every two milliseconds is enough.
//!
//! A datagram that comes after a quiet time is handled at once. While datagrams keep coming, the thread sleeps out the
//! rest of the round first and then handles all that came: many per wake-up and system call, for a delay nobody hears
//! (a frame of sound lasts 20 ms, a SIP timer half a second). Deadlines that lie closer together than a round
//! share a wake-up too. A thread that has more than a round of work per round never sleeps here.

use std::time::Duration;

use crate::io::Clock;
use crate::stdx::Instant;

/// The shortest time between two rounds of a busy thread.
const ROUND: Duration = Duration::from_millis(2);

/// Since when this thread is busy, if it is.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Pace {
    last: Option<Instant>,
}

impl Pace {
    /// A round begins: sleeps if the last one had work to do and is less than [`ROUND`] old. Returns whether the
    /// thread is busy, that is, whether it should look for more before it waits.
    pub(super) fn begin(&mut self, clock: Clock) -> bool {
        let Some(last) = self.last else { return false };
        let rest = rest(last, clock.now());
        if !rest.is_zero() {
            std::thread::sleep(rest);
        }
        true
    }

    /// A round that began at `now` is over, and had work to do or not.
    pub(super) fn end(&mut self, now: Instant, worked: bool) {
        self.last = worked.then_some(now);
    }

    /// How long to wait for a deadline that is `due` from now: at least a round, so that the next ones can share the
    /// wake-up. What arrives meanwhile ends the wait.
    pub(super) fn until(due: Duration) -> Duration {
        due.max(ROUND)
    }
}

fn rest(last: Instant, now: Instant) -> Duration {
    ROUND.saturating_sub(now - last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_busy_thread_sleeps_out_its_round_and_a_late_one_not_at_all() {
        let us = |n: u64| Instant::from_nanos(n * 1000);
        assert_eq!(rest(us(5000), us(5200)), Duration::from_micros(1800));
        assert_eq!(rest(us(5000), us(7000)), Duration::ZERO);
        assert_eq!(rest(us(5000), us(9000)), Duration::ZERO);
    }

    #[test]
    fn deadlines_closer_than_a_round_share_a_wake_up_and_later_ones_keep_their_time() {
        assert_eq!(Pace::until(Duration::ZERO), ROUND);
        assert_eq!(Pace::until(Duration::from_millis(20)), Duration::from_millis(20));
    }

    #[test]
    fn after_a_round_without_work_nothing_is_waited_for() {
        let clock = Clock::start(None);
        let mut pace = Pace::default();
        assert!(!pace.begin(clock));
        pace.end(clock.now(), true);
        assert!(pace.begin(clock));
        pace.end(clock.now(), false);
        assert!(!pace.begin(clock));
    }
}
