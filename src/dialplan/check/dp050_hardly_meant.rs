//! dp050: a date or a length that is hardly meant as it is read: a year out of all reason, a time of day that the city's
//! clocks skip or show twice that day, a phone that rings for minutes. A warning: it is read, and taken at its word.

use std::time::Duration;

use toml::value::Datetime;

use crate::dialplan::Diagnostic;
use crate::dialplan::calendar::{Clocks, Twofold, YEARS};
use crate::dialplan::draft::Draft;
use crate::dialplan::schema::{Entry, Length, Spanned};

/// A phone that rings longer was hardly meant to.
const RINGS_MAX: Duration = Duration::from_mins(2);

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
            let mut ends = days.get_ref().split("..").filter_map(|day| day.trim().parse::<Datetime>().ok());
            if let Some(year) = ends.find_map(|day| out_of_reason(&day)) {
                found.push(far(entry, days, year));
            }
        }
    }
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
