//! Strangers' text on its way to a terminal, a file, a person: harmless, and without telephone numbers.
//!
//! What harmless means is said by [`printable`](fn@crate::stdx::printable). It does not judge words.

use crate::event::Number;
use crate::stdx;

/// Appends `text` to `out`, harmless, and cut after [`TEXT_MAX`] characters.
pub fn push(out: &mut String, text: &str) {
    for (i, c) in text.chars().enumerate() {
        if i == TEXT_MAX {
            out.push('…');
            return;
        }
        stdx::printable::push(out, c);
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

/// The longest text shown whole.
pub const TEXT_MAX: usize = 512;

#[cfg(test)]
mod tests {
    use super::*;

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
