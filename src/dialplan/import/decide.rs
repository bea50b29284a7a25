//! Cells → the plan meant. Whatever the sheet leaves open gets a note: the row, the column, why, and what was taken.
//!
//! Here it is decided what a row *is*; [`super::hotline`] and [`super::linked`] make it one, [`super::phases`] gives it its
//! dates.

use std::collections::BTreeMap;

use super::cells::{self, Kind, Mode};
use super::headings::Column;
use super::phases::Dates;
use super::sheet::{BadSheet, Row, Sheet};
use super::{Alias, Draft, Hotline, Note, Settings, Trunk};
use crate::dialplan::Numbering;
use crate::dialplan::number::is_area_code;

/// The plan, and everything that was in doubt.
///
/// # Errors
/// When the city has no area code anywhere.
pub fn decide(sheet: &Sheet, settings: &Settings) -> Result<(Draft, Vec<Note>), BadSheet> {
    let area_code =
        if settings.area_code.is_empty() { area_code(sheet)? } else { settings.area_code.clone() };
    let numbering = Numbering::new(&area_code);
    let mut city = City {
        one: One::of(sheet, &numbering),
        numbering,
        draft: Draft { area_code, zone: settings.zone.clone(), ..Draft::default() },
        headings: &sheet.headings,
        notes: sheet.notes.clone(),
        seen: BTreeMap::new(),
        aliases: vec![],
        dates: vec![],
    };
    city.draft.trunks.push(Trunk { key: CARRIER.to_owned(), name: "运营商".to_owned() });
    city.the_one_number(settings);
    for row in &sheet.rows {
        city.row(row);
    }
    city.aliases();
    city.waves();
    city.missing_emergency_lines();
    city.general();
    city.notes.sort();
    Ok((city.draft, city.notes))
}

/// The plan while it grows.
pub(super) struct City<'s> {
    one: One,
    numbering: Numbering,
    pub(super) draft: Draft,
    headings: &'s BTreeMap<Column, String>,
    notes: Vec<Note>,
    /// Numbers taken, and by which line.
    seen: BTreeMap<String, Option<u64>>,
    /// Aliases wait until every hotline is known.
    pub(super) aliases: Vec<(u64, Alias)>,
    /// The dates of the hotline of the same index.
    pub(super) dates: Vec<Dates>,
}

/// The one number the others merge into.
struct One {
    number: String,
    /// Its row, and the line of that.
    row: Option<usize>,
    line: Option<u64>,
}

impl One {
    /// The row that says so, 12345 before all others; else the row of 12345, whatever it says.
    fn of(sheet: &Sheet, numbering: &Numbering) -> Self {
        let number = |row: &&Row| numbering.normalise(&digits(row.get(Column::Number)), None);
        let fit = |row: &&Row| {
            no_number(row.get(Column::Number)).is_none()
                && !EMERGENCY.iter().any(|(line, _)| *line == number(row).as_str())
        };
        let says =
            |row: &&Row| cells::mode(row.get(Column::Mode)).is_some_and(|mode| mode.kind == Kind::Direct);
        let rows = || sheet.rows.iter().filter(fit);
        let usual = |row: &&Row| number(row).as_str() == ONE;
        let found =
            rows().filter(says).find(usual).or_else(|| rows().find(says)).or_else(|| rows().find(usual));
        match found {
            Some(row) => {
                let number = digits(row.get(Column::Number));
                Self { number, row: Some(row.index), line: Some(row.line) }
            }
            None => Self { number: ONE.to_owned(), row: None, line: None },
        }
    }
}

