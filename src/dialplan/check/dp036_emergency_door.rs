//! dp036: an emergency line by another door. Dialled on any trunk, 110 must end at its own trunks; and nothing that is
//! no emergency may be led there.

use crate::dialplan::spanned::Spanned;

use crate::dialplan::action::Action;
use crate::dialplan::check::dp010_emergency::EMERGENCY;
use crate::dialplan::draft::Draft;
use crate::dialplan::table::Kind;
use crate::dialplan::verify::Survey;
use crate::dialplan::{Diagnostic, Facts, Ingress, Place};
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
    // A trunk whose calls are all for one hotline, whatever they name, brings no calls for others.
    let trunks = table.trunks().filter(|trunk| trunk.only.is_none()).map(|trunk| Some(&trunk.id));
    let trunks: Vec<Option<&TrunkId>> = trunks.chain([None]).collect();
    let nobody = Number::new("");
    for fate in table.fates().iter().filter(|fate| fate.kind == Kind::Emergency) {
        let candidates = [(Ingress::RequestUri, fate.number.clone())];
        for trunk in &trunks {
            let facts = Facts { trunk: *trunk, caller: &nobody, candidates: &candidates };
            let ends = fate.segments.iter().all(|segment| {
                let decision = table.decide(&facts, segment.from_ms);
                matches!(&decision.action, Action::Emergency { line, trunks, .. }
                    if *line == fate.number && !trunks.is_empty() && trunks.iter().all(|id| table.trunk(id).is_some()))
            });
            if ends {
                continue;
            }
            let on = trunk.map_or_else(String::new, |trunk| format!(" on the trunk `{trunk}`"));
            let message = format!("{} dialled{on} does not end at its own trunks", fate.number);
            let trunk = trunk.and_then(|id| Some((table.trunk(id)?, survey.rows.trunks.get(id.as_str())?)));
            let unread = trunk.filter(|(trunk, _)| !trunk.identify.contains(&Ingress::RequestUri));
            found.push(match unread {
                Some((_, row)) => Diagnostic::warning("dp036", row.at(), message)
                    .help("its `identify` does not read the number dialled: add \"request-uri\", if such calls can come in there"),
                None => {
                    let rows = &survey.draft.schema.emergency;
                    let row = rows.iter().find(|entry| survey.draft.number(&entry.key) == fate.number);
                    Diagnostic::error("dp036", row.map(|row| row.at()), message)
                        .help("see what else claims the number; nothing but [emergency.NUMBER] may")
                }
            });
        }
    }
}
