//! What a start reads of the plans kept, and what it does when a disk gives not all of it.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::PathBuf;
use std::sync::Arc;

use super::{Archive, LIST, Line, List, Saved, Text, hash_of};
use crate::dialplan::load::AudioDir;
use crate::dialplan::{Audio, Sources};
use crate::io::plans::candidate::Candidate;
use crate::io::plans::shelf::{Kept, left};
use crate::io::plans::written::{Heard, Unread, Written};

impl Archive {
    /// What was kept, and what of it is lost, in sentences. A list of which something cannot be read, be it a recording,
    /// is put aside, not only overwritten, and as long as one lies there no file is removed: a disk may fail once, and what
    /// it names may be all there is of a plan.
    pub(in crate::io::plans) fn read(&mut self) -> (Saved, Vec<String>) {
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
        let left = left(list.plans.iter().map(|line| &line.what));
        let last = list.plans.last().map(|line| line.what.clone());
        let mut saved = Saved { edition, left, ..Saved::default() };
        let mut reading = Reading { archive: self, texts: BTreeMap::new(), lost: vec![] };
        for Line { what, text } in list.plans {
            let written = reading.text(&text, &format!("plan {}, edition {},", what.plan, what.edition));
            saved.kept.extend(written.map(|written| Kept { came: what, written }));
        }
        let ran = saved.kept.last().map(|kept| kept.came.edition);
        saved.lost = last.filter(|last| ran != Some(last.edition));
        if let Some(Line { what, text }) = list.scheduled {
            let written = reading.text(&text, &format!("plan {}, which waited for its hour,", what.plan));
            saved.scheduled = written.map(|written| (what, written));
        }
        (saved, reading.lost)
    }

    /// A text and its recordings, and which of these cannot be read and why.
    fn text(&self, hash: &str) -> io::Result<(Written, Vec<(String, String)>)> {
        let bytes = self.get(&format!("{hash}.json"), hash);
        let bytes = bytes.or_else(|error| self.mend_text(hash).ok_or(error))?;
        let text: Text = serde_json::from_slice(&bytes)?;
        let named = |path: String| self.plan.join(path).display().to_string();
        let files = text.files.into_iter().map(|(path, text)| (named(path), text));
        let (mut heard, mut lost) = (Heard::new(), vec![]);
        for (file, hash) in text.recordings {
            let bytes = match hash {
                Some(hash) => self.get(&format!("{hash}.sound"), &hash).or_else(|error| {
                    let (found, is_mended) = self.mend(&file, &hash);
                    if !is_mended {
                        lost.push((file.clone(), error.to_string()));
                    }
                    found.ok_or_else(|| Unread(error.kind(), error.to_string()))
                }),
                None => Err(Unread(ErrorKind::NotFound, "it could not be read when the plan ran".to_owned())),
            };
            heard.insert(file, bytes.map(Arc::from));
        }
        Ok((Written::new(Sources::new(files), heard), lost))
    }

    /// A text that cannot be read here may be in the plan's directory still, to the letter.
    fn mend_text(&self, hash: &str) -> Option<Vec<u8>> {
        let here = Candidate::at_start(&self.plan).ok()?;
        let (bytes, _) = self.text_of(&here.written).ok()?;
        let is_it = hash_of(&bytes) == hash;
        // One that cannot be written is read from there again.
        is_it.then(|| self.put(&format!("{hash}.json"), &bytes).ok()).map(|_| bytes)
    }

    /// A recording that cannot be read here may be in the plan's directory still. Then a restart finds there the plan
    /// it knows, and the file is written anew; whether that was possible.
    fn mend(&self, file: &str, hash: &str) -> (Option<Vec<u8>>, bool) {
        let found = AudioDir(self.plan.clone()).read(file).ok().filter(|bytes| hash_of(bytes) == hash);
        let is_mended = found.as_ref().is_some_and(|bytes| self.put(&format!("{hash}.sound"), bytes).is_ok());
        (found, is_mended)
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
                let recording =
                    |(file, why)| format!("the recording {file} of {whose} cannot be read: {why}");
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

/// A list that was put aside; others are numbered …
const ASIDE: &str = "plans.unreadable";
/// … up to this. One is made when a disk fails, not at every start.
const ASIDES_MAX: usize = 20;
