//! dp040: a calendar that ends before the plan does: hours that mind holidays are asked for in a year of which it says
//! nothing, so that their people would be expected at their desks on every holiday (a warning).
//!
//! Holidays are published for one year at a time, and a hotline without an end would need them for ever. What is asked
//! for is every year, from the first the calendar speaks of, up to the last instant at which what becomes of any call
//! changes: so far the plan has been thought through. A year with one day in it counts as known.

use std::collections::BTreeSet;

use crate::dialplan::draft::Draft;
use crate::dialplan::schema::{CalendarRow, Entry, HoursRow, Spanned, Text};
use crate::dialplan::verify::interval::Caller;
use crate::dialplan::verify::web::{Place as At, ways_out};
use crate::dialplan::verify::{Case, Survey, tell};
use crate::dialplan::{Diagnostic, Place, week};
use crate::event::{Number, QueueId};

pub(super) fn check(survey: &Survey<'_>, found: &mut Vec<Diagnostic>) {
    let Some(last_ms) = last_change(survey) else { return };
    for calendar in &survey.draft.schema.calendar {
        for gap in Gap::all(survey.draft, calendar, last_ms) {
            let mut first = None;
            let mut numbers = BTreeSet::new();
            for case in &survey.cases {
                for caller in case.callers.iter().filter(|caller| gap.meets(caller)) {
                    let Some(asked) = asked(survey, calendar, case, caller) else { continue };
                    first.get_or_insert(asked);
                    numbers.insert(&caller.fate.number);
                }
            }
            if let Some(asked) = first {
                found.push(gap.tell(survey, calendar, asked, numbers));
            }
        }
    }
}

/// The last instant at which what becomes of a call changes by itself; hours do so for ever and do not count.
fn last_change(survey: &Survey<'_>) -> Option<i64> {
    let segments = survey.table.fates().iter().flat_map(|fate| fate.segments());
    segments.map(|segment| segment.from_ms).filter(|ms| *ms != i64::MIN).max()
}

/// Hours by which a caller is asked in, and where the plan says so.
type Asked<'t> = (&'t Entry<HoursRow>, Place);

/// The hours of this calendar that matter to a caller: the hotline's own, or those of a queue he may come to or be
/// moved to.
fn asked<'t>(
    survey: &Survey<'t>,
    calendar: &Entry<CalendarRow>,
    case: &Case<'t>,
    caller: &Caller<'t>,
) -> Option<Asked<'t>> {
    let hours = |file: usize, name: &'t Text| {
        let name = name.as_ref()?;
        let hours = survey.rows.hours.get(name.get_ref().as_str())?;
        let uses = hours.row.calendar.as_ref().is_some_and(|own| *own.get_ref() == calendar.key);
        uses.then(|| (*hours, Place::new(file, name.span())))
    };
    let of_queue = |queue: &QueueId| {
        let row = survey.rows.queues.get(queue.as_str())?;
        hours(row.file, &row.row.hours)
    };
    // Its own, and those of its queue, count where its people take its calls; also while they are closed.
    let decided = || {
        let row = caller.segment.closed.and_then(|_| survey.row(caller))?;
        hours(row.file, &row.row.hours).or_else(|| of_queue(caller.segment.action.queue()?))
    };
    let queues = || {
        case.web.spots.iter().find_map(|spot| match spot.place {
            At::Enter { queue, .. } => of_queue(queue),
            // Whether the next one is open is asked, also of one that never is but on a holiday.
            At::Wait { queue, .. } => of_queue(queue).or_else(|| {
                let mut next = ways_out(survey.table.queue(queue)?);
                next.find_map(|step| of_queue(&step.to))
            }),
            At::Start | At::Dial { .. } | At::End(_) => None,
        })
    };
    decided().or_else(queues)
}

/// Years of which a calendar says nothing, though it is asked.
struct Gap<'t> {
    from_ms: i64,
    /// The next year of which it speaks, or the plan's last change.
    until_ms: i64,
    years: Vec<i16>,
    /// The latest days before.
    before: &'t Spanned<String>,
}

