//! A plan read from its directory, whole: text, table and recordings. Everything is read once, and what was checked
//! is what runs.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;
use std::sync::Arc;

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
    /// Its text.
    pub sources: Sources,
    /// What is wrong with the others. Only a node that starts takes a plan with such faults.
    pub audio_faults: Vec<Diagnostic>,
    /// Its warnings.
    pub warnings: Vec<Diagnostic>,
    heard: Heard,
}

/// The files of recordings, as they were read, by their names in the plan.
type Heard = BTreeMap<String, Result<Arc<[u8]>, Unread>>;

/// Why a recording could not be read.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Unread(io::ErrorKind, String);

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
        candidate.refuse_unless(|_| false)
    }

    /// Checks a plan that has run once more, as it was then. What it was allowed to run with is no fault now.
    ///
    /// # Errors
    /// With every fault found.
    pub fn again(&self) -> Result<Self, Box<Report>> {
        let recordings = Recordings { dir: None, heard: RefCell::new(self.heard.clone()) };
        let candidate = Self::check(self.sources.clone(), recordings, Some(self))?;
        candidate.refuse_unless(|fault| self.audio_faults.contains(fault))
    }

    /// Whether nothing at all distinguishes them: no letter, no sample.
    pub fn is_same(&self, other: &Self) -> bool {
        same_text(&self.sources, &other.sources) && self.heard == other.heard
    }

    /// Files of recordings whose name stayed and whose sound did not.
    pub fn resounding(&self, next: &Self) -> BTreeSet<String> {
        let differs = |(file, heard): &(&String, &Result<Arc<[u8]>, Unread>)| {
            self.heard.get(*file).is_some_and(|before| before != *heard)
        };
        next.heard.iter().filter(differs).map(|(file, _)| file.clone()).collect()
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
        let heard = recordings.heard.into_inner();
        Ok(Self { table: Arc::new(table), prompts, sources, audio_faults, warnings, heard })
    }

    fn refuse_unless(self, tolerated: impl Fn(&Diagnostic) -> bool) -> Result<Self, Box<Report>> {
        if self.audio_faults.iter().all(tolerated) {
            return Ok(self);
        }
        let diagnostics = self.audio_faults.into_iter().chain(self.warnings).collect();
        Err(Box::new(Report { sources: self.sources, diagnostics }))
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
            Some(dir) => {
                dir.read(file).map(Arc::from).map_err(|error| Unread(error.kind(), error.to_string()))
            }
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
            && self.heard.get(file).is_some_and(|heard| matches!(heard, Ok(before) if **before == *bytes));
        self.prompts.get(prompt).filter(|_| same).cloned()
    }
}

/// Faults that a node may start with.
fn is_of_recordings(fault: &Diagnostic) -> bool {
    fault.code == "dp011"
}

fn same_text(a: &Sources, b: &Sources) -> bool {
    let text = |sources: &Sources| -> Vec<(String, String)> {
        sources.files().iter().map(|file| (file.path.clone(), file.text.clone())).collect()
    };
    text(a) == text(b) && a.faults() == b.faults()
}

/// How often a plan that changes while it is read is read again.
const READS_MAX: usize = 5;
