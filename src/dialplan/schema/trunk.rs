//! `[trunk.*]`: a peer, and how far what it says of callers and dialled numbers is believed.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::dialplan::schema::{Length, Names, Spanned, Text};

/// `[trunk.telecom]`
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct TrunkRow {
    /// Its name for people.
    pub name: Text,
    /// Where to send: "10.0.0.1:5060", or several in order.
    #[schemars(required)]
    pub address: Option<Spanned<Names>>,
    /// Whence its requests come, if not from `address`; [] if it only takes calls.
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

impl TrunkRow {
    /// The hotlines it names, whose calls it brings.
    pub fn hotlines(&self) -> impl Iterator<Item = &Spanned<String>> {
        let bound = self.access.iter().flatten().map(|(_, hotline)| hotline);
        self.hotline.iter().chain(&self.default_hotline).chain(bound)
    }
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
