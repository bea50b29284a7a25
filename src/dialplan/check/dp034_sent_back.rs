//! dp034: calls that come back. A sub-center that gets its own: what its people send on to 12345 would ring at their
//! desks again. And (a warning) a row that dials 12345 on a carrier's trunk: there 12345 is this plan's own.

use crate::dialplan::verify::transfer::{back_on, goes_to};
use crate::dialplan::verify::{Survey, tell};
use crate::dialplan::{Diagnostic, Place};
use crate::event::TrunkId;

pub(super) fn check(survey: &Survey<'_>, found: &mut Vec<Diagnostic>) {
    dialled_again(survey, found);
    let table = survey.table;
    for trunk in table.trunks() {
        let Some(fate) = back_on(table, &trunk.id) else { continue };
        let Some(segment) = goes_to(fate, &trunk.id) else { continue };
        let Some(entry) = survey.rows.trunks.get(trunk.id.as_str()) else { continue };
        let city = table.number();
        let bound = entry.row.access.iter().flatten().map(|(bound, _)| bound);
        let bound = bound.into_iter().find(|bound| survey.draft.number(bound.get_ref()) == *city);
        let says = entry.row.hotline.as_ref().or(bound).or(entry.row.default_hotline.as_ref());
        let at = says.map_or(entry.at(), |says| entry.place(says));
        let message = format!("a call that `{}` sends on to {city} is sent back to it", trunk.id);
        let when = match segment.from_ms {
            i64::MIN => "at any time".to_owned(),
            from_ms => format!("at {}", survey.draft.calendar.show(from_ms)),
        };
        let way = format!(
            "{city} is dialled on the trunk `{}` {when}\n  → the trunk's calls are for {}\n  → trunk {}",
            trunk.id,
            fate.number,
            tell::in_order(std::slice::from_ref(&trunk.id)),
        );
        let mut diagnostic = Diagnostic::error("dp034", at, message).note(way);
        if let Some(row) = segment.hotline.as_ref().and_then(|hotline| survey.draft.row_of(hotline)) {
            let names = row.row.trunk.as_ref().map_or(row.at(), |trunk| row.place(trunk));
            diagnostic = diagnostic.also(names, format!("{} goes to that trunk", fate.number));
        }
        found.push(diagnostic.help(
            "take `hotline` (or the `access` of 12345) off the trunk: the number dialled says where to",
        ));
    }
}

/// A trunk that is believed or has bound numbers is a carrier's: it brings callers of 12345, and would bring these.
fn dialled_again(survey: &Survey<'_>, found: &mut Vec<Diagnostic>) {
    let schema = survey.draft.schema;
    let departments = schema.hotline.iter().map(|e| (e.file, e.key.as_str(), &e.row.dial, &e.row.trunk));
    let legacy =
        schema.hotline.iter().filter_map(|entry| Some((entry, entry.row.legacy.as_ref()?.get_ref())));
    let legacy = legacy.map(|(entry, legacy)| (entry.file, entry.key.as_str(), &legacy.dial, &legacy.trunk));
    let linked = schema.linked.iter().map(|e| (e.file, e.key.as_str(), &e.row.number, &e.row.trunk));
    for (file, key, dial, trunks) in departments.chain(legacy).chain(linked) {
        let (Some(dial), Some(trunks)) = (dial, trunks) else { continue };
        let carrier = |name: &&String| {
            let trunk = survey.table.trunk(&TrunkId::new(name.as_str()));
            trunk.is_some_and(|trunk| trunk.trusted || !trunk.access.is_empty())
        };
        let Some(trunk) = trunks.get_ref().0.iter().find(carrier) else { continue };
        if survey.draft.number(dial.get_ref()) == *survey.table.number() {
            let city = survey.table.number();
            let message = format!(
                "for `{key}`, {city} is dialled on the trunk `{trunk}`, and there {city} is this plan's own"
            );
            let mut diagnostic = Diagnostic::warning("dp034", Place::new(file, dial.span()), message);
            if let Some(row) = survey.rows.trunks.get(trunk.as_str()) {
                diagnostic = diagnostic.also(row.at(), "brings callers of 12345: a carrier's trunk");
            }
            found.push(
                diagnostic.help("dial the number the place has beside 12345, or give it a trunk of its own"),
            );
        }
    }
}
