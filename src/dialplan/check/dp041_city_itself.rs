//! dp041: 12345 itself is not answered. What the others are merged into is there at every instant: its number has no end
//! and its calls come to people; that it closes at night and refuses is a warning (国办发〔2020〕53号: a person, 7×24).

use std::rc::Rc;

use crate::dialplan::Diagnostic;
use crate::dialplan::action::Action;
use crate::dialplan::verify::interval::{self, Caller};
use crate::dialplan::verify::{Survey, tell};

pub(super) fn check(survey: &Survey<'_>, found: &mut Vec<Diagnostic>) {
    let city = survey.table.number();
    let callers = interval::callers(survey.table).filter(|caller| caller.fate.number == *city);
    let mut shut = None;
    for caller in callers {
        match (caller.closed, caller.action) {
            (false, Action::Queue { .. }) | (true, Action::Queue { .. } | Action::Trunk { .. }) => {}
            (true, Action::Emergency { .. } | Action::Intercept { .. } | Action::Reject { .. }) => {
                shut = shut.or_else(|| refuses(survey, &caller));
            }
            (
                false,
                Action::Trunk { .. }
                | Action::Emergency { .. }
                | Action::Intercept { .. }
                | Action::Reject { .. },
            ) => found.push(never(survey, &caller)),
        }
    }
    found.extend(shut);
}

fn never(survey: &Survey<'_>, caller: &Caller<'_>) -> Diagnostic {
    let until = match caller.until_ms {
        i64::MAX => String::new(),
        until => format!(" up to {}", survey.draft.calendar.show(until)),
    };
    let message = format!(
        "{} itself comes to no queue {}{until}",
        caller.fate.number,
        tell::when(survey.draft, caller)
    );
    let row = survey.row(caller).or_else(|| survey.draft.hotlines.get(&caller.fate.number).copied());
    let at = row.map(|row| {
        let ingress = row.row.ingress.as_ref().map(|ingress| row.place(ingress));
        let seats = row.row.seats.as_ref().map(|seats| row.place(seats));
        let owned = row.row.until.as_ref().or(row.row.from.as_ref()).map(|date| row.place(date));
        let number = row.row.number.as_ref().map(|number| row.place(number));
        ingress.or(seats).or(owned).or(number).unwrap_or(row.at())
    });
    Diagnostic::error("dp041", at, message)
        .help("all others are merged into it: it is kept, has no end, and its people are here")
}

/// By its own hours; where its queue closes, dp033 says so.
fn refuses(survey: &Survey<'_>, caller: &Caller<'_>) -> Option<Diagnostic> {
    let row = survey.row(caller)?;
    let name = row.row.hours.as_ref()?;
    let hours = survey.table.hours_named(name.get_ref())?;
    let closed = Caller { conditions: Rc::from([(&**hours, false)]), ..caller.clone() };
    let at_ms = closed.first_within(caller.begins(interval::earliest(survey.table)), i64::MAX)?;
    let closed = Caller { at_ms, ..closed };
    let when = tell::during(survey.draft, &closed);
    let message = format!("{} itself is closed and refuses, {when}", caller.fate.number);
    Some(
        Diagnostic::warning("dp041", row.place(name), message)
            .note(tell::first(survey.draft, &closed))
            .help("let `closed` go to a queue that is staffed then, or take its `hours` out"),
    )
}
