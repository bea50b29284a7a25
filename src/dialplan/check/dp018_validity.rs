//! dp018: an announcement outside the time it may be played: it would say what is no longer, or not yet, so.

use std::collections::BTreeSet;

use crate::dialplan::action::Action;
use crate::dialplan::draft::Draft;
use crate::dialplan::table::{Fate, Segment};
use crate::dialplan::{Diagnostic, Table};
use crate::event::PromptId;

pub(super) fn check(draft: &Draft<'_>, table: &Table, found: &mut Vec<Diagnostic>) {
    let mut said = BTreeSet::new();
    for fate in table.fates() {
        for (i, segment) in fate.segments.iter().enumerate() {
            let until = fate.segments.get(i + 1).map_or(i64::MAX, |next| next.from_ms);
            for (n, action) in segment.actions().enumerate() {
                let Some(prompt) = heard(action) else { continue };
                // The second action is what is done while closed.
                let Some(played) = played(segment, n == 0, segment.from_ms, until) else { continue };
                if outside(table, segment, prompt, n == 0, (segment.from_ms, until))
                    && said.insert((fate.number.clone(), prompt.clone()))
                {
                    found.push(diagnostic(draft, table, fate, prompt, (played, until)));
                }
            }
        }
    }
}

fn heard(action: &Action) -> Option<&PromptId> {
    match action {
        Action::Queue { announce: Some(announce), .. } => Some(&announce.prompt),
        Action::Intercept { prompt, .. } => Some(prompt),
        Action::Reject { notice, .. } => notice.as_ref(),
        Action::Queue { announce: None, .. } | Action::Trunk { .. } | Action::Emergency { .. } => None,
    }
}

/// The first instant from `from_ms` up to `until_ms` at which a segment does what it does open, or closed.
fn played(segment: &Segment, open: bool, from_ms: i64, until_ms: i64) -> Option<i64> {
    match &segment.closed {
        Some(closed) => closed.hours.first(open, from_ms, until_ms),
        None => (open && from_ms < until_ms).then_some(from_ms),
    }
}

fn outside(
    table: &Table,
    segment: &Segment,
    prompt: &PromptId,
    open: bool,
    (from, until): (i64, i64),
) -> bool {
    let Some(prompt) = table.announcement(prompt) else { return false };
    played(segment, open, from, until.min(prompt.from_ms)).is_some()
        || played(segment, open, from.max(prompt.until_ms), until).is_some()
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
