//! dp050: a date or a length that is hardly meant as it is read: a year out of all reason or far from all others of the
//! plan, a time of day that the city's clocks skip or show twice that day, hours from one morning to the next, a phone that
//! rings for minutes, an address that leads nowhere. A warning: it is read, and taken at its word.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::time::Duration;

use toml::value::Datetime;

use crate::dialplan::calendar::{Clocks, Twofold, YEARS};
use crate::dialplan::draft::Draft;
use crate::dialplan::hours::DAY_MS;
use crate::dialplan::schema::{Entry, HoursRow, Length, Spanned};
use crate::dialplan::{Diagnostic, Place, week};

/// A phone that rings longer was hardly meant to.
const RINGS_MAX: Duration = Duration::from_mins(2);
/// Half a day later is the afternoon. Whoever opens before it …
const NOON_MS: i64 = DAY_MS / 2;
/// … closes before this hour of the next day, however late it gets.
const LATE_MS: i64 = 4 * 3_600_000;
/// Whoever opens before three in the afternoon …
const EARLY_MS: i64 = 15 * 3_600_000;
/// … does not close between four and this hour of the morning.
const DAWN_MS: i64 = 7 * 3_600_000;
/// A plan's dates lie no further apart without another between them.
const APART_MS: i64 = 3653 * DAY_MS;
/// RFC 5737 §3.
const NOWHERE: [&str; 3] = ["192.0.2.", "198.51.100.", "203.0.113."];
const YEAR_MS: i64 = APART_MS / 10;

pub(super) fn check(draft: &Draft<'_>, found: &mut Vec<Diagnostic>) {
    let schema = draft.schema;
    for entry in &schema.wave {
        let row = &entry.row;
        each(draft, entry, [&row.trial, &row.formal, &row.cancel], found);
    }
    for entry in &schema.hotline {
        let row = &entry.row;
        each(draft, entry, [&row.trial, &row.formal, &row.cancel, &row.from, &row.until], found);
    }
    for entry in &schema.announcement {
        each(draft, entry, [&entry.row.from, &entry.row.until], found);
    }
    for entry in &schema.test {
        each(draft, entry, [&entry.row.at], found);
    }
    for entry in &schema.queue {
        rings(entry, &entry.row.ring, "an agent's phone", found);
    }
    for entry in &schema.trunk {
        rings(entry, &entry.row.ring, "a call on this trunk", found);
    }
    for entry in &schema.hotline {
        rings(entry, &entry.row.no_answer, "a call to its people", found);
    }
    for entry in &schema.emergency {
        rings(entry, &entry.row.no_answer, "a call to an emergency line", found);
    }
    for entry in &schema.calendar {
        for days in entry.row.holidays.iter().chain(&entry.row.working).flatten() {
            if let Some(year) = ends(days).find_map(|day| out_of_reason(&day)) {
                found.push(far(entry, days, year));
            }
        }
    }
    for entry in &schema.hours {
        through_the_night(entry, found);
    }
    astray(draft, found);
    stand_ins(draft, found);
}

/// The days a calendar names at the ends of a stretch.
fn ends(days: &Spanned<String>) -> impl Iterator<Item = Datetime> {
    days.get_ref().split("..").filter_map(|day| day.trim().parse().ok())
}

/// `08:30-05:30` for `08:30-17:30`: open from one morning to the next.
fn through_the_night(entry: &Entry<HoursRow>, found: &mut Vec<Diagnostic>) {
    for text in entry.row.week.iter().flat_map(BTreeMap::values).chain(&entry.row.holiday).flatten() {
        let Some(span) = week::span(text.get_ref()) else { continue };
        let end = span.end - DAY_MS;
        // Behind `12:00-08:30` there may be a morning that is closed; behind `13:30-05:30` there is none.
        let in_the_morning = span.start < NOON_MS;
        if end < LATE_MS || !(in_the_morning || span.start < EARLY_MS && end <= DAWN_MS) {
            continue;
        }
        let message = format!(
            "`{}` is open through the night, up to {} on the next morning",
            text.get_ref(),
            time_of_day(end)
        );
        found.push(Diagnostic::warning("dp050", entry.place(text), message).help(format!(
            "an end before its start lies on the next day; in the afternoon it is written {}",
            time_of_day(end + NOON_MS)
        )));
    }
}

