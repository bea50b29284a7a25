//! `tongjie drain`

use std::process::ExitCode;

use super::client::Client;
use super::failure::Failure;
use super::table::duration;
use super::{Where, json, print};
use crate::io::control::protocol::{Answer, Request};
use crate::node::view::DrainView;

/// Take no new calls and stop when the last has ended; a second time, end them at once
///
/// What SIGTERM and Ctrl-C do. Calls that are left when the `drain` time of tongjie.toml is over get a BYE.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  tongjie drain")]
pub(super) struct Drain {
    #[command(flatten)]
    place: Where,
    /// As JSON
    #[arg(long)]
    json: bool,
}

impl Drain {
    pub(super) fn run(&self) -> Result<ExitCode, Failure> {
        let mut client = Client::connect(&self.place)?;
        let Answer::Draining(view) = client.ask(&Request::Drain {})? else { return Err(client.confused()) };
        print(&if self.json { json(&view)? } else { text(&view) })
    }
}

fn text(view: &DrainView) -> String {
    let mut text = match view.since_ms {
        None if view.calls == 0 => "draining: no new calls, and none goes on: the node stops\n".to_owned(),
        None => format!(
            "draining: no new calls; calls that go on: {} (`tongjie calls` shows them); what is left in {} gets a BYE\n",
            view.calls,
            duration(view.ends_in_ms)
        ),
        Some(ms) => format!(
            "it was draining already, for {}; calls that were left and get a BYE: {}; the node stops now\n",
            duration(ms),
            view.calls
        ),
    };
    if view.releasing > 0 {
        let whom = "a peer has not answered our BYE or CANCEL";
        let count = view.releasing;
        text.push_str(&match view.since_ms {
            None => format!(
                "calls that are over, but {whom}, `tongjie calls` shows who: {count}; it is waited for 4s\n"
            ),
            Some(_) => format!("calls that are over, but {whom}: {count}; it is not waited for\n"),
        });
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(since_ms: Option<u64>, calls: usize, releasing: usize, expected: &str) {
        assert_eq!(text(&DrainView { since_ms, calls, releasing, ends_in_ms: 600_000 }), expected);
    }

    #[test]
    fn a_drain_says_what_is_waited_for_and_whether_it_is_the_first() {
        check(None, 0, 0, "draining: no new calls, and none goes on: the node stops\n");
        check(
            None,
            2,
            1,
            "draining: no new calls; calls that go on: 2 (`tongjie calls` shows them); what is left in 10m00s gets a BYE\n\
             calls that are over, but a peer has not answered our BYE or CANCEL, `tongjie calls` shows who: 1; it is \
             waited for 4s\n",
        );
        check(
            Some(12_000),
            3,
            2,
            "it was draining already, for 12s; calls that were left and get a BYE: 3; the node stops now\n\
             calls that are over, but a peer has not answered our BYE or CANCEL: 2; it is not waited for\n",
        );
    }
}
