//! When two plans' hours say what: the exact spans of each combination of open and closed in a period.
//!
//! A combination that comes a few times (a holiday moved) is told by its instants; one that comes every week is
//! told as a condition with its first span. What is weekly repeats, so 400 days behind the last special day show
//! all there is, whichever zones the plans are of.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::dialplan::hours::{DAY_MS, Hours};

/// Whether the old plan's hours are open, and the new one's. Without hours a plan is always open.
pub(super) type State = (bool, bool);

/// Some instants of a period, by hours.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct While {
    /// The old plan's hours, and whether they are open.
    pub old: Option<(Arc<Hours>, bool)>,
    /// The new plan's.
    pub new: Option<(Arc<Hours>, bool)>,
    /// The first span.
    pub first: (i64, i64),
}

/// When a combination is.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Spans {
    /// In order; of an endless row only the first.
    pub(super) list: Vec<(i64, i64)>,
    /// There are more than anyone wants to read.
    pub(super) endless: bool,
}

impl While {
    /// Whether an instant is one of them.
    pub fn holds(&self, at_ms: i64) -> bool {
        let side = |side: &Option<(Arc<Hours>, bool)>| {
            side.as_ref().is_none_or(|(hours, open)| hours.open(at_ms) == *open)
        };
        side(&self.old) && side(&self.new)
    }

    /// Sets the first span anew; whether there is one in that period.
    pub(super) fn cut(&mut self, from: i64, until: i64) -> bool {
        if self.first.0 >= from && self.first.1 <= until {
            return true;
        }
        let hours = |side: &Option<(Arc<Hours>, bool)>| side.as_ref().map(|(hours, _)| Arc::clone(hours));
        let (old, new) = (hours(&self.old), hours(&self.new));
        let matches = |state: &State| {
            let side = |side: &Option<(Arc<Hours>, bool)>, open: bool| {
                side.as_ref().is_none_or(|side| side.1 == open)
            };
            side(&self.old, state.0) && side(&self.new, state.1)
        };
        let found = spans(old.as_deref(), new.as_deref(), from, until);
        let first =
            found.iter().filter(|(state, _)| matches(state)).flat_map(|(_, spans)| spans.list.first()).min();
        first.inspect(|first| self.first = **first).is_some()
    }
}

/// The spans of each combination that there is within a period.
pub(super) fn spans(
    old: Option<&Hours>,
    new: Option<&Hours>,
    from: i64,
    until: i64,
) -> BTreeMap<State, Spans> {
    let open = |hours: Option<&Hours>, at| hours.is_none_or(|hours| hours.open(at));
    let (start, end) = window(old, new, from, until);
    let mut found: BTreeMap<State, Spans> = BTreeMap::new();
    let mut begin = from;
    let mut at = start;
    loop {
        let state = (open(old, at), open(new, at));
        let next = change(old, new, at, state);
        let over = next.is_none_or(|next| next >= until);
        found.entry(state).or_default().add(begin, if over { until } else { next.unwrap_or(until) });
        let Some(next) = next.filter(|next| *next < end) else {
            // What has come in the last year will come again.
            if end < until && !over {
                let lately = |spans: &Spans| spans.list.last().is_some_and(|last| last.1 > end - YEAR_MS);
                found.values_mut().filter(|spans| lately(spans)).for_each(|spans| spans.endless = true);
            }
            break;
        };
        (begin, at) = (next, next);
    }
    for spans in found.values_mut() {
        spans.endless |= spans.list.len() > LISTED_MAX;
        if spans.endless {
            spans.list.truncate(1);
        }
    }
    found
}

/// The next instant at which the pair is another.
fn change(old: Option<&Hours>, new: Option<&Hours>, at: i64, state: State) -> Option<i64> {
    let next = |hours: Option<&Hours>, at| hours.and_then(|hours| hours.next_change(at));
    let mut at = at;
    loop {
        at = [next(old, at), next(new, at)].into_iter().flatten().min()?;
        let open = |hours: Option<&Hours>| hours.is_none_or(|hours| hours.open(at));
        if (open(old), open(new)) != state {
            return Some(at);
        }
    }
}

/// Where to look: all special days, and a year before and behind.
fn window(old: Option<&Hours>, new: Option<&Hours>, from: i64, until: i64) -> (i64, i64) {
    let special = || [old, new].into_iter().flatten().flat_map(Hours::dates);
    let first = special().min().unwrap_or(MILLENNIUM_MS).min(until);
    let start = from.max(first.saturating_sub(YEAR_MS));
    let last = special().max().unwrap_or(start).max(start);
    (start, until.min(last.saturating_add(YEAR_MS)))
}

impl Spans {
    fn add(&mut self, from: i64, until: i64) {
        if self.list.len() <= LISTED_MAX {
            self.list.push((from, until));
        } else if let Some(last) = self.list.last_mut() {
            // Beyond what is listed only the latest counts.
            *last = (from, until);
        }
    }
}

/// Spans told one by one.
const LISTED_MAX: usize = 16;
/// A year and more than a month.
const YEAR_MS: i64 = 400 * DAY_MS;
/// 2000-01-01: where to look when no date says when.
const MILLENNIUM_MS: i64 = 946_684_800_000;
