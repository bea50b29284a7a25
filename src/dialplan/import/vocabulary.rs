//! The words a list may use, for people: what `tongjie import --help` says.

use unicode_width::UnicodeWidthStr;

use super::{cells, date, headings};

/// All headings, modes and forms of dates.
pub fn vocabulary() -> String {
    let mut text = String::from(
        "Headings (capitals do not matter; blank, - and _ are one; of 号码(短号) only 号码 counts):\n",
    );
    for (first, rest) in headings::heading_words() {
        entry(&mut text, first, &rest);
    }
    text.push_str("\nModes (several in one cell mean all of them: 双号并行,设专席):\n");
    for (first, rest) in cells::mode_words() {
        entry(&mut text, first, &rest);
    }
    text.push_str(
        "\nNumbers: digits, as dialled; a peer platform's own 12345 with its place, 12345@jiangyin.\n",
    );
    text.push_str("\nDates:\n");
    let forms: Vec<&str> = date::FORMS.split("  ").collect();
    lines(&mut text, "  ", &forms, "  ");
    text
}

fn entry(text: &mut String, first: &str, rest: &[&str]) {
    let first = format!("  {first}{}", " ".repeat(NAME_COLUMNS.saturating_sub(first.width())));
    lines(text, &first, rest, ", ");
}

/// Words in lines that fit a terminal, each below the first.
fn lines(text: &mut String, first: &str, words: &[&str], between: &str) {
    let mut line = first.to_owned();
    let indent = first.width();
    for (i, word) in words.iter().enumerate() {
        let more = if i + 1 < words.len() { between } else { "" };
        if line.width() + word.width() + more.width() > COLUMNS && line.width() > indent {
            text.push_str(&format!("{}\n", line.trim_end()));
            line = " ".repeat(indent);
        }
        line.push_str(word);
        line.push_str(more);
    }
    text.push_str(&format!("{}\n", line.trim_end()));
}

const NAME_COLUMNS: usize = 20;
const COLUMNS: usize = 96;
