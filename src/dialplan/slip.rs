//! A value that is not TOML, and what was probably meant: whoever never wrote TOML before forgets quotes, writes those of
//! his input method, or a date as he is used to.

use std::ops::Range;

use toml::de::Error;

use crate::dialplan::{Diagnostic, Place};

/// A fault of syntax.
#[derive(Debug)]
pub(super) struct Slip {
    /// Where the reader stumbled.
    at: Option<Range<usize>>,
    /// The value it lies in.
    value: Range<usize>,
    message: String,
    help: String,
    /// Where a table that stands twice stands first.
    first: Option<Range<usize>>,
}

impl Slip {
    /// What the reader of a text found; of a table that stands twice not its keys beside.
    pub(super) fn all<'e>(text: &str, errors: impl IntoIterator<Item = &'e Error>) -> Vec<Self> {
        let mut all: Vec<Self> = vec![];
        let mut twice = 0..0;
        for error in errors {
            let slip = Self::of(text, error);
            let at = slip.at.clone().unwrap_or_default();
            if error.message().contains(TWICE) && twice.contains(&at.start) {
                continue;
            }
            if slip.first.is_some() {
                let rest = text.get(at.end..).unwrap_or_default();
                twice = at.end..at.end + rest.find("\n[").unwrap_or(rest.len());
            }
            all.push(slip);
        }
        all
    }

    fn of(text: &str, error: &Error) -> Self {
        let at = error.span();
        let value = at.clone().map_or(0..0, |at| value_around(text, at.start));
        let (message, help) = remedy(text.get(value.clone()).unwrap_or_default(), error.message());
        let first = at.clone().filter(|_| error.message().contains(TWICE)).and_then(|at| header(text, at));
        Self { at, value, message, help, first }
    }

    /// Whether a fault is said of what could not be read.
    pub(super) fn explains(&self, fault: &Diagnostic) -> bool {
        let within = |at: &Place| self.value.start <= at.start && at.end <= self.value.end;
        fault.code == "dp004" && fault.at.as_ref().is_some_and(within)
    }

    pub(super) fn tell(self, file: usize) -> Diagnostic {
        let at = self.at.map(|at| Place::new(file, at));
        let slip = Diagnostic::error("dp002", at, self.message).help(self.help);
        match self.first {
            Some(first) => slip.also(Place::new(file, first), "first here"),
            None => slip,
        }
    }
}

/// The same header of a table, earlier in the text; `None` if this is no header.
fn header(text: &str, at: Range<usize>) -> Option<Range<usize>> {
    let start = text.get(..at.start)?.rfind('\n').map_or(0, |i| i + 1);
    let line = text.get(start..)?.lines().next()?.trim_end();
    if !line.starts_with('[') {
        return None;
    }
    let mut from = 0;
    for earlier in text.get(..start)?.split_inclusive('\n') {
        if earlier.trim_end() == line {
            return Some(from..from + line.len());
        }
        from += earlier.len();
    }
    None
}

/// From what begins a value to what ends it, on this line.
fn value_around(text: &str, at: usize) -> Range<usize> {
    let (before, behind) = text.split_at_checked(at).unwrap_or(("", ""));
    let start = before.rfind(['=', ',', '[', '{', '\n']).map_or(0, |i| i + 1);
    let end = at + behind.find([',', ']', '}', '#', '\n', '=']).unwrap_or(behind.len());
    let whole = text.get(start..end).unwrap_or_default();
    let start = end - whole.trim_start().len();
    start..start + whole.trim().len()
}

