//! Civil dates of a plan → instants: the one place that knows time zones.
//!
//! Instants are milliseconds since 1970-01-01T00:00Z, so that a decision compares integers. A civil time a
//! zone skips or repeats is read as RFC 5545 §3.3.5 does: the offset before the gap, the first of two.

use jiff::civil::{self, Weekday};
use jiff::tz::{AmbiguousOffset, TimeZone, TimeZoneDatabase};
use jiff::{Timestamp, ZonedDateTime};
use toml::value::{Datetime, Offset};

/// A time zone.
#[derive(Clone, Debug)]
pub struct Calendar {
    zone: TimeZone,
}

/// Years a date may lie in: no hotline is older, and no plan reaches further.
pub(super) const YEARS: std::ops::RangeInclusive<i16> = 1980..=2099;

/// A civil time that the clocks skip or show twice.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Twofold {
    /// What they do.
    pub(super) clocks: Clocks,
    /// The instant it is read as.
    pub(super) read: String,
    /// The one it could be as well.
    pub(super) other: String,
}

/// What the clocks do about a civil time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Clocks {
    /// They are put forward over it.
    Skip,
    /// They are set back and show it again.
    Repeat,
}

/// Why a date is none.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum BadDate {
    /// Only a time of day.
    #[error("a date is missing: write 2021-12-01, or 2021-12-01T08:30:00")]
    NoDate,
    /// No calendar has it.
    #[error("there is no such day or time")]
    NoSuchTime,
}

impl Calendar {
    /// The zone IANA knows by this name; `None` when it knows none. The data is compiled in.
    pub fn of_zone(name: &str) -> Option<Self> {
        let zone = TimeZoneDatabase::bundled().get(name).ok()?;
        Some(Self { zone })
    }

    pub(super) fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// The first millisecond of a date, or the millisecond of a date and time.
    ///
    /// # Errors
    /// When it names no instant.
    pub fn instant(&self, written: &Datetime) -> Result<i64, BadDate> {
        let zoned = self.place(read(written)?, written.offset).map_err(|_| BadDate::NoSuchTime)?;
        Ok(zoned.as_millisecond())
    }

    /// Whether it is a time of day that the clocks skip or show twice. A date alone begins when the day does, and an offset
    /// leaves no doubt.
    pub(super) fn twofold(&self, written: &Datetime) -> Option<Twofold> {
        let civil = read(written).ok().filter(|_| written.time.is_some() && written.offset.is_none())?;
        let both = || self.zone.to_ambiguous_timestamp(civil);
        let clocks = match both().offset() {
            AmbiguousOffset::Unambiguous { .. } => return None,
            AmbiguousOffset::Gap { .. } => Clocks::Skip,
            AmbiguousOffset::Fold { .. } => Clocks::Repeat,
        };
        let show = |at: Timestamp| self.show(at.as_millisecond());
        let (first, second) = (show(both().earlier().ok()?), show(both().later().ok()?));
        let (read, other) = match clocks {
            Clocks::Skip => (second, first),
            Clocks::Repeat => (first, second),
        };
        Some(Twofold { clocks, read, other })
    }

    fn place(&self, civil: civil::DateTime, offset: Option<Offset>) -> Result<Timestamp, jiff::Error> {
        let zone = match offset {
            None => self.zone.clone(),
            Some(Offset::Z) => TimeZone::UTC,
            Some(Offset::Custom { minutes }) => {
                TimeZone::fixed(jiff::tz::Offset::from_seconds(i32::from(minutes) * 60)?)
            }
        };
        Ok(civil.to_zoned_datetime(zone)?.timestamp())
    }

    /// An instant as people of the plan's city write it: `2021-12-31T23:59:59+08:00`, with milliseconds only
    /// when there are some.
    pub fn show(&self, at_ms: i64) -> String {
        match self.civil(at_ms) {
            Some(at) if at_ms % 1000 == 0 => at.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
            Some(at) => at.strftime("%Y-%m-%dT%H:%M:%S%.3f%:z").to_string(),
            None if at_ms < 0 => "the beginning".to_owned(),
            None => "the end".to_owned(),
        }
    }

