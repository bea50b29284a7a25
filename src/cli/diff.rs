//! `tongjie diff`

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::failure::{AT_FAULT, Failure, WRONG_USAGE};
use super::{json, look_at, print, recorded, route};
use crate::dialplan::diff::{Naming, PastCalls, diff_heard};
use crate::dialplan::load::{Audio, AudioDir};
use crate::dialplan::{Diff, Table};

/// Compare two plans: which numbers' callers are treated differently, from when to when, before → after
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Not lines are compared but fates: of every number, at every instant, with all that lies behind \
it (queues, who can take the call, trunks, recordings). A plan that fails only its own tests is compared all the same.

Exit codes: 0 nothing changes, 1 something changes, 2 they cannot be compared.

Examples:
  tongjie diff dialplan/wuxi /etc/tongjie/next
  tongjie diff dialplan/wuxi next --cdr data/tongjie.db
  tongjie diff dialplan/wuxi next --since 2021-12-31 --json"
)]
pub(super) struct DiffPlans {
    /// The plan as it is
    old: PathBuf,
    /// The plan as it will be
    new: PathBuf,
    /// Only what changes from this instant on: 2021-12-31, 2021-12-31T08:00:00; in the new plan's time zone
    #[arg(long, value_name = "INSTANT")]
    since: Option<String>,
    /// Only what changes before this instant
    #[arg(long, value_name = "INSTANT")]
    until: Option<String>,
    /// Weigh each row by the calls of a node's database, or of an export (`tongjie cdr --csv`): how many it would touch
    ///
    /// Recorded calls to the row's hotlines within its period are counted, dialled or forwarded. Where the period lies
    /// outside the records, calls are expected as often as in the same hour of the week in them: a period that ends
    /// gets a sum, one that does not a rate per week. A weekday without records is taken as the mean of the others.
    #[arg(long, value_name = "FILE")]
    cdr: Option<PathBuf>,
    /// As JSON
    #[arg(long)]
    json: bool,
}

impl DiffPlans {
    pub(super) fn run(&self) -> Result<ExitCode, Failure> {
        let diff = self.compare().map_err(|failure| failure.exit(WRONG_USAGE))?;
        print(&if self.json { json(&diff)? } else { diff.to_string() })?;
        Ok(if diff.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(AT_FAULT) })
    }

    fn compare(&self) -> Result<Diff, Failure> {
        let (old, new) = (look_at(&self.old)?, look_at(&self.new)?);
        let instant = |text: &Option<String>| {
            text.as_deref().map(|text| route::instant(new.calendar(), text)).transpose()
        };
        let (since, until) = (instant(&self.since)?, instant(&self.until)?);
        if let (Some(since), Some(until)) = (since, until)
            && since >= until
        {
            // An empty period would pass for two equal plans.
            return Err(Failure::usage("--until is not after --since"));
        }
        let diff = diff_heard(&old, &new, &self.resounding(&old, &new));
        let mut diff = diff.within(since.unwrap_or(i64::MIN), until.unwrap_or(i64::MAX));
        if let Some(file) = &self.cdr {
            diff.weigh(&past_calls(file, &old, &new)?);
        }
        Ok(diff)
    }

    /// Recordings of one name whose files differ in a byte.
    fn resounding(&self, old: &Table, new: &Table) -> BTreeSet<String> {
        let (old_dir, new_dir) = (AudioDir(self.old.clone()), AudioDir(self.new.clone()));
        let files: BTreeSet<&String> = old.announcements().map(|prompt| &prompt.file).collect();
        let both = new.announcements().map(|prompt| &prompt.file).filter(|file| files.contains(file));
        let differs = |file: &&String| old_dir.read(file).ok() != new_dir.read(file).ok();
        both.filter(differs).cloned().collect()
    }
}

/// Recorded calls, by the way they came; numbers as the plan writes them, civil times in its zone.
fn past_calls(file: &Path, old: &Table, new: &Table) -> Result<PastCalls, Failure> {
    let mut calls = PastCalls::new(old, new);
    let number = |text: &str| new.numbering().normalise(text, None);
    recorded::read(file, &[old, new], |call| {
        let naming = match call.named {
            Some(hotline) => Naming::Hotline(hotline),
            None => Naming::Dialled(number(&call.dialled)),
        };
        calls.add(call.at_ms, call.trunk, naming);
        Ok(())
    })?;
    Ok(calls)
}
