//! Thousands of random plans: what `check` says of each is compared with what a naive walker finds that tries every
//! outcome at every instant of a fine grid. The walker shares no code with the proof: it reads the compiled table
//! and goes through it as the call layer does, one call at a time; what a table does not hold (which languages a
//! recording has, what a trunk says of its calls) it knows from those who wrote the plan.

mod calendar;
mod call;
mod found;
mod grid;
mod owners;
mod plan;
mod transfers;
mod trunks;
mod written;

use std::collections::{BTreeMap, BTreeSet};

use tongjie::dialplan::{Level, Report, Sources, compile, judge};

use found::{Found, read};
use plan::Plan;

const PLANS: u64 = 3000;
/// The kinds of [`Found`].
const KINDS: usize = 29;

#[test]
fn what_check_says_is_what_trying_every_outcome_at_every_instant_finds() {
    let (mut compared, mut well) = (0, 0);
    let mut kinds: BTreeMap<String, u32> = BTreeMap::new();
    for seed in 0..PLANS {
        let plan = Plan::random(seed);
        let sources = Sources::new([("plan.toml", plan.text.clone())]);
        let verdict = judge(&sources, None);
        let report = Report { sources, diagnostics: verdict.diagnostics };
        let proved = read(&report.diagnostics);
        let written = written::faults(&plan);
        let refused = report.diagnostics.iter().any(|d| d.level == Level::Error);
        assert_eq!(verdict.table.is_none(), refused, "seed {seed}");
        // What is refused as it is written is not built, and nothing more is asked of it.
        let (said, found) = match compile(&report.sources).0 {
            None => {
                assert!(!written.is_empty(), "seed {seed}\n{}\n{report}", plan.text);
                (proved.into_iter().filter(Found::is_refused_as_written).collect(), written)
            }
            Some(table) => {
                assert!(written.is_empty(), "seed {seed}\n{}\n{report}\n{written:?}", plan.text);
                compared += 1;
                (proved, grid::everything(&table, &plan))
            }
        };
        let both: BTreeSet<_> = said.symmetric_difference(&found).collect();
        assert!(
            both.is_empty(),
            "seed {seed}\n{}\n{report}\ncheck says {said:?}\nfound is {found:?}\nbut not both {both:?}",
            plan.text
        );
        for fact in &found {
            let kind = format!("{fact:?}").split(' ').next().unwrap().to_owned();
            *kinds.entry(kind).or_default() += 1;
        }
        well += u32::from(verdict.table.is_some());
    }
    assert!(compared * 10 > PLANS * 8, "most plans are worth checking: {compared}");
    assert!(well > 100, "of {compared} plans {well} passed");
    assert!(kinds.len() == KINDS && kinds.values().all(|times| *times > 20), "each fault was met: {kinds:?}");
}
