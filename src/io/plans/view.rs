//! What an operator is told about plans, as it goes over the control socket.

use serde::{Deserialize, Serialize};

use super::How;
use super::candidate::Candidate;
use super::shelf::Came;
use crate::dialplan::diff::Diff;
use crate::dialplan::{Diagnostic, Level, Sources, Table};

/// What came of `tongjie reload`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReloadView {
    /// What was done.
    pub outcome: Outcome,
    /// The plan's name.
    pub plan: String,
    /// The edition that is in force now.
    pub edition: u64,
    /// Since when it is in force, or from when on it will be; RFC 3339 in its zone.
    pub at: Option<String>,
    /// Whose fate changes, for a person.
    pub fates: String,
    /// The same for a program.
    pub diff: serde_json::Value,
    /// Its warnings.
    pub warnings: Vec<FaultView>,
    /// How long all of it took, in microseconds.
    pub took_us: u64,
    /// For how long of that calls were held up.
    pub pause_us: Option<u64>,
    /// Why the instant asked for is hardly the one that was meant.
    #[serde(default)]
    pub doubt: Option<String>,
    /// Whether one has gone to a plan that was kept.
    #[serde(default)]
    pub kept: bool,
    /// The plan that still waits for its hour.
    #[serde(default)]
    pub scheduled: Option<ScheduledView>,
    /// The plan that no longer does, as one has gone back.
    #[serde(default)]
    pub dropped: Option<ScheduledView>,
    /// What the directory holds, when one has gone back and it is another plan.
    #[serde(default)]
    pub directory: Option<String>,
    /// Why a restart would forget this, if it would.
    #[serde(default)]
    pub not_kept: Option<String>,
}

/// What a reload did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The plan is in force.
    InForce,
    /// It will be.
    Scheduled,
    /// It was compared only.
    Compared,
    /// It is the one that runs.
    Unchanged,
}

/// Why a plan was refused.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RefusalView {
    /// The plan that runs on.
    pub plan: String,
    /// Its edition.
    pub edition: u64,
    /// Everything found.
    pub faults: Vec<FaultView>,
}

/// One fault or warning.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FaultView {
    /// `error` or `warning`.
    pub level: String,
    /// `dp007` …
    pub code: String,
    /// In which file.
    pub file: Option<String>,
    /// In which line, from 1.
    pub line: Option<usize>,
    /// What is wrong.
    pub message: String,
    /// What to do about it; may be empty.
    pub help: String,
    /// All of it as a person reads it, with the line itself.
    pub shown: String,
}

/// The plans kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlansView {
    /// The newest first.
    pub plans: Vec<PlanView>,
    /// The one that waits for its hour.
    pub scheduled: Option<ScheduledView>,
    /// What the directory holds, when that is not the plan that runs.
    #[serde(default)]
    pub directory: Option<String>,
}

/// A plan that runs or ran.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlanView {
    /// The edition it is or was in force as.
    pub edition: u64,
    /// Its name.
    pub plan: String,
    /// When it came in force; RFC 3339 in the zone of the plan that runs.
    pub since: String,
    /// Whether it is in force.
    pub running: bool,
    /// How many hotlines it has.
    pub hotlines: usize,
    /// How it came in force.
    pub how: How,
    /// By whom: `user 0`, `SIGHUP`; empty at a start.
    pub by: String,
    /// The edition that `--back` leads to from there.
    pub before: Option<u64>,
    /// What would change for callers if one went to it now, in a line; `None`: nothing, it is the same plan.
    pub difference: Option<String>,
}

/// A plan that waits for its hour.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScheduledView {
    /// Its name.
    pub plan: String,
    /// Its hour, RFC 3339 in its zone.
    pub at: String,
    /// Who asked for it.
    #[serde(default)]
    pub by: String,
    /// How many hotlines it has.
    #[serde(default)]
    pub hotlines: usize,
    /// What it will change for callers, in a line.
    #[serde(default)]
    pub difference: Option<String>,
}

impl ReloadView {
    /// A plan that was compared with the one in force as `edition`.
    pub(super) fn new(candidate: &Candidate, diff: &Diff, edition: u64) -> Self {
        let warning = |fault: &Diagnostic| FaultView::new(fault, candidate.sources());
        // A plan gone back to is taken with recordings that cannot be played, but not silently.
        let silent = candidate.audio_faults.iter().map(|f| Diagnostic { level: Level::Warning, ..f.clone() });
        let silent: Vec<FaultView> = silent.map(|fault| warning(&fault)).collect();
        Self {
            outcome: Outcome::Compared,
            plan: candidate.table.name().to_owned(),
            edition,
            at: None,
            fates: diff.to_string(),
            // A comparison is made of texts and numbers: it can be written.
            diff: serde_json::to_value(diff).unwrap_or_default(),
            warnings: silent.into_iter().chain(candidate.warnings.iter().map(warning)).collect(),
            took_us: 0,
            pause_us: None,
            doubt: None,
            kept: false,
            scheduled: None,
            dropped: None,
            directory: None,
            not_kept: None,
        }
    }
}

impl PlanView {
    /// Times as `zone` sees them.
    pub(super) fn new(came: &Came, zone: &Table, running: bool, difference: Option<String>) -> Self {
        Self {
            edition: came.edition,
            plan: came.plan.clone(),
            since: zone.calendar().show(came.since_ms.div_euclid(1000) * 1000),
            running,
            hotlines: came.hotlines,
            how: came.how,
            by: came.by.clone(),
            before: came.before,
            difference,
        }
    }
}

impl FaultView {
    pub(super) fn new(fault: &Diagnostic, sources: &Sources) -> Self {
        let file = fault.at.as_ref().and_then(|at| Some((at, sources.files().get(at.file)?)));
        let line = file.and_then(|(at, file)| file.text.get(..at.start));
        Self {
            level: match fault.level {
                Level::Error => "error".to_owned(),
                Level::Warning => "warning".to_owned(),
            },
            code: fault.code.to_owned(),
            file: file.map(|(_, file)| file.path.clone()),
            line: line.map(|before| before.bytes().filter(|b| *b == b'\n').count() + 1),
            message: fault.message.clone(),
            help: fault.help.clone(),
            shown: fault.render(sources, false),
        }
    }

    /// In one line, for the log.
    pub(super) fn line(&self) -> String {
        let place = match (&self.file, self.line) {
            (Some(file), Some(line)) => format!("{file}:{line}: "),
            (Some(file), None) => format!("{file}: "),
            (None, _) => String::new(),
        };
        format!("{place}{} ({})", self.message, self.code)
    }
}
