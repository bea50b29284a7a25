//! `tongjie check`

use std::io::{self, IsTerminal};
use std::path::PathBuf;
use std::process::ExitCode;

use super::failure::Failure;
use super::print;
use crate::dialplan;

/// Check a plan: every fault and warning, with its line and the remedy
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  tongjie check dialplan/wuxi")]
pub(super) struct Check {
    /// The plan's directory
    plan: PathBuf,
}

impl Check {
    pub(super) fn run(&self) -> Result<ExitCode, Failure> {
        let loaded = dialplan::load_plan(&self.plan)?;
        let colour = io::stdout().is_terminal();
        let (_, warnings) = loaded.report.counts();
        let mut text = String::new();
        if warnings > 0 {
            text.push_str(&loaded.report.render(colour));
        }
        let table = &loaded.table;
        let warnings = if warnings == 0 { String::new() } else { format!(", {warnings} warning(s)") };
        text.push_str(&format!(
            "plan {} is well: {} numbers, {} queues, {} agents, {} trunks{warnings}\n",
            table.name(),
            table.fates().len(),
            table.queues().count(),
            table.agents().count(),
            table.trunks().count(),
        ));
        print(&text)
    }
}
