//! The plan a node starts with. A fault of the plan refuses it; a recording that is missing or broken does not: its
//! callers hear a short tone, and the operator is warned, loudly.

use std::path::Path;
use std::sync::Arc;

use super::Prompts;
use crate::cli::failure::Failure;
use crate::dialplan::load::AudioDir;
use crate::dialplan::{self, Audio, Diagnostic, Level, Report, Sources, Table};
use crate::media::prompts::decode;

/// A plan that may run.
pub(super) struct Plan {
    /// It.
    pub(super) table: Arc<Table>,
    /// Its recordings, as far as they can be played.
    pub(super) prompts: Prompts,
    /// What is wrong with the others.
    pub(super) audio_faults: Vec<Diagnostic>,
    sources: Sources,
}

/// Loads and checks a plan directory.
pub(super) fn load(dir: &Path) -> Result<Plan, Failure> {
    let sources = dialplan::load_dir(dir);
    let (table, diagnostics) = dialplan::check(&sources, None);
    let Some(table) = table else { return Err(Report { sources, diagnostics }.into()) };
    let audio = AudioDir(dir.to_owned());
    let (_, all) = dialplan::check(&sources, Some(&audio));
    let audio_faults =
        all.into_iter().filter(|d| d.level == Level::Error && !diagnostics.contains(d)).collect();
    let prompts = Arc::new(prompts(&table, &audio));
    Ok(Plan { table: Arc::new(table), prompts, audio_faults, sources })
}

impl Plan {
    /// The faults, for the operator who starts the node.
    pub(super) fn audio_warning(&self, colour: bool) -> String {
        let mut text = String::new();
        for fault in &self.audio_faults {
            let warning = Diagnostic { level: Level::Warning, ..fault.clone() };
            text.push_str(&warning.render(&self.sources, colour));
            text.push_str("\n\n");
        }
        let count = self.audio_faults.len();
        text.push_str(&format!(
            "warning: {count} recording(s) cannot be played; callers hear a short tone instead\n"
        ));
        text
    }
}

fn prompts(table: &Table, audio: &dyn Audio) -> crate::media::Prompts {
    let mut prompts = crate::media::Prompts::new();
    for prompt in table.announcements() {
        // What cannot be read or decoded is in `audio_faults`, with its reason.
        if let Some(alaw) = audio.read(&prompt.file).ok().and_then(|bytes| decode(&bytes).ok()) {
            prompts.insert(prompt.id.clone(), alaw);
        }
    }
    prompts
}
