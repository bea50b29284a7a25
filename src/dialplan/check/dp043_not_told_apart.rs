//! dp043: callers who are forwarded to 12345 and cannot be told from its own. The carrier turns their number over to
//! 12345; which one they dialled is said by a header, or by the number the carrier bound to the hotline. Where no trunk of
//! the plan reads either, they are treated as 12345's own callers, and what the row says never happens (a warning: they may
//! come under their own number, which `ingress` says). A row whose callers meet just that is not spoken of.

use std::collections::{BTreeMap, BTreeSet};

use crate::dialplan::action::Action;
use crate::dialplan::fate::{Fate, Segment};
use crate::dialplan::schema::{Entry, HotlineRow, IngressRow};
use crate::dialplan::treatment::{Own, in_words};
use crate::dialplan::verify::inbound::{found, headers, only_bring, ways_in};
use crate::dialplan::verify::{Survey, tell};
use crate::dialplan::{Diagnostic, Ingress, Table, Trunk, merge};
use crate::event::{Number, Phase};

pub(super) fn check(survey: &Survey<'_>, found: &mut Vec<Diagnostic>) {
    // Where no trunk is a carrier's, nothing is known of what carriers do.
    if only_bring(survey).is_empty() {
        return;
    }
    let known = Known::of(survey);
    let forwarded = survey.draft.schema.hotline.iter().filter(|entry| {
        merge::attributes(&entry.row).is_some_and(|attributes| attributes.ingress == IngressRow::Forwarded)
    });
    let lost: Vec<Lost<'_>> = forwarded.filter_map(|entry| lost(survey, &known, entry)).collect();
    found.extend(tell(survey, &lost));
}

/// A row whose callers are taken for 12345's.
struct Lost<'s> {
    entry: &'s Entry<HotlineRow>,
    fate: &'s Fate,
    /// From when on it matters, what was to happen to them, and what does.
    at_ms: i64,
    wanted: &'s Action,
    met: &'s Action,
}

fn lost<'s>(survey: &Survey<'s>, known: &Known<'_>, entry: &'s Entry<HotlineRow>) -> Option<Lost<'s>> {
    let table = survey.table;
    let (fate, city) = (table.fate(&survey.draft.number_of(entry))?, table.fate(table.number())?);
    let served = fate.segments().filter(|segment| is_served(*segment));
    let own = served.filter(|segment| {
        let row = segment.hotline.and_then(|hotline| survey.draft.row_of(hotline));
        row.is_some_and(|row| std::ptr::eq(row, entry))
    });
    let mut otherwise = own.filter_map(|segment| {
        let met = city.segment(segment.from_ms).filter(|met| !are_alike(segment, *met))?;
        Some(Lost { entry, fate, at_ms: segment.from_ms, wanted: segment.action, met: met.action })
    });
    let lost = otherwise.next()?;
    (!known.tells(table, &fate.number, lost.at_ms)).then_some(lost)
}

/// Whether the hotline's people, old or new, take its calls then.
fn is_served(segment: Segment<'_>) -> bool {
    segment.phase != Some(Phase::Legacy)
        && matches!(segment.action, Action::Queue { .. } | Action::Trunk { .. })
}

/// Whether a caller of the one meets what a caller of the other does.
fn are_alike(one: Segment<'_>, other: Segment<'_>) -> bool {
    let greeting = |segment: Segment<'_>| segment.hotline.map(|hotline| hotline.greeting.clone());
    one.action == other.action && one.closed == other.closed && greeting(one) == greeting(other)
}

/// What the trunks can tell of calls that were forwarded to 12345.
struct Known<'t> {
    /// Numbers that a bound number, or the trunk itself, stands for.
    bound: BTreeSet<&'t Number>,
    /// One trunk of those that read the same headers in the same order.
    readers: BTreeMap<&'t [Ingress], &'t Trunk>,
}

impl<'t> Known<'t> {
    fn of(survey: &Survey<'t>) -> Self {
        let table = survey.table;
        let mut known = Self { bound: BTreeSet::new(), readers: BTreeMap::new() };
        for trunk in ways_in(survey) {
            let dialled = |number: &Number| {
                let fate = found(table, &trunk.id, &[(Ingress::RequestUri, number.clone())], i64::MAX);
                fate.map(|fate| &fate.number)
            };
            let city = dialled(table.number());
            known.bound.extend(city.into_iter().chain(trunk.access.keys().filter_map(dialled)));
            // Where a call for 12345 is another's, no header is asked.
            let is_asked = city.is_none_or(|city| city == table.number());
            if is_asked && headers(trunk).next().is_some() {
                known.readers.entry(&trunk.identify).or_insert(trunk);
            }
        }
        known
    }

    /// Whether one of them can tell that a call is this number's.
    fn tells(&self, table: &Table, number: &Number, at_ms: i64) -> bool {
        let city = (Ingress::RequestUri, table.number().clone());
        let mut named =
            self.readers.values().flat_map(|trunk| headers(trunk).map(move |header| (trunk, header)));
        self.bound.contains(number)
            || named.any(|(trunk, header)| {
                let candidates = [city.clone(), (header, number.clone())];
                found(table, &trunk.id, &candidates, at_ms).is_some_and(|fate| fate.number == *number)
            })
    }
}

fn tell(survey: &Survey<'_>, lost: &[Lost<'_>]) -> Option<Diagnostic> {
    let first = lost.first()?;
    let city = survey.table.number();
    let at = |lost: &Lost<'_>| {
        let says = lost.entry.row.ingress.as_ref().map(|ingress| lost.entry.place(ingress));
        says.or_else(|| lost.entry.row.mode.as_ref().map(|mode| lost.entry.place(mode)))
    };
    let message = format!(
        "callers of {} are forwarded to {city}, and on no trunk can they be told from {city}'s own",
        tell::listed(lost.iter().map(|lost| &lost.fate.number).collect::<BTreeSet<_>>())
    );
    let when = match first.at_ms {
        i64::MIN => "at any time".to_owned(),
        at_ms => format!("at {}", survey.draft.calendar.show(at_ms)),
    };
    let way = format!(
        "{} is dialled {when}, and the carrier forwards it to {city}\n  → as any call of {city}: {}\n  → and not: {}",
        first.fate.number,
        in_words(first.met, Own::Said),
        in_words(first.wanted, Own::Said)
    );
    let diagnostic = Diagnostic::warning("dp043", at(first), message).note(way);
    let diagnostic = only_bring(survey).into_iter().fold(diagnostic, |diagnostic, row| {
        let trusted = row.row.trusted == Some(true);
        let says = row.row.identify.as_ref().filter(|_| trusted).map(|rules| row.place(rules));
        diagnostic.also(says.unwrap_or(row.at()), if trusted { LEAVES_OUT } else { NOT_BELIEVED })
    });
    Some(diagnostic.help(HELP))
}

const NOT_BELIEVED: &str = "is not trusted: no header is read";
const LEAVES_OUT: &str = "reads no header that names them";
const HELP: &str = "on the carrier's trunk: trusted = true, with its headers in `identify`, or `access` for the numbers it bound; if they come under their own number, ingress = \"own-number\" says so";
