//! `tongjie import`

mod place;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde::Serialize;

use super::failure::Failure;
use super::serve::entropy;
use super::table::table;
use super::{json, print};
use crate::dialplan::import::{self, BadSheet, Draft, Note, Settings, recording, vocabulary};
use crate::dialplan::number::is_area_code;
use crate::dialplan::{self, Audio, Calendar, Report, Sources};
use crate::stdx::Rng;

/// Turn a list of hotlines (CSV) into a plan that passes `check`, and say what the list leaves open
///
/// Reads what spreadsheets write: UTF-8, UTF-16 or GBK; commas, semicolons or tabs; headings in English or Chinese,
/// as told below. A cell it does not understand means nothing, and is told with its line and column and what was
/// taken instead. The recordings that come with this program and the schema for editors are laid beside the plan.
/// Trunk addresses and agents are stand-ins. The plan is written whole or not at all.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES, after_long_help = format!("{}\n{EXAMPLES}", vocabulary()))]
pub(super) struct Import {
    /// The list
    file: PathBuf,
    /// The plan's directory; default: beside the list, its name without the ending
    #[arg(long, value_name = "DIR")]
    to: Option<PathBuf>,
    /// Write over a plan that is there
    #[arg(long)]
    force: bool,
    /// The plan's name; default: the one number
    #[arg(long, default_value = "", hide_default_value = true)]
    name: String,
    /// The city's area code; default: the one most numbers of the list carry
    #[arg(long, value_name = "CODE")]
    area_code: Option<String>,
    /// The city's time zone
    #[arg(long, value_name = "ZONE", default_value = "Asia/Shanghai")]
    time_zone: String,
    /// As JSON
    #[arg(long)]
    json: bool,
}

/// The recordings that come with the program, as a check reads them.
struct Stock;

impl Audio for Stock {
    fn read(&self, file: &str) -> io::Result<Vec<u8>> {
        let name = file.strip_prefix("audio/").and_then(|file| file.strip_suffix(".wav"));
        let found = name.and_then(recording).map(|(_, wav)| wav.to_vec());
        found.ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))
    }
}

/// What an import came to, for JSON.
#[derive(Serialize)]
struct Done {
    plan: PathBuf,
    files: Vec<String>,
    hotlines: usize,
    aliases: usize,
    emergency: usize,
    linked: usize,
    out_of_scope: usize,
    notes: Vec<Told>,
}

#[derive(Serialize)]
struct Told {
    line: Option<u64>,
    column: String,
    why: String,
    chose: String,
}

impl Import {
    pub(super) fn run(&self) -> Result<ExitCode, Failure> {
        let bytes = self.bytes()?;
        let dir = self.directory()?;
        if let Some(code) = self.area_code.as_ref().filter(|code| !is_area_code(code)) {
            return Err(Failure::usage(format!("{code} is no area code")).help("with its leading zero: 0510"));
        }
        if Calendar::of_zone(&self.time_zone).is_none() {
            return Err(Failure::usage(format!("there is no time zone {}", self.time_zone))
                .help("as IANA names it: Asia/Shanghai"));
        }
        let sheet = import::read(&bytes).map_err(|bad| self.bad(&bad))?;
        let settings = Settings {
            name: self.name.clone(),
            area_code: self.area_code.clone().unwrap_or_default(),
            zone: self.time_zone.clone(),
        };
        let (draft, notes) = import::decide(&sheet, &settings).map_err(|bad| self.bad(&bad))?;
        let texts = draft.print(&mut Rng::from_entropy(entropy()?));
        // Nothing is written that would not pass.
        let sources = Sources::new(texts.iter().map(|(name, text)| (*name, text.as_str())));
        let (table, diagnostics) = dialplan::check(&sources, Some(&Stock));
        if table.is_none() {
            return Err(Report { sources, diagnostics }.into());
        }
        let files = self.write(&dir, &draft, &texts, &open_list(&notes))?;
        print(&if self.json {
            json(&done(dir, files, &draft, notes))?
        } else {
            text(&dir, &files, &draft, &notes)
        })
    }

    fn directory(&self) -> Result<PathBuf, Failure> {
        let dir = self.to.clone().unwrap_or_else(|| self.file.with_extension(""));
        if dir == self.file || dir.is_file() {
            return Err(Failure::usage(format!("{} is a file: a plan is a directory", dir.display()))
                .help("say where with --to DIR"));
        }
        Ok(dir)
    }

