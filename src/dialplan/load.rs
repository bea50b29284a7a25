//! A plan directory → [`Sources`]: the text of its files, and its recordings. The only file reads of the
//! dial plan are here; everything behind it is pure.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::dialplan::check::dp024_include::{Unfollowed, is_good_name, unfollowed};
use crate::dialplan::{Diagnostic, Level, Place, Proof, Report, Table, Verdict, read, suggest};

/// The files of a plan: a fixed set, read in this order. Any of them may hold any table.
pub const FILES: [&str; 8] = [
    "plan.toml",
    "hotlines.toml",
    "queues.toml",
    "agents.toml",
    "trunks.toml",
    "announcements.toml",
    "emergency.toml",
    "tests.toml",
];

/// Most files of a plan.
const FILES_MAX: usize = 64;
/// Longest plan file, in bytes.
const FILE_BYTES_MAX: u64 = 16 << 20;
/// Longest recording, in bytes: eight minutes of 8 kHz PCM.
const AUDIO_BYTES_MAX: u64 = 8 << 20;

/// The text of a plan.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<SourceFile>,
    faults: Vec<Diagnostic>,
}

/// One file.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// As the administrator knows it.
    pub path: String,
    /// What it says.
    pub text: String,
}

impl Sources {
    /// From texts in memory.
    pub fn new<P: Into<String>, T: Into<String>>(files: impl IntoIterator<Item = (P, T)>) -> Self {
        let files = files.into_iter().map(|(path, text)| SourceFile { path: path.into(), text: text.into() });
        Self { files: files.collect(), faults: vec![] }
    }

    /// The files, in reading order.
    pub fn files(&self) -> &[SourceFile] {
        &self.files
    }

    /// What is wrong with the files as files: one that cannot be read, that is not followed, that is not read at all.
    pub fn faults(&self) -> &[Diagnostic] {
        &self.faults
    }

    fn take(&mut self, path: &Path, bytes: Vec<u8>) {
        match String::from_utf8(bytes) {
            Ok(text) => self.files.push(SourceFile { path: path.display().to_string(), text }),
            Err(error) => {
                let line = error.as_bytes().iter().take(error.utf8_error().valid_up_to());
                let line = line.filter(|b| **b == b'\n').count() + 1;
                let why = format!("line {line} is not UTF-8");
                self.faults.push(unreadable(path, &why).help("save the file as UTF-8 (not GBK)"));
            }
        }
    }
}

/// Where recordings are. A trait, so that a check needs no disk.
pub trait Audio {
    /// The bytes of a file the plan names.
    fn read(&self, file: &str) -> io::Result<Vec<u8>>;
}

/// Recordings below a directory.
#[derive(Clone, Debug)]
pub struct AudioDir(pub PathBuf);

impl Audio for AudioDir {
    fn read(&self, file: &str) -> io::Result<Vec<u8>> {
        read_at_most(&self.0.join(file), AUDIO_BYTES_MAX)
    }
}

/// A plan that passed.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// It.
    pub table: Arc<Table>,
    /// Its warnings.
    pub report: Report,
    /// How much was proved of it.
    pub proof: Proof,
}

/// How lists of hotlines end that people try to check.
const LISTS: [&str; 3] = ["csv", "xlsx", "xls"];

/// Reads the files of a plan directory. What cannot be read becomes a fault of the [`Sources`].
pub fn load_dir(dir: &Path) -> Sources {
    let mut sources = Sources::default();
    if dir.is_file() {
        let parent = dir.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let is_list =
            dir.extension().is_some_and(|end| LISTS.iter().any(|list| end.eq_ignore_ascii_case(list)));
        let help = match is_list {
            true => format!("a list of hotlines becomes a plan by `tongjie import {}`", dir.display()),
            false => format!("name the directory it lies in: {}", parent.display()),
        };
        sources.faults.push(unreadable(dir, "a plan is a directory, and this is a file").help(help));
        return sources;
    }
    let mut inclusion = Inclusion::of(dir);
    for name in FILES {
        let path = dir.join(name);
        match read_at_most(&path, FILE_BYTES_MAX) {
            Ok(bytes) => sources.take(&path, bytes),
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => sources.faults.push(unreadable(&path, &error.to_string())),
        }
        inclusion.loaded.extend(path.canonicalize().ok());
    }
    inclusion.follow(&mut sources);
    sources.faults.extend(inclusion.passed_over(dir));
    if sources.files.is_empty() && sources.faults.iter().all(|fault| fault.level == Level::Warning) {
        sources.faults.push(
            unreadable(dir, "there is no plan here")
                .help(format!("a plan directory holds some of {}; see dialplan/wuxi", FILES.join(", "))),
        );
    }
    sources
}

