//! The cut-overs written in the plan that runs: the next one stands in `status`, and each is told in the log when it comes,
//! for whoever watches that night. Nothing has to be done for them: every call is decided by its own instant.

use std::sync::Arc;
use std::time::Duration;

use super::{Plans, now_ms};
use crate::dialplan::timeline::{CutOver, Language, cut_overs};
use crate::dialplan::{Calendar, Table};
use crate::io::feed::Notice;
use crate::stdx::Instant;

/// The cut-overs of the plan that runs.
#[derive(Debug)]
pub(super) struct CutOvers {
    edition: u64,
    calendar: Calendar,
    /// In order of time.
    all: Vec<CutOver>,
    /// Up to this instant they are told, or are nothing to tell: no node ran.
    told_ms: i64,
}

impl CutOvers {
    pub(super) fn new(edition: u64, table: &Table, told_ms: i64) -> Self {
        Self { edition, calendar: table.calendar().clone(), all: cut_overs(table), told_ms }
    }

    /// Those up to an instant that are not told yet.
    pub(super) fn tell(&mut self, until_ms: i64) -> Vec<Notice> {
        let told = self.all.partition_point(|cut| cut.at_ms <= self.told_ms);
        let due = self.all.get(told..self.behind(until_ms)).unwrap_or_default();
        // Who sets the clock back lives through them again.
        self.told_ms = until_ms;
        let notice = |cut: &CutOver| Notice::CutOver {
            at: self.calendar.show(cut.at_ms),
            begins: cut.named(Language::English, NAMED_MAX),
        };
        due.iter().map(notice).collect()
    }

    /// The first after an instant: `2022-01-01T00:00:00+08:00: cancelled 12 numbers`.
    fn next(&self, now_ms: i64) -> Option<String> {
        let cut = self.all.get(self.behind(now_ms))?;
        Some(format!("{}: {}", self.calendar.show(cut.at_ms), cut.counts(Language::English).join(", ")))
    }

    fn behind(&self, at_ms: i64) -> usize {
        self.all.partition_point(|cut| cut.at_ms <= at_ms)
    }
}

impl Plans {
    /// The next cut-over of the plan that runs.
    pub async fn next_cut_over(&self) -> Option<String> {
        self.0.cut_overs.lock().await.as_ref()?.next(now_ms(self.0.clock))
    }

    /// Tells each cut-over as it comes; for ever. The wall clock may be set, so it is looked at every second.
    pub async fn tell_cut_overs(&self) {
        loop {
            self.look_at_cut_overs().await;
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Tells those that have come, if they are not told yet.
    pub async fn look_at_cut_overs(&self) {
        let mut known = self.0.cut_overs.lock().await;
        let (edition, since_ms, table, hour) = {
            let shelf = self.0.shelf.lock().await;
            let hour = shelf.scheduled.as_ref().map(|scheduled| scheduled.at_ms);
            (shelf.edition(), shelf.since_ms(), Arc::clone(&shelf.running().table), hour)
        };
        let now = now_ms(self.0.clock);
        // What the plan that waits makes of its hour is for that to say.
        let until = hour.map_or(now, |hour| now.min(hour - 1));
        if known.as_ref().is_none_or(|known| known.edition != edition) {
            // A plan comes in force a little after its hour, and whoever reloads then means the same instant.
            let begins = since_ms - HOUR_PASSED_MS;
            // What passed before this process began was told by another, or there was none.
            let mut told_ms = self.0.clock.wall().ms_at(Instant::ZERO);
            if let Some(left) = known.as_mut() {
                told_ms = left.told_ms.max(begins);
                self.tell(left.tell(begins.min(until)));
            }
            let work = move || CutOvers::new(edition, &table, told_ms);
            let Ok(next) = tokio::task::spawn_blocking(work).await else { return };
            *known = Some(next);
        }
        let due = known.as_mut().map(|known| known.tell(until));
        self.tell(due.unwrap_or_default());
    }

    fn tell(&self, notices: Vec<Notice>) {
        notices.into_iter().for_each(|notice| self.notice(notice));
    }
}

/// How often the wall clock is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How long before it came in force a plan's cut-overs are its own.
const HOUR_PASSED_MS: i64 = 1000;
/// Numbers named in one line of a log.
const NAMED_MAX: usize = 50;
