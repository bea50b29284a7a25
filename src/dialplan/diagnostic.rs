//! What is wrong with a plan, where, and what to do about it.
//!
//! All faults of a plan are collected; a [`Report`] is what a person reads. Rendering is left to
//! `annotate-snippets`, so that the place is shown the way compilers show it.

use std::fmt;
use std::ops::Range;
use std::path::Path;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level as Mark, Renderer, Snippet};

use crate::dialplan::load::{SourceFile, Sources};

/// How bad it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Level {
    /// The plan is refused.
    Error,
    /// The plan runs; someone should look.
    Warning,
}

/// Where in the files.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Place {
    /// Index into [`Sources::files`].
    pub file: usize,
    /// First byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

impl Place {
    /// Bytes of a file.
    pub fn new(file: usize, span: Range<usize>) -> Self {
        Self { file, start: span.start, end: span.end }
    }
}

/// One fault.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diagnostic {
    /// Stable: `dp001` …
    pub code: &'static str,
    /// How bad it is.
    pub level: Level,
    /// The place at fault; `None` when no file holds it (a missing `[plan]`, a file that cannot be read).
    pub at: Option<Place>,
    /// Lower case, no full stop.
    pub message: String,
    /// Other places concerned, each with what it has to do with it.
    pub also: Vec<(Place, String)>,
    /// How many more of those there are than anybody would read.
    pub also_more: usize,
    /// Where the same is wrong once more, and in which row.
    pub again: Vec<(Place, String)>,
    /// What shows it: the way a call takes, step by step.
    pub notes: Vec<String>,
    /// What to do; may be empty.
    pub help: String,
}

impl Diagnostic {
    /// An error.
    pub fn error(code: &'static str, at: impl Into<Option<Place>>, message: impl Into<String>) -> Self {
        Self {
            code,
            level: Level::Error,
            at: at.into(),
            message: message.into(),
            also: vec![],
            also_more: 0,
            again: vec![],
            notes: vec![],
            help: String::new(),
        }
    }

    /// A warning.
    pub fn warning(code: &'static str, at: impl Into<Option<Place>>, message: impl Into<String>) -> Self {
        Self { level: Level::Warning, ..Self::error(code, at, message) }
    }

    /// Adds the remedy.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }

    /// Adds what shows it.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Adds another place.
    #[must_use]
    pub fn also(mut self, at: Place, label: impl Into<String>) -> Self {
        if self.also.len() < ALSO_MAX {
            self.also.push((at, label.into()));
        } else {
            self.also_more += 1;
        }
        self
    }

    /// The fault as a person reads it, with the source line; `colour` for a terminal.
    pub fn render(&self, sources: &Sources, colour: bool) -> String {
        let level = match self.level {
            Level::Error => Mark::ERROR,
            Level::Warning => Mark::WARNING,
        };
        let mut group = Group::with_title(level.primary_title(printable(&self.message)).id(self.code));
        let mut files: Vec<usize> =
            self.at.iter().chain(self.also.iter().map(|(at, _)| at)).map(|p| p.file).collect();
        files.dedup();
        for (i, file) in files.iter().enumerate() {
            if !files.iter().take(i).any(|earlier| earlier == file) {
                group = self.marked(group, sources, *file);
            }
        }
        if !self.again.is_empty() {
            group = group.element(Mark::NOTE.message(printable(&self.repeated(sources))));
        }
        for note in self.more().iter().chain(&self.notes) {
            group = group.element(Mark::NOTE.message(printable(note)));
        }
        if !self.help.is_empty() {
            group = group.element(Mark::HELP.message(printable(&self.help)));
        }
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        renderer.decor_style(DecorStyle::Ascii).render(&[group])
    }

    /// What is said of places that are not shown.
    pub(super) fn more(&self) -> Option<String> {
        (self.also_more > 0).then(|| format!("so it is in {} more places", self.also_more))
    }

