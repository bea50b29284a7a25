//! `tongjie hangup`

use std::process::ExitCode;

use super::client::Client;
use super::failure::Failure;
use super::{Where, json, print};
use crate::event::CallId;
use crate::io::control::protocol::Request;

/// End a call
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  tongjie hangup 5z12e14jc0001")]
pub(super) struct Hangup {
    /// Its id, as `tongjie calls` shows it
    call: CallId,
    #[command(flatten)]
    place: Where,
    /// As JSON
    #[arg(long)]
    json: bool,
}

impl Hangup {
    pub(super) fn run(&self) -> Result<ExitCode, Failure> {
        let mut client = Client::connect(&self.place)?;
        client.ask(&Request::Hangup { call: self.call.to_string() })?;
        if self.json {
            return print(&json(&serde_json::json!({ "call": self.call.to_string(), "ended": true }))?);
        }
        print(&format!("{} is ended\n", self.call))
    }
}
