//! Ways by which calls come in, and of them all that can make a difference between two plans.

use std::collections::BTreeSet;

use crate::dialplan::decide::{Facts, Ingress};
use crate::dialplan::diff::found::Period;
use crate::dialplan::diff::{Others, Row};
use crate::dialplan::fate::Fate;
use crate::dialplan::table::Table;
use crate::event::{Number, TrunkId};

/// How a call comes in: on a trunk with rules of its own or on any, for a number or for one nobody has.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Way {
    pub(super) trunk: Option<TrunkId>,
    pub(super) number: Option<Number>,
    pub(super) others: Others,
}

/// Every way that can make a difference. On a trunk only the numbers it takes elsewhere than any trunk does.
pub(super) fn ways(old: &Table, new: &Table) -> Vec<Way> {
    let numbers = numbers_of(old, new);
    let all = || numbers.iter().cloned().map(Some).chain([None]);
    let mut ways: Vec<Way> = all().map(|number| Way::of(None, number)).collect();
    let trunks: BTreeSet<&TrunkId> = old.trunks().chain(new.trunks()).map(|trunk| &trunk.id).collect();
    for trunk in trunks {
        let (o, n) = (old.trunk(trunk), new.trunk(trunk));
        let sides = || [o, n].into_iter().flatten();
        if sides().all(|t| t.only.is_some()) {
            ways.push(Way::all(trunk));
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

/// Every number of either plan.
pub(super) fn numbers_of(old: &Table, new: &Table) -> BTreeSet<Number> {
    old.fates().iter().chain(new.fates()).map(|fate| fate.number.clone()).collect()
}

impl Way {
    /// All that comes in on a trunk.
    pub(super) fn all(trunk: &TrunkId) -> Self {
        Self { trunk: Some(trunk.clone()), number: None, others: Others::Everyone }
    }

    /// Without a number: any that neither plan has.
    pub(super) fn of(trunk: Option<&TrunkId>, number: Option<Number>) -> Self {
        let others = if number.is_none() { Others::Unknown } else { Others::Nobody };
        Self { trunk: trunk.cloned(), others, number }
    }

    pub(super) fn fate<'t>(&self, table: &'t Table) -> Option<&'t Fate> {
        let candidates: Vec<_> = self.number.iter().map(|n| (Ingress::RequestUri, n.clone())).collect();
        let facts = Facts { trunk: self.trunk.as_ref(), caller: &Number::new(""), candidates: &candidates };
        table.identify(&facts, i64::MIN, &mut ()).map(|(_, _, fate)| fate)
    }

    /// Whether the trunk takes the number elsewhere than any trunk does.
    fn is_special(&self, table: &Table) -> bool {
        let anywhere = Self::of(None, self.number.clone());
        self.fate(table).map(|fate| &fate.number) != anywhere.fate(table).map(|fate| &fate.number)
    }

    pub(super) fn row(&self, period: Period) -> Row {
        Row {
            from_ms: period.from,
            until_ms: period.until,
            when: period.when,
            trunk: self.trunk.clone(),
            numbers: self.number.iter().cloned().collect(),
            others: self.others,
            weight: None,
        }
    }
}

/// Not of calls that come in.
pub(super) const NOBODY: &Way = &Way { trunk: None, number: None, others: Others::Nobody };
