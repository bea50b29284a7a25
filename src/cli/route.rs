//! `tongjie route`

use std::path::PathBuf;
use std::process::ExitCode;

use bytes::Bytes;

use super::failure::Failure;
use super::{CONFIG, json, print};
use crate::call::read_candidates;
use crate::dialplan::{self, Facts, Table, explain};
use crate::event::TrunkId;
use crate::io::Clock;
use crate::sip::wire::Message;
use crate::{config, dialplan::Numbering};

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
    #[arg(long, value_name = "NUMBER", default_value = "")]
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
        let table = dialplan::load_plan(&dir)?.table;
        let at = match &self.at {
            Some(at) => instant(&table, at)?,
            None => Clock::start(None).wall().ms,
        };
        let trunk = self.trunk(&table)?;
        let caller = table.numbering().normalise(&self.from, None);
        let request = Message::parse(self.invite(table.numbering())?)
            .map_err(|error| Failure::usage(format!("a header is malformed: {error}")))?;
        let candidates = read_candidates(&table, &request, trunk.as_ref());
        let facts = Facts { trunk: trunk.as_ref(), caller: &caller, candidates: &candidates };
        let explanation = explain::explain(&table, &facts, at);
        print(&if self.json { json(&explanation)? } else { explanation.to_string() })
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

    /// The INVITE such a call would come with: so that headers are read by the code that reads those of calls.
    fn invite(&self, numbering: &Numbering) -> Result<Bytes, Failure> {
        let number = numbering.normalise(&self.number, None);
        if number.as_str().is_empty() {
            let help = "write it as on a telephone: 12319, 0510-12319, +8651012319";
            return Err(Failure::usage(format!("{} is no telephone number", self.number)).help(help));
        }
        let mut text = format!("INVITE sip:{number}@route.invalid SIP/2.0\r\n");
        let mut has_to = false;
        for header in &self.headers {
            let well = header
                .split_once(':')
                .is_some_and(|(name, value)| !name.trim().is_empty() && !value.is_empty());
            if !well || header.contains(['\r', '\n']) {
                return Err(
                    Failure::usage(format!("{header} is no header")).help("write --header 'Name: value'")
                );
            }
            has_to |= header
                .split(':')
                .next()
                .is_some_and(|name| ["to", "t"].contains(&name.trim().to_lowercase().as_str()));
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
}

/// An instant as an operator writes it, in the plan's zone.
pub(super) fn instant(table: &Table, text: &str) -> Result<i64, Failure> {
    table.calendar().parse(text).map_err(|error| {
        Failure::usage(format!("{text} is no instant: {error}"))
            .help("2021-12-31T23:59:59+08:00; without an offset in the plan's time zone; or 2021-12-31")
    })
}
