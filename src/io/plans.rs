//! The plans of a running node: read, checked, compared, put in force, kept, put off until their hour.
//!
//! Everything here happens beside the node, on the control socket's thread and a helper thread for the long parts; the
//! node is handed a [`NextPlan`] and moves it in. What a new plan means for the calls that go on stands in
//! [`crate::node::plan`].
//!
//! | asked | done |
//! |---|---|
//! | reload | read, checked with its tests and recordings, compared, in force; or refused whole, with every reason |
//! | … dry run | the same without the last step |
//! | … at an instant | checked now; what was checked is in force from that instant on, by the clock the plan sees; within some milliseconds after it, never before |
//! | … back | the plan before, from memory, checked and compared again |
//! | SIGHUP | reload; however many signals come while one is worked on, one more follows |
//!
//! One request is worked on at a time; others wait their turn. A scheduled plan comes in force at its hour whatever is
//! worked on. The last ten plans are kept in memory with their recordings: a full or broken disk can stop neither a
//! reload nor a return. A restart forgets them, and a scheduled plan: a node that starts runs what is in the directory.

pub mod candidate;
mod shelf;
pub mod view;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, oneshot};
use tokio::time::timeout;

use self::candidate::Candidate;
use self::shelf::{Scheduled, Shelf};
use self::view::{FaultView, Outcome, PlanView, PlansView, RefusalView, ReloadView, ScheduledView};
use super::clock::Clock;
use super::driver::ToNode;
use super::feed::{Feed, Notice};
use super::inbox::Post;
use crate::call::Edition;
use crate::dialplan::diff::{Diff, diff_heard};
use crate::dialplan::{Report, Table};
use crate::node::{Command, NextPlan, Reply};

/// The plans of a node; clones share them.
#[derive(Clone)]
pub struct Plans(Arc<Inner>);

struct Inner {
    dir: PathBuf,
    clock: Clock,
    node: Post<ToNode>,
    feed: Mutex<Feed>,
    /// Whose turn it is.
    desk: tokio::sync::Mutex<()>,
    shelf: tokio::sync::Mutex<Shelf>,
    /// The plan that waits and when its hour is, for those who cannot wait for the shelf.
    scheduled: Mutex<Option<String>>,
    rescheduled: Notify,
}

/// What is to be done with the plan in the directory.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Wish {
    /// Not that one: the plan before the one that runs.
    pub back: bool,
    /// Not now: at this instant.
    pub at: Option<String>,
    /// Not at all: only compare.
    pub dry_run: bool,
}

/// What came of it.
#[derive(Debug)]
pub enum Told {
    /// What was wished.
    Done(Box<ReloadView>),
    /// The plan is refused, and why; the one that runs runs on.
    Refused(Box<RefusalView>),
    /// The wish makes no sense, or the node is not there.
    Not(String),
}

/// The right to change which plan runs.
type Turn<'a> = tokio::sync::MutexGuard<'a, Shelf>;

/// A plan that passed, beside the one that runs.
struct Compared {
    candidate: Arc<Candidate>,
    diff: Diff,
    same: bool,
    /// The edition it was compared with.
    with: u64,
}

impl Plans {
    /// Beside a node that runs `first` as `edition`. Plans are read from `dir`.
    pub fn new(
        dir: PathBuf,
        first: Candidate,
        edition: &Arc<Edition>,
        clock: Clock,
        node: Post<ToNode>,
        feed: Feed,
    ) -> Self {
        let shelf = Shelf::new(first, edition, now_ms(clock));
        Self(Arc::new(Inner {
            dir,
            clock,
            node,
            feed: Mutex::new(feed),
            desk: tokio::sync::Mutex::new(()),
            shelf: tokio::sync::Mutex::new(shelf),
            scheduled: Mutex::new(None),
            rescheduled: Notify::new(),
        }))
    }

    /// Does what is wished. `by` is who wishes it, for the log.
    pub async fn reload(&self, wish: &Wish, by: &str) -> Told {
        let _turn = self.0.desk.lock().await;
        let began = self.0.clock.now();
        let told = loop {
            let compared = match self.compare(wish).await {
                Ok(compared) => compared,
                Err(told) => break told,
            };
            let shelf = self.0.shelf.lock().await;
            // A scheduled plan may have come in force meanwhile: then the comparison is with the wrong one.
            if shelf.running().is_some_and(|running| running.number == compared.with) {
                break self.act(wish, compared, by, shelf).await;
            }
        };
        match told {
            Told::Done(mut view) => {
                view.took_us = micros(self.0.clock.now() - began);
                Told::Done(view)
            }
            Told::Refused(refusal) => {
                let faults = refusal.faults.iter().map(FaultView::line).collect();
                self.notice(Notice::PlanRefused { by: by.to_owned(), faults });
                Told::Refused(refusal)
            }
            told @ Told::Not(_) => told,
        }
    }

