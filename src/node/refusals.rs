//! Refused registrations, as the log is told of them. A phone with a wrong password tries again every few seconds, for days:
//! the same one is told once a minute, and how many were not.

use std::collections::VecDeque;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use crate::stdx::Instant;

/// What was told of late.
#[derive(Debug, Default)]
pub(super) struct Refusals {
    /// When, whence and for which user; the oldest first.
    told: VecDeque<(Instant, IpAddr, String)>,
    /// Refused since the last that was told.
    more: u64,
}

impl Refusals {
    /// Whether this one is told, and how many were not before it. From another port it is the same phone, or one beside it.
    pub(super) fn note(&mut self, now: Instant, source: SocketAddr, user: &str) -> Option<u64> {
        while self.told.front().is_some_and(|(at, ..)| now.since(*at) >= PAUSE) {
            self.told.pop_front();
        }
        let (ip, user) = (source.ip().to_canonical(), user.chars().take(USER_CHARS_MAX).collect::<String>());
        let same = |(_, of, told): &(Instant, IpAddr, String)| *of == ip && *told == user;
        if self.told.len() >= TOLD_MAX || self.told.iter().any(same) {
            self.more = self.more.saturating_add(1);
            return None;
        }
        self.told.push_back((now, ip, user));
        Some(std::mem::take(&mut self.more))
    }
}

/// How long the same is not told again.
const PAUSE: Duration = Duration::from_secs(60);
/// Lines in that time, whoever tries whatever names.
const TOLD_MAX: usize = 32;
/// Of a name that may be anything.
const USER_CHARS_MAX: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_that_repeats_a_refused_register_is_told_once_a_minute() {
        let mut refusals = Refusals::default();
        let phone = |port| SocketAddr::from(([10, 0, 0, 3], port));
        let at = |s| Instant::ZERO + Duration::from_secs(s);
        let told: Vec<Option<u64>> =
            (0..8).map(|i| refusals.note(at(i * 20), phone(5060 + i as u16), "a1")).collect();
        assert_eq!(told, [Some(0), None, None, Some(2), None, None, Some(2), None]);
        // Another user, or from elsewhere: that is another matter.
        assert_eq!(refusals.note(at(141), phone(5060), "a2"), Some(1));
        assert_eq!(refusals.note(at(142), SocketAddr::from(([10, 0, 0, 4], 5060)), "a1"), Some(0));
    }

    #[test]
    fn who_tries_many_names_does_not_fill_the_log() {
        let mut refusals = Refusals::default();
        let source = SocketAddr::from(([10, 0, 0, 3], 5060));
        let mut told =
            |at| (0..1000).filter_map(|i| refusals.note(at, source, &format!("u{i}"))).collect::<Vec<_>>();
        assert_eq!(told(Instant::ZERO).len(), TOLD_MAX);
        let later = told(Instant::ZERO + PAUSE);
        assert_eq!((later.len(), later[0]), (TOLD_MAX, 1000 - TOLD_MAX as u64));
    }
}
