//! The plans kept and what each would change; and what the directory holds.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;

use super::candidate::Candidate;
use super::directory::Known;
use super::shelf::Kept;
use super::view::{PlanView, PlansView, ScheduledView};
use super::waiting::scheduled_view;
use super::written::Written;
use super::{Plans, now_ms};
use crate::dialplan::diff::diff_heard;

impl Plans {
    /// The plans kept, the newest first, and the one that waits; what each would change.
    pub async fn list(&self) -> PlansView {
        let (kept, running, number, scheduled) = {
            let shelf = self.0.shelf.lock().await;
            let kept: Vec<Kept> = shelf.kept().rev().cloned().collect();
            (kept, Arc::clone(shelf.running()), shelf.edition(), shelf.scheduled.clone())
        };
        let (now, directory) = (now_ms(self.0.clock), self.directory().await);
        let work = move || {
            let view = |kept: &Kept| {
                PlanView::new(
                    &kept.came,
                    &running.table,
                    kept.came.edition == number,
                    differs(&running, &kept.written, now),
                )
            };
            PlansView {
                plans: kept.iter().map(view).collect(),
                scheduled: scheduled.as_ref().map(|scheduled| ScheduledView {
                    difference: differs(&running, &scheduled.candidate.written, scheduled.at_ms),
                    ..scheduled_view(scheduled)
                }),
                directory,
            }
        };
        let nothing = PlansView { plans: vec![], scheduled: None, directory: None };
        tokio::task::spawn_blocking(work).await.unwrap_or(nothing)
    }

    /// What the directory holds, if it is not the plan that runs. A disk that does not answer holds nobody up.
    pub async fn directory(&self) -> Option<String> {
        let known = Known::of(&*self.0.shelf.lock().await, self.0.keeper.is_none());
        let dir = self.0.dir.clone();
        let look = tokio::task::spawn_blocking(move || known.compare(&dir));
        timeout(LOOK_MAX, look).await.ok()?.ok()?
    }
}

/// What would change for callers from then on if one went to another plan; `None`: nothing, to the letter.
fn differs(running: &Candidate, other: &Written, from_ms: i64) -> Option<String> {
    if *other == *running.written {
        return None;
    }
    let Some(table) = other.table() else {
        return Some("this program no longer understands it".to_owned());
    };
    let diff = diff_heard(&running.table, table, &running.written.resounding(other));
    let text = diff.within(from_ms, i64::MAX).to_string();
    Some(text.lines().next().unwrap_or_default().to_owned())
}

/// How long a disk may take to say what is in a directory.
const LOOK_MAX: Duration = Duration::from_secs(2);
