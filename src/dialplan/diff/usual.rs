//! A usual week, as records show it: how many calls come in each hour of it.
//!
//! A rate is a count divided by how often that hour of the week lies within the records, from the hour of the first
//! record to the hour of the last: a day that was recorded by half counts by half. An hour of the week that was not
//! recorded gets the mean of the same hour on the other days; one that was recorded on no day gets none. Within
//! an hour calls stay at their minute, so that a queue that closes at half past keeps what came before.

use crate::dialplan::diff::While;
use crate::dialplan::hours::{Clock, DAY_MS, weekday};

/// The records' period, and what is usual in it.
pub(super) struct Usual {
    clock: Clock,
    /// Civil hours since 1970: the first, and the first behind the last.
    hours: (i64, i64),
}

/// Calls to be expected, by minute of the week, Monday 00:00 first; only minutes that have any.
pub(super) struct Rates(Vec<(i64, f64)>);

impl Usual {
    pub(super) fn new(clock: Clock, first_ms: i64, last_ms: i64) -> Self {
        let hour = |at_ms| clock.reading(at_ms).div_euclid(HOUR_MS);
        let hours = (hour(first_ms), hour(last_ms) + 1);
        Self { clock, hours }
    }

    /// The instants that count as recorded.
    pub(super) fn recorded(&self) -> (i64, i64) {
        let instant = |hour: i64| self.clock.instant(hour.saturating_mul(HOUR_MS));
        (instant(self.hours.0), instant(self.hours.1))
    }

    /// Weekdays of which no hour was recorded, Monday 0.
    pub(super) fn missing(&self) -> Vec<usize> {
        let is_missing = |day: &usize| hours_of(*day).all(|hour| self.times_recorded(hour) == 0.0);
        (0..7).filter(is_missing).collect()
    }

    /// What calls that came at these instants let expect.
    pub(super) fn rates(&self, calls: impl IntoIterator<Item = i64>) -> Rates {
        let mut calls = calls.into_iter().peekable();
        if calls.peek().is_none() {
            return Rates(vec![]);
        }
        let mut counts = vec![0.0; 7 * 24 * 60];
        for at_ms in calls {
            let minute = minute_of_week(self.clock.reading(at_ms));
            if let Some(count) = usize::try_from(minute).ok().and_then(|minute| counts.get_mut(minute)) {
                *count += 1.0;
            }
        }
        let count =
            |minute: i64| usize::try_from(minute).ok().and_then(|m| counts.get(m)).copied().unwrap_or(0.0);
        let rate = |minute: i64| {
            let times = self.times_recorded(minute.div_euclid(60));
            if times > 0.0 {
                return count(minute) / times;
            }
            // The same minute of every day: what came of it, over how often it was there to be recorded.
            let on_each_day = (0..7).map(|day| day * DAY_MINUTES + minute.rem_euclid(DAY_MINUTES));
            let came: f64 = on_each_day.clone().map(count).sum();
            let times: f64 = on_each_day.map(|minute| self.times_recorded(minute.div_euclid(60))).sum();
            if times > 0.0 { came / times } else { 0.0 }
        };
        let rates = (0..7 * DAY_MINUTES).map(|minute| (minute, rate(minute)));
        Rates(rates.filter(|(_, rate)| *rate > 0.0).collect())
    }

    /// Calls to be expected in a period that ends.
    pub(super) fn expected(&self, rates: &Rates, when: Option<&While>, period: (i64, i64)) -> f64 {
        rates.0.iter().map(|(minute, rate)| rate * self.times(*minute, when, period)).sum()
    }

    /// Calls to be expected a week from an instant on.
    pub(super) fn a_week(&self, rates: &Rates, when: Option<&While>, start: i64) -> f64 {
        if when.is_none() {
            return rates.0.iter().map(|(_, rate)| rate).sum();
        }
        let year = (start, start.saturating_add(i64::from(YEAR_WEEKS) * WEEK_MS));
        self.expected(rates, when, year) / f64::from(YEAR_WEEKS)
    }

    /// How often an hour of the week lies within the records.
    fn times_recorded(&self, hour_of_week: i64) -> f64 {
        let weeks = |hour: i64| (hour - MONDAY_HOUR - hour_of_week).div_euclid(WEEK_HOURS);
        // Of the hours before `hours.1`, less those before `hours.0`.
        let times = weeks(self.hours.1 - 1) - weeks(self.hours.0 - 1);
        u32::try_from(times).map_or(0.0, f64::from)
    }

    /// How often a minute of the week comes in a period, at instants that `when` holds.
    fn times(&self, minute: i64, when: Option<&While>, (from, until): (i64, i64)) -> f64 {
        let civil = MONDAY_HOUR * HOUR_MS + minute * MINUTE_MS;
        // The first week in which it is not before that instant: rounded up.
        let ahead = |ms: i64| (self.clock.reading(ms) - civil + WEEK_MS - 1).div_euclid(WEEK_MS);
        let weeks = ahead(from)..ahead(until);
        let all = u32::try_from((weeks.end - weeks.start).max(0)).unwrap_or(u32::MAX);
        let Some(when) = when else { return f64::from(all) };
        // Hours are looked at one week after the other, in a part that is very long in its first weeks only.
        let seen = weeks.clone().take(WEEKS_MAX);
        let looked = u32::try_from(seen.clone().count()).unwrap_or(1).max(1);
        let held = seen.filter(|week| when.holds(self.clock.instant(civil + week * WEEK_MS))).count();
        f64::from(u32::try_from(held).unwrap_or(0)) * f64::from(all) / f64::from(looked)
    }
}

/// Of a civil millisecond; Monday 00:00 is 0.
fn minute_of_week(civil_ms: i64) -> i64 {
    let day = civil_ms.div_euclid(DAY_MS);
    let weekday = i64::try_from(weekday(day)).unwrap_or(0);
    weekday * DAY_MINUTES + civil_ms.rem_euclid(DAY_MS) / MINUTE_MS
}

/// The hours of the week that a weekday has.
fn hours_of(day: usize) -> impl Iterator<Item = i64> {
    let day = i64::try_from(day).unwrap_or(0);
    day * 24..day * 24 + 24
}

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MINUTES: i64 = 24 * 60;
const WEEK_HOURS: i64 = 7 * 24;
const WEEK_MS: i64 = 7 * DAY_MS;
/// 1970-01-05, the first Monday, in hours since 1970.
const MONDAY_HOUR: i64 = 4 * 24;
const YEAR_WEEKS: u32 = 52;
/// Two years.
const WEEKS_MAX: usize = 104;
