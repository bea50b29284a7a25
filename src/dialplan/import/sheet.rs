//! Bytes → cells, with everything that happens to a list of hotlines on its way through spreadsheets: a byte order
//! mark, UTF-16, GBK, `;` and tabs, CRLF and CR, full-width digits, numbers that became `12345.0`, empty rows, merged
//! cells, and headings in Chinese, of several lines too.
//!
//! GBK and UTF-16 are read by `encoding_rs` (the WHATWG Encoding standard, as browsers do): a table of our own for
//! 24,000 characters would be larger than the rest of this module, and wrong somewhere.

use std::collections::BTreeMap;

use encoding_rs::{GB18030, UTF_8, UTF_16BE, UTF_16LE};

use super::headings::{Column, is_passed_over, is_vague, plain};
use super::{Note, cells};

/// A list of hotlines, cleaned.
#[derive(Clone, Debug, Default)]
pub struct Sheet {
    /// The rows that hold anything.
    pub rows: Vec<Row>,
    /// What its columns are called.
    pub headings: BTreeMap<Column, String>,
    /// What was odd on the way.
    pub notes: Vec<Note>,
}

/// One row.
#[derive(Clone, Debug)]
pub struct Row {
    /// Which of the rows it is.
    pub index: usize,
    /// Its line in the file.
    pub line: u64,
    cells: Vec<(Column, String)>,
}

/// Why a file is no list of hotlines.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum BadSheet {
    /// It holds nothing.
    #[error("the file is empty")]
    Empty,
    /// A workbook, not a text.
    #[error("this is a spreadsheet program's own format, not CSV")]
    Workbook,
    /// Neither UTF-8, UTF-16 nor GBK.
    #[error("the text is neither UTF-8, UTF-16 nor GBK")]
    Encoding,
    /// No line of headings; what the first line says.
    #[error("no line has the heading `number` (号码) and another that is known; the first line says {0}")]
    NoHeadings(String),
    /// Nothing below them.
    #[error("there are no hotlines below the headings")]
    NoRows,
    /// More than anybody merges.
    #[error("more than {ROWS_MAX} rows")]
    TooLong,
    /// Nothing to dial from afar.
    #[error("no number of the sheet has an area code")]
    NoAreaCode,
}

impl Row {
    /// A cell; empty when there is none.
    pub fn get(&self, column: Column) -> &str {
        self.cells.iter().find(|(c, _)| *c == column).map_or("", |(_, text)| text)
    }

    /// The same, where `-` or `无` is no answer either.
    pub fn filled(&self, column: Column) -> &str {
        Some(self.get(column)).filter(|cell| !cells::blank(cell)).unwrap_or_default()
    }
}

/// Reads a sheet.
///
/// # Errors
/// When it is none.
pub fn read(bytes: &[u8]) -> Result<Sheet, BadSheet> {
    let text = decode(bytes)?;
    let mut sheet = Sheet::default();
    let (separator, first) = headings(&text).ok_or_else(|| BadSheet::NoHeadings(seen(&text)))?;
    let mut reader = csv(text.get(first.start..).unwrap_or_default(), separator);
    let mut columns: Vec<Option<Column>> = vec![];
    let mut nameless = vec![];
    // Texts in memory cannot fail to be read, and cells are UTF-8 as the whole is.
    for (i, record) in reader.records().filter_map(Result::ok).enumerate() {
        if i == 0 {
            columns = sheet.known(&record, first.line);
            nameless = record.iter().map(|heading| clean(heading).is_empty()).collect();
            continue;
        }
        let line = first.line + record.position().map_or(0, csv::Position::line).saturating_sub(1);
        if let Some(rows) = rows_within(&record, separator, columns.len()) {
            let why =
                format!("a quotation mark opens here, and {rows} more lines follow before one closes it");
            sheet.note(
                line,
                String::new(),
                &why,
                "the row and those lines are left out: close it, or take it out",
            );
            continue;
        }
        if let Some(total) = record.iter().find(|cell| cells::is_total(cell)) {
            let why = format!("`{}`: a sum below the list", clean(total));
            sheet.note(line, String::new(), &why, "the row is left out");
            continue;
        }
        sheet.overlong(&record, columns.len(), line);
        sheet.below_nothing(&record, &mut nameless, line);
        let cells = columns.iter().zip(&record).filter_map(|(column, cell)| Some(((*column)?, clean(cell))));
        let cells: Vec<(Column, String)> = cells.filter(|(_, cell)| !cell.is_empty()).collect();
        if !cells.is_empty() {
            sheet.rows.push(Row { index: sheet.rows.len(), line, cells });
        }
        if sheet.rows.len() > ROWS_MAX {
            return Err(BadSheet::TooLong);
        }
    }
    if sheet.rows.is_empty() { Err(BadSheet::NoRows) } else { Ok(sheet) }
}

