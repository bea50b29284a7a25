//! The plans of a running node: read, checked, compared, put in force, kept, put off until their hour.
//!
//! Everything here happens beside the node: on the control socket's thread, and what takes its time (files, checks,
//! comparisons) on threads of its own. The node is handed a [`NextPlan`] and moves it in. What a new plan means for the
//! calls that go on stands in [`crate::node::plan`].
//!
//! | asked | done |
//! |---|---|
//! | reload | read, checked with its tests and recordings, compared, in force; or refused whole, with every reason. The plan that waits is refused: its hour is to come |
//! | … dry run | the same without the last step; refused whenever the reload would be |
//! | … at an instant | checked now; what was checked is in force from that instant on, by the clock the plan sees; within some milliseconds after it, never before ([`waiting`]) |
//! | … back | the plan before, as it was then, checked and compared again ([`shelf`]); a plan that waits for its hour is dropped |
//! | … to an edition | the same with any plan kept |
//! | cancel | the plan that waits is dropped |
//! | SIGHUP | reload, what comes of it in the log; however many signals come while one is worked on, one more follows |
//! | a start | the plan in the directory, or the one that ran last ([`start`]) |
//!
//! One request is worked on at a time; others wait their turn. A scheduled plan comes in force at its hour whatever is
//! worked on. The last ten plans are kept in memory with their recordings, and on disk ([`archive`]): a full or broken disk
//! can stop neither a reload nor a return, it is said, and the disk is tried again until it takes them. What the directory
//! holds beside the plan that runs is said in `status` and the list ([`directory`]).

mod archive;
pub mod candidate;
mod cut_over;
mod directory;
mod keeping;
pub mod listing;
mod shelf;
pub mod start;
pub mod view;
mod waiting;
mod written;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::{Notify, oneshot};
use tokio::time::timeout;

use self::candidate::Candidate;
use self::cut_over::CutOvers;
use self::keeping::Keeper;
use self::listing::Seen;
use self::shelf::{Came, Kept, Shelf};
use self::start::Start;
use self::view::{FaultView, Outcome, RefusalView, ReloadView, ScheduledView};
use self::waiting::scheduled_view;
use super::clock::Clock;
use super::driver::ToNode;
use super::feed::{Feed, Notice};
use super::inbox::Post;
use crate::call::Edition;
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
    /// Who writes it to the disk has it longer than the node may run.
    shelf: Arc<tokio::sync::Mutex<Shelf>>,
    /// `None`: nothing is kept on disk.
    keeper: Option<Arc<Keeper>>,
    /// The plan that waits and when its hour is, for those who cannot wait for the shelf.
    scheduled: Mutex<Option<String>>,
    rescheduled: Notify,
    /// `None`: not looked at yet.
    cut_overs: tokio::sync::Mutex<Option<CutOvers>>,
    /// What the directory held when it was looked at last; who looks has the lock.
    seen: Arc<tokio::sync::Mutex<Option<Seen>>>,
}

/// Which plan is to be in force, when.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Wish {
    /// Which.
    pub which: Which,
    /// Not now: at this instant.
    pub at: Option<String>,
    /// Not at all: only compare.
    pub dry_run: bool,
}

/// Which plan is meant.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Which {
    /// The one in the directory.
    #[default]
    Directory,
    /// The one before the one that runs.
    Before,
    /// The one that was in force under this number.
    Edition(u64),
}

/// How a plan came in force.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum How {
    /// The node started with it.
    Start,
    /// `reload`, SIGHUP.
    Reload,
    /// Its hour had come.
    At,
    /// `reload --back`.
    Back,
    /// `reload --to`.
    To,
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

/// How a plan is to come in force, who says so, and where `--back` leads from it.
#[derive(Clone, Copy)]
struct Coming<'a> {
    how: How,
    by: &'a str,
    before: Option<u64>,
}

/// It is: as which edition, since when, and for how long calls were held up.
struct InForce {
    edition: u64,
    since_ms: i64,
    pause_us: u64,
}