    /// `3 times more: 12333 (line 39), 12366 (line 47), agent 1001 (agents.toml, line 8)`
    fn repeated(&self, sources: &Sources) -> String {
        let own = self.at.as_ref().map(|at| at.file);
        let row = |(at, row): &(Place, String)| {
            let Some(source) = sources.files().get(at.file) else { return row.clone() };
            let head = source.text.get(..at.start).unwrap_or("");
            let line = head.bytes().filter(|b| *b == b'\n').count() + 1;
            let file = Path::new(&source.path).file_name().filter(|_| own != Some(at.file));
            let file = file.map_or_else(String::new, |name| format!("{}, ", name.to_string_lossy()));
            format!("{row} ({file}line {line})")
        };
        let rows: Vec<String> = self.again.iter().take(REPEATED_MAX).map(row).collect();
        let more = self.again.len() - rows.len();
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        let times = if self.again.len() == 1 { "once" } else { &format!("{} times", self.again.len()) };
        format!("{times} more: {}{more}", rows.join(", "))
    }

    fn marked<'a>(&'a self, group: Group<'a>, sources: &'a Sources, file: usize) -> Group<'a> {
        let Some(source) = sources.files().get(file) else { return group };
        let own = self.at.iter().map(|at| (at, None));
        let also = self.also.iter().map(|(at, label)| (at, Some(label.as_str())));
        let marks: Vec<Marked<'_>> = own.chain(also).filter(|(at, _)| at.file == file).collect();
        // Between rows far apart stand thousands that nobody asked for: each is laid out alone.
        let together = window(&source.text, &marks).len() <= SHOWN_MAX;
        let parts = marks.chunks(if together { marks.len().max(1) } else { 1 });
        parts.fold(group, |group, marks| lines(group, source, marks))
    }
}

/// A place, and what is said of it if it is not the fault's own.
type Marked<'a> = (&'a Place, Option<&'a str>);

/// Most bytes of lines that are shown around one fault.
const SHOWN_MAX: usize = 64 * 1024;

/// The lines that hold these places, with the places marked.
fn lines<'a>(group: Group<'a>, source: &'a SourceFile, marks: &[Marked<'_>]) -> Group<'a> {
    let window = window(&source.text, marks);
    let text = source.text.get(window.clone()).unwrap_or("");
    let before = source.text.get(..window.start).unwrap_or("");
    let line = before.bytes().filter(|b| *b == b'\n').count() + 1;
    if window.len() > SHOWN_MAX {
        // To lay out a thousand faults of one such line would take many seconds, and nobody could read it.
        let byte = marks.first().map_or(0, |(at, _)| at.start.saturating_sub(window.start));
        let place = format!("{}:{line}, byte {byte} of a line too long to be shown", source.path);
        return group.element(Mark::NOTE.message(printable(&place)));
    }
    let annotations = marks.iter().map(|(at, label)| {
        let span = within(&source.text, at);
        let span = span.start.saturating_sub(window.start)..span.end.saturating_sub(window.start);
        match label {
            Some(label) => AnnotationKind::Context.span(span).label(printable(label)),
            None => AnnotationKind::Primary.span(span),
        }
    });
    let snippet = Snippet::source(text).line_start(line).path(source.path.as_str());
    group.element(snippet.annotations(annotations))
}

/// The whole lines that hold all places: the rest of a long file need not be laid out.
fn window(text: &str, marks: &[Marked<'_>]) -> Range<usize> {
    let spans: Vec<Range<usize>> = marks.iter().map(|(at, _)| within(text, at)).collect();
    let start = spans.iter().map(|span| span.start).min().unwrap_or(0);
    let end = spans.iter().map(|span| span.end).max().unwrap_or(text.len());
    let start = text.get(..start).and_then(|head| head.rfind('\n')).map_or(0, |newline| newline + 1);
    let end = text.get(end..).and_then(|tail| tail.find('\n')).map_or(text.len(), |newline| end + newline);
    start..end
}

/// Control characters in what the administrator wrote must not reach a terminal.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\n' { '\u{fffd}' } else { c }).collect()
}

/// A span that lies on character borders of `text`; long ones end with their first line.
fn within(text: &str, at: &Place) -> Range<usize> {
    let mut start = at.start.min(text.len());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    let mut end = at.end.clamp(start, text.len());
    while !text.is_char_boundary(end) {
        end += 1;
    }
    let first_line = text.get(start..end).and_then(|t| t.find('\n'));
    start..first_line.map_or(end, |length| start + length)
}

