//! When something is open: weekly spans of civil time, holidays and moved working days, in the plan's zone.
//!
//! *What a span means.* It holds from the first instant at which the city's clocks have reached its first minute
//! up to, not including, the first at which they have reached its end. So an hour that summer time skips is
//! neither missed nor made up for, and in an hour that is repeated nothing opens or closes twice. (A phase's
//! *date* in a skipped hour is read as RFC 5545 §3.3.5 does, see [`super::calendar`]: one instant, no order to
//! keep.) A span that crosses midnight belongs to the day it starts on, whatever day the next one is.
//!
//! *Invariant:* [`Hours::open`] only compares integers: it is asked for every call. Between two answers of
//! [`Hours::next_change`] it never changes, so whoever looks at those instants has seen all.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;

pub(super) const DAY_MS: i64 = 86_400_000;
/// A calendar reads no date beyond (±12,000 years); before and after, nothing changes.
const REACH_MS: i64 = 378_691_200_000_000;
/// A week with moved days on both sides: whoever has not changed within this many days never does, unless a
/// holiday comes.
const QUIET_DAYS: i64 = 24;

/// When something is open. Cheap to ask, never allocates.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hours {
    name: String,
    clock: Arc<Clock>,
    /// Open is what all of them say; mostly one.
    weeks: Box<[Week]>,
}

/// The spans of each kind of day, and the days that are not what their weekday says.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Week {
    /// Monday first. Sorted; `end` may lie in the next day.
    pub(super) days: [Box<[Span]>; 7],
    /// Holidays.
    pub(super) holiday: Box<[Span]>,
    /// Which weekday a moved working day is, Monday 0.
    pub(super) working_as: usize,
    /// Whose holidays and moved working days count; empty if no calendar's do.
    pub(super) calendar: String,
    /// Sorted by day.
    pub(super) exceptions: Arc<[(i64, Exception)]>,
}

impl Week {
    /// What it says of holidays and moved days counts only where its calendar has some.
    fn opens_as(&self, other: &Self) -> bool {
        let exceptions = self.exceptions.is_empty()
            || (self.holiday == other.holiday && self.working_as == other.working_as);
        self.days == other.days && self.exceptions == other.exceptions && exceptions
    }
}

/// What a day of a `[calendar]` is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Exception {
    /// A holiday.
    Holiday,
    /// Worked, whatever weekday it is.
    Working,
}

/// Milliseconds since the day's midnight, half open.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Span {
    pub(super) start: i64,
    pub(super) end: i64,
}

/// What a zone's clocks show, as a list of periods of one offset.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Clock {
    eras: Box<[Era]>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Era {
    /// First millisecond.
    from: i64,
    /// Local less universal time.
    offset: i64,
    /// The latest reading (exclusive) the clocks showed before: where they were set back they show again what
    /// they have shown.
    shown: i64,
}

impl Clock {
    /// Of a zone. After the year 2400 the last offset is kept.
    pub(super) fn of(zone: &TimeZone) -> Self {
        let offset = |ms: i64| {
            let at = Timestamp::from_millisecond(ms).unwrap_or(Timestamp::MIN);
            i64::from(zone.to_offset(at).seconds()) * 1000
        };
        let last = 13_569_465_600_000;
        let first = Era { from: i64::MIN, offset: offset(-REACH_MS), shown: i64::MIN };
        let mut eras = vec![first];
        let changes = zone.following(Timestamp::MIN).map(|change| change.timestamp().as_millisecond());
        for from in changes.take_while(|at| *at < last) {
            let Some(before) = eras.last().copied() else { break };
            let shown = before.shown.max(from.saturating_add(before.offset));
            if before.offset != offset(from) {
                eras.push(Era { from, offset: offset(from), shown });
            }
        }
        Self { eras: eras.into() }
    }

    /// The latest civil millisecond the clocks have shown by then, counted from 1970-01-01T00:00.
    pub(super) fn reading(&self, at_ms: i64) -> i64 {
        let after = self.eras.partition_point(|era| era.from <= at_ms);
        match after.checked_sub(1).and_then(|i| self.eras.get(i)) {
            Some(era) => at_ms.saturating_add(era.offset).max(era.shown.saturating_sub(1)),
            None => at_ms,
        }
    }

    /// The first instant at which they have shown it.
    pub(super) fn instant(&self, civil_ms: i64) -> i64 {
        let after = self.eras.partition_point(|era| era.shown <= civil_ms);
        match after.checked_sub(1).and_then(|i| self.eras.get(i)) {
            Some(era) => civil_ms.saturating_sub(era.offset).max(era.from),
            None => civil_ms,
        }
    }
}

impl Week {
    fn spans(&self, day: i64) -> &[Span] {
        let found = self.exceptions.binary_search_by_key(&day, |(day, _)| *day).ok();
        let kind = found.and_then(|i| self.exceptions.get(i)).map(|(_, kind)| *kind);
        let of = |weekday: usize| self.days.get(weekday).map_or(&[] as &[Span], |spans| spans);
        match kind {
            Some(Exception::Holiday) => &self.holiday,
            Some(Exception::Working) => of(self.working_as),
            None => of(weekday(day)),
        }
    }