/// A plan that passed, beside the one that runs.
struct Compared {
    candidate: Arc<Candidate>,
    /// What an operator is told of it, as far as nothing was done yet.
    view: Box<ReloadView>,
    changes: usize,
    same: bool,
    /// The edition it was compared with.
    with: u64,
    /// The kept plan it is; `None`: the one in the directory.
    kept: Option<Kept>,
}

impl Plans {
    /// Beside a node that runs what `start` says as `edition`. Plans are read from `dir`.
    pub fn new(
        dir: PathBuf,
        mut start: Start,
        edition: &Arc<Edition>,
        clock: Clock,
        node: Post<ToNode>,
        feed: Feed,
    ) -> Self {
        let keeper = start.archive.take().map(|archive| Arc::new(Keeper::new(archive)));
        let scheduled = start.scheduled.as_ref().map(scheduled_view);
        let scheduled = scheduled.map(|view| format!("{} at {}", view.plan, view.at));
        let shelf = Shelf::new(start, edition);
        Self(Arc::new(Inner {
            dir,
            clock,
            node,
            feed: Mutex::new(feed),
            desk: tokio::sync::Mutex::new(()),
            shelf: Arc::new(tokio::sync::Mutex::new(shelf)),
            keeper,
            scheduled: Mutex::new(scheduled),
            rescheduled: Notify::new(),
            cut_overs: tokio::sync::Mutex::new(None),
            seen: Arc::default(),
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
            if shelf.edition() == compared.with {
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
            Told::Not(why) => {
                // Who sent a signal reads it in the log, if anywhere.
                self.notice(Notice::NotReloaded { by: by.to_owned(), why: why.clone() });
                Told::Not(why)
            }
        }
    }

    /// Reads, checks and compares, off this thread.
    async fn compare(&self, wish: &Wish) -> Result<Compared, Told> {
        let (running, with, kept, known) = {
            let shelf = self.0.shelf.lock().await;
            let waits = || {
                shelf
                    .scheduled
                    .as_ref()
                    .map_or("", |_| "; `tongjie reload --cancel` drops the plan that waits")
            };
            let kept = shelf.meant(wish.which).map_err(|why| Told::Not(format!("{why}{}", waits())))?;
            (Arc::clone(shelf.running()), shelf.edition(), kept, shelf.written())
        };
        let (dir, at, clock) = (self.0.dir.clone(), wish.at.clone(), self.0.clock);
        let work = move || -> Result<Compared, Told> {
            let read = match &kept {
                Some(kept) => Candidate::again(&kept.written, Some(&running)),
                None => Candidate::at_reload(&dir, &running),
            };
            let candidate =
                read.map_err(|report| Told::Refused(Box::new(refusal(&report, &running, with))))?;
            let candidate = candidate.sharing_with(&known);
            // Nobody meets the new plan before its hour.
            let hour = at.and_then(|at| candidate.table.calendar().parse(&at).ok());
            let diff = running.diff(&candidate, hour.unwrap_or(i64::MIN).max(now_ms(clock)));
            let view = Box::new(ReloadView::new(&candidate, &diff, with));
            let (changes, same) = (diff.changes.len(), candidate.written == running.written);
            Ok(Compared { candidate: Arc::new(candidate), view, changes, same, with, kept })
        };
        let done = tokio::task::spawn_blocking(work).await;
        done.unwrap_or_else(|_| Err(Told::Not("reading the plan met a defect of this program".to_owned())))
    }

    async fn act(&self, wish: &Wish, compared: Compared, by: &str, mut shelf: Turn<'_>) -> Told {
        if let Some(at) = &wish.at {
            return self.schedule(at, compared, (wish, by), shelf).await;
        }
        // Whoever has logs turned over sends a SIGHUP too: it must not bring the night before its hour.
        if let Some(waits) = shelf.scheduled.as_ref().filter(|waits| {
            wish.which == Which::Directory && waits.candidate.written == compared.candidate.written
        }) {
            let ScheduledView { plan, at, .. } = scheduled_view(waits);
            return Told::Not(format!(
                "the directory holds plan {plan}, which waits for {at}: it comes in force then and not before; to have it now, `reload --cancel` and then `reload`"
            ));
        }
        let Compared { candidate, mut view, changes, same, with, kept } = compared;
        view.scheduled = shelf.scheduled.as_ref().map(scheduled_view);
        view.kept = kept.is_some();
        if wish.dry_run {
            return Told::Done(view);
        }
        let how = match wish.which {
            Which::Directory => How::Reload,
            Which::Before => How::Back,
            Which::Edition(_) => How::To,
        };
        // A step back is a step, even between equals.
        if same && wish.which != Which::Before {
            view.outcome = Outcome::Unchanged;
            drop(shelf);
            self.notice(Notice::Unchanged { by: told_by(how, by), edition: with });
            if self.not_kept().is_some() {
                view.not_kept = self.keep().await;
            }
            return Told::Done(view);
        }
        let before = match &kept {
            // From there, back leads where it led when that plan came in force.
            Some(kept) if how == How::Back => kept.came.before,
            Some(_) | None => Some(with),
        };
        let swapped = self.swap(&candidate, Coming { how, by, before }, &mut shelf).await;
        let by = told_by(how, by);
        // A plan that never came to the node drops nothing.
        let is_gone_to = kept.is_some() && shelf.edition() != with;
        if is_gone_to {
            view.scheduled = None;
            view.dropped = self.drop_waiting(shelf, &by);
        } else {
            drop(shelf);
        }
        view.not_kept = self.keep().await;
        if is_gone_to {
            view.directory = self.directory(Duration::ZERO).await;
        }
        let InForce { edition, since_ms, pause_us } = match swapped {
            Ok(in_force) => in_force,
            Err(why) => return Told::Not(why),
        };
        view.outcome = Outcome::InForce;
        view.edition = edition;
        view.at = Some(show(&candidate.table, since_ms.div_euclid(1000) * 1000));
        view.pause_us = Some(pause_us);
        self.notice(Notice::Reloaded { by, edition, changes, pause_us });
        Told::Done(view)
    }

    /// Puts a plan in force.
    async fn swap(
        &self,
        candidate: &Arc<Candidate>,
        coming: Coming<'_>,
        shelf: &mut Turn<'_>,
    ) -> Result<InForce, String> {
        let prompts = shelf.prompts_with(candidate);
        let (number, before) = (shelf.edition(), Arc::clone(&shelf.running().table));
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
        let since_ms = now_ms(self.0.clock);
        let came = Came::new(&candidate.table, edition.number(), since_ms, coming);
        shelf.runs(Arc::clone(candidate), &edition, came);
        let plans = self.clone();
        tokio::spawn(async move { plans.look_at_cut_overs().await });
        match answer {
            Ok(Ok(Reply::Replanned(replanned))) => {
                Ok(InForce { edition: edition.number(), since_ms, pause_us: micros(replanned.pause) })
            }
            Ok(Ok(_) | Err(_)) => Err("the node has stopped".to_owned()),
            Err(_) => Err(format!(
                "the node did not answer in {} s; `tongjie status` says which plan is in force",
                NODE_MAX.as_secs()
            )),
        }
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

/// Who wished what, for the log.
fn told_by(how: How, by: &str) -> String {
    match how {
        How::Back => format!("{by}, --back"),
        How::To => format!("{by}, --to"),
        How::Start | How::Reload | How::At => by.to_owned(),
    }
}

fn refusal(report: &Report, running: &Candidate, edition: u64) -> RefusalView {
    let faults = report.diagnostics.iter().map(|fault| FaultView::new(fault, &report.sources)).collect();
    RefusalView { plan: running.table.name().to_owned(), edition, faults }
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

/// How long the node may take to answer.
const NODE_MAX: Duration = Duration::from_secs(10);

#[cfg(test)]
mod tests;