impl City<'_> {
    /// Something of a row that is open.
    pub(super) fn note(
        &mut self,
        row: &Row,
        column: Column,
        why: impl Into<String>,
        chose: impl Into<String>,
    ) {
        self.note_at(row.line, column, why.into(), chose.into());
    }

    /// The same of a row that is only known by its line.
    pub(super) fn note_at(&mut self, line: u64, column: Column, why: String, chose: String) {
        let heading = self.headings.get(&column).map_or(column.name(), String::as_str).to_owned();
        self.notes.push(Note { line: Some(line), column: heading, why, chose });
    }

    /// What concerns no row.
    pub(super) fn note_of(&mut self, about: &str, why: impl Into<String>, chose: impl Into<String>) {
        self.notes.push(Note { line: None, column: about.to_owned(), why: why.into(), chose: chose.into() });
    }

    fn row(&mut self, row: &Row) {
        let (written, place) = match row.get(Column::Number).split_once('@') {
            Some((number, place)) => (number, Some(place)),
            None => (row.get(Column::Number), None),
        };
        let plain = digits(written);
        if let Some((why, chose)) = no_number(written) {
            return self.note(row, Column::Number, why, chose);
        }
        let number = self.numbering.normalise(&plain, None);
        if number.as_str().is_empty() {
            return self.note(row, Column::Number, format!("`{plain}` is no number"), LEFT_OUT);
        }
        let (mode, sure) = self.mode(row, number.as_str());
        if mode.kind == Kind::Peer {
            return self.peer(row, &plain, place);
        }
        if let Some(line) = self.seen.get(number.as_str()).filter(|_| !self.is_the_one(row)) {
            let why = match line {
                Some(line) => format!("{plain} stands in line {line} already"),
                None => format!("{plain} is the one number itself"),
            };
            let chose = "the row is left out; see `from` and `until` for re-used numbers";
            return self.note(row, Column::Number, why, chose);
        }
        self.seen.insert(number.to_string(), Some(row.line));
        match mode.kind.clone() {
            Kind::Emergency => self.emergency(row, number.as_str()),
            Kind::Utility => self.utility(row, plain),
            Kind::OutOfScope => {
                self.draft.out_of_scope.insert(plain.clone(), name(row, &plain));
            }
            Kind::AliasOf(to) | Kind::Into(to) => {
                let dates = self.row_dates(row);
                if dates.cancel.is_some() {
                    let why = "another name ends with its hotline";
                    self.note(row, dates.cancel_column, why, "no end of its own");
                }
                for (column, date) in [(Column::TrialFrom, &dates.trial), (Column::FormalFrom, &dates.formal)]
                {
                    if date.is_some() {
                        let why = "another name has the phases of its hotline";
                        self.note(row, column, why, "no dates of its own");
                    }
                }
                let alias = Alias { name: name(row, &plain), number: plain, to, announce: None };
                self.aliases.push((row.line, alias));
            }
            Kind::Direct | Kind::Full | Kind::Dual | Kind::SubCenter | Kind::Peer => {
                self.hotline(row, plain, &mode, sure);
            }
        }
    }

    /// What a row is, and whether it says so itself.
    fn mode(&mut self, row: &Row, number: &str) -> (Mode, bool) {
        let written = row.filled(Column::Mode);
        let said = cells::mode(written);
        if EMERGENCY.iter().any(|(line, _)| *line == number) {
            if !written.is_empty() && said.as_ref().is_none_or(|mode| mode.kind != Kind::Emergency) {
                let why = format!("`{written}`, but {number} is an emergency line and is never merged");
                self.note(row, Column::Mode, why, "an emergency line");
            }
            return (Mode::of(Kind::Emergency), true);
        }
        let Some(mode) = said else {
            let why =
                if written.is_empty() { "no mode".to_owned() } else { format!("unknown mode `{written}`") };
            let (kind, chose) =
                if self.is_the_one(row) { (Kind::Direct, IS_THE_ONE) } else { (Kind::Dual, KEPT) };
            self.note(row, Column::Mode, why, chose);
            return (Mode::of(kind), false);
        };
        if self.is_the_one(row) {
            if mode.kind != Kind::Direct {
                let why =
                    format!("`{written}`, but no row says that it is the one number the others merge into");
                self.note(row, Column::Mode, why, IS_THE_ONE);
            }
            return (Mode::of(Kind::Direct), true);
        }
        let kind = match mode.kind.clone() {
            Kind::Direct => {
                let why = format!("`{written}`, but {} is the one number", self.one.number);
                self.note(row, Column::Mode, why, KEPT);
                return (Mode::of(Kind::Dual), false);
            }
            Kind::Emergency => {
                let why = format!("{number} is none of 110, 119, 120, 122");
                self.note(row, Column::Mode, why, "a linked utility");
                Kind::Utility
            }
            Kind::Into(to) if to == self.one.number => Kind::Full,
            other => other,
        };
        if mode.only_number && mode.kept == Some(false) {
            let why = format!("`{written}` says that the number ends, and not who answers");
            self.note(row, Column::Mode, why, "mode = \"full-merge\": 12345 answers");
        }
        if mode.only_number && mode.kept == Some(true) {
            let why = format!("`{written}` says that the number stays, and not who answers");
            self.note(row, Column::Mode, why, "mode = \"dual-number\": 12345 answers");
        }
        (Mode { kind, ..mode }, true)
    }

    fn is_the_one(&self, row: &Row) -> bool {
        self.one.row == Some(row.index)
    }

    /// Its name is the plan's; without a row it gets one.
    fn the_one_number(&mut self, settings: &Settings) {
        let number = self.one.number.clone();
        self.draft.name = if settings.name.is_empty() { number.clone() } else { settings.name.clone() };
        self.draft.number.clone_from(&number);
        // No row before it may take its number.
        self.seen.insert(self.numbering.normalise(&number, None).to_string(), self.one.line);
        if self.one.row.is_some() {
            return;
        }
        let name = "政务服务便民热线".to_owned();
        self.draft.hotlines.push(Hotline { number, name, mode: "direct", ..Hotline::default() });
        self.dates.push(Dates::default());
        let chose = format!("{ONE}, mode = \"direct\", is added");
        self.note_of(Column::Mode.name(), "no row is the one number the others merge into", chose);
    }

    /// What no sheet knows.
    fn general(&mut self) {
        if self.draft.waves.is_empty() {
            self.note_of(Column::TrialFrom.name(), "no row has dates", "everything is in formal operation");
        } else {
            self.undated();
        }
        for i in 0..self.draft.trunks.len() {
            let Some(trunk) = self.draft.trunks.get(i) else { continue };
            let why = format!("a sheet has no addresses; trunk `{}`", trunk.key);
            self.note_of("trunks.toml", why, super::print::stand_in(i));
        }
        let chose = "one agent a queue, with a password by chance";
        self.note_of("agents.toml", "a sheet has no people", chose);
    }

    /// Rows that say not when they merge, where others do.
    fn undated(&mut self) {
        let hotlines = self.draft.hotlines.iter().zip(&self.dates);
        let undated = hotlines.filter(|(hotline, dates)| {
            hotline.mode != "direct" && dates.trial.is_none() && dates.formal.is_none()
        });
        let numbers: Vec<&str> = undated.map(|(hotline, _)| hotline.number.as_str()).collect();
        if !numbers.is_empty() {
            let first = numbers.get(..UNDATED_SHOWN).unwrap_or(&numbers).join(" ");
            let more = numbers.len().saturating_sub(UNDATED_SHOWN);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            let why = format!("no trial and no formal date: {first}{more}");
            self.note_of(Column::TrialFrom.name(), why, "in formal operation since ever");
        }
    }
}

