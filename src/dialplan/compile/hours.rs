//! `[calendar]` and `[hours]` → [`Hours`].

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::dialplan::draft::Draft;
use crate::dialplan::hours::{Clock, Exception, Hours, Span, Week};
use crate::dialplan::schema::{CalendarRow, HoursRow, Spanned, WeekdayRow};
use crate::dialplan::week;

pub(super) fn hours(draft: &Draft<'_>) -> Option<BTreeMap<String, Arc<Hours>>> {
    let rows = &draft.schema.hours;
    if rows.is_empty() {
        return Some(BTreeMap::new());
    }
    let clock = Arc::new(Clock::of(draft.calendar.zone()));
    let calendars = draft.schema.calendar.iter().map(|entry| Some((&entry.key, exceptions(&entry.row)?)));
    let calendars: BTreeMap<&String, Arc<[(i64, Exception)]>> = calendars.collect::<Option<_>>()?;
    let each = rows.iter().map(|entry| {
        let week = week_of(&entry.row, &calendars)?;
        Some((entry.key.clone(), Arc::new(Hours::new(&entry.key, Arc::clone(&clock), week))))
    });
    each.collect()
}

fn exceptions(row: &CalendarRow) -> Option<Arc<[(i64, Exception)]>> {
    let mut all = vec![];
    for (written, kind) in [(&row.holidays, Exception::Holiday), (&row.working, Exception::Working)] {
        for days in written.iter().flatten() {
            all.extend(week::days(days.get_ref()).ok()?.map(|day| (day, kind)));
        }
    }
    all.sort_unstable();
    all.dedup_by_key(|(day, _)| *day);
    Some(all.into())
}

fn week_of(row: &HoursRow, calendars: &BTreeMap<&String, Arc<[(i64, Exception)]>>) -> Option<Week> {
    let mut week = Week { holiday: spans(row.holiday.iter().flatten())?, ..Week::default() };
    for (key, written) in row.week.iter().flatten() {
        for day in week::weekdays(key.get_ref())? {
            *week.days.get_mut(day)? = spans(written.iter())?;
        }
    }
    if let Some(name) = &row.calendar {
        week.calendar.clone_from(name.get_ref());
        week.exceptions = Arc::clone(calendars.get(name.get_ref())?);
    }
    week.working_as = row.working_as.as_ref().map_or(0, |day| index(*day.get_ref()));
    Some(week)
}

fn spans<'a>(written: impl Iterator<Item = &'a Spanned<String>>) -> Option<Box<[Span]>> {
    let mut spans = written.map(|text| week::span(text.get_ref())).collect::<Option<Vec<_>>>()?;
    spans.sort_unstable();
    Some(spans.into())
}

/// Monday 0.
fn index(day: WeekdayRow) -> usize {
    match day {
        WeekdayRow::Mon => 0,
        WeekdayRow::Tue => 1,
        WeekdayRow::Wed => 2,
        WeekdayRow::Thu => 3,
        WeekdayRow::Fri => 4,
        WeekdayRow::Sat => 5,
        WeekdayRow::Sun => 6,
    }
}
