//! A record as a flat row: what is stored, listed and exported. Texts, so that a row written by one version
//! reads in the next; instants in civil milliseconds (see [`Cdr`]).

use jiff::tz::TimeZone;
use jiff::{Timestamp, ZonedDateTime};
use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};

use super::record::{Cdr, LegCdr, SkippedTrunk};
use crate::event::{EndCause, LegRole, Number};

/// A row.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[expect(
    missing_docs,
    reason = "each field is the one of the same name in Cdr; words as in the functions below"
)]
pub struct Row {
    pub call: String,
    pub node: String,
    pub caller: String,
    pub withheld: bool,
    pub dialled: String,
    pub final_number: String,
    pub hotline: Option<String>,
    pub hotline_name: String,
    pub mode: Option<String>,
    pub phase: Option<String>,
    pub rule: String,
    pub trunk_in: Option<String>,
    pub trunk_out: Option<String>,
    /// `TRUNK:down` or `TRUNK:full` each.
    pub skipped: Vec<String>,
    /// The last one.
    pub queue: Option<String>,
    /// All, in order.
    pub queues: Vec<String>,
    pub skill: Option<String>,
    pub agent: Option<String>,
    pub missed: Vec<String>,
    pub prompts: Vec<String>,
    pub overflows: u32,
    pub holds: u32,
    pub digits: u32,
    pub arrived: i64,
    pub answered: Option<i64>,
    pub announced: Option<i64>,
    pub queued: Option<i64>,
    pub rang: Option<i64>,
    pub connected: Option<i64>,
    pub released: i64,
    pub wait_ms: Option<i64>,
    pub talk_ms: i64,
    pub legs: Vec<LegRow>,
    pub legs_left_out: u32,
    /// [`EndCause::code`].
    pub cause: String,
    pub by: String,
    pub disposition: String,
}

/// One leg of a row.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each field is the one of the same name in LegCdr")]
pub struct LegRow {
    /// `caller`, `agent` or `trunk`.
    pub role: String,
    /// The agent's or trunk's name.
    pub name: Option<String>,
    pub number: String,
    pub invited: i64,
    pub rang: Option<i64>,
    pub answered: Option<i64>,
    pub ended: i64,
    pub status: Option<u16>,
}

/// Whether persons' numbers are shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Reveal {
    /// With their middle hidden; withheld ones not at all.
    #[default]
    Masked,
    /// As they are. A right that is used, and audited, by whoever asks.
    Full,
}

/// One cell of a row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Cell {
    Nothing,
    Flag(bool),
    Whole(i64),
    Time(i64),
    Text(String),
    Texts(Vec<String>),
}

impl From<&Cdr> for Row {
    fn from(cdr: &Cdr) -> Self {
        let name = |id: Option<&dyn std::fmt::Display>| id.map(ToString::to_string);
        Self {
            call: cdr.call.to_string(),
            node: cdr.node.clone(),
            caller: cdr.caller.to_string(),
            withheld: cdr.withheld,
            dialled: cdr.dialled.to_string(),
            final_number: cdr.final_number.to_string(),
            hotline: name(cdr.hotline.as_ref().map(|id| id as _)),
            hotline_name: cdr.hotline_name.clone(),
            mode: cdr.mode.map(|mode| mode.as_str().to_owned()),
            phase: cdr.phase.map(|phase| phase.as_str().to_owned()),
            rule: cdr.rule.clone(),
            trunk_in: name(cdr.trunk_in.as_ref().map(|id| id as _)),
            trunk_out: name(cdr.trunk_out.as_ref().map(|id| id as _)),
            skipped: cdr.skipped.iter().map(skipped).collect(),
            queue: name(cdr.queues.last().map(|id| id as _)),
            queues: cdr.queues.iter().map(ToString::to_string).collect(),
            skill: name(cdr.skill.as_ref().map(|id| id as _)),
            agent: name(cdr.agent.as_ref().map(|id| id as _)),
            missed: cdr.missed.iter().map(ToString::to_string).collect(),
            prompts: cdr.prompts.iter().map(ToString::to_string).collect(),
            overflows: cdr.overflows,
            holds: cdr.holds,
            digits: cdr.digits,
            arrived: cdr.arrived,
            answered: cdr.answered,
            announced: cdr.announced,
            queued: cdr.queued,
            rang: cdr.rang,
            connected: cdr.connected,
            released: cdr.released,
            wait_ms: cdr.wait_ms,
            talk_ms: cdr.talk_ms,
            legs: cdr.legs.iter().map(LegRow::from).collect(),
            legs_left_out: cdr.legs_left_out,
            cause: cdr.cause.code().to_owned(),
            by: cdr.by.as_str().to_owned(),
            disposition: cdr.disposition.as_str().to_owned(),
        }
    }
}

impl From<&LegCdr> for LegRow {
    fn from(leg: &LegCdr) -> Self {
        let (role, name) = match &leg.role {
            LegRole::Caller => ("caller", None),
            LegRole::Agent(agent) => ("agent", Some(agent.to_string())),
            LegRole::Trunk(trunk) => ("trunk", Some(trunk.to_string())),
        };
        Self {
            role: role.to_owned(),
            name,
            number: leg.number.to_string(),
            invited: leg.invited,
            rang: leg.rang,
            answered: leg.answered,
            ended: leg.ended,
            status: leg.status,
        }
    }
}