/// Everything found, and the files it was found in: what `check` prints.
#[derive(Clone, Debug)]
pub struct Report {
    /// The files.
    pub sources: Sources,
    /// The faults, in the order of files and lines.
    pub diagnostics: Vec<Diagnostic>,
}

impl Report {
    /// How many errors and warnings.
    pub fn counts(&self) -> (usize, usize) {
        let errors = self.diagnostics.iter().filter(|d| d.level == Level::Error).count();
        (errors, self.diagnostics.len() - errors)
    }

    /// All of it as text.
    pub fn render(&self, colour: bool) -> String {
        let mut text = String::new();
        for diagnostic in &self.diagnostics {
            text.push_str(&diagnostic.render(&self.sources, colour));
            text.push_str("\n\n");
        }
        let (errors, warnings) = self.counts();
        let count = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
        text.push_str(&format!("{}, {}\n", count(errors, "error"), count(warnings, "warning")));
        text
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl std::error::Error for Report {}

/// Other places shown of one fault.
const ALSO_MAX: usize = 20;
/// Rows listed of a fault that is made again and again.
const REPEATED_MAX: usize = 40;
/// Most faults one run reports.
const FAULTS_MAX: usize = 1000;

/// Puts faults in the order a person fixes them: by file and line, those without a place first.
pub(super) fn sort(diagnostics: &mut Vec<Diagnostic>) {
    let in_order =
        |a: &Diagnostic, b: &Diagnostic| (&a.at, a.code, &a.message).cmp(&(&b.at, b.code, &b.message));
    diagnostics.sort_by(in_order);
    diagnostics.dedup();
    if diagnostics.len() > FAULTS_MAX {
        // A thousand warnings hide no error, and make none.
        diagnostics.sort_by_key(|found| found.level != Level::Error);
        let left_out = diagnostics.split_off(FAULTS_MAX);
        diagnostics.sort_by(in_order);
        let worst = if left_out.iter().any(|found| found.level == Level::Error) {
            Level::Error
        } else {
            Level::Warning
        };
        let message = format!("{} more faults are not shown", left_out.len());
        let more = Diagnostic::error("dp000", None, message).help("mend these first");
        diagnostics.push(Diagnostic { level: worst, ..more });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// More than a thousand warnings made an error, and no node started with the plan.
    #[test]
    fn a_thousand_warnings_hide_no_error_and_make_none() {
        let at = |start| Place::new(0, start..start + 1);
        let mut found: Vec<Diagnostic> =
            (0..1500).map(|i| Diagnostic::warning("dp014", at(i), "nobody uses it")).collect();
        let mut warnings = found.clone();
        found.push(Diagnostic::error("dp007", at(1600), "it leads nowhere"));
        sort(&mut found);
        let errors: Vec<&str> =
            found.iter().filter(|found| found.level == Level::Error).map(|found| found.code).collect();
        assert_eq!((errors, found.len()), (vec!["dp007"], 1001));
        assert_eq!(found.last().map(|last| (last.code, last.level)), Some(("dp000", Level::Warning)));
        warnings.truncate(1001);
        sort(&mut warnings);
        assert!(warnings.iter().all(|found| found.level == Level::Warning), "1001 warnings are no error");
    }

    /// A plan of fifteen thousand trunks on which no header is read showed each of them, for three seconds.
    #[test]
    fn places_that_nobody_would_read_are_counted() {
        let text = "[trunk.t]\n".repeat(1000);
        let sources = Sources::new([("plan.toml", text)]);
        let fault = Diagnostic::warning("dp043", Place::new(0, 0..9), "they are lost");
        let fault =
            (1..1000).fold(fault, |fault, i| fault.also(Place::new(0, i * 10..i * 10 + 9), "reads none"));
        let shown = fault.render(&sources, false);
        assert_eq!(shown.matches("reads none").count(), 20);
        assert!(shown.contains("so it is in 979 more places"), "{shown}");
        let located = crate::dialplan::located::Located::new(&fault, &sources);
        assert_eq!((located.also.len(), located.notes), (20, vec!["so it is in 979 more places".to_owned()]));
    }
}
