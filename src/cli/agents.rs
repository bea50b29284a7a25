//! `tongjie agents`

use std::process::ExitCode;

use clap::Subcommand;

use super::client::Client;
use super::failure::Failure;
use super::table::{duration, table};
use super::{Where, json, print};
use crate::io::control::protocol::{Answer, Request};
use crate::telemetry::escape::printable;

/// List agents, or make one ready or not ready
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  tongjie agents\n  tongjie agents not-ready a1")]
pub(super) struct Agents {
    #[command(subcommand)]
    action: Option<Action>,
    #[command(flatten)]
    place: Where,
    /// As JSON
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List agents (the default)
    #[command(after_help = "Example:\n  tongjie agents list")]
    List,
    /// From now on this agent takes calls
    #[command(after_help = "Example:\n  tongjie agents ready a1")]
    Ready {
        /// The agent, as the plan names him
        agent: String,
    },
    /// From now on this agent takes no calls; the one he has goes on
    #[command(after_help = "Example:\n  tongjie agents not-ready a1")]
    NotReady {
        /// The agent, as the plan names him
        agent: String,
    },
}

impl Agents {
    pub(super) fn run(&self) -> Result<ExitCode, Failure> {
        let mut client = Client::connect(&self.place)?;
        let (agent, ready) = match &self.action {
            None | Some(Action::List) => return self.list(&mut client),
            Some(Action::Ready { agent }) => (agent, true),
            Some(Action::NotReady { agent }) => (agent, false),
        };
        let named = agent.clone();
        client.ask(&if ready {
            Request::Ready { agent: named }
        } else {
            Request::NotReady { agent: named }
        })?;
        if self.json {
            return print(&json(&serde_json::json!({ "agent": agent, "ready": ready }))?);
        }
        let not = if ready { "" } else { "not " };
        print(&format!("{} is {not}ready\n", printable(agent)))
    }

    fn list(&self, client: &mut Client) -> Result<ExitCode, Failure> {
        let Answer::Agents(views) = client.ask(&Request::Agents {})? else { return Err(client.confused()) };
        if self.json {
            return print(&json(&views)?);
        }
        let rows: Vec<Vec<String>> = views
            .into_iter()
            .map(|v| {
                let (call, contact) = (v.call.unwrap_or_default(), v.contact.unwrap_or_default());
                let queues = v.queues.join(" ");
                vec![
                    v.agent,
                    v.name,
                    v.state,
                    duration(v.since_ms),
                    call,
                    queues,
                    v.misses.to_string(),
                    contact,
                ]
            })
            .collect();
        print(&table(&["agent", "name", "state", "since", "call", "queues", "missed", "phone"], &rows))
    }
}
