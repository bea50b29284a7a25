//! What is said on the control socket: one JSON object a line, a request, then its answer.
//!
//! ```text
//! > {"command":"calls","unmask":false}
//! < {"calls":[{"call":"0d8…","caller":"138****0000", …}]}
//! > {"command":"follow"}
//! < {"following":true}
//! < {"event":{…}}          one line an event, until either side closes
//! ```

use serde::{Deserialize, Serialize};

use crate::event::{AgentId, CallId};
use crate::io::plans::view::{PlansView, RefusalView, ReloadView, ScheduledView};
use crate::node::view::{AgentView, CallView, DrainView, QueueView, StatusView, TrunkView};
use crate::node::{Command, Reply};

/// What may be asked.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Request {
    /// How are you?
    Status {},
    /// List calls.
    Calls {
        /// Show whole numbers. Written to the log, with the user who asked.
        #[serde(default)]
        unmask: bool,
    },
    /// List agents.
    Agents {},
    /// List queues.
    Queues {},
    /// List trunks.
    Trunks {},
    /// End a call.
    Hangup {
        /// Its id.
        call: String,
    },
    /// An agent takes calls from now on.
    Ready {
        /// Who.
        agent: String,
    },
    /// An agent takes no calls from now on.
    NotReady {
        /// Who.
        agent: String,
    },
    /// No new calls; the second time: end at once.
    Drain {},
    /// Read the plan anew and run it; or what the keys say.
    Reload {
        /// The plan before the one that runs.
        #[serde(default)]
        back: bool,
        /// The plan kept under this number.
        #[serde(default)]
        to: Option<u64>,
        /// From this instant on.
        #[serde(default)]
        at: Option<String>,
        /// Only compare.
        #[serde(default)]
        dry_run: bool,
    },
    /// List the plans kept, and the one that waits for its hour.
    Plans {},
    /// Drop the plan that waits.
    CancelReload {},
    /// Send events as they happen.
    Follow {},
}

/// What is answered.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// To `status`.
    Status(Box<StatusView>),
    /// To `calls`.
    Calls(Vec<CallView>),
    /// To `agents`.
    Agents(Vec<AgentView>),
    /// To `queues`.
    Queues(Vec<QueueView>),
    /// To `trunks`.
    Trunks(Vec<TrunkView>),
    /// To `reload`.
    Reloaded(Box<ReloadView>),
    /// To `reload`: the plan is refused whole.
    PlanRefused(Box<RefusalView>),
    /// To `plans`.
    Plans(PlansView),
    /// To `cancel-reload`: what will not come.
    Cancelled(Option<ScheduledView>),
    /// To `drain`.
    Draining(DrainView),
    /// Done.
    Done(bool),
    /// To `follow`; events come next.
    Following(bool),
    /// Not done, and why.
    Refused(String),
    /// The reader was too slow: so many events are missing here.
    Missed(u64),
}

impl Request {
    /// What the node is to be asked; `None` for `follow` and what concerns plans, which is none of its business.
    ///
    /// # Errors
    /// Why the request makes no sense.
    pub fn command(&self) -> Result<Option<Command>, String> {
        Ok(Some(match self {
            Self::Status {} => Command::Status,
            Self::Calls { unmask } => Command::Calls { unmask: *unmask },
            Self::Agents {} => Command::Agents,
            Self::Queues {} => Command::Queues,
            Self::Trunks {} => Command::Trunks,
            Self::Hangup { call } => {
                Command::HangUp(call.parse::<CallId>().map_err(|error| error.to_string())?)
            }
            Self::Ready { agent } => Command::SetReady(AgentId::new(agent), true),
            Self::NotReady { agent } => Command::SetReady(AgentId::new(agent), false),
            Self::Drain {} => Command::Drain,
            Self::Reload { .. } | Self::Plans {} | Self::CancelReload {} | Self::Follow {} => {
                return Ok(None);
            }
        }))
    }
}

impl From<Reply> for Answer {
    fn from(reply: Reply) -> Self {
        match reply {
            Reply::Status(view) => Self::Status(view),
            Reply::Calls(views) => Self::Calls(views),
            Reply::Agents(views) => Self::Agents(views),
            Reply::Queues(views) => Self::Queues(views),
            Reply::Trunks(views) => Self::Trunks(views),
            Reply::Draining(view) => Self::Draining(view),
            // Nobody asks for that on this socket; see `io::plans`.
            Reply::Replanned(_) | Reply::Done => Self::Done(true),
            Reply::Refused(why) => Self::Refused(why),
        }
    }
}

/// The longest request: no id or name is longer than a few dozen letters.
pub const REQUEST_MAX: usize = 4096;

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expected: &Request) {
        assert_eq!(serde_json::from_str::<Request>(line).unwrap(), *expected);
        assert_eq!(
            serde_json::from_str::<Request>(&serde_json::to_string(expected).unwrap()).unwrap(),
            *expected
        );
    }

    #[test]
    fn requests_read_as_they_are_written() {
        check(r#"{"command":"calls"}"#, &Request::Calls { unmask: false });
        check(r#"{"command":"calls","unmask":true}"#, &Request::Calls { unmask: true });
        check(r#"{"command":"not-ready","agent":"a1"}"#, &Request::NotReady { agent: "a1".to_owned() });
        check(r#"{"command":"follow"}"#, &Request::Follow {});
        check(r#"{"command":"plans"}"#, &Request::Plans {});
        let reload = |back, at: Option<&str>, dry_run| Request::Reload {
            back,
            to: None,
            at: at.map(str::to_owned),
            dry_run,
        };
        check(r#"{"command":"reload"}"#, &reload(false, None, false));
        check(r#"{"command":"reload","back":true,"dry_run":true}"#, &reload(true, None, true));
        let to = Request::Reload { back: false, to: Some(3), at: None, dry_run: false };
        check(r#"{"command":"reload","to":3}"#, &to);
        check(r#"{"command":"reload","at":"2022-01-01"}"#, &reload(false, Some("2022-01-01"), false));
    }

    #[test]
    fn unknown_commands_and_keys_and_bad_call_ids_are_refused() {
        assert!(serde_json::from_str::<Request>(r#"{"command":"explode"}"#).is_err());
        assert!(serde_json::from_str::<Request>(r#"{"command":"status","force":true}"#).is_err());
        let hangup = Request::Hangup { call: "17".to_owned() };
        assert!(hangup.command().unwrap_err().contains("13 letters and digits"));
    }
}
