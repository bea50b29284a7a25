//! dp012: callers nobody can serve. Wherever a call can come to wait, at every instant and whatever was full, down or
//! closed on the way or closes meanwhile, someone must be able to answer it there or where it moves on to. When only the
//! moving on helps it is a warning. And where someone can, the wait (`wait-max`) must not be over before the caller has
//! heard what he is not spared (`must-hear`).

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::dialplan::verify::interval::Caller;
use crate::dialplan::verify::tell;
use crate::dialplan::verify::web::{Place, ways_out};
use crate::dialplan::verify::{Case, Survey};
use crate::dialplan::{Diagnostic, Level, Table};
use crate::event::{Number, PromptId, QueueId, Skill};

pub(super) fn check(survey: &Survey<'_>, found: &mut Vec<Diagnostic>) {
    let mut waits: BTreeMap<(Level, &QueueId, Option<&Skill>), Unserved<'_>> = BTreeMap::new();
    for case in &survey.cases {
        for (at, spot, queue, skill) in case.web.waits().filter(|(_, spot, ..)| !case.web.is_answered(spot)) {
            let unserved = !spot.hopeful || spot.stranded.is_some();
            let level = if unserved { Level::Error } else { Level::Warning };
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
    caller.segment.hotline.map_or(&caller.fate.number, |hotline| &hotline.number)
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
        if let Some(cut) = Cut::of(survey.table, case, at).filter(|_| level == Level::Error) {
            return self.cut(survey, cut);
        }
        let who = format!("no agent serves the queue `{queue}`{}", tell::with_skill(skill));
        let callers = self.listed();
        let shut = shut(survey, case, caller, at);
        let fate = match (level, &shut) {
            (Level::Warning, _) => format!("callers of {callers} only wait for the overflow"),
            (Level::Error, None) => format!("callers of {callers} would wait for ever"),
            (Level::Error, Some(_)) => format!("callers of {callers} wait for an overflow that is closed"),
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
            _ if level == Level::Error && shut.is_some() => {
                "let them overflow to a queue that is open then too, or give the queue agents".to_owned()
            }
            Some(skill) => {
                format!("give an agent queues = [\"{queue}\"] and the skill `{skill}` (or skills = [\"*\"])")
            }
            None => format!("give an agent queues = [\"{queue}\"] and the skills the queue asks for"),
        };
        let way = tell::way(survey.draft, caller, &case.web, at);
        let way = shut.filter(|_| level == Level::Error).into_iter().fold(way, |way, shut| way + &shut);
        diagnostic.note(way).help(help)
    }

    fn listed(&self) -> String {
        let at_once: BTreeSet<&Number> =
            self.callers.iter().filter(|(later, _)| !later).map(|(_, n)| *n).collect();
        let later = self.callers.iter().filter(|(later, n)| *later && !at_once.contains(n)).map(|(_, n)| *n);
        tell::listed(at_once.iter().copied().chain(later))
    }

    /// There are agents, but the wait is over before one may have the call.
    fn cut(&self, survey: &Survey<'_>, cut: Cut<'_>) -> Diagnostic {
        let (case, caller, at) = self.first;
        let Cut { queue, skill, longest, announce, hearing } = cut;
        let message = format!(
            "nobody may answer in the queue `{queue}`{}: callers of {} must hear {hearing:?} first, and are let go after {longest:?}",
            tell::with_skill(skill),
            self.listed(),
        );
        let row = survey.rows.queues.get(queue.as_str());
        let place = row.map(|row| row.row.wait_max.as_ref().map_or(row.at(), |longest| row.place(longest)));
        let mut diagnostic = Diagnostic::error("dp012", place, message);
        if let Some(least) = announce.and_then(|prompt| survey.rows.must_hear(prompt)) {
            diagnostic = diagnostic.also(least, "they are not spared so much of this");
        }
        diagnostic
            .note(tell::way(survey.draft, caller, &case.web, at))
            .help("let them wait longer than that, or give the announcement a shorter `must-hear`")
    }
}

/// A wait that is over before the announcement is.
struct Cut<'s> {
    queue: &'s QueueId,
    skill: Option<&'s Skill>,
    longest: Duration,
    announce: Option<&'s PromptId>,
    hearing: Duration,
}

impl<'s> Cut<'s> {
    fn of(table: &Table, case: &Case<'s>, at: usize) -> Option<Self> {
        let Place::Wait { queue, skill, announce, hearing, .. } = case.web.spots.get(at)?.place else {
            return None;
        };
        let settings = table.queue(queue)?;
        let longest = settings.wait_max.filter(|longest| hearing > *longest)?;
        let staffed = table.agents().any(|agent| agent.may_take(settings, skill));
        staffed.then_some(Self { queue, skill, longest, announce, hearing })
    }
}

/// The overflows that are closed where a call waits in vain, and from when on: the last step of the counterexample.
fn shut(survey: &Survey<'_>, case: &Case<'_>, caller: &Caller<'_>, at: usize) -> Option<String> {
    let spot = case.web.spots.get(at)?;
    let (Place::Wait { queue, .. }, closed) = (spot.place, case.scenes.get(spot.stranded?)?) else {
        return None;
    };
    let queue = survey.table.queue(queue)?;
    let shut: Vec<&QueueId> = ways_out(queue).map(|step| &step.to).filter(|to| closed.contains(to)).collect();
    let hours = |id: &QueueId| survey.table.queue(id)?.closed.as_ref().map(|closing| &*closing.hours);
    let timed = std::iter::once(&queue.id).chain(shut.iter().copied());
    let conditions =
        timed.filter_map(|id| Some((hours(id)?, *id != queue.id))).map(|(hours, shut)| (hours, !shut));
    let then = Caller { conditions: conditions.collect(), ..caller.clone() };
    let from = then.first_within(caller.at_ms, i64::MAX);
    let from = from.map_or_else(String::new, |ms| format!("from {} on ", survey.draft.calendar.show(ms)));
    let names: Vec<String> = shut.iter().map(|id| format!("`{id}`")).collect();
    (!shut.is_empty()).then(|| format!("\n  → {from}{} closed: he waits for nobody", tell::are(&names)))
}
