//! `tongjie route`

use std::path::PathBuf;
use std::process::ExitCode;

use bytes::Bytes;
use serde::Serialize;

use super::failure::Failure;
use super::{CONFIG, json, look_at, print};
use crate::call::{read_candidates, read_named};
use crate::config;
use crate::dialplan::{self, Calendar, Explanation, Facts, Numbering, Table, explain};
use crate::event::{Number, TrunkId};
use crate::io::Clock;
use crate::sip::wire::Message;

/// Show where a call would go at an instant, and why
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  tongjie route 12319 --at 2021-12-31T23:59:59
  tongjie route 051012333 --at 2022-01-01 --trunk telecom --from 13800000000
  tongjie route 12345 --trunk telecom --header 'Diversion: <sip:12319@carrier.example>;reason=unconditional'")]
pub(super) struct Route {
    /// The number dialled, in any spelling: 12319, 0510-12319, +8651012319, tel:12319
    number: String,
    /// When: 2021-12-31T23:59:59, in the plan's time zone or with an offset, or a date alone; default: now
    #[arg(long, value_name = "INSTANT")]
    at: Option<String>,
    /// Who calls
    #[arg(long, value_name = "NUMBER", default_value = "", hide_default_value = true)]
    from: String,
    /// The trunk the call comes in on
    #[arg(long)]
    trunk: Option<String>,
    /// A header of its INVITE: History-Info, Diversion, P-Called-Party-ID or To; counts on a trusted trunk only
    #[arg(long = "header", value_name = "NAME: VALUE")]
    headers: Vec<String>,
    /// The plan's directory; default: the one of the settings
    #[arg(long, value_name = "DIR")]
    plan: Option<PathBuf>,
    /// The node's settings, which name the plan
    #[arg(long, value_name = "FILE", default_value = CONFIG, conflicts_with = "plan")]
    config: PathBuf,
    /// As JSON
    #[arg(long)]
    json: bool,
}

impl Route {
    pub(super) fn run(&self) -> Result<ExitCode, Failure> {
        let dir = match &self.plan {
            Some(dir) => dir.clone(),
            None => config::load(&self.config)?.0.plan,
        };
        let table = look_at(&dir)?;
        let at = match &self.at {
            Some(at) => instant(table.calendar(), at)?,
            None => Clock::start(None).wall().ms,
        };
        let trunk = self.trunk(&table)?;
        let caller = self.caller(table.numbering())?;
        let request = Message::parse(self.invite(table.numbering())?)
            .map_err(|error| Failure::usage(format!("no INVITE can have these headers: {}", error.reason)))?;
        self.read_headers(&request)?;
        let candidates = read_candidates(&table, &request, trunk.as_ref());
        let facts = Facts { trunk: trunk.as_ref(), caller: &caller, candidates: &candidates };
        let explanation = explain::explain(&table, &facts, &read_named(&table, &request), at);
        print(&if self.json { json(&self.told(&explanation))? } else { explanation.to_string() })
    }

    /// For a program: the call as it was asked for, then what becomes of it.
    fn told<'a>(&'a self, explanation: &'a Explanation) -> impl Serialize + 'a {
        let call = Asked {
            to: &self.number,
            from: Some(self.from.as_str()).filter(|from| !from.is_empty()),
            trunk: self.trunk.as_deref(),
            headers: &self.headers,
        };
        Told { call, explanation }
    }

    fn trunk(&self, table: &Table) -> Result<Option<TrunkId>, Failure> {
        let Some(name) = &self.trunk else { return Ok(None) };
        let id = TrunkId::new(name);
        if table.trunk(&id).is_some() {
            return Ok(Some(id));
        }
        let known = table.trunks().map(|trunk| trunk.id.as_str());
        let help = dialplan::suggest::help(name, known.collect::<Vec<_>>());
        Err(Failure::new(format!("the plan has no trunk {name}")).help(help))
    }

