//! `tongjie calls`

use std::io::{self, Write};
use std::process::ExitCode;

use serde_json::Value;

use super::client::Client;
use super::failure::Failure;
use super::table::{duration, table};
use super::{Where, json, print, unmasked};
use crate::config;
use crate::io::control::protocol::{Answer, Request};

/// List the calls in progress, or follow what happens
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  tongjie calls\n  tongjie calls --follow\n  tongjie calls --json | jq '.[] | select(.state == \"waiting\")'"
)]
pub(super) struct Calls {
    #[command(flatten)]
    place: Where,
    /// Show whole numbers of callers; the store notes who saw them and when, and the node's log says so
    #[arg(long, conflicts_with = "follow")]
    unmask: bool,
    /// Show what happens to calls, agents and trunks as it happens, until Ctrl-C or the node's end (exit code 3)
    #[arg(long)]
    follow: bool,
    /// As JSON; with --follow one object a line
    #[arg(long)]
    json: bool,
}

impl Calls {
    pub(super) fn run(&self) -> Result<ExitCode, Failure> {
        let mut client = Client::connect(&self.place)?;
        if self.follow {
            return self.follow(&mut client);
        }
        let Answer::Calls(views) = client.ask(&Request::Calls { unmask: self.unmask })? else {
            return Err(client.confused());
        };
        if self.unmask {
            let store = config::load(&self.place.config)?.0.store;
            unmasked::note_in(&store, "calls in progress", views.len())?;
        }
        if self.json {
            return print(&json(&views)?);
        }
        let rows: Vec<Vec<String>> = views
            .into_iter()
            .map(|v| {
                // For how long peers have owed their last answer.
                let state = match v.releasing_ms {
                    Some(ms) => format!("{} {}", v.state, duration(ms)),
                    None => v.state,
                };
                vec![v.call, v.caller, v.dialled, v.hotline, v.name, state, v.at, duration(v.age_ms)]
            })
            .collect();
        print(&table(&["call", "caller", "dialled", "hotline", "name", "state", "at", "age"], &rows))
    }

    fn follow(&self, client: &mut Client) -> Result<ExitCode, Failure> {
        client.follow()?;
        let mut out = io::stdout().lock();
        while let Some(line) = client.line()? {
            let line = if self.json { line } else { told(&line) };
            // A reader that has seen enough ends the command well.
            if out.write_all(line.as_bytes()).and_then(|()| out.flush()).is_err() {
                return Ok(ExitCode::SUCCESS);
            }
        }
        Err(client
            .gone()
            .help("it was stopped or it died, its log says which; `tongjie status` asks whether it is back"))
    }
}

/// A line of the stream as a line of a text log.
fn told(line: &str) -> String {
    let Ok(value) = serde_json::from_str::<Value>(line) else { return String::new() };
    if let Some(missed) = value.get("missed") {
        return format!("{missed} lines missed: this reader is too slow\n");
    }
    let event = value.get("event").unwrap_or(&value);
    let field = |name: &str| event.get(name).and_then(Value::as_str).unwrap_or("-");
    let clock = field("time").split('T').nth(1).and_then(|clock| clock.get(..12)).unwrap_or("-");
    // The node has escaped the text already.
    format!("{clock} {:<13}  {}\n", field("call"), field("text"))
}
