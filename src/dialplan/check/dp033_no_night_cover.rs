//! dp033: a hotline that is open while its queue is closed and refuses. Without `hours` a hotline is open day and
//! night: at every minute of the week there must be someone. A queue that is closed and refuses those who are sent on
//! to it, back from a trunk or out of a full queue, is a warning: it is a refusal in place of another.

use std::collections::{BTreeMap, BTreeSet};

use crate::dialplan::verify::interval::Caller;
use crate::dialplan::verify::start::Start;
use crate::dialplan::verify::web::{End, Place as At};
use crate::dialplan::verify::{Case, Survey, tell};
use crate::dialplan::{Diagnostic, Table};
use crate::event::{Number, QueueId};

pub(super) fn check(survey: &Survey<'_>, found: &mut Vec<Diagnostic>) {
    let mut refused: BTreeMap<&QueueId, Refused<'_>> = BTreeMap::new();
    for case in &survey.cases {
        if !matches!(case.start, Start::Reject { .. } | Start::Intercept { .. }) {
            continue;
        }
        for caller in case.callers.iter().filter(|caller| caller.closed) {
            let Some((queue, at_ms)) = queue_refuses(survey, caller) else { continue };
            let first = Caller { at_ms, ..caller.clone() };
            let entry =
                refused.entry(queue).or_insert_with(|| Refused { case, first, numbers: BTreeSet::new() });
            entry.numbers.insert(&caller.fate.number);
        }
    }
    for (queue, refused) in refused {
        found.push(refused.tell(survey, queue));
    }
    sent_on(survey, found);
}

/// Those who come to a closed queue otherwise than by the decision.
fn sent_on(survey: &Survey<'_>, found: &mut Vec<Diagnostic>) {
    let mut refused: BTreeMap<&QueueId, (usize, Refused<'_>)> = BTreeMap::new();
    for case in &survey.cases {
        for (at, spot) in case.web.spots.iter().enumerate() {
            let (At::End(End::Closed(queue)), Some(first)) = (spot.place, case.callers.first()) else {
                continue;
            };
            let first = || (at, Refused { case, first: first.clone(), numbers: BTreeSet::new() });
            let (_, entry) = refused.entry(queue).or_insert_with(first);
            entry.numbers.extend(case.callers.iter().map(|caller| &caller.fate.number));
        }
    }
    for (queue, (at, Refused { case, first, numbers })) in refused {
        let message = format!(
            "callers of {} are sent on to the queue `{queue}` while it is closed and refuses, from {}",
            tell::listed(numbers),
            survey.draft.calendar.show(first.at_ms),
        );
        let entry = survey.rows.queues.get(queue.as_str());
        let place =
            entry.map(|entry| entry.row.closed.as_ref().map_or(entry.at(), |closed| entry.place(closed)));
        found.push(
            Diagnostic::warning("dp033", place, message)
                .note(tell::way(survey.draft, &first, &case.web, at))
                .help("send them to a queue that is open day and night, or let this one's `closed` go there"),
        );
    }
}

struct Refused<'s> {
    case: &'s Case<'s>,
    first: Caller<'s>,
    numbers: BTreeSet<&'s Number>,
}

/// The queue that refuses this caller, and the first instant at which it does though the hotline is open.
fn queue_refuses<'s>(survey: &Survey<'s>, caller: &Caller<'s>) -> Option<(&'s QueueId, i64)> {
    let Start::Queue { queue, .. } = Start::of(&caller.segment.action) else { return None };
    let closing = survey.table.queue(queue)?.closed.as_ref()?;
    let row = &survey.row(caller)?.row;
    let own = row.hours.as_ref().and_then(|name| survey.table.hours_named(name.get_ref()));
    let conditions = own.map(|own| (&**own, true)).into_iter().chain([(&*closing.hours, false)]).collect();
    let caller = Caller { conditions, ..caller.clone() };
    Some((queue, caller.first_within(caller.at_ms, i64::MAX)?))
}

impl Refused<'_> {
    fn tell(self, survey: &Survey<'_>, queue: &QueueId) -> Diagnostic {
        let Self { case, first, numbers } = self;
        let until = closed_until(survey.table, queue, first.at_ms);
        let until = until.map_or_else(String::new, |ms| format!(" to {}", survey.draft.calendar.show(ms)));
        let message = format!(
            "{} open while the queue `{queue}` is closed and refuses: from {}{until}",
            match numbers.len() {
                1 => format!("{} is", tell::listed(numbers.iter().copied())),
                _ => format!("{} are", tell::listed(numbers.iter().copied())),
            },
            survey.draft.calendar.show(first.at_ms),
        );
        let entry = survey.rows.queues.get(queue.as_str());
        let at = entry.map(|entry| entry.row.hours.as_ref().map_or(entry.at(), |hours| entry.place(hours)));
        let mut diagnostic = Diagnostic::error("dp033", at, message);
        if let Some(row) = survey.row(&first) {
            diagnostic = match &row.row.hours {
                Some(hours) => diagnostic.also(row.place(hours), "its own hours say that it is open"),
                None => diagnostic.also(row.at(), "has no `hours`: it is open day and night"),
            };
        }
        let end = case.web.spots.len().saturating_sub(1);
        diagnostic.note(tell::way(survey.draft, &first, &case.web, end)).help(
            "let the queue's `closed` go to a queue that is staffed then: closed = { to = \"general\" }; or give the hotline `hours`",
        )
    }
}

fn closed_until(table: &Table, queue: &QueueId, at_ms: i64) -> Option<i64> {
    table.queue(queue)?.closed.as_ref()?.hours.next_change(at_ms)
}