    fn open(&self, civil_ms: i64) -> bool {
        let day = civil_ms.div_euclid(DAY_MS);
        let holds = |day: i64| {
            let into = civil_ms - day * DAY_MS;
            self.spans(day).iter().any(|span| span.start <= into && into < span.end)
        };
        holds(day) || holds(day - 1)
    }

    /// The first day from `day` on that is not what its weekday says.
    fn exception_from(&self, day: i64) -> Option<i64> {
        let after = self.exceptions.partition_point(|(other, _)| *other < day);
        self.exceptions.get(after).map(|(day, _)| *day)
    }
}

/// Monday 0; 1970-01-01 was a Thursday.
pub(super) fn weekday(day: i64) -> usize {
    usize::try_from((day + 3).rem_euclid(7)).unwrap_or(0)
}

impl Hours {
    pub(super) fn new(name: &str, clock: Arc<Clock>, week: Week) -> Self {
        Self { name: name.to_owned(), clock, weeks: Box::new([week]) }
    }

    /// Open when both are.
    pub(super) fn and(&self, other: &Self) -> Self {
        let weeks = self.weeks.iter().chain(other.weeks.iter()).cloned();
        Self {
            name: format!("{} and {}", self.name, other.name),
            clock: Arc::clone(&self.clock),
            weeks: weeks.collect(),
        }
    }

    /// The first instants of the days that are not what their weekday says. In between, and before and after, every
    /// week is like the other, but for what summer time skips and repeats.
    pub(super) fn dates(&self) -> impl Iterator<Item = i64> {
        let days = self.weeks.iter().flat_map(|week| week.exceptions.iter());
        days.map(|(day, _)| self.clock.instant(day.saturating_mul(DAY_MS)))
    }

    /// Its name in the plan; `a and b` where a hotline's and its queue's hours come together.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether both open on the same days by the same spans, whatever they and their calendars are called.
    pub(super) fn opens_as(&self, other: &Self) -> bool {
        let weeks = self.weeks.iter().zip(&other.weeks);
        self.clock == other.clock
            && self.weeks.len() == other.weeks.len()
            && weeks.into_iter().all(|(one, other)| one.opens_as(other))
    }

    /// Its weeks; it is open when all of them say so.
    pub(super) fn weeks(&self) -> &[Week] {
        &self.weeks
    }

    /// Whether it is open at this millisecond since 1970.
    pub fn open(&self, at_ms: i64) -> bool {
        self.open_civil(self.clock.reading(at_ms.clamp(-REACH_MS, REACH_MS)))
    }

    fn open_civil(&self, civil_ms: i64) -> bool {
        self.weeks.iter().all(|week| week.open(civil_ms))
    }

    /// The first instant after `after_ms` at which open becomes closed or closed open; `None` when it stays as it
    /// is for ever.
    pub fn next_change(&self, after_ms: i64) -> Option<i64> {
        let after = after_ms.max(-REACH_MS);
        let was = self.open(after);
        let mut civil = self.clock.reading(after);
        loop {
            civil = self.next_edge(civil)?;
            // Where the clocks jump, an opening and a closing can fall on one instant.
            let at = self.clock.instant(civil);
            if at > REACH_MS {
                return None;
            }
            if at > after && self.open(at) != was {
                return Some(at);
            }
        }
    }

    /// The first civil time after this at which a span begins or ends and it matters.
    fn next_edge(&self, civil_ms: i64) -> Option<i64> {
        let was = self.open_civil(civil_ms);
        let mut day = civil_ms.div_euclid(DAY_MS) - 1;
        let mut quiet = 0;
        let mut best: Option<i64> = None;
        loop {
            // A span of this day begins before the day ends; those of later days begin later.
            if best.is_some_and(|best| best < day * DAY_MS) {
                return best;
            }
            let spans = self.weeks.iter().flat_map(|week| week.spans(day));
            for edge in spans.flat_map(|span| [span.start, span.end]).map(|into| day * DAY_MS + into) {
                if edge > civil_ms && best.is_none_or(|best| edge < best) && self.open_civil(edge) != was {
                    best = Some(edge);
                }
            }
            (day, quiet) = (day + 1, quiet + 1);
            if best.is_none() && quiet > QUIET_DAYS {
                // The day before it may be open across midnight.
                day = day.max(self.weeks.iter().filter_map(|week| week.exception_from(day)).min()? - 1);
                quiet = 0;
            }
            if day * DAY_MS > 2 * REACH_MS {
                return best;
            }
        }
    }

    /// The first instant from `from_ms` up to, not including, `until_ms` at which it is open (or closed).
    pub fn first(&self, open: bool, from_ms: i64, until_ms: i64) -> Option<i64> {
        let at = if self.open(from_ms) == open { from_ms } else { self.next_change(from_ms)? };
        (at < until_ms).then_some(at)
    }
}

#[cfg(test)]
mod tests;
