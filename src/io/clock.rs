//! The only reader of the clock: everything else takes `now` as an argument.
//!
//! Monotonic time counts from the start of the process and is never set. Wall time comes from the operating
//! system, or, for a rehearsal, starts at an instant of the operator's choice and runs on from there; NTP and
//! the system's clock then have no say. It does not wake anyone: deadlines are the callers' affair.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::node::seam::Wall;
use crate::stdx::Instant;

/// Monotonic and wall time. Cheap to copy; all copies count from the same start.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    started: std::time::Instant,
    rehearsal: Option<i64>,
}

impl Clock {
    /// Starts counting now. With `rehearsal` (milliseconds since 1970) the wall clock starts there.
    #[allow(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
    pub fn start(rehearsal: Option<i64>) -> Self {
        Self { started: std::time::Instant::now(), rehearsal }
    }

    /// Monotonic time since the start.
    #[allow(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
    pub fn now(&self) -> Instant {
        let passed = std::time::Instant::now().saturating_duration_since(self.started);
        Instant::ZERO + passed
    }

    /// Civil time, read now. In a rehearsal the relation of the two times never changes.
    #[allow(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
    pub fn wall(&self) -> Wall {
        match self.rehearsal {
            Some(ms) => Wall { ms, at: Instant::ZERO },
            None => Wall { ms: whole_ms(SystemTime::now()), at: self.now() },
        }
    }

    /// Whether the wall clock was set by the operator.
    pub fn is_rehearsal(&self) -> bool {
        self.rehearsal.is_some()
    }
}

/// Milliseconds since 1970, negative before.
fn whole_ms(time: SystemTime) -> i64 {
    let clamp = |ms: u128| i64::try_from(ms).unwrap_or(i64::MAX);
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => clamp(after.as_millis()),
        Err(before) => clamp(before.duration().as_millis()).saturating_neg(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_rehearsal_starts_at_the_given_instant_and_runs_on_with_monotonic_time() {
        let new_year = 1_640_966_390_000; // 2021-12-31T23:59:50+08:00
        let clock = Clock::start(Some(new_year));
        let wall = clock.wall();
        assert!(clock.is_rehearsal());
        assert_eq!(wall.ms_at(Instant::ZERO), new_year);
        assert_eq!(wall.ms_at(Instant::ZERO + Duration::from_secs(10)), new_year + 10_000);
        assert_eq!(clock.wall(), wall);
    }

    #[test]
    #[allow(clippy::disallowed_methods, reason = "the clock is what is tested")]
    fn without_a_rehearsal_the_wall_is_the_systems() {
        let clock = Clock::start(None);
        let before = whole_ms(SystemTime::now());
        let read = clock.wall().ms;
        let after = whole_ms(SystemTime::now());
        assert!(!clock.is_rehearsal());
        assert!(before <= read && read <= after, "{before} {read} {after}");
    }

    #[test]
    fn times_before_1970_are_negative() {
        assert_eq!(whole_ms(UNIX_EPOCH - Duration::from_millis(1500)), -1500);
    }
}
