//! dp030: a way that ends where the plan names no end: a sub-center's trunk fails and nothing says what then; a call
//! would have to pass more queues than a call does.

use std::collections::BTreeSet;

use crate::dialplan::Diagnostic;
use crate::dialplan::schema::{BackWhen, HotlineRow};
use crate::dialplan::staff::{FULL_HOPS_MAX, MOVES_MAX};
use crate::dialplan::verify::web::{End, Place, Step, ways_out};
use crate::dialplan::verify::{Case, Survey, tell};
use crate::event::{Phase, QueueId};

pub(super) fn check(survey: &Survey<'_>, found: &mut Vec<Diagnostic>) {
    let mut said = BTreeSet::new();
    for case in &survey.cases {
        lost(survey, case, found);
        for (at, spot) in case.web.spots.iter().enumerate() {
            let (queue, limit, kind): (_, _, fn(&Step<'_>) -> bool) = match spot.place {
                Place::End(End::TooManyHops(queue)) => {
                    let limit = format!("is sent through more than {FULL_HOPS_MAX} full queues");
                    (queue, limit, |step| matches!(step, Step::Full))
                }
                Place::Wait { queue, moves: MOVES_MAX, .. } if moves_on(survey, queue) => {
                    let limit = format!("overflows more than {MOVES_MAX} times");
                    (queue, limit, |step| matches!(step, Step::Overflow(_)))
                }
                Place::Start
                | Place::Dial { .. }
                | Place::Enter { .. }
                | Place::Wait { .. }
                | Place::End(_) => continue,
            };
            if goes_round(case, at, kind) {
                continue;
            }
            let Some(caller) = case.callers.first().filter(|_| said.insert(queue)) else { continue };
            let entry = survey.rows.queues.get(queue.as_str());
            let message = format!("no call {limit}, and `{queue}` would be one too many");
            found.push(
                Diagnostic::error("dp030", entry.map(|entry| entry.at()), message)
                    .note(tell::way(survey.draft, caller, &case.web, at))
                    .help("make the chain of queues shorter"),
            );
        }
    }
}

fn moves_on(survey: &Survey<'_>, queue: &QueueId) -> bool {
    survey.table.queue(queue).is_some_and(|queue| ways_out(queue).next().is_some())
}

/// Whether the last steps there, all of one kind, lead through one queue twice. Of such a circle dp013 tells; one that
/// closed queues close is told here.
fn goes_round(case: &Case<'_>, to: usize, kind: fn(&Step<'_>) -> bool) -> bool {
    let mut passed = BTreeSet::new();
    let mut at = to;
    while let Some(spot) = case.web.spots.get(at) {
        let again = match spot.place {
            Place::Enter { queue, .. } | Place::Wait { queue, .. } => !passed.insert(queue),
            Place::Start | Place::Dial { .. } | Place::End(_) => false,
        };
        let Some((from, _)) = spot.from.as_ref().filter(|(_, step)| !again && kind(step)) else {
            return again;
        };
        at = *from;
    }
    false
}

/// A sub-center that says nothing of its trunk's failure. Before the trial it is the old system's way, and where
/// `overflow` names some failures the others are refused on purpose.
fn lost(survey: &Survey<'_>, case: &Case<'_>, found: &mut Vec<Diagnostic>) {
    let Some(at) = case.web.spots.iter().position(|spot| spot.place == Place::End(End::Lost)) else { return };
    let mut said = BTreeSet::new();
    for caller in case.callers.iter().filter(|caller| caller.segment.phase != Some(Phase::Legacy)) {
        let Some(entry) = survey.row(caller).filter(|entry| !names_failures(&entry.row)) else { continue };
        if !said.insert(entry.at()) {
            continue;
        }
        let message = format!("callers of {} are refused when its trunk is down or busy", entry.key);
        let trunk = entry.row.trunk.as_ref();
        found.push(
            Diagnostic::warning("dp030", trunk.map_or(entry.at(), |trunk| entry.place(trunk)), message)
                .note(tell::way(survey.draft, caller, &case.web, at))
                .help("say where they go: overflow = { to = \"general\", when = [\"down\", \"full\"] }"),
        );
    }
}

/// Whether `overflow` says of some failure of the trunk, and not only of closing, that calls come back then.
fn names_failures(row: &HotlineRow) -> bool {
    let when = row.overflow.as_ref().map(|back| back.get_ref().when.as_ref());
    let failure = |when: &BackWhen| match when {
        BackWhen::Down | BackWhen::Full | BackWhen::NoAnswer => true,
        BackWhen::Closed => false,
    };
    when.is_some_and(|when| when.is_none_or(|when| when.get_ref().iter().any(failure)))
}