    /// The plans kept, and the one that waits.
    pub async fn list(&self) -> PlansView {
        let shelf = self.0.shelf.lock().await;
        let running = shelf.running().map(|running| running.number);
        let view = |kept: &shelf::Kept| PlanView {
            edition: kept.number,
            plan: kept.candidate.table.name().to_owned(),
            since: show(&kept.candidate.table, kept.since_ms.div_euclid(1000) * 1000),
            running: Some(kept.number) == running,
        };
        let scheduled = shelf.scheduled.as_ref().map(scheduled_view);
        PlansView { plans: shelf.kept().rev().map(view).collect(), scheduled }
    }

    /// Drops the plan that waits for its hour, and returns it.
    pub async fn cancel(&self, by: &str) -> Option<ScheduledView> {
        let dropped = self.0.shelf.lock().await.scheduled.take();
        self.reschedule(None);
        let view = dropped.as_ref().map(scheduled_view)?;
        self.notice(Notice::ScheduleDropped {
            by: by.to_owned(),
            plan: view.plan.clone(),
            at: view.at.clone(),
        });
        Some(view)
    }

    /// The plan that waits and its hour, for `status`; at once, whatever is worked on.
    pub fn scheduled(&self) -> Option<String> {
        lock(&self.0.scheduled).clone()
    }

    /// Puts the scheduled plan in force when its hour has come; for ever. The wall clock may be set, so it is looked at
    /// every second.
    pub async fn keep_hours(&self) {
        loop {
            let (due, wait) = {
                let mut shelf = self.0.shelf.lock().await;
                let now = now_ms(self.0.clock);
                let due = shelf.take_due(now);
                let wait = shelf.scheduled.as_ref().map(|scheduled| scheduled.at_ms.saturating_sub(now));
                (due, wait.map(|ms| Duration::from_millis(u64::try_from(ms).unwrap_or(0)).min(LOOK_EVERY)))
            };
            if let Some(scheduled) = due {
                self.its_hour_has_come(scheduled).await;
                continue;
            }
            match wait {
                Some(wait) => {
                    // Told or not, it is looked again.
                    timeout(wait, self.0.rescheduled.notified()).await.ok();
                }
                None => self.0.rescheduled.notified().await,
            }
        }
    }

    async fn its_hour_has_come(&self, scheduled: Scheduled) {
        let plan = scheduled.candidate.table.name().to_owned();
        let shelf = self.0.shelf.lock().await;
        let swapped = self.swap(scheduled.candidate, false, shelf).await;
        self.reschedule(None);
        match swapped {
            Ok((edition, pause_us)) => {
                self.notice(Notice::Reloaded {
                    by: "its hour has come".to_owned(),
                    edition,
                    changes: None,
                    pause_us,
                });
            }
            Err(why) => {
                let faults = vec![format!("plan {plan}: {why}")];
                self.notice(Notice::PlanRefused { by: "its hour has come".to_owned(), faults });
            }
        }
    }

    /// Reads, checks and compares, off this thread.
    async fn compare(&self, wish: &Wish) -> Result<Compared, Told> {
        let (running, before) = {
            let shelf = self.0.shelf.lock().await;
            let Some(running) = shelf.running().cloned() else {
                return Err(Told::Not("no plan runs".to_owned()));
            };
            (running, shelf.before().cloned())
        };
        let (dir, back, at, clock) = (self.0.dir.clone(), wish.back, wish.at.clone(), self.0.clock);
        if back && before.is_none() {
            return Err(Told::Not("no plan ran before this one since the node started".to_owned()));
        }
        let work = move || -> Result<Compared, Told> {
            let old = &running.candidate;
            let read = match before.filter(|_| back) {
                Some(before) => before.candidate.again(),
                None => Candidate::at_reload(&dir, old),
            };
            let candidate =
                read.map_err(|report| Told::Refused(Box::new(refusal(&report, old, running.number))))?;
            let diff = diff_heard(&old.table, &candidate.table, &old.resounding(&candidate));
            // Nobody meets the new plan before its hour.
            let hour = at.and_then(|at| candidate.table.calendar().parse(&at).ok());
            let diff = diff.within(hour.unwrap_or(i64::MIN).max(now_ms(clock)), i64::MAX);
            let same = candidate.is_same(old);
            Ok(Compared { candidate: Arc::new(candidate), diff, same, with: running.number })
        };
        let done = tokio::task::spawn_blocking(work).await;
        done.unwrap_or_else(|_| Err(Told::Not("reading the plan met a defect of this program".to_owned())))
    }

