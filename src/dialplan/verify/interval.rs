//! The partition of time: for each number the intervals in which nothing changes.

use crate::dialplan::action::Action;
use crate::dialplan::table::{Fate, Segment, Table};

/// Whoever dials a number within an interval.
#[derive(Clone, Copy, Debug)]
pub(in crate::dialplan) struct Caller<'t> {
    /// The number.
    pub(in crate::dialplan) fate: &'t Fate,
    /// The period of the plan.
    pub(in crate::dialplan) segment: &'t Segment,
    /// What is done with the call.
    pub(in crate::dialplan) action: &'t Action,
    /// First millisecond of the interval.
    pub(in crate::dialplan) from_ms: i64,
    /// The millisecond after its last.
    pub(in crate::dialplan) until_ms: i64,
    /// An instant within it that stands for all: the first.
    pub(in crate::dialplan) at_ms: i64,
}

/// Every number × every interval.
pub(super) fn callers(table: &Table) -> impl Iterator<Item = Caller<'_>> {
    table.fates().iter().flat_map(|fate| {
        fate.segments.iter().enumerate().map(move |(i, segment)| Caller {
            fate,
            segment,
            action: &segment.action,
            from_ms: segment.from_ms,
            until_ms: fate.segments.get(i + 1).map_or(i64::MAX, |next| next.from_ms),
            at_ms: segment.from_ms,
        })
    })
}

impl Caller<'_> {
    /// The first instant of the interval from `from_ms` up to, not including, `until_ms`.
    pub(in crate::dialplan) fn first_within(&self, from_ms: i64, until_ms: i64) -> Option<i64> {
        let (from, until) = (self.from_ms.max(from_ms), self.until_ms.min(until_ms));
        (from < until).then_some(from)
    }
}
