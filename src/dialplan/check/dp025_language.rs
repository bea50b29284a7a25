//! dp025: a hotline whose callers are spoken to in a language that something they can hear does not have. Everything
//! spoken counts, on every way: announcements, intercepts, the notices of queues that are closed or full; not music. A
//! warning: they hear it in its own language. One for all hotlines of a language.

use std::collections::{BTreeMap, BTreeSet};

use crate::dialplan::schema::{AnnouncementRow, Entry, HotlineRow};
use crate::dialplan::verify::heard::{Role, heard};
use crate::dialplan::verify::interval::Caller;
use crate::dialplan::verify::{Case, Survey, tell};
use crate::dialplan::{Diagnostic, Table};

pub(super) fn check(survey: &Survey<'_>, found: &mut Vec<Diagnostic>) {
    let rows = &survey.draft.schema.hotline;
    let languages: BTreeSet<&str> = rows.iter().filter_map(language).collect();
    if languages.is_empty() {
        return;
    }
    let mut said: BTreeMap<(&str, String), Said<'_>> = BTreeMap::new();
    for case in &survey.cases {
        let spoken = heard(survey, case).into_iter().filter(|heard| heard.role != Role::Music);
        let spoken: Vec<_> =
            spoken.filter_map(|heard| Some((survey.rows.prompt(heard.prompt)?, heard.at))).collect();
        for caller in &case.callers {
            let Some((row, wanted)) = survey.row(caller).and_then(|row| Some((row, language(row)?))) else {
                continue;
            };
            for (prompt, at) in spoken.iter().filter(|(prompt, _)| !speaks(survey.table, prompt, wanted)) {
                // As tags, capitals do not matter.
                let key = (prompt.key.as_str(), wanted.to_lowercase());
                let first = || Said { row, prompt, case, caller, at: *at, others: BTreeMap::new() };
                said.entry(key).or_insert_with(first).heard_by(row);
            }
        }
    }
    found.extend(said.into_values().map(|said| said.tell(survey)));
}

/// A caller and what he hears in another language than his.
struct Said<'s> {
    row: &'s Entry<HotlineRow>,
    prompt: &'s Entry<AnnouncementRow>,
    case: &'s Case<'s>,
    caller: &'s Caller<'s>,
    at: usize,
    /// Hotlines of that language whose callers hear it too.
    others: BTreeMap<&'s str, &'s Entry<HotlineRow>>,
}

impl<'s> Said<'s> {
    fn heard_by(&mut self, row: &'s Entry<HotlineRow>) {
        if row.key != self.row.key {
            self.others.insert(&row.key, row);
        }
    }

    fn tell(self, survey: &Survey<'_>) -> Diagnostic {
        let Self { row, prompt, case, caller, at, others } = self;
        let message = format!("callers of {} hear `{}` in another language than theirs", row.key, prompt.key);
        let place = row.row.language.as_ref().map_or(row.at(), |language| row.place(language));
        let wanted = language(row).unwrap_or_default();
        let mut fault = Diagnostic::warning("dp025", place, message)
            .also(prompt.at(), "it has no variant in that language")
            .note(tell::way(survey.draft, caller, &case.web, at))
            .help(format!("give it variants = [{{ language = \"{wanted}\", file = \"…\" }}]"));
        fault.again = others.into_values().map(|row| (row.at(), row.key.clone())).collect();
        fault
    }
}

fn language(row: &Entry<HotlineRow>) -> Option<&str> {
    row.row.language.as_ref().map(|language| language.get_ref().as_str())
}

/// Whether there is one in that language to be played.
fn speaks(table: &Table, row: &Entry<AnnouncementRow>, language: &str) -> bool {
    table.spoken(&row.key, Some(language)).is_some_and(|prompt| prompt.is_in(language))
}
