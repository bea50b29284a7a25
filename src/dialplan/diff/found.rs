//! Differences while they are gathered: what, for whom, when; equal ones become one change.

use std::collections::BTreeMap;

use crate::dialplan::diff::way::Way;
use crate::dialplan::diff::{Change, Facet, Of, Row, While};
use crate::event::TrunkId;

/// When, for one way.
#[derive(Clone, Debug)]
pub(super) struct Period {
    pub(super) from: i64,
    pub(super) until: i64,
    pub(super) when: Option<While>,
}

/// What → who → when, while it is gathered.
#[derive(Default)]
pub(super) struct Found(BTreeMap<(Of, Vec<Facet>), Ways>);
type Ways = BTreeMap<Way, Vec<Period>>;

impl Found {
    /// Periods of one way come in order of time; one that goes on where another ended is joined to it.
    pub(super) fn add(&mut self, difference: (Of, Vec<Facet>), way: &Way, period: Period) {
        if difference.1.is_empty() {
            return;
        }
        let periods = self.0.entry(difference).or_default().entry(way.clone()).or_default();
        let goes_on =
            |last: &&mut Period| last.until == period.from && same(last.when.as_ref(), period.when.as_ref());
        match periods.iter_mut().rev().find(goes_on) {
            Some(last) => last.until = period.until,
            None => periods.push(period),
        }
    }

    pub(super) fn changes(self) -> Vec<Change> {
        let change = |((of, facets), ways): ((Of, Vec<Facet>), Ways)| {
            let rows = ways
                .into_iter()
                .flat_map(|(way, periods)| periods.into_iter().map(move |period| way.row(period)));
            Change { of, facets, rows: joined(rows.collect()) }
        };
        let mut changes: Vec<Change> = self.0.into_iter().map(change).collect();
        // What concerns callers first, then in order of time.
        let first = |change: &Change| change.rows.first().map_or(i64::MAX, |row| row.from_ms);
        changes.sort_by_cached_key(|change| (rank(&change.of), first(change), change.of.clone()));
        changes
    }
}

/// Of the same hours in the same state, whatever their first span.
fn same(one: Option<&While>, other: Option<&While>) -> bool {
    one.map(|w| (&w.old, &w.new)) == other.map(|w| (&w.old, &w.new))
}

fn rank(of: &Of) -> u8 {
    match of {
        Of::Call => 0,
        Of::Queue(_) | Of::Hours(_) | Of::Staff(_) | Of::Trunk(_) | Of::Announcement(_) => 1,
        Of::Received(_) | Of::Numbering | Of::Target(_) => 2,
        Of::Record => 3,
    }
}

/// Rows of the same period and trunk become one.
pub(super) fn joined(rows: Vec<Row>) -> Vec<Row> {
    let mut by_period: BTreeMap<(i64, i64, Option<TrunkId>, String), Row> = BTreeMap::new();
    for mut row in rows {
        let when = row.when.as_ref().map_or_else(String::new, ToString::to_string);
        let key = (row.from_ms, row.until_ms, row.trunk.clone(), when);
        match by_period.get_mut(&key) {
            Some(known) => {
                known.numbers.append(&mut row.numbers);
                known.others = known.others.max(row.others);
            }
            None => drop(by_period.insert(key, row)),
        }
    }
    let mut rows: Vec<Row> = by_period.into_values().collect();
    for row in &mut rows {
        row.numbers.sort();
        row.numbers.dedup();
    }
    rows
}

/// At every instant.
pub(super) const ALWAYS: Period = Period { from: i64::MIN, until: i64::MAX, when: None };
