//! Years of which a calendar says nothing, and who asks it then.

use std::collections::BTreeSet;

use tongjie::dialplan::{Action, Table};

use super::found::Found;
use super::grid::Met;
use super::plan::Plan;

/// The years the calendar is asked for, up to the last change of the plan.
pub(super) struct Days {
    /// From when to when it knows nothing, and of which years.
    gaps: Vec<(i64, i64, Vec<i16>)>,
    pub(super) found: BTreeSet<Found>,
}

impl Days {
    pub(super) fn of(table: &Table, plan: &Plan) -> Self {
        let mut gaps: Vec<(i64, i64, Vec<i16>)> = vec![];
        let changes = table.fates().iter().flat_map(|fate| fate.segments().map(|s| s.from_ms));
        let last = changes.max().unwrap();
        let new_year = |year: i16| table.calendar().parse(&format!("{year}-01-01")).unwrap();
        let first = plan.years.first().copied().filter(|_| !plan.by_calendar.is_empty());
        for year in first.into_iter().flat_map(|first| first..2030).filter(|year| !plan.years.contains(year))
        {
            let (from, until) = (new_year(year), new_year(year + 1).min(last));
            match gaps.last_mut() {
                _ if from >= last => {}
                Some((_, end, years)) if *end == from => {
                    *end = until;
                    years.push(year);
                }
                _ => gaps.push((from, until, vec![year])),
            }
        }
        Self { gaps, found: BTreeSet::new() }
    }

    /// Whether hours that go by the calendar are asked in such a year, for these callers.
    pub(super) fn look(&mut self, plan: &Plan, met: &Met<'_>) {
        let gap = self.gaps.iter().find(|(from, until, _)| (*from..*until).contains(&met.at));
        let Some((_, _, years)) = gap else { return };
        let row = met.row(plan).map(|(_, row)| row);
        let own = row.filter(|_| met.segment.closed.is_some()).and_then(|row| row.hours.as_ref());
        let first = match met.segment.action {
            Action::Queue { queue, .. } => Some(queue),
            _ => None,
        };
        let queues = met.walked.asked.iter().chain(first);
        let queues = queues.filter_map(|queue| plan.queue_hours.get(queue.as_str()));
        if queues.chain(own).any(|hours| plan.by_calendar.contains(hours)) {
            self.found.insert(Found::NoHolidays { number: met.number(), years: years.clone() });
        }
    }
}