fn remedy(value: &str, message: &str) -> (String, String) {
    let quoted = |bare: &str| format!("put it in quotes: \"{bare}\"");
    let bare = value.trim_matches(QUOTES);
    if message.contains(TWICE) {
        let help = "a name may stand only once: rename one, or put what both say into one";
        (said(message), help.to_owned())
    } else if value.starts_with(QUOTES) {
        let help = format!("write the straight quotes of TOML: \"{bare}\"");
        ("these quotes are none of TOML's".to_owned(), help)
    } else if let Some((wide, narrow)) = WIDE.iter().find(|(wide, _)| value.contains(*wide)) {
        let help = format!("write `{narrow}` where `{wide}` stands");
        (format!("`{wide}` is no sign of TOML's"), help)
    } else if let Some(narrow) = narrow(value) {
        let text = if is_like_a_date(&narrow) { String::new() } else { format!("; {}", quoted(value)) };
        (format!("`{value}` has full-width digits"), format!("write half-width digits: {narrow}{text}"))
    } else if value.contains("..") {
        ("days from one to another are a text, and a text stands in quotes".to_owned(), quoted(value))
    } else if let Some(remedy) = odd_date(value) {
        remedy
    } else if is_like_a_date(value) {
        let help = "write dates without quotes: 2021-12-01, or 2021-12-01T08:30:00+08:00";
        (format!("{value} is not a date"), help.to_owned())
    } else if value.len() > 1 && value.starts_with('0') && value.bytes().all(|b| b.is_ascii_digit()) {
        ("digits that begin with 0 are no number of TOML's".to_owned(), quoted(value))
    } else if is_bare(value) && NO_TEXT.iter().any(|part| message.contains(part)) {
        ("a text stands in quotes".to_owned(), quoted(value))
    } else {
        (said(message), "see https://toml.io for how TOML is written".to_owned())
    }
}

/// A date or a number with half-width digits and signs, if an input method has put wide ones.
fn narrow(value: &str) -> Option<String> {
    let half = |c: char| match c {
        '\u{ff10}'..='\u{ff19}' | '\u{ff0d}' | '\u{ff0e}' | '\u{ff0f}' | '\u{ff1a}' | '\u{ff0b}' => {
            char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c)
        }
        c => c,
    };
    let narrow: String = value.chars().map(half).collect();
    let is_number = narrow.bytes().all(|b| b.is_ascii_digit());
    (narrow != value && (is_number || is_like_a_date(&narrow))).then_some(narrow)
}

/// `2021-11-31`, `2021-10-25 8:30`: written as dates are, and none.
fn odd_date(value: &str) -> Option<(String, String)> {
    let (day, time) = value.split_at_checked(10)?;
    let shape = |(i, b): (usize, u8)| if i == 4 || i == 7 { b == b'-' } else { b.is_ascii_digit() };
    if !day.bytes().enumerate().all(shape) {
        return None;
    }
    if day.parse::<jiff::civil::Date>().is_err() {
        return Some((
            format!("there is no {day}"),
            "see which months there are, and how long this one is".to_owned(),
        ));
    }
    let help = format!("write hour and minute with two digits each: {day}T08:30, or {day}T08:30:00+08:00");
    (!time.is_empty()).then(|| (format!("`{}` is no time of day", time.trim_start_matches(['T', ' '])), help))
}

/// Four digits, and then what people write behind a year; four numbers are an address.
fn is_like_a_date(value: &str) -> bool {
    if value.matches('.').count() > 2 {
        return false;
    }
    let mut parts = value.split_inclusive(['-', '/', '.', '年']);
    let year = parts.next().and_then(|year| year.strip_suffix(['-', '/', '.', '年']));
    let month = parts.next().and_then(|rest| rest.split(|c: char| !c.is_ascii_digit()).next()).unwrap_or("");
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    year.is_some_and(|year| year.len() == 4 && digits(year))
        && (1..=2).contains(&month.len())
        && digits(month)
}

/// A text of one line that only lacks its quotes.
fn is_bare(value: &str) -> bool {
    !value.is_empty() && !value.contains(['"', '\'', '\\'])
}

/// As a part of a sentence of ours.
pub(super) fn said(message: &str) -> String {
    let mut chars = message.trim_end_matches('.').chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

/// As the reader says it.
const TWICE: &str = "duplicate key";
/// What input methods and word processors make of `"`.
const QUOTES: [char; 7] = ['“', '”', '‘', '’', '\u{ff02}', '「', '」'];
/// Signs of input methods, and TOML's.
const WIDE: [(char, char); 9] = [
    ('，', ','),
    ('、', ','),
    ('＝', '='),
    ('［', '['),
    ('］', ']'),
    ('【', '['),
    ('】', ']'),
    ('｛', '{'),
    ('｝', '}'),
];
/// What the reader says of a text without quotes.
const NO_TEXT: [&str; 4] = ["must be quoted", "invalid float", "invalid integer", "expected nothing"];
