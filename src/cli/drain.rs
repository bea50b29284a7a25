//! `tongjie drain`

use std::process::ExitCode;

use super::client::Client;
use super::failure::Failure;
use super::{Where, print};
use crate::io::control::protocol::Request;

/// Take no new calls and stop when the last has ended; a second time, end them at once
///
/// What SIGTERM and Ctrl-C do. Calls that are left when the `drain` time of tongjie.toml is over get a BYE.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  tongjie drain")]
pub(super) struct Drain {
    #[command(flatten)]
    place: Where,
}

impl Drain {
    pub(super) fn run(&self) -> Result<ExitCode, Failure> {
        let mut client = Client::connect(&self.place)?;
        client.ask(&Request::Drain {})?;
        print("draining: no new calls; `tongjie calls` shows what is left\n")
    }
}
