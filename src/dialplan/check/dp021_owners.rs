//! dp021: a number with several owners one after the other: two at once, phases outside the time it is theirs, or (a
//! warning) a time in which it is nobody's, or from which on it is, so that its callers meet what any unknown number meets.

use std::collections::BTreeMap;

use crate::dialplan::draft::{Draft, digits};
use crate::dialplan::schema::{Entry, HotlineRow, Spanned};
use crate::dialplan::{Diagnostic, Place};
use crate::event::Number;

type Owner<'a> = ((i64, i64), &'a Entry<HotlineRow>);

pub(super) fn check(draft: &Draft<'_>, found: &mut Vec<Diagnostic>) {
    draft.schema.hotline.iter().for_each(|entry| own(draft, entry, found));
    let led = Led::of(draft);
    for (number, owners) in &draft.owners {
        found.extend(last(draft, number, owners, &led));
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
                found.push(gap(draft, number.as_str(), a, b));
            }
            found.extend(unserved(draft, number.as_str(), a, b));
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

fn gap(draft: &Draft<'_>, number: &str, a: &Owner<'_>, b: &Owner<'_>) -> Diagnostic {
    let show = |ms| draft.calendar.show(ms);
    let message = format!(
        "{number} is nobody's from {} to {}: its callers meet what any unknown number meets",
        show(a.0.1),
        show(b.0.0)
    );
    Diagnostic::warning("dp021", place(b.1, b.1.row.from.as_ref()), message)
        .also(place(a.1, a.1.row.until.as_ref()), format!("`{}` ends here", a.1.key))
        .help("move one of the two dates, or leave it so if callers are to be refused meanwhile")
}

/// The next owner has it and does not serve it yet, though the one before did. Before the first merger it is the old
/// system's, and no gap.
fn unserved(draft: &Draft<'_>, number: &str, a: &Owner<'_>, b: &Owner<'_>) -> Option<Diagnostic> {
    let edges = draft.edges(b.1);
    let first = edges.trial.or(edges.formal).filter(|edge| edge.ms > b.0.0 && b.1.row.legacy.is_none())?;
    let show = |ms| draft.calendar.show(ms);
    let message = format!(
        "{number} is `{}`'s from {} on and served from {} on: until then its callers meet what any unknown number meets",
        b.1.key,
        show(b.0.0),
        show(first.ms)
    );
    Some(
        Diagnostic::warning("dp021", first.at, message)
            .also(place(b.1, b.1.row.from.as_ref()), "its own from here on")
            .also(place(a.1, a.1.row.until.as_ref()), format!("`{}` ends here", a.1.key))
            .help("let its trial begin with `from`, or the other's `until` and this `from` wait for it"),
    )
}

/// The last owner, if the number is not his for ever.
fn last(draft: &Draft<'_>, number: &Number, owners: &[&Entry<HotlineRow>], led: &Led) -> Option<Diagnostic> {
    let entry = owners.iter().max_by_key(|entry| draft.ownership(&entry.row).1)?;
    let (from, until) = draft.ownership(&entry.row);
    let date = entry.row.until.as_ref().filter(|_| until < i64::MAX && from < until)?;
    let from = draft.calendar.show(until);
    let message =
        format!("{number} is nobody's from {from} on: its callers meet what any unknown number meets");
    let ended = Diagnostic::warning("dp021", entry.place(date), message).also(entry.at(), "its last owner");
    let led = led.0.get(number).into_iter().flatten();
    let ended = led.fold(ended, |ended, (at, who)| ended.also(at.clone(), format!("{who} still led there")));
    Some(ended.help(
        "to end a number, give it `cancel`: then its callers hear why; or write the row of its next owner",
    ))
}

/// By number, where aliases and trunks lead there, and whose calls those are.
struct Led(BTreeMap<Number, Vec<(Place, String)>>);

impl Led {
    fn of(draft: &Draft<'_>) -> Self {
        let mut led: BTreeMap<_, Vec<_>> = BTreeMap::new();
        let mut lead = |number: &Number, at: Place, who: String| {
            if let Some((_, end)) = draft.resolve(number) {
                led.entry(end).or_default().push((at, who));
            }
        };
        for entry in &draft.schema.alias {
            lead(&draft.number(&entry.key), entry.at(), format!("callers of {} are", entry.key));
        }
        for entry in &draft.schema.trunk {
            for hotline in entry.row.hotlines() {
                let who = format!("calls on the trunk `{}` are", entry.key);
                lead(&draft.number(hotline.get_ref()), entry.place(hotline), who);
            }
        }
        Self(led)
    }
}

fn own(draft: &Draft<'_>, entry: &Entry<HotlineRow>, found: &mut Vec<Diagnostic>) {
    let (from, until) = draft.ownership(&entry.row);
    let show = |ms| draft.calendar.show(ms);
    if from >= until {
        let at = place(entry, entry.row.until.as_ref().or(entry.row.from.as_ref()));
        let message = format!(
            "{} would be `{}`'s from {} on, and only up to {}",
            digits(entry),
            entry.key,
            show(from),
            show(until)
        );
        found.push(
            Diagnostic::error("dp021", at, message)
                .help("`until` is the first instant after its time, and so later than `from`"),
        );
        return;
    }
    let edges = draft.edges(entry);
    // What begins as its time ends never comes; a cut-off then is one with the end.
    for (name, edge, latest) in [
        ("trial", edges.trial, until.saturating_sub(1)),
        ("formal operation", edges.formal, until.saturating_sub(1)),
        ("cut-off", edges.cancel, until),
    ] {
        let Some(edge) = edge.filter(|edge| edge.ms < from || edge.ms > latest) else { continue };
        let message = format!(
            "the {name} of `{}` ({}) lies outside the time in which it has {} ({} to {})",
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
