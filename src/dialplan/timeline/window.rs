//! Which time a picture shows: the stretch in which most changes, and short ones around what changes far from it.
//!
//! *Invariant:* between two stretches nothing changes, unless there are more than a sheet has room for; what is left
//! out then is no gap as long as there is anything else to leave out, and a gap left out is marked at the edge.

use crate::dialplan::calendar::Calendar;
use crate::dialplan::timeline::{Bar, Begins, CutOver, View};

/// A stretch of time, half open.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::dialplan) struct Stretch {
    pub(super) from_ms: i64,
    pub(super) until_ms: i64,
    /// Whether it is one of the short ones.
    pub(super) far: bool,
}

impl Stretch {
    pub(super) fn has(&self, at_ms: i64) -> bool {
        (self.from_ms..self.until_ms).contains(&at_ms)
    }

    /// Whether something of a period is in it.
    pub(super) fn shows(&self, bar: &Bar) -> bool {
        bar.from_ms < self.until_ms && self.from_ms < bar.until_ms
    }

    /// So much nothing between two is not worth a break.
    fn touches(&self, other: &Self) -> bool {
        self.from_ms - TOUCH_MS <= other.until_ms && other.from_ms - TOUCH_MS <= self.until_ms
    }

    fn with(&self, other: &Self) -> Self {
        Self {
            from_ms: self.from_ms.min(other.from_ms),
            until_ms: self.until_ms.max(other.until_ms),
            far: self.far && other.far,
        }
    }
}

/// In the order of time, never none, with room between them. Who says both ends gets exactly that and no break.
pub(super) fn stretches(calendar: &Calendar, cuts: &[CutOver], view: &View) -> Vec<Stretch> {
    let asked =
        |at: i64| view.from_ms.is_none_or(|from| from <= at) && view.until_ms.is_none_or(|until| at < until);
    let within: Vec<&CutOver> = cuts.iter().filter(|cut| asked(cut.at_ms)).collect();
    let nothing = view.from_ms.or(view.until_ms).unwrap_or(EMPTY_MS);
    let (first, last) = bulk(&within).unwrap_or((nothing, nothing));
    let mut all = vec![around(calendar, first, last, false)];
    if view.from_ms.is_none() || view.until_ms.is_none() {
        add_far(calendar, &within, &mut all, (first, last));
    }
    all.sort_by_key(|stretch| stretch.from_ms);
    if let (Some(from), Some(stretch)) = (view.from_ms, all.first_mut()) {
        stretch.from_ms = from;
    }
    if let (Some(until), Some(stretch)) = (view.until_ms, all.last_mut()) {
        stretch.until_ms = until;
    }
    for stretch in &mut all {
        stretch.until_ms = stretch.until_ms.max(stretch.from_ms.saturating_add(1));
    }
    all
}

/// What is far from the bulk: gaps first, then what is nearest.
fn add_far(calendar: &Calendar, within: &[&CutOver], all: &mut Vec<Stretch>, (first, last): (i64, i64)) {
    let mut far: Vec<&&CutOver> = within.iter().filter(|cut| cut.at_ms < first || last < cut.at_ms).collect();
    far.sort_by_key(|cut| {
        (!cut.begins.contains_key(&Begins::Gap), (first - cut.at_ms).max(cut.at_ms - last))
    });
    for cut in far {
        let mut stretch = around(calendar, cut.at_ms, cut.at_ms, true);
        if !all.iter().any(|other| other.touches(&stretch)) && all.len() > FAR_MAX {
            continue;
        }
        while let Some(i) = all.iter().position(|other| other.touches(&stretch)) {
            stretch = stretch.with(&all.swap_remove(i));
        }
        all.push(stretch);
    }
}

/// From the first to the last cut-over of the bulk: those within a year of the one in the middle, so that a single
/// number that ends years later does not press all others together.
fn bulk(cuts: &[&CutOver]) -> Option<(i64, i64)> {
    let each = cuts.iter().flat_map(|cut| cut.begins.values().flatten().map(|_| cut.at_ms));
    let all: Vec<i64> = each.collect();
    let middle = all.get(all.len() / 2).copied()?;
    let near = |at: &&i64| (**at - middle).abs() <= YEAR_MS;
    let first = all.iter().find(near).copied().unwrap_or(middle);
    Some((first, all.iter().rev().find(near).copied().unwrap_or(middle)))
}

/// Whole months, with half of one or more before and behind.
fn around(calendar: &Calendar, first: i64, last: i64, far: bool) -> Stretch {
    let from_ms = month(calendar, first - HALF_MONTH_MS, 0).unwrap_or(first);
    let until_ms = month(calendar, last + HALF_MONTH_MS, 1).unwrap_or(last);
    Stretch { from_ms, until_ms, far }
}

/// The first instant of an instant's month, or of one some months later.
fn month(calendar: &Calendar, at_ms: i64, later: i32) -> Option<i64> {
    let day = calendar.civil(at_ms)?.date().first_of_month();
    calendar.midnight(day.checked_add(jiff::Span::new().months(later)).ok()?)
}

const DAY_MS: i64 = 86_400_000;
const HALF_MONTH_MS: i64 = 15 * DAY_MS;
const TOUCH_MS: i64 = 62 * DAY_MS;
const YEAR_MS: i64 = 366 * DAY_MS;
/// A plan without any date: something to look at.
const EMPTY_MS: i64 = 1_640_966_400_000;
/// More would leave no room for the bulk.
const FAR_MAX: usize = 4;
