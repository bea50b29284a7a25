//! The small plan without a fault (`bed/good`), to be added to and broken: what a test says is what matters in it.

use tongjie::dialplan::{Report, Sources, Table, check};

/// Its text: one city, a wave, 12319 in it, one agent, the emergency lines.
pub(super) const GOOD: &str = include_str!("bed/good/plan.toml");

/// The plan, and what a test makes of it.
#[derive(Clone)]
pub(super) struct Good(String);

impl Good {
    pub(super) fn new() -> Self {
        Self(GOOD.to_owned())
    }

    /// With these lines in the table of this head.
    pub(super) fn with(mut self, head: &str, lines: &str) -> Self {
        let line = format!("\n{head}\n");
        let at = self.0.find(&line).unwrap_or_else(|| panic!("there is no {head}")) + line.len();
        self.0.insert_str(at, &format!("{lines}\n"));
        self
    }

    /// With one text, which must be there, in the place of another.
    pub(super) fn instead(mut self, old: &str, new: &str) -> Self {
        assert!(self.0.contains(old), "the plan does not say {old}");
        self.0 = self.0.replace(old, new);
        self
    }

    /// With these rows at its end.
    pub(super) fn and(mut self, rows: &str) -> Self {
        self.0.push_str(rows);
        self
    }

    /// What `check` says of it; recordings left out.
    pub(super) fn check(&self) -> (Option<Table>, Report) {
        let sources = Sources::new([("plan.toml", self.0.as_str())]);
        let (table, diagnostics) = check(&sources, None);
        (table, Report { sources, diagnostics })
    }

    /// The compiled plan, which must have no error.
    #[track_caller]
    pub(super) fn table(&self) -> Table {
        let (table, report) = self.check();
        table.unwrap_or_else(|| panic!("{}\n{report}", self.0))
    }
}
