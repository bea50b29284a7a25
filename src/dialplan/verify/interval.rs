//! The partition of time: for each number the intervals in which nothing changes, and for each an instant that
//! stands for all of it.
//!
//! Phases have few edges, but weekly hours change for ever. What can become of a call depends on them only through
//! which queues on its ways are closed; so for each period of a number all *scenes* that occur in it are found, each
//! with its first instant. Between two days of a calendar every week is like the other, and a fortnight shows every
//! minute of a week even where summer time skips an hour: beyond that nothing new can come.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use crate::dialplan::action::Action;
use crate::dialplan::fate::{Fate, Segment};
use crate::dialplan::hours::{DAY_MS, Hours};
use crate::dialplan::table::Table;
use crate::dialplan::verify::Closed;
use crate::event::QueueId;

/// How long after its arrival a call is followed. Nobody waits longer, and hardly anything opens or closes but once a day.
const LASTS_MS: i64 = DAY_MS;
/// Long enough to show every minute of a week twice.
const SETTLES_MS: i64 = 15 * DAY_MS;
/// A span of the day before may reach into a day of a calendar.
const BEFORE_MS: i64 = 2 * DAY_MS;
/// What stands for the beginning of time when hours matter and the plan knows no date: 2020-01-01.
const SOME_DAY_MS: i64 = 1_577_836_800_000;

/// Whether something is open.
pub(in crate::dialplan) type Condition<'t> = (&'t Hours, bool);

/// Whoever dials a number within an interval, or in the open (or closed) part of it.
#[derive(Clone, Debug)]
pub(in crate::dialplan) struct Caller<'t> {
    /// The number.
    pub(in crate::dialplan) fate: &'t Fate,
    /// The period of the plan.
    pub(in crate::dialplan) segment: Segment<'t>,
    /// What is done with the call.
    pub(in crate::dialplan) action: &'t Action,
    /// Whether that is so because the hotline is closed, by its own hours or its queue's.
    pub(in crate::dialplan) closed: bool,
    /// First millisecond of the interval.
    pub(in crate::dialplan) from_ms: i64,
    /// The millisecond after its last.
    pub(in crate::dialplan) until_ms: i64,
    /// An instant that stands for all: the first of the interval, and once a scene of it is known, the first in that.
    pub(in crate::dialplan) at_ms: i64,
    /// What must be so at the instants meant.
    pub(in crate::dialplan) conditions: Rc<[Condition<'t>]>,
}

impl Caller<'_> {
    /// Whether the plan has the number.
    pub(in crate::dialplan) fn is_known(&self) -> bool {
        !self.fate.number.as_str().is_empty()
    }

    /// The first instant of the interval from `from_ms` up to, not including, `until_ms`.
    pub(in crate::dialplan) fn first_within(&self, from_ms: i64, until_ms: i64) -> Option<i64> {
        let (mut at, until) = (self.from_ms.max(from_ms), self.until_ms.min(until_ms));
        if at >= until {
            return None;
        }
        if at == i64::MIN && !self.conditions.is_empty() {
            // Before the first day of a calendar every week is like the other.
            let dates = self.conditions.iter().flat_map(|(hours, _)| hours.dates());
            at = begins(at, until, dates.min().unwrap_or(SOME_DAY_MS));
        }
        // Several hours seldom miss one another for long; whoever does is taken at his word.
        for _ in 0..MISSES_MAX {
            match self.conditions.iter().find(|(hours, open)| hours.open(at) != *open) {
                None => return Some(at),
                Some((hours, _)) => at = hours.next_change(at).filter(|at| *at < until)?,
            }
        }
        None
    }

    /// Its beginning, as [`begins`] has it.
    pub(in crate::dialplan) fn begins(&self, earliest_ms: i64) -> i64 {
        begins(self.from_ms, self.until_ms, earliest_ms)
    }

    /// The end of the time around its instant in which it is so; `None` when it stays so.
    pub(in crate::dialplan) fn ends(&self) -> Option<i64> {
        let changes = self.conditions.iter().filter_map(|(hours, _)| hours.next_change(self.at_ms));
        changes.chain([self.until_ms]).min().filter(|until| *until < i64::MAX)
    }
}

/// Where an interval begins; one without a beginning, long enough before the plan's earliest instant to see every week.
fn begins(from_ms: i64, until_ms: i64, earliest_ms: i64) -> i64 {
    match from_ms {
        i64::MIN => earliest_ms.min(until_ms).saturating_sub(SETTLES_MS),
        from_ms => from_ms,
    }
}

const MISSES_MAX: usize = 10_000;

/// Every number × every period, the open and the closed part of each.
pub(in crate::dialplan) fn callers(table: &Table) -> impl Iterator<Item = Caller<'_>> {
    callers_of(table.fates())
}

/// The same of some numbers.
pub(in crate::dialplan) fn callers_of<'t>(
    fates: impl IntoIterator<Item = &'t Fate>,
) -> impl Iterator<Item = Caller<'t>> {
    fates.into_iter().flat_map(|fate| {
        fate.segments().flat_map(move |segment| {
            let part = move |action, closed, conditions| Caller {
                fate,
                segment,
                action,
                closed,
                from_ms: segment.from_ms,
                until_ms: segment.until_ms,
                at_ms: segment.from_ms,
                conditions,
            };
            match segment.closed {
                None => vec![part(segment.action, false, Rc::from([]))],
                Some(closed) => vec![
                    part(segment.action, false, Rc::from([(&*closed.hours, true)])),
                    part(&closed.action, true, Rc::from([(&*closed.hours, false)])),
                ],
            }
        })
    })
}