fn time_of_day(ms: i64) -> String {
    let minutes = ms / 60_000;
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

/// Addresses kept for documents (RFC 5737), as `import` writes them: one warning for all.
fn stand_ins(draft: &Draft<'_>, found: &mut Vec<Diagnostic>) {
    let leads_nowhere = |name: &&String| NOWHERE.iter().any(|net| name.starts_with(net));
    let mut all = draft.schema.trunk.iter().filter_map(|entry| {
        let address = entry.row.address.as_ref()?;
        let name = address.get_ref().0.iter().find(leads_nowhere)?;
        Some((entry, entry.place(address), name))
    });
    let Some((_, at, first)) = all.next() else { return };
    let message = format!("no peer is at {first}: the address is kept for documents");
    let mut fault = Diagnostic::warning("dp050", at, message)
        .help("put the addresses of your carriers and peers in place of the stand-ins");
    fault.again = all.map(|(entry, at, _)| (at, format!("trunk {}", entry.key))).collect();
    found.push(fault);
}

/// 2072 for 2027: a date that stands alone, years from where the others are. Tests may look as far ahead as they like.
fn astray(draft: &Draft<'_>, found: &mut Vec<Diagnostic>) {
    let mut dates = dates(draft);
    dates.sort_unstable();
    let apart = |a: &(i64, Place), b: &(i64, Place)| b.0 - a.0 <= APART_MS;
    let most = dates.chunk_by(apart).min_by_key(|group| Reverse(group.len())).unwrap_or_default();
    let (Some((first, _)), Some((last, _))) = (most.first(), most.last()) else { return };
    let day = |ms: i64| draft.calendar.civil(ms).map_or_else(String::new, |at| at.date().to_string());
    for (ms, at) in dates.iter().filter(|(ms, _)| ms < first || last < ms) {
        let years = ((first - ms).max(ms - last) + YEAR_MS / 2) / YEAR_MS;
        let message = format!(
            "{} lies {years} years from the other dates of the plan, which go from {} to {}",
            day(*ms),
            day(*first),
            day(*last)
        );
        found.push(
            Diagnostic::warning("dp050", at.clone(), message)
                .help("correct the year; what holds for ever needs no date"),
        );
    }
}

/// Every date that is one, and is not told of already.
fn dates(draft: &Draft<'_>) -> Vec<(i64, Place)> {
    let (schema, mut dates) = (draft.schema, vec![]);
    let mut add = |date: &Datetime, at: Place| {
        if let (None, Ok(ms)) = (out_of_reason(date), draft.calendar.instant(date)) {
            dates.push((ms, at));
        }
    };
    for entry in &schema.wave {
        let row = &entry.row;
        let written = [&row.trial, &row.formal, &row.cancel].into_iter().flatten();
        written.for_each(|date| add(date.get_ref(), entry.place(date)));
    }
    for entry in &schema.hotline {
        let row = &entry.row;
        let written = [&row.trial, &row.formal, &row.cancel, &row.from, &row.until].into_iter().flatten();
        written.for_each(|date| add(date.get_ref(), entry.place(date)));
    }
    for entry in &schema.announcement {
        let written = [&entry.row.from, &entry.row.until].into_iter().flatten();
        written.for_each(|date| add(date.get_ref(), entry.place(date)));
    }
    for entry in &schema.calendar {
        for days in entry.row.holidays.iter().chain(&entry.row.working).flatten() {
            ends(days).take(1).for_each(|day| add(&day, entry.place(days)));
        }
    }
    dates
}

/// `20m` for `20s`: the caller hears it ring, and nobody else is asked meanwhile.
fn rings<T>(entry: &Entry<T>, length: &Option<Spanned<Length>>, what: &str, found: &mut Vec<Diagnostic>) {
    if let Some(length) = length.as_ref().filter(|length| length.get_ref().0 > RINGS_MAX) {
        let message = format!("{what} would ring for {:?} before anybody else is asked", length.get_ref().0);
        found.push(
            Diagnostic::warning("dp050", entry.place(length), message)
                .help("seconds are written `20s`; `m` means minutes"),
        );
    }
}

fn each<'d, T>(
    draft: &Draft<'_>,
    entry: &Entry<T>,
    dates: impl IntoIterator<Item = &'d Option<Spanned<Datetime>>>,
    found: &mut Vec<Diagnostic>,
) {
    for date in dates.into_iter().flatten() {
        if let Some(year) = out_of_reason(date.get_ref()) {
            found.push(far(entry, date, year));
        } else if let Some(twofold) = draft.calendar.twofold(date.get_ref()) {
            found.push(two_ways(entry, date, &twofold));
        }
    }
}

fn out_of_reason(date: &Datetime) -> Option<u16> {
    date.date
        .map(|date| date.year)
        .filter(|year| !i16::try_from(*year).is_ok_and(|year| YEARS.contains(&year)))
}

fn far<T, D>(entry: &Entry<T>, date: &Spanned<D>, year: u16) -> Diagnostic {
    let message = format!("the year {year} is hardly meant");
    Diagnostic::warning("dp050", entry.place(date), message)
        .help("correct the year; what holds for ever needs no date")
}

fn two_ways<T>(entry: &Entry<T>, date: &Spanned<Datetime>, twofold: &Twofold) -> Diagnostic {
    let Twofold { clocks, read, other } = twofold;
    let written = date.get_ref();
    let how = match clocks {
        Clocks::Skip => "never comes: the clocks skip it",
        Clocks::Repeat => "comes twice: the clocks are set back",
    };
    let message = format!("{written} {how}; it is read as {read}, and could be {other}");
    Diagnostic::warning("dp050", entry.place(date), message)
        .help(format!("write the one that is meant with its offset: {read} or {other}"))
}
