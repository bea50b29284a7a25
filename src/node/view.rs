//! What a node tells about itself when asked: plain values, ready to print or to write as JSON.
//!
//! Numbers are masked here unless the asker has the right to see them, so that no reader can forget to.

use serde::{Deserialize, Serialize};

/// `tongjie status`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StatusView {
    /// The plan that runs.
    pub plan: String,
    /// The how-manieth it is; a restart counts on.
    pub plan_edition: u64,
    /// Since when, RFC 3339 in the plan's zone.
    pub plan_since: String,
    /// The plan that waits for its hour, and when that is.
    #[serde(default)]
    pub plan_scheduled: Option<String>,
    /// The next instant at which the plan that runs changes what happens to numbers, and what begins then.
    #[serde(default)]
    pub plan_cut_over: Option<String>,
    /// What the plan's directory holds, when that is not the plan that runs.
    #[serde(default)]
    pub plan_directory: Option<String>,
    /// Why a restart would forget what was done with plans, if it would.
    #[serde(default)]
    pub plans_not_kept: Option<String>,
    /// The wall clock the plan sees, RFC 3339 in the plan's zone.
    pub clock: String,
    /// The clock was set for a rehearsal.
    pub rehearsal: bool,
    /// Seconds since the node started.
    pub uptime_s: u64,
    /// For how long no new calls have been taken, in ms; none: they are taken.
    #[serde(default)]
    pub draining_ms: Option<u64>,
    /// Calls in progress.
    pub calls: usize,
    /// Of them, waiting in queues.
    pub waiting: usize,
    /// Of them, connected.
    pub connected: usize,
    /// Of them, over but for the last answers of peers.
    #[serde(default)]
    pub releasing: usize,
    /// Calls since the start.
    pub calls_total: u64,
    /// Agents by state.
    pub agents_ready: usize,
    /// Ringing or talking.
    pub agents_busy: usize,
    /// Registered phones.
    pub registered: usize,
    /// SIP transactions alive.
    pub transactions: usize,
    /// SIP dialogs alive.
    pub dialogs: usize,
    /// How the call records fare.
    #[serde(default)]
    pub records: RecordsView,
    /// Trunks of the plan.
    #[serde(default)]
    pub trunks: usize,
    /// Of them, those that have given no sign of life yet.
    #[serde(default)]
    pub trunks_unheard: usize,
    /// Of them, those that no call is sent to: silent, or refusing.
    #[serde(default)]
    pub trunks_down: Vec<String>,
    /// RTP ports in use.
    pub ports_used: usize,
    /// RTP ports that calls may have.
    pub ports_total: usize,
    /// RTP ports of the settings that calls may not have: another program holds them, or descriptors ran out.
    #[serde(default)]
    pub ports_unbound: usize,
}

/// How the call records fare. Told by the store and not by the node, which waits for neither.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RecordsView {
    /// Records written since the start.
    pub written: u64,
    /// Records kept in memory.
    pub waiting: usize,
    /// Records lost for want of memory, or because they cannot be written at all.
    pub lost: u64,
    /// Why none can be written just now.
    pub failing: Option<String>,
}

/// One line of `tongjie calls`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CallView {
    /// The call id.
    pub call: String,
    /// Who calls.
    pub caller: String,
    /// What he dialled.
    pub dialled: String,
    /// The hotline found.
    pub hotline: String,
    /// Its name.
    pub name: String,
    /// `announcing`, `waiting`, `ringing`, `connected`, …
    pub state: String,
    /// The queue, agent or trunk concerned; while `releasing`, who has not yet answered our BYE or CANCEL.
    pub at: String,
    /// Milliseconds since the call arrived.
    pub age_ms: u64,
    /// Milliseconds since it was released, if it was.
    #[serde(default)]
    pub releasing_ms: Option<u64>,
}

/// What `tongjie drain` finds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DrainView {
    /// Milliseconds since an earlier word began it; then this one ends what is left.
    pub since_ms: Option<u64>,
    /// Calls that go on until then.
    pub calls: usize,
    /// Calls that are over but for the last answers of peers.
    pub releasing: usize,
    /// Milliseconds until those that are left get a BYE; 0: they get it now.
    pub ends_in_ms: u64,
}

/// One line of `tongjie agents`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AgentView {
    /// Who.
    pub agent: String,
    /// Name for people.
    pub name: String,
    /// `logged-off`, `not-ready`, `ready`, `busy`, `working-after-call`.
    pub state: String,
    /// Milliseconds in that state.
    pub since_ms: u64,
    /// The call he has.
    pub call: Option<String>,
    /// The queues he serves.
    pub queues: Vec<String>,
    /// Where his phone is registered.
    pub contact: Option<String>,
    /// Calls missed in a row.
    pub misses: u32,
}

/// One line of `tongjie queues`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QueueView {
    /// Which.
    pub queue: String,
    /// Callers waiting.
    pub waiting: usize,
    /// Longest wait of those, ms.
    pub longest_wait_ms: u64,
    /// Agents that could take a call now.
    pub ready: usize,
    /// Calls answered from this queue since the start.
    pub answered: u64,
    /// Callers who hung up while waiting.
    pub abandoned: u64,
    /// Callers passed on to another queue.
    pub overflowed: u64,
}

/// One line of `tongjie trunks`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrunkView {
    /// Which.
    pub trunk: String,
    /// Its addresses.
    pub addresses: Vec<String>,
    /// Whether calls are sent to it.
    pub up: bool,
    /// Whether it has ever given a sign of life; until then it is only thought to be up.
    #[serde(default)]
    pub heard: bool,
    /// Calls on it now.
    pub calls: u32,
    /// Its limit.
    pub capacity: Option<u32>,
    /// The last status it gave to OPTIONS or INVITE; none: it gave none.
    pub last_status: Option<u16>,
    /// Milliseconds since that, or since an answer was waited for in vain; none: neither has happened yet.
    #[serde(default)]
    pub last_ms: Option<u64>,
}
