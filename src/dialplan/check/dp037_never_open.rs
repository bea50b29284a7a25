//! dp037: hours that are never open in a period of the hotline they are for: its people would not get one call.

use std::collections::BTreeSet;

use crate::dialplan::Diagnostic;
use crate::dialplan::verify::{Survey, interval};
use crate::event::Phase;

pub(super) fn check(survey: &Survey<'_>, found: &mut Vec<Diagnostic>) {
    let mut said = BTreeSet::new();
    for caller in
        interval::callers(survey.table).filter(|caller| !caller.closed && caller.fate.via.is_empty())
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
        found.push(
            Diagnostic::error("dp037", at, message)
                .help("see whether the week has days and spans; where two hours meet, whether they overlap"),
        );
    }
}
