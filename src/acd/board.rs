//! What a listing or a wallboard shows: read-only, computed when asked.

use std::collections::BTreeMap;
use std::time::Duration;

use super::agent::State;
use super::queue::Counts;
use super::{Acd, QueueKey};
use crate::event::{AgentId, AgentState, CallKey, QueueId};
use crate::stdx::Instant;

/// An agent, for a listing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AgentView {
    /// Who.
    pub agent: AgentId,
    /// What he is doing.
    pub state: AgentState,
    /// Since when.
    pub since: Instant,
    /// The call that rings or is talked.
    pub call: Option<CallKey>,
    /// Whether that call still rings.
    pub ringing: bool,
    /// Calls missed in a row.
    pub misses: u32,
    /// The queues he serves.
    pub queues: Vec<QueueId>,
}

/// A queue, for a listing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct QueueView {
    /// Which.
    pub queue: QueueId,
    /// Callers in it, those a phone rings for included.
    pub waiting: usize,
    /// Of these, those a phone rings for.
    pub ringing: usize,
    /// The longest wait of a caller in it, counted from when he first began to wait.
    pub longest: Duration,
    /// Agents of this queue who wait for a call.
    pub ready: usize,
    /// What became of those who entered.
    pub counts: Counts,
}

impl Acd {
    /// What an agent of the plan is doing.
    pub fn state_of(&self, agent: &AgentId) -> Option<AgentState> {
        self.agents.get(self.agent_key(agent)?).map(|agent| agent.state.public())
    }

    /// Every agent of the plan, and those who left it but still talk, in the order of their ids.
    pub fn agents(&self) -> impl Iterator<Item = AgentView> {
        let all = self.agent_keys.values().filter_map(|key| self.agents.get(*key));
        let shown = all.filter(|agent| !agent.retired || agent.state != State::LoggedOff);
        shown.map(|agent| {
            let (call, ringing) = match agent.state {
                State::Ringing { reservation, .. } => {
                    (self.reservations.get(reservation).map(|reservation| reservation.call), true)
                }
                State::Talking { call, .. } => (Some(call), false),
                State::LoggedOff | State::NotReady | State::Ready { .. } | State::WorkingAfterCall { .. } => {
                    (None, false)
                }
            };
            let ids = agent.queues.iter().filter_map(|key| self.queues.get(*key));
            AgentView {
                agent: agent.id.clone(),
                state: agent.state.public(),
                since: agent.since,
                call,
                ringing,
                misses: agent.misses,
                queues: ids.map(|queue| queue.settings.id.clone()).collect(),
            }
        })
    }

    /// Every queue of the plan, and those that left it with callers in them, in the order of their ids.
    pub fn queues(&self, now: Instant) -> Vec<QueueView> {
        let mut in_line: BTreeMap<QueueKey, (Duration, usize)> = BTreeMap::new();
        for caller in self.callers.values() {
            let (longest, ringing) = in_line.entry(caller.queue).or_default();
            *longest = (*longest).max(now - caller.waiter.since);
            *ringing += usize::from(matches!(caller.stage, super::Stage::Reserved(_)));
        }
        let all = self.queue_keys.values().filter_map(|key| Some((key, self.queues.get(*key)?)));
        let shown = all.filter(|(_, queue)| !queue.retired || queue.len > 0);
        shown
            .map(|(key, queue)| {
                let (longest, ringing) = in_line.get(key).copied().unwrap_or_default();
                QueueView {
                    queue: queue.settings.id.clone(),
                    waiting: queue.len,
                    ringing,
                    longest,
                    ready: queue.ready.len(),
                    counts: queue.counts,
                }
            })
            .collect()
    }

    /// How many in the same queue will be served before this call if all agents know the same, plus one.
    pub fn position(&self, call: CallKey) -> Option<usize> {
        let own = self.callers.get(&call)?;
        let before = |other: &&super::Caller| other.queue == own.queue && other.place < own.place;
        Some(1 + self.callers.values().filter(before).count())
    }

    /// The queue a call waits in.
    pub fn queue_of(&self, call: CallKey) -> Option<&QueueId> {
        self.callers.get(&call).map(|caller| &caller.waiter.queue)
    }

    /// Whether nothing waits, rings, talks or is timed: what a node without calls must come back to.
    pub fn is_idle(&self) -> bool {
        let still = self.callers.is_empty() && self.reservations.is_empty() && self.timers.is_empty();
        still && self.work.due().is_none()
    }
}
