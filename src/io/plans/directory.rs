//! What the plan's directory holds beside the plan that runs, in a sentence: what the next reload would do.

use std::path::Path;
use std::sync::Arc;

use super::shelf::{Shelf, left};
use super::show;
use super::written::{Directory, Written};
use crate::dialplan::load_plan;

/// What is known, to be compared with what is there.
pub(super) struct Known {
    runs: Arc<Written>,
    /// The newest first.
    others: Vec<Other>,
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
        let all = shelf.saved().kept;
        let left = left(&all);
        let waits = shelf.scheduled.iter().map(|waits| Other {
            written: Arc::clone(&waits.candidate.written),
            told: format!("the plan that waits for {}", show(&waits.candidate.table, waits.at_ms)),
            waits: true,
            starts: forgetful,
        });
        let kept = all.iter().rev().map(|kept| Other {
            written: Arc::clone(&kept.written),
            told: format!("plan {}, edition {}", kept.came.plan, kept.came.edition),
            waits: false,
            starts: forgetful || !left.iter().any(|left| Arc::ptr_eq(&left.written, &kept.written)),
        });
        Self { runs: Arc::clone(&shelf.running().written), others: waits.chain(kept).collect() }
    }

    /// `None`: it holds what runs.
    pub(super) fn compare(&self, dir: &Path) -> Option<String> {
        let found = Directory::look(dir);
        if self.runs.is_in(&found) {
            return None;
        }
        let known = self.others.iter().find(|other| other.written.is_in(&found));
        let dir_name = dir.display();
        if known.is_none()
            && let Err(report) = load_plan(dir)
        {
            let (errors, _) = report.counts();
            return Some(format!(
                "{dir_name} holds no plan that could run, {errors} error(s): `tongjie reload` and SIGHUP refuse it, `tongjie check` says why"
            ));
        }
        let (what, waits, starts) =
            known.map_or((UNKNOWN, false, true), |other| (other.told.as_str(), other.waits, other.starts));
        let reload = if waits { "leave it waiting" } else { "put it in force" };
        let restart = match (waits, starts) {
            (true, false) => "and a restart too",
            (true, true) => "a restart puts it in force",
            (false, true) => "a restart too",
            (false, false) => "a restart does not",
        };
        Some(format!("{dir_name} holds {what}: `tongjie reload` and SIGHUP {reload}, {restart}"))
    }
}

const UNKNOWN: &str = "another plan than the one that runs";
