//! All cut-over instants as a calendar: RFC 5545.
//!
//! One event an instant, of no duration (§3.6.1: `DTSTART` without `DTEND`), in UTC. A `UID` is made of the city and
//! the instant, so that an export that is read in again replaces what an earlier one said of the same instant.
//! It has no alarms and asks nobody to come.

use jiff::Timestamp;

use crate::dialplan::timeline::{CutOver, Timeline};

impl Timeline {
    /// As an iCalendar file. `made_ms` is when the plan is exported (`DTSTAMP`, §3.8.7.2). `None` if nothing ever
    /// changes: a calendar holds at least one component (§3.6).
    pub fn ics(&self, made_ms: i64) -> Option<String> {
        if self.cuts.is_empty() {
            return None;
        }
        let mut text = String::new();
        let mut line = |name: &str, value: &str| fold(&format!("{name}:{value}"), &mut text);
        line("BEGIN", "VCALENDAR");
        line("VERSION", "2.0");
        line("PRODID", "-//Tongjie//tongjie timeline//EN");
        line("CALSCALE", "GREGORIAN");
        line("X-WR-CALNAME", &escape(&self.plan));
        for cut in &self.cuts {
            self.event(cut, made_ms, &mut line);
        }
        line("END", "VCALENDAR");
        Some(text)
    }

    fn event(&self, cut: &CutOver, made_ms: i64, line: &mut impl FnMut(&str, &str)) {
        let (Some(at), Some(made)) = (utc(cut.at_ms), utc(made_ms)) else { return };
        line("BEGIN", "VEVENT");
        line("UID", &format!("{at}-{}@tongjie.invalid", self.city));
        line("DTSTAMP", &made);
        line("DTSTART", &at);
        line("SUMMARY", &escape(&format!("{}: {}", self.plan, cut.counts(self.language).join(", "))));
        let local = format!("{} ({})", self.calendar.show(cut.at_ms), self.zone);
        line(
            "DESCRIPTION",
            &escape(&format!("{local}\n{}", cut.named(self.language, usize::MAX).join("\n"))),
        );
        line("TRANSP", "TRANSPARENT");
        line("END", "VEVENT");
    }
}

/// `20211231T160000Z` (§3.3.5); an instant within a second counts as that second.
fn utc(at_ms: i64) -> Option<String> {
    Some(Timestamp::from_millisecond(at_ms).ok()?.strftime("%Y%m%dT%H%M%SZ").to_string())
}

/// TEXT (§3.3.11); control characters have no place in it.
fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        match c {
            '\n' => escaped.push_str("\\n"),
            '\\' | ';' | ',' => escaped.extend(['\\', c]),
            c if c.is_control() => {}
            c => escaped.push(c),
        }
    }
    escaped
}

/// A content line, folded so that none is longer than 75 octets, and no character is torn (§3.1).
fn fold(line: &str, text: &mut String) {
    let mut octets = 0;
    for c in line.chars() {
        if octets + c.len_utf8() > OCTETS_MAX {
            text.push_str("\r\n ");
            octets = 1;
        }
        text.push(c);
        octets += c.len_utf8();
    }
    text.push_str("\r\n");
}

/// Without the line break.
const OCTETS_MAX: usize = 75;
