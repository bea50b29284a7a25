//! How a busy thread saves wake-ups: one a millisecond is enough.
//!
//! A datagram that comes after a quiet time is handled at once. While datagrams keep coming, the thread sleeps out the
//! rest of the millisecond first and then handles all that came: many per wake-up and system call, for a
//! delay nobody hears. A thread that has more than a millisecond of work per millisecond never sleeps here.

use std::time::Duration;

use crate::io::Clock;
use crate::stdx::Instant;

/// The shortest time between two rounds of a busy thread.
const ROUND: Duration = Duration::from_millis(1);

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
}

fn rest(last: Instant, now: Instant) -> Duration {
    ROUND.saturating_sub(now - last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_busy_thread_sleeps_out_its_millisecond_and_a_late_one_not_at_all() {
        let us = |n: u64| Instant::from_nanos(n * 1000);
        assert_eq!(rest(us(5000), us(5200)), Duration::from_micros(800));
        assert_eq!(rest(us(5000), us(6000)), Duration::ZERO);
        assert_eq!(rest(us(5000), us(9000)), Duration::ZERO);
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
