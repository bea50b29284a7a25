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

mod meets;
mod show;
mod things;
mod weigh;
mod words;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use self::meets::{Meets, Reach};
use self::things::{Things, received_facets, target_facets, trunk_facets};

use crate::dialplan::calendar::Calendar;
use crate::dialplan::table::{Facts, Fate, Ingress, Table};
use crate::event::{Number, PromptId, QueueId, TrunkId};

pub use self::weigh::{Traffic, Weight};

/// In what two plans differ.
#[derive(Clone, Debug)]
pub struct Diff {
    /// The old plan's name.
    pub old: String,
    /// The new plan's name.
    pub new: String,
    /// What callers meet first, then how things behave behind it, then what only records tell.
    pub changes: Vec<Change>,
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
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Row {
    /// First millisecond; [`i64::MIN`]: since ever.
    pub from_ms: i64,
    /// First millisecond it is over; [`i64::MAX`]: never.
    pub until_ms: i64,
    /// Only calls that come in on this trunk.
    pub trunk: Option<TrunkId>,
    /// Calls to these numbers, in order.
    pub numbers: Vec<Number>,
    /// And calls to any number that neither plan has.
    pub others: bool,
    /// How many real calls it would have touched, if asked ([`Diff::weigh`]).
    pub weight: Option<Weight>,
}

/// Compares two plans.
pub fn diff(old: &Table, new: &Table) -> Diff {
    diff_heard(old, new, &BTreeSet::new())
}

/// The same, told which files of recordings have another sound under the same name.
pub fn diff_heard(old: &Table, new: &Table, resounding: &BTreeSet<String>) -> Diff {
    let mut found = Found::default();
    let mut things = Things::new(old, new, resounding);
    for way in ways(old, new) {
        follow(old, new, &way, &mut things, &mut found);
    }
    received(old, new, &mut found);
    numbering(old, new, &mut found);
    targets(old, new, &mut found);
    let calendar = new.calendar().clone();
    Diff { old: old.name().to_owned(), new: new.name().to_owned(), changes: found.changes(), calendar }
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
            for row in &mut change.rows {
                row.from_ms = row.from_ms.max(from_ms);
                row.until_ms = row.until_ms.min(until_ms);
            }
            change.rows.retain(|row| row.from_ms < row.until_ms);
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

impl Facet {
    fn maybe(aspect: &'static str, before: String, after: String) -> Option<Self> {
        (before != after).then_some(Self { aspect, before, after })
    }
}

/// How a call comes in: on a trunk with rules of its own or on any, for a number or for one nobody has.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Way {
    trunk: Option<TrunkId>,
    number: Option<Number>,
    others: bool,
}

/// Every way that can make a difference. On a trunk only the numbers it takes elsewhere than any trunk does.
fn ways(old: &Table, new: &Table) -> Vec<Way> {
    let numbers: BTreeSet<&Number> = old.fates().iter().chain(new.fates()).map(|fate| &fate.number).collect();
    let all = || numbers.iter().map(|number| Some((*number).clone())).chain([None]);
    let mut ways: Vec<Way> = all().map(|number| Way::of(None, number)).collect();
    let trunks: BTreeSet<&TrunkId> = old.trunks().chain(new.trunks()).map(|trunk| &trunk.id).collect();
    for trunk in trunks {
        let (o, n) = (old.trunk(trunk), new.trunk(trunk));
        let sides = || [o, n].into_iter().flatten();
        if sides().all(|t| t.only.is_some()) {
            ways.push(Way::of(Some(trunk), None));
            continue;
        }
        let bound = sides().flat_map(|t| t.access.keys().cloned().map(Some));
        let candidates: BTreeSet<Option<Number>> = if sides().any(|t| t.only.is_some()) {
            all().chain(bound).collect()
        } else {
            bound.chain([None]).collect()
        };
        let on_trunk = candidates.into_iter().map(|number| Way::of(Some(trunk), number));
        ways.extend(on_trunk.filter(|way| [old, new].iter().any(|table| way.is_special(table))));
    }
    ways
}

impl Way {
    /// Without a number: any that neither plan has.
    fn of(trunk: Option<&TrunkId>, number: Option<Number>) -> Self {
        Self { trunk: trunk.cloned(), others: number.is_none(), number }
    }

    fn fate<'t>(&self, table: &'t Table) -> Option<&'t Fate> {
        let candidates: Vec<_> = self.number.iter().map(|n| (Ingress::RequestUri, n.clone())).collect();
        let facts = Facts { trunk: self.trunk.as_ref(), caller: &Number::new(""), candidates: &candidates };
        table.identify(&facts, i64::MIN, &mut ()).map(|(_, _, fate)| fate)
    }

    /// Whether the trunk takes the number elsewhere than any trunk does.
    fn is_special(&self, table: &Table) -> bool {
        let anywhere = Self::of(None, self.number.clone());
        self.fate(table).map(|fate| &fate.number) != anywhere.fate(table).map(|fate| &fate.number)
    }
}

