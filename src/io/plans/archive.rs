//! The plans kept, on disk, so that no restart forgets them: a directory beside the call records.
//!
//! | file | what |
//! |---|---|
//! | `plans.json` | which plans were in force, when and how, the last one runs; the plan that waits. The only file that changes |
//! | `HASH.json` | a plan's text, and which recordings it had; named by the SHA-256 of what it says |
//! | `HASH.sound` | a recording, named so too |
//! | `plans.unreadable`, `plans.unreadable.2` … | a list that could not be read, or not all it names. As long as one is there no file is removed, so that whoever mends it finds them all |
//!
//! Each is written whole under another name, flushed to the disk and renamed, `plans.json` after what it names: whenever
//! the machine stops, the list before or the list after is there, whole. Only the node's user may read them: a plan holds
//! passwords.

mod reading;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::shelf::{Came, Kept};
use super::written::{Files, Written};

/// The directory of kept plans.
#[derive(Debug)]
pub(super) struct Archive {
    dir: PathBuf,
    /// The plan's directory: files are named as seen from there, whatever directory a node is started in.
    plan: PathBuf,
    /// Whether files that nothing names any more are removed.
    forgets: bool,
}

/// What is kept.
#[derive(Clone, Debug, Default)]
pub(super) struct Saved {
    /// The one that ran last is the last, unless it is lost.
    pub(super) kept: Vec<Kept>,
    /// The one that ran last, if it is.
    pub(super) lost: Option<Came>,
    /// The editions that were left by going to another kept one.
    pub(super) left: Vec<u64>,
    pub(super) scheduled: Option<(Waits, Arc<Written>)>,
    /// Its number.
    pub(super) edition: u64,
}

/// A plan that waits for its hour.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Waits {
    pub(super) plan: String,
    pub(super) at_ms: i64,
    pub(super) by: String,
}

/// `plans.json`.
#[derive(Serialize, Deserialize)]
struct List {
    plans: Vec<Line<Came>>,
    scheduled: Option<Line<Waits>>,
}

#[derive(Serialize, Deserialize)]
struct Line<T> {
    #[serde(flatten)]
    what: T,
    /// The hash of its text.
    text: String,
}

/// `HASH.json`.
#[derive(Serialize, Deserialize)]
struct Text {
    files: Vec<(String, String)>,
    /// By their names in the plan; `None`: could not be read.
    recordings: BTreeMap<String, Option<String>>,
}

/// Recordings with their hashes.
type ByHash<'w> = Vec<(String, &'w [u8])>;

impl Archive {
    pub(super) fn new(dir: PathBuf, plan: PathBuf) -> Self {
        Self { dir, plan, forgets: false }
    }

    /// Keeps what stands on the shelf, and removes the files of what no longer does, unless a list was put aside.
    ///
    /// # Errors
    /// When the disk does not take it; what was kept before is still there.
    pub(super) fn write(&self, saved: &Saved) -> io::Result<()> {
        DirBuilder::new().recursive(true).mode(0o700).create(&self.dir)?;
        let mut used = BTreeSet::from([LIST.to_owned()]);
        let mut plans = vec![];
        for kept in &saved.kept {
            let text = self.put_text(&kept.written, &mut used)?;
            plans.push(Line { what: kept.came.clone(), text });
        }
        let mut scheduled = None;
        if let Some((waits, written)) = &saved.scheduled {
            let text = self.put_text(written, &mut used)?;
            scheduled = Some(Line { what: waits.clone(), text });
        }
        self.put(LIST, &serde_json::to_vec_pretty(&List { plans, scheduled })?)?;
        if self.forgets {
            self.forget_all_but(&used);
        }
        Ok(())
    }

    fn put_text(&self, written: &Written, used: &mut BTreeSet<String>) -> io::Result<String> {
        let is_there = |files: &&Files| files.names.iter().all(|name| self.dir.join(name).exists());
        if let Some(files) = written.files.get().filter(is_there) {
            used.extend(files.names.iter().cloned());
            return Ok(files.text.clone());
        }
        let mut names = BTreeSet::new();
        let (bytes, recordings) = self.text_of(written)?;
        for (hash, bytes) in recordings {
            names.insert(self.put_new(format!("{hash}.sound"), bytes)?);
        }
        let text = hash_of(&bytes);
        names.insert(self.put_new(format!("{text}.json"), &bytes)?);
        used.extend(names.iter().cloned());
        // Who comes second found the same.
        written.files.set(Files { text: text.clone(), names }).ok();
        Ok(text)
    }

    /// What its file says, and the recordings it names by their hashes.
    fn text_of<'w>(&self, written: &'w Written) -> io::Result<(Vec<u8>, ByHash<'w>)> {
        let heard = written.heard.iter().map(|(file, heard)| (file, heard.as_ref().ok()));
        let heard: Vec<_> =
            heard.map(|(file, bytes)| (file, bytes.map(|bytes| (hash_of(bytes), &**bytes)))).collect();
        let hash = |found: &Option<(String, &[u8])>| found.as_ref().map(|(hash, _)| hash.clone());
        let recordings = heard.iter().map(|(file, found)| ((*file).clone(), hash(found))).collect();
        let named = |path: &str| {
            let seen = Path::new(path).strip_prefix(&self.plan).unwrap_or(Path::new(path));
            seen.display().to_string()
        };
        let files = written.sources.files().iter().map(|file| (named(&file.path), file.text.clone()));
        let bytes = serde_json::to_vec_pretty(&Text { files: files.collect(), recordings })?;
        Ok((bytes, heard.into_iter().filter_map(|(_, found)| found).collect()))
    }

    /// What is there and says otherwise is damaged: it is written anew. A disk that does not give it now may give it when it
    /// is wanted.
    fn put_new(&self, name: String, bytes: &[u8]) -> io::Result<String> {
        match fs::read(self.dir.join(&name)) {
            Ok(there) if there == bytes => {}
            Err(error) if error.kind() != ErrorKind::NotFound => drop(self.put(&name, bytes)),
            Ok(_) | Err(_) => self.put(&name, bytes)?,
        }
        Ok(name)
    }

    fn put(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let unfinished = self.dir.join(format!("{name}{UNFINISHED}"));
        let written = private(&unfinished).and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        });
        if let Err(error) = written {
            // Half a file takes room on a disk that has none.
            fs::remove_file(&unfinished).ok();
            return Err(error);
        }
        fs::rename(&unfinished, self.dir.join(name))?;
        File::open(&self.dir)?.sync_all()
    }

    /// Only what this file makes is removed. What cannot be is left: it does no harm.
    fn forget_all_but(&self, used: &BTreeSet<String>) {
        let Ok(entries) = fs::read_dir(&self.dir) else { return };
        for name in entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()) {
            let is_ours = [".json", ".sound", UNFINISHED].iter().any(|end| name.ends_with(end));
            if is_ours && !used.contains(&name) {
                fs::remove_file(self.dir.join(name)).ok();
            }
        }
    }
}

fn private(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)
}

fn hash_of(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

const LIST: &str = "plans.json";
const UNFINISHED: &str = ".unfinished";
