//! `[queue.*]` and `[agent.*]`: where callers wait, and who takes them.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserializer, MapAccess, Visitor};

use crate::dialplan::schema::{ClosedRow, Length, Spanned, Text};

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
    #[schemars(required)]
    pub after: Option<Spanned<Length>>,
    /// Where to.
    #[schemars(required)]
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
    #[schemars(range(min = 400, max = 699))]
    pub status: Option<Spanned<u16>>,
    /// What the caller hears before it.
    pub announce: Text,
}

/// `[agent.1001]`
#[derive(Clone, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct AgentRow {
    /// The name people know him by.
    pub name: Text,
    /// What his phone registers with.
    #[schemars(required)]
    pub password: Text,
    /// The queues he serves.
    pub queues: Option<Spanned<Vec<Spanned<String>>>>,
    /// What he knows: "hrss", "*" for everything, or { skill = "hrss", level = 3 }.
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
