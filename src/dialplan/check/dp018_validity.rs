//! dp018: an announcement outside the time it may be played: it would say what is no longer, or not yet, so.

use std::collections::BTreeSet;

use crate::dialplan::action::Action;
use crate::dialplan::draft::Draft;
use crate::dialplan::table::Fate;
use crate::dialplan::{Diagnostic, Table};
use crate::event::PromptId;

pub(super) fn check(draft: &Draft<'_>, table: &Table, found: &mut Vec<Diagnostic>) {
    let mut said = BTreeSet::new();
    for fate in table.fates() {
        for (i, segment) in fate.segments.iter().enumerate() {
            let until = fate.segments.get(i + 1).map_or(i64::MAX, |next| next.from_ms);
            let prompt = match &segment.action {
                Action::Queue { announce: Some(announce), .. } => &announce.prompt,
                Action::Intercept { prompt, .. } => prompt,
                Action::Queue { announce: None, .. }
                | Action::Trunk { .. }
                | Action::Emergency { .. }
                | Action::Reject { .. } => continue,
            };
            if outside(table, prompt, segment.from_ms, until)
                && said.insert((fate.number.clone(), prompt.clone()))
            {
                found.push(diagnostic(draft, table, fate, prompt, (segment.from_ms, until)));
            }
        }
    }
}

fn outside(table: &Table, prompt: &PromptId, from_ms: i64, until_ms: i64) -> bool {
    table.announcement(prompt).is_some_and(|prompt| from_ms < prompt.from_ms || prompt.until_ms < until_ms)
}

fn diagnostic(
    draft: &Draft<'_>,
    table: &Table,
    fate: &Fate,
    prompt: &PromptId,
    played: (i64, i64),
) -> Diagnostic {
    let show = |ms| draft.calendar.show(ms);
    let valid = table.announcement(prompt).map_or((i64::MIN, i64::MAX), |p| (p.from_ms, p.until_ms));
    let message = format!(
        "{} plays `{prompt}` from {} to {}, but it may be played from {} to {}",
        fate.number,
        show(played.0),
        show(played.1),
        show(valid.0),
        show(valid.1)
    );
    let entry = draft.schema.announcement.iter().find(|entry| entry.key == prompt.as_str());
    let mut diagnostic = Diagnostic::error("dp018", entry.map(|entry| entry.at()), message);
    if let Some(hotline) = draft.hotlines.get(&fate.number) {
        diagnostic = diagnostic.also(hotline.at(), "plays it");
    }
    diagnostic.help("give the hotline another announcement, or the announcement more time")
}
