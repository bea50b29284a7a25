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

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::shelf::{Came, Kept};
use super::written::{Files, Heard, Unread, Written};
use crate::dialplan::Sources;

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

impl Archive {
    pub(super) fn new(dir: PathBuf, plan: PathBuf) -> Self {
        Self { dir, plan, forgets: false }
    }

    /// What was kept, and what of it is lost, in sentences. A list of which something cannot be read, be it a recording,
    /// is put aside, not only overwritten, and as long as one lies there no file is removed: a disk may fail once, and what
    /// it names may be all there is of a plan.
    pub(super) fn read(&mut self) -> (Saved, Vec<String>) {
        let list = self.dir.join(LIST);
        let read = match fs::read(&list) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(io::Error::from),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(List { plans: vec![], scheduled: None }),
            Err(error) => Err(error),
        };
        let (saved, mut told, put_aside) = match read {
            Ok(all) => {
                let (saved, lost) = self.follow(all);
                // The rest of it is of use still.
                let copied = match lost.is_empty() {
                    true => Ok(()),
                    false => self.free_aside().and_then(|aside| fs::copy(&list, aside).map(drop)),
                };
                (saved, lost, copied)
            }
            Err(why) => {
                let told = format!("the plans kept cannot be read ({}: {why})", list.display());
                (Saved::default(), vec![told], self.free_aside().and_then(|aside| fs::rename(&list, aside)))
            }
        };
        let aside: Vec<_> = self.asides().filter(|aside| !matches!(aside.try_exists(), Ok(false))).collect();
        self.forgets = put_aside.is_ok() && aside.is_empty();
        told.extend(put_aside.err().map(|error| format!("{} cannot be put aside: {error}", list.display())));
        told.extend(aside.iter().map(|aside| {
            format!(
                "{} is the list of plans as it was then: remove it, or mend it and what it names and move it back; until \
                 then no file beside it is removed",
                aside.display()
            )
        }));
        (saved, told)
    }

    /// Where lists are put aside.
    fn asides(&self) -> impl Iterator<Item = PathBuf> {
        let numbered = (2..=ASIDES_MAX).map(|number| format!("{ASIDE}.{number}"));
        std::iter::once(ASIDE.to_owned()).chain(numbered).map(|name| self.dir.join(name))
    }

    /// Where one can be: the first failure put aside what the second would spoil.
    fn free_aside(&self) -> io::Result<PathBuf> {
        let free = self.asides().find(|aside| matches!(aside.try_exists(), Ok(false)));
        free.ok_or_else(|| io::Error::other(format!("{ASIDES_MAX} lists lie there already")))
    }

    fn follow(&self, list: List) -> (Saved, Vec<String>) {
        let edition = list.plans.iter().map(|line| line.what.edition).max().unwrap_or(0);
        let mut saved = Saved { edition, ..Saved::default() };
        let mut reading = Reading { archive: self, texts: BTreeMap::new(), lost: vec![] };
        for Line { what, text } in list.plans {
            let written = reading.text(&text, &format!("plan {}, edition {},", what.plan, what.edition));
            saved.kept.extend(written.map(|written| Kept { came: what, written }));
        }
        if let Some(Line { what, text }) = list.scheduled {
            let written = reading.text(&text, &format!("plan {}, which waited for its hour,", what.plan));
            saved.scheduled = written.map(|written| (what, written));
        }
        (saved, reading.lost)
    }

    /// A text and its recordings, and which of these cannot be read and why.
    fn text(&self, hash: &str) -> io::Result<(Written, Vec<(String, String)>)> {
        let text: Text = serde_json::from_slice(&self.get(&format!("{hash}.json"), hash)?)?;
        let named = |path: String| self.plan.join(path).display().to_string();
        let files = text.files.into_iter().map(|(path, text)| (named(path), text));
        let (mut heard, mut lost) = (Heard::new(), vec![]);
        for (file, hash) in text.recordings {
            let bytes = match hash {
                Some(hash) => self.get(&format!("{hash}.sound"), &hash).map_err(|error| {
                    lost.push((file.clone(), error.to_string()));
                    Unread(error.kind(), error.to_string())
                }),
                None => Err(Unread(ErrorKind::NotFound, "it could not be read when the plan ran".to_owned())),
            };
            heard.insert(file, bytes.map(Arc::from));
        }
        Ok((Written::new(Sources::new(files), heard), lost))
    }

    fn get(&self, name: &str, hash: &str) -> io::Result<Vec<u8>> {
        let path = self.dir.join(name);
        let told = |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
        let bytes = fs::read(&path).map_err(told)?;
        if hash_of(&bytes) != hash {
            return Err(told(io::Error::new(ErrorKind::InvalidData, "it is not what was written")));
        }
        Ok(bytes)
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
        let mut recordings = BTreeMap::new();
        for (file, heard) in &written.heard {
            let Ok(bytes) = heard else {
                recordings.insert(file.clone(), None);
                continue;
            };
            let hash = hash_of(bytes);
            names.insert(self.put_new(format!("{hash}.sound"), bytes)?);
            recordings.insert(file.clone(), Some(hash));
        }
        let named = |path: &str| {
            let seen = Path::new(path).strip_prefix(&self.plan).unwrap_or(Path::new(path));
            seen.display().to_string()
        };
        let files = written.sources.files().iter().map(|file| (named(&file.path), file.text.clone()));
        let bytes = serde_json::to_vec_pretty(&Text { files: files.collect(), recordings })?;
        let text = hash_of(&bytes);
        names.insert(self.put_new(format!("{text}.json"), &bytes)?);
        used.extend(names.iter().cloned());
        // Who comes second found the same.
        written.files.set(Files { text: text.clone(), names }).ok();
        Ok(text)
    }

    /// What is there under its hash is what it is.
    fn put_new(&self, name: String, bytes: &[u8]) -> io::Result<String> {
        if !self.dir.join(&name).exists() {
            self.put(&name, bytes)?;
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

/// Follows a list. Plans may share a text.
struct Reading<'a> {
    archive: &'a Archive,
    texts: BTreeMap<String, Arc<Written>>,
    /// What cannot be read, in sentences.
    lost: Vec<String>,
}

impl Reading<'_> {
    /// The text with this hash, unless it is lost.
    fn text(&mut self, hash: &str, whose: &str) -> Option<Arc<Written>> {
        if let Some(written) = self.texts.get(hash) {
            return Some(Arc::clone(written));
        }
        match self.archive.text(hash) {
            Ok((written, lost)) => {
                let recording = |(file, why)| format!("{whose} has lost its recording {file}: {why}");
                self.lost.extend(lost.into_iter().map(recording));
                let written = Arc::new(written);
                self.texts.insert(hash.to_owned(), Arc::clone(&written));
                Some(written)
            }
            Err(why) => {
                self.lost.push(format!("{whose} is lost: {why}"));
                None
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
/// A list that was put aside; others are numbered …
const ASIDE: &str = "plans.unreadable";
/// … up to this. One is made when a disk fails, not at every start.
const ASIDES_MAX: usize = 20;
const UNFINISHED: &str = ".unfinished";
