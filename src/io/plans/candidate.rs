//! A plan read from its directory, whole: text, table and recordings. Everything is read once, and what was checked
//! is what runs.

use std::cell::RefCell;
use std::io;
use std::path::Path;
use std::sync::Arc;

use super::written::{Heard, Unread, Written, read, same_text};
use crate::dialplan::diff::{Diff, diff_heard};
use crate::dialplan::load::AudioDir;
use crate::dialplan::{self, Audio, Diagnostic, Level, Report, Sources, Table};
use crate::event::PromptId;
use crate::media::Prompts;
use crate::media::prompts::decode;

/// A plan that may run.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// It.
    pub table: Arc<Table>,
    /// Its recordings, as far as they can be played.
    pub prompts: Prompts,
    /// What is wrong with the others. Only a node that starts, or one that goes back, takes a plan with such faults.
    pub audio_faults: Vec<Diagnostic>,
    /// Its warnings.
    pub warnings: Vec<Diagnostic>,
    pub(super) written: Arc<Written>,
}

impl Candidate {
    /// Reads the plan a node starts with. A fault of the plan refuses it; a recording that is missing or broken does
    /// not: a node that does not start serves nobody, and its callers hear a short tone instead.
    ///
    /// # Errors
    /// With every fault of the plan.
    pub fn at_start(dir: &Path) -> Result<Self, Box<Report>> {
        Self::read(dir, None)
    }

    /// Reads a plan that is to follow `running`. Every fault refuses it, those of recordings too: the plan that runs
    /// goes on.
    ///
    /// # Errors
    /// With every fault found.
    pub fn at_reload(dir: &Path, running: &Self) -> Result<Self, Box<Report>> {
        let candidate = Self::read(dir, Some(running))?;
        if candidate.audio_faults.is_empty() {
            return Ok(candidate);
        }
        let diagnostics = candidate.audio_faults.into_iter().chain(candidate.warnings).collect();
        Err(Box::new(Report { sources: candidate.written.sources.clone(), diagnostics }))
    }

    /// Checks a plan that was kept once more, as it was then. A recording that could not be played then is no fault
    /// now. What `known` has decoded is not decoded again.
    ///
    /// # Errors
    /// With every fault found.
    pub(super) fn again(written: &Arc<Written>, known: Option<&Self>) -> Result<Self, Box<Report>> {
        let recordings = Recordings { dir: None, heard: RefCell::new(written.heard.clone()) };
        let candidate = Self::check(written.sources.clone(), recordings, known)?;
        Ok(Self { written: Arc::clone(written), ..candidate })
    }

    /// Shares its letters and samples with the one of these that has the same. So two of them are compared at a glance, by
    /// whoever holds the shelf.
    pub(super) fn sharing_with(mut self, known: &[Arc<Written>]) -> Self {
        if let Some(same) = known.iter().find(|known| **known == self.written) {
            self.written = Arc::clone(same);
        }
        self
    }

    /// What `next` changes for callers from then on, in words and in sound.
    pub(super) fn diff(&self, next: &Self, from_ms: i64) -> Diff {
        let resounding = self.written.resounding(&next.written);
        diff_heard(&self.table, &next.table, &resounding).within(from_ms, i64::MAX)
    }

    /// Its text.
    pub fn sources(&self) -> &Sources {
        &self.written.sources
    }

    fn read(dir: &Path, running: Option<&Self>) -> Result<Self, Box<Report>> {
        let mut sources = dialplan::load_dir(dir);
        for _ in 0..READS_MAX {
            let recordings = Recordings { dir: Some(AudioDir(dir.to_owned())), heard: RefCell::default() };
            let read = Self::check(sources.clone(), recordings, running);
            // An editor or a copy may be in the middle of its work: a plan that is half of each is nobody's.
            let again = dialplan::load_dir(dir);
            if same_text(&sources, &again) {
                return read;
            }
            sources = again;
        }
        let message = format!("the files in {} change while they are read", dir.display());
        let fault = Diagnostic::error("dp001", None, message).help("try again when they are written");
        Err(Box::new(Report { sources, diagnostics: vec![fault] }))
    }

    fn check(sources: Sources, recordings: Recordings, known: Option<&Self>) -> Result<Self, Box<Report>> {
        let (table, found) = dialplan::check(&sources, Some(&recordings));
        let (faults, warnings): (Vec<_>, Vec<_>) = found.into_iter().partition(|d| d.level == Level::Error);
        let (audio_faults, others): (Vec<_>, Vec<_>) = faults.into_iter().partition(is_of_recordings);
        let refused = |mut diagnostics: Vec<Diagnostic>, more: [Vec<Diagnostic>; 2]| {
            diagnostics.extend(more.into_iter().flatten());
            Err(Box::new(Report { sources: sources.clone(), diagnostics }))
        };
        if !others.is_empty() {
            return refused(others, [audio_faults, warnings]);
        }
        // With faults of recordings there is no table: then it is made without them.
        let table = table.or_else(|| dialplan::check(&sources, None).0);
        let Some(table) = table else { return refused(audio_faults, [warnings, vec![]]) };
        let prompts = prompts(&table, &recordings, known);
        let table = Arc::new(table);
        let written = Arc::new(Written::new(sources, recordings.heard.into_inner()).meaning(&table));
        Ok(Self { table, prompts, audio_faults, warnings, written })
    }
}

/// Reads each recording once.
struct Recordings {
    /// `None`: what is not in `heard` is not there.
    dir: Option<AudioDir>,
    heard: RefCell<Heard>,
}

impl Audio for Recordings {
    fn read(&self, file: &str) -> io::Result<Vec<u8>> {
        let mut heard = self.heard.borrow_mut();
        let read = || match &self.dir {
            Some(dir) => read(dir, file),
            None => Err(Unread(io::ErrorKind::NotFound, "it was not kept".to_owned())),
        };
        match heard.entry(file.to_owned()).or_insert_with(read) {
            Ok(bytes) => Ok(bytes.to_vec()),
            Err(Unread(kind, why)) => Err(io::Error::new(*kind, why.clone())),
        }
    }
}

/// The recordings that can be played. What cannot is in `audio_faults`, with its reason.
fn prompts(table: &Table, recordings: &Recordings, known: Option<&Candidate>) -> Prompts {
    let mut prompts = Prompts::new();
    for prompt in table.announcements() {
        let Ok(bytes) = recordings.read(&prompt.file) else { continue };
        if let Some(alaw) = known.and_then(|known| known.alaw_of(&prompt.id, &prompt.file, &bytes)) {
            prompts.insert(prompt.id.clone(), alaw);
        } else if let Ok(alaw) = decode(&bytes) {
            prompts.insert(prompt.id.clone(), alaw);
        }
    }
    prompts
}

impl Candidate {
    /// A recording that was decoded already: the same file under the same name.
    fn alaw_of(&self, prompt: &PromptId, file: &str, bytes: &[u8]) -> Option<Arc<[u8]>> {
        let file_now = &self.table.announcement(prompt)?.file;
        let same = file_now == file
            && self
                .written
                .heard
                .get(file)
                .is_some_and(|heard| matches!(heard, Ok(before) if **before == *bytes));
        self.prompts.get(prompt).filter(|_| same).cloned()
    }
}

/// Faults that a node may start with.
pub(super) fn is_of_recordings(fault: &Diagnostic) -> bool {
    fault.code == "dp011"
}

/// How often a plan that changes while it is read is read again.
const READS_MAX: usize = 5;
