//! Text of strangers on its way to a terminal: harmless.
//!
//! Control characters carry ANSI sequences (CWE-150) or begin a line of their own, directional and invisible ones make a
//! line say what it does not; all become `\u{…}`. It does not judge words, and it cuts nothing.

use std::fmt::Write;

/// `text`, harmless, as one line.
pub fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    text.chars().for_each(|c| push(&mut out, c));
    out
}

/// Appends a character, harmless.
pub fn push(out: &mut String, c: char) {
    if is_harmless(c) {
        out.push(c);
    } else {
        // Writing to a String does not fail.
        write!(out, "\\u{{{:x}}}", u32::from(c)).ok();
    }
}

fn is_harmless(c: char) -> bool {
    let hides = matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}');
    !c.is_control() && !hides
}

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
}
