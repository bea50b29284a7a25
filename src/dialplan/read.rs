//! Text → [`Schema`]: every fault of every row, not the first.
//!
//! serde stops at the first fault of a value. So a row is read, the key that failed is reported and taken
//! out, and the row is read again, until it reads or nothing is left to take out. Each key is reported at
//! most once and a row loses only its bad keys, so that later checks see all the rest.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue, Error, ValueDeserializer};

use crate::dialplan::import::word_of_mode;
use crate::dialplan::schema::{self, AliasRow, Entry, Schema, ToldRow};
use crate::dialplan::slip::{Slip, said};
use crate::dialplan::{Diagnostic, Level, Place, Sources, suggest};

/// Faults of one row after which the rest is not looked at: the row is not what it claims to be.
const FAULTS_PER_ROW_MAX: usize = 20;
/// Faults of syntax that are looked at: a table that stands twice is one for each of its keys.
const SYNTAX_MAX: usize = 10 * FAULTS_PER_ROW_MAX;

/// The sections a plan may have.
pub(super) const SECTIONS: [&str; 15] = [
    "include",
    "plan",
    "wave",
    "calendar",
    "hours",
    "hotline",
    "alias",
    "emergency",
    "linked",
    "out-of-scope",
    "queue",
    "agent",
    "trunk",
    "announcement",
    "test",
];

type Value<'i> = Spanned<DeValue<'i>>;

/// What reading gave.
#[derive(Debug)]
pub struct Read {
    /// All rows.
    pub schema: Schema,
    /// All faults.
    pub diagnostics: Vec<Diagnostic>,
    /// A file is not TOML: rows may be missing that the administrator did write, so a name that seems to
    /// lead nowhere may not.
    pub torn: bool,
}

/// Reads all files.
pub fn read(sources: &Sources) -> Read {
    let mut read = Read {
        schema: Schema::default(),
        diagnostics: sources.faults().to_vec(),
        torn: sources.faults().iter().any(|fault| fault.level == Level::Error),
    };
    for (file, source) in sources.files().iter().enumerate() {
        let (table, errors) = DeTable::parse_recoverable(&source.text);
        read.torn |= !errors.is_empty();
        let mut slips = Slip::all(&source.text, errors.iter().take(SYNTAX_MAX));
        slips.truncate(FAULTS_PER_ROW_MAX);
        let mut found = vec![];
        let mut reader = Reader { file, found: &mut found };
        for (key, value) in table.into_inner() {
            reader.section(&mut read.schema, &key, value);
        }
        // What a value that is not TOML would be taken for is no second fault.
        found.retain(|fault| !slips.iter().any(|slip| slip.explains(fault)));
        read.diagnostics.extend(slips.into_iter().map(|slip| slip.tell(file)));
        read.diagnostics.extend(found);
    }
    read
}

/// The files a file includes, and where it says so.
pub(super) fn includes(text: &str) -> Vec<(String, std::ops::Range<usize>)> {
    let (table, _) = DeTable::parse_recoverable(text);
    let include = table.into_inner().into_iter().find(|(key, _)| key.get_ref() == "include");
    let Some(DeValue::Array(names)) = include.map(|(_, value)| value.into_inner()) else { return vec![] };
    let name = |name: &Value<'_>| Some((name.get_ref().as_str()?.to_owned(), name.span()));
    names.iter().filter_map(name).collect()
}

struct Reader<'a> {
    file: usize,
    found: &'a mut Vec<Diagnostic>,
}

