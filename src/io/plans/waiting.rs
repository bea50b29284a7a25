//! The plan that waits for its hour: checked when it is asked for, in force from its instant on, whatever becomes of the
//! directory meanwhile.
//!
//! Who goes back to a kept plan (`--back`, `--to`) drops it: he does so because something is wrong, the plan that waits was
//! mostly made from the one he leaves, and what he has gone back to must not be changed behind his back an hour later.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;

use super::keeping::KEEP_EVERY;
use super::shelf::Scheduled;
use super::view::{Outcome, ScheduledView};
use super::{Coming, Compared, How, InForce, Plans, Told, Turn, Wish, lock, now_ms, show};
use crate::io::feed::Notice;

impl Plans {
    /// Drops the plan that waits for its hour, and returns it.
    pub async fn cancel(&self, by: &str) -> Option<ScheduledView> {
        let shelf = self.0.shelf.lock().await;
        let dropped = self.drop_waiting(shelf, by)?;
        self.keep().await;
        Some(dropped)
    }

    pub(super) fn drop_waiting(&self, mut shelf: Turn<'_>, by: &str) -> Option<ScheduledView> {
        let view = shelf.scheduled.take().as_ref().map(scheduled_view)?;
        drop(shelf);
        self.reschedule(None);
        let (by, plan, at) = (by.to_owned(), view.plan.clone(), view.at.clone());
        self.notice(Notice::ScheduleDropped { by, plan, at });
        Some(view)
    }

    /// The plan that waits and its hour, for `status`; at once, whatever is worked on.
    pub fn scheduled(&self) -> Option<String> {
        lock(&self.0.scheduled).clone()
    }

    pub(super) fn reschedule(&self, scheduled: Option<String>) {
        *lock(&self.0.scheduled) = scheduled;
        self.0.rescheduled.notify_one();
    }

    /// Puts the scheduled plan in force when its hour has come, and keeps on disk what could not be kept before; for
    /// ever. The wall clock may be set, so it is looked at every second.
    pub async fn keep_hours(&self) {
        self.keep_beside();
        loop {
            let mut shelf = self.0.shelf.lock().await;
            let now = now_ms(self.0.clock);
            if let Some(scheduled) = shelf.take_due(now) {
                self.its_hour_has_come(scheduled, shelf).await;
                continue;
            }
            let wait = shelf.scheduled.as_ref().map(|scheduled| scheduled.at_ms.saturating_sub(now));
            drop(shelf);
            let wait = wait.map(|ms| Duration::from_millis(u64::try_from(ms).unwrap_or(0)).min(LOOK_EVERY));
            let again = self.not_kept().map(|_| KEEP_EVERY);
            match wait.into_iter().chain(again).min() {
                Some(wait) => {
                    // Told or not, it is looked again.
                    timeout(wait, self.0.rescheduled.notified()).await.ok();
                }
                None => self.0.rescheduled.notified().await,
            }
            if self.is_time_to_keep_again() {
                self.keep_beside();
            }
        }
    }

    /// Whoever has the shelf sees a plan that waits or one that is in force, never neither.
    pub(super) async fn its_hour_has_come(&self, scheduled: Scheduled, mut shelf: Turn<'_>) {
        let plan = scheduled.candidate.table.name().to_owned();
        let before = shelf.edition();
        let left = Arc::clone(shelf.running());
        let coming = Coming { how: How::At, by: &scheduled.by, before: Some(before) };
        let swapped = self.swap(&scheduled.candidate, coming, &mut shelf).await;
        let by = "its hour has come".to_owned();
        if let Err(why) = &swapped
            && shelf.edition() == before
        {
            // It never came to the node, which stands still or has too much to do: its hour has come for as long.
            shelf.scheduled = Some(scheduled);
            drop(shelf);
            let why = format!("plan {plan} cannot come in force yet, and is tried every second: {why}");
            self.notice(Notice::PlanRefused { by, faults: vec![why] });
            return tokio::time::sleep(LOOK_EVERY).await;
        }
        drop(shelf);
        self.reschedule(None);
        // Before anything is waited for: a node may be stopped meanwhile.
        self.keep_beside();
        self.notice(match swapped {
            Ok(InForce { edition, since_ms, pause_us }) => {
                // Others may have come in force since it was compared.
                let diff = move || left.diff(&scheduled.candidate, since_ms).changes.len();
                let changes = tokio::task::spawn_blocking(diff).await.unwrap_or_default();
                Notice::Reloaded { by, edition, changes, pause_us }
            }
            Err(why) => Notice::PlanRefused { by, faults: vec![format!("plan {plan}: {why}")] },
        });
    }

    /// A disk that does not answer must not hold up an hour.
    fn keep_beside(&self) {
        let plans = self.clone();
        tokio::spawn(async move { plans.keep().await });
    }

    pub(super) async fn schedule(
        &self,
        at: &str,
        compared: Compared,
        (wish, by): (&Wish, &str),
        mut shelf: Turn<'_>,
    ) -> Told {
        let Compared { candidate, mut view, .. } = compared;
        let table = &candidate.table;
        let at_ms = match table.calendar().parse(at) {
            Ok(at_ms) => at_ms,
            Err(error) => return Told::Not(format!("{at} is no instant: {error}")),
        };
        let now = now_ms(self.0.clock);
        if at_ms <= now {
            return Told::Not(format!("{} is past: it is {} now", show(table, at_ms), show(table, now)));
        }
        if let Some(other) = &shelf.scheduled {
            let ScheduledView { plan, at, .. } = scheduled_view(other);
            return Told::Not(format!(
                "plan {plan} waits for {at}: drop it first (`tongjie reload --cancel`)"
            ));
        }
        view.at = Some(show(table, at_ms));
        view.doubt = doubt(at_ms - now).map(|years| format!("{at} is more than {years} from now"));
        if wish.dry_run {
            return Told::Done(view);
        }
        let scheduled = Scheduled { candidate, at_ms, by: by.to_owned() };
        let ScheduledView { plan, at, .. } = scheduled_view(&scheduled);
        shelf.scheduled = Some(scheduled);
        drop(shelf);
        self.reschedule(Some(format!("{plan} at {at}")));
        self.notice(Notice::PlanScheduled { by: by.to_owned(), plan, at });
        view.outcome = Outcome::Scheduled;
        view.not_kept = self.keep().await;
        Told::Done(view)
    }
}

pub(super) fn scheduled_view(scheduled: &Scheduled) -> ScheduledView {
    let table = &scheduled.candidate.table;
    ScheduledView {
        plan: table.name().to_owned(),
        at: show(table, scheduled.at_ms),
        by: scheduled.by.clone(),
        hotlines: super::shelf::hotlines(table),
        difference: None,
    }
}

/// Nobody puts a cut-over off for so long: the year is mistyped.
fn doubt(ms: i64) -> Option<String> {
    match ms / YEAR_MS {
        ..=0 => None,
        1 => Some("a year".to_owned()),
        years => Some(format!("{years} years")),
    }
}

const YEAR_MS: i64 = 31_556_952_000;
/// How often the wall clock is looked at while a plan waits.
const LOOK_EVERY: Duration = Duration::from_secs(1);
