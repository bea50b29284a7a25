//! The plans a node has run and may go back to, the one that waits for its hour, and the recordings that calls of old
//! plans may still ask for. No clock, no file, no node: what is decided about plans is decided here.

use std::collections::VecDeque;
use std::sync::{Arc, Weak};

use super::candidate::Candidate;
use crate::call::Edition;
use crate::dialplan::Table;
use crate::media::Prompts;

/// All plans of a node.
#[derive(Debug)]
pub(super) struct Shelf {
    /// The last one runs; those before it ran before it, each followed by the next.
    kept: VecDeque<Kept>,
    /// Left, but some call may still hold them; the newest last.
    lingering: Vec<Lingering>,
    pub(super) scheduled: Option<Scheduled>,
    /// Plans ever in force.
    editions: u64,
}

/// A plan that runs or ran.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) candidate: Arc<Candidate>,
    /// The edition it was last in force as.
    pub(super) number: u64,
    /// Civil time at which it came in force, in ms since 1970.
    pub(super) since_ms: i64,
    edition: Weak<Edition>,
}

/// A checked plan that waits for its hour.
#[derive(Clone, Debug)]
pub(super) struct Scheduled {
    pub(super) candidate: Arc<Candidate>,
    /// In ms since 1970, by the clock the plan sees.
    pub(super) at_ms: i64,
}

/// What a call may still need of a plan that was left. The table is here so that the last call that lets go of it
/// does not have to take it apart.
#[derive(Debug)]
struct Lingering {
    edition: Weak<Edition>,
    _table: Arc<Table>,
    prompts: Prompts,
}

impl Shelf {
    /// With the plan a node starts with.
    pub(super) fn new(candidate: Candidate, edition: &Arc<Edition>, since_ms: i64) -> Self {
        let (number, edition) = (edition.number(), Arc::downgrade(edition));
        let first = Kept { candidate: Arc::new(candidate), number, since_ms, edition };
        Self { kept: VecDeque::from([first]), lingering: Vec::new(), scheduled: None, editions: number }
    }

    /// The plan that runs.
    pub(super) fn running(&self) -> Option<&Kept> {
        self.kept.back()
    }

    /// The plan before it.
    pub(super) fn before(&self) -> Option<&Kept> {
        self.kept.iter().nth_back(1)
    }

    /// All, the one that runs last.
    pub(super) fn kept(&self) -> impl DoubleEndedIterator<Item = &Kept> {
        self.kept.iter()
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
        let running = self.kept.back().map(|kept| &kept.candidate.prompts);
        let mut bytes = 0usize;
        for prompts in running.into_iter().chain(self.lingering.iter().rev().map(|left| &left.prompts)) {
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
    pub(super) fn runs(
        &mut self,
        candidate: Arc<Candidate>,
        edition: &Arc<Edition>,
        since_ms: i64,
        back: bool,
    ) {
        if let Some(left) = self.kept.back() {
            self.lingering.push(Lingering {
                edition: Weak::clone(&left.edition),
                _table: Arc::clone(&left.candidate.table),
                prompts: left.candidate.prompts.clone(),
            });
        }
        if back {
            // The plan that was left and the one gone back to: the latter stands again at the end.
            self.kept.pop_back();
            self.kept.pop_back();
        }
        self.editions = edition.number();
        let edition = Arc::downgrade(edition);
        self.kept.push_back(Kept { candidate, number: self.editions, since_ms, edition });
        while self.kept.len() > KEPT_MAX {
            self.kept.pop_front();
        }
    }
}

/// Plans kept: the one that runs, and ten to go back to.
const KEPT_MAX: usize = 11;
/// A-law kept for calls of old plans: 36 hours of it. Beyond, the oldest go, and a short tone stands in.
const LINGERING_BYTES_MAX: usize = 1 << 30;
