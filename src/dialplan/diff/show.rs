//! A comparison as a person reads it on a terminal, and as JSON.

use std::fmt;

use serde::Serialize;

use crate::dialplan::calendar::Calendar;
use crate::dialplan::diff::weigh::calls;
use crate::dialplan::diff::{Basis, Change, Diff, Facet, Of, Others, Row, Weight, While, things, words};
use crate::dialplan::hours::DAY_MS;
use crate::stdx::{printable, wrap};

impl fmt::Display for Diff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(WIDTH))
    }
}

impl Diff {
    /// As text of at most so many columns, where words allow it.
    pub fn render(&self, width: usize) -> String {
        let noticed = self.changes.iter().filter(|change| change.is_noticed()).count();
        let names =
            if self.old == self.new { self.new.clone() } else { format!("{} → {}", self.old, self.new) };
        if self.is_empty() {
            return format!("{}: nothing changes for any number at any instant\n", printable(&names));
        }
        let silent = self.changes.len() - noticed;
        let silent =
            if silent == 0 { String::new() } else { format!(", {silent} that only records and agents see") };
        let mut text = String::new();
        line(&format!("{names}: {noticed} {} for callers{silent}", plural(noticed, "change")), &mut text);
        if let Some(basis) = &self.basis {
            text.push_str(&wrap(&printable(&self.weighed_by(basis)), width, INDENT));
        }
        for change in &self.changes {
            text.push('\n');
            self.put(change, width, &mut text);
        }
        text
    }

    fn weighed_by(&self, basis: &Basis) -> String {
        let (first, last) = (self.calendar.show(basis.first_ms), self.calendar.show(basis.last_ms));
        let recorded = calls("", basis.calls, "recorded ", "");
        let mut text =
            format!("weighed by {recorded}, {first} … {last}; expected are as many as in a usual week");
        if !basis.missing.is_empty() {
            let days = words::list(basis.missing.iter().filter_map(|day| DAYS.get(*day)), ", ");
            text.push_str(&format!("; no records of {days}: taken as the mean of the other days"));
        }
        if basis.last_ms - basis.first_ms < DAY_MS {
            text.push_str("; no day is recorded whole: its other hours are taken as without calls");
        }
        text
    }

    fn put(&self, change: &Change, width: usize, text: &mut String) {
        line(&change.of.to_string(), text);
        for facet in &change.facets {
            put_facet(facet, width, text);
        }
        for row in &change.rows {
            self.put_row(row, width, text);
        }
    }

    fn put_row(&self, row: &Row, width: usize, text: &mut String) {
        let weight = row.weight.as_ref().map_or_else(String::new, |weight| format!("   {weight}"));
        let hours = row.when.as_ref().map(|w| format!("{w}, {}", first(&self.calendar, w)));
        let mut line = format!("  {}", when(&self.calendar, row));
        // Each part stands on the line of the one before if there is room, else on its own.
        let parts = hours.map(|hours| format!(", {hours}")).into_iter();
        let parts = parts.chain([weight, format!("   {}", who(row))]);
        for part in parts.filter(|part| !part.trim().is_empty()) {
            if columns(&line) + columns(&part) <= width {
                line.push_str(&part);
                continue;
            }
            text.push_str(&wrap(&printable(&line), width, INDENT));
            line = format!("{:INDENT$}{}", "", part.trim_start_matches([',', ' ']));
        }
        text.push_str(&wrap(&printable(&line), width, INDENT));
    }
}

fn put_facet(facet: &Facet, width: usize, text: &mut String) {
    let (before, after) = (&facet.before, &facet.after);
    if facet.aspect == things::STAFF {
        for (what, who) in [("no longer", before), ("from now on", after)] {
            if who != super::meets::NONE {
                line(&format!("  {what}: {who}"), text);
            }
        }
        return;
    }
    let short = format!("  {}: {before} → {after}", facet.aspect);
    if columns(&short) <= width {
        return line(&short, text);
    }
    line(&format!("  {}", facet.aspect), text);
    line(&format!("      before  {before}"), text);
    line(&format!("      after   {after}"), text);
}

/// Names come from a file; none may steer the terminal or begin a line of its own.
fn line(line: &str, text: &mut String) {
    text.push_str(&printable(line));
    text.push('\n');
}

fn when(calendar: &Calendar, row: &Row) -> String {
    match (row.from_ms, row.until_ms) {
        (i64::MIN, i64::MAX) => "always".to_owned(),
        (i64::MIN, until) => format!("until {}", calendar.show(until)),
        (from, i64::MAX) => format!("from {}", calendar.show(from)),
        (from, until) => format!("{} … {}", calendar.show(from), calendar.show(until)),
    }
}

fn first(calendar: &Calendar, when: &While) -> String {
    format!("first {} … {}", calendar.show(when.first.0), calendar.show(when.first.1))
}

