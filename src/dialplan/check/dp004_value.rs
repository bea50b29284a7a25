//! dp004: a value that is none. serde has refused wrong types and choices already ([`crate::dialplan::read`]);
//! here are dates no calendar has, statuses that do not refuse, addresses nobody can send to.

use std::collections::BTreeMap;
use std::time::Duration;

use toml::value::Datetime;

use crate::dialplan::compile::{address, source};
use crate::dialplan::draft::Draft;
use crate::dialplan::number::is_area_code;
use crate::dialplan::schema::{AfterCancel, Entry, Length, Names, RefusalRow, Spanned};
use crate::dialplan::week::{self, BadDays};
use crate::dialplan::{Diagnostic, Place};

pub(super) fn check(draft: &Draft<'_>, found: &mut Vec<Diagnostic>) {
    dates(draft, found);
    statuses(draft, found);
    trunks(draft, found);
    hours(draft, found);
    rest(draft, found);
}

fn bad(found: &mut Vec<Diagnostic>, at: Place, message: String, help: &str) {
    found.push(Diagnostic::error("dp004", at, message).help(help));
}

fn dates(draft: &Draft<'_>, found: &mut Vec<Diagnostic>) {
    let mut date = |file: usize, date: &Option<Spanned<Datetime>>| {
        if let Some(date) = date
            && let Err(why) = draft.calendar.instant(date.get_ref())
        {
            bad(
                found,
                Place::new(file, date.span()),
                why.to_string(),
                "write 2021-12-01 or 2021-12-01T08:30:00+08:00",
            );
        }
    };
    for Entry { file, row, .. } in &draft.schema.wave {
        [&row.trial, &row.formal, &row.cancel].into_iter().for_each(|d| date(*file, d));
    }
    for Entry { file, row, .. } in &draft.schema.hotline {
        [&row.trial, &row.formal, &row.cancel, &row.from, &row.until]
            .into_iter()
            .for_each(|d| date(*file, d));
    }
    for Entry { file, row, .. } in &draft.schema.announcement {
        [&row.from, &row.until].into_iter().for_each(|d| date(*file, d));
    }
    for Entry { file, row, .. } in &draft.schema.test {
        date(*file, &row.at);
    }
}

fn statuses(draft: &Draft<'_>, found: &mut Vec<Diagnostic>) {
    let mut status = |file: usize, status: Option<&Spanned<u16>>| {
        if let Some(status) = status
            && !(400..=699).contains(status.get_ref())
        {
            let message = format!("{} does not refuse a call", status.get_ref());
            bad(
                found,
                Place::new(file, status.span()),
                message,
                "use a final status from 400 to 699, like 404 or 410",
            );
        }
    };
    let refusal = |row: &Option<Spanned<RefusalRow>>| row.as_ref().and_then(|r| r.get_ref().status.clone());
    for Entry { file, row, .. } in &draft.schema.plan {
        status(*file, refusal(&row.unknown).as_ref());
        status(*file, refusal(&row.out_of_scope).as_ref());
    }
    for Entry { file, row, .. } in &draft.schema.hotline {
        if let Some(AfterCancel::Reject(code)) = row.after_cancel.as_ref().map(Spanned::get_ref) {
            status(*file, Some(code));
        }
        status(*file, row.closed.as_ref().and_then(|closed| closed.get_ref().status.as_ref()));
    }
    for Entry { file, row, .. } in &draft.schema.queue {
        status(*file, row.full.as_ref().and_then(|full| full.get_ref().status.as_ref()));
        status(*file, row.closed.as_ref().and_then(|closed| closed.get_ref().status.as_ref()));
    }
}

fn trunks(draft: &Draft<'_>, found: &mut Vec<Diagnostic>) {
    for Entry { file, row, .. } in &draft.schema.trunk {
        let mut each = |names: &Option<Spanned<Names>>, good: fn(&str) -> bool| {
            let Some(names) = names else { return };
            for name in names.get_ref().0.iter().filter(|name| !good(name)) {
                let at = Place::new(*file, names.span());
                bad(
                    found,
                    at,
                    format!("`{name}` is not the address of a host"),
                    "write an IP address and port, like \"10.0.0.1:5060\"",
                );
            }
        };
        each(&row.address, |text| address(text).is_some());
        each(&row.from, |text| source(text).is_some());
        if let Some(from) = row.from.as_ref().filter(|from| from.get_ref().0.is_empty())
            && (row.access.iter().flatten().next().is_some() || row.hotlines().next().is_some())
        {
            let help = "name the addresses they come from; or take out whose calls they are";
            let message = "the calls of this trunk are somebody's, and none would be known as its own";
            bad(found, Place::new(*file, from.span()), message.to_owned(), help);
        }
        if let Some(capacity) = row.capacity.as_ref().filter(|n| *n.get_ref() == 0) {
            bad(
                found,
                Place::new(*file, capacity.span()),
                "a trunk without a line".to_owned(),
                "write at least 1",
            );
        }
    }
}

