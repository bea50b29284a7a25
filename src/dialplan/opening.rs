//! Hours as people write them: `mon-fri 08:30-12:00 13:30-17:30, holidays of china closed`. What they mean is said by
//! [`super::hours`].

use crate::dialplan::hours::{Exception, Hours, Span, Week};
use crate::dialplan::week::WEEKDAYS;

/// In one line. Days that are alike and follow one another are one; a closed day is left out.
pub fn written(hours: &Hours) -> String {
    let weeks: Vec<String> = hours.weeks().iter().map(week).collect();
    weeks.join(", and within ")
}

fn week(week: &Week) -> String {
    let mut runs: Vec<(usize, usize, &[Span])> = vec![];
    for (day, spans) in week.days.iter().enumerate() {
        match runs.last_mut().filter(|run| run.2 == spans.as_ref()) {
            Some(run) => run.1 = day,
            None => runs.push((day, day, spans)),
        }
    }
    let name = |day: usize| WEEKDAYS.get(day).copied().unwrap_or_default();
    let run = |(first, last, spans): &(usize, usize, &[Span])| {
        let days =
            if first == last { name(*first).to_owned() } else { format!("{}-{}", name(*first), name(*last)) };
        format!("{days} {}", list(spans))
    };
    let mut parts: Vec<String> = runs.iter().filter(|run| !run.2.is_empty()).map(run).collect();
    if parts.is_empty() && week.holiday.is_empty() {
        return "never".to_owned();
    }
    parts.extend(exceptions(week));
    parts.join(", ")
}

/// The days a calendar takes out of the week: `holidays of china closed, working days of china as mon`.
fn exceptions(week: &Week) -> Vec<String> {
    let has = |kind: Exception| week.exceptions.iter().any(|(_, found)| *found == kind);
    let mut parts = vec![];
    if has(Exception::Holiday) {
        let hours = if week.holiday.is_empty() { "closed".to_owned() } else { list(&week.holiday) };
        parts.push(format!("holidays of {} {hours}", week.calendar));
    }
    if has(Exception::Working) {
        let weekday = WEEKDAYS.get(week.working_as).copied().unwrap_or_default();
        parts.push(format!("working days of {} as {weekday}", week.calendar));
    }
    parts
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
