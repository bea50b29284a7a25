//! `[announcement.*]`: a recording, its languages and how long it may be heard.

use schemars::JsonSchema;
use serde::Deserialize;
use toml::value::Datetime;

use crate::dialplan::json_schema::Date;
use crate::dialplan::schema::{Length, Spanned, Text};

/// What an announcement speaks that does not say.
pub const LANGUAGE: &str = "zh-CN";

/// `[announcement.merged-into-12345]`
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct AnnouncementRow {
    /// The recording, relative to the plan directory.
    #[schemars(required)]
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
    #[schemars(required)]
    pub language: Text,
    /// The recording.
    #[schemars(required)]
    pub file: Text,
    /// What it says.
    pub text: Text,
    /// The part nobody is spared, if it differs.
    pub must_hear: Option<Spanned<Length>>,
}
