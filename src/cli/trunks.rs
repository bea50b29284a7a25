//! `tongjie trunks`

use std::process::ExitCode;

use super::client::Client;
use super::failure::Failure;
use super::table::table;
use super::{Where, json, print};
use crate::io::control::protocol::{Answer, Request};

/// List trunks: which are up, and their last answer
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  tongjie trunks")]
pub(super) struct Trunks {
    #[command(flatten)]
    place: Where,
    /// As JSON
    #[arg(long)]
    json: bool,
}

impl Trunks {
    pub(super) fn run(&self) -> Result<ExitCode, Failure> {
        let mut client = Client::connect(&self.place)?;
        let Answer::Trunks(views) = client.ask(&Request::Trunks {})? else { return Err(client.confused()) };
        if self.json {
            return print(&json(&views)?);
        }
        let rows: Vec<Vec<String>> = views
            .into_iter()
            .map(|v| {
                let state = if v.up { "up" } else { "DOWN" }.to_owned();
                let capacity = v.capacity.map_or_else(String::new, |capacity| capacity.to_string());
                let last =
                    v.last_status.map_or_else(|| "silent so far".to_owned(), |status| status.to_string());
                vec![v.trunk, state, v.calls.to_string(), capacity, last, v.addresses.join(" ")]
            })
            .collect();
        print(&table(&["trunk", "state", "calls", "capacity", "last answer", "addresses"], &rows))
    }
}
