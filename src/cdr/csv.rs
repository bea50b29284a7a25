//! Rows as CSV (RFC 4180, UTF-8 with a byte order mark, which Excel needs to see Chinese).
//!
//! Texts come from strangers, and a spreadsheet runs a cell that begins like a formula (CWE-1236). So a text
//! whose first character could begin one, the full-width forms of East Asian input included, gets a leading
//! `'`; `+86…` becomes `'+86…`. Control and direction characters are replaced; every cell is quoted.

use std::io::{self, Write};

use ::csv::{QuoteStyle, Terminator, Writer, WriterBuilder};
use jiff::tz::TimeZone;

use super::row::{Cell, Row, time_text};

/// Writes rows under one line of names. Numbers are written as the rows have them: give it
/// [`Row::seen`] rows.
#[derive(Debug)]
pub struct CsvWriter<W: Write> {
    out: Writer<W>,
    zone: TimeZone,
}

impl<W: Write> CsvWriter<W> {
    /// Begins a file. Instants are shown in `zone`.
    pub fn new(mut out: W, zone: TimeZone) -> io::Result<Self> {
        out.write_all("\u{feff}".as_bytes())?;
        let mut out = WriterBuilder::new()
            .quote_style(QuoteStyle::Always)
            .terminator(Terminator::CRLF)
            .from_writer(out);
        out.write_record(Row::default().cells().iter().map(|(name, _)| name))?;
        Ok(Self { out, zone })
    }

    /// Writes one row.
    pub fn write(&mut self, row: &Row) -> io::Result<()> {
        let cells = row.cells();
        let texts = cells.iter().map(|(_, cell)| match cell {
            Cell::Nothing => String::new(),
            Cell::Flag(flag) => u8::from(*flag).to_string(),
            Cell::Whole(number) => number.to_string(),
            Cell::Time(at) => time_text(*at, &self.zone, LOCAL),
            Cell::Text(text) => safe(text),
            Cell::Texts(texts) => safe(&texts.join(" ")),
        });
        Ok(self.out.write_record(texts)?)
    }

    /// Writes out what is held back, and ends the file.
    pub fn finish(mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// The text as a cell that no spreadsheet runs.
pub fn safe(text: &str) -> String {
    let clean: String =
        text.chars().map(|c| if unprintable(c) { char::REPLACEMENT_CHARACTER } else { c }).collect();
    let first = clean.chars().find(|c| !c.is_whitespace());
    let risky = first.is_some_and(|c| FORMULA.contains(&c)) || text.starts_with(['\t', '\r', '\n']);
    if risky { format!("'{clean}") } else { clean }
}

/// Control characters, and those that turn the direction of what follows.
fn unprintable(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// What a formula can begin with.
const FORMULA: &[char] = &['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];

/// What spreadsheets read as a time.
const LOCAL: &str = "%Y-%m-%d %H:%M:%S.%3f";

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, cell: &str) {
        assert_eq!(safe(text), cell);
    }

    #[test]
    fn no_cell_begins_like_a_formula() {
        check("=cmd|'/c calc'!A0", "'=cmd|'/c calc'!A0");
        check("+8613800001234", "'+8613800001234");
        check("-1+1", "'-1+1");
        check("@SUM(A1)", "'@SUM(A1)");
        check("\t=1", "'\u{fffd}=1");
        check("\r=1", "'\u{fffd}=1");
        check("  =1", "'  =1");
        check("\u{ff1d}1", "'\u{ff1d}1");
        check("城建服务热线", "城建服务热线");
        check("13800001234", "13800001234");
        check("", "");
    }

    #[test]
    fn control_and_direction_characters_do_not_reach_the_file() {
        check("a\0b\x1b[31mc\u{202e}d\u{9b}e\nf", "a\u{fffd}b\u{fffd}[31mc\u{fffd}d\u{fffd}e\u{fffd}f");
    }
}
