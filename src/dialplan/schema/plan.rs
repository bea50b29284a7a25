//! `[plan]`, its refusals, and `[wave.*]`: what holds for every hotline, and when groups of them change over.

use schemars::JsonSchema;
use serde::Deserialize;
use toml::value::Datetime;

use crate::dialplan::json_schema::Date;
use crate::dialplan::schema::{Spanned, Text};

/// `[plan]`
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct PlanRow {
    /// The plan's name for people.
    #[schemars(required)]
    pub name: Text,
    /// IANA zone in which dates without an offset are read: "Asia/Shanghai".
    #[schemars(required)]
    pub time_zone: Text,
    /// The city's area code with its leading zero: "0510".
    #[schemars(required)]
    pub area_code: Text,
    /// The one number: "12345".
    #[schemars(required)]
    pub number: Text,
    /// The queue merged hotlines share.
    #[schemars(required)]
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
    #[schemars(range(min = 400, max = 699))]
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
