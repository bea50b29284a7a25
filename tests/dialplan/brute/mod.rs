//! Thousands of random plans: what `check` proves of each is compared with what a naive walker finds that tries every
//! outcome at every instant of a fine grid. The walker shares no code with the proof: it reads the compiled table
//! and goes through it as the call layer does, one call at a time.

mod plan;
mod walk;

use std::collections::{BTreeMap, BTreeSet};

use tongjie::dialplan::{Level, Report, Sources, compile, judge};

use plan::Plan;
use walk::Found;

const PLANS: u64 = 3000;

#[test]
fn what_check_proves_is_what_trying_every_outcome_at_every_instant_finds() {
    let (mut compared, mut well) = (0, 0);
    let mut kinds: BTreeMap<String, u32> = BTreeMap::new();
    for seed in 0..PLANS {
        let plan = Plan::random(seed);
        let sources = Sources::new([("plan.toml", plan.text.clone())]);
        let Some(table) = compile(&sources).0 else { continue };
        let verdict = judge(&sources, None);
        let report = Report { sources, diagnostics: verdict.diagnostics };
        let brute = walk::everything(&table, &plan);
        let proved = read(&report);
        assert_eq!(proved, brute, "seed {seed}\n{}\n{report}", plan.text);
        let refused = report.diagnostics.iter().any(|d| d.level == Level::Error);
        assert_eq!(verdict.table.is_none(), refused, "seed {seed}");
        compared += 1;
        for fact in &brute {
            let kind = format!("{fact:?}").split(' ').next().unwrap().to_owned();
            *kinds.entry(kind).or_default() += 1;
        }
        well += u32::from(verdict.table.is_some());
    }
    assert!(compared * 10 > PLANS * 8, "most plans are worth checking: {compared}");
    assert!(well > 100, "of {compared} plans {well} passed");
    assert!(kinds.len() == 11 && kinds.values().all(|times| *times > 20), "each fault was met: {kinds:?}");
}

/// The diagnostics as facts, in the walker's words.
fn read(report: &Report) -> BTreeSet<Found> {
    let names =
        |message: &str| -> Vec<String> { message.split('`').skip(1).step_by(2).map(str::to_owned).collect() };
    let mut found = BTreeSet::new();
    for diagnostic in &report.diagnostics {
        let quoted = names(&diagnostic.message);
        let name = |i: usize| quoted.get(i).cloned().unwrap_or_default();
        match diagnostic.code {
            "dp012" => {
                let skill = quoted.get(1).cloned();
                found.insert(match diagnostic.level {
                    Level::Error => Found::Stuck { queue: name(0), skill },
                    Level::Warning => Found::OnlyOverflow { queue: name(0), skill },
                });
            }
            "dp018" => {
                let (numbers, _) = diagnostic.message.split_once(" hear `").unwrap();
                // Those the plan does not have are no number.
                let numbers = numbers.trim_start_matches("callers of ").replace(" and of ", ", ");
                let numbers = numbers.replace("numbers the plan does not have", "");
                let prompt = name(0);
                found.extend(
                    numbers
                        .split(", ")
                        .map(|number| Found::OutOfTime { number: number.to_owned(), prompt: prompt.clone() }),
                );
            }
            "dp030" if diagnostic.level == Level::Warning => {
                let number = diagnostic.message.split(' ').nth(2).unwrap().to_owned();
                found.insert(Found::Lost { number });
            }
            "dp032" => {
                found.insert(Found::Twice { prompt: name(0), queue: name(1) });
            }
            "dp033" => {
                found.insert(Found::NoNightCover { queue: name(0) });
            }
            "dp035" if diagnostic.message.starts_with("agents of") => {
                found.insert(Found::NoSeats { queue: name(0), skill: quoted.get(1).cloned() });
            }
            "dp035" if diagnostic.message.starts_with("agent ") => {
                found.insert(Found::Alone { queue: name(0) });
            }
            "dp035" if diagnostic.message.starts_with("callers of ") => {
                let (numbers, _) = diagnostic.message.split_once(" cannot").unwrap();
                let numbers = numbers.trim_start_matches("callers of ").split(", ");
                found.extend(numbers.map(|number| Found::NoWayBack { number: number.to_owned() }));
            }
            "dp035" => {
                found.insert(Found::TakenFor { trunk: name(0) });
            }
            "dp037" => {
                let number = diagnostic.message.split(' ').next().unwrap().to_owned();
                found.insert(Found::NeverOpen { number });
            }
            _ => {}
        }
    }
    found
}