fn who(row: &Row) -> String {
    let numbers = words::list(&row.numbers, " ");
    let mut who = match (row.numbers.len(), row.others) {
        (0, Others::Nobody) => return String::new(),
        (_, Others::Everyone) => "every call".to_owned(),
        (0, Others::Unknown) => "any other number".to_owned(),
        (1..=3, Others::Nobody) => numbers,
        (1..=3, Others::Unknown) => format!("{numbers} and any other number"),
        (count, Others::Nobody) => format!("{count} numbers: {numbers}"),
        (count, Others::Unknown) => format!("any other number and {count}: {numbers}"),
    };
    if let Some(trunk) = &row.trunk {
        who.push_str(&format!(" in on trunk {trunk}"));
    }
    who
}

fn columns(text: &str) -> usize {
    unicode_width::UnicodeWidthStr::width(text)
}

fn plural(count: usize, word: &str) -> String {
    if count == 1 { word.to_owned() } else { format!("{word}s") }
}

impl fmt::Display for Of {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call => f.write_str("the call"),
            Self::Queue(queue) => write!(f, "queue {queue}"),
            Self::Hours(queue) => write!(f, "when queue {queue} is open for those from another or in it"),
            Self::Staff(queue) => write!(f, "who can take calls of queue {queue}"),
            Self::Trunk(trunk) => write!(f, "trunk {trunk}"),
            Self::Announcement(prompt) => write!(f, "announcement {prompt}"),
            Self::Received(trunk) => write!(f, "how calls in on trunk {trunk} are known"),
            Self::Numbering => f.write_str("how numbers are read"),
            Self::Target(target) => write!(f, "transfer target {target}"),
            Self::Record => f.write_str("the record, callers notice nothing"),
        }
    }
}

/// `while trade is closed`, `while trade was closed and long-trade is open`.
impl fmt::Display for While {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = |open: bool| if open { "open" } else { "closed" };
        match (&self.old, &self.new) {
            (Some((old, was)), Some((new, is))) => {
                write!(f, "while {} was {} and {} is {}", old.name(), state(*was), new.name(), state(*is))
            }
            (Some((old, was)), None) => write!(f, "while {} was {}", old.name(), state(*was)),
            (None, Some((new, is))) => write!(f, "while {} is {}", new.name(), state(*is)),
            (None, None) => f.write_str("always"),
        }
    }
}

impl Serialize for Diff {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let changes = self.changes.iter().map(|change| JsonChange {
            of: change.of.to_string(),
            noticed: change.is_noticed(),
            facets: change
                .facets
                .iter()
                .map(|f| JsonFacet { aspect: f.aspect, before: &f.before, after: &f.after })
                .collect(),
            rows: change.rows.iter().map(|row| self.json_row(row)).collect(),
        });
        let weighed_by = self.basis.as_ref().map(|basis| JsonBasis {
            calls: basis.calls,
            first: self.calendar.show(basis.first_ms),
            last: self.calendar.show(basis.last_ms),
            days_missing: basis.missing.iter().filter_map(|day| DAYS.get(*day)).copied().collect(),
        });
        JsonDiff { old: &self.old, new: &self.new, weighed_by, changes: changes.collect() }
            .serialize(serializer)
    }
}

impl Diff {
    fn json_row<'a>(&self, row: &'a Row) -> JsonRow<'a> {
        let instant = |ms: i64, open: i64| (ms != open).then(|| self.calendar.show(ms));
        JsonRow {
            from: instant(row.from_ms, i64::MIN),
            until: instant(row.until_ms, i64::MAX),
            when: row.when.as_ref().map(|when| JsonWhile {
                hours: when.to_string(),
                first: [when.first.0, when.first.1].map(|ms| self.calendar.show(ms)),
            }),
            trunk: row.trunk.as_ref().map(|trunk| trunk.as_str()),
            numbers: row.numbers.iter().map(|number| number.as_str()).collect(),
            others: match row.others {
                Others::Nobody => None,
                Others::Unknown => Some("unknown"),
                Others::Everyone => Some("every"),
            },
            weight: row.weight.as_ref(),
        }
    }
}

#[derive(Serialize)]
struct JsonDiff<'a> {
    old: &'a str,
    new: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    weighed_by: Option<JsonBasis>,
    changes: Vec<JsonChange<'a>>,
}

/// The calls that weights rest on.
#[derive(Serialize)]
struct JsonBasis {
    calls: u64,
    first: String,
    last: String,
    /// Weekdays without records.
    days_missing: Vec<&'static str>,
}

#[derive(Serialize)]
struct JsonChange<'a> {
    of: String,
    noticed: bool,
    facets: Vec<JsonFacet<'a>>,
    rows: Vec<JsonRow<'a>>,
}

#[derive(Serialize)]
struct JsonFacet<'a> {
    aspect: &'static str,
    before: &'a str,
    after: &'a str,
}

/// `null` for since ever and for never.
#[derive(Serialize)]
struct JsonRow<'a> {
    from: Option<String>,
    until: Option<String>,
    when: Option<JsonWhile>,
    trunk: Option<&'a str>,
    numbers: Vec<&'a str>,
    /// `unknown`: numbers neither plan has; `every`: all calls.
    others: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    weight: Option<&'a Weight>,
}

/// Only while hours are open or closed: which, and the first span.
#[derive(Serialize)]
struct JsonWhile {
    hours: String,
    first: [String; 2],
}

const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
/// Columns when nobody says.
const WIDTH: usize = 100;
/// Before lines of numbers.
const INDENT: usize = 6;
