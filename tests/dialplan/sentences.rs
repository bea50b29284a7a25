//! Every sentence `check` can say stands in some golden: a person has read it there, in a plan that gets it. The sentences are the
//! texts in the sources of those who report, with anything in the place of `{…}`; the goldens are the transcripts, the guide, and
//! what tests expect as a whole (`expect![[…]]`).

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// What no plan can have said, and why.
const NEVER_SAID: &[(&str, &str)] = &[
    ("this program has lost its time zones", "a defect of the program (dp099)"),
    ("the plan passed every check and still cannot be built; report it", "a defect of the program (dp099)"),
    ("must be quoted", "what the reader of TOML says; `slip` has other words for it"),
    ("invalid float", "as above"),
    ("invalid integer", "as above"),
    ("expected nothing", "as above"),
    ("the decision", "every way that is told goes on from the decision"),
    ("after {after:?} of waiting: ", "no check tells of a wait that the plan ends"),
    ("released, as `{queue}` says", "as above"),
    ("whoever is there", "no check tells of a call that is answered on a trunk"),
    ("the emergency line's trunks", "no check tells of a call that is answered there"),
];

/// Who reports, beside the checks themselves.
const REPORTERS: &[&str] = &[
    "calendar.rs",
    "compile/mod.rs",
    "diagnostic.rs",
    "load.rs",
    "located.rs",
    "read.rs",
    "schema/announcement.rs",
    "schema/hotline.rs",
    "schema/queue.rs",
    "schema/value.rs",
    "slip.rs",
    "suggest.rs",
    "verify/tell.rs",
    "week.rs",
];

#[test]
fn every_sentence_of_check_stands_in_a_golden() {
    let goldens = goldens();
    let (mut sentences, mut missing) = (0, String::new());
    for path in reporters() {
        let source = std::fs::read_to_string(&path).unwrap();
        for Text { line, text } in texts(&source) {
            if !is_sentence(&text) || NEVER_SAID.iter().any(|(never, _)| *never == text) {
                continue;
            }
            sentences += 1;
            // A text of several lines is shown as several.
            if !text.lines().all(|part| goldens.iter().any(|golden| says(golden, part))) {
                writeln!(missing, "{}:{line}: {text:?}", path.display()).unwrap();
            }
        }
    }
    assert!(sentences > 400, "the texts of the sources were found: {sentences}");
    assert!(missing.is_empty(), "no golden says:\n{missing}");
}

#[test]
fn what_is_never_said_stands_in_no_golden() {
    let (goldens, mut sources) = (goldens(), String::new());
    reporters().iter().for_each(|path| sources.push_str(&std::fs::read_to_string(path).unwrap()));
    for (never, _) in NEVER_SAID {
        assert!(sources.contains(never), "nobody would say it any more: {never}");
        assert!(!goldens.iter().any(|golden| says(golden, never)), "it is said after all: {never}");
    }
}

/// The sources whose texts administrators read: each check, and those who report beside them.
fn reporters() -> Vec<PathBuf> {
    let plan = root().join("src/dialplan");
    let checks = std::fs::read_dir(plan.join("check")).unwrap().map(|entry| entry.unwrap().path());
    let mut all: Vec<PathBuf> =
        checks.filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with("dp")).collect();
    all.extend(REPORTERS.iter().map(|name| plan.join(name)));
    all.sort();
    all
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// The lines of all goldens.
fn goldens() -> BTreeSet<String> {
    let mut lines = BTreeSet::new();
    let mut open = vec![root().join("tests"), root().join("src/dialplan"), root().join("dialplan/README.md")];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        match path.extension().and_then(|ending| ending.to_str()) {
            Some("txt" | "md") => lines.extend(text.lines().map(str::to_owned)),
            Some("rs") => {
                let expected =
                    text.split("expect![[r#\"").skip(1).filter_map(|rest| rest.split("\"#]]").next());
                lines.extend(expected.flat_map(str::lines).map(str::to_owned));
            }
            _ => {}
        }
    }
    lines
}

/// Whether a golden's line says a sentence, whatever stands in the place of `{…}`.
fn says(golden: &str, sentence: &str) -> bool {
    let mut rest = golden;
    sentence_parts(sentence).iter().all(|part| match rest.split_once(part.as_str()) {
        Some((_, after)) => {
            rest = after;
            true
        }
        None => false,
    })
}

/// What stands between the `{…}`.
fn sentence_parts(sentence: &str) -> Vec<String> {
    let (mut parts, mut part) = (vec![], String::new());
    let mut chars = sentence.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, chars.peek()) {
            ('{', Some('{')) | ('}', Some('}')) => part.extend(chars.next()),
            ('{', _) => {
                chars.by_ref().find(|c| *c == '}');
                parts.push(std::mem::take(&mut part));
            }
            (_, _) => part.push(c),
        }
    }
    parts.push(part);
    parts.iter().map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
}

/// At least two words of its own.
fn is_sentence(text: &str) -> bool {
    let parts = sentence_parts(text).join("{}");
    let words = parts.split(|c: char| !c.is_alphabetic()).filter(|word| word.chars().count() > 1);
    text.trim().contains(' ') && words.count() > 1
}

struct Text {
    line: usize,
    text: String,
}

/// What stands before a text that is looked for and not said, or that is for who reads the source.
const NO_SPEECH: &[&str] = &["contains(", "starts_with(", "reason = "];

/// The texts of a source, without its tests, its remarks and what it only looks for.
fn texts(source: &str) -> Vec<Text> {
    let source = source.split("#[cfg(test)]").next().unwrap();
    let (mut texts, mut rest) = (vec![], source);
    while let Some(at) = rest.find(['"', '\'', '/']) {
        let (before, from) = rest.split_at(at);
        let here = source.len() - from.len();
        if from.starts_with("//") {
            rest = &from[from.find('\n').unwrap_or(from.len())..];
        } else if let Some(inner) = from.strip_prefix('"') {
            let (text, after) = quoted(inner);
            if !NO_SPEECH.iter().any(|mark| before.ends_with(mark)) {
                texts.push(Text { line: source[..here].matches('\n').count() + 1, text });
            }
            rest = after;
        } else {
            // A character, maybe a quotation mark; else a lifetime, or a division.
            let mut chars = from.char_indices().skip(1);
            let (first, second) = (chars.next(), chars.next());
            let is_char = matches!((first, second), (Some((_, c)), Some((_, '\''))) if c != '\\');
            let end = match first {
                Some((_, '\\')) if from.starts_with('\'') => 3 + from[3..].find('\'').unwrap_or(0),
                _ if is_char && from.starts_with('\'') => second.unwrap().0,
                _ => 0,
            };
            rest = &from[end + 1..];
        }
    }
    texts
}

/// A text up to its closing quotation mark, and what follows that.
fn quoted(inner: &str) -> (String, &str) {
    let (mut text, mut chars) = (String::new(), inner.char_indices());
    while let Some((i, c)) = chars.next() {
        match c {
            '"' => return (text, &inner[i + 1..]),
            '\\' => match chars.next() {
                Some((_, 'n')) => text.push('\n'),
                // The line goes on where its text does.
                Some((j, '\n')) => {
                    let blanks = inner[j + 1..].chars().take_while(|c| c.is_whitespace()).count();
                    chars.by_ref().take(blanks).for_each(|_| ());
                }
                Some((_, c)) => text.push(c),
                None => {}
            },
            c => text.push(c),
        }
    }
    (text, "")
}
