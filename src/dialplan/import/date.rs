//! Days as people write them.

use jiff::Span;
use jiff::civil::Date;

use crate::dialplan::calendar::YEARS;

/// What a cell that should be a day is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Written {
    /// A day and nothing else.
    Day(Date),
    /// A day, and more that is not read: a time, a word.
    Among(Date),
    /// A spreadsheet's count of days.
    Serial(Date),
    /// Either of two days: `03/04/2021`.
    Ambiguous,
    /// No day.
    No,
}

/// How days may be written: for people.
pub(super) const FORMS: &str = "2021-12-31  2021/12/31  2021.12.31  2021年12月31日  20211231  31.12.2021  31/12/2021 (where only one of \
the two can be the month)  44561 (a spreadsheet's count of days)";

/// Reads a cell.
pub(super) fn read(cell: &str) -> Written {
    let Some((before, runs)) = runs(cell) else { return Written::No };
    let (day, behind) = match runs.as_slice() {
        [(all, behind), rest @ ..] if all.len() == 8 => (compact(all), (*behind, rest)),
        [(days, "")] if days.len() == 5 && before.is_empty() => return serial(days),
        [(a, s), (b, t), (c, behind), rest @ ..] => match three([a, b, c], s.trim(), t.trim()) {
            Written::Day(day) => (Some(day), (*behind, rest)),
            other => return other,
        },
        _ => return Written::No,
    };
    match day.filter(|day| YEARS.contains(&day.year())) {
        None => Written::No,
        Some(day) if before.is_empty() && is_nothing(behind.0, behind.1) => Written::Day(day),
        Some(day) => Written::Among(day),
    }
}

/// What stands before the first digit, and then each run of digits with what follows it.
fn runs(cell: &str) -> Option<(&str, Vec<(&str, &str)>)> {
    let (before, mut rest) = cell.split_at_checked(cell.find(|c: char| c.is_ascii_digit())?)?;
    let mut runs = vec![];
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (digits, more) = rest.split_at_checked(end)?;
        let next = more.find(|c: char| c.is_ascii_digit()).unwrap_or(more.len());
        let (gap, more) = more.split_at_checked(next)?;
        runs.push((digits, gap));
        rest = more;
    }
    Some((before.trim(), runs))
}

/// Year, month and day, or the other way round.
fn three(parts: [&&str; 3], first: &str, second: &str) -> Written {
    let [a, b, c] = parts;
    let found = |year: &str, month: &str, day: &str| date(year, month, day).map_or(Written::No, Written::Day);
    if a.len() == 4 {
        return match (first, second) {
            ("年", "月") | ("-", "-") | ("/", "/") | (".", ".") => found(a, b, c),
            _ => Written::No,
        };
    }
    if c.len() != 4 || first != second {
        return Written::No;
    }
    match first {
        // Only the day stands first where dots are written.
        "." => found(c, b, a),
        "/" | "-" => match (date(c, b, a), date(c, a, b)) {
            (Some(day), Some(other)) if day != other => Written::Ambiguous,
            (Some(day), _) | (None, Some(day)) => Written::Day(day),
            (None, None) => Written::No,
        },
        _ => Written::No,
    }
}

fn date(year: &str, month: &str, day: &str) -> Option<Date> {
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

/// `20211231`
fn compact(all: &str) -> Option<Date> {
    date(all.get(..4)?, all.get(4..6)?, all.get(6..)?)
}

/// Days since 1899-12-30, from 2009 to 2064.
fn serial(days: &str) -> Written {
    let days = days.parse::<i64>().ok().filter(|days| (40_000..60_000).contains(days));
    let day = days
        .and_then(|days| Date::new(1899, 12, 30).ok()?.checked_add(Span::new().try_days(days).ok()?).ok());
    day.map_or(Written::No, Written::Serial)
}

/// Whether nothing follows a day but its own sign, and the midnight that spreadsheets add to it.
fn is_nothing(behind: &str, rest: &[(&str, &str)]) -> bool {
    let behind = behind.trim().trim_start_matches(['日', '号']).trim();
    let gaps = rest.split_last().map_or(&[][..], |(_, earlier)| earlier);
    let midnight = rest.iter().all(|(digits, _)| digits.bytes().all(|b| b == b'0'))
        && gaps.iter().all(|(_, gap)| matches!(*gap, ":" | "."))
        && rest.last().is_none_or(|(_, gap)| gap.is_empty());
    if rest.is_empty() { behind.is_empty() } else { matches!(behind, "" | "T") && midnight }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_in_every_usual_form_and_in_no_other() {
        #[track_caller]
        fn check(cell: &str, wanted: Written) {
            assert_eq!(read(cell), wanted, "{cell}");
        }
        let day = Date::new(2021, 12, 31).unwrap();
        for cell in [
            "2021-12-31",
            "2021/12/31",
            "2021.12.31",
            "2021年12月31日",
            "2021年12月31号",
            "2021 年 12 月 31 日",
            "20211231",
            "31.12.2021",
            "31/12/2021",
            "12/31/2021",
            "31-12-2021",
            "2021-12-31 00:00:00",
            "2021-12-31T00:00",
            "2021/12/31 0:00",
        ] {
            check(cell, Written::Day(day));
        }
        check("44561", Written::Serial(day));
        for cell in [
            "2021-12-31 23:59:59",
            "2021年12月31日24时",
            "2021年12月31日后",
            "约2021-12-31",
            "2021-12-31?",
            "20211231起",
            "2021-12-31 00:00 - 2022-01-31",
        ] {
            check(cell, Written::Among(day));
        }
        check("03/04/2021", Written::Ambiguous);
        check("3-4-2021", Written::Ambiguous);
        check("3.4.2021", Written::Day(Date::new(2021, 4, 3).unwrap()));
        check("4/4/2021", Written::Day(Date::new(2021, 4, 4).unwrap()));
        for cell in [
            "",
            "soon",
            "2021",
            "2021年底",
            "2021年12月",
            "2021-12",
            "2021-13-01",
            "2021-02-29",
            "32.12.2021",
            "31/12/21",
            "2021-12/31",
            "20211331",
            "1021-12-31",
            "44561 days",
            "约44561",
            "99999",
            "12345678901",
            "2021月12年31",
        ] {
            check(cell, Written::No);
        }
    }
}
