//! dp037: hours that are never open in a period of the hotline they are for: its people would not get one call.

use std::collections::BTreeSet;

use crate::dialplan::action::Action;
use crate::dialplan::fate::Fate;
use crate::dialplan::schema::{Entry, HotlineRow};
use crate::dialplan::treatment::{Own, in_words};
use crate::dialplan::verify::interval::Caller;
use crate::dialplan::verify::{Survey, interval, tell};
use crate::dialplan::{Diagnostic, Place};
use crate::event::Phase;

pub(super) fn check(survey: &Survey<'_>, found: &mut Vec<Diagnostic>) {
    let mut said = BTreeSet::new();
    for caller in
        interval::callers(survey.table).filter(|caller| !caller.closed && caller.fate.via().is_empty())
    {
        let Some(closed) = &caller.segment.closed else { continue };
        if caller.first_within(i64::MIN, i64::MAX).is_some() {
            continue;
        }
        let Some(entry) = survey.row(&caller).filter(|entry| said.insert(entry.at())) else { continue };
        let show = |ms| survey.draft.calendar.show(ms);
        let message = format!(
            "{} is never open in its phase {}, from {} to {}: `{}` is closed all the time",
            caller.fate.number,
            caller.segment.phase.map_or("always", Phase::as_str),
            show(caller.from_ms),
            show(caller.until_ms),
            closed.hours.name(),
        );
        let at = entry.row.hours.as_ref().map_or(entry.at(), |hours| entry.place(hours));
        let told = if opens_once(caller.fate) {
            Diagnostic::warning("dp037", at, message)
        } else {
            Diagnostic::error("dp037", at, message)
        };
        let weeks = weeks(survey, &caller, entry).into_iter();
        let diagnostic = weeks.fold(told, |told, week| told.also(week, "these are the hours"));
        let way =
            format!("{}\n  → {}", tell::first(survey.draft, &caller), in_words(&closed.action, Own::Said));
        found.push(
            diagnostic
                .note(way)
                .help("see whether the week has days and spans; where two hours meet, whether they overlap"),
        );
    }
}

/// Whether its hours are open in another period: a trial run of one weekend is no fault.
fn opens_once(fate: &Fate) -> bool {
    let mut open =
        interval::callers_of([fate]).filter(|caller| caller.segment.closed.is_some() && !caller.closed);
    open.any(|caller| caller.first_within(i64::MIN, i64::MAX).is_some())
}

/// Where the hours stand that are never open, or never together: the hotline's own, and those of its queue.
fn weeks(survey: &Survey<'_>, caller: &Caller<'_>, entry: &Entry<HotlineRow>) -> Vec<Place> {
    let queue = match caller.segment.action {
        Action::Queue { queue, .. } => survey.rows.queues.get(queue.as_str()),
        Action::Trunk { .. }
        | Action::Emergency { .. }
        | Action::Intercept { .. }
        | Action::Reject { .. } => None,
    };
    let named = entry.row.hours.iter().chain(queue.and_then(|queue| queue.row.hours.as_ref()));
    let rows = &survey.draft.schema.hours;
    let rows = named.filter_map(|name| rows.iter().find(|row| row.key == *name.get_ref()));
    let mut weeks: Vec<Place> = rows.map(|row| row.at()).collect();
    weeks.dedup();
    weeks
}
