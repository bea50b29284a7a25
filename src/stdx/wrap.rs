//! A long line in several: for a terminal, where some characters take two columns.

use unicode_width::UnicodeWidthStr;

/// Breaks `text` between words so that no line is wider than `columns`, where words allow it. Each line but the first is
/// indented, and each ends.
pub fn wrap(text: &str, columns: usize, indent: usize) -> String {
    let mut lines = String::with_capacity(text.len() + 1);
    let mut line = String::new();
    for word in text.split_inclusive(' ') {
        if line.width() > indent && line.width() + word.trim_end().width() > columns {
            lines.push_str(line.trim_end());
            lines.push('\n');
            line = " ".repeat(indent);
        }
        line.push_str(word);
    }
    lines.push_str(line.trim_end());
    lines.push('\n');
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_broken_between_words_and_its_rest_is_indented() {
        assert_eq!(wrap("one two three", 80, 4), "one two three\n");
        assert_eq!(wrap("one two three", 9, 2), "one two\n  three\n");
        assert_eq!(wrap("one two three", 7, 2), "one two\n  three\n", "a blank at the end takes no room");
        assert_eq!(wrap("一二 三四 五六", 9, 2), "一二 三四\n  五六\n", "two columns each");
        assert_eq!(wrap("unbreakable word", 5, 4), "unbreakable\n    word\n");
        assert_eq!(wrap("", 5, 4), "\n");
        assert_eq!(wrap("  two  blanks", 80, 4), "  two  blanks\n");
    }
}
