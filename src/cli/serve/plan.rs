//! The plan a node starts with. A fault of the plan refuses it; a recording that is missing or broken does not: its
//! callers hear a short tone, and the operator is warned, loudly.

use std::path::Path;

use crate::cli::failure::Failure;
use crate::dialplan::{Diagnostic, Level};
use crate::io::plans::candidate::Candidate;

/// Loads and checks a plan directory.
pub(super) fn load(dir: &Path) -> Result<Candidate, Failure> {
    Candidate::at_start(dir).map_err(|report| Failure::from(*report))
}

/// The faults of recordings, for the operator who starts the node.
pub(super) fn audio_warning(plan: &Candidate, colour: bool) -> String {
    let mut text = String::new();
    for fault in &plan.audio_faults {
        let warning = Diagnostic { level: Level::Warning, ..fault.clone() };
        text.push_str(&warning.render(&plan.sources, colour));
        text.push_str("\n\n");
    }
    let count = plan.audio_faults.len();
    text.push_str(&format!(
        "warning: {count} recording(s) cannot be played; callers hear a short tone instead\n"
    ));
    text
}
