//! The plan as written: the only serde types of the TOML.
//!
//! Every row is all options, so that one bad value costs one diagnostic and not the row; what must be there
//! is asked for by `check/dp005_missing.rs`. A key that is not here is refused ([`super::read`]).
//! Nothing in this file means anything yet: presets and defaults are the compiler's.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor};
use toml::value::Datetime;

use crate::dialplan::Place;
use crate::dialplan::json_schema::Date;
pub use crate::dialplan::spanned::Spanned;
use crate::event::Phase;

/// All files of a plan, read.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "each field is the section of that name")]
pub struct Schema {
    pub plan: Vec<Entry<PlanRow>>,
    pub wave: Vec<Entry<WaveRow>>,
    pub calendar: Vec<Entry<CalendarRow>>,
    pub hours: Vec<Entry<HoursRow>>,
    pub hotline: Vec<Entry<HotlineRow>>,
    pub alias: Vec<Entry<AliasRow>>,
    pub emergency: Vec<Entry<EmergencyRow>>,
    pub linked: Vec<Entry<LinkedRow>>,
    pub out_of_scope: Vec<Entry<ToldRow>>,
    pub queue: Vec<Entry<QueueRow>>,
    pub agent: Vec<Entry<AgentRow>>,
    pub trunk: Vec<Entry<TrunkRow>>,
    pub announcement: Vec<Entry<AnnouncementRow>>,
    pub test: Vec<Entry<TestRow>>,
}

/// A row and where it stands.
#[derive(Clone, Debug)]
pub struct Entry<T> {
    /// Which file.
    pub file: usize,
    /// `12319` of `[hotline.12319]`.
    pub key: String,
    /// Where that stands.
    pub span: Range<usize>,
    /// Keys that were written and could not be read, and for an unknown key the one probably meant. They have
    /// been reported; that they are missing, or what would follow, is not said again.
    pub dropped: Vec<String>,
    /// The rest.
    pub row: T,
}

impl<T> Entry<T> {
    /// The place of its name.
    pub fn at(&self) -> Place {
        Place::new(self.file, self.span.clone())
    }

    /// Whether a key is there, or was and has been reported.
    pub fn excuses(&self, key: &str) -> bool {
        self.dropped.iter().any(|dropped| dropped == key)
    }

    /// The place of one of its values.
    pub fn place<U>(&self, value: &Spanned<U>) -> Place {
        Place::new(self.file, value.span())
    }
}

/// A string and its place, if written.
pub type Text = Option<Spanned<String>>;

/// `[plan]`
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct PlanRow {
    /// The plan's name for people.
    pub name: Text,
    /// IANA zone in which dates without an offset are read: "Asia/Shanghai".
    pub time_zone: Text,
    /// The city's area code with its leading zero: "0510".
    pub area_code: Text,
    /// The one number: "12345".
    pub number: Text,
    /// The queue merged hotlines share.
    pub general_queue: Text,
    /// What agents say first for merged hotlines.
    pub greeting: Text,
    /// What callers of merged hotlines hear, unless the row says otherwise.
    pub announce: Text,
    /// What callers of a cancelled number hear.
    pub intercept: Text,
    /// How a number that is not in the plan is answered.
    pub unknown: Option<Spanned<RefusalRow>>,
    /// How a number that is only told is answered.
    pub out_of_scope: Option<Spanned<RefusalRow>>,
}

/// How a number that is not routed is answered.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RefusalRow {
    /// What the caller hears first.
    pub announce: Text,
    /// The SIP status then, 400 to 699.
    pub status: Option<Spanned<u16>>,
}

/// `[wave.first]`
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct WaveRow {
    /// Trial run begins.
    #[schemars(with = "Option<Date>")]
    pub trial: Option<Spanned<Datetime>>,
    /// Formal operation begins.
    #[schemars(with = "Option<Date>")]
    pub formal: Option<Spanned<Datetime>>,
    /// First instant without service.
    #[schemars(with = "Option<Date>")]
    pub cancel: Option<Spanned<Datetime>>,
}

/// `[calendar.china]`: which days are not what their weekday says. Each is a day or a stretch of days:
/// `"2022-01-01"`, `"2021-10-01..2021-10-07"`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CalendarRow {
    /// Days on which `holiday` of the hours holds.
    pub holidays: Option<Vec<Spanned<String>>>,
    /// Days that are worked whatever weekday they are (调休).
    pub working: Option<Vec<Spanned<String>>>,
}

