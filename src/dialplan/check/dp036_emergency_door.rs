//! dp036: an emergency line by another door. Whoever dials 110 gets it, on any trunk and whatever the headers say:
//! [`crate::dialplan::Table::decide`] asks for that before every rule. Here is the rest: no key may seem to say otherwise,
//! and nothing that is no emergency may be led there, neither by the number nor by the line's trunks.

use std::collections::{BTreeMap, BTreeSet};

use crate::dialplan::draft::Draft;
use crate::dialplan::merge;
use crate::dialplan::number::EMERGENCY;
use crate::dialplan::schema::{EmergencyRow, Entry, HotlineRow, IngressRow, Names, Seats, Spanned, names};
use crate::dialplan::verify::start::Start;
use crate::dialplan::verify::{Survey, tell};
use crate::dialplan::{Diagnostic, Place};
use crate::event::{Phase, TrunkId};

/// What was written.
pub(super) fn written(draft: &Draft<'_>, found: &mut Vec<Diagnostic>) {
    let emergency = |written: &Spanned<String>| EMERGENCY.contains(&draft.number(written.get_ref()).as_str());
    let mut refuse = |at: Place, message: String, help: &str| {
        found.push(Diagnostic::error("dp036", at, message).help(help));
    };
    for entry in &draft.schema.trunk {
        for (bound, hotline) in entry.row.access.iter().flatten().filter(|(bound, _)| emergency(bound)) {
            let message = format!(
                "to bind {} to {} on the trunk `{}` would mean nothing: it is an emergency line",
                bound.get_ref(),
                hotline.get_ref(),
                entry.key
            );
            refuse(entry.place(bound), message, "an emergency line is bound to nothing: take it out");
        }
        for number in entry.row.hotlines().filter(|number| emergency(number)) {
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
    // Where others than agents send calls to a trunk, [`check`] follows them there.
    let transferred_only = |entry: &&Entry<HotlineRow>| {
        merge::attributes(&entry.row).is_some_and(|attributes| {
            attributes.ingress == IngressRow::TransferOnly && attributes.seats == Seats::Department
        })
    };
    let lines = lines(draft);
    let linked = draft.schema.linked.iter();
    found.extend(linked.filter_map(|entry| transferred(&lines, entry, &entry.row.trunk)));
    let hotlines = draft.schema.hotline.iter().filter(transferred_only);
    found.extend(hotlines.filter_map(|entry| transferred(&lines, entry, &entry.row.trunk)));
}

/// A transfer target whose calls would go out on an emergency line's trunk.
fn transferred<T>(
    lines: &BTreeMap<&str, Line<'_>>,
    entry: &Entry<T>,
    trunks: &Option<Spanned<Names>>,
) -> Option<Diagnostic> {
    let (trunk, line) = shared(lines, names(trunks))?;
    let at = trunks.as_ref().map_or(entry.at(), |trunks| entry.place(trunks));
    Some(taken(format!("callers who are transferred to `{}`", entry.key), at, trunk, line))
}

/// Where calls go: the trunks of an emergency line carry no others. They would ring there, or take the line that someone
/// in danger needs.
pub(super) fn check(survey: &Survey<'_>, found: &mut Vec<Diagnostic>) {
    let lines = lines(survey.draft);
    let mut said = BTreeSet::new();
    for case in &survey.cases {
        let Start::Trunk { trunks, .. } = &case.start else { continue };
        let Some((trunk, line)) = shared(&lines, trunks.iter().map(TrunkId::as_str)) else { continue };
        for caller in &case.callers {
            let Some(entry) = survey.row(caller) else { continue };
            let old = caller.segment.phase == Some(Phase::Legacy);
            let legacy = entry.row.legacy.as_ref().filter(|_| old);
            let named =
                legacy.and_then(|legacy| legacy.get_ref().trunk.as_ref()).or(entry.row.trunk.as_ref());
            let at = named.map_or(entry.at(), |named| entry.place(named));
            if said.insert(at.clone()) {
                let who = format!("callers of {}", caller.fate.number);
                let way = tell::way(survey.draft, caller, &case.web, 1);
                found.push(taken(who, at, trunk, line).note(way));
            }
        }
    }
}

type Line<'a> = &'a Entry<EmergencyRow>;

/// Whose each emergency trunk is.
fn lines<'a>(draft: &Draft<'a>) -> BTreeMap<&'a str, Line<'a>> {
    let lines = draft.schema.emergency.iter().rev();
    lines.flat_map(|entry| names(&entry.row.trunks).map(move |name| (name, entry))).collect()
}

fn shared<'n, 'a>(
    lines: &BTreeMap<&str, Line<'a>>,
    mut trunks: impl Iterator<Item = &'n str>,
) -> Option<(&'n str, Line<'a>)> {
    trunks.find_map(|trunk| Some((trunk, *lines.get(trunk)?)))
}

fn taken(who: String, at: Place, trunk: &str, line: Line<'_>) -> Diagnostic {
    let message =
        format!("{who} would be led to the trunk `{trunk}`, which is the emergency line {}'s", line.key);
    let own = line.row.trunks.as_ref().map_or(line.at(), |trunks| line.place(trunks));
    Diagnostic::error("dp036", at, message)
        .also(own, format!("the way of those who dial {}, and of nobody else", line.key))
        .help("name another trunk; where both go to one peer, give the line a [trunk] of its own to it")
}
