//! What the plan's directory holds beside the plan that runs, in a sentence: what the next reload would do.

use std::path::Path;
use std::sync::{Arc, Weak};

use super::archive::Saved;
use super::candidate::is_of_recordings;
use super::shelf::{Kept, Shelf};
use super::show;
use super::written::{Directory, Written};
use crate::dialplan::{self, Level};

/// What is known, to be compared with what is there.
pub(super) struct Known {
    runs: Arc<Written>,
    /// The newest first.
    others: Vec<Other>,
    pub(super) beside: Beside,
    forgetful: bool,
}

/// Which plan runs and which waits: as long as these do, the same is said of the same directory.
pub(super) struct Beside {
    edition: u64,
    waits: Weak<Written>,
}

struct Other {
    written: Arc<Written>,
    told: String,
    /// Whether it has its hour, before which no reload brings it.
    waits: bool,
    /// Whether a node that starts would run it ([`super::start`]).
    starts: bool,
}

impl Known {
    /// `forgetful`: nothing is kept on disk.
    pub(super) fn of(shelf: &Shelf, forgetful: bool) -> Self {
        let Saved { kept: all, left, .. } = shelf.saved();
        let waits = shelf.scheduled.iter().map(|waits| Other {
            written: Arc::clone(&waits.candidate.written),
            told: format!("the plan that waits for {}", show(&waits.candidate.table, waits.at_ms)),
            waits: true,
            starts: forgetful,
        });
        let left = |one: &Kept| {
            let mut left = all.iter().filter(|kept| left.contains(&kept.came.edition));
            left.any(|left| Arc::ptr_eq(&left.written, &one.written))
        };
        let kept = all.iter().rev().map(|kept| Other {
            written: Arc::clone(&kept.written),
            told: format!("plan {}, edition {}", kept.came.plan, kept.came.edition),
            waits: false,
            starts: forgetful || !left(kept),
        });
        Self {
            runs: Arc::clone(&shelf.running().written),
            others: waits.chain(kept).collect(),
            beside: Beside::of(shelf),
            forgetful,
        }
    }

    /// `None`: it holds what runs.
    pub(super) fn compare(&self, dir: &Path) -> Option<String> {
        let found = Directory::look(dir);
        if self.runs.is_in(&found) {
            return None;
        }
        let known = self.others.iter().find(|other| other.written.is_in(&found));
        let (what, waits, starts) =
            known.map_or((UNKNOWN, false, true), |other| (other.told.as_str(), other.waits, other.starts));
        let (_, faults) = dialplan::check(&found.sources, Some(&found.audio));
        let (of_recordings, others): (Vec<_>, Vec<_>) = faults
            .iter()
            .filter(|fault| fault.level == Level::Error)
            .partition(|fault| is_of_recordings(fault));
        let (dir, errors) = (dir.display(), of_recordings.len() + others.len());
        let why = format!(
            "{errors} error(s): `tongjie reload` and SIGHUP refuse it, `tongjie check {dir}` says why"
        );
        Some(if !others.is_empty() {
            let restart = match self.forgetful {
                true => "no node starts with it",
                false => "a restart goes on with the plan that runs",
            };
            format!("{dir} holds no plan that could run, {why}; {restart}")
        } else if !of_recordings.is_empty() {
            let restart = match starts {
                true => "a restart puts it in force, a short tone in their place",
                false => "a restart does not put it in force",
            };
            format!("{dir} holds {what}, but not all its recordings, {why}; {restart}")
        } else {
            let reload = if waits { "leave it waiting" } else { "put it in force" };
            let restart = match (waits, starts) {
                (true, false) => "and a restart too",
                (true, true) => "a restart puts it in force",
                (false, true) => "a restart too",
                (false, false) => "a restart does not",
            };
            format!("{dir} holds {what}: `tongjie reload` and SIGHUP {reload}, {restart}")
        })
    }
}

impl Beside {
    fn of(shelf: &Shelf) -> Self {
        let waits = shelf.scheduled.as_ref().map(|waits| Arc::downgrade(&waits.candidate.written));
        Self { edition: shelf.edition(), waits: waits.unwrap_or_default() }
    }

    pub(super) fn is(&self, other: &Self) -> bool {
        self.edition == other.edition && self.waits.ptr_eq(&other.waits)
    }
}

const UNKNOWN: &str = "another plan than the one that runs";
