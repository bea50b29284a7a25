//! `tongjie queues`

use std::process::ExitCode;

use super::client::Client;
use super::failure::Failure;
use super::table::{duration, table};
use super::{Where, json, print};
use crate::io::control::protocol::{Answer, Request};

/// List queues: who waits, how long, and what became of the others
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  tongjie queues")]
pub(super) struct Queues {
    #[command(flatten)]
    place: Where,
    /// As JSON
    #[arg(long)]
    json: bool,
}

impl Queues {
    pub(super) fn run(&self) -> Result<ExitCode, Failure> {
        let mut client = Client::connect(&self.place)?;
        let Answer::Queues(views) = client.ask(&Request::Queues {})? else { return Err(client.confused()) };
        if self.json {
            return print(&json(&views)?);
        }
        let rows: Vec<Vec<String>> = views
            .into_iter()
            .map(|v| {
                let counts = [v.answered, v.abandoned, v.overflowed].map(|count| count.to_string());
                let mut row =
                    vec![v.queue, v.waiting.to_string(), duration(v.longest_wait_ms), v.ready.to_string()];
                row.extend(counts);
                row
            })
            .collect();
        print(&table(&["queue", "waiting", "longest", "ready", "answered", "abandoned", "overflowed"], &rows))
    }
}
