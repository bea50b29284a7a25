//! `[[test]]`: a call and what should become of it.

use schemars::JsonSchema;
use serde::Deserialize;
use toml::value::Datetime;

use crate::dialplan::json_schema::Date;
use crate::dialplan::schema::{Spanned, Text};

/// `[[test]]`
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct TestRow {
    /// What it shows.
    #[schemars(required)]
    pub name: Text,
    /// When the call comes in.
    #[schemars(with = "Date")]
    pub at: Option<Spanned<Datetime>>,
    /// The call.
    #[schemars(with = "CallRow")]
    pub call: Option<Spanned<CallRow>>,
    /// What should become of it. What is not written is not compared.
    #[schemars(with = "ExpectRow")]
    pub expect: Option<Spanned<ExpectRow>>,
}

/// The call of a test.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CallRow {
    /// The number dialled.
    #[schemars(required)]
    pub to: Text,
    /// The caller's number.
    pub from: Text,
    /// The trunk it comes on; what its headers say counts only if that trunk is trusted.
    pub trunk: Text,
    /// Numbers in its headers.
    pub header: Option<HeaderRow>,
}

/// Numbers in the headers of a test's call.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct HeaderRow {
    /// The oldest entry of History-Info (RFC 7044).
    pub history_info: Text,
    /// The bottom Diversion (RFC 5806).
    pub diversion: Text,
    /// P-Called-Party-ID (RFC 7315).
    pub p_called_party_id: Text,
    /// The To header, if it is not the number dialled.
    pub to: Text,
}

/// What a test expects. What is not written is not compared.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ExpectRow {
    /// The number of the hotline it is for, or "none".
    pub hotline: Text,
    /// The merge mode of that hotline.
    pub mode: Text,
    /// The phase it is in: legacy, trial, formal or cancelled.
    pub phase: Text,
    /// What said which hotline was dialled: "Request-URI", "Diversion" …
    pub rule: Text,
    /// What the caller hears first, or "none".
    pub announce: Text,
    /// The queue he waits in, or "none".
    pub queue: Text,
    /// What his agent must know, or "none".
    pub skill: Text,
    /// The trunk he is passed over, or "none".
    pub trunk: Text,
    /// The emergency line he is passed to, or "none".
    pub emergency: Text,
    /// What he hears before he is refused, or "none".
    pub intercept: Text,
    /// The SIP status of the refusal.
    pub status: Option<Spanned<u16>>,
    /// Whether he finds it closed.
    pub closed: Option<Spanned<bool>>,
}
