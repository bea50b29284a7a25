//! Numbers that are no hotlines: `[alias.*]`, `[emergency.*]`, `[linked.*]`, `[out-of-scope.*]`.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::dialplan::schema::{Length, Names, Spanned, Text};

/// A line of `[alias]`: `12331 = "12315"` (read by [`super::read`], which knows its place), or a table.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct AliasRow {
    /// The hotline, or another alias, it stands for.
    #[schemars(required)]
    pub to: Text,
    /// Its name for people.
    pub name: Text,
    /// What its callers hear first.
    pub announce: Text,
}

/// `[emergency.110]`
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct EmergencyRow {
    /// Its name for people.
    pub name: Text,
    /// The authority behind it.
    pub owner: Text,
    /// Its trunks, tried in this order.
    #[schemars(required)]
    pub trunks: Option<Spanned<Names>>,
    /// How long one of them may ring before the next is tried.
    pub no_answer: Option<Spanned<Length>>,
    /// Refused by name: such a line is never merged.
    #[schemars(skip)]
    pub mode: Option<Spanned<toml::Value>>,
    /// Refused by name, as `mode` is.
    #[schemars(skip)]
    pub wave: Option<Spanned<toml::Value>>,
    /// Refused by name: its callers never wait.
    #[schemars(skip)]
    pub queue: Option<Spanned<toml::Value>>,
    /// Refused by name: its callers hear nothing first.
    #[schemars(skip)]
    pub announce: Option<Spanned<toml::Value>>,
    /// Refused by name: `trunks` says what comes next.
    #[schemars(skip)]
    pub overflow: Option<Spanned<toml::Value>>,
}

/// `[linked.95598]`
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct LinkedRow {
    /// Its name for people.
    #[schemars(required)]
    pub name: Text,
    /// The utility or the platform's city.
    pub owner: Text,
    /// What it is.
    #[schemars(with = "LinkedKind")]
    pub kind: Option<Spanned<LinkedKind>>,
    /// The number to dial there, if not its own.
    pub number: Text,
    /// The trunk to it, or several in order.
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
