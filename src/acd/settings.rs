//! What the plan says about queues and agents: the façade's inputs. Checked by the plan's compiler; this
//! module only refuses to break on nonsense.

use std::collections::BTreeSet;
use std::time::Duration;

use super::select::Strategy;
use crate::event::{AgentId, CallKey, QueueId, Skill};
use crate::stdx::Instant;

/// One queue of the plan.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct QueueSettings {
    /// Its name.
    pub id: QueueId,
    /// Who of the ready agents gets the next caller.
    pub strategy: Strategy,
    /// How long a phone rings before the next agent is tried.
    pub ring: Duration,
    /// Time for paperwork after a call from this queue; zero for none.
    pub wrap_up: Duration,
    /// Callers it holds, those being offered to an agent included.
    pub waiting_max: usize,
    /// The longest a caller waits here, counted from when he came into this queue.
    pub wait_max: Option<Duration>,
    /// Where callers go who waited long in this queue. The first entry that is due and has room is taken.
    pub overflow: Vec<Overflow>,
    /// Calls missed in a row after which an agent is set `NotReady`; 0 for never.
    pub misses_max: u32,
}

/// What becomes of queues that a new plan does not have.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Retirement {
    /// From how many plans before the new one calls may still come: their queues are kept. At least 1.
    pub plans: u64,
    /// Where those go on to who wait in a queue that left the plan: at once when none of its agents is left in the
    /// plan, else after a while. `None`: they wait on.
    pub general: Option<QueueId>,
}

impl Default for Retirement {
    fn default() -> Self {
        Self { plans: 1, general: None }
    }
}

/// A way out of a queue.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Overflow {
    /// After this time in the queue it is a way out of (not the time in queues before it).
    pub after: Duration,
    /// To here.
    pub to: QueueId,
    /// Whether the agent there must know what the caller came with too. If not, anyone serving that queue will do.
    pub keep_skill: bool,
}

/// One agent of the plan.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AgentSettings {
    /// Who.
    pub id: AgentId,
    /// The queues he serves.
    pub queues: Vec<QueueId>,
    /// What he knows.
    pub skills: Skills,
}

/// What an agent knows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Skills {
    /// Everything: `*` in the plan.
    All,
    /// These.
    Of(BTreeSet<Skill>),
}

impl Skills {
    /// Whether a caller who needs `skill` can be served.
    pub fn cover(&self, skill: Option<&Skill>) -> bool {
        match (self, skill) {
            (Self::All, _) | (Self::Of(_), None) => true,
            (Self::Of(known), Some(skill)) => known.contains(skill),
        }
    }
}

/// A caller who begins to wait.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Waiter {
    /// His call.
    pub call: CallKey,
    /// Where he waits.
    pub queue: QueueId,
    /// What the agent must know.
    pub skill: Option<Skill>,
    /// When he first began to wait, in whichever queue: this is his place in the line.
    pub since: Instant,
    /// Not offered before this: the part of an announcement that must be heard.
    pub eligible_from: Instant,
    /// Larger is served first.
    pub priority: u8,
}

/// The queue holds as many callers as it may, or is not in the plan.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("queue {queue} takes no more callers")]
pub struct QueueFull {
    /// Which.
    pub queue: QueueId,
}