/// `[hours.office]`: `week = { mon-fri = ["08:30-12:00", "13:30-17:30"] }`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct HoursRow {
    /// The `[calendar]` whose holidays and moved working days count.
    pub calendar: Text,
    /// Spans of each weekday: mon-fri = ["08:30-12:00", "13:30-17:30"]. A day that is not named is closed; an end before its start lies on the next day.
    pub week: Option<BTreeMap<Spanned<String>, Vec<Spanned<String>>>>,
    /// Spans of holidays; none unless said.
    pub holiday: Option<Vec<Spanned<String>>>,
    /// The weekday a moved working day counts as; Monday unless said.
    pub working_as: Option<Spanned<WeekdayRow>>,
}

/// A weekday.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the words say it")]
pub enum WeekdayRow {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

/// What a caller meets outside the hours of a hotline or a queue: another queue, or a notice and a status.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ClosedRow {
    /// The queue that takes the call; it must be open day and night.
    pub to: Text,
    /// Whether the agent there must have the hotline's skill too.
    pub keep_skill: Option<Spanned<bool>>,
    /// What the caller hears first; "none" for nothing.
    pub announce: Text,
    /// The SIP status of a refusal; 480 unless said.
    pub status: Option<Spanned<u16>>,
}

/// `[hotline.12319]`
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct HotlineRow {
    /// Its name for people.
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
    Reject(Spanned<u16>),
}

/// `overflow` of a sub-center.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct BackRow {
    /// The queue its calls come back to.
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
    pub trunk: Option<Spanned<Names>>,
    /// The number to dial there, if not its own.
    pub dial: Text,
}

/// A line of `[alias]`: `12331 = "12315"` (read by [`super::read`], which knows its place), or a table.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct AliasRow {
    /// The hotline, or another alias, it stands for.
    pub to: Text,
    /// Its name for people.
    pub name: Text,
    /// What its callers hear first.
    pub announce: Text,
}

/// `[emergency.110]`
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[expect(missing_docs, reason = "each field is the key of that name")]
pub struct EmergencyRow {
    pub name: Text,
    pub owner: Text,
    pub trunks: Option<Spanned<Names>>,
    pub no_answer: Option<Spanned<Length>>,
    /// These and the next are read only to be refused by name: such a line is never merged, announced or
    /// queued.
    #[schemars(skip)]
    pub mode: Option<Spanned<toml::Value>>,
    #[schemars(skip)]
    pub wave: Option<Spanned<toml::Value>>,
    #[schemars(skip)]
    pub queue: Option<Spanned<toml::Value>>,
    #[schemars(skip)]
    pub announce: Option<Spanned<toml::Value>>,
    #[schemars(skip)]
    pub overflow: Option<Spanned<toml::Value>>,
}

/// `[linked.95598]`
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[expect(missing_docs, reason = "each field is the key of that name")]
pub struct LinkedRow {
    pub name: Text,
    pub owner: Text,
    pub kind: Option<Spanned<LinkedKind>>,
    pub number: Text,
    pub trunk: Option<Spanned<Names>>,
}

/// What a linked place is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LinkedKind {
    /// Water, power, gas.
    Utility,
    /// Another 12345.
    Peer,
}

/// A line of `[out-of-scope]`: `12388 = "纪检监察举报"`.
#[derive(Clone, Debug, Default)]
pub struct ToldRow {
    /// Its name for people.
    pub name: Text,
}

/// `[queue.hrss]`
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct QueueRow {
    /// What everyone serving it must know, and how well.
    pub skills: Option<BTreeMap<Spanned<String>, Spanned<u8>>>,
    /// Who gets the next call.
    pub strategy: Option<Spanned<StrategyRow>>,
    /// How long one agent's phone rings.
    pub ring: Option<Spanned<Length>>,
    /// Most callers that wait.
    pub waiting: Option<Spanned<u32>>,
    /// Longest wait; then the caller is told and released.
    pub wait_max: Option<Spanned<Length>>,
    /// What a waiting caller hears.
    pub music: Text,
    /// Where he goes when it takes too long.
    pub overflow: Option<Vec<Spanned<OverflowRow>>>,
    /// When the caller's leg is answered.
    pub answer: Option<Spanned<AnswerRow>>,
    /// Time an agent has after a call.
    pub wrap_up: Option<Spanned<Length>>,
    /// Missed calls in a row after which an agent is taken out.
    pub misses: Option<Spanned<u32>>,
    /// What a caller meets who finds it full.
    pub full: Option<Spanned<FullRow>>,
    /// The `[hours]` in which it is open; day and night unless said.
    pub hours: Text,
    /// What a caller meets who finds it closed.
    pub closed: Option<Spanned<ClosedRow>>,
}

