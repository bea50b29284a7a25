//! `[hotline.*]`: one old number, its merge mode and what it says otherwise.

use std::fmt;
use std::ops::Range;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserializer, MapAccess, Visitor};
use toml::value::Datetime;

use crate::dialplan::json_schema::Date;
use crate::dialplan::schema::{ClosedRow, Length, Names, Spanned, Text};
use crate::event::Phase;

/// `[hotline.12319]`
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct HotlineRow {
    /// Its name for people.
    #[schemars(required)]
    pub name: Text,
    /// The department it belongs to.
    pub owner: Text,
    /// The number, where the key is a name: one number may have several owners, one after the other.
    pub digits: Text,
    /// First instant the number is this hotline's.
    #[schemars(with = "Option<Date>")]
    pub from: Option<Spanned<Datetime>>,
    /// First instant it is not any more.
    #[schemars(with = "Option<Date>")]
    pub until: Option<Spanned<Datetime>>,
    /// How it is merged.
    #[schemars(with = "ModeRow")]
    pub mode: Option<Spanned<ModeRow>>,
    /// The `[wave]` its dates come from.
    pub wave: Text,
    /// Trial run begins.
    #[schemars(with = "Option<Date>")]
    pub trial: Option<Spanned<Datetime>>,
    /// Formal operation begins.
    #[schemars(with = "Option<Date>")]
    pub formal: Option<Spanned<Datetime>>,
    /// First instant without service.
    #[schemars(with = "Option<Date>")]
    pub cancel: Option<Spanned<Datetime>>,
    /// What becomes of its number after the cut-off.
    pub number: Option<Spanned<NumberState>>,
    /// Where its people are.
    pub seats: Option<Spanned<Seats>>,
    /// A queue of its own.
    pub queue: Text,
    /// How its calls reach us.
    pub ingress: Option<Spanned<IngressRow>>,
    /// What its agents must know.
    pub skill: Text,
    /// What its agents say first.
    pub greeting: Text,
    /// What its callers hear first, in all phases or by phase; "none" for nothing.
    pub announce: Option<Spanned<AnnounceRow>>,
    /// The language its callers are spoken to, where an announcement has a variant in it.
    pub language: Text,
    /// What a caller meets after the cut-off.
    pub after_cancel: Option<Spanned<AfterCancel>>,
    /// The department's trunk, or several in order.
    pub trunk: Option<Spanned<Names>>,
    /// The number to dial there, if not its own.
    pub dial: Text,
    /// How long that may ring.
    pub no_answer: Option<Spanned<Length>>,
    /// The way back to 12345.
    pub overflow: Option<Spanned<BackRow>>,
    /// The `[hours]` in which it is open; day and night unless said.
    pub hours: Text,
    /// What its callers meet outside its hours.
    pub closed: Option<Spanned<ClosedRow>>,
    /// Where its calls go before the trial.
    pub legacy: Option<Spanned<LegacyRow>>,
}

/// The merge modes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "12345 itself, 整体并入, 双号并行, 设分中心")]
pub enum ModeRow {
    Direct,
    FullMerge,
    DualNumber,
    SubCenter,
}

/// What becomes of the number after the cut-off.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the words say it")]
pub enum NumberState {
    Kept,
    Cancelled,
}

/// `"merged"`, or `{ trial = "a", formal = "b" }`: what callers hear in each phase.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the words say it")]
pub enum AnnounceRow {
    Always(String),
    Phases { trial: Text, formal: Text },
}

impl AnnounceRow {
    /// The announcements named, each with its place if it has one of its own.
    pub fn names(&self) -> impl Iterator<Item = (&str, Option<Range<usize>>)> {
        let (always, phases) = match self {
            Self::Always(name) => (Some((name.as_str(), None)), [None, None]),
            Self::Phases { trial, formal } => (None, [trial.as_ref(), formal.as_ref()]),
        };
        let phases = phases.into_iter().flatten().map(|name| (name.get_ref().as_str(), Some(name.span())));
        always.into_iter().chain(phases)
    }

    /// The announcement of a phase; `None` when it is left unsaid.
    pub fn of(&self, phase: Phase) -> Option<&str> {
        match (self, phase) {
            (Self::Always(name), _) => Some(name),
            (Self::Phases { trial, .. }, Phase::Legacy | Phase::Trial) => {
                trial.as_ref().map(|name| name.get_ref().as_str())
            }
            (Self::Phases { formal, .. }, Phase::Formal | Phase::Cancelled) => {
                formal.as_ref().map(|name| name.get_ref().as_str())
            }
        }
    }
}

/// Where the people are.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Seats {
    /// In 12345's hall.
    Moved,
    /// With the department.
    Department,
}

/// How its calls reach us.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum IngressRow {
    /// On a trunk, under its own number.
    OwnNumber,
    /// The carrier forwards it to a bound number.
    Forwarded,
    /// Only as a transfer target.
    TransferOnly,
}

/// What a caller meets after the cut-off.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AfterCancel {
    /// As before.
    Keep,
    /// An announcement, then refused.
    Intercept(Spanned<String>),
    /// Refused with this status.
    Reject(#[schemars(range(min = 400, max = 699))] Spanned<u16>),
}

/// `overflow` of a sub-center.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct BackRow {
    /// The queue its calls come back to.
    #[schemars(required)]
    pub to: Text,
    /// In which cases; all but `no-answer` unless said.
    pub when: Option<Spanned<Vec<BackWhen>>>,
}

/// When a sub-center's call comes back.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the words say it")]
pub enum BackWhen {
    Down,
    Full,
    NoAnswer,
    Closed,
}

/// Where a hotline's calls go before the trial.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct LegacyRow {
    /// The old destination's trunk.
    #[schemars(required)]
    pub trunk: Option<Spanned<Names>>,
    /// The number to dial there, if not its own.
    pub dial: Text,
}

impl<'de> Deserialize<'de> for AnnounceRow {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Phases {
            trial: Text,
            formal: Text,
        }
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = AnnounceRow;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an announcement, or { trial = \"…\", formal = \"…\" }")
            }
            fn visit_str<E: de::Error>(self, name: &str) -> Result<AnnounceRow, E> {
                Ok(AnnounceRow::Always(name.to_owned()))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<AnnounceRow, A::Error> {
                let Phases { trial, formal } = Deserialize::deserialize(MapAccessDeserializer::new(map))?;
                Ok(AnnounceRow::Phases { trial, formal })
            }
        }
        deserializer.deserialize_any(Reader)
    }
}
