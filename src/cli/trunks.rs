//! `tongjie trunks`

use std::process::ExitCode;

use super::client::Client;
use super::failure::Failure;
use super::table::{duration, table};
use super::{Where, json, print};
use crate::io::control::protocol::{Answer, Request};

/// List trunks: which are up, which were not heard yet, and their last answer
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
                let state = state(v.up, v.heard).to_owned();
                let capacity = v.capacity.map_or_else(String::new, |capacity| capacity.to_string());
                let last = last_answer(v.last_status, v.last_ms);
                vec![v.trunk, state, v.calls.to_string(), capacity, last, v.addresses.join(" ")]
            })
            .collect();
        print(&table(&["trunk", "state", "calls", "capacity", "last answer", "addresses"], &rows))
    }
}

/// Calls go to a trunk that was not heard yet: it is taken to be up until it is silent three times.
fn state(up: bool, heard: bool) -> &'static str {
    match (up, heard) {
        (true, true) => "up",
        (true, false) => "not yet heard",
        (false, _) => "DOWN",
    }
}

/// A trunk that is silent is another matter than one whose first answer is still waited for.
fn last_answer(status: Option<u16>, ms: Option<u64>) -> String {
    match (status, ms.map(duration)) {
        (Some(status), Some(ago)) => format!("{status}, {ago} ago"),
        (Some(status), None) => status.to_string(),
        (None, Some(ago)) => format!("silent, {ago} ago"),
        (None, None) => "none yet".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trunk_that_has_said_nothing_is_not_said_to_be_up() {
        assert_eq!(
            [(true, true), (true, false), (false, false)].map(|(up, heard)| state(up, heard)),
            ["up", "not yet heard", "DOWN"]
        );
    }

    #[test]
    fn a_silent_trunk_is_told_from_one_that_was_just_asked() {
        assert_eq!(last_answer(Some(200), Some(3_100)), "200, 3s ago");
        assert_eq!(last_answer(None, Some(61_000)), "silent, 1m01s ago");
        assert_eq!(last_answer(None, None), "none yet");
    }
}
