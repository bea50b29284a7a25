//! Two plans compared, not line by line but fate by fate: which numbers' callers are treated differently, from
//! which instant to which, before → after.
//!
//! Every number of either plan, every number bound to a trunk, and *any other number* is followed through all
//! periods of both plans; in each the action is compared, and everything behind it that a caller can notice: the
//! queue and how it behaves, who can take the call, where it spills, trunks and their addresses, recordings.
//! Equal differences are one [`Change`]; its rows say for whom and when, adjacent periods joined.
//!
//! *Invariant:* a plan compared with itself is empty, and two plans between which nothing is found decide every
//! call alike (`tests/dialplan/fates.rs` compares with `decide` over a grid).
//! It does not compare the sound of recordings, which a [`Table`] does not hold, unless it is told which differ.

mod found;
mod meets;
mod open;
mod show;
mod things;
mod usual;
mod way;
mod weigh;
mod words;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use self::found::{ALWAYS, Found, Period, joined};
use self::meets::{Meets, Reach};
use self::open::{Spans, State, spans};
use self::things::{Things, received_facets, target_facets, trunk_facets};
use self::way::{NOBODY, Way, ways};

use crate::dialplan::calendar::Calendar;
use crate::dialplan::fate::Fate;
use crate::dialplan::hours::Hours;
use crate::dialplan::table::Table;
use crate::event::{Number, PromptId, QueueId, TrunkId};

pub use self::open::While;
pub use self::weigh::{Basis, Naming, PastCalls, Weight};

/// In what two plans differ.
#[derive(Clone, Debug)]
pub struct Diff {
    /// The old plan's name.
    pub old: String,
    /// The new plan's name.
    pub new: String,
    /// What callers meet first, then how things behave behind it, then what only records tell.
    pub changes: Vec<Change>,
    /// What the rows' weights rest on, if they were weighed ([`Diff::weigh`]).
    pub basis: Option<Basis>,
    calendar: Calendar,
}

/// One difference, and everyone it concerns.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Change {
    /// What is different.
    pub of: Of,
    /// In what, before and after.
    pub facets: Vec<Facet>,
    /// For whom and when, in order of time.
    pub rows: Vec<Row>,
}

/// What is different.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Of {
    /// What the call meets.
    Call,
    /// How a queue behaves.
    Queue(QueueId),
    /// When a queue is open for those who come from another or wait in it, and where they are led when not.
    Hours(QueueId),
    /// Who can take a call that waits in a queue.
    Staff(QueueId),
    /// Where a trunk leads.
    Trunk(TrunkId),
    /// What a recording says.
    Announcement(PromptId),
    /// How calls that come in on a trunk are known.
    Received(TrunkId),
    /// How numbers are read.
    Numbering,
    /// Whom agents can transfer to.
    Target(String),
    /// What is recorded and shown to agents; callers notice nothing.
    Record,
}

/// A difference in one aspect.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Facet {
    /// In what.
    pub aspect: &'static str,
    /// In the old plan.
    pub before: String,
    /// In the new one.
    pub after: String,
}

/// Whom a change concerns, and when.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// First millisecond; [`i64::MIN`]: since ever.
    pub from_ms: i64,
    /// First millisecond it is over; [`i64::MAX`]: never.
    pub until_ms: i64,
    /// Only at these instants of that period.
    pub when: Option<While>,
    /// Only calls that come in on this trunk.
    pub trunk: Option<TrunkId>,
    /// Calls to these numbers, in order.
    pub numbers: Vec<Number>,
    /// And calls to other numbers.
    pub others: Others,
    /// How many real calls it would have touched, if asked ([`Diff::weigh`]).
    pub weight: Option<Weight>,
}

/// Which calls a row concerns besides those to its numbers.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub enum Others {
    /// None.
    #[default]
    Nobody,
    /// Those to any number that neither plan has.
    Unknown,
    /// All.
    Everyone,
}

