//! `tongjie hangup`

use std::process::ExitCode;

use super::client::Client;
use super::failure::Failure;
use super::{Where, print};
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
}

impl Hangup {
    pub(super) fn run(&self) -> Result<ExitCode, Failure> {
        let mut client = Client::connect(&self.place)?;
        client.ask(&Request::Hangup { call: self.call.to_string() })?;
        print(&format!("{} is ended\n", self.call))
    }
}
