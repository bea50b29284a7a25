//! A TOML table as a checklist: each key is asked for once, what is left over is unknown. Faults are collected.
//!
//! It does not know which keys exist; [`super::schema`] asks.

use std::ops::Range;
use std::time::Duration;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::dialplan::{Diagnostic, Place, suggest};

/// A value and where it stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Written<T> {
    /// What was written.
    pub value: T,
    /// Where.
    pub at: Place,
}

/// One table, read key by key.
pub(super) struct Section<'a> {
    name: &'static str,
    table: Option<&'a DeTable<'a>>,
    asked: Vec<&'static str>,
}

pub(super) fn place(span: Range<usize>) -> Place {
    Place::new(0, span)
}

impl<'a> Section<'a> {
    /// The whole file.
    pub(super) fn root(table: &'a DeTable<'a>) -> Self {
        Self { name: "", table: Some(table), asked: vec![] }
    }

    /// A table inside this one; an empty one when it is not there.
    pub(super) fn section(&mut self, name: &'static str, faults: &mut Vec<Diagnostic>) -> Section<'a> {
        let table = self.value(name).and_then(|value| match value.get_ref() {
            DeValue::Table(table) => Some(table),
            other => {
                faults.push(wrong_kind(name, value.span(), other, "a table"));
                None
            }
        });
        Section { name, table, asked: vec![] }
    }

    /// A text.
    pub(super) fn text(
        &mut self,
        key: &'static str,
        faults: &mut Vec<Diagnostic>,
    ) -> Option<Written<String>> {
        let value = self.value(key)?;
        match value.get_ref() {
            DeValue::String(text) => Some(Written { value: text.to_string(), at: place(value.span()) }),
            other => {
                faults.push(wrong_kind(key, value.span(), other, "a text in quotes"));
                None
            }
        }
    }

    /// A whole number.
    pub(super) fn number(
        &mut self,
        key: &'static str,
        faults: &mut Vec<Diagnostic>,
    ) -> Option<Written<usize>> {
        let value = self.value(key)?;
        let at = value.span();
        match value.get_ref() {
            DeValue::Integer(digits) => match usize::from_str_radix(digits.as_str(), digits.radix()) {
                Ok(number) => Some(Written { value: number, at: place(at) }),
                Err(_) => {
                    let message = format!("`{key}` cannot be {}", digits.as_str());
                    faults.push(
                        Diagnostic::error("cf005", place(at), message).help("a whole number, 0 or more"),
                    );
                    None
                }
            },
            other => {
                faults.push(wrong_kind(key, at, other, "a whole number"));
                None
            }
        }
    }

    /// A text that `read` understands; `help` says what it understands.
    pub(super) fn parsed<T>(
        &mut self,
        key: &'static str,
        help: &str,
        faults: &mut Vec<Diagnostic>,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Option<Written<T>> {
        let text = self.text(key, faults)?;
        match read(&text.value) {
            Some(value) => Some(Written { value, at: text.at }),
            None => {
                let message = format!("`{key}` cannot be \"{}\"", text.value);
                faults.push(Diagnostic::error("cf005", text.at, message).help(help));
                None
            }
        }
    }

    /// A length of time: `"500ms"`, `"20s"`, `"10m"`, `"4h"`.
    pub(super) fn duration(
        &mut self,
        key: &'static str,
        faults: &mut Vec<Diagnostic>,
    ) -> Option<Written<Duration>> {
        self.parsed(key, "a number and a unit: \"500ms\", \"20s\", \"10m\", \"4h\"", faults, duration)
    }

    /// Says which keys nobody asked for.
    pub(super) fn finish(self, faults: &mut Vec<Diagnostic>) {
        let table = self.table.into_iter().flatten();
        for (key, _) in table.filter(|(key, _)| !self.asked.contains(&key.get_ref().as_ref())) {
            let place_of = if self.name.is_empty() { String::new() } else { format!(" in [{}]", self.name) };
            let message = format!("unknown key `{}`{place_of}", key.get_ref());
            let help = suggest::help(key.get_ref(), self.asked.iter().copied());
            faults.push(Diagnostic::error("cf002", place(key.span()), message).help(help));
        }
    }

    fn value(&mut self, key: &'static str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.asked.push(key);
        self.table?.iter().find(|(name, _)| name.get_ref().as_ref() == key).map(|(_, value)| value)
    }
}

fn wrong_kind(key: &str, at: Range<usize>, found: &DeValue<'_>, wanted: &str) -> Diagnostic {
    let message = format!("`{key}` must be {wanted}, not {}", found.type_str());
    Diagnostic::error("cf003", place(at), message)
}

fn duration(text: &str) -> Option<Duration> {
    let unit_at = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at_checked(unit_at)?;
    let number: u64 = number.parse().ok()?;
    let seconds = |each: u64| number.checked_mul(each).map(Duration::from_secs);
    match unit {
        "ms" => Some(Duration::from_millis(number)),
        "s" => seconds(1),
        "m" => seconds(60),
        "h" => seconds(3600),
        _ => None,
    }
}
