//! The plans a node has run and may go back to, the one that waits for its hour, and the recordings that calls of old
//! plans may still ask for. No clock, no file, no node: what is decided about plans is decided here.
//!
//! *Invariant:* the list of plans is what happened, in its order, and is never rewritten: who goes back adds a line, and
//! the plan he left keeps its own. So there is a way forward again, and `--back`, said again and again, leads from each plan
//! to the one it once followed, never to one that was left by going back.

use std::collections::VecDeque;
use std::sync::{Arc, Weak};

use serde::{Deserialize, Serialize};

use super::archive::{Saved, Waits};
use super::candidate::Candidate;
use super::start::Start;
use super::written::Written;
use super::{Coming, How, Which};
use crate::call::Edition;
use crate::dialplan::Table;
use crate::dialplan::fate::Kind;
use crate::media::Prompts;

/// All plans of a node.
#[derive(Debug)]
pub(super) struct Shelf {
    /// The last one runs.
    kept: VecDeque<Kept>,
    runs: Arc<Candidate>,
    edition: Weak<Edition>,
    /// Left, but some call may still hold them; the newest last.
    lingering: Vec<Lingering>,
    pub(super) scheduled: Option<Scheduled>,
}

/// A plan that runs or ran. One that came in force twice stands here twice, its text shared.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) came: Came,
    pub(super) written: Arc<Written>,
}

/// How a plan came in force.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) struct Came {
    pub(super) edition: u64,
    /// The plan's name.
    pub(super) plan: String,
    pub(super) hotlines: usize,
    /// Civil time, in ms since 1970.
    pub(super) since_ms: i64,
    pub(super) how: How,
    /// `user 0`, `SIGHUP`; empty at a start.
    pub(super) by: String,
    /// The edition that `--back` leads to from here.
    pub(super) before: Option<u64>,
}

/// A checked plan that waits for its hour.
#[derive(Clone, Debug)]
pub(super) struct Scheduled {
    pub(super) candidate: Arc<Candidate>,
    /// In ms since 1970, by the clock the plan sees.
    pub(super) at_ms: i64,
    /// Who asked for it.
    pub(super) by: String,
}

/// What a call may still need of a plan that was left. The table is here so that the last call that lets go of it
/// does not have to take it apart.
#[derive(Debug)]
struct Lingering {
    edition: Weak<Edition>,
    _table: Arc<Table>,
    prompts: Prompts,
}

impl Came {
    /// In force as this edition since then.
    pub(super) fn new(table: &Table, edition: u64, since_ms: i64, coming: Coming<'_>) -> Self {
        let Coming { how, by, before } = coming;
        let (plan, by) = (table.name().to_owned(), by.to_owned());
        Self { edition, plan, hotlines: hotlines(table), since_ms, how, by, before }
    }

    /// Whether one went to it from another that is kept.
    pub(super) fn is_gone_to(&self) -> bool {
        matches!(self.how, How::Back | How::To)
    }
}

/// Hotlines of a plan: rows of its own, neither other names nor lines that are only told or linked.
pub(super) fn hotlines(table: &Table) -> usize {
    let is_one = |kind| !matches!(kind, Kind::Emergency | Kind::Told);
    table.fates().iter().filter(|fate| fate.via().is_empty() && is_one(fate.kind)).count()
}

impl Shelf {
    /// With the plan a node starts with, after those of its past.
    pub(super) fn new(start: Start, edition: &Arc<Edition>) -> Self {
        let mut shelf = Self {
            kept: start.past.into(),
            runs: Arc::new(start.candidate),
            edition: Arc::downgrade(edition),
            lingering: Vec::new(),
            scheduled: start.scheduled,
        };
        shelf.keep(start.came);
        shelf
    }

    /// The plan that runs.
    pub(super) fn running(&self) -> &Arc<Candidate> {
        &self.runs
    }

    /// Its number.
    pub(super) fn edition(&self) -> u64 {
        self.kept.back().map_or(0, |kept| kept.came.edition)
    }

    /// Since when it runs; civil time, in ms since 1970.
    pub(super) fn since_ms(&self) -> i64 {
        self.kept.back().map_or(i64::MIN, |kept| kept.came.since_ms)
    }

    /// The kept plan that is meant; `None`: the one in the directory.
    pub(super) fn meant(&self, which: Which) -> Result<Option<Kept>, NotKept> {
        let number = match which {
            Which::Directory => return Ok(None),
            Which::Edition(number) if number == self.edition() => return Err(NotKept::Runs(number)),
            Which::Edition(number) => number,
            Which::Before => self.kept.back().and_then(|kept| kept.came.before).ok_or(NotKept::NoneBefore)?,
        };
        let found = self.kept.iter().find(|kept| kept.came.edition == number);
        found.cloned().map(Some).ok_or(NotKept::Gone(number))
    }

