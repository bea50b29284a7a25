//! What a stretch of time is divided into, and how its parts are called: years, months, days, hours, seconds, as fine
//! as there is room for names. Two lines: above the years of months, the month of days, the day of hours.
//!
//! *Invariant:* a name stands within its part. One that has no room is left out whole.

use jiff::civil::{Date, Weekday};
use jiff::{ToSpan, ZonedDateTime};

use crate::dialplan::calendar::Calendar;
use crate::dialplan::timeline::Language;
use crate::dialplan::timeline::window::Stretch;

/// The two lines.
#[derive(Clone, Debug)]
pub(super) struct Axis {
    /// Empty if the other line says all.
    pub(super) above: Vec<Part>,
    pub(super) below: Vec<Part>,
}

/// A part of a stretch, half open.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Part {
    pub(super) from_ms: i64,
    pub(super) until_ms: i64,
    /// Empty where it has no room.
    pub(super) name: String,
}

impl Axis {
    /// Of a stretch that is so wide, in the unit in which `width` measures a name with the room around it.
    pub(super) fn of(
        calendar: &Calendar,
        language: Language,
        stretch: &Stretch,
        room: f64,
        width: &dyn Fn(&str) -> f64,
    ) -> Self {
        let sheet = Ruler { calendar, language, stretch, room, width };
        let found = STEPS.iter().find_map(|step| sheet.below(*step).map(|below| (step, below)));
        let (step, below) = match found {
            Some((step, below)) => (step.above(), below),
            None => (None, vec![]),
        };
        Self { above: step.map_or_else(Vec::new, |step| sheet.parts(step, Step::name_above)), below }
    }
}

struct Ruler<'a> {
    calendar: &'a Calendar,
    language: Language,
    stretch: &'a Stretch,
    room: f64,
    width: &'a dyn Fn(&str) -> f64,
}

impl Ruler<'_> {
    /// The parts of a step, if their names have room: all but those the stretch's ends have cut.
    fn below(&self, step: Step) -> Option<Vec<Part>> {
        // Without making thousands of names in vain.
        if self.wide(step.shortest_ms()) < (self.width)(step.shortest_name()) {
            return None;
        }
        let parts = self.parts(step, Step::name);
        let (first, last) = (self.stretch.from_ms, self.stretch.until_ms);
        let cramped = |part: &Part| part.name.is_empty() && first < part.from_ms && part.until_ms < last;
        (!parts.iter().any(cramped)).then_some(parts)
    }

    fn parts(&self, step: Step, name: fn(Step, &ZonedDateTime, Language) -> String) -> Vec<Part> {
        let Stretch { from_ms, until_ms, .. } = *self.stretch;
        let mut begins = vec![from_ms];
        let mut at = step.next(self.calendar, from_ms - 1);
        while let Some(begin) = at.filter(|at| *at < until_ms && begins.len() < PARTS_MAX) {
            if begin > from_ms {
                begins.push(begin);
            }
            at = step.next(self.calendar, begin);
        }
        let ends = begins.iter().skip(1).copied().chain([until_ms]);
        let part = |(from_ms, until_ms): (i64, i64)| {
            let at = self.calendar.civil(from_ms).filter(|at| step.is_period() || step.begins(at));
            let name = at.map_or_else(String::new, |at| name(step, &at, self.language));
            let fits = (self.width)(&name) <= self.wide(until_ms - from_ms);
            Part { from_ms, until_ms, name: if fits { name } else { String::new() } }
        };
        begins.iter().copied().zip(ends).map(part).collect()
    }

    #[expect(clippy::cast_precision_loss, reason = "a hundredth of a millimetre is finer than any printer")]
    fn wide(&self, ms: i64) -> f64 {
        self.room * ms as f64 / (self.stretch.until_ms - self.stretch.from_ms).max(1) as f64
    }
}

/// From one name to the next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Step {
    Seconds(i8),
    Minutes(i8),
    Hours(i8),
    Days,
    /// From Monday to Monday.
    Weeks,
    Months(i8),
    Years(i16),
}

impl Step {
    /// What stands above its names.
    fn above(self) -> Option<Self> {
        match self {
            Self::Seconds(_) | Self::Minutes(_) | Self::Hours(_) => Some(Self::Days),
            Self::Days | Self::Weeks => Some(Self::Months(1)),
            Self::Months(_) => Some(Self::Years(1)),
            Self::Years(_) => None,
        }
    }

    /// Whether a name is that of a period, so that a part cut at its beginning has it too. An hour's is an instant's.
    fn is_period(self) -> bool {
        match self {
            Self::Seconds(_) | Self::Minutes(_) | Self::Hours(_) | Self::Weeks => false,
            Self::Days | Self::Months(_) | Self::Years(_) => true,
        }
    }