impl Row {
    /// The row as `reveal` allows it to be seen.
    ///
    /// The hotline's own number is nobody's; a number the plan does not know may be a person's.
    #[must_use]
    pub fn seen(mut self, reveal: Reveal) -> Self {
        if reveal == Reveal::Full {
            return self;
        }
        let mask = |number: &str| Number::new(number).masked();
        self.caller = if self.withheld { String::new() } else { mask(&self.caller) };
        if self.hotline.as_ref() != Some(&self.final_number) {
            self.final_number = mask(&self.final_number);
        }
        if self.hotline.is_none() {
            self.dialled = mask(&self.dialled);
        }
        for leg in &mut self.legs {
            let withheld = self.withheld && leg.role == "caller";
            leg.number = if withheld { String::new() } else { mask(&leg.number) };
        }
        self
    }

    /// What the cause means, for an operator.
    pub fn cause_sentence(&self) -> &'static str {
        EndCause::from_code(&self.cause).map_or("unknown cause", EndCause::sentence)
    }

    /// The row for JSON: instants in RFC 3339 of that zone, `null` for what did not happen.
    pub fn json<'a>(&'a self, zone: &'a TimeZone) -> impl Serialize + 'a {
        Json { row: self, zone }
    }

    /// Names and cells, in the order of an export.
    pub(super) fn cells(&self) -> Vec<(&'static str, Cell)> {
        let text = |text: &str| Cell::Text(text.to_owned());
        let maybe = |text: &Option<String>| text.clone().map_or(Cell::Nothing, Cell::Text);
        let time = |at: Option<i64>| at.map_or(Cell::Nothing, Cell::Time);
        vec![
            ("call", text(&self.call)),
            ("arrived", Cell::Time(self.arrived)),
            ("caller", text(&self.caller)),
            ("withheld", Cell::Flag(self.withheld)),
            ("dialled", text(&self.dialled)),
            ("final_number", text(&self.final_number)),
            ("hotline", maybe(&self.hotline)),
            ("hotline_name", text(&self.hotline_name)),
            ("mode", maybe(&self.mode)),
            ("phase", maybe(&self.phase)),
            ("rule", text(&self.rule)),
            ("trunk_in", maybe(&self.trunk_in)),
            ("trunk_out", maybe(&self.trunk_out)),
            ("skipped", Cell::Texts(self.skipped.clone())),
            ("queue", maybe(&self.queue)),
            ("queues", Cell::Texts(self.queues.clone())),
            ("skill", maybe(&self.skill)),
            ("agent", maybe(&self.agent)),
            ("missed", Cell::Texts(self.missed.clone())),
            ("prompts", Cell::Texts(self.prompts.clone())),
            ("overflows", Cell::Whole(self.overflows.into())),
            ("holds", Cell::Whole(self.holds.into())),
            ("digits", Cell::Whole(self.digits.into())),
            ("answered", time(self.answered)),
            ("announced", time(self.announced)),
            ("queued", time(self.queued)),
            ("rang", time(self.rang)),
            ("connected", time(self.connected)),
            ("released", Cell::Time(self.released)),
            ("wait_ms", self.wait_ms.map_or(Cell::Nothing, Cell::Whole)),
            ("talk_ms", Cell::Whole(self.talk_ms)),
            ("disposition", text(&self.disposition)),
            ("cause", text(&self.cause)),
            ("cause_sentence", text(self.cause_sentence())),
            ("by", text(&self.by)),
            ("node", text(&self.node)),
        ]
    }
}

fn skipped(skipped: &SkippedTrunk) -> String {
    format!("{}:{}", skipped.trunk, if skipped.full { "full" } else { "down" })
}

struct Json<'a> {
    row: &'a Row,
    zone: &'a TimeZone,
}

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (name, cell) in self.row.cells() {
            match cell {
                Cell::Nothing => map.serialize_entry(name, &None::<()>)?,
                Cell::Flag(flag) => map.serialize_entry(name, &flag)?,
                Cell::Whole(number) => map.serialize_entry(name, &number)?,
                Cell::Time(at) => map.serialize_entry(name, &time_text(at, self.zone, RFC_3339))?,
                Cell::Text(text) => map.serialize_entry(name, &text)?,
                Cell::Texts(texts) => map.serialize_entry(name, &texts)?,
            }
        }
        let legs: Vec<_> = self.row.legs.iter().map(|leg| JsonLeg { leg, zone: self.zone }).collect();
        map.serialize_entry("legs", &legs)?;
        map.serialize_entry("legs_left_out", &self.row.legs_left_out)?;
        map.end()
    }
}

struct JsonLeg<'a> {
    leg: &'a LegRow,
    zone: &'a TimeZone,
}

impl Serialize for JsonLeg<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let time = |at: Option<i64>| at.map(|at| time_text(at, self.zone, RFC_3339));
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("role", &self.leg.role)?;
        map.serialize_entry("name", &self.leg.name)?;
        map.serialize_entry("number", &self.leg.number)?;
        map.serialize_entry("invited", &time(Some(self.leg.invited)))?;
        map.serialize_entry("rang", &time(self.leg.rang))?;
        map.serialize_entry("answered", &time(self.leg.answered))?;
        map.serialize_entry("ended", &time(Some(self.leg.ended)))?;
        map.serialize_entry("status", &self.leg.status)?;
        map.end()
    }
}

/// An instant as text; outside the calendar (a broken clock) the bare number.
pub(super) fn time_text(at: i64, zone: &TimeZone, format: &str) -> String {
    Timestamp::from_millisecond(at).map_or_else(
        |_| at.to_string(),
        |at| ZonedDateTime::new(at, zone.clone()).strftime(format).to_string(),
    )
}

/// `2021-12-31T23:59:59.000+08:00`
const RFC_3339: &str = "%Y-%m-%dT%H:%M:%S.%3f%:z";
