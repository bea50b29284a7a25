//! dp021: a number with several owners one after the other: two at once, phases outside the time it is theirs, or (a
//! warning) a time in which it is nobody's, so that its callers meet what any unknown number meets. That a number ends
//! and is nobody's from then on is said only when an alias or a trunk still leads there.

use crate::dialplan::schema::Spanned;

use crate::dialplan::draft::{Draft, digits};
use crate::dialplan::schema::{Entry, HotlineRow};
use crate::dialplan::{Diagnostic, Place};
use crate::event::Number;

type Owner<'a> = ((i64, i64), &'a Entry<HotlineRow>);

pub(super) fn check(draft: &Draft<'_>, found: &mut Vec<Diagnostic>) {
    draft.schema.hotline.iter().for_each(|entry| own(draft, entry, found));
    for (number, owners) in &draft.owners {
        found.extend(ended(draft, number, owners));
    }
    for (number, owners) in draft.owners.iter().filter(|(number, _)| draft.in_turn(number)) {
        let mut owners: Vec<Owner<'_>> =
            owners.iter().map(|entry| (draft.ownership(&entry.row), *entry)).collect();
        owners.sort_by_key(|(period, entry)| (*period, entry.file, entry.span.start));
        for pair in owners.windows(2) {
            let [a, b] = pair else { continue };
            if a.0.1 > b.0.0 {
                found.push(overlap(draft, number.as_str(), a, b));
            } else if a.0.1 < b.0.0 {
                found.push(gap(draft, number, a, b));
            }
        }
    }
}

/// Where a row says when it ends, or begins; else the row itself.
fn place(entry: &Entry<HotlineRow>, date: Option<&Spanned<toml::value::Datetime>>) -> Place {
    date.map_or(entry.at(), |date| entry.place(date))
}

fn overlap(draft: &Draft<'_>, number: &str, a: &Owner<'_>, b: &Owner<'_>) -> Diagnostic {
    let show = |ms| draft.calendar.show(ms);
    let message = format!(
        "{number} belongs to `{}` and to `{}` from {} to {}",
        a.1.key,
        b.1.key,
        show(b.0.0),
        show(a.0.1.min(b.0.1))
    );
    Diagnostic::error("dp021", place(b.1, b.1.row.from.as_ref()), message)
        .also(place(a.1, a.1.row.until.as_ref()), format!("`{}` has it until then", a.1.key))
        .help("let `until` of the one be `from` of the next: a period does not include its end")
}

/// What leads to a number beside its own dialling: aliases, and what trunks bind to it.
fn doors<'a>(draft: &Draft<'a>, number: &Number) -> Vec<(Place, &'a str)> {
    let aliases = draft.schema.alias.iter().filter(|entry| {
        let to = draft.resolve(&draft.number(&entry.key));
        matches!(to, Ok(Some((_, to))) if to == *number)
    });
    let aliases = aliases.map(|entry| (entry.at(), "an alias leads there"));
    let trunks = draft.schema.trunk.iter().flat_map(|entry| {
        let bound = entry.row.access.iter().flatten().map(|(_, hotline)| hotline);
        let all = bound.chain(&entry.row.hotline).chain(&entry.row.default_hotline);
        all.map(|hotline| (entry.place(hotline), hotline))
    });
    let bound = trunks.filter(|(_, hotline)| draft.number(hotline.get_ref()) == *number);
    aliases.chain(bound.map(|(at, _)| (at, "a trunk's calls are led there"))).collect()
}

/// A number that ends, is nobody's from then on, and to which something still leads.
fn ended(draft: &Draft<'_>, number: &Number, owners: &[&Entry<HotlineRow>]) -> Option<Diagnostic> {
    let last = owners.iter().max_by_key(|entry| draft.ownership(&entry.row).1)?;
    let (_, until) = draft.ownership(&last.row);
    let doors = if until == i64::MAX { vec![] } else { doors(draft, number) };
    if doors.is_empty() {
        return None;
    }
    let message = format!(
        "{number} is nobody's from {} on: whoever is led there meets what any unknown number meets",
        draft.calendar.show(until)
    );
    let diagnostic = Diagnostic::warning("dp021", place(last, last.row.until.as_ref()), message);
    let diagnostic = doors.into_iter().fold(diagnostic, |diagnostic, (at, what)| diagnostic.also(at, what));
    Some(diagnostic.help("lead them to a hotline that stays, or say `cancel` instead: then they hear why"))
}

fn gap(draft: &Draft<'_>, number: &Number, a: &Owner<'_>, b: &Owner<'_>) -> Diagnostic {
    let show = |ms| draft.calendar.show(ms);
    let message = format!(
        "{number} is nobody's from {} to {}: its callers meet what any unknown number meets",
        show(a.0.1),
        show(b.0.0)
    );
    let diagnostic = Diagnostic::warning("dp021", place(b.1, b.1.row.from.as_ref()), message)
        .also(place(a.1, a.1.row.until.as_ref()), format!("`{}` ends here", a.1.key));
    let doors = doors(draft, number).into_iter();
    doors
        .fold(diagnostic, |diagnostic, (at, what)| diagnostic.also(at, what))
        .help("move one of the two dates, or leave it so if callers are to be refused meanwhile")
}

fn own(draft: &Draft<'_>, entry: &Entry<HotlineRow>, found: &mut Vec<Diagnostic>) {
    let (from, until) = draft.ownership(&entry.row);
    let show = |ms| draft.calendar.show(ms);
    if from >= until {
        let at = place(entry, entry.row.until.as_ref().or(entry.row.from.as_ref()));
        let message = format!("`{}` would have {} until before it begins", entry.key, digits(entry));
        found.push(
            Diagnostic::error("dp021", at, message).help("`until` is the first instant after its time"),
        );
        return;
    }
    let edges = draft.edges(entry);
    for (name, edge) in
        [("trial", edges.trial), ("formal operation", edges.formal), ("cut-off", edges.cancel)]
    {
        let Some(edge) = edge.filter(|edge| edge.ms < from || edge.ms > until) else { continue };
        let message = format!(
            "the {name} of `{}` ({}) lies outside the time {} is its own ({} to {})",
            entry.key,
            show(edge.ms),
            digits(entry),
            show(from),
            show(until)
        );
        found.push(
            Diagnostic::error("dp021", edge.at, message)
                .also(entry.at(), "this hotline")
                .help("give the row its own dates, or move its `from` or `until`"),
        );
    }
}