    /// The weekday people of the plan's city have then; empty beyond the calendar.
    pub fn weekday(&self, at_ms: i64) -> &'static str {
        match self.civil(at_ms).map(|at| at.weekday()) {
            Some(Weekday::Monday) => "Monday",
            Some(Weekday::Tuesday) => "Tuesday",
            Some(Weekday::Wednesday) => "Wednesday",
            Some(Weekday::Thursday) => "Thursday",
            Some(Weekday::Friday) => "Friday",
            Some(Weekday::Saturday) => "Saturday",
            Some(Weekday::Sunday) => "Sunday",
            None => "",
        }
    }

    /// What the city's clocks show; `None` beyond what a calendar reads.
    pub(super) fn civil(&self, at_ms: i64) -> Option<ZonedDateTime> {
        Some(Timestamp::from_millisecond(at_ms).ok()?.to_zoned_datetime(self.zone.clone()))
    }

    /// The first instant of a day.
    pub(super) fn midnight(&self, day: civil::Date) -> Option<i64> {
        Some(
            day.to_datetime(civil::Time::midnight())
                .to_zoned_datetime(self.zone.clone())
                .ok()?
                .timestamp()
                .as_millisecond(),
        )
    }

    /// The first instant of a year.
    pub(super) fn new_year(&self, year: i16) -> Option<i64> {
        self.midnight(civil::Date::new(year, 1, 1).ok()?)
    }

    /// Reads an instant as an operator writes it: `2021-12-31T23:59:59+08:00`, without offset in the plan's
    /// zone, or a date alone.
    ///
    /// # Errors
    /// When it names no instant.
    pub fn parse(&self, written: &str) -> Result<i64, BadDate> {
        self.instant(&written.trim().parse::<Datetime>().map_err(|_| BadDate::NoSuchTime)?)
    }
}

/// What is written, as the clocks show it.
fn read(written: &Datetime) -> Result<civil::DateTime, BadDate> {
    let date = written.date.ok_or(BadDate::NoDate)?;
    let time = written.time.map_or(Ok(civil::Time::midnight()), |t| {
        let narrow = |n: u8| i8::try_from(n).map_err(|_| BadDate::NoSuchTime);
        let nanos = i32::try_from(t.nanosecond.unwrap_or(0)).map_err(|_| BadDate::NoSuchTime)?;
        civil::Time::new(narrow(t.hour)?, narrow(t.minute)?, narrow(t.second.unwrap_or(0))?, nanos)
            .map_err(|_| BadDate::NoSuchTime)
    })?;
    let number = |n: u16| i16::try_from(n).map_err(|_| BadDate::NoSuchTime);
    let small = |n: u8| i8::try_from(n).map_err(|_| BadDate::NoSuchTime);
    let day = civil::Date::new(number(date.year)?, small(date.month)?, small(date.day)?)
        .map_err(|_| BadDate::NoSuchTime)?;
    Ok(day.to_datetime(time))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(zone: &str, written: &str, expected: &str) {
        let calendar = Calendar::of_zone(zone).unwrap();
        let shown = calendar.parse(written).map(|ms| calendar.show(ms));
        assert_eq!(shown.as_deref().map_err(ToString::to_string).unwrap_or("error"), expected, "{written}");
    }

    #[test]
    fn dates_become_instants_of_the_plans_zone() {
        check("Asia/Shanghai", "2022-01-01", "2022-01-01T00:00:00+08:00");
        check("Asia/Shanghai", "2021-12-31T23:59:59", "2021-12-31T23:59:59+08:00");
        check("Asia/Shanghai", "2021-12-31T15:59:59Z", "2021-12-31T23:59:59+08:00");
        check("Asia/Shanghai", "2021-12-31T23:59:59.999+08:00", "2021-12-31T23:59:59.999+08:00");
        check("Asia/Shanghai", "2024-02-29", "2024-02-29T00:00:00+08:00");
        check("Asia/Shanghai", "2023-02-29", "error");
        check("Asia/Shanghai", "08:30:00", "error");
        check("Asia/Shanghai", "soon", "error");
    }

    #[test]
    fn a_civil_time_that_summer_time_skips_or_repeats_has_one_instant() {
        // Berlin: 2021-03-28 02:30 does not exist, 2021-10-31 02:30 exists twice.
        check("Europe/Berlin", "2021-03-28T02:30:00", "2021-03-28T03:30:00+02:00");
        check("Europe/Berlin", "2021-10-31T02:30:00", "2021-10-31T02:30:00+02:00");
        // Shanghai had summer time in 1986.
        check("Asia/Shanghai", "1986-07-01", "1986-07-01T00:00:00+09:00");
    }

    #[test]
    fn a_zone_nobody_knows_is_none() {
        assert!(Calendar::of_zone("Asia/Wuxi").is_none());
        assert!(Calendar::of_zone("").is_none());
        assert!(Calendar::of_zone(&"无".repeat(200)).is_none());
    }
}