    fn caller(&self, numbering: &Numbering) -> Result<Number, Failure> {
        let caller = numbering.normalise(&self.from, None);
        if caller.as_str().is_empty() && !self.from.is_empty() {
            return Err(Failure::usage(format!("{} is no telephone number", self.from)).help(NUMBERS));
        }
        Ok(caller)
    }

    /// The INVITE such a call would come with: so that headers are read by the code that reads those of calls.
    fn invite(&self, numbering: &Numbering) -> Result<Bytes, Failure> {
        let number = numbering.normalise(&self.number, None);
        if number.as_str().is_empty() {
            return Err(Failure::usage(format!("{} is no telephone number", self.number)).help(NUMBERS));
        }
        let mut text = format!("INVITE sip:{number}@route.invalid SIP/2.0\r\n");
        let mut has_to = false;
        for header in &self.headers {
            has_to |= name_of(header)? == "To";
            text.push_str(&format!("{header}\r\n"));
        }
        if !has_to {
            text.push_str(&format!("To: <sip:{number}@route.invalid>\r\n"));
        }
        text.push_str(
            "Via: SIP/2.0/UDP route.invalid;branch=z9hG4bKroute\r\nFrom: <sip:route.invalid>;tag=1\r\n",
        );
        text.push_str("Call-ID: route\r\nCSeq: 1 INVITE\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n");
        Ok(Bytes::from(text))
    }

    /// A header nobody can read would be passed over in a call; here it is a slip.
    fn read_headers(&self, request: &Message) -> Result<(), Failure> {
        let faults = request.history_info().filter_map(Result::err);
        let faults = faults.chain(request.diversions().filter_map(Result::err));
        let faults = faults.chain(request.p_called_party_id().err()).chain(request.to().err());
        match faults.into_iter().next() {
            Some(fault) => Err(Failure::usage(fault.to_string()).help(HEADERS)),
            None => Ok(()),
        }
    }
}

#[derive(Serialize)]
struct Told<'a> {
    call: Asked<'a>,
    #[serde(flatten)]
    explanation: &'a Explanation,
}

/// As a plan's `[[test]]` writes a call.
#[derive(Serialize)]
struct Asked<'a> {
    to: &'a str,
    from: Option<&'a str>,
    trunk: Option<&'a str>,
    headers: &'a [String],
}

/// The name of a header as the standard spells it, if it is one that may name a hotline.
fn name_of(header: &str) -> Result<&'static str, Failure> {
    let (name, value) = header.split_once(':').unwrap_or((header, ""));
    let name = name.trim();
    if name.is_empty() || value.trim().is_empty() || header.contains(['\r', '\n']) {
        return Err(Failure::usage(format!("{header} is no header")).help("write --header 'Name: value'"));
    }
    if name.eq_ignore_ascii_case("t") {
        return Ok("To");
    }
    NAMES.into_iter().find(|known| known.eq_ignore_ascii_case(name)).ok_or_else(|| {
        let help = match name.to_lowercase().as_str() {
            "from" | "f" | "p-asserted-identity" => "say who calls with --from".to_owned(),
            _ => dialplan::suggest::help(name, NAMES),
        };
        Failure::usage(format!("{name} names no hotline")).help(help)
    })
}

/// The headers that may name a hotline.
const NAMES: [&str; 4] = ["History-Info", "Diversion", "P-Called-Party-ID", "To"];
const NUMBERS: &str = "write it as on a telephone: 12319, 0510-12319, +8651012319";
const HEADERS: &str = "as a carrier sends them: 'Diversion: <sip:12319@carrier.example>;reason=unconditional', \
                       'History-Info: <sip:12319@carrier.example>;index=1', 'P-Called-Party-ID: <sip:12319@carrier.example>'";

/// An instant as an operator writes it, in the plan's zone.
pub(super) fn instant(calendar: &Calendar, text: &str) -> Result<i64, Failure> {
    calendar.parse(text).map_err(|error| {
        Failure::usage(format!("{text} is no instant: {error}"))
            .help("2021-12-31T23:59:59+08:00; without an offset in the plan's time zone; or 2021-12-31")
    })
}
