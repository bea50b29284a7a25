//! The instants at which numbers change their fate: in the picture, in a calendar, in the log of the node that lives
//! through them.

use std::collections::BTreeMap;

use crate::dialplan::table::Table;
use crate::dialplan::timeline::{By, Group, Language, Look, rows};
use crate::event::Phase;

/// An instant at which numbers change their fate. Hours that open and close are none.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CutOver {
    /// The first millisecond of what is new.
    pub at_ms: i64,
    /// What begins, and for which numbers.
    pub begins: BTreeMap<Begins, Vec<String>>,
}

/// What begins at a cut-over.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Begins {
    /// The trial.
    Trial,
    /// Formal operation.
    Formal,
    /// The number ends.
    Cancelled,
    /// A time in which nobody answers, between two in which somebody does.
    Gap,
    /// Anything else: another place, another owner.
    Other,
}

/// All cut-overs of a plan, in order of time.
pub fn cut_overs(table: &Table) -> Vec<CutOver> {
    // What is said in the picture's cells is of no account here.
    of(&rows::groups(table, By::Mode, Language::English, &mut vec![]))
}

/// Every instant at which a bar begins, and for whom.
pub(super) fn of(groups: &[Group]) -> Vec<CutOver> {
    let mut cuts: BTreeMap<i64, BTreeMap<Begins, Vec<String>>> = BTreeMap::new();
    for row in groups.iter().flat_map(|group| &group.rows) {
        for (before, bar) in row.bars.iter().zip(row.bars.iter().skip(1)) {
            let begins = match bar.phase.filter(|phase| before.phase != Some(*phase)) {
                _ if bar.look == Look::Gap => Begins::Gap,
                Some(Phase::Trial) => Begins::Trial,
                Some(Phase::Formal) => Begins::Formal,
                Some(Phase::Cancelled) => Begins::Cancelled,
                Some(Phase::Legacy) | None => Begins::Other,
            };
            cuts.entry(bar.from_ms).or_default().entry(begins).or_default().push(row.number.clone());
        }
    }
    cuts.into_iter().map(|(at_ms, begins)| CutOver { at_ms, begins }).collect()
}

impl CutOver {
    /// What begins and for how many: `trial 27 numbers`, one a kind.
    pub fn counts(&self, language: Language) -> Vec<String> {
        let count = |(begins, numbers): (&Begins, &Vec<String>)| {
            format!("{} {}", language.begins(*begins), language.numbers(numbers.len()))
        };
        self.begins.iter().map(count).collect()
    }

    /// The same, and which, at most so many a kind: `trial 2 numbers: 12315 12319`.
    pub fn named(&self, language: Language, most: usize) -> Vec<String> {
        let named = |(said, numbers): (String, &Vec<String>)| {
            let shown = numbers.get(..most).unwrap_or(numbers);
            let more = if shown.len() < numbers.len() { " …" } else { "" };
            format!("{said}: {}{more}", shown.join(" "))
        };
        self.counts(language).into_iter().zip(self.begins.values()).map(named).collect()
    }
}
