//! A spreadsheet of hotlines → a plan: how a city begins.
//!
//! | file | what |
//! |---|---|
//! | `sheet` | bytes → cells: encoding, separator, what spreadsheets do to numbers |
//! | `headings`, `cells`, `date` | the words of columns and cells, and the forms of dates: all there are |
//! | `decide` | cells → the plan meant, and a note for everything the sheet leaves open |
//! | `hotline`, `linked`, `phases` | what a row becomes; the dates of rows, and the waves they make |
//! | `vocabulary` | the words and forms, for people |
//! | `print` | the plan → TOML, laid out like dialplan/wuxi |
//!
//! *Invariant:* a cell is data. Nothing it holds (quotes, brackets, line breaks) becomes TOML, and none of it stands in
//! a comment.
//! *Invariant:* what is in doubt is decided so that a caller reaches a person, and is said.
//! *Invariant:* a cell that is not understood means nothing, and is said: row, column, and what was taken instead.

mod cells;
mod date;
mod decide;
mod headings;
mod hotline;
mod linked;
mod phases;
mod print;
mod sheet;
mod vocabulary;

use std::collections::BTreeMap;

pub(super) use cells::word_of_mode;
pub use decide::decide;
pub use sheet::{BadSheet, Sheet, read};
pub use vocabulary::vocabulary;

/// What is not in the sheet.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The plan's name; empty: the one number's own.
    pub name: String,
    /// Where the city is dialled from afar; empty: as the sheet's numbers have it.
    pub area_code: String,
    /// Its time zone.
    pub zone: String,
}

/// Something the sheet left open.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Note {
    /// The line of the file; `None` for the sheet as a whole.
    pub line: Option<u64>,
    /// The heading of the column.
    pub column: String,
    /// What is open.
    pub why: String,
    /// What was taken.
    pub chose: String,
}

/// A plan as it is printed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[expect(missing_docs, reason = "each field is the section of that name")]
pub struct Draft {
    pub name: String,
    pub zone: String,
    pub area_code: String,
    pub number: String,
    pub waves: Vec<Wave>,
    pub hotlines: Vec<Hotline>,
    pub aliases: Vec<Alias>,
    pub queues: Vec<Queue>,
    pub trunks: Vec<Trunk>,
    pub emergency: Vec<Line>,
    pub linked: Vec<Linked>,
    pub out_of_scope: BTreeMap<String, String>,
}

/// `[wave.X]`; dates as TOML writes them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[expect(missing_docs, reason = "each field is the key of that name")]
pub struct Wave {
    pub key: String,
    pub trial: Option<String>,
    pub formal: Option<String>,
    pub cancel: Option<String>,
}

/// `[hotline.N]`; what is `None` is not written.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[expect(missing_docs, reason = "each field is the key of that name")]
pub struct Hotline {
    pub number: String,
    pub name: String,
    pub owner: String,
    pub mode: &'static str,
    pub wave: Option<String>,
    pub cancel: Option<String>,
    pub state: Option<&'static str>,
    pub queue: Option<String>,
    pub skill: Option<String>,
    pub trunk: Option<String>,
    pub announce: Option<String>,
    pub after_cancel: Option<AfterCancel>,
}

impl Hotline {
    /// Whether its number ends: what it says itself, or its mode (as `dialplan::merge` has them).
    fn ends(&self) -> bool {
        match self.state {
            Some(state) => state == "cancelled",
            None => matches!((self.mode, &self.queue), ("full-merge", _) | ("dual-number", None)),
        }
    }
}

/// `after-cancel`
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "as the schema has them")]
pub enum AfterCancel {
    Keep,
    Reject(u16),
}

/// A line of `[alias]`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[expect(missing_docs, reason = "each field is the key of that name")]
pub struct Alias {
    pub number: String,
    pub to: String,
    pub name: String,
    pub announce: Option<String>,
}

/// `[queue.X]` beside the general one, and the skill its people need.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[expect(missing_docs, reason = "each field is the key of that name")]
pub struct Queue {
    pub key: String,
    pub skill: Option<String>,
}

/// `[trunk.X]`; all of them get stand-in addresses.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[expect(missing_docs, reason = "each field is the key of that name")]
pub struct Trunk {
    pub key: String,
    pub name: String,
}

/// `[emergency.N]`
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[expect(missing_docs, reason = "each field is the key of that name")]
pub struct Line {
    pub number: String,
    pub name: String,
    pub owner: String,
    pub trunk: String,
}

/// `[linked.X]`
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[expect(missing_docs, reason = "each field is the key of that name")]
pub struct Linked {
    pub key: String,
    pub name: String,
    pub owner: String,
    pub kind: &'static str,
    pub number: Option<String>,
    pub trunk: String,
}

/// The recordings that come with this program, by the name of their announcement: (text, WAV).
pub fn recording(announcement: &str) -> Option<(&'static str, &'static [u8])> {
    RECORDINGS.iter().find(|(name, _, _)| *name == announcement).map(|(_, text, wav)| (*text, *wav))
}

macro_rules! wav {
    ($name:literal) => {
        include_bytes!(concat!("../../../dialplan/wuxi/audio/", $name, ".wav"))
    };
}

const RECORDINGS: &[(&str, &str, &[u8])] = &[
    (
        "merged-into-12345",
        "您拨打的热线已并入12345政务服务便民热线,今后请直接拨打12345,正在为您转接。",
        wav!("merged-into-12345"),
    ),
    (
        "merged-into-12315",
        "您拨打的热线已并入12315市场监管热线,今后请直接拨打12315,正在为您转接。",
        wav!("merged-into-12315"),
    ),
    (
        "number-cancelled",
        "您拨打的号码已停止使用,请直接拨打12345政务服务便民热线。",
        wav!("number-cancelled"),
    ),
    ("unknown-number", "您拨打的号码不在本平台,请核对后再拨,或拨打12345。", wav!("unknown-number")),
    ("not-ours", "您拨打的号码不由本平台受理,请直接拨打该热线。", wav!("not-ours")),
    ("all-busy", "现在来电较多,请稍后再拨。", wav!("all-busy")),
    ("music-on-hold", "", wav!("music-on-hold")),
];

#[cfg(test)]
mod tests;