/// Compares two plans.
pub fn diff(old: &Table, new: &Table) -> Diff {
    diff_heard(old, new, &BTreeSet::new())
}

/// The same, told which files of recordings have another sound under the same name.
pub fn diff_heard(old: &Table, new: &Table, resounding: &BTreeSet<String>) -> Diff {
    let mut found = Found::default();
    let mut known = Known { things: Things::new(old, new, resounding), spans: BTreeMap::new() };
    for way in ways(old, new) {
        follow(old, new, &way, &mut known, &mut found);
    }
    received(old, new, &mut found);
    numbering(old, new, &mut found);
    targets(old, new, &mut found);
    Diff {
        old: old.name().to_owned(),
        new: new.name().to_owned(),
        changes: found.changes(),
        basis: None,
        calendar: new.calendar().clone(),
    }
}

impl Diff {
    /// Whether nothing is different.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// Only what is different at some instant of a period, rows cut to it: a reload has no use for the past.
    #[must_use]
    pub fn within(mut self, from_ms: i64, until_ms: i64) -> Self {
        for change in &mut self.changes {
            change.rows.retain_mut(|row| row.cut(from_ms, until_ms));
            change.rows = joined(std::mem::take(&mut change.rows));
        }
        self.changes.retain(|change| !change.rows.is_empty());
        self
    }
}

impl Change {
    /// Whether a caller notices it.
    pub fn is_noticed(&self) -> bool {
        self.of != Of::Record
    }
}

impl Row {
    /// Cuts it to a period; whether anything is left.
    fn cut(&mut self, from_ms: i64, until_ms: i64) -> bool {
        self.from_ms = self.from_ms.max(from_ms);
        self.until_ms = self.until_ms.min(until_ms);
        let (from, until) = (self.from_ms, self.until_ms);
        from < until && self.when.as_mut().is_none_or(|when| when.cut(from, until))
    }
}

impl Facet {
    fn maybe(aspect: &'static str, before: String, after: String) -> Option<Self> {
        (before != after).then_some(Self { aspect, before, after })
    }
}

/// One way through all periods of both plans.
fn follow(old: &Table, new: &Table, way: &Way, known: &mut Known<'_>, found: &mut Found) {
    let (before, after) = (way.fate(old), way.fate(new));
    let edges =
        |fate: Option<&Fate>| fate.map_or_else(Vec::new, |f| f.segments().map(|s| s.from_ms).collect());
    let edges: BTreeSet<i64> = edges(before).into_iter().chain(edges(after)).chain([i64::MIN]).collect();
    let ends = edges.iter().skip(1).copied().chain([i64::MAX]);
    for (from, until) in edges.iter().copied().zip(ends) {
        let hours = [hours(before, from), hours(after, from)];
        let states = known.spans(&hours, from, until);
        let mut differences: BTreeMap<(Of, Vec<Facet>), Vec<State>> = BTreeMap::new();
        for state in states.keys() {
            let meets = (Meets::of(old, before, from, state.0), Meets::of(new, after, from, state.1));
            let behind = (Reach::of(old, &meets.0), Reach::of(new, &meets.1));
            let differs =
                meets.0.differs(&meets.1).into_iter().chain(known.things.differ(&behind.0, &behind.1));
            differs.for_each(|difference| differences.entry(difference).or_default().push(*state));
        }
        for (difference, at) in differences {
            for period in periods(&at, &states, &hours, (from, until)) {
                found.add(difference.clone(), way, period);
            }
        }
    }
}

fn hours(fate: Option<&Fate>, at_ms: i64) -> Option<Arc<Hours>> {
    Some(Arc::clone(&fate?.segment(at_ms)?.closed.as_ref()?.hours))
}

/// The names of both plans' hours, and a period.
type HoursKey = (Option<String>, Option<String>, i64, i64);

/// What is worked out once for all ways.
struct Known<'t> {
    things: Things<'t>,
    spans: BTreeMap<HoursKey, BTreeMap<State, Spans>>,
}

