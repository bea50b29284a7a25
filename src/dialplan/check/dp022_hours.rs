//! dp022: hours or a calendar at odds with themselves: a weekday given twice, spans that overlap, a day that is
//! both a holiday and worked. The order of what is written must not decide when someone is open.

use std::collections::BTreeMap;

use crate::dialplan::draft::Draft;
use crate::dialplan::hours::Span;
use crate::dialplan::schema::{CalendarRow, Entry, HoursRow, Spanned};
use crate::dialplan::{Diagnostic, week};

pub(super) fn check(draft: &Draft<'_>, found: &mut Vec<Diagnostic>) {
    draft.schema.calendar.iter().for_each(|entry| days(entry, found));
    for entry in &draft.schema.hours {
        weekdays(entry, found);
        for written in entry.row.week.iter().flat_map(BTreeMap::values).chain(&entry.row.holiday) {
            spans(entry, written, found);
        }
        if entry.row.calendar.is_none() && !entry.excuses("calendar") {
            no_calendar(entry, found);
        }
    }
}

/// What would hold on days that only a calendar has.
fn no_calendar(entry: &Entry<HoursRow>, found: &mut Vec<Diagnostic>) {
    if let Some(holiday) = &entry.row.holiday {
        let at = holiday.first().map_or(entry.at(), |span| entry.place(span));
        let message = format!("the hours `{}` have no calendar, so no day is a holiday", entry.key);
        let help = "give them a `calendar`, or take `holiday` out";
        found.push(Diagnostic::error("dp022", at, message).help(help));
    }
    if let Some(working_as) = &entry.row.working_as {
        let message = format!("the hours `{}` have no calendar, so no day is moved", entry.key);
        let help = "give them a `calendar`, or take `working-as` out";
        found.push(Diagnostic::error("dp022", entry.place(working_as), message).help(help));
    }
}

fn days(entry: &Entry<CalendarRow>, found: &mut Vec<Diagnostic>) {
    let mut said: BTreeMap<i64, &Spanned<String>> = BTreeMap::new();
    for text in entry.row.holidays.iter().chain(&entry.row.working).flatten() {
        let Ok(days) = week::days(text.get_ref()) else { continue };
        let twice = days.clone().find_map(|day| Some((day, *said.get(&day)?)));
        said.extend(days.map(|day| (day, text)));
        let Some((day, first)) = twice else { continue };
        let message = format!("the calendar `{}` says twice what {} is", entry.key, week::show_day(day));
        found.push(
            Diagnostic::error("dp022", entry.place(text), message)
                .also(entry.place(first), "first here")
                .help("a day is a holiday or worked, and said once"),
        );
    }
}

fn weekdays(entry: &Entry<HoursRow>, found: &mut Vec<Diagnostic>) {
    let mut said: BTreeMap<usize, &Spanned<String>> = BTreeMap::new();
    let mut keys: Vec<_> = entry.row.week.iter().flat_map(BTreeMap::keys).collect();
    keys.sort_by_key(|key| key.span().start);
    for key in keys {
        let Some(days) = week::weekdays(key.get_ref()) else { continue };
        let twice = days.iter().find_map(|day| Some((day, *said.get(day)?)));
        if let Some((day, first)) = twice {
            let name = week::WEEKDAYS.get(*day).copied().unwrap_or_default();
            let message = format!("the hours `{}` say twice what holds on {name}", entry.key);
            found.push(
                Diagnostic::error("dp022", entry.place(key), message)
                    .also(entry.place(first), "first here")
                    .help("name each weekday once: mon-thu and fri, not mon-fri and fri"),
            );
        }
        said.extend(days.into_iter().map(|day| (day, key)));
    }
}

/// Overlaps within one day; a span across midnight may meet the next day's, then it is simply open.
fn spans(entry: &Entry<HoursRow>, written: &[Spanned<String>], found: &mut Vec<Diagnostic>) {
    let read = |text: &Spanned<String>| week::span(text.get_ref());
    let mut spans: Vec<(Span, &Spanned<String>)> =
        written.iter().filter_map(|t| Some((read(t)?, t))).collect();
    spans.sort_by_key(|(span, text)| (*span, text.span().start));
    for pair in spans.windows(2) {
        let [(first, one), (second, other)] = pair else { continue };
        if second.start < first.end {
            let message = format!("`{}` overlaps `{}`", other.get_ref(), one.get_ref());
            found.push(
                Diagnostic::error("dp022", entry.place(other), message)
                    .also(entry.place(one), "this one")
                    .help("write them as one span, or let one end where the other begins"),
            );
        }
    }
}
