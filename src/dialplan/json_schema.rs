//! What an editor must know to complete a plan file and check it while it is typed: a JSON Schema (draft 7), made of
//! the very types the files are read into ([`super::schema`]).
//!
//! It says less than `tongjie check` does: which keys and choices there are, not what they mean together.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::Value;

use crate::dialplan::schema::{
    AgentRow, AgentSkill, AliasRow, AnnounceRow, AnnouncementRow, CalendarRow, EmergencyRow, HotlineRow,
    HoursRow, Length, LinkedRow, Names, PlanRow, QueueRow, TestRow, TrunkRow, WaveRow,
};
use crate::dialplan::week::WEEKDAYS;

/// The sections of a file, as [`super::read`] takes them.
#[derive(JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[expect(dead_code, reason = "only its shape is of interest")]
struct File {
    /// Other files that belong to this plan, relative to this one.
    include: Option<Vec<String>>,
    /// The city: its number, its zone, what holds unless a row says otherwise.
    plan: Option<PlanRow>,
    /// Dates that many hotlines share.
    wave: Option<BTreeMap<String, WaveRow>>,
    /// Holidays and moved working days.
    calendar: Option<BTreeMap<String, CalendarRow>>,
    /// Weekly hours.
    hours: Option<BTreeMap<String, HoursRow>>,
    /// The hotlines, by number or, with `digits`, by name.
    hotline: Option<BTreeMap<String, HotlineRow>>,
    /// Other numbers of hotlines: 12331 = "12315".
    alias: Option<BTreeMap<String, Alias>>,
    /// 110, 119, 120 and 122.
    emergency: Option<BTreeMap<String, EmergencyRow>>,
    /// Utilities and other platforms: transfer targets.
    linked: Option<BTreeMap<String, LinkedRow>>,
    /// Numbers that are told and never routed, each with its name.
    out_of_scope: Option<BTreeMap<String, String>>,
    /// Where callers wait.
    queue: Option<BTreeMap<String, QueueRow>>,
    /// Who answers.
    agent: Option<BTreeMap<String, AgentRow>>,
    /// Peers calls come from and go to.
    trunk: Option<BTreeMap<String, TrunkRow>>,
    /// Recordings.
    announcement: Option<BTreeMap<String, AnnouncementRow>>,
    /// What the plan promises; run by every check.
    test: Option<Vec<TestRow>>,
}

#[derive(JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, reason = "only its shape is of interest")]
enum Alias {
    To(String),
    Row(AliasRow),
}

/// The schema, as `tongjie schema` prints it.
pub fn json_schema() -> Value {
    let mut settings = SchemaSettings::draft07();
    settings.transforms.push(Box::new(RecursiveTransform(without_null)));
    let mut schema = settings.into_generator().into_root_schema_for::<File>();
    schema.insert("title".to_owned(), Value::from("A Tongjie plan file"));
    schema.to_value()
}

/// TOML has no null: a key that may be left out is left out.
fn without_null(schema: &mut Schema) {
    let null = Value::from("null");
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.retain(|kind| *kind != null);
        if let [one] = types.as_slice() {
            let one = one.clone();
            schema.insert("type".to_owned(), one);
        }
    }
    if let Some(Value::Array(choices)) = schema.get_mut("anyOf") {
        choices.retain(|choice| choice.get("type") != Some(&null));
        if let [Value::Object(one)] = choices.as_slice() {
            let one = one.clone();
            schema.remove("anyOf");
            // Beside `$ref` draft 7 reads nothing else, so a description goes around it.
            match one.contains_key("$ref") && schema.get("description").is_some() {
                true => {
                    schema.insert("allOf".to_owned(), Value::from(vec![Value::Object(one)]));
                }
                false => one.into_iter().for_each(|(key, value)| {
                    schema.insert(key, value);
                }),
            }
        }
    }
    schema.remove("default");
}

impl JsonSchema for Names {
    fn schema_name() -> Cow<'static, str> {
        "Names".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "One name, or several in order.",
            "anyOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" } }]
        })
    }
}

impl JsonSchema for Length {
    fn schema_name() -> Cow<'static, str> {
        "Length".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A duration with its unit: \"20s\", \"1m30s\", \"500ms\".",
            "type": "string",
            "minLength": 1,
            "pattern": "^([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?$"
        })
    }
}

impl JsonSchema for AgentSkill {
    fn schema_name() -> Cow<'static, str> {
        "AgentSkill".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A skill, or \"*\" for all, or a skill and how well.",
            "anyOf": [
                { "type": "string" },
                {
                    "type": "object",
                    "properties": {
                        "skill": { "type": "string" },
                        "level": { "type": "integer", "minimum": 0, "maximum": 255 }
                    },
                    "required": ["skill", "level"],
                    "additionalProperties": false
                }
            ]
        })
    }
}

impl JsonSchema for AnnounceRow {
    fn schema_name() -> Cow<'static, str> {
        "Announce".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "What callers hear first; \"none\" for nothing.",
            "anyOf": [
                { "type": "string" },
                {
                    "type": "object",
                    "properties": { "trial": { "type": "string" }, "formal": { "type": "string" } },
                    "additionalProperties": false
                }
            ]
        })
    }
}

/// How an editor sees a TOML date.
pub(super) struct Date;

impl JsonSchema for Date {
    fn schema_name() -> Cow<'static, str> {
        "Date".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A date or a date and time, without quotes: 2021-12-01, 2021-12-01T08:30:00+08:00.",
            "type": "string",
            "pattern": format!("^{DATE}([Tt ].+)?$")
        })
    }
}

/// How an editor sees a day of a calendar, or several.
pub(super) struct Days;

impl JsonSchema for Days {
    fn schema_name() -> Cow<'static, str> {
        "Days".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A day, \"2022-01-01\", or several, \"2021-10-01..2021-10-07\".",
            "type": "string",
            "pattern": format!("^{DATE}(\\.\\.{DATE})?$")
        })
    }
}

/// How an editor sees the hours of a day.
pub(super) struct OpenSpan;

impl JsonSchema for OpenSpan {
    fn schema_name() -> Cow<'static, str> {
        "OpenSpan".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "From when to when: \"08:30-17:30\", \"00:00-24:00\", \"22:00-06:00\".",
            "type": "string",
            "pattern": format!("^{TIME}-{TIME}$")
        })
    }
}

/// How an editor sees the hours of a week.
pub(super) struct Week;

impl JsonSchema for Week {
    fn schema_name() -> Cow<'static, str> {
        "Week".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let weekday = WEEKDAYS.join("|");
        json_schema!({
            "type": "object",
            "propertyNames": { "pattern": format!("^({weekday})(-({weekday}))?$") },
            "additionalProperties": { "type": "array", "items": generator.subschema_for::<OpenSpan>() }
        })
    }
}

/// A civil date, and a time of day in minutes, for the patterns above.
const DATE: &str = "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])";
const TIME: &str = "(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)";
