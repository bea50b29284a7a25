//! How a busy thread saves wake-ups: one every few milliseconds is enough.
//!
//! What comes after a quiet time is handled at once. While more keeps coming, the thread sleeps out the rest of its round
//! first and then handles all that came: many per wake-up and system call, for a delay nobody hears (a frame of sound
//! lasts 20 ms, a SIP timer half a second, a person takes 100 ms to notice anything). Deadlines that lie closer together
//! than a round share a wake-up too. A thread that has more than a round of work per round never sleeps here.

use std::time::Duration;

use crate::io::Clock;
use crate::stdx::Instant;

/// The shortest time between two rounds of a busy thread: signalling, commands, what we play ourselves.
pub(super) const ROUND: Duration = Duration::from_millis(4);
/// The same while sound of others is passed on: it is late already.
pub(super) const RELAY_ROUND: Duration = Duration::from_millis(2);

/// When the next round of a busy thread may begin.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Pace {
    next: Option<Instant>,
}

impl Pace {
    /// A round begins: sleeps if the last one had work to do and is not long enough ago. Returns whether the
    /// thread is busy, that is, whether it should look for more before it waits.
    pub(super) fn begin(&mut self, clock: Clock) -> bool {
        let Some(next) = self.next else { return false };
        let rest = next - clock.now();
        if !rest.is_zero() {
            std::thread::sleep(rest);
        }
        true
    }

    /// A round that began at `now` is over; with work to do, the next one begins after `round`.
    pub(super) fn end(&mut self, now: Instant, round: Option<Duration>) {
        self.next = round.map(|round| now + round);
    }

    /// How long to wait for a deadline that is `due` from now: at least a round, so that the next ones can share the
    /// wake-up. What arrives meanwhile ends the wait.
    pub(super) fn until(due: Duration) -> Duration {
        due.max(ROUND)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_round_with_work_is_followed_by_the_next_after_its_time_and_one_without_by_a_wait() {
        let clock = Clock::start(None);
        let mut pace = Pace::default();
        assert!(!pace.begin(clock));
        let began = clock.now();
        pace.end(began, Some(RELAY_ROUND));
        assert!(pace.begin(clock));
        assert!(clock.now() - began >= RELAY_ROUND);
        pace.end(clock.now(), None);
        assert!(!pace.begin(clock));
    }

    #[test]
    fn deadlines_closer_than_a_round_share_a_wake_up_and_later_ones_keep_their_time() {
        assert_eq!(Pace::until(Duration::ZERO), ROUND);
        assert_eq!(Pace::until(Duration::from_millis(20)), Duration::from_millis(20));
    }
}