impl<'t> Gap<'t> {
    /// In their order: a number may come to ask only in a later one.
    fn all(draft: &Draft<'_>, calendar: &'t Entry<CalendarRow>, last_ms: i64) -> Vec<Self> {
        let written = calendar.row.holidays.iter().chain(&calendar.row.working).flatten();
        let days = written.filter_map(|text| Some((week::days(text.get_ref()).ok()?, text)));
        let days: Vec<_> = days.map(|(days, text)| (week::year(*days.start()), *days.end(), text)).collect();
        let mut known: BTreeSet<i16> = days.iter().map(|(year, ..)| *year).collect();
        known.extend(days.iter().map(|(_, end, _)| week::year(*end)));
        let Some(first) = known.first() else { return vec![] };
        let asked = |year: &i16| draft.calendar.new_year(*year).is_some_and(|ms| ms < last_ms);
        let years: Vec<i16> =
            (*first..i16::MAX).take_while(asked).filter(|year| !known.contains(year)).collect();
        let runs = years.chunk_by(|year, next| year.checked_add(1) == Some(*next));
        let gap = |years: &[i16]| {
            let (from, until) = (*years.first()?, years.last()?.checked_add(1)?);
            let before = days.iter().filter(|(_, end, _)| week::year(*end) < from);
            Some(Self {
                from_ms: draft.calendar.new_year(from)?,
                until_ms: draft.calendar.new_year(until)?.min(last_ms),
                years: years.to_vec(),
                before: before.max_by_key(|(_, end, _)| *end)?.2,
            })
        };
        runs.filter_map(gap).collect()
    }

    fn meets(&self, caller: &Caller<'_>) -> bool {
        caller.from_ms.max(self.from_ms) < caller.until_ms.min(self.until_ms)
    }

    fn tell(
        self,
        survey: &Survey<'_>,
        calendar: &Entry<CalendarRow>,
        (hours, asked): Asked<'_>,
        numbers: BTreeSet<&Number>,
    ) -> Diagnostic {
        let show = |ms| survey.draft.calendar.show(ms);
        let message = format!(
            "the calendar `{}` knows no holiday from {} to {}: to callers of {} every day then is as its weekday says",
            calendar.key,
            show(self.from_ms),
            show(self.until_ms),
            tell::listed(numbers),
        );
        let mut diagnostic = Diagnostic::warning("dp040", calendar.place(self.before), message);
        diagnostic = diagnostic.also(asked, format!("asks for `{}`, which go by it", hours.key));
        let last = last_change(survey);
        if let Some((at, ms)) = last.and_then(|ms| Some((place_of(survey.draft, ms)?, ms))) {
            diagnostic = diagnostic.also(at, format!("the plan goes on changing until {}", show(ms)));
        }
        let years: Vec<String> = self.years.iter().take(YEARS_MAX).map(ToString::to_string).collect();
        let more = if self.years.len() > YEARS_MAX { " …" } else { "" };
        diagnostic
            .help(format!("add the holidays and the days worked for them of {}{more}", years.join(", ")))
    }
}

/// Years that are named.
const YEARS_MAX: usize = 5;

/// Where an instant of the plan is written.
fn place_of(draft: &Draft<'_>, ms: i64) -> Option<Place> {
    draft.schema.hotline.iter().find_map(|entry| {
        let edges = draft.edges(entry);
        let edges = [edges.trial, edges.formal, edges.cancel].into_iter().flatten();
        let edge = edges.into_iter().find(|edge| edge.ms == ms).map(|edge| edge.at);
        edge.or_else(|| {
            let owned = [&entry.row.from, &entry.row.until].into_iter().flatten();
            let written = owned.into_iter().find(|date| draft.calendar.instant(date.get_ref()) == Ok(ms));
            written.map(|date| entry.place(date))
        })
    })
}
