//! dp036: an emergency line by another door. Dialled on any trunk, 110 must end at its own trunks; and nothing that is
//! no emergency may be led there.

use crate::dialplan::spanned::Spanned;

use crate::dialplan::action::Action;
use crate::dialplan::check::dp010_emergency::EMERGENCY;
use crate::dialplan::draft::Draft;
use crate::dialplan::table::{Fate, Kind};
use crate::dialplan::verify::{Survey, tell};
use crate::dialplan::{Diagnostic, Facts, Ingress, Place, Table, Trunk};
use crate::event::{Number, TrunkId};

/// What was written.
pub(super) fn written(draft: &Draft<'_>, found: &mut Vec<Diagnostic>) {
    let emergency = |written: &Spanned<String>| EMERGENCY.contains(&draft.number(written.get_ref()).as_str());
    let mut refuse = |at: Place, message: String, help: &str| {
        found.push(Diagnostic::error("dp036", at, message).help(help));
    };
    for entry in &draft.schema.trunk {
        for (bound, hotline) in entry.row.access.iter().flatten().filter(|(bound, _)| emergency(bound)) {
            let message = format!(
                "calls for {} on the trunk `{}` would be taken for {}'s",
                bound.get_ref(),
                entry.key,
                hotline.get_ref()
            );
            refuse(entry.place(bound), message, "an emergency line is bound to nothing: take it out");
        }
        let access = entry.row.access.iter().flatten().map(|(_, hotline)| hotline);
        let led = entry.row.hotline.iter().chain(&entry.row.default_hotline).chain(access);
        for number in led.filter(|number| emergency(number)) {
            let message =
                format!("other calls on the trunk `{}` would be led to {}", entry.key, number.get_ref());
            refuse(
                entry.place(number),
                message,
                "only who dials an emergency line is led to it: name a hotline",
            );
        }
    }
    for entry in &draft.schema.hotline {
        let legacy = entry.row.legacy.as_ref().and_then(|legacy| legacy.get_ref().dial.as_ref());
        for number in entry.row.dial.iter().chain(legacy).filter(|number| emergency(number)) {
            let message = format!("callers of {} would be led to {}", entry.key, number.get_ref());
            refuse(
                entry.place(number),
                message,
                "only who dials an emergency line is led to it: dial the department",
            );
        }
    }
    for entry in &draft.schema.linked {
        if let Some(number) = entry.row.number.as_ref().filter(|number| emergency(number)) {
            let message =
                format!("`{}` gives the emergency line {} another name", entry.key, number.get_ref());
            refuse(entry.place(number), message, "[emergency.NUMBER] makes it a transfer target already");
        }
    }
}

/// What becomes of them, on every trunk.
pub(super) fn check(survey: &Survey<'_>, found: &mut Vec<Diagnostic>) {
    let table = survey.table;
    found.extend(table.trunks().filter_map(|trunk| header_first(survey, trunk)));
    // A trunk whose calls are all for one hotline, whatever they name, brings no calls for others.
    let trunks = table.trunks().filter(|trunk| trunk.only.is_none()).map(Some);
    for trunk in trunks.chain([None]) {
        let lines = table.fates().iter().filter(|fate| fate.kind == Kind::Emergency);
        let lost: Vec<&Fate> = lines.filter(|fate| !ends_there(table, fate, trunk.map(|t| &t.id))).collect();
        let Some(first) = lost.first() else { continue };
        let on = trunk.map_or_else(String::new, |trunk| format!(" on the trunk `{}`", trunk.id));
        let lines = tell::listed(lost.iter().map(|fate| &fate.number));
        let message = format!("who dials {lines}{on} does not come to the line's own trunks");
        let row = trunk.and_then(|trunk| survey.rows.trunks.get(trunk.id.as_str()));
        let unread = row.filter(|_| trunk.is_some_and(|t| !t.identify.contains(&Ingress::RequestUri)));
        found.push(match unread {
            Some(row) => Diagnostic::warning("dp036", row.at(), message)
                .help("its `identify` does not read the number dialled: add \"request-uri\", if such calls can come in there"),
            None => {
                let rows = &survey.draft.schema.emergency;
                let row = rows.iter().find(|entry| survey.draft.number(&entry.key) == first.number);
                Diagnostic::error("dp036", row.map(|row| row.at()), message)
                    .help("see what else claims the number; nothing but [emergency.NUMBER] may")
            }
        });
    }
}

/// Whether a line that is dialled on a trunk ends at its own trunks.
fn ends_there(table: &Table, fate: &Fate, trunk: Option<&TrunkId>) -> bool {
    let candidates = [(Ingress::RequestUri, fate.number.clone())];
    let facts = Facts { trunk, caller: &Number::new(""), candidates: &candidates };
    fate.segments.iter().all(|segment| {
        let decision = table.decide(&facts, segment.from_ms);
        matches!(&decision.action, Action::Emergency { line, trunks, .. }
            if *line == fate.number && !trunks.is_empty() && trunks.iter().all(|id| table.trunk(id).is_some()))
    })
}

/// A trunk on which a header is believed before the number dialled: who is forwarded from a hotline to 110 there is
/// taken for the hotline's caller.
fn header_first(survey: &Survey<'_>, trunk: &Trunk) -> Option<Diagnostic> {
    let dialled = trunk.identify.iter().position(|rule| *rule == Ingress::RequestUri)?;
    let header = trunk.identify.iter().take(dialled).find(|rule| **rule > Ingress::RequestUri)?;
    let lines = survey.table.fates().iter().filter(|fate| fate.kind == Kind::Emergency);
    let lines = tell::listed(lines.map(|fate| &fate.number));
    let row = survey.rows.trunks.get(trunk.id.as_str())?;
    let at = row.row.identify.as_ref().map_or(row.at(), |rules| row.place(rules));
    let message =
        format!("whoever dials {lines} on the trunk `{}` is taken for whom {header} names", trunk.id);
    let help = "let \"request-uri\" stand before the headers: where it is 12345, they are read all the same";
    (!lines.is_empty()).then(|| Diagnostic::warning("dp036", at, message).help(help))
}
