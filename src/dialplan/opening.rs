//! Hours as people write them: `mon-fri 08:30-12:00 13:30-17:30, holidays of china closed`. What they mean is said by
//! [`super::hours`].

use crate::dialplan::hours::{Exception, Hours, Span, Week};
use crate::dialplan::week::WEEKDAYS;

/// In one line, in the words of the plan. Days that are alike and follow one another are one; a closed day is left out.
pub fn written(hours: &Hours) -> String {
    AS_WRITTEN.say(hours)
}

/// The same in Chinese: `周一至周五 08:30-12:00 13:30-17:30,节假日(china)休息`.
pub fn in_chinese(hours: &Hours) -> String {
    CHINESE.say(hours)
}

/// The words of a language.
struct Words {
    weekdays: [&'static str; 7],
    through: &'static str,
    between: &'static str,
    within: &'static str,
    never: &'static str,
    closed: &'static str,
    /// Of a calendar, and what holds then.
    holidays: fn(&str, &str) -> String,
    /// Of a calendar, and the weekday they are worked as.
    working: fn(&str, &str) -> String,
}

const AS_WRITTEN: Words = Words {
    weekdays: WEEKDAYS,
    through: "-",
    between: ", ",
    within: ", and within ",
    never: "never",
    closed: "closed",
    holidays: |calendar, hours| format!("holidays of {calendar} {hours}"),
    working: |calendar, weekday| format!("working days of {calendar} as {weekday}"),
};

const CHINESE: Words = Words {
    weekdays: ["周一", "周二", "周三", "周四", "周五", "周六", "周日"],
    through: "至",
    between: ",",
    within: ",且限于 ",
    never: "从不",
    closed: "休息",
    holidays: |calendar, hours| format!("节假日({calendar}){hours}"),
    working: |calendar, weekday| format!("调休上班日({calendar})按{weekday}"),
};

impl Words {
    fn say(&self, hours: &Hours) -> String {
        let weeks: Vec<String> = hours.weeks().iter().map(|week| self.week(week)).collect();
        weeks.join(self.within)
    }

    fn week(&self, week: &Week) -> String {
        let mut runs: Vec<(usize, usize, &[Span])> = vec![];
        for (day, spans) in week.days.iter().enumerate() {
            match runs.last_mut().filter(|run| run.2 == spans.as_ref()) {
                Some(run) => run.1 = day,
                None => runs.push((day, day, spans)),
            }
        }
        let run = |(first, last, spans): &(usize, usize, &[Span])| {
            let (first, last) = (self.weekday(*first), self.weekday(*last));
            let days =
                if first == last { first.to_owned() } else { format!("{first}{}{last}", self.through) };
            format!("{days} {}", list(spans))
        };
        let mut parts: Vec<String> = runs.iter().filter(|run| !run.2.is_empty()).map(run).collect();
        if parts.is_empty() && week.holiday.is_empty() {
            return self.never.to_owned();
        }
        parts.extend(self.exceptions(week));
        parts.join(self.between)
    }

    /// The days a calendar takes out of the week: `holidays of china closed, working days of china as mon`.
    fn exceptions(&self, week: &Week) -> Vec<String> {
        let has = |kind: Exception| week.exceptions.iter().any(|(_, found)| *found == kind);
        let mut parts = vec![];
        if has(Exception::Holiday) {
            let hours = if week.holiday.is_empty() { self.closed.to_owned() } else { list(&week.holiday) };
            parts.push((self.holidays)(&week.calendar, &hours));
        }
        if has(Exception::Working) {
            parts.push((self.working)(&week.calendar, self.weekday(week.working_as)));
        }
        parts
    }

    fn weekday(&self, day: usize) -> &'static str {
        self.weekdays.get(day).copied().unwrap_or_default()
    }
}

fn list(spans: &[Span]) -> String {
    let spans: Vec<String> = spans.iter().map(span).collect();
    spans.join(" ")
}

fn span(span: &Span) -> String {
    let clock = |ms: i64| {
        let minutes = ms / 60_000;
        // An end on the next day is written as that day's time; 24:00 stays.
        let minutes = if minutes > 24 * 60 { minutes - 24 * 60 } else { minutes };
        format!("{:02}:{:02}", minutes / 60, minutes % 60)
    };
    format!("{}-{}", clock(span.start), clock(span.end))
}