fn decode(bytes: &[u8]) -> Result<String, BadSheet> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(BadSheet::Empty);
    }
    // ZIP (xlsx, ods) and OLE (xls).
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        return Err(BadSheet::Workbook);
    }
    let encoding = if bytes.starts_with(b"\xff\xfe") {
        UTF_16LE
    } else if bytes.starts_with(b"\xfe\xff") {
        UTF_16BE
    } else if std::str::from_utf8(bytes).is_ok() {
        UTF_8
    } else {
        GB18030
    };
    let (text, malformed) = encoding.decode_with_bom_removal(bytes);
    if malformed || text.contains('\0') {
        return Err(BadSheet::Encoding);
    }
    // Spreadsheets of old end lines with CR alone.
    Ok(text.replace("\r\n", "\n").replace('\r', "\n"))
}

fn csv(text: &str, separator: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new()
        .delimiter(separator)
        .comment(Some(b'#'))
        .flexible(true)
        .has_headers(false)
        .from_reader(text.as_bytes())
}

/// Where the headings stand.
struct First {
    start: usize,
    line: u64,
}

/// The first line at which a row begins that has the heading of the number, and the separator by which it does.
fn headings(text: &str) -> Option<(u8, First)> {
    let mut start = 0;
    for (i, line) in text.split_inclusive('\n').enumerate().take(HEADINGS_WITHIN) {
        if !line.starts_with('#') {
            let row =
                text.get(start..text.floor_char_boundary(start + HEADINGS_BYTES_MAX)).unwrap_or_default();
            let count = |separator: char| known_headings(row, separator);
            let best = SEPARATORS.into_iter().max_by_key(|separator| count(*separator)).unwrap_or(',');
            if count(best) > 1 {
                let line = u64::try_from(i).unwrap_or(0) + 1;
                return Some((u8::try_from(best).unwrap_or(b','), First { start, line }));
            }
        }
        start += line.len();
    }
    None
}

/// How many headings the row has with which a text begins; none, if that of the number is not among them.
fn known_headings(text: &str, separator: char) -> usize {
    let first = csv(text, u8::try_from(separator).unwrap_or(b',')).records().next();
    let Some(Ok(record)) = first else { return 0 };
    let columns: Vec<_> = record.iter().map(|cell| Column::of(&plain(cell))).collect();
    if columns.contains(&Some(Column::Number)) { columns.iter().flatten().count() } else { 0 }
}

/// The cells of the first line that has any, as the separator that finds the most has them.
fn seen(text: &str) -> String {
    let line =
        text.lines().find(|line| !line.starts_with('#') && !line.trim().is_empty()).unwrap_or_default();
    let best = SEPARATORS.into_iter().max_by_key(|separator| line.matches(*separator).count()).unwrap_or(',');
    let cells: Vec<String> =
        line.split(best).map(|cell| format!("`{}`", clean(cell.trim_matches('"')))).collect();
    let shown = cells.get(..SEEN_MAX).unwrap_or(&cells).join(", ");
    if cells.len() > SEEN_MAX { format!("{shown} …") } else { shown }
}

