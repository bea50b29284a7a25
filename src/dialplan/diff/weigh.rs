//! How many real calls a change would have touched.
//!
//! A call that was made belongs to the way it came: to the number dialled, on its trunk where that trunk takes the
//! number elsewhere than others do (a number the carrier bound, a default, a trunk of one hotline); or, if something
//! else than the number dialled named its hotline (a header of a forwarded call), to that hotline, on whatever trunk
//! it came. So it belongs to the same rows as the decision that is made of it, and to no others. What arrived within
//! a row's period (and while its hours are as the row says) is counted: [`Weight::recorded`].
//!
//! A cut-over mostly lies where no records are: ahead. What is to be expected there is reckoned from rates, an hour
//! of the week each (`usual.rs`, which also says what becomes of weekdays that were not recorded). A period with an end gets
//! a sum ([`Weight::expected`]), one without gets a rate ([`Weight::per_week`]); [`Basis`] says what they rest on.
//! Holidays, growth and callers who learn the new number are not foreseen.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Serialize;

use super::usual::Usual;
use super::way::{Way, numbers_of, ways};
use super::{Diff, Others, Row};
use crate::dialplan::Table;
use crate::dialplan::hours::Clock;
use crate::event::{Number, TrunkId};

/// Calls that were made, by the way they came into the plans that are compared.
#[derive(Clone, Debug)]
pub struct PastCalls {
    ways: BTreeSet<Way>,
    numbers: BTreeSet<Number>,
    /// By the trunk it came in on and by its way: when.
    calls: BTreeMap<(Option<TrunkId>, Way), Vec<i64>>,
    count: u64,
    /// First and last arrival.
    period: Option<(i64, i64)>,
}

/// What says which hotline a call was for; numbers as the plans write them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Naming {
    /// The number dialled, as the trunk takes it.
    Dialled(Number),
    /// Something else, and it named this hotline: a header, for one.
    Hotline(Number),
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

/// What weights rest on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Basis {
    /// How many calls were recorded.
    pub calls: u64,
    /// The first.
    pub first_ms: i64,
    /// The last.
    pub last_ms: i64,
    /// Weekdays without records, Monday 0: what is expected of them is the mean of the others.
    pub missing: Vec<usize>,
}

impl PastCalls {
    /// None yet, for these two plans.
    pub fn new(old: &Table, new: &Table) -> Self {
        let numbers = numbers_of(old, new);
        Self {
            ways: ways(old, new).into_iter().collect(),
            numbers,
            calls: BTreeMap::new(),
            count: 0,
            period: None,
        }
    }

    /// Takes in a call: when it arrived, the trunk it came in on, and what named its hotline.
    pub fn add(&mut self, at_ms: i64, trunk: Option<TrunkId>, naming: Naming) {
        let way = self.way(trunk.as_ref(), naming);
        self.calls.entry((trunk, way)).or_default().push(at_ms);
        self.count += 1;
        let (first, last) = self.period.unwrap_or((at_ms, at_ms));
        self.period = Some((first.min(at_ms), last.max(at_ms)));
    }

    fn way(&self, trunk: Option<&TrunkId>, naming: Naming) -> Way {
        let any_other = |trunk| Way::of(trunk, None);
        let number = match naming {
            Naming::Hotline(number) => return self.anywhere(number),
            Naming::Dialled(number) => number,
        };
        // What a trunk of its own says comes first: all it carries, this number, a number nobody has.
        let known = self.numbers.contains(&number);
        let on_trunk = trunk.and_then(|trunk| {
            let ways = [Some(Way::all(trunk)), Some(Way::of(Some(trunk), Some(number.clone())))];
            let ways = ways.into_iter().chain([(!known).then(|| any_other(Some(trunk)))]);
            ways.flatten().find(|way| self.ways.contains(way))
        });
        on_trunk.unwrap_or_else(|| self.anywhere(number))
    }

    fn anywhere(&self, number: Number) -> Way {
        Way::of(None, Some(number).filter(|number| self.numbers.contains(number)))
    }

    /// When calls came that a row concerns, whenever that was.
    fn of(&self, row: &Row) -> impl Iterator<Item = i64> {
        let calls = self.calls.iter().filter(|((trunk, way), _)| row.concerns(trunk.as_ref(), way));
        calls.flat_map(|(_, calls)| calls.iter().copied())
    }
}

impl Row {
    fn concerns(&self, trunk: Option<&TrunkId>, way: &Way) -> bool {
        match self.others {
            Others::Everyone => self.trunk.is_none() || self.trunk.as_ref() == trunk,
            Others::Unknown | Others::Nobody if self.trunk != way.trunk => false,
            Others::Unknown | Others::Nobody => match &way.number {
                Some(number) => self.numbers.binary_search(number).is_ok(),
                None => self.others == Others::Unknown && way.others == Others::Unknown,
            },
        }
    }
}

impl Diff {
    /// Weighs every row, unless there are no calls to weigh it by.
    pub fn weigh(&mut self, calls: &PastCalls) {
        let Some((first, last)) = calls.period else { return };
        let usual = Usual::new(Clock::of(self.calendar.zone()), first, last);
        for row in self.changes.iter_mut().flat_map(|change| &mut change.rows) {
            // What only agents see is of no call.
            let of_calls = row.others != Others::Nobody || !row.numbers.is_empty();
            row.weight = of_calls.then(|| Weight::of(row, calls, &usual));
        }
        let missing = usual.missing();
        self.basis = Some(Basis { calls: calls.count, first_ms: first, last_ms: last, missing });
    }
}

impl Weight {
    fn of(row: &Row, calls: &PastCalls, usual: &Usual) -> Self {
        let at: Vec<i64> = calls.of(row).collect();
        let holds = |at: i64| row.when.as_ref().is_none_or(|when| when.holds(at));
        let inside = |at: &&i64| (row.from_ms..row.until_ms).contains(*at) && holds(**at);
        let recorded = u64::try_from(at.iter().filter(inside).count()).unwrap_or(u64::MAX);
        // What of the period lies before and behind the records.
        let (first, last) = usual.recorded();
        let rest = [(row.from_ms, row.until_ms.min(first)), (row.from_ms.max(last), row.until_ms)];
        let rest: Vec<(i64, i64)> = rest.into_iter().filter(|(from, until)| from < until).collect();
        let rates = usual.rates(at);
        let mut weight = Self { recorded, ..Self::default() };
        if rest.iter().any(|(from, until)| *from == i64::MIN || *until == i64::MAX) {
            let start = row.from_ms.max(last);
            weight.per_week = Some(whole(usual.a_week(&rates, row.when.as_ref(), start)));
        } else if !rest.is_empty() {
            let sums = rest.iter().map(|part| usual.expected(&rates, row.when.as_ref(), *part));
            weight.expected = Some(whole(sums.sum()));
        }
        weight
    }
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
            parts.push(calls("", self.recorded, "recorded ", ""));
        }
        parts.extend(self.expected.map(|n| calls("about ", n, "", " expected")));
        parts.extend(self.per_week.map(|n| calls("about ", n, "", " a week")));
        f.write_str(&parts.join(", "))
    }
}

/// `about 41,200 calls expected`
pub(super) fn calls(about: &str, count: u64, which: &str, how: &str) -> String {
    format!("{about}{} {which}{}{how}", grouped(count), if count == 1 { "call" } else { "calls" })
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
