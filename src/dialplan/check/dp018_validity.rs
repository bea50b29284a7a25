//! dp018: an announcement outside the time it may be played: it would say what is no longer, or not yet, so.
//! Everything counts that a call can hear on any of its ways: announcements, notices, music. What counts is the
//! instant at which the call arrives.

use std::collections::BTreeSet;

use crate::dialplan::Diagnostic;
use crate::dialplan::action::Action;
use crate::dialplan::verify::heard::{Heard, heard};
use crate::dialplan::verify::interval::Caller;
use crate::dialplan::verify::{Case, Survey, tell};

pub(super) fn check(survey: &Survey<'_>, found: &mut Vec<Diagnostic>) {
    let mut said = BTreeSet::new();
    // An alias is told of only where its hotline is not.
    for aliases in [false, true] {
        for case in &survey.cases {
            for heard in heard(survey, case) {
                let Some(prompt) = survey.table.announcement(heard.prompt) else { continue };
                for caller in case.callers.iter().filter(|caller| caller.fate.via.is_empty() != aliases) {
                    let early = caller.first_within(i64::MIN, prompt.from_ms);
                    let bad = early.or_else(|| caller.first_within(prompt.until_ms, i64::MAX));
                    let hotline = caller.segment.hotline.as_ref().map_or(&caller.fate.number, |h| &h.number);
                    let told = aliases && said.contains(&(hotline, heard.prompt));
                    if let Some(at_ms) = bad.filter(|_| !told)
                        && said.insert((&caller.fate.number, heard.prompt))
                    {
                        found.push(tell(survey, case, &Caller { at_ms, ..caller.clone() }, heard));
                    }
                }
            }
        }
    }
    unknown(survey, found);
}

/// Numbers the plan does not have are dialled at any time.
fn unknown(survey: &Survey<'_>, found: &mut Vec<Diagnostic>) {
    let Action::Reject { notice: Some(notice), .. } = &survey.table.unknown else { return };
    let Some(prompt) = survey.table.announcement(notice) else { return };
    if (prompt.from_ms, prompt.until_ms) == (i64::MIN, i64::MAX) {
        return;
    }
    let show = |ms| survey.draft.calendar.show(ms);
    let message = format!(
        "whoever dials a number the plan does not have hears `{notice}`, but it may be played from {} to {} only",
        show(prompt.from_ms),
        show(prompt.until_ms)
    );
    let row = survey.rows.prompt(notice);
    let mut diagnostic = Diagnostic::error("dp018", row.map(|row| row.at()), message);
    if let Some((plan, unknown)) = survey.draft.plan.and_then(|plan| Some((plan, plan.row.unknown.as_ref()?)))
    {
        diagnostic = diagnostic.also(plan.place(unknown), "plays it");
    }
    found.push(diagnostic.help("name an announcement without an end, or give this one more time"));
}

fn tell(survey: &Survey<'_>, case: &Case<'_>, caller: &Caller<'_>, heard: Heard<'_>) -> Diagnostic {
    let show = |ms| survey.draft.calendar.show(ms);
    let Heard { prompt, at, .. } = heard;
    let valid = survey.table.announcement(prompt).map_or((i64::MIN, i64::MAX), |p| (p.from_ms, p.until_ms));
    let message = format!(
        "{} plays `{prompt}` from {} to {}, but it may be played from {} to {}",
        caller.fate.number,
        show(caller.from_ms),
        show(caller.until_ms),
        show(valid.0),
        show(valid.1)
    );
    let entry = survey.rows.prompt(prompt);
    let mut diagnostic = Diagnostic::error("dp018", entry.map(|entry| entry.at()), message);
    let alias = survey.draft.aliases.get(&caller.fate.number).map(|alias| alias.at());
    if let Some(at) = alias.or_else(|| survey.row(caller).map(|hotline| hotline.at())) {
        diagnostic = diagnostic.also(at, "plays it");
    }
    let way = tell::way(survey.draft, caller, &case.web, at);
    diagnostic.note(way).help("give the hotline another announcement, or the announcement more time")
}