impl Reader<'_> {
    fn section(&mut self, schema: &mut Schema, key: &Spanned<std::borrow::Cow<'_, str>>, value: Value<'_>) {
        match key.get_ref().as_ref() {
            "plan" => {
                let entry = self.row("plan".to_owned(), key.span(), value);
                schema.plan.push(entry);
            }
            "wave" => self.rows(&mut schema.wave, value),
            "calendar" => self.rows(&mut schema.calendar, value),
            "hours" => self.rows(&mut schema.hours, value),
            "hotline" => self.rows(&mut schema.hotline, value),
            "emergency" => self.rows(&mut schema.emergency, value),
            "linked" => self.rows(&mut schema.linked, value),
            "queue" => self.rows(&mut schema.queue, value),
            "agent" => self.rows(&mut schema.agent, value),
            "trunk" => self.rows(&mut schema.trunk, value),
            "announcement" => self.rows(&mut schema.announcement, value),
            "alias" => {
                self.lines(&mut schema.alias, value, |to| AliasRow { to: Some(to), ..AliasRow::default() })
            }
            "out-of-scope" => self.told(&mut schema.out_of_scope, value),
            "test" => self.tests(schema, key.span(), value),
            "include" => self.include(value),
            unknown => {
                let at = Place::new(self.file, key.span());
                self.found.push(
                    Diagnostic::error("dp003", at, format!("unknown section `{unknown}`"))
                        .help(suggest::help(unknown, SECTIONS)),
                );
            }
        }
    }

    /// `[section.key]` tables.
    fn rows<T: DeserializeOwned + Default>(&mut self, into: &mut Vec<Entry<T>>, value: Value<'_>) {
        for (key, span, value) in self.entries(value) {
            let entry = self.row(key, span, value);
            into.push(entry);
        }
    }

    /// `key = "text"` lines; a table is read as a whole row.
    fn lines<T: DeserializeOwned + Default>(
        &mut self,
        into: &mut Vec<Entry<T>>,
        value: Value<'_>,
        short: fn(schema::Spanned<String>) -> T,
    ) {
        for (key, span, value) in self.entries(value) {
            let text =
                value.get_ref().as_str().map(|text| schema::Spanned::new(value.span(), text.to_owned()));
            let entry = match text {
                Some(text) => Entry { file: self.file, key, span, dropped: vec![], row: short(text) },
                None => self.row(key, span, value),
            };
            into.push(entry);
        }
    }

    fn told(&mut self, into: &mut Vec<Entry<ToldRow>>, value: Value<'_>) {
        for (key, span, value) in self.entries(value) {
            let (name, dropped) = match schema::Spanned::<String>::deserialize(ValueDeserializer::from(value))
            {
                Ok(name) => (Some(name), vec![]),
                Err(error) => {
                    self.report(&error, span.clone());
                    (None, vec!["name".to_owned()])
                }
            };
            into.push(Entry { file: self.file, key, span, dropped, row: ToldRow { name } });
        }
    }

    fn tests(&mut self, schema: &mut Schema, span: std::ops::Range<usize>, value: Value<'_>) {
        let at = Place::new(self.file, value.span());
        let DeValue::Array(tests) = value.into_inner() else {
            let help = "write `[[test]]` with two brackets: there may be many";
            self.found.push(Diagnostic::error("dp004", at, "`test` is not a list of tests").help(help));
            return;
        };
        for test in tests {
            let span = if test.span().is_empty() { span.clone() } else { test.span() };
            let entry = self.row("test".to_owned(), span, test);
            schema.test.push(entry);
        }
    }

    /// The loader has followed it; here is what it could not read.
    fn include(&mut self, value: Value<'_>) {
        let at = Place::new(self.file, value.span());
        let names =
            matches!(value.get_ref(), DeValue::Array(names) if names.iter().all(|n| n.get_ref().is_str()));
        if !names {
            let help = "include = [\"../common/emergency.toml\"], above the first section";
            self.found.push(Diagnostic::error("dp004", at, "`include` is not a list of files").help(help));
        }
    }

    fn entries<'i>(&mut self, value: Value<'i>) -> Vec<(String, std::ops::Range<usize>, Value<'i>)> {
        let at = Place::new(self.file, value.span());
        let DeValue::Table(table) = value.into_inner() else {
            let help = "write one table a name, like `[queue.general]`";
            self.found
                .push(Diagnostic::error("dp004", at, "this section is not a table of names").help(help));
            return vec![];
        };
        table
            .into_iter()
            .map(|(key, value)| (key.get_ref().clone().into_owned(), key.span(), value))
            .collect()
    }

    fn row<T: DeserializeOwned + Default>(
        &mut self,
        key: String,
        span: std::ops::Range<usize>,
        value: Value<'_>,
    ) -> Entry<T> {
        let mut entry = Entry { file: self.file, key, span, dropped: vec![], row: T::default() };
        let whole = value.span();
        let DeValue::Table(mut table) = value.into_inner() else {
            let at = Place::new(self.file, whole);
            let help = format!("write {} = {{ … }}, with its keys between the braces", entry.key);
            let message = "expected a table of keys and values here";
            self.found.push(Diagnostic::error("dp004", at, message).help(help));
            return entry;
        };
        for _ in 0..FAULTS_PER_ROW_MAX {
            let value = Spanned::new(whole.clone(), DeValue::Table(table.clone()));
            let error = match T::deserialize(ValueDeserializer::from(value)) {
                Ok(row) => {
                    entry.row = row;
                    return entry;
                }
                Err(error) => error,
            };
            let meant = self.report(&error, whole.clone());
            let Some(key) = take_out(&mut table, &error) else { return entry };
            entry.dropped.push(key);
            entry.dropped.extend(meant);
        }
        self.more(&entry, &table);
        entry
    }

    /// Whoever has mended the faults that are told meets others: that is said at once.
    fn more<T: DeserializeOwned>(&mut self, entry: &Entry<T>, table: &DeTable<'_>) {
        let rest = Spanned::new(entry.span.clone(), DeValue::Table(table.clone()));
        if T::deserialize(ValueDeserializer::from(rest)).is_err() {
            let message = format!(
                "`{}` has more than {FAULTS_PER_ROW_MAX} faults, and the others are not shown",
                entry.key
            );
            let help = "mend those that are shown and check again: often one slip makes many faults";
            self.found.push(Diagnostic::error("dp004", entry.at(), message).help(help));
        }
    }

    /// Reports what serde said in our words. Returns the key an unknown one was probably meant to be.
    fn report(&mut self, error: &Error, row: std::ops::Range<usize>) -> Option<String> {
        let at = Place::new(self.file, error.span().unwrap_or(row));
        let message = said(error.message());
        let words: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
        let known = words.iter().skip(1).copied();
        let mut meant = None;
        let diagnostic = match words.first() {
            Some(written) if message.starts_with("unknown field") => {
                meant = suggest::nearest(written, known.clone()).map(str::to_owned);
                Diagnostic::error("dp003", at, format!("unknown key `{written}`"))
                    .help(suggest::help(written, known))
            }
            Some(written) if message.starts_with("unknown variant") => {
                // Whoever comes from a list writes a mode as the list does.
                let word = word_of_mode(written).filter(|word| known.clone().any(|known| known == *word));
                let help = match word.filter(|_| suggest::nearest(written, known.clone()).is_none()) {
                    Some(word) => format!("write `{word}`"),
                    None => suggest::help(written, known),
                };
                Diagnostic::error("dp004", at, format!("`{written}` is not one of the choices here"))
                    .help(help)
            }
            Some(_) | None if message.contains("datetime") => {
                let help = "write dates without quotes: 2021-12-01, or 2021-12-01T08:30:00+08:00";
                Diagnostic::error("dp004", at, "this is not a date").help(help)
            }
            Some(_) | None => match wanted(&message) {
                Some((said, help)) => Diagnostic::error("dp004", at, said).help(help),
                None => Diagnostic::error("dp004", at, message),
            },
        };
        self.found.push(diagnostic);
        meant
    }
}

