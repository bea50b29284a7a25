//! `[calendar.*]`, `[hours.*]` and what a hotline says of the time outside them.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::dialplan::json_schema::{Days, OpenSpan, Week};
use crate::dialplan::schema::{Spanned, Text};

/// `[calendar.china]`: which days are not what their weekday says. Each is a day or a stretch of days:
/// `"2022-01-01"`, `"2021-10-01..2021-10-07"`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CalendarRow {
    /// Days on which `holiday` of the hours holds.
    #[schemars(with = "Option<Vec<Days>>")]
    pub holidays: Option<Vec<Spanned<String>>>,
    /// Days that are worked whatever weekday they are (调休).
    #[schemars(with = "Option<Vec<Days>>")]
    pub working: Option<Vec<Spanned<String>>>,
}

/// `[hours.office]`: `week = { mon-fri = ["08:30-12:00", "13:30-17:30"] }`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct HoursRow {
    /// The `[calendar]` whose holidays and moved working days count.
    pub calendar: Text,
    /// Spans of each weekday: mon-fri = ["08:30-12:00", "13:30-17:30"]. A day that is not named is closed; an end before its start lies on the next day.
    #[schemars(with = "Week")]
    pub week: Option<BTreeMap<Spanned<String>, Vec<Spanned<String>>>>,
    /// Spans of holidays; none unless said.
    #[schemars(with = "Option<Vec<OpenSpan>>")]
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
    #[schemars(range(min = 400, max = 699))]
    pub status: Option<Spanned<u16>>,
}