/// Who gets the next call.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the word says it")]
pub enum StrategyRow {
    LongestIdle,
}

/// When the caller's leg is answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the compiled enum explains them")]
pub enum AnswerRow {
    OnArrival,
    OnQueue,
    OnAgent,
}

/// A step of a queue's overflow.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct OverflowRow {
    /// Time since the caller entered this queue.
    pub after: Option<Spanned<Length>>,
    /// Where to.
    pub to: Text,
    /// Whether the agent there must have the hotline's skill too.
    pub keep_skill: Option<bool>,
}

/// What a caller meets who finds the queue full.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct FullRow {
    /// Another queue.
    pub to: Text,
    /// The SIP status of a refusal; 486 unless said.
    pub status: Option<Spanned<u16>>,
    /// What the caller hears before it.
    pub announce: Text,
}

/// `[agent.1001]`
#[derive(Clone, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[expect(missing_docs, reason = "each field is the key of that name")]
pub struct AgentRow {
    pub name: Text,
    pub password: Text,
    pub queues: Option<Spanned<Vec<Spanned<String>>>>,
    pub skills: Option<Vec<Spanned<AgentSkill>>>,
}

impl fmt::Debug for AgentRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AgentRow").field("name", &self.name).finish_non_exhaustive()
    }
}

/// `"hrss"`, or `{ skill = "hrss", level = 3 }`.
#[derive(Clone, Debug)]
pub struct AgentSkill {
    /// Which; `*` is all.
    pub skill: String,
    /// How well.
    pub level: u8,
}

/// `[trunk.telecom]`
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct TrunkRow {
    /// Its name for people.
    pub name: Text,
    /// Where to send: "10.0.0.1:5060", or several in order.
    pub address: Option<Spanned<Names>>,
    /// Whence its requests come, if not from `address`.
    pub from: Option<Spanned<Names>>,
    /// Whether its History-Info, Diversion, P-Called-Party-ID, To and P-Asserted-Identity are believed.
    pub trusted: Option<bool>,
    /// What says which hotline was dialled: these, in this order, and nothing else.
    pub identify: Option<Spanned<Vec<Spanned<IdentifyRow>>>>,
    /// How it wants numbers written.
    pub numbers: Option<Spanned<NumberFormRow>>,
    /// The hotline all its calls are for.
    pub hotline: Text,
    /// The hotline its calls are for when nothing names one.
    pub default_hotline: Text,
    /// Numbers the carrier bound to hotlines on this trunk.
    pub access: Option<BTreeMap<Spanned<String>, Spanned<String>>>,
    /// Most calls at once, both directions.
    pub capacity: Option<Spanned<u32>>,
    /// How long a call to it may ring.
    pub ring: Option<Spanned<Length>>,
}

/// What may say which hotline was dialled.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum IdentifyRow {
    /// `hotline` and `access` of the trunk.
    Access,
    /// The Request-URI.
    RequestUri,
    /// The oldest entry of History-Info (RFC 7044).
    HistoryInfo,
    /// The bottom Diversion (RFC 5806).
    Diversion,
    /// P-Called-Party-ID (RFC 7315).
    PCalledPartyId,
    /// The To header.
    To,
    /// `default-hotline` of the trunk.
    Default,
}

/// How a trunk wants numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum NumberFormRow {
    /// As the plan spells them.
    Local,
    /// Area code in front of a short code: `051012366`.
    National,
    /// `+8651012366`.
    E164,
}

/// `[announcement.merged-into-12345]`
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct AnnouncementRow {
    /// The recording, relative to the plan directory.
    pub file: Text,
    /// What it says.
    pub text: Text,
    /// The part nobody is spared.
    pub must_hear: Option<Spanned<Length>>,
    /// Its language; zh-CN unless said.
    pub language: Text,
    /// The same in other languages.
    pub variants: Option<Vec<Spanned<VariantRow>>>,
    /// First instant it may be played.
    #[schemars(with = "Option<Date>")]
    pub from: Option<Spanned<Datetime>>,
    /// First instant it may not be played any more.
    #[schemars(with = "Option<Date>")]
    pub until: Option<Spanned<Datetime>>,
}

/// The same said in another language.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct VariantRow {
    /// Its language: "en".
    pub language: Text,
    /// The recording.
    pub file: Text,
    /// What it says.
    pub text: Text,
    /// The part nobody is spared, if it differs.
    pub must_hear: Option<Spanned<Length>>,
}

