//! What a node runs when it starts: what is in its directory, as every program does; but a restart undoes no `--back`, and
//! brings no plan before its hour. So it depends on what the directory holds:
//!
//! | it holds | in force is | … when a plan's hour passed while no node ran |
//! |---|---|---|
//! | the plan that ran last | that, under its number | the one whose hour passed, from now on |
//! | the plan that waits for its hour | the one that ran last; it waits on | the same |
//! | a plan left with `--back` or `--to` | the one that ran last | the same |
//! | no plan that can run | the one that ran last | the same |
//! | any of these, and the one that ran last is lost | the newest kept that was not left, as a new edition | the one whose hour passed |
//! | another plan: it was changed meanwhile | that, as a new edition | that: who changed it knew better. The other is dropped |
//!
//! Whatever is not as the directory says is told, in the log and in `status`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::archive::{Archive, Saved, Waits};
use super::candidate::Candidate;
use super::shelf::{Came, Kept, Scheduled};
use super::view::FaultView;
use super::written::Written;
use super::{Coming, How, show};
use crate::dialplan::Report;

/// What a node starts with.
#[derive(Debug)]
pub struct Start {
    /// What it runs.
    pub candidate: Candidate,
    /// Whether that is what its directory holds.
    pub is_of_directory: bool,
    /// What an operator must know.
    pub notes: Vec<String>,
    pub(super) came: Came,
    pub(super) past: Vec<Kept>,
    pub(super) scheduled: Option<Scheduled>,
    pub(super) archive: Option<Archive>,
}

/// What the directory holds, beside what is known.
#[derive(Clone, Copy)]
enum Held {
    Ran,
    Waiting,
    Left(u64),
    Faults,
    Other,
}

impl Start {
    /// With this plan and no past; nothing is kept on disk.
    pub fn fresh(candidate: Candidate, now_ms: i64) -> Self {
        let came = Came::new(&candidate.table, 1, now_ms, Coming { how: How::Start, by: "", before: None });
        let (past, scheduled, archive) = (vec![], None, None);
        let notes = warned(&candidate).into_iter().collect();
        Self { candidate, is_of_directory: true, notes, came, past, scheduled, archive }
    }

    /// With what is in `dir` or kept in `archive`, where what it runs will be kept.
    ///
    /// # Errors
    /// When no plan can run: everything that is wrong with the one in the directory.
    pub fn read(dir: &Path, archive: PathBuf, now_ms: i64) -> Result<Self, Box<Report>> {
        let mut archive = Archive::new(archive, dir.to_owned());
        let (saved, notes) = archive.read();
        let choice = Choice { dir, now_ms, notes, saved };
        let start = choice.make()?;
        Ok(Self { archive: Some(archive), ..start })
    }

    /// The number of what it runs.
    pub fn edition(&self) -> u64 {
        self.came.edition
    }

    /// Since when that is in force, in ms since 1970.
    pub fn since_ms(&self) -> i64 {
        self.came.since_ms
    }
}

/// Most nodes are started by nobody who has just run `check`.
fn warned(candidate: &Candidate) -> Option<String> {
    let (plan, count) = (candidate.table.name(), candidate.warnings.len());
    (count > 0).then(|| format!("plan {plan} has {count} warning(s): `tongjie check` shows them"))
}

struct Choice<'a> {
    dir: &'a Path,
    now_ms: i64,
    notes: Vec<String>,
    saved: Saved,
}

