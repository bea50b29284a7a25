//! Listings in columns. Chinese characters take two columns of a terminal, so widths are counted and not lengths.

use unicode_width::UnicodeWidthStr;

use crate::telemetry::escape::printable;

/// A listing: names of columns, rows of cells.
pub(super) fn table(names: &[&str], rows: &[Vec<String>]) -> String {
    let rows: Vec<Vec<String>> =
        rows.iter().map(|row| row.iter().map(|cell| shown(cell)).collect()).collect();
    let mut widths: Vec<usize> = names.iter().map(|name| name.width()).collect();
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.width());
        }
    }
    let mut text = line(names.iter().copied(), &widths);
    for row in &rows {
        text.push_str(&line(row.iter().map(String::as_str), &widths));
    }
    text
}

/// `1h02m`, `3m07s`, `12s`.
pub(super) fn duration(ms: u64) -> String {
    let (h, m, s) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1000 % 60);
    match (h, m) {
        (0, 0) => format!("{s}s"),
        (0, _) => format!("{m}m{s:02}s"),
        _ => format!("{h}h{m:02}m"),
    }
}

/// `12.3`: milliseconds as seconds, microseconds as milliseconds.
pub(super) fn tenths(thousandths: u64) -> String {
    format!("{}.{}", thousandths / 1000, thousandths / 100 % 10)
}

/// One row; nothing hangs over at its end.
fn line<'a>(cells: impl Iterator<Item = &'a str>, widths: &[usize]) -> String {
    let mut text = String::new();
    for (cell, width) in cells.zip(widths) {
        text.push_str(cell);
        text.extend(std::iter::repeat_n(' ', width.saturating_sub(cell.width()) + 2));
    }
    let mut text = text.trim_end().to_owned();
    text.push('\n');
    text
}

fn shown(cell: &str) -> String {
    if cell.is_empty() { "-".to_owned() } else { printable(cell) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stay_aligned_with_chinese_text_and_strangers_cannot_break_them() {
        let rows = vec![
            vec!["12319".to_owned(), "城建服务热线".to_owned(), "waiting".to_owned()],
            vec!["12345".to_owned(), "x\n\x1b[2J".to_owned(), String::new()],
        ];
        let text = table(&["hotline", "name", "state"], &rows);
        expect_test::expect![[r#"
            hotline  name             state
            12319    城建服务热线     waiting
            12345    x\u{a}\u{1b}[2J  -
        "#]]
        .assert_eq(&text);
    }

    #[test]
    fn what_is_not_a_whole_tenth_yet_is_none() {
        assert_eq!([0, 99, 100, 12_399].map(tenths), ["0.0", "0.0", "0.1", "12.3"]);
    }

    #[test]
    fn durations_are_short() {
        let shown: Vec<String> = [0, 12_999, 187_000, 3_720_000].map(duration).to_vec();
        assert_eq!(shown, ["0s", "12s", "3m07s", "1h02m"]);
    }
}
