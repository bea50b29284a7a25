//! dp034: calls that come back. A sub-center that gets its own: what its people send on to 12345 would ring at their
//! desks again. And (a warning) a row that dials a number of this plan on a carrier's trunk: the carrier brings such a
//! call back to us, and where it goes out there again it goes round until the trunk is full. A warning, since a carrier
//! may treat what comes from us otherwise than what comes from citizens, and no key says so.

use std::collections::{BTreeMap, BTreeSet};

use crate::dialplan::Diagnostic;
use crate::dialplan::fate::Fate;
use crate::dialplan::verify::inbound::Sign;
use crate::dialplan::verify::round::{Back, backs};
use crate::dialplan::verify::transfer::{back_on, goes_to};
use crate::dialplan::verify::{Survey, tell};
use crate::event::Number;

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
        let when = from(survey, segment.from_ms);
        let way = format!(
            "{city} is dialled on the trunk `{}` {when}\n  → the trunk's calls are for {}\n  → trunk {}",
            trunk.id,
            fate.number,
            tell::in_order(std::slice::from_ref(&trunk.id)),
        );
        let mut diagnostic = Diagnostic::error("dp034", at, message).note(way);
        if let Some(row) = segment.hotline.and_then(|hotline| survey.draft.row_of(hotline)) {
            let names = row.row.trunk.as_ref().map_or(row.at(), |trunk| row.place(trunk));
            diagnostic = diagnostic.also(names, format!("{} goes to that trunk", fate.number));
        }
        found.push(diagnostic.help(
            "take `hotline` (or the `access` of 12345) off the trunk: the number dialled says where to",
        ));
    }
}

fn from(survey: &Survey<'_>, from_ms: i64) -> String {
    match from_ms {
        i64::MIN => "at any time".to_owned(),
        from_ms => format!("at {}", survey.draft.calendar.show(from_ms)),
    }
}

/// A number of the plan that is dialled on a carrier's trunk: told once a trunk where it goes round, else once a row.
fn dialled_again(survey: &Survey<'_>, found: &mut Vec<Diagnostic>) {
    let mut rounds: BTreeMap<&str, Vec<Back<'_>>> = BTreeMap::new();
    for back in backs(survey) {
        match back.round {
            true => rounds.entry(back.trunk).or_default().push(back),
            false => found.push(ours(survey, &back)),
        }
    }
    found.extend(rounds.into_values().filter_map(|backs| round(survey, &backs)));
}

/// It comes to a queue of ours, or is refused.
fn ours(survey: &Survey<'_>, back: &Back<'_>) -> Diagnostic {
    let (key, number, trunk) = (back.way.key, &back.way.number, back.trunk);
    let message = format!(
        "for `{key}`, {number} is dialled on the trunk `{trunk}`, and there {number} is this plan's own"
    );
    let diagnostic = Diagnostic::warning("dp034", back.way.at.clone(), message);
    carrier(survey, back, diagnostic).help(format!(
        "dial the number the place has beside {number}, or give it a trunk of its own{}",
        own_trunk(back)
    ))
}

/// Those that go round on one trunk, the first of them as the example.
fn round(survey: &Survey<'_>, backs: &[Back<'_>]) -> Option<Diagnostic> {
    let first = backs.first()?;
    let (key, number, trunk) = (first.way.key, &first.way.number, first.trunk);
    let keys: BTreeSet<Number> = backs.iter().map(|back| Number::new(back.way.key)).collect();
    let message = format!(
        "calls of {} go out on the trunk `{trunk}` under a number it brings to this plan: they come back and go out there again, and so on",
        tell::listed(&keys)
    );
    let way = format!(
        "{key} is dialled {}\n  → trunk `{trunk}`, dialling {number}\n  → the carrier brings it back: a call for {}\n  → trunk `{trunk}`, dialling {number}, and so on until the trunk is full",
        at_or_before(survey, first),
        first.fate.number,
    );
    let diagnostic = Diagnostic::warning("dp034", first.way.at.clone(), message).note(way);
    Some(carrier(survey, first, diagnostic).help(format!(
        "let `dial` be the number its people have beside {number}, or give them a trunk of their own{}",
        own_trunk(first)
    )))
}

/// What holds from the beginning holds up to the next phase.
fn at_or_before(survey: &Survey<'_>, back: &Back<'_>) -> String {
    let segments = back.way.of.into_iter().flat_map(Fate::segments);
    let next = segments.map(|segment| segment.from_ms).find(|from_ms| *from_ms > back.at_ms);
    match (back.at_ms, next) {
        (i64::MIN, Some(next)) => format!("before {}", survey.draft.calendar.show(next)),
        (at_ms, _) => from(survey, at_ms),
    }
}

fn carrier(survey: &Survey<'_>, back: &Back<'_>, diagnostic: Diagnostic) -> Diagnostic {
    match survey.rows.trunks.get(back.trunk) {
        Some(row) => diagnostic.also(row.at(), back.sign.label()),
        None => diagnostic,
    }
}

/// How a department's own trunk is told from a carrier's.
fn own_trunk(back: &Back<'_>) -> &'static str {
    match back.sign {
        Sign::Believed => {
            "; a trunk that is theirs alone needs no headers: identify = [\"request-uri\", \"default\"] says so"
        }
        Sign::Bound | Sign::OnlyOne => "",
    }
}