/// One way through all periods of both plans.
fn follow(old: &Table, new: &Table, way: &Way, things: &mut Things<'_>, found: &mut Found) {
    let (before, after) = (way.fate(old), way.fate(new));
    let edges =
        |fate: Option<&Fate>| fate.map_or_else(Vec::new, |f| f.segments.iter().map(|s| s.from_ms).collect());
    let edges: BTreeSet<i64> = edges(before).into_iter().chain(edges(after)).chain([i64::MIN]).collect();
    let ends = edges.iter().skip(1).copied().chain([i64::MAX]);
    for (from_ms, until_ms) in edges.iter().copied().zip(ends) {
        let (old_meets, new_meets) = (Meets::of(old, before, from_ms), Meets::of(new, after, from_ms));
        let mut differences = old_meets.differs(&new_meets);
        differences
            .extend(things.differ(&Reach::of(old, old_meets.action), &Reach::of(new, new_meets.action)));
        for (of, facets) in differences {
            found.add(of, facets, way, (from_ms, until_ms));
        }
    }
}

fn received(old: &Table, new: &Table, found: &mut Found) {
    let trunks: BTreeSet<&TrunkId> = old.trunks().chain(new.trunks()).map(|trunk| &trunk.id).collect();
    for trunk in trunks {
        let (before, after) = (old.trunk(trunk), new.trunk(trunk));
        let way = Way::of(Some(trunk), None);
        // Where it leads is, for most trunks, also whence its calls come.
        let (to, from) = (trunk_facets(before, after), received_facets(before, after));
        found.add(Of::Trunk(trunk.clone()), to, &way, ALWAYS);
        found.add(Of::Received(trunk.clone()), from, &way, ALWAYS);
    }
}

fn numbering(old: &Table, new: &Table, found: &mut Found) {
    let area = |table: &Table| table.numbering().area_code().to_owned();
    let facets = [
        Facet::maybe("this city's area code", area(old), area(new)),
        Facet::maybe("the one number", old.number().to_string(), new.number().to_string()),
    ];
    found.add(Of::Numbering, facets.into_iter().flatten().collect(), NOBODY, ALWAYS);
}

fn targets(old: &Table, new: &Table, found: &mut Found) {
    let ids: BTreeSet<&str> =
        old.targets().iter().chain(new.targets()).map(|target| target.id.as_str()).collect();
    for id in ids {
        let of = |table: &Table| table.targets().iter().find(|target| target.id == id).cloned();
        let facets = target_facets(of(old).as_ref(), of(new).as_ref());
        found.add(Of::Target(id.to_owned()), facets, NOBODY, ALWAYS);
    }
}

/// Differences while they are gathered: what → who → when.
#[derive(Default)]
struct Found(BTreeMap<(Of, Vec<Facet>), BTreeMap<Way, Vec<(i64, i64)>>>);

impl Found {
    /// Periods of one way come in order of time; one that goes on where the last ended is joined to it.
    fn add(&mut self, of: Of, facets: Vec<Facet>, way: &Way, (from, until): (i64, i64)) {
        if facets.is_empty() {
            return;
        }
        let periods = self.0.entry((of, facets)).or_default().entry(way.clone()).or_default();
        match periods.last_mut().filter(|last| last.1 == from) {
            Some(last) => last.1 = until,
            None => periods.push((from, until)),
        }
    }

    fn changes(self) -> Vec<Change> {
        let mut changes: Vec<Change> = self
            .0
            .into_iter()
            .map(|((of, facets), who)| {
                let rows = who.into_iter().flat_map(|(way, periods)| {
                    periods.into_iter().map(move |(from_ms, until_ms)| Row {
                        from_ms,
                        until_ms,
                        trunk: way.trunk.clone(),
                        numbers: way.number.iter().cloned().collect(),
                        others: way.others,
                        weight: None,
                    })
                });
                Change { of, facets, rows: joined(rows.collect()) }
            })
            .collect();
        // What concerns callers first, then in order of time.
        let first = |change: &Change| change.rows.first().map_or(i64::MAX, |row| row.from_ms);
        changes.sort_by_cached_key(|change| (rank(&change.of), first(change), change.of.clone()));
        changes
    }
}

fn rank(of: &Of) -> u8 {
    match of {
        Of::Call => 0,
        Of::Queue(_) | Of::Staff(_) | Of::Trunk(_) | Of::Announcement(_) => 1,
        Of::Received(_) | Of::Numbering | Of::Target(_) => 2,
        Of::Record => 3,
    }
}

/// Rows of the same period and trunk become one.
fn joined(rows: Vec<Row>) -> Vec<Row> {
    let mut by_period: BTreeMap<(i64, i64, Option<TrunkId>), (BTreeSet<Number>, bool)> = BTreeMap::new();
    for row in rows {
        let (numbers, others) = by_period.entry((row.from_ms, row.until_ms, row.trunk)).or_default();
        numbers.extend(row.numbers);
        *others |= row.others;
    }
    let row = |((from_ms, until_ms, trunk), (numbers, others)): (_, (BTreeSet<Number>, bool))| Row {
        from_ms,
        until_ms,
        trunk,
        numbers: numbers.into_iter().collect(),
        others,
        weight: None,
    };
    by_period.into_iter().map(row).collect()
}

/// Not of calls that come in.
const NOBODY: &Way = &Way { trunk: None, number: None, others: false };
const ALWAYS: (i64, i64) = (i64::MIN, i64::MAX);