/// The name of a row; its number, if it has none.
pub(super) fn name(row: &Row, number: &str) -> String {
    let written = row.filled(Column::Name);
    if written.is_empty() { number.to_owned() } else { written.to_owned() }
}

/// A name as plans write them: `culture_tourism` → `culture-tourism`.
pub(super) fn word(text: &str) -> String {
    let text = text.trim().to_lowercase();
    let text: String = text.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).take(40).collect();
    text.trim_matches('-').to_owned()
}

/// A number without blanks and brackets.
fn digits(written: &str) -> String {
    written.chars().filter(|c| !c.is_whitespace() && !"()\u{ff08}\u{ff09}".contains(*c)).collect()
}

/// Why a cell is not one number, and what is done then.
fn no_number(written: &str) -> Option<(String, &'static str)> {
    let plain = digits(written);
    if plain.is_empty() {
        return Some(("no number".to_owned(), LEFT_OUT));
    }
    if is_number(&plain) && !is_several(written) {
        return None;
    }
    let shown = written.split_whitespace().collect::<Vec<_>>().join(" ");
    if is_several(written) {
        return Some((
            format!("`{shown}` is more than one number"),
            "the row is left out: give each a row of its own",
        ));
    }
    Some((format!("`{shown}` is no number"), LEFT_OUT))
}

/// Five digits and more are a number by themselves, and nothing stands behind it: `12341 12342`, `12332-12335`, `12345-1`.
/// Fewer are a part of one: `0510-88886666`, `8888 6666`. A second line is a second number.
fn is_several(written: &str) -> bool {
    let groups = |text: &str| -> Vec<usize> {
        text.split(|c: char| !c.is_ascii_digit()).map(str::len).filter(|digits| *digits > 0).collect()
    };
    let lines = written.lines().filter(|line| !groups(line).is_empty()).count();
    let groups = groups(written);
    let whole = groups.iter().position(|digits| *digits >= 5);
    lines > 1 || whole.is_some_and(|i| i + 1 < groups.len())
}

/// Whether it can be a key of a plan.
fn is_number(plain: &str) -> bool {
    plain.len() <= 20
        && plain.bytes().any(|b| b.is_ascii_digit())
        && plain.chars().all(|c| c.is_ascii_digit() || "+-".contains(c))
}

/// The area code most numbers of the sheet carry.
fn area_code(sheet: &Sheet) -> Result<String, BadSheet> {
    let mut codes: BTreeMap<String, usize> = BTreeMap::new();
    for row in &sheet.rows {
        let code = row.get(Column::Number).split_once('-').map(|(code, _)| code);
        if let Some(code) = code.filter(|code| is_area_code(code)) {
            *codes.entry(code.to_owned()).or_default() += 1;
        }
    }
    codes.into_iter().rev().max_by_key(|(_, rows)| *rows).map(|(code, _)| code).ok_or(BadSheet::NoAreaCode)
}

pub(super) const GENERAL: &str = "general";
pub(super) const CARRIER: &str = "carrier";
/// Numbers without dates that are named.
const UNDATED_SHOWN: usize = 5;
const LEFT_OUT: &str = "the row is left out";
const ONE: &str = "12345";
const IS_THE_ONE: &str = "mode = \"direct\": the one number the others merge into";
const KEPT: &str = "mode = \"dual-number\", number = \"kept\": its callers reach the general queue";
pub(super) const EMERGENCY: [(&str, &str); 4] =
    [("110", "公安报警"), ("119", "火警"), ("120", "医疗急救"), ("122", "交通事故")];
