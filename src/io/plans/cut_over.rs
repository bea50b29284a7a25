//! The cut-overs written in the plan that runs: the next one stands in `status`, and each is told in the log when it comes,
//! for whoever watches that night. Nothing has to be done for them: every call is decided by its own instant.

use std::collections::VecDeque;
use std::time::Duration;

use super::{Plans, lock, now_ms};
use crate::dialplan::Calendar;
use crate::dialplan::timeline::{CutOver, Language, cut_overs};
use crate::io::feed::Notice;

/// The cut-overs still to come.
#[derive(Debug)]
pub(super) struct Ahead {
    /// Of this edition.
    edition: u64,
    calendar: Calendar,
    cuts: VecDeque<CutOver>,
}

impl Plans {
    /// The next cut-over of the plan that runs: `2022-01-01T00:00:00+08:00: cancelled 12 numbers`.
    pub fn next_cut_over(&self) -> Option<String> {
        let ahead = lock(&self.0.ahead);
        let Ahead { calendar, cuts, .. } = ahead.as_ref()?;
        let cut = cuts.front()?;
        Some(format!("{}: {}", calendar.show(cut.at_ms), cut.counts(Language::English).join(", ")))
    }

    /// Tells each cut-over as it comes; for ever. The wall clock may be set, so it is looked at every second.
    pub async fn tell_cut_overs(&self) {
        loop {
            self.look_ahead().await;
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    pub(super) async fn look_ahead(&self) {
        let now = now_ms(self.0.clock);
        // Before a plan that has come meanwhile is looked at: what the one before had for that second did happen.
        for notice in self.due(now) {
            self.notice(notice);
        }
        let (edition, table) = {
            let shelf = self.0.shelf.lock().await;
            (shelf.edition(), shelf.running().table.clone())
        };
        if lock(&self.0.ahead).as_ref().is_some_and(|ahead| ahead.edition == edition) {
            return;
        }
        let work = move || {
            let cuts = cut_overs(&table).into_iter().filter(|cut| now < cut.at_ms).collect();
            Ahead { edition, calendar: table.calendar().clone(), cuts }
        };
        if let Ok(found) = tokio::task::spawn_blocking(work).await {
            *lock(&self.0.ahead) = Some(found);
        }
    }

    pub(super) fn due(&self, now: i64) -> Vec<Notice> {
        let mut ahead = lock(&self.0.ahead);
        let Some(Ahead { calendar, cuts, .. }) = ahead.as_mut() else { return vec![] };
        let due = cuts.partition_point(|cut| cut.at_ms <= now);
        let notice = |cut: CutOver| Notice::CutOver {
            at: calendar.show(cut.at_ms),
            begins: cut.named(Language::English),
        };
        cuts.drain(..due).map(notice).collect()
    }
}

/// How often the wall clock is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);