    /// The first of its beginnings after an instant.
    fn next(self, calendar: &Calendar, after_ms: i64) -> Option<i64> {
        let mut at = after_ms;
        for _ in 0..CANDIDATES_MAX {
            at = self.candidate(calendar, at)?;
            if calendar.civil(at).is_some_and(|at| self.begins(&at)) {
                return Some(at);
            }
        }
        None
    }

    /// The next instant that can be one. Clocks differ from universal time by quarters of an hour.
    fn candidate(self, calendar: &Calendar, after_ms: i64) -> Option<i64> {
        let multiple = |of: i64| Some((after_ms.div_euclid(of) + 1) * of);
        let midnight = |day: &dyn Fn(Date) -> Result<Date, jiff::Error>| {
            let at = calendar.midnight(day(calendar.civil(after_ms)?.date()).ok()?)?;
            (at > after_ms).then_some(at)
        };
        match self {
            Self::Seconds(_) => multiple(SECOND_MS),
            Self::Minutes(_) => multiple(MINUTE_MS),
            Self::Hours(_) => multiple(15 * MINUTE_MS),
            Self::Days | Self::Weeks => midnight(&|day| day.checked_add(1.day())),
            Self::Months(_) => midnight(&|day| day.first_of_month().checked_add(1.month())),
            Self::Years(_) => midnight(&|day| day.first_of_year().checked_add(1.year())),
        }
    }

    fn begins(self, at: &ZonedDateTime) -> bool {
        match self {
            Self::Seconds(n) => at.second() % n == 0,
            Self::Minutes(n) => at.second() == 0 && at.minute() % n == 0,
            Self::Hours(n) => at.second() == 0 && at.minute() == 0 && at.hour() % n == 0,
            Self::Days => true,
            Self::Weeks => at.weekday() == Weekday::Monday,
            Self::Months(n) => (at.month() - 1) % n == 0,
            Self::Years(n) => at.year() % n == 0,
        }
    }

    fn name(self, at: &ZonedDateTime, language: Language) -> String {
        let form = match self {
            Self::Seconds(_) => "%H:%M:%S",
            Self::Minutes(_) | Self::Hours(_) => "%H:%M",
            Self::Days | Self::Weeks => language.pick("%-d日", "%-d"),
            Self::Months(_) => language.pick("%-m月", "%b"),
            Self::Years(_) => language.pick("%Y年", "%Y"),
        };
        at.strftime(form).to_string()
    }

    fn name_above(self, at: &ZonedDateTime, language: Language) -> String {
        let form = match self {
            Self::Seconds(_) | Self::Minutes(_) | Self::Hours(_) | Self::Days | Self::Weeks => "%Y-%m-%d",
            Self::Months(_) => language.pick("%Y年%-m月", "%b %Y"),
            Self::Years(_) => language.pick("%Y年", "%Y"),
        };
        at.strftime(form).to_string()
    }

    fn shortest_ms(self) -> i64 {
        match self {
            Self::Seconds(n) => SECOND_MS * i64::from(n),
            Self::Minutes(n) => MINUTE_MS * i64::from(n),
            Self::Hours(n) => 60 * MINUTE_MS * i64::from(n),
            Self::Days => DAY_MS - 60 * MINUTE_MS,
            Self::Weeks => 7 * DAY_MS - 60 * MINUTE_MS,
            Self::Months(n) => 28 * DAY_MS * i64::from(n),
            Self::Years(n) => 365 * DAY_MS * i64::from(n),
        }
    }

    fn shortest_name(self) -> &'static str {
        match self {
            Self::Seconds(_) => "00:00:00",
            Self::Minutes(_) | Self::Hours(_) => "00:00",
            Self::Days | Self::Weeks => "1",
            Self::Months(_) => "1",
            Self::Years(_) => "2021",
        }
    }
}

/// The finest first.
const STEPS: &[Step] = &[
    Step::Seconds(1),
    Step::Seconds(5),
    Step::Seconds(15),
    Step::Minutes(1),
    Step::Minutes(5),
    Step::Minutes(15),
    Step::Minutes(30),
    Step::Hours(1),
    Step::Hours(3),
    Step::Hours(6),
    Step::Days,
    Step::Weeks,
    Step::Months(1),
    Step::Months(3),
    Step::Months(6),
    Step::Years(1),
    Step::Years(2),
    Step::Years(5),
    Step::Years(10),
    Step::Years(50),
    Step::Years(100),
    Step::Years(1000),
];
const SECOND_MS: i64 = 1000;
const MINUTE_MS: i64 = 60 * SECOND_MS;
const DAY_MS: i64 = 1440 * MINUTE_MS;
const PARTS_MAX: usize = 2000;
/// From one beginning to the next: a thousand years.
const CANDIDATES_MAX: usize = 1000;
