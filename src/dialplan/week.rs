//! How people write a week: `mon-fri`, `08:30-12:00`, `2021-10-01..2021-10-07`. What it means is said by
//! [`super::hours`].

use std::ops::RangeInclusive;

use jiff::civil::Date;

use crate::dialplan::hours::{DAY_MS, Span};

/// Monday first.
pub(super) const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

const EPOCH: Date = Date::constant(1970, 1, 1);

/// The longest stretch of one `..` in a calendar: a year.
const STRETCH_DAYS_MAX: i64 = 366;

/// `mon`, `mon-fri`, `sat-mon`: the weekdays, Monday 0, in the order written.
pub(super) fn weekdays(text: &str) -> Option<Vec<usize>> {
    let of = |name: &str| WEEKDAYS.iter().position(|weekday| *weekday == name);
    let Some((first, last)) = text.split_once('-') else { return Some(vec![of(text)?]) };
    let (first, last) = (of(first)?, of(last)?);
    let length = (last + 7 - first) % 7 + 1;
    Some((first..first + length).map(|day| day % 7).collect())
}

/// `08:30-12:00`, `00:00-24:00`, `22:00-06:00`: an end that is not after the start lies on the next day.
pub(super) fn span(text: &str) -> Option<Span> {
    let (start, end) = text.split_once('-')?;
    let (start, end) = (minute(start)?, minute(end)?);
    if start == end || start == DAY_MS || end == 0 {
        return None;
    }
    Some(Span { start, end: if end > start { end } else { end + DAY_MS } })
}

/// `HH:MM` from `00:00` to `24:00`, in milliseconds.
fn minute(text: &str) -> Option<i64> {
    let (hours, minutes) = text.split_once(':')?;
    let two = |text: &str| {
        let good = text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit());
        good.then(|| text.parse::<i64>().ok())?
    };
    let (hours, minutes) = (two(hours)?, two(minutes)?);
    let total = hours * 60 + minutes;
    (minutes < 60 && total <= 24 * 60).then_some(total * 60_000)
}

/// Why a text names no days.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub(super) enum BadDays {
    #[error("is not a day or a stretch of days")]
    Form,
    #[error("is not in the calendar")]
    NoSuchDay,
    #[error("ends before it begins")]
    Backwards,
    #[error("is longer than a year")]
    TooLong,
}

/// `2022-01-01` or `2021-10-01..2021-10-07`: days since 1970.
pub(super) fn days(text: &str) -> Result<RangeInclusive<i64>, BadDays> {
    let (first, last) = text.split_once("..").unwrap_or((text, text));
    let (first, last) = (day(first)?, day(last)?);
    match last - first {
        ..0 => Err(BadDays::Backwards),
        STRETCH_DAYS_MAX.. => Err(BadDays::TooLong),
        _ => Ok(first..=last),
    }
}

/// `2022-01-01` of a day since 1970.
pub(super) fn show_day(day: i64) -> String {
    date(day).to_string()
}

/// The year a day since 1970 lies in.
pub(super) fn year(day: i64) -> i16 {
    date(day).year()
}

fn date(day: i64) -> Date {
    let days = i32::try_from(day).unwrap_or_default();
    EPOCH.checked_add(jiff::Span::new().days(days)).unwrap_or(EPOCH)
}

fn day(text: &str) -> Result<i64, BadDays> {
    // jiff reads more than a plan should hold: times, zones, short forms.
    let shape = |(i, b): (usize, u8)| if i == 4 || i == 7 { b == b'-' } else { b.is_ascii_digit() };
    if text.len() != 10 || !text.bytes().enumerate().all(shape) {
        return Err(BadDays::Form);
    }
    let date: Date = text.parse().map_err(|_| BadDays::NoSuchDay)?;
    let since = EPOCH.until((jiff::Unit::Day, date)).map_err(|_| BadDays::NoSuchDay)?;
    Ok(i64::from(since.get_days()))
}
