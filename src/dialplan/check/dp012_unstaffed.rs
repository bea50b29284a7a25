//! dp012: callers nobody can serve. Wherever a call can come to wait, at every instant and whatever was full, down or
//! closed on the way, someone must be able to answer it there or where it moves on to. When only the moving on helps
//! it is a warning.

use std::collections::{BTreeMap, BTreeSet};

use crate::dialplan::verify::interval::Caller;
use crate::dialplan::verify::tell;
use crate::dialplan::verify::web::Place;
use crate::dialplan::verify::{Case, Survey};
use crate::dialplan::{Diagnostic, Level};
use crate::event::{Number, QueueId, Skill};

pub(super) fn check(survey: &Survey<'_>, found: &mut Vec<Diagnostic>) {
    let mut waits: BTreeMap<(Level, &QueueId, Option<&Skill>), Unserved<'_>> = BTreeMap::new();
    for case in &survey.cases {
        for (at, spot, queue, skill) in case.web.waits().filter(|(_, spot, ..)| !case.web.is_answered(spot)) {
            let level = if spot.hopeful { Level::Warning } else { Level::Error };
            let first = case.callers.first().map(|caller| (case, caller, at));
            let Some(first) = first else { continue };
            let unserved = waits.entry((level, queue, skill)).or_insert_with(|| Unserved {
                first,
                callers: BTreeSet::new(),
                later: true,
            });
            let later = later(case, at);
            unserved.callers.extend(case.callers.iter().map(|caller| (later, number(caller))));
            // The counterexample is the plainest one: a queue asked at once before one that is come to later.
            if unserved.later && !later {
                (unserved.first, unserved.later) = (first, false);
            }
        }
    }
    for ((level, queue, skill), unserved) in waits {
        found.push(unserved.tell(survey, level, queue, skill));
    }
}

/// A place where nobody can answer, and who comes to it.
struct Unserved<'s> {
    first: (&'s Case<'s>, &'s Caller<'s>, usize),
    /// Those who ask for it at once before those who come to it later.
    callers: BTreeSet<(bool, &'s Number)>,
    later: bool,
}

/// The hotline, also of callers who know it by another number.
fn number<'s>(caller: &Caller<'s>) -> &'s Number {
    caller.segment.hotline.as_ref().map_or(&caller.fate.number, |hotline| &hotline.number)
}

/// Whether the caller was sent to wait there by something else than the decision.
fn later(case: &Case<'_>, at: usize) -> bool {
    let before =
        case.web.spots.get(at).and_then(|spot| spot.from).and_then(|(from, _)| case.web.spots.get(from));
    !before.is_some_and(|before| {
        matches!(before.place, Place::Enter { hops: 0, .. })
            && before.from.is_some_and(|(start, _)| start == 0)
    })
}

impl Unserved<'_> {
    fn tell(self, survey: &Survey<'_>, level: Level, queue: &QueueId, skill: Option<&Skill>) -> Diagnostic {
        let (case, caller, at) = self.first;
        let who = format!("no agent serves the queue `{queue}`{}", tell::with_skill(skill));
        let at_once: BTreeSet<&Number> =
            self.callers.iter().filter(|(later, _)| !later).map(|(_, n)| *n).collect();
        let later = self.callers.iter().filter(|(later, n)| *later && !at_once.contains(n)).map(|(_, n)| *n);
        let callers = tell::listed(at_once.iter().copied().chain(later));
        let fate = match level {
            Level::Warning => format!("callers of {callers} only wait for the overflow"),
            Level::Error => format!("callers of {callers} would wait for ever"),
        };
        let message = format!("{who}; {fate}");
        let row = survey.row(caller);
        let at_row = row.map(|entry| {
            let asks = entry.row.skill.as_ref().or(entry.row.queue.as_ref());
            asks.map_or(entry.at(), |text| entry.place(text))
        });
        let mut diagnostic = Diagnostic::error("dp012", at_row, message);
        diagnostic.level = level;
        if let Some(queue) = survey.rows.queues.get(queue.as_str()) {
            diagnostic = diagnostic.also(queue.at(), "nobody answers here");
        }
        let help = match skill {
            Some(skill) => {
                format!("give an agent queues = [\"{queue}\"] and the skill `{skill}` (or skills = [\"*\"])")
            }
            None => format!("give an agent queues = [\"{queue}\"] and the skills the queue asks for"),
        };
        diagnostic.note(tell::way(survey.draft, caller, &case.web, at)).help(help)
    }
}
