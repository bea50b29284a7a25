//! The dates of rows, and the waves they make.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::Wave;
use super::cells;
use super::date::{self, Written};
use super::decide::City;
use super::headings::Column;
use super::sheet::Row;

/// The dates of a row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Dates {
    pub(super) trial: Option<Date>,
    pub(super) formal: Option<Date>,
    /// The first day without service.
    pub(super) cancel: Option<Date>,
    /// Which column says so.
    pub(super) cancel_column: Column,
}

impl Default for Dates {
    fn default() -> Self {
        Self { trial: None, formal: None, cancel: None, cancel_column: Column::CancelAfter }
    }
}

/// 12345 became the number of governments' hotlines about then.
const MERGES_SINCE: i16 = 2000;

impl City<'_> {
    pub(super) fn row_dates(&mut self, row: &Row) -> Dates {
        let trial = self.date(row, Column::TrialFrom);
        let formal = self.date(row, Column::FormalFrom);
        let last = self.date(row, Column::CancelAfter).and_then(|day| day.tomorrow().ok());
        let first = self.date(row, Column::CancelFrom);
        if let (Some(last), Some(first)) = (last, first)
            && last != first
        {
            let why = format!("two columns say when the number ends, and mean {last} and {first}");
            self.note(row, Column::CancelFrom, why, format!("{}", last.max(first)));
        }
        let cancel_column = if last.max(first) == last { Column::CancelAfter } else { Column::CancelFrom };
        self.in_order(row, Dates { trial, formal, cancel: last.max(first), cancel_column })
    }

    fn date(&mut self, row: &Row, column: Column) -> Option<Date> {
        let written = row.filled(column);
        let asks_for_the_end = matches!(column, Column::CancelAfter | Column::CancelFrom);
        if written.is_empty() || asks_for_the_end && cells::number_asked(written, false).is_some() {
            return None;
        }
        let (why, day) = match date::read(written) {
            Written::Day(day) if day.year() < MERGES_SINCE => {
                ("is before any hotline was merged: is it the day on which the hotline began?", Some(day))
            }
            Written::Day(day) => return Some(day),
            Written::Serial(day) => ("is a spreadsheet's count of days", Some(day)),
            Written::Among(day) => ("says more than a day", Some(day)),
            Written::Ambiguous => ("may be either of two days: which is the month?", None),
            Written::No => ("is no date", None),
        };
        let chose = day.map_or_else(|| "as if the cell were empty".to_owned(), |day| day.to_string());
        self.note(row, column, format!("`{written}` {why}"), chose);
        day
    }

    /// Dates that stand in the wrong order cannot all be meant.
    fn in_order(&mut self, row: &Row, mut dates: Dates) -> Dates {
        // Where there was no trial, one writes the day twice.
        dates.trial = dates.trial.filter(|trial| dates.formal != Some(*trial));
        if let (Some(trial), Some(formal)) = (dates.trial, dates.formal)
            && trial > formal
        {
            let why = format!("{formal} is not after the trial of {trial}");
            self.note(row, Column::FormalFrom, why, "no formal date");
            dates.formal = None;
        }
        if let (Some(cancel), Some(last)) = (dates.cancel, dates.formal.or(dates.trial))
            && cancel <= last
        {
            self.note(row, dates.cancel_column, format!("the number would end before {last}"), "no end");
            dates.cancel = None;
        }
        dates
    }

    /// Rows with the same beginning are one wave; its end is the one most of them have.
    pub(super) fn waves(&mut self) {
        let mut waves: BTreeMap<(Option<Date>, Option<Date>), BTreeMap<Date, usize>> = BTreeMap::new();
        for dates in &self.dates {
            if let (None, None, None) = (dates.trial, dates.formal, dates.cancel) {
                continue;
            }
            let ends = waves.entry((dates.trial, dates.formal)).or_default();
            if let Some(cancel) = dates.cancel {
                *ends.entry(cancel).or_default() += 1;
            }
        }
        let mut keys = BTreeMap::new();
        for (i, ((trial, formal), ends)) in waves.into_iter().enumerate() {
            let cancel = ends.into_iter().rev().max_by_key(|(_, rows)| *rows).map(|(cancel, _)| cancel);
            let key = format!("wave-{}", i + 1);
            keys.insert((trial, formal), (key.clone(), cancel));
            let text = |day: Option<Date>| day.map(|day| day.to_string());
            self.draft.waves.push(Wave {
                key,
                trial: text(trial),
                formal: text(formal),
                cancel: text(cancel),
            });
        }
        for (hotline, dates) in self.draft.hotlines.iter_mut().zip(&self.dates) {
            let dated = dates.trial.or(dates.formal).or(dates.cancel).is_some();
            let Some((key, end)) = keys.get(&(dates.trial, dates.formal)).filter(|_| dated) else { continue };
            hotline.wave = Some(key.clone());
            // Only a number that ends has an end of its own.
            if hotline.ends() && dates.cancel != *end {
                hotline.cancel = dates.cancel.map(|day| day.to_string());
            }
        }
    }
}