/// What belongs where a value of another kind stands, and how it is written.
fn wanted(message: &str) -> Option<(&'static str, &'static str)> {
    let (_, wanted) = message.strip_prefix("invalid type: ")?.rsplit_once(", expected ")?;
    match wanted {
        "a string" => Some(("a text belongs here", "a text stands in quotes: \"…\"")),
        "a sequence" => {
            Some(("a list belongs here", "a list stands in brackets, one thing alone too: [\"…\"]"))
        }
        "a boolean" => Some(("yes or no belongs here", "write true or false, without quotes")),
        "u8" | "u16" | "u32" | "u64" => Some(("a number belongs here", "a number stands without quotes")),
        "a map" => Some(KEYS_AND_VALUES),
        row if row.starts_with("struct ") => Some(KEYS_AND_VALUES),
        _ => None,
    }
}

const KEYS_AND_VALUES: (&str, &str) =
    ("keys and their values belong here", "they stand in braces: { key = \"…\" }");

/// Takes out the key the error lies in and returns it. `None` when there is none: the row as a whole is at
/// fault.
fn take_out(table: &mut DeTable<'_>, error: &Error) -> Option<String> {
    let fault = error.span()?;
    let holds = |span: std::ops::Range<usize>| span.start <= fault.start && fault.end <= span.end;
    let key = table
        .iter()
        .find(|(key, value)| holds(key.span()) || holds(value.span()))
        .map(|(key, _)| key.clone())?;
    table.remove(&key)?;
    Some(key.into_inner().into_owned())
}