/// The scenes of one call that arrives at an instant: the one it meets, then those that come while it lasts.
pub(super) fn of_call<'t>(timed: &[(&'t QueueId, &'t Arc<Hours>)], at_ms: i64) -> Vec<Closed<'t>> {
    let closed =
        |at: i64| timed.iter().filter(|(_, hours)| !hours.open(at)).map(|(queue, _)| *queue).collect();
    let (mut scenes, mut at) = (vec![closed(at_ms)], at_ms);
    while let Some(next) = timed.iter().filter_map(|(_, hours)| hours.next_change(at)).min()
        && next < at_ms.saturating_add(LASTS_MS)
    {
        at = next;
        let scene = closed(at);
        if !scenes.contains(&scene) {
            scenes.push(scene);
        }
    }
    scenes
}

/// The earliest instant a plan names.
pub(in crate::dialplan) fn earliest(table: &Table) -> i64 {
    let edges = table.fates().iter().flat_map(|fate| fate.segments().map(|segment| segment.from_ms));
    let dates = table.hours().flat_map(|hours| hours.dates());
    edges.chain(dates).filter(|ms| *ms != i64::MIN).min().unwrap_or(SOME_DAY_MS)
}

/// Which of some hours are open.
pub(super) type Scene = Rc<[bool]>;

/// Finds scenes, and remembers those it has found: many numbers share their phases and hours.
#[derive(Debug)]
pub(super) struct Scenes {
    /// The earliest instant the plan names; what stands for the beginning of time lies before it.
    earliest_ms: i64,
    known: BTreeMap<Key, Rc<[(Scene, i64)]>>,
}

/// Hours are the same if they are one: rows that have the same share them, and names do not tell (`a and b`).
type Key = (i64, i64, Option<(*const Hours, bool)>, Vec<*const Hours>);

impl Scenes {
    pub(super) fn new(table: &Table) -> Self {
        Self { earliest_ms: earliest(table), known: BTreeMap::new() }
    }

    /// The scenes in which this caller can arrive, each with its first instant. `None` when there are no steps left.
    pub(super) fn of(
        &mut self,
        caller: &Caller<'_>,
        hours: &[&Arc<Hours>],
        steps_left: &mut usize,
    ) -> Option<Rc<[(Scene, i64)]>> {
        let own = caller.conditions.first().copied();
        if own.is_none() && hours.is_empty() {
            return Some(Rc::from([(Rc::from([]) as Scene, caller.at_ms)]));
        }
        self.between(own, hours, (caller.from_ms, caller.until_ms), steps_left)
    }

    /// The scenes that occur while calls of this caller last, whatever he met when he arrived.
    pub(super) fn later(
        &mut self,
        caller: &Caller<'_>,
        hours: &[&Arc<Hours>],
        steps_left: &mut usize,
    ) -> Option<Rc<[(Scene, i64)]>> {
        if hours.is_empty() {
            return Some(Rc::from([]));
        }
        self.between(None, hours, (caller.from_ms, caller.until_ms.saturating_add(LASTS_MS)), steps_left)
    }

    fn between(
        &mut self,
        own: Option<Condition<'_>>,
        hours: &[&Arc<Hours>],
        (from_ms, until_ms): (i64, i64),
        steps_left: &mut usize,
    ) -> Option<Rc<[(Scene, i64)]>> {
        let pointers = hours.iter().map(|hours| Arc::as_ptr(hours)).collect();
        let own_hours = own.map(|(hours, open)| (std::ptr::from_ref(hours), open));
        let key: Key = (from_ms, until_ms, own_hours, pointers);
        if let Some(known) = self.known.get(&key) {
            return Some(Rc::clone(known));
        }
        let from_ms = begins(from_ms, until_ms, self.earliest_ms);
        let found: Rc<[(Scene, i64)]> = if hours.is_empty() {
            let first = own.and_then(|(hours, open)| hours.first(open, from_ms, until_ms));
            first.map(|at| (Rc::from([]) as Scene, at)).into_iter().collect()
        } else {
            sweep(own, hours, from_ms, until_ms, steps_left)?
        };
        self.known.insert(key, Rc::clone(&found));
        Some(found)
    }
}

/// From change to change, but only where something new can come.
fn sweep(
    own: Option<Condition<'_>>,
    hours: &[&Arc<Hours>],
    from_ms: i64,
    until_ms: i64,
    steps_left: &mut usize,
) -> Option<Rc<[(Scene, i64)]>> {
    let all = || own.map(|(hours, _)| hours).into_iter().chain(hours.iter().map(|hours| &***hours));
    let mut dates: Vec<i64> = all().flat_map(Hours::dates).map(|ms| ms.saturating_sub(BEFORE_MS)).collect();
    dates.sort_unstable();
    dates.dedup();
    let mut dates = dates.into_iter().skip_while(|date| *date < from_ms).peekable();
    let mut found: BTreeMap<Scene, i64> = BTreeMap::new();
    let (mut at, mut settled) = (from_ms, from_ms.saturating_add(SETTLES_MS));
    while at < until_ms {
        *steps_left = steps_left.checked_sub(1)?;
        if own.is_none_or(|(hours, open)| hours.open(at) == open) {
            found.entry(hours.iter().map(|hours| hours.open(at)).collect()).or_insert(at);
        }
        let Some(next) = all().filter_map(|hours| hours.next_change(at)).min() else { break };
        while let Some(date) = dates.next_if(|date| *date <= next) {
            settled = date.saturating_add(BEFORE_MS + SETTLES_MS);
        }
        at = if next <= settled {
            next
        } else {
            let Some(date) = dates.next() else { break };
            settled = date.saturating_add(BEFORE_MS + SETTLES_MS);
            date
        };
    }
    Some(found.into_iter().collect())
}