    /// All, the one that runs last.
    pub(super) fn kept(&self) -> impl DoubleEndedIterator<Item = &Kept> {
        self.kept.iter()
    }

    /// The text and recordings of all, and of the one that waits.
    pub(super) fn written(&self) -> Vec<Arc<Written>> {
        let waits = self.scheduled.iter().map(|waits| &waits.candidate.written);
        self.kept.iter().map(|kept| &kept.written).chain(waits).cloned().collect()
    }

    /// What of it is to survive a restart.
    pub(super) fn saved(&self) -> Saved {
        let waits = |scheduled: &Scheduled| {
            let plan = scheduled.candidate.table.name().to_owned();
            let waits = Waits { plan, at_ms: scheduled.at_ms, by: scheduled.by.clone() };
            (waits, Arc::clone(&scheduled.candidate.written))
        };
        let scheduled = self.scheduled.as_ref().map(waits);
        let left = left(self.kept.iter().map(|kept| &kept.came));
        Saved {
            kept: self.kept.iter().cloned().collect(),
            scheduled,
            edition: self.edition(),
            left,
            lost: None,
        }
    }

    /// Whether the scheduled plan's hour has come.
    pub(super) fn take_due(&mut self, now_ms: i64) -> Option<Scheduled> {
        self.scheduled.take_if(|scheduled| scheduled.at_ms <= now_ms)
    }

    /// What the media plane must have when `next` runs: its recordings, and those of plans that calls still hold.
    /// Of two with one name the newer counts.
    pub(super) fn prompts_with(&mut self, next: &Candidate) -> Arc<Prompts> {
        self.lingering.retain(|left| left.edition.strong_count() > 0);
        let mut all = next.prompts.clone();
        let running = std::iter::once(&self.runs.prompts);
        let mut bytes = 0usize;
        for prompts in running.chain(self.lingering.iter().rev().map(|left| &left.prompts)) {
            for (prompt, alaw) in prompts.iter() {
                if !all.contains(prompt) && bytes < LINGERING_BYTES_MAX {
                    bytes = bytes.saturating_add(alaw.len());
                    all.insert(prompt.clone(), Arc::clone(alaw));
                }
            }
        }
        Arc::new(all)
    }

    /// `candidate` is in force.
    pub(super) fn runs(&mut self, candidate: Arc<Candidate>, edition: &Arc<Edition>, came: Came) {
        let left = std::mem::replace(&mut self.runs, candidate);
        let left_edition = std::mem::replace(&mut self.edition, Arc::downgrade(edition));
        self.lingering.push(Lingering {
            edition: left_edition,
            _table: Arc::clone(&left.table),
            prompts: left.prompts.clone(),
        });
        self.keep(came);
    }

    fn keep(&mut self, came: Came) {
        let written = &self.runs.written;
        let same = self.kept.iter().find(|kept| kept.written == *written).map(|kept| &kept.written);
        let written = Arc::clone(same.unwrap_or(written));
        self.kept.push_back(Kept { came, written });
        while self.kept.len() > LINES_MAX || plans(&self.kept) > KEPT_MAX {
            self.kept.pop_front();
        }
    }
}

/// Why no kept plan can be meant.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub(super) enum NotKept {
    #[error(
        "no plan ran before this one, as far as this node knows; `tongjie reload --list` shows those kept, `--to N` goes to any of them"
    )]
    NoneBefore,
    #[error("edition {0} is the plan that runs")]
    Runs(u64),
    #[error("edition {0} is not kept; `tongjie reload --list` shows those that are")]
    Gone(u64),
}

/// The editions that were left by going to another kept one, on the way to the last of these: a directory that nobody
/// touched since still holds one of them.
pub(super) fn left<'a>(came: impl DoubleEndedIterator<Item = &'a Came> + Clone) -> Vec<u64> {
    let steps = came.clone().rev().take_while(|came| came.is_gone_to()).count();
    came.rev().skip(1).take(steps).map(|came| came.edition).collect()
}

/// How many different plans there are.
fn plans(kept: &VecDeque<Kept>) -> usize {
    let first = |(i, kept): &(usize, &Kept), all: &VecDeque<Kept>| {
        !all.iter().take(*i).any(|other| Arc::ptr_eq(&other.written, &kept.written))
    };
    kept.iter().enumerate().filter(|one| first(one, kept)).count()
}

/// Plans kept: the one that runs, and ten to go back to.
const KEPT_MAX: usize = 11;
/// Lines of the list, when few plans follow one another many times.
const LINES_MAX: usize = 50;
/// A-law kept for calls of old plans: 36 hours of it. Beyond, the oldest go, and a short tone stands in.
const LINGERING_BYTES_MAX: usize = 1 << 30;