    fn bytes(&self) -> Result<Vec<u8>, Failure> {
        let unreadable =
            |error: io::Error| Failure::new(format!("cannot read {}", self.file.display())).cause(error);
        let length = fs::metadata(&self.file).map_err(unreadable)?.len();
        if length > BYTES_MAX {
            return Err(Failure::new(format!("{} is longer than {BYTES_MAX} bytes", self.file.display())));
        }
        fs::read(&self.file).map_err(unreadable)
    }

    fn bad(&self, bad: &BadSheet) -> Failure {
        let help = match bad {
            BadSheet::Workbook => "save it as CSV (in Excel: Save As, CSV UTF-8)",
            BadSheet::NoHeadings(_) => "the first line names the columns; `tongjie import --help` tells how",
            BadSheet::NoAreaCode => "say --area-code 0510",
            BadSheet::Encoding => "save it as CSV UTF-8",
            BadSheet::Empty | BadSheet::NoRows | BadSheet::TooLong => "see whether it is the right file",
        };
        Failure::new(format!("cannot import {}: {bad}", self.file.display())).help(help)
    }

    fn write(
        &self,
        dir: &Path,
        draft: &Draft,
        texts: &[(&str, String)],
        open: &str,
    ) -> Result<Vec<String>, Failure> {
        let (schema, text) = Draft::schema();
        let mut files: Vec<(String, &[u8])> =
            texts.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes())).collect();
        files.push((schema.to_owned(), text.as_bytes()));
        if !open.is_empty() {
            files.push((OPEN.to_owned(), open.as_bytes()));
        }
        for name in draft.announcements_used() {
            if let Some((_, wav)) = recording(name) {
                files.push((format!("audio/{name}.wav"), wav));
            }
        }
        let there = files.iter().map(|(name, _)| dir.join(name)).find(|path| path.symlink_metadata().is_ok());
        if let (Some(path), false) = (there, self.force) {
            return Err(Failure::new(format!(
                "{} is there already, and nothing was written",
                path.display()
            ))
            .help("choose another --to and compare the two with `tongjie diff`; --force writes over it, and what was put in by hand (trunks, people) is lost"));
        }
        place::place(dir, &files).map_err(|failed| {
            Failure::new(format!("cannot write {}", failed.path.display()))
                .cause(failed.why)
                .help(failed.left)
        })?;
        Ok(files.into_iter().map(|(name, _)| name).collect())
    }
}

fn done(plan: PathBuf, files: Vec<String>, draft: &Draft, notes: Vec<Note>) -> Done {
    let told = |Note { line, column, why, chose }| Told { line, column, why, chose };
    Done {
        plan,
        files,
        hotlines: draft.hotlines.len(),
        aliases: draft.aliases.len(),
        emergency: draft.emergency.len(),
        linked: draft.linked.len(),
        out_of_scope: draft.out_of_scope.len(),
        notes: notes.into_iter().map(told).collect(),
    }
}

fn text(dir: &Path, files: &[String], draft: &Draft, notes: &[Note]) -> String {
    let mut text = format!(
        "{} hotlines, {} aliases, {} emergency lines, {} linked places and {} numbers out of scope: {} files in {}\n",
        draft.hotlines.len(),
        draft.aliases.len(),
        draft.emergency.len(),
        draft.linked.len(),
        draft.out_of_scope.len(),
        files.len(),
        dir.display()
    );
    if notes.is_empty() {
        return text;
    }
    text.push_str(&format!("\nthe list leaves this open ({OPEN} keeps it):\n\n"));
    text.push_str(&open_list(notes));
    text.push_str(&format!(
        "\nnow put your trunks and people in place, and run: tongjie check {}\n",
        dir.display()
    ));
    text
}

/// What the list leaves open, a line each; empty if nothing.
fn open_list(notes: &[Note]) -> String {
    if notes.is_empty() {
        return String::new();
    }
    let rows: Vec<Vec<String>> = notes
        .iter()
        .map(|note| {
            let line = note.line.map(|line| line.to_string()).unwrap_or_default();
            vec![line, note.column.clone(), note.why.clone(), note.chose.clone()]
        })
        .collect();
    table(&["line", "column", "what", "taken"], &rows)
}

/// Where what the list leaves open stands beside the plan.
const OPEN: &str = "open.txt";
/// Longest list, in bytes.
const BYTES_MAX: u64 = 16 << 20;
const EXAMPLES: &str = "Examples:
  tongjie import hotlines.csv --to dialplan/mycity --name 我市12345
  tongjie import 热线清单.csv --to dialplan/mycity --area-code 0510 --force";