    async fn act(&self, wish: &Wish, compared: Compared, by: &str, shelf: Turn<'_>) -> Told {
        let mut view = ReloadView::new(&compared.candidate, &compared.diff, compared.with);
        if let Some(at) = &wish.at {
            return self.schedule(at, &compared, view, wish.dry_run, by, shelf);
        }
        if wish.dry_run {
            return Told::Done(Box::new(view));
        }
        if compared.same && !wish.back {
            view.outcome = Outcome::Unchanged;
            return Told::Done(Box::new(view));
        }
        match self.swap(Arc::clone(&compared.candidate), wish.back, shelf).await {
            Ok((edition, pause_us)) => {
                view.outcome = Outcome::InForce;
                view.edition = edition;
                view.at = Some(show(&compared.candidate.table, now_ms(self.0.clock).div_euclid(1000) * 1000));
                view.pause_us = Some(pause_us);
                let changes = Some(compared.diff.changes.len());
                self.notice(Notice::Reloaded { by: by.to_owned(), edition, changes, pause_us });
                Told::Done(Box::new(view))
            }
            Err(why) => Told::Not(why),
        }
    }

    fn schedule(
        &self,
        at: &str,
        compared: &Compared,
        mut view: ReloadView,
        dry_run: bool,
        by: &str,
        mut shelf: Turn<'_>,
    ) -> Told {
        let table = &compared.candidate.table;
        let at_ms = match table.calendar().parse(at) {
            Ok(at_ms) => at_ms,
            Err(error) => return Told::Not(format!("{at} is no instant: {error}")),
        };
        let now = now_ms(self.0.clock);
        if at_ms <= now {
            return Told::Not(format!("{} is past: it is {} now", show(table, at_ms), show(table, now)));
        }
        view.at = Some(show(table, at_ms));
        if dry_run {
            return Told::Done(Box::new(view));
        }
        if let Some(other) = &shelf.scheduled {
            let ScheduledView { plan, at } = scheduled_view(other);
            return Told::Not(format!(
                "plan {plan} waits for {at}: drop it first (`tongjie reload --cancel`)"
            ));
        }
        let scheduled = Scheduled { candidate: Arc::clone(&compared.candidate), at_ms };
        let ScheduledView { plan, at } = scheduled_view(&scheduled);
        shelf.scheduled = Some(scheduled);
        drop(shelf);
        self.reschedule(Some(format!("{plan} at {at}")));
        self.notice(Notice::PlanScheduled { by: by.to_owned(), plan, at });
        view.outcome = Outcome::Scheduled;
        Told::Done(Box::new(view))
    }

    /// Puts a plan in force. Returns its edition and how long calls were held up, in microseconds.
    async fn swap(
        &self,
        candidate: Arc<Candidate>,
        back: bool,
        mut shelf: Turn<'_>,
    ) -> Result<(u64, u64), String> {
        let prompts = shelf.prompts_with(&candidate);
        let Some(running) = shelf.running() else { return Err("no plan runs".to_owned()) };
        let (number, before) = (running.number, Arc::clone(&running.candidate.table));
        let table = Arc::clone(&candidate.table);
        let prepare = move || Box::new(NextPlan::following(number, &before, table, prompts));
        let prepared = tokio::task::spawn_blocking(prepare).await;
        let next = prepared.map_err(|_| "making the plan ready met a defect of this program".to_owned())?;
        let edition = Arc::clone(next.edition());
        let (reply, answer) = oneshot::channel();
        let command = Command::Replan(next);
        if self.0.node.send(ToNode::Command { command, reply }).is_err() {
            return Err("the node does not keep up; try again".to_owned());
        }
        let answer = timeout(NODE_MAX, answer).await;
        // Once it is in the node's inbox it will be taken over, however late.
        shelf.runs(candidate, &edition, now_ms(self.0.clock), back);
        match answer {
            Ok(Ok(Reply::Replanned(replanned))) => Ok((edition.number(), micros(replanned.pause))),
            Ok(Ok(_) | Err(_)) => Err("the node has stopped".to_owned()),
            Err(_) => Err(format!(
                "the node did not answer in {} s; `tongjie status` says which plan is in force",
                NODE_MAX.as_secs()
            )),
        }
    }

    fn reschedule(&self, scheduled: Option<String>) {
        *lock(&self.0.scheduled) = scheduled;
        self.0.rescheduled.notify_one();
    }

    fn notice(&self, notice: Notice) {
        let mut feed = lock(&self.0.feed);
        feed.notice(notice);
        feed.flush();
    }
}

/// A thread that panicked with the lock held left nothing half done behind.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn refusal(report: &Report, running: &Candidate, edition: u64) -> RefusalView {
    let faults = report.diagnostics.iter().map(|fault| FaultView::new(fault, &report.sources)).collect();
    RefusalView { plan: running.table.name().to_owned(), edition, faults }
}

fn scheduled_view(scheduled: &Scheduled) -> ScheduledView {
    let table = &scheduled.candidate.table;
    ScheduledView { plan: table.name().to_owned(), at: show(table, scheduled.at_ms) }
}

fn show(table: &Table, at_ms: i64) -> String {
    table.calendar().show(at_ms)
}

/// Civil time as the plan sees it.
fn now_ms(clock: Clock) -> i64 {
    clock.wall().ms_at(clock.now())
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

/// How often the wall clock is looked at while a plan waits.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How long the node may take to answer.
const NODE_MAX: Duration = Duration::from_secs(10);

#[cfg(test)]
mod tests;
