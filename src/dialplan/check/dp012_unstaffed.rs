//! dp012: callers nobody can serve: no agent serves the queue and has the skill, and the queue overflows to
//! nobody who does. When only the overflow helps it is a warning.

use std::collections::{BTreeMap, BTreeSet};

use crate::dialplan::action::{Action, Back};
use crate::dialplan::draft::Draft;
use crate::dialplan::{Diagnostic, Table};
use crate::event::{Number, QueueId, Skill};

pub(super) fn check(draft: &Draft<'_>, table: &Table, found: &mut Vec<Diagnostic>) {
    for ((queue, skill), numbers) in asked(table) {
        if staffed(table, &queue, skill.as_ref()) {
            continue;
        }
        let Some(entry) = numbers.first().and_then(|number| draft.hotlines.get(number)) else { continue };
        let callers = listed(&numbers);
        let at = entry
            .row
            .skill
            .as_ref()
            .or(entry.row.queue.as_ref())
            .map_or(entry.at(), |text| entry.place(text));
        let who = match &skill {
            Some(skill) => format!("no agent serves the queue `{queue}` with the skill `{skill}`"),
            None => format!("no agent serves the queue `{queue}`"),
        };
        let help = format!("give an agent queues = [\"{queue}\"] and the skill, or skills = [\"*\"]");
        found.push(match rescued(table, &queue, skill.as_ref()) {
            true => Diagnostic::warning(
                "dp012",
                at,
                format!("{who}; callers of {callers} only wait for the overflow"),
            ),
            false => {
                Diagnostic::error("dp012", at, format!("{who}; callers of {callers} would wait for ever"))
            }
        });
        if let Some(last) = found.last_mut() {
            last.help = help;
        }
    }
}

/// Every queue and skill that some hotline asks for at some time, with those that do.
fn asked(table: &Table) -> BTreeMap<(QueueId, Option<Skill>), Vec<Number>> {
    let mut asked: BTreeMap<_, Vec<Number>> = BTreeMap::new();
    for fate in table.fates().iter().filter(|fate| fate.via.is_empty()) {
        for segment in &fate.segments {
            for action in segment.actions() {
                let pair = match action {
                    Action::Queue { queue, skill, .. }
                    | Action::Trunk { back: Some(Back { queue, skill, .. }), .. } => {
                        (queue.clone(), skill.clone())
                    }
                    Action::Trunk { back: None, .. }
                    | Action::Emergency { .. }
                    | Action::Intercept { .. }
                    | Action::Reject { .. } => continue,
                };
                let numbers = asked.entry(pair).or_default();
                if numbers.last() != Some(&fate.number) {
                    numbers.push(fate.number.clone());
                }
            }
        }
    }
    asked
}

fn listed(numbers: &[Number]) -> String {
    let shown: Vec<&str> = numbers.iter().take(5).map(Number::as_str).collect();
    match numbers.len().saturating_sub(shown.len()) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

fn staffed(table: &Table, queue: &QueueId, skill: Option<&Skill>) -> bool {
    table.queue(queue).is_some_and(|queue| table.agents().any(|agent| agent.may_take(queue, skill)))
}

fn rescued(table: &Table, queue: &QueueId, skill: Option<&Skill>) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![(queue.clone(), skill)];
    while let Some((queue, skill)) = open.pop() {
        if staffed(table, &queue, skill) {
            return true;
        }
        for step in table.queue(&queue).into_iter().flat_map(|queue| &queue.overflow) {
            let skill = skill.filter(|_| step.keep_skill);
            if seen.insert((step.to.clone(), skill)) {
                open.push((step.to.clone(), skill));
            }
        }
    }
    false
}
