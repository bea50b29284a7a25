//! The plan a node starts with. A fault of the plan refuses it, and what ran last runs on, if anything did; a recording
//! that is missing or broken does not refuse it: its callers hear a short tone, and the operator is warned, loudly.

use super::beside;
use crate::cli::failure::Failure;
use crate::cli::route;
use crate::config::Config;
use crate::dialplan::{Diagnostic, Level};
use crate::io::Clock;
use crate::io::plans::candidate::Candidate;
use crate::io::plans::start::Start;

/// What a node starts with, and its clock.
pub(super) fn load(config: &Config, rehearsal: Option<&str>) -> Result<(Start, Clock), Failure> {
    let Some(instant) = rehearsal else {
        let clock = Clock::start(None);
        let start = Start::read(&config.plan, beside(&config.store, "plans"), clock.wall().ms);
        return Ok((start.map_err(|report| Failure::from(*report))?, clock));
    };
    // A rehearsal leaves nothing behind: its hours are not those of the city.
    let candidate = Candidate::at_start(&config.plan).map_err(|report| Failure::from(*report))?;
    let now_ms = route::instant(candidate.table.calendar(), instant)?;
    Ok((Start::fresh(candidate, now_ms), Clock::start(Some(now_ms))))
}

/// The faults of recordings, for the operator who starts the node.
pub(super) fn audio_warning(plan: &Candidate, colour: bool) -> String {
    let mut text = String::new();
    for fault in &plan.audio_faults {
        let warning = Diagnostic { level: Level::Warning, ..fault.clone() };
        text.push_str(&warning.render(plan.sources(), colour));
        text.push_str("\n\n");
    }
    let count = plan.audio_faults.len();
    text.push_str(&format!(
        "warning: {count} recording(s) cannot be played; callers hear a short tone instead\n"
    ));
    text
}