impl Sheet {
    /// What each column means, and what is odd about its heading.
    fn known(&mut self, record: &csv::StringRecord, line: u64) -> Vec<Option<Column>> {
        let mut columns: Vec<Option<Column>> = vec![];
        for cell in record {
            let (heading, shown) = (plain(cell), clean(cell).replace('\n', " "));
            let found = Column::of(&heading).filter(|column| !columns.contains(&Some(*column)));
            let odd = match (found, Column::of(&heading)) {
                (Some(column), _) if is_vague(&heading) => Some(vague(column)),
                (Some(_), _) => None,
                (None, Some(_)) => Some(("an earlier column has the same meaning", NOT_READ)),
                (None, None) if heading.is_empty() || is_passed_over(&heading) => None,
                (None, None) => Some(("unknown heading", NOT_READ)),
            };
            if let Some((why, chose)) = odd {
                self.note(line, shown.clone(), why, chose);
            }
            if let Some(column) = found {
                self.headings.insert(column, shown);
            }
            columns.push(found);
        }
        columns
    }

    /// A comma in a cell without quotation marks makes two cells of it, and everything behind means something else.
    fn overlong(&mut self, record: &csv::StringRecord, columns: usize, line: u64) {
        if record.iter().skip(columns).any(|cell| !clean(cell).is_empty()) {
            let why = format!(
                "{} cells below {columns} headings: is a comma in a cell without \"…\" around it?",
                record.len()
            );
            self.note(
                line,
                String::new(),
                &why,
                "the cells as they stand, those beyond the last heading not",
            );
        }
    }

    /// A heading over merged cells stands above the first of them only. Each such column is told once.
    fn below_nothing(&mut self, record: &csv::StringRecord, nameless: &mut [bool], line: u64) {
        for (i, (nameless, cell)) in nameless.iter_mut().zip(record).enumerate() {
            let cell = clean(cell);
            if *nameless && !cell.is_empty() {
                *nameless = false;
                let why = format!("column {} has no heading, and holds `{cell}`", i + 1);
                self.note(line, String::new(), &why, NOT_READ);
            }
        }
    }

    fn note(&mut self, line: u64, column: String, why: &str, chose: &str) {
        self.notes.push(Note { line: Some(line), column, why: why.to_owned(), chose: chose.to_owned() });
    }
}

/// How many lines a cell holds that look like rows: whoever breaks a line within a cell does not write a row's separators
/// there, but may write a comma or two.
fn rows_within(record: &csv::StringRecord, separator: u8, columns: usize) -> Option<usize> {
    let whole = columns.saturating_sub(1).max(1);
    let least = whole.div_ceil(2).max(whole.min(3));
    let is_row = |line: &&str| line.bytes().filter(|b| *b == separator).count() >= least;
    let further = |cell: &str| cell.lines().skip(1).filter(is_row).count();
    record.iter().map(further).max().filter(|rows| *rows > 0)
}

/// A heading that does not say on which side of the end its day lies.
fn vague(column: Column) -> (&'static str, &'static str) {
    if column == Column::CancelFrom {
        ("the last day of service, or the first without?", "the first day without, as `cancel` of a plan")
    } else {
        ("the last day of service, or the first without?", "the last day: service ends with it")
    }
}

/// A cell without what spreadsheets and input methods put in: full-width forms, odd spaces, `12345.0`, `'12345`.
pub(super) fn clean(cell: &str) -> String {
    let narrow = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' if c.is_alphanumeric() || "-./:+@".contains(half(c)) => half(c),
        '\u{3000}' | '\u{a0}' => ' ',
        '—' | '–' | '‐' | '−' => '-',
        c => c,
    };
    let text: String = cell.chars().filter(|c| !matches!(c, '\u{feff}' | '\u{200b}')).map(narrow).collect();
    let text = text.trim();
    let text = text.strip_prefix('\'').unwrap_or(text);
    let number = text.strip_suffix(".0").filter(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
    number.unwrap_or(text).chars().take(CELL_CHARS_MAX).collect()
}

fn half(c: char) -> char {
    u32::from(c).checked_sub(0xfee0).and_then(char::from_u32).unwrap_or(c)
}

const SEPARATORS: [char; 3] = ['\t', ';', ','];
const HEADINGS_WITHIN: usize = 50;
/// What one row of headings may take: behind a quotation mark that is not closed, it would be the whole file.
const HEADINGS_BYTES_MAX: usize = 16 << 10;
/// Cells that are told of a line without headings.
const SEEN_MAX: usize = 12;
/// Most rows: every hotline of a province, ten times.
const ROWS_MAX: usize = 20_000;
const CELL_CHARS_MAX: usize = 500;
const NOT_READ: &str = "the column is not read";
