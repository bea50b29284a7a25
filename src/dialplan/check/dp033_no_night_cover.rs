//! dp033: a hotline that is open while its queue is closed and refuses, or while the queue does to which its calls come
//! back from a trunk that fails. Without `hours` a hotline is open day and night: at every minute of the week there must
//! be someone.

use std::collections::{BTreeMap, BTreeSet};

use crate::dialplan::staff::OnClosed;
use crate::dialplan::verify::interval::Caller;
use crate::dialplan::verify::start::Start;
use crate::dialplan::verify::web::{End, Place};
use crate::dialplan::verify::{Case, Survey, tell};
use crate::dialplan::{Diagnostic, Table};
use crate::event::{Number, QueueId};

pub(super) fn check(survey: &Survey<'_>, found: &mut Vec<Diagnostic>) {
    let mut refused: BTreeMap<(&QueueId, Door), Refused<'_>> = BTreeMap::new();
    for case in &survey.cases {
        if let Some((queue, at)) = comes_back_to(survey.table, case) {
            for caller in &case.callers {
                let new = || Refused { case, at, first: caller.clone(), numbers: BTreeSet::new() };
                let entry = refused.entry((queue, Door::Back)).or_insert_with(new);
                entry.numbers.insert(&caller.fate.number);
            }
        }
        if !matches!(case.start, Start::Reject { .. } | Start::Intercept { .. }) {
            continue;
        }
        for caller in case.callers.iter().filter(|caller| caller.closed) {
            let Some((queue, at_ms)) = queue_refuses(survey, caller) else { continue };
            let (at, first) = (case.web.spots.len().saturating_sub(1), Caller { at_ms, ..caller.clone() });
            let new = || Refused { case, at, first, numbers: BTreeSet::new() };
            let entry = refused.entry((queue, Door::Front)).or_insert_with(new);
            entry.numbers.insert(&caller.fate.number);
        }
    }
    for ((queue, door), refused) in refused {
        found.push(refused.tell(survey, queue, door));
    }
}

/// How a call came to the closed queue.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Door {
    /// The hotline's queue.
    Front,
    /// Back from a sub-center's trunk.
    Back,
}

struct Refused<'s> {
    case: &'s Case<'s>,
    /// The end, in the case's web.
    at: usize,
    first: Caller<'s>,
    numbers: BTreeSet<&'s Number>,
}

/// The queue to which calls of this case come back from a trunk, if it is closed when they arrive and refuses; and where
/// in the web it does.
fn comes_back_to<'s>(table: &Table, case: &Case<'s>) -> Option<(&'s QueueId, usize)> {
    let Start::Trunk { back: Some(back), .. } = &case.start else { return None };
    let closed = case.scenes.first()?.contains(back.queue);
    let then = &table.queue(back.queue).filter(|_| closed)?.closed.as_ref()?.then;
    matches!(then, OnClosed::Reject { .. }).then_some(())?;
    let at = case.web.spots.iter().position(|spot| spot.place == Place::End(End::Closed(back.queue)))?;
    Some((back.queue, at))
}

/// The queue that refuses this caller, and the first instant at which it does though the hotline is open.
fn queue_refuses<'s>(survey: &Survey<'s>, caller: &Caller<'s>) -> Option<(&'s QueueId, i64)> {
    let Start::Queue { queue, .. } = Start::of(caller.segment.action) else { return None };
    let closing = survey.table.queue(queue)?.closed.as_ref()?;
    let row = &survey.row(caller)?.row;
    let own = row.hours.as_ref().and_then(|name| survey.table.hours_named(name.get_ref()));
    let conditions = own.map(|own| (&**own, true)).into_iter().chain([(&*closing.hours, false)]).collect();
    let caller = Caller { conditions, ..caller.clone() };
    Some((queue, caller.first_within(caller.at_ms, i64::MAX)?))
}

impl Refused<'_> {
    fn tell(self, survey: &Survey<'_>, queue: &QueueId, door: Door) -> Diagnostic {
        let Self { case, at: end, first, numbers } = self;
        let until = closed_until(survey.table, queue, first.at_ms);
        let until = until.map_or_else(String::new, |ms| format!(" to {}", survey.draft.calendar.show(ms)));
        let listed = tell::listed(numbers.iter().copied());
        let who = match (door, numbers.len()) {
            (Door::Front, 1) => format!("{listed} is open"),
            (Door::Front, _) => format!("{listed} are open"),
            (Door::Back, _) => format!("calls of {listed} that fail at the trunk come back"),
        };
        let from = survey.draft.calendar.show(first.at_ms);
        let message = format!("{who} while the queue `{queue}` is closed and refuses: from {from}{until}");
        let entry = survey.rows.queues.get(queue.as_str());
        let at = entry.map(|entry| entry.row.hours.as_ref().map_or(entry.at(), |hours| entry.place(hours)));
        let mut diagnostic = Diagnostic::error("dp033", at, message);
        if let Some(row) = survey.row(&first) {
            diagnostic = match (&row.row.hours, &row.row.overflow) {
                (_, Some(back)) if door == Door::Back => {
                    diagnostic.also(row.place(back), "its calls come back here when the trunk fails")
                }
                (Some(hours), _) => diagnostic.also(row.place(hours), "its own hours say that it is open"),
                (None, _) => diagnostic.also(row.at(), "has no `hours`: it is open day and night"),
            };
        }
        let help = match door {
            Door::Front => {
                "let the queue's `closed` go to a queue that is staffed then: closed = { to = \"general\" }; or give the hotline `hours`"
            }
            Door::Back => {
                "let the queue's `closed` go to a queue that is staffed then: closed = { to = \"general\" }; or let the hotline's `overflow` go there"
            }
        };
        diagnostic.note(tell::way(survey.draft, &first, &case.web, end)).help(help)
    }
}

fn closed_until(table: &Table, queue: &QueueId, at_ms: i64) -> Option<i64> {
    table.queue(queue)?.closed.as_ref()?.hours.next_change(at_ms)
}
