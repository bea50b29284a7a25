//! A plan as it was written: its text and its recordings. This is what is kept of a plan that ran.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use crate::dialplan::load::AudioDir;
use crate::dialplan::{self, Audio, Level, Sources, Table};

/// Text and recordings.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) sources: Sources,
    pub(super) heard: Heard,
    /// What it means, made when somebody asks.
    table: OnceLock<Option<Arc<Table>>>,
    /// Where it is kept on disk, once it is: hashing a plan's recordings takes its time.
    pub(super) files: OnceLock<Files>,
}

/// The files that hold a plan.
#[derive(Debug)]
pub(super) struct Files {
    /// The hash of its text.
    pub(super) text: String,
    pub(super) names: BTreeSet<String>,
}

/// The files of recordings, as they were read, by their names in the plan.
pub(super) type Heard = BTreeMap<String, Result<Arc<[u8]>, Unread>>;

/// Why a recording could not be read.
#[derive(Clone, Debug)]
pub(super) struct Unread(pub(super) io::ErrorKind, pub(super) String);

/// What is in a plan's directory now.
#[derive(Debug)]
pub(super) struct Directory {
    pub(super) sources: Sources,
    pub(super) audio: AudioDir,
}

impl Written {
    pub(super) fn new(sources: Sources, heard: Heard) -> Self {
        Self { sources, heard, table: OnceLock::new(), files: OnceLock::new() }
    }

    /// The same, its meaning known already.
    pub(super) fn meaning(self, table: &Arc<Table>) -> Self {
        Self { table: OnceLock::from(Some(Arc::clone(table))), ..self }
    }

    /// What it means; `None` when this program no longer understands it. Nothing is proved anew.
    pub(super) fn table(&self) -> Option<&Arc<Table>> {
        self.table.get_or_init(|| dialplan::compile(&self.sources).0.map(Arc::new)).as_ref()
    }

    /// Files of recordings whose name stayed and whose sound did not.
    pub(super) fn resounding(&self, next: &Self) -> BTreeSet<String> {
        let differs = |(file, heard): &(&String, &Result<Arc<[u8]>, Unread>)| {
            self.heard.get(*file).is_some_and(|before| before != *heard)
        };
        next.heard.iter().filter(differs).map(|(file, _)| file.clone()).collect()
    }

    /// Whether this is what the directory holds.
    pub(super) fn is_in(&self, directory: &Directory) -> bool {
        same_text(&self.sources, &directory.sources)
            && self.heard.iter().all(|(file, heard)| *heard == read(&directory.audio, file))
    }
}

impl Directory {
    pub(super) fn look(dir: &Path) -> Self {
        Self { sources: dialplan::load_dir(dir), audio: AudioDir(dir.to_owned()) }
    }
}

/// No key, no value and no sample distinguishes them.
impl PartialEq for Written {
    fn eq(&self, other: &Self) -> bool {
        same_text(&self.sources, &other.sources) && self.heard == other.heard
    }
}

/// So that those who share it know without a look.
impl Eq for Written {}

/// A recording that cannot be read is silent, whatever the reason.
impl PartialEq for Unread {
    fn eq(&self, _other: &Self) -> bool {
        true
    }
}

impl Eq for Unread {}

pub(super) fn read(audio: &AudioDir, file: &str) -> Result<Arc<[u8]>, Unread> {
    audio.read(file).map(Arc::from).map_err(|error| Unread(error.kind(), error.to_string()))
}

/// Remarks, blank lines and the order of keys are no part of a plan, or a remark would bring one before its hour. Nor is a
/// file that lies beside it and is only warned of.
pub(super) fn same_text(a: &Sources, b: &Sources) -> bool {
    let mut pairs = a.files().iter().zip(b.files());
    let errors = |sources: &Sources| {
        let faults = sources.faults().iter().filter(|fault| fault.level == Level::Error);
        faults.cloned().collect::<Vec<_>>()
    };
    a.files().len() == b.files().len()
        && pairs.all(|(a, b)| a.path == b.path && says_the_same(&a.text, &b.text))
        && errors(a) == errors(b)
}

fn says_the_same(a: &str, b: &str) -> bool {
    let read = |text: &str| text.parse::<toml::Table>().ok();
    // What is no TOML is compared as it stands.
    a == b || read(a).is_some_and(|a| Some(a) == read(b))
}
