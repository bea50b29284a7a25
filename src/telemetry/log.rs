//! The log: one line a fact, for people or for a collector, written a batch at a time.

use std::fmt::Write as _;
use std::io::Write;

use jiff::tz::TimeZone;
use jiff::{Timestamp, ZonedDateTime};
use serde_json::Value;

use super::{escape, fields, words};
use crate::event::{CallId, Event};

/// How lines look.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// How loud a line is, loudest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub enum Level {
    /// Act now.
    Error,
    /// Someone was not served.
    Warn,
    /// The path of every call.
    #[default]
    Info,
    /// Everything.
    Debug,
}

/// The log of one process.
pub struct Log {
    format: Format,
    level: Level,
    stamp: Stamp,
    out: Box<dyn Write + Send>,
    lines: String,
}

impl Log {
    /// Lines up to `level` go to `out`. Times are those of the clock the plan sees, in `zone`.
    pub fn new(format: Format, level: Level, zone: TimeZone, out: Box<dyn Write + Send>) -> Self {
        Self { format, level, stamp: Stamp::new(zone), out, lines: String::new() }
    }

    /// Writes a fact.
    pub fn event(&mut self, event: &Event) {
        let level = words::level(&event.fact);
        if level > self.level {
            return;
        }
        match self.format {
            Format::Text => self.text(level, event.wall_ms, event.call, &words::sentence(&event.fact)),
            Format::Json => {
                let line = self.json(event);
                self.lines.push_str(&line);
                self.lines.push('\n');
            }
        }
        self.flush_when_long();
    }

    /// Writes a line that is about the process and not about a fact.
    pub fn line(&mut self, level: Level, wall_ms: i64, text: &str) {
        if level > self.level {
            return;
        }
        match self.format {
            Format::Text => self.text(level, wall_ms, None, text),
            Format::Json => {
                let line = object(&mut self.stamp, level, wall_ms, None, text);
                self.lines.push_str(&written(&line));
                self.lines.push('\n');
            }
        }
        self.flush_when_long();
    }

    /// Hands the lines to the system. A log that cannot be written is no reason to stop: the lines are lost.
    pub fn flush(&mut self) {
        self.out.write_all(self.lines.as_bytes()).and_then(|()| self.out.flush()).ok();
        self.lines.clear();
    }

    /// A fact as one JSON object, as in a JSON log.
    pub fn json(&mut self, event: &Event) -> String {
        let level = words::level(&event.fact);
        let text = words::sentence(&event.fact);
        let mut line = object(&mut self.stamp, level, event.wall_ms, event.call, &text);
        line.push(("fact", fields::name(&event.fact).into()));
        line.extend(fields::fields(&event.fact));
        written(&line)
    }

    /// `2021-12-31 23:59:59.123 warn  0f3k…  138****0000 calls 12319`: everything about a call can be found by its id.
    fn text(&mut self, level: Level, wall_ms: i64, call: Option<CallId>, text: &str) {
        self.stamp.push(&mut self.lines, wall_ms, ' ');
        let id = call.map_or_else(|| "-".to_owned(), |call| call.to_string());
        // Writing to a String does not fail.
        write!(self.lines, " {:<5} {id:<13}  ", level.as_str()).ok();
        escape::push(&mut self.lines, text);
        self.lines.push('\n');
    }

    fn flush_when_long(&mut self) {
        if self.lines.len() > LINES_MAX {
            self.flush();
        }
    }
}

type Values = Vec<(&'static str, Value)>;

fn object(stamp: &mut Stamp, level: Level, wall_ms: i64, call: Option<CallId>, text: &str) -> Values {
    let mut time = String::new();
    stamp.push(&mut time, wall_ms, 'T');
    time.push_str(&stamp.offset);
    let mut line: Values = vec![("time", time.into()), ("level", level.as_str().into())];
    line.extend(call.map(|call| ("call", call.to_string().into())));
    line.push(("text", escape::printable(text).into()));
    line
}

/// One JSON object, names in the order given.
fn written(values: &Values) -> String {
    let mut line = String::from("{");
    for (i, (name, value)) in values.iter().enumerate() {
        let comma = if i == 0 { "" } else { "," };
        // Our names need no escaping; writing to a String does not fail.
        write!(line, "{comma}\"{name}\":{value}").ok();
    }
    line.push('}');
    line
}

impl Level {
    /// As written in a line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
        }
    }
}

/// Civil time as text. The calendar is asked once a second, not once a line.
struct Stamp {
    zone: TimeZone,
    second: Option<i64>,
    date: String,
    clock: String,
    offset: String,
}

impl Stamp {
    fn new(zone: TimeZone) -> Self {
        Self { zone, second: None, date: String::new(), clock: String::new(), offset: String::new() }
    }

    fn push(&mut self, out: &mut String, wall_ms: i64, between: char) {
        let second = wall_ms.div_euclid(1000);
        if self.second != Some(second) {
            // Beyond the calendar (a clock gone mad) the log goes on with the last date it had.
            if let Ok(at) = Timestamp::from_second(second) {
                let at = ZonedDateTime::new(at, self.zone.clone());
                self.date = at.strftime("%Y-%m-%d").to_string();
                self.clock = at.strftime("%H:%M:%S").to_string();
                self.offset = at.strftime("%:z").to_string();
            }
            self.second = Some(second);
        }
        let ms = wall_ms.rem_euclid(1000);
        write!(out, "{}{between}{}.{ms:03}", self.date, self.clock).ok();
    }
}

/// Bytes of lines kept before they are written.
const LINES_MAX: usize = 1 << 16;

#[cfg(test)]
mod tests;
