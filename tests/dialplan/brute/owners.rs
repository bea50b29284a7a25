//! Whose a number is at each instant, and whether 12345 is there.

use std::collections::{BTreeMap, BTreeSet};

use tongjie::dialplan::{Action, Table};
use tongjie::event::Phase;

use super::found::Found;
use super::grid::{Met, opens};
use super::plan::Plan;
use super::trunks::stands_for;

/// What is wrong with 12345 itself.
pub(super) fn city(table: &Table, plan: &Plan, met: &Met<'_>) -> Option<Found> {
    if met.fate.number != *table.number() {
        return None;
    }
    match met.action() {
        Action::Queue { .. } => None,
        _ if !met.shut => Some(Found::CityNowhere),
        Action::Trunk { .. } => None,
        _ => {
            let (_, row) = met.row(plan)?;
            (!opens(table, row, met.at)).then_some(Found::CityRefuses)
        }
    }
}

/// Who has had each number so far.
#[derive(Default)]
pub(super) struct Ownership {
    numbers: BTreeMap<String, Owned>,
    found: BTreeSet<Found>,
}

#[derive(Default)]
struct Owned {
    /// The last owner.
    owner: Option<String>,
    /// Whether he has come after another.
    second: bool,
    /// Since when it is nobody's, after it was somebody's.
    nobodys: Option<String>,
    /// Since when it is the next one's, who does not serve it yet.
    not_yet: Option<String>,
}

impl Ownership {
    /// At the next instant.
    pub(super) fn look(&mut self, table: &Table, plan: &Plan, met: &Met<'_>) {
        if met.is_alias() || !plan.hotlines.values().any(|row| row.number == met.number()) {
            return;
        }
        let number = met.number();
        let owned = self.numbers.entry(number.clone()).or_default();
        let show = || table.calendar().show(met.at).to_string();
        let Some((key, row)) = met.row(plan) else {
            if owned.owner.is_some() && owned.nobodys.is_none() {
                owned.nobodys = Some(show());
            }
            return;
        };
        if let Some(from) = owned.nobodys.take() {
            self.found.insert(Found::Nobodys { number: number.clone(), from, until: Some(show()) });
        }
        let owner = owned.owner.replace(key.clone());
        owned.second |= owner.is_some_and(|before| before != *key);
        let waits = owned.second && met.segment.phase == Some(Phase::Legacy) && !row.legacy;
        if waits && owned.not_yet.is_none() {
            owned.not_yet = Some(show());
        } else if let Some(from) = owned.not_yet.take_if(|_| !waits) {
            self.found.insert(Found::NotServedYet { number, from, until: show() });
        }
    }

    /// And after the last.
    pub(super) fn found(mut self, plan: &Plan) -> BTreeSet<Found> {
        for (number, owned) in self.numbers {
            let Some(from) = owned.nobodys else { continue };
            let here = |written: &str| stands_for(plan, written) == number;
            let aliases = plan.aliases.keys().filter(|alias| here(alias));
            let mut led: Vec<String> = aliases.map(|alias| format!("callers of {alias} are")).collect();
            for (name, trunk) in &plan.trunks {
                let brings = trunk.hotlines().any(here);
                led.extend(brings.then(|| format!("calls on the trunk {name} are")));
            }
            let led = led.into_iter().map(|who| Found::LedToNobody { number: number.clone(), who });
            self.found.extend(led);
            self.found.insert(Found::Nobodys { number, from, until: None });
        }
        self.found
    }
}
