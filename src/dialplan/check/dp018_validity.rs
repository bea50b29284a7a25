//! dp018: an announcement outside the time it may be played: it would say what is no longer, or not yet, so.
//! Everything counts that a call can hear on any of its ways: announcements, notices, music; of numbers the plan does
//! not have, too. What counts is the instant at which the call arrives. One line of the plan that has a recording
//! played is one fault, however many numbers it is heard under.

use std::collections::{BTreeMap, BTreeSet};

use crate::dialplan::verify::heard::{Heard, heard};
use crate::dialplan::verify::interval::Caller;
use crate::dialplan::verify::{Case, Survey, said, tell};
use crate::dialplan::{Diagnostic, Place, Prompt};
use crate::event::Number;

pub(super) fn check(survey: &Survey<'_>, found: &mut Vec<Diagnostic>) {
    let mut faults: BTreeMap<(&str, Option<Place>), Fault<'_>> = BTreeMap::new();
    for case in &survey.cases {
        for heard in heard(survey, case) {
            let Some(prompt) = survey.table.announcement(heard.prompt) else { continue };
            let Some(row) = survey.rows.prompt(heard.prompt) else { continue };
            for caller in case.callers.iter().filter_map(|caller| outside(caller, prompt)) {
                let line = said::line(survey, case, &caller, &heard);
                let fault =
                    faults.entry((&row.key, line)).or_insert_with(|| Fault::new(case, &caller, heard));
                fault.add(survey, case, caller, heard);
            }
        }
    }
    for ((_, line), fault) in faults {
        found.extend(fault.tell(survey, line));
    }
}

/// The caller at his first instant before or after the time in which the recording may be played.
fn outside<'s>(caller: &Caller<'s>, prompt: &Prompt) -> Option<Caller<'s>> {
    let early = caller.first_within(i64::MIN, prompt.from_ms);
    let until_ms = if early.is_some() { caller.until_ms.min(prompt.from_ms) } else { caller.until_ms };
    let at_ms = early.or_else(|| caller.first_within(prompt.until_ms, i64::MAX))?;
    Some(Caller { at_ms, until_ms, ..caller.clone() })
}

/// A line that has a recording played at the wrong time: an example, and who else hears it.
struct Fault<'s> {
    case: &'s Case<'s>,
    caller: Caller<'s>,
    heard: Heard<'s>,
    /// Whether it is none, of numbers the plan does not have; the number.
    hotlines: BTreeSet<(bool, &'s Number)>,
    /// With the hotlines they stand for.
    aliases: BTreeMap<&'s Number, Option<Number>>,
}

impl<'s> Fault<'s> {
    fn new(case: &'s Case<'s>, caller: &Caller<'s>, heard: Heard<'s>) -> Self {
        Self { case, caller: caller.clone(), heard, hotlines: BTreeSet::new(), aliases: BTreeMap::new() }
    }

    fn add(&mut self, survey: &Survey<'_>, case: &'s Case<'s>, caller: Caller<'s>, heard: Heard<'s>) {
        let number = &caller.fate.number;
        if caller.fate.via().is_empty() {
            // The example is the first that is named; an alias only where no hotline is.
            let hotline = (!caller.is_known(), number);
            if self.hotlines.first().is_none_or(|first| hotline < *first) {
                (self.case, self.heard, self.caller) = (case, heard, caller);
            }
            self.hotlines.insert(hotline);
        } else {
            // Also while it is nobody's.
            let stands_for = || survey.draft.resolve(number).map(|(_, hotline)| hotline);
            self.aliases.entry(number).or_insert_with(stands_for);
        }
    }

    /// An alias is named only where its hotline's callers do not hear it.
    fn callers(&self) -> String {
        let hotlines = self.hotlines.iter().filter(|(unknown, _)| !unknown).map(|(_, number)| *number);
        let hears = |of: &Number| self.hotlines.contains(&(false, of));
        let aliases = self.aliases.iter().filter(|(_, of)| !of.as_ref().is_some_and(hears));
        let known: Vec<&Number> = hotlines.chain(aliases.map(|(alias, _)| *alias)).collect();
        match (known.is_empty(), self.hotlines.iter().any(|(unknown, _)| *unknown)) {
            (true, _) => "numbers the plan does not have".to_owned(),
            (false, false) => tell::listed(known),
            (false, true) => format!("{} and of numbers the plan does not have", tell::listed(known)),
        }
    }

    fn tell(&self, survey: &Survey<'_>, line: Option<Place>) -> Option<Diagnostic> {
        let show = |ms| survey.draft.calendar.show(ms);
        let caller = &self.caller;
        let prompt = survey.table.announcement(self.heard.prompt)?;
        let entry = survey.rows.prompt(self.heard.prompt)?;
        let message = format!(
            "callers of {} hear `{}` {}, but it may be played from {} to {}",
            self.callers(),
            entry.key,
            tell::when(survey.draft, caller),
            show(prompt.from_ms),
            show(prompt.until_ms)
        );
        let early = caller.at_ms < prompt.from_ms;
        let limit = if early { &entry.row.from } else { &entry.row.until };
        let at = limit.as_ref().map_or(entry.at(), |date| entry.place(date));
        let mut diagnostic = Diagnostic::error("dp018", at, message);
        if let Some(line) = line {
            diagnostic = diagnostic.also(line, "has it played");
        }
        let way = tell::way(survey.draft, caller, &self.case.web, self.heard.at);
        Some(diagnostic.note(way).help("name another announcement there, or give this one more time"))
    }
}
