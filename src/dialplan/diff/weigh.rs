//! How many real calls a change would have touched.
//!
//! A recorded call counts for a row when it was to one of the row's numbers and arrived within the row's period
//! (and while its hours are as the row says). That is a count and not an estimate: [`Weight::recorded`].
//!
//! A cut-over mostly lies where no records are: ahead. There each recorded call is moved by whole weeks, so that it
//! keeps its weekday and its time of day in the plan's zone, and counts as one call divided by the number of days
//! of its weekday among the records: an estimate from a usual week. A period with an end gets a sum
//! ([`Weight::expected`]), one without gets a rate ([`Weight::per_week`]). Holidays, growth and callers who learn
//! the new number are not foreseen.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Serialize;

use crate::dialplan::diff::{Diff, Others, Row, While};
use crate::dialplan::hours::{Clock, DAY_MS, weekday};
use crate::event::{Number, TrunkId};

/// Calls that were made.
#[derive(Clone, Debug, Default)]
pub struct Traffic {
    calls: BTreeMap<Number, Vec<Made>>,
    /// First and last arrival.
    period: Option<(i64, i64)>,
}

#[derive(Clone, Debug)]
struct Made {
    at_ms: i64,
    trunk: Option<TrunkId>,
}

/// How many calls a row would have touched.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Weight {
    /// Recorded calls within its period.
    pub recorded: u64,
    /// Calls to be expected in the rest of its period, if that ends.
    pub expected: Option<u64>,
    /// Calls to be expected a week, if it does not end.
    pub per_week: Option<u64>,
}

impl Traffic {
    /// Takes in a call: when it arrived, the number dialled as the plan writes it, the trunk it came in on.
    pub fn add(&mut self, at_ms: i64, dialled: Number, trunk: Option<TrunkId>) {
        self.calls.entry(dialled).or_default().push(Made { at_ms, trunk });
        let (first, last) = self.period.unwrap_or((at_ms, at_ms));
        self.period = Some((first.min(at_ms), last.max(at_ms)));
    }

    /// How many calls.
    pub fn len(&self) -> usize {
        self.calls.values().map(Vec::len).sum()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.calls.is_empty()
    }
}

impl Diff {
    /// Weighs every row, unless there is no traffic to weigh it by.
    pub fn weigh(&mut self, traffic: &Traffic) {
        let Some((first, last)) = traffic.period else { return };
        let clock = Clock::of(self.calendar.zone());
        let scale = Scale::new(clock, first, last);
        for row in self.changes.iter_mut().flat_map(|change| &mut change.rows) {
            // What only agents see is of no call.
            let calls = row.others != Others::Nobody || !row.numbers.is_empty();
            row.weight = calls.then(|| scale.weight(row, &self.known, traffic));
        }
    }
}

impl Row {
    /// Calls of the traffic that are the row's, whenever.
    fn calls<'t>(&self, known: &BTreeSet<Number>, traffic: &'t Traffic) -> Vec<&'t Made> {
        let here = |number: &Number| match self.others {
            Others::Nobody => self.numbers.binary_search(number).is_ok(),
            Others::Unknown => self.numbers.binary_search(number).is_ok() || !known.contains(number),
            Others::Everyone => true,
        };
        let calls = traffic.calls.iter().filter(|(number, _)| here(number)).flat_map(|(_, calls)| calls);
        calls.filter(|call| self.trunk.is_none() || call.trunk == self.trunk).collect()
    }
}

/// The records' period, in civil time.
struct Scale {
    clock: Clock,
    first: i64,
    last: i64,
    /// How many days of each weekday it has.
    days: [u32; 7],
}

impl Scale {
    fn new(clock: Clock, first: i64, last: i64) -> Self {
        let mut days = [0; 7];
        let (from, until) = (clock.reading(first).div_euclid(DAY_MS), clock.reading(last).div_euclid(DAY_MS));
        for (day, count) in (0..).zip(&mut days) {
            // Of the days from..=until those that are this weekday.
            let offset = (day - i64::try_from(weekday(from)).unwrap_or(0)).rem_euclid(7);
            *count = u32::try_from((until - from - offset).div_euclid(7) + 1).unwrap_or(0);
        }
        Self { clock, first, last, days }
    }

    fn weight(&self, row: &Row, known: &BTreeSet<Number>, traffic: &Traffic) -> Weight {
        let calls = row.calls(known, traffic);
        let holds = |at: i64| row.when.as_ref().is_none_or(|when| when.holds(at));
        let inside =
            |call: &&&Made| row.from_ms <= call.at_ms && call.at_ms < row.until_ms && holds(call.at_ms);
        let mut weight = Weight { recorded: count(calls.iter().filter(inside)), ..Weight::default() };
        // What of the period lies before and behind the records.
        let before = (row.from_ms, row.until_ms.min(self.first));
        let behind = (row.from_ms.max(self.last.saturating_add(1)), row.until_ms);
        let rest: Vec<(i64, i64)> =
            [before, behind].into_iter().filter(|(from, until)| from < until).collect();
        let endless = rest.iter().any(|(from, until)| *from == i64::MIN || *until == i64::MAX);
        let weeks = |weeks: &dyn Fn(i64) -> f64| {
            calls.iter().map(|call| self.share(call.at_ms) * weeks(call.at_ms)).sum()
        };
        if endless {
            let start = behind.0.max(self.last);
            weight.per_week = Some(whole(weeks(&|at| self.usual(at, row.when.as_ref(), start))));
        } else if !rest.is_empty() {
            let times = |at| rest.iter().map(|part| self.times(at, row.when.as_ref(), *part)).sum();
            weight.expected = Some(whole(weeks(&times)));
        }
        weight
    }

    /// One call as part of a usual week.
    fn share(&self, at_ms: i64) -> f64 {
        let weekday = weekday(self.clock.reading(at_ms).div_euclid(DAY_MS));
        1.0 / f64::from(self.days.get(weekday).copied().unwrap_or(1).max(1))
    }

    /// How often a call's weekday and time of day come in a part of a period.
    fn times(&self, at_ms: i64, when: Option<&While>, (from, until): (i64, i64)) -> f64 {
        let civil = self.clock.reading(at_ms);
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

    /// The same for a usual week from an instant on.
    fn usual(&self, at_ms: i64, when: Option<&While>, start: i64) -> f64 {
        const YEAR: i64 = 52;
        if when.is_none() {
            return 1.0;
        }
        self.times(at_ms, when, (start, start.saturating_add(YEAR * WEEK_MS))) / 52.0
    }
}

fn count<T>(calls: impl Iterator<Item = T>) -> u64 {
    u64::try_from(calls.count()).unwrap_or(u64::MAX)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a count of calls: not negative, and far below 2^53"
)]
fn whole(calls: f64) -> u64 {
    calls.round() as u64
}

impl fmt::Display for Weight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if (self.recorded, self.expected.unwrap_or(0), self.per_week.unwrap_or(0)) == (0, 0, 0) {
            return f.write_str("no call");
        }
        let mut parts = vec![];
        if self.recorded > 0 || (self.expected.is_none() && self.per_week.is_none()) {
            parts.push(format!("{} recorded calls", grouped(self.recorded)));
        }
        parts.extend(self.expected.map(|calls| format!("about {} calls expected", grouped(calls))));
        parts.extend(self.per_week.map(|calls| format!("about {} calls a week", grouped(calls))));
        f.write_str(&parts.join(", "))
    }
}

/// `41,200`
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

const WEEK_MS: i64 = 7 * DAY_MS;
/// Two years.
const WEEKS_MAX: usize = 104;