impl Known<'_> {
    fn spans(&mut self, hours: &[Option<Arc<Hours>>; 2], from: i64, until: i64) -> BTreeMap<State, Spans> {
        let [old, new] = hours;
        let name = |hours: &Option<Arc<Hours>>| hours.as_ref().map(|hours| hours.name().to_owned());
        let known = self.spans.entry((name(old), name(new), from, until));
        known.or_insert_with(|| spans(old.as_deref(), new.as_deref(), from, until)).clone()
    }
}

/// The instants of a period at which hours are in one of these states, told as shortly as they can be.
fn periods(
    at: &[State],
    states: &BTreeMap<State, Spans>,
    hours: &[Option<Arc<Hours>>; 2],
    (from, until): (i64, i64),
) -> Vec<Period> {
    if at.len() == states.len() {
        return vec![Period { from, until, when: None }];
    }
    let [old, new] = hours;
    let side = |hours: &Option<Arc<Hours>>, open: bool| hours.clone().map(|hours| (hours, open));
    let is_all_of = |of: &dyn Fn(&State) -> bool| {
        states.keys().filter(|s| of(s)).count() == at.len() && at.iter().all(of)
    };
    let (sides, groups) = if let Some(open) = [true, false].into_iter().find(|o| is_all_of(&|s| s.1 == *o)) {
        (vec![(None, side(new, open))], vec![at.to_vec()])
    } else if let Some(open) = [true, false].into_iter().find(|o| is_all_of(&|s| s.0 == *o)) {
        (vec![(side(old, open), None)], vec![at.to_vec()])
    } else {
        (at.iter().map(|s| (side(old, s.0), side(new, s.1))).collect(), at.iter().map(|s| vec![*s]).collect())
    };
    let mut periods = vec![];
    for ((old, new), group) in sides.into_iter().zip(groups) {
        let each = || group.iter().filter_map(|state| states.get(state));
        let mut list: Vec<(i64, i64)> = each().flat_map(|spans| spans.list.iter().copied()).collect();
        list.sort_unstable();
        if each().any(|spans| spans.endless) {
            let first = list.first().copied().unwrap_or((from, until));
            periods.push(Period { from, until, when: Some(While { old, new, first }) });
        } else {
            periods.extend(list.into_iter().map(|(from, until)| Period { from, until, when: None }));
        }
    }
    periods
}

fn received(old: &Table, new: &Table, found: &mut Found) {
    let trunks: BTreeSet<&TrunkId> = old.trunks().chain(new.trunks()).map(|trunk| &trunk.id).collect();
    for trunk in trunks {
        let (before, after) = (old.trunk(trunk), new.trunk(trunk));
        let way = Way::all(trunk);
        // Where it leads is, for most trunks, also whence its calls come.
        let (to, from) = (trunk_facets(before, after), received_facets(before, after));
        found.add((Of::Trunk(trunk.clone()), to), &way, ALWAYS);
        found.add((Of::Received(trunk.clone()), from), &way, ALWAYS);
    }
}

fn numbering(old: &Table, new: &Table, found: &mut Found) {
    let area = |table: &Table| table.numbering().area_code().to_owned();
    let facets = [
        Facet::maybe("this city's area code", area(old), area(new)),
        Facet::maybe("the one number", old.number().to_string(), new.number().to_string()),
    ];
    found.add((Of::Numbering, facets.into_iter().flatten().collect()), NOBODY, ALWAYS);
}

fn targets(old: &Table, new: &Table, found: &mut Found) {
    let ids: BTreeSet<&str> =
        old.targets().iter().chain(new.targets()).map(|target| target.id.as_str()).collect();
    for id in ids {
        let of = |table: &Table| table.targets().iter().find(|target| target.id == id).cloned();
        let facets = target_facets(of(old).as_ref(), of(new).as_ref());
        found.add((Of::Target(id.to_owned()), facets), NOBODY, ALWAYS);
    }
}