impl Choice<'_> {
    fn make(mut self) -> Result<Start, Box<Report>> {
        let read = Candidate::at_start(self.dir);
        let waits = self.saved.scheduled.take().and_then(|(waits, written)| self.waits(waits, &written));
        let held = match &read {
            Ok(here) => self.held(&here.written, waits.as_ref()),
            Err(_) => Held::Faults,
        };
        let last = match held {
            Held::Ran => read.as_ref().ok().cloned(),
            Held::Waiting | Held::Left(_) | Held::Faults => self.last(),
            Held::Other => None,
        };
        match (last, read) {
            (Some(last), read) => Ok(self.going_on(last, held, read.err(), waits)),
            (None, Ok(here)) => Ok(self.other(here, waits)),
            (None, Err(report)) => Err(report),
        }
    }

    /// What ran last; if that is lost, the newest plan that is not. One that was left by going back only if there is no other.
    fn ran(&self) -> Option<&Kept> {
        let stayed = |kept: &&Kept| !self.saved.left.contains(&kept.came.edition);
        self.saved.kept.iter().rev().find(stayed).or(self.saved.kept.last())
    }

    fn held(&self, here: &Written, waits: Option<&Scheduled>) -> Held {
        let Some(ran) = self.ran() else { return Held::Other };
        if *here == *ran.written {
            return Held::Ran;
        }
        if waits.is_some_and(|waits| *here == *waits.candidate.written) {
            return Held::Waiting;
        }
        let mut left =
            self.saved.kept.iter().rev().filter(|kept| self.saved.left.contains(&kept.came.edition));
        left.find(|kept| *here == *kept.written).map_or(Held::Other, |left| Held::Left(left.came.edition))
    }

    /// What ran last, checked again: another version of this program may know better.
    fn last(&mut self) -> Option<Candidate> {
        let (plan, written) = self.ran().map(|ran| (ran.came.plan.clone(), Arc::clone(&ran.written)))?;
        let checked = Candidate::again(&written, None);
        checked.map_err(|report| self.refused(&format!("plan {plan}, which ran last,"), &report)).ok()
    }

    fn waits(&mut self, waits: Waits, written: &Arc<Written>) -> Option<Scheduled> {
        let Waits { plan, at_ms, by } = waits;
        let checked = Candidate::again(written, None);
        let checked = checked
            .map_err(|report| self.refused(&format!("plan {plan}, which waits for its hour,"), &report));
        Some(Scheduled { candidate: Arc::new(checked.ok()?), at_ms, by })
    }

    /// The directory was changed, or nothing is known: it is what runs.
    fn other(mut self, here: Candidate, waits: Option<Scheduled>) -> Start {
        let before = self.ran().map(|ran| ran.came.clone());
        let coming = Coming { how: How::Start, by: "", before: before.as_ref().map(|before| before.edition) };
        let came = self.next(&here, coming);
        if let (Some(lost), Some(before)) = (&self.saved.lost, &before) {
            self.notes.push(format!(
                "edition {}, which ran last, is lost, and {} holds another plan than those kept: its plan {} is in force, \
                 edition {}; `tongjie reload --back` returns to edition {}",
                lost.edition,
                self.dir.display(),
                came.plan,
                came.edition,
                before.edition
            ));
        } else if let Some(before) = before {
            self.notes.push(format!(
                "{} was changed since a node ran last: its plan {} is in force, edition {}, and no longer edition {}, plan \
                 {}; `tongjie reload --back` returns to that",
                self.dir.display(),
                came.plan,
                came.edition,
                before.edition,
                before.plan
            ));
        }
        let waits = waits.filter(|waits| {
            let (plan, at) = (waits.candidate.table.name(), show(&waits.candidate.table, waits.at_ms));
            let is_late = waits.at_ms <= self.now_ms;
            self.notes.push(match is_late {
                true => format!(
                    "plan {plan} was to be in force from {at} on; no node ran then, and {} was changed since: it is dropped",
                    self.dir.display()
                ),
                false => format!("plan {plan} still waits for {at}; `tongjie reload --cancel` drops it"),
            });
            !is_late
        });
        self.start(here, true, came, waits)
    }

    /// What ran last runs on, or gives way to the plan whose hour passed.
    fn going_on(
        mut self,
        last: Candidate,
        held: Held,
        faults: Option<Box<Report>>,
        mut waits: Option<Scheduled>,
    ) -> Start {
        if let Some(report) = faults {
            self.refused(&format!("the plan in {}", self.dir.display()), &report);
        }
        if let Some(due) = waits.take_if(|waits| waits.at_ms <= self.now_ms) {
            let candidate = (*due.candidate).clone();
            let before = Some(self.saved.edition);
            let came = self.next(&candidate, Coming { how: How::At, by: &due.by, before });
            let at = show(&candidate.table, due.at_ms);
            self.notes.push(format!(
                "plan {} was to be in force from {at} on, when no node ran: it is in force now, edition {}",
                came.plan, came.edition
            ));
            return self.start(candidate, matches!(held, Held::Waiting), came, None);
        }
        let Some((came, runs_on)) = self.ran_last(&last) else { return self.other(last, waits) };
        let dir = self.dir.display();
        let puts = "`tongjie reload` puts it in force";
        self.notes.extend(match held {
            Held::Ran | Held::Other => self.saved.lost.is_some().then_some(runs_on),
            Held::Waiting => {
                Some(format!("{dir} holds the plan that waits for its hour: {runs_on} until then"))
            }
            Held::Left(left) => {
                Some(format!("{dir} holds edition {left}, which was left: {runs_on}; {puts}"))
            }
            Held::Faults => Some(runs_on),
        });
        self.start(last, matches!(held, Held::Ran), came, waits)
    }

    /// How what ran last came in force; what stands for it, if it is lost, comes in force now.
    fn ran_last(&mut self, last: &Candidate) -> Option<(Came, String)> {
        let Some(lost) = self.saved.lost.clone() else {
            let came = self.saved.kept.pop()?.came;
            let runs_on = format!("plan {}, edition {}, which ran last, runs on", came.plan, came.edition);
            return Some((came, runs_on));
        };
        let stands = self.ran()?.came.clone();
        // What was left by going back stays left.
        let how = if lost.is_gone_to() { How::Back } else { How::Start };
        let came = self.next(last, Coming { how, by: &lost.by, before: stands.before });
        let runs_on = format!(
            "plan {}, edition {}, which ran last, is LOST: plan {}, edition {}, is in force instead, as edition {}",
            lost.plan, lost.edition, stands.plan, stands.edition, came.edition
        );
        Some((came, runs_on))
    }

    fn next(&self, candidate: &Candidate, coming: Coming<'_>) -> Came {
        Came::new(&candidate.table, self.saved.edition + 1, self.now_ms, coming)
    }

    fn refused(&mut self, what: &str, report: &Report) {
        let faults = report.diagnostics.iter().map(|fault| FaultView::new(fault, &report.sources));
        let lines: Vec<String> =
            faults.filter(|fault| fault.level == "error").map(|fault| fault.line()).collect();
        self.notes.push(format!("{what} is refused, {} fault(s)", lines.len()));
        self.notes.extend(lines.into_iter().map(|line| format!("plan refused: {line}")));
    }

    fn start(
        self,
        candidate: Candidate,
        is_of_directory: bool,
        came: Came,
        scheduled: Option<Scheduled>,
    ) -> Start {
        let notes = self.notes.into_iter().chain(warned(&candidate)).collect();
        let past = self.saved.kept;
        Start { candidate, is_of_directory, notes, came, past, scheduled, archive: None }
    }
}