/// `[[test]]`
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[expect(missing_docs, reason = "each field is the key of that name")]
pub struct TestRow {
    pub name: Text,
    #[schemars(with = "Option<Date>")]
    pub at: Option<Spanned<Datetime>>,
    pub call: Option<Spanned<CallRow>>,
    pub expect: Option<Spanned<ExpectRow>>,
}

/// The call of a test.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[expect(missing_docs, reason = "each field is the key of that name")]
pub struct CallRow {
    pub to: Text,
    pub from: Text,
    pub trunk: Text,
    pub header: Option<HeaderRow>,
}

/// Numbers in the headers of a test's call.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[expect(missing_docs, reason = "each field is the header of that name")]
pub struct HeaderRow {
    pub history_info: Text,
    pub diversion: Text,
    pub p_called_party_id: Text,
    pub to: Text,
}

/// What a test expects. What is not written is not compared.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[expect(missing_docs, reason = "each field is the key of that name")]
pub struct ExpectRow {
    pub hotline: Text,
    pub mode: Text,
    pub phase: Text,
    pub rule: Text,
    pub announce: Text,
    pub queue: Text,
    pub skill: Text,
    pub trunk: Text,
    pub emergency: Text,
    pub intercept: Text,
    pub status: Option<Spanned<u16>>,
    pub closed: Option<Spanned<bool>>,
}

/// One name, or several in order.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Names(pub Vec<String>);

/// A duration: `"20s"`, `"1m30s"`, `"500ms"`, `"2h"`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Length(pub Duration);

impl<'de> Deserialize<'de> for Names {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Names;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name or a list of names")
            }
            fn visit_str<E: de::Error>(self, name: &str) -> Result<Names, E> {
                Ok(Names(vec![name.to_owned()]))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Names, A::Error> {
                let mut names = vec![];
                while let Some(name) = seq.next_element()? {
                    names.push(name);
                }
                Ok(Names(names))
            }
        }
        deserializer.deserialize_any(Reader)
    }
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

impl<'de> Deserialize<'de> for Length {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl Visitor<'_> for Reader {
            type Value = Length;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a duration with its unit, like \"20s\", \"1m30s\" or \"500ms\"")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Length, E> {
                length(text).map(Length).ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
            }
        }
        deserializer.deserialize_any(Reader)
    }
}

/// Longest duration a plan may name: a day.
const LENGTH_MAX: Duration = Duration::from_secs(24 * 3600);

/// Reads `1m30s`: numbers with units, each unit once, the largest first.
fn length(text: &str) -> Option<Duration> {
    let mut rest = text;
    let mut total = Duration::ZERO;
    let mut units = [("h", 3_600_000_u64), ("m", 60_000), ("s", 1_000), ("ms", 1)].iter();
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).filter(|n| *n > 0)?;
        let (number, tail) = rest.split_at_checked(digits)?;
        let unit_len = tail.find(|c: char| c.is_ascii_digit()).unwrap_or(tail.len());
        let (unit, tail) = tail.split_at_checked(unit_len)?;
        let (_, ms) = units.find(|(name, _)| *name == unit)?;
        total = total.checked_add(Duration::from_millis(number.parse::<u64>().ok()?.checked_mul(*ms)?))?;
        rest = tail;
    }
    (!text.is_empty() && total <= LENGTH_MAX).then_some(total)
}

impl<'de> Deserialize<'de> for AgentSkill {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Levelled {
            skill: String,
            level: u8,
        }
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = AgentSkill;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a skill, \"*\", or { skill = \"…\", level = 2 }")
            }
            fn visit_str<E: de::Error>(self, skill: &str) -> Result<AgentSkill, E> {
                Ok(AgentSkill { skill: skill.to_owned(), level: 1 })
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<AgentSkill, A::Error> {
                let Levelled { skill, level } = Deserialize::deserialize(MapAccessDeserializer::new(map))?;
                Ok(AgentSkill { skill, level })
            }
        }
        deserializer.deserialize_any(Reader)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_carries_its_unit() {
        for (text, ms) in [
            ("20s", Some(20_000)),
            ("1m30s", Some(90_000)),
            ("500ms", Some(500)),
            ("2h", Some(7_200_000)),
            ("1s500ms", Some(1_500)),
            ("0s", Some(0)),
            ("24h", Some(86_400_000)),
            ("25h", None),
            ("30", None),
            ("", None),
            ("s", None),
            ("1s1m", None),
            ("1s1s", None),
            ("-1s", None),
            ("1.5s", None),
            ("1 s", None),
            ("20秒", None),
            ("99999999999999999999s", None),
        ] {
            assert_eq!(length(text), ms.map(Duration::from_millis), "{text}");
        }
    }
}