/// Reads, compiles and checks a plan directory, recordings and `[[test]]` blocks included. The error is
/// everything found wrong.
///
/// # Errors
/// When any diagnostic is an error.
pub fn load_plan(dir: &Path) -> Result<Loaded, Report> {
    let loaded = look_at_plan(dir)?;
    if loaded.report.counts().0 == 0 { Ok(loaded) } else { Err(loaded.report) }
}

/// The same for those who only look: a plan that breaks nothing but the promises of its own tests is one too, and the
/// report says which.
///
/// # Errors
/// When any other diagnostic is an error.
pub fn look_at_plan(dir: &Path) -> Result<Loaded, Report> {
    let sources = load_dir(dir);
    let Verdict { table, diagnostics, proof } = super::judge(&sources, Some(&AudioDir(dir.to_owned())));
    let report = Report { sources, diagnostics };
    match table {
        Some(table) => Ok(Loaded { table: Arc::new(table), report, proof }),
        None => Err(report),
    }
}

/// The files a plan includes: below the directory that holds the plan's, each once.
struct Inclusion {
    /// What an include may not leave: the parent of the plan directory.
    root: Option<PathBuf>,
    loaded: BTreeSet<PathBuf>,
}

impl Inclusion {
    fn of(dir: &Path) -> Self {
        let dir = dir.canonicalize().ok();
        Self { root: dir.and_then(|dir| dir.parent().map(Path::to_owned)), loaded: BTreeSet::new() }
    }

    /// Reads what the files read so far include, and what those include.
    fn follow(&mut self, sources: &mut Sources) {
        let mut next = 0;
        while let Some(source) = sources.files.get(next) {
            let from = PathBuf::from(&source.path);
            for (name, span) in read::includes(&source.text) {
                let at = Place::new(next, span);
                match self.one(&from, &name) {
                    Ok((path, bytes)) => sources.take(&path, bytes),
                    Err(why) => sources.faults.push(unfollowed(at, &name, &why)),
                }
            }
            next += 1;
        }
    }

    /// Files of TOML in this directory that nothing reads; most likely somebody thinks they are.
    fn passed_over(&self, dir: &Path) -> Vec<Diagnostic> {
        let entries = dir.read_dir().into_iter().flatten().filter_map(Result::ok);
        let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
        let toml =
            names.filter(|name| name.trim_end_matches(".txt").ends_with(".toml") && !name.starts_with('.'));
        let mut names: Vec<String> = toml.collect();
        names.sort();
        let unread = |name: &String| {
            let path = dir.join(name);
            let loaded = path.canonicalize().is_ok_and(|real| self.loaded.contains(&real));
            (path.is_file() && !loaded).then(|| not_read(&path, name))
        };
        names.iter().filter_map(unread).take(FILES_MAX).collect()
    }

    fn one(&mut self, from: &Path, name: &str) -> Result<(PathBuf, Vec<u8>), Unfollowed> {
        if !is_good_name(name) {
            return Err(Unfollowed::BadName);
        }
        let path = from.parent().unwrap_or(Path::new("")).join(name);
        let real = path.canonicalize()?;
        if !self.root.as_ref().is_some_and(|root| real.starts_with(root)) {
            return Err(Unfollowed::Outside);
        }
        if self.loaded.len() >= FILES_MAX {
            return Err(Unfollowed::TooMany(FILES_MAX));
        }
        if !self.loaded.insert(real) {
            return Err(Unfollowed::Twice);
        }
        let bytes = read_at_most(&path, FILE_BYTES_MAX)?;
        Ok((path, bytes))
    }
}

/// A file that lies in the plan's directory and is no part of the plan.
fn not_read(path: &Path, name: &str) -> Diagnostic {
    let message = format!("{} is not read: a plan's files have names of their own", path.display());
    let help = match suggest::nearest(name, FILES) {
        Some(meant) => format!("rename it `{meant}`, or put what it says there"),
        None => format!("a plan is {}; another file is read where one of them includes it", FILES.join(", ")),
    };
    Diagnostic::warning("dp001", None, message).help(help)
}

fn unreadable(path: &Path, why: &str) -> Diagnostic {
    Diagnostic::error("dp001", None, format!("cannot read {}: {why}", path.display()))
}

fn read_at_most(path: &Path, bytes_max: u64) -> io::Result<Vec<u8>> {
    let mut bytes = vec![];
    File::open(path)?.take(bytes_max + 1).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).is_ok_and(|n| n > bytes_max) {
        return Err(io::Error::new(
            io::ErrorKind::FileTooLarge,
            format!("longer than {} MiB", bytes_max >> 20),
        ));
    }
    Ok(bytes)
}