/// Days, weekdays and spans, each word at its own place.
fn hours(draft: &Draft<'_>, found: &mut Vec<Diagnostic>) {
    for Entry { file, row, .. } in &draft.schema.calendar {
        for text in row.holidays.iter().chain(&row.working).flatten() {
            let Err(why) = week::days(text.get_ref()) else { continue };
            let help = match why {
                BadDays::Form | BadDays::NoSuchDay => "write \"2022-01-01\" or \"2021-10-01..2021-10-07\"",
                BadDays::Backwards => "turn the two days round",
                BadDays::TooLong => "see whether a year is mistyped; each holiday has a stretch of its own",
            };
            bad(found, Place::new(*file, text.span()), format!("`{}` {why}", text.get_ref()), help);
        }
    }
    let mut word = |file: usize, text: &Spanned<String>, good: bool, what: &str, help: &str| {
        if !good {
            bad(found, Place::new(file, text.span()), format!("`{}` is not {what}", text.get_ref()), help);
        }
    };
    for Entry { file, row, .. } in &draft.schema.hours {
        for key in row.week.iter().flat_map(BTreeMap::keys) {
            word(
                *file,
                key,
                week::weekdays(key.get_ref()).is_some(),
                "a weekday",
                "write mon, tue … sun, or mon-fri",
            );
        }
        for text in row.week.iter().flat_map(BTreeMap::values).chain(&row.holiday).flatten() {
            let good = week::span(text.get_ref()).is_some();
            word(
                *file,
                text,
                good,
                "a span of hours",
                "write \"08:30-12:00\"; midnight at the end is 24:00, 22:00-06:00 ends the next day",
            );
        }
    }
}

fn rest(draft: &Draft<'_>, found: &mut Vec<Diagnostic>) {
    for Entry { file, row, .. } in &draft.schema.plan {
        if let Some(area) = &row.area_code {
            let digits = area.get_ref();
            if !is_area_code(digits) {
                let message = format!("`{digits}` is not an area code");
                bad(
                    found,
                    Place::new(*file, area.span()),
                    message,
                    "write it with its leading zero, like \"0510\"",
                );
            }
        }
    }
    for Entry { file, row, .. } in &draft.schema.queue {
        for (what, value) in [("waiting", &row.waiting), ("misses", &row.misses)] {
            if let Some(value) = value.as_ref().filter(|n| *n.get_ref() == 0) {
                bad(found, Place::new(*file, value.span()), format!("`{what}` must be at least 1"), "");
            }
        }
        if let Some(longest) = row.wait_max.as_ref().filter(|longest| longest.get_ref().0 < RING_MIN) {
            let message = "nobody answers that fast: everyone would be let go".to_owned();
            let help = "let them wait for at least 3 s, or take `wait-max` out";
            bad(found, Place::new(*file, longest.span()), message, help);
        }
    }
    rings(draft, found);
    for entry in &draft.schema.announcement {
        let message = format!("`{}` cannot be the name of an announcement", entry.key);
        if entry.key.contains('@') {
            bad(found, entry.at(), message, "leave `@` out: it stands before the language of a variant");
        } else if entry.key == "none" {
            bad(found, entry.at(), message, "name it otherwise: where a row says \"none\", nothing is heard");
        }
    }
    for entry in &draft.schema.agent {
        let good = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        if entry.key.is_empty() || entry.key.len() > 64 || !entry.key.chars().all(good) {
            let message = format!("`{}` cannot be a SIP user name", entry.key);
            bad(found, entry.at(), message, "use letters, digits, `-`, `_` and `.`");
        }
    }
}

/// How long a phone or a trunk rings before the call goes on without it.
fn rings(draft: &Draft<'_>, found: &mut Vec<Diagnostic>) {
    let schema = draft.schema;
    let queues = schema.queue.iter().map(|entry| (entry.file, &entry.row.ring));
    let trunks = schema.trunk.iter().map(|entry| (entry.file, &entry.row.ring));
    let hotlines = schema.hotline.iter().map(|entry| (entry.file, &entry.row.no_answer));
    let short = |ring: &Option<Spanned<Length>>, least| {
        ring.as_ref().filter(|ring| ring.get_ref().0 < least).map(Spanned::span)
    };
    for (file, ring) in queues.chain(trunks).chain(hotlines) {
        if let Some(span) = short(ring, RING_MIN) {
            let message = "nobody answers that fast".to_owned();
            bad(found, Place::new(file, span), message, "let it ring for at least 3 s");
        }
    }
    for Entry { key, file, row, .. } in &schema.emergency {
        if let Some(span) = short(&row.no_answer, EMERGENCY_RING_MIN) {
            let message = format!("calls for {key} would be given up before most of them are answered");
            bad(found, Place::new(*file, span), message, "let each of its trunks ring for at least 10 s");
        }
    }
}

const RING_MIN: Duration = Duration::from_secs(3);
/// Nine in ten emergency calls are to be answered within ten seconds (09 NCAC 06C .0209).
const EMERGENCY_RING_MIN: Duration = Duration::from_secs(10);
