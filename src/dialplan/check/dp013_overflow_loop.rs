//! dp013: queues that overflow in a circle: a caller would be passed round for ever. Each circle is reported
//! once, at its smallest name. Ways taken when a queue is full count too.

use std::collections::{BTreeMap, BTreeSet};

use crate::dialplan::Diagnostic;
use crate::dialplan::draft::Draft;

pub(super) fn check(draft: &Draft<'_>, found: &mut Vec<Diagnostic>) {
    let mut ways: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for entry in &draft.schema.queue {
        let steps = entry.row.overflow.iter().flatten().filter_map(|step| step.get_ref().to.as_ref());
        let full = entry.row.full.iter().filter_map(|full| full.get_ref().to.as_ref());
        ways.entry(&entry.key).or_default().extend(steps.chain(full).map(|to| to.get_ref().as_str()));
    }
    for entry in &draft.schema.queue {
        if let Some(way) = circle(&ways, &entry.key) {
            let message = format!("callers can be passed round for ever: {}", way.join(" → "));
            let help = "let one of them keep its callers: take its `overflow` or `full` out";
            found.push(Diagnostic::error("dp013", entry.at(), message).help(help));
        }
    }
}

/// A way from `start` back to it through greater names only, if there is one.
fn circle<'a>(ways: &BTreeMap<&'a str, Vec<&'a str>>, start: &'a str) -> Option<Vec<&'a str>> {
    let mut seen = BTreeSet::new();
    let mut open = vec![vec![start]];
    while let Some(way) = open.pop() {
        let here = *way.last()?;
        for next in ways.get(here).into_iter().flatten() {
            if *next == start {
                return Some(way.into_iter().chain([start]).collect());
            }
            if *next > start && seen.insert(*next) {
                open.push(way.iter().copied().chain([*next]).collect());
            }
        }
    }
    None
}
