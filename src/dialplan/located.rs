//! Faults with lines and columns: what `--json` shows. Lines and columns count from 1, columns in characters, as
//! editors do.

use serde::Serialize;

use crate::dialplan::load::Sources;
use crate::dialplan::{Diagnostic, Level, Place};

/// A fault, for a program.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Located {
    /// `dp007`
    pub code: &'static str,
    /// `error` or `warning`.
    pub level: &'static str,
    /// What is wrong.
    pub message: String,
    /// Where.
    pub at: Option<Spot>,
    /// Other places concerned.
    pub also: Vec<Labelled>,
    /// Where the same is wrong once more, and in which row: the first hundred.
    pub again: Vec<Labelled>,
    /// How many more of these there are.
    pub again_more: usize,
    /// What shows it: the way of a call, step by step.
    pub notes: Vec<String>,
    /// What to do.
    pub help: String,
}

/// A place, for a program.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Spot {
    /// The file.
    pub file: String,
    /// Its line.
    pub line: usize,
    /// The column.
    pub column: usize,
    /// What stands there.
    pub text: String,
}

/// A place, and what it has to do with a fault.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Labelled {
    /// Where.
    #[serde(flatten)]
    pub at: Spot,
    /// What it has to do with it.
    pub label: String,
}

impl Located {
    /// A fault in these sources.
    pub fn new(diagnostic: &Diagnostic, sources: &Sources) -> Self {
        let labelled = |places: &[(Place, String)]| -> Vec<Labelled> {
            let label = |(at, label): &(Place, String)| {
                Some(Labelled { at: Spot::new(at, sources)?, label: label.clone() })
            };
            places.iter().filter_map(label).collect()
        };
        Self {
            code: diagnostic.code,
            level: match diagnostic.level {
                Level::Error => "error",
                Level::Warning => "warning",
            },
            message: diagnostic.message.clone(),
            at: diagnostic.at.as_ref().and_then(|at| Spot::new(at, sources)),
            also: labelled(&diagnostic.also),
            again: labelled(diagnostic.again.get(..AGAIN_MAX).unwrap_or(&diagnostic.again)),
            again_more: diagnostic.again.len().saturating_sub(AGAIN_MAX),
            notes: diagnostic.more().into_iter().chain(diagnostic.notes.iter().cloned()).collect(),
            help: diagnostic.help.clone(),
        }
    }
}

impl Spot {
    fn new(at: &Place, sources: &Sources) -> Option<Self> {
        let source = sources.files().get(at.file)?;
        let before = source.text.get(..at.start)?;
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let first_line = source.text.get(at.start..at.end)?.lines().next().unwrap_or("");
        Some(Self {
            file: source.path.clone(),
            line: before.bytes().filter(|b| *b == b'\n').count() + 1,
            column: before.get(line_start..)?.chars().count() + 1,
            text: first_line.to_owned(),
        })
    }
}

/// Most places at which one fault is made again that are shown.
const AGAIN_MAX: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_count_as_editors_do() {
        let sources = Sources::new([("plan.toml", "[plan]\nname = \"无锡\" # 12345\n")]);
        let text = &sources.files()[0].text;
        let start = text.find("12345").unwrap();
        let spot = Spot::new(&Place::new(0, start..start + 5), &sources).unwrap();
        assert_eq!((spot.line, spot.column, spot.text.as_str()), (2, 15, "12345"));
        assert_eq!(Spot::new(&Place::new(1, 0..1), &sources), None);
    }

    #[test]
    fn a_fault_made_a_thousand_times_is_shown_a_hundred_times_more() {
        let sources = Sources::new([("plan.toml", "[plan]\n")]);
        let mut fault = Diagnostic::error("dp003", Some(Place::new(0, 1..5)), "unknown key");
        fault.again = vec![(Place::new(0, 1..5), "there".to_owned()); 1000];
        let located = Located::new(&fault, &sources);
        assert_eq!((located.again.len(), located.again_more), (100, 900));
    }
}
