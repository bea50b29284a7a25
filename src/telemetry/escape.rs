//! Strangers' text on its way to a terminal, a file, a person: harmless, and without telephone numbers.
//!
//! Control characters carry ANSI sequences (CWE-150), directional and invisible ones make a line say what it does not;
//! both become `\u{…}`. It does not judge words.

use std::fmt::Write;

use crate::event::Number;

/// Appends `text` to `out`, harmless, and cut after [`TEXT_MAX`] characters.
pub fn push(out: &mut String, text: &str) {
    for (i, c) in text.chars().enumerate() {
        if i == TEXT_MAX {
            out.push('…');
            return;
        }
        if is_harmless(c) {
            out.push(c);
        } else {
            // Writing to a String does not fail.
            write!(out, "\\u{{{:x}}}", u32::from(c)).ok();
        }
    }
}

/// `text`, harmless.
pub fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    push(&mut out, text);
    out
}

/// `text` with every run of seven digits or more masked like a number: a user name, a contact or a rule may hold one.
pub fn mask_runs(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, from) = rest.split_at_checked(start).unwrap_or((rest, ""));
        let length = from.find(|c: char| !c.is_ascii_digit()).unwrap_or(from.len());
        let (digits, after) = from.split_at_checked(length).unwrap_or((from, ""));
        out.push_str(before);
        out.push_str(&Number::new(digits).masked());
        rest = after;
    }
    out.push_str(rest);
    out
}

fn is_harmless(c: char) -> bool {
    let hides = matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}');
    !c.is_control() && !hides
}

/// The longest text shown whole.
pub const TEXT_MAX: usize = 512;

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(printable(text), expected);
    }

    #[test]
    fn what_steers_a_terminal_or_turns_a_line_around_is_shown_as_what_it_is() {
        check("\x1b[31mred\x1b[0m", "\\u{1b}[31mred\\u{1b}[0m");
        check("a\r\nfake line", "a\\u{d}\\u{a}fake line");
        check("\u{9b}2J", "\\u{9b}2J");
        check("abc\u{202e}cba\u{2066}", "abc\\u{202e}cba\\u{2066}");
        check("a\u{200b}b\u{feff}\u{e0041}", "a\\u{200b}b\\u{feff}\\u{e0041}");
        check("您好,人社12333 ñ 👍", "您好,人社12333 ñ 👍");
    }

    #[test]
    fn an_endless_text_is_cut() {
        assert_eq!(printable(&"x".repeat(100_000)).chars().count(), TEXT_MAX + 1);
    }

    #[test]
    fn numbers_inside_texts_are_masked_and_addresses_are_not() {
        assert_eq!(mask_runs("sip:13800001234@10.0.0.5:5060"), "sip:138****1234@10.0.0.5:5060");
        assert_eq!(mask_runs("alias 12331 of 12315"), "alias 12331 of 12315");
        assert_eq!(mask_runs("城051088886666"), "城051*****6666");
        assert_eq!(mask_runs(""), "");
    }
}
