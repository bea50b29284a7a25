//! The plans kept and what each would change; and what the directory holds.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;

use super::candidate::Candidate;
use super::directory::{Beside, Known};
use super::shelf::Kept;
use super::view::{PlanView, PlansView, ScheduledView};
use super::waiting::scheduled_view;
use super::written::Written;
use super::{Plans, now_ms};
use crate::dialplan::diff::diff_heard;
use crate::stdx::Instant;

impl Plans {
    /// The plans kept, the newest first, and the one that waits; what each would change.
    pub async fn list(&self) -> PlansView {
        let (kept, running, number, scheduled) = {
            let shelf = self.0.shelf.lock().await;
            let kept: Vec<Kept> = shelf.kept().rev().cloned().collect();
            (kept, Arc::clone(shelf.running()), shelf.edition(), shelf.scheduled.clone())
        };
        let (now, directory) = (now_ms(self.0.clock), self.directory(Duration::ZERO).await);
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

    /// What the directory holds, if it is not the plan that runs, as it was seen no longer ago than `age`. A disk that
    /// does not answer holds nobody up.
    pub async fn directory(&self, age: Duration) -> Option<String> {
        self.directory_within(LOOK_MAX, age).await
    }

    pub(super) async fn directory_within(&self, patience: Duration, age: Duration) -> Option<String> {
        let looked = timeout(patience, self.look(age)).await;
        looked.unwrap_or_else(|_| {
            let why = match self.0.shelf.try_lock() {
                Ok(_) => format!("it did not answer in {} s", LOOK_MAX.as_secs()),
                // Nobody else has the shelf for long.
                Err(_) => "a plan is just coming in force; ask again".to_owned(),
            };
            Some(format!("what {} holds is not known: {why}", self.0.dir.display()))
        })
    }

    /// One looks at a time, however many ask and however long the disk takes: a look cannot be stopped, only left alone.
    async fn look(&self, age: Duration) -> Option<String> {
        let mut seen = Arc::clone(&self.0.seen).lock_owned().await;
        let known = Known::of(&*self.0.shelf.lock().await, self.0.keeper.is_none());
        let is_fresh = |seen: &&Seen| seen.of.is(&known.beside) && self.0.clock.now() - seen.at < age;
        if let Some(seen) = seen.as_ref().filter(is_fresh) {
            return seen.holds.clone();
        }
        let (dir, clock) = (self.0.dir.clone(), self.0.clock);
        let look = move || {
            let holds = known.compare(&dir);
            *seen = Some(Seen { holds: holds.clone(), of: known.beside, at: clock.now() });
            holds
        };
        let looked = tokio::task::spawn_blocking(look).await;
        looked.unwrap_or_else(|_| Some("looking at the directory met a defect of this program".to_owned()))
    }
}

/// What the directory held.
pub(super) struct Seen {
    holds: Option<String>,
    /// Beside which plans.
    of: Beside,
    at: Instant,
}

/// What would change for callers from then on if one went to another plan; `None`: nothing, it is the same plan.
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
/// How old an answer may be for those who ask again and again.
pub const LATELY: Duration = Duration::from_secs(1);
