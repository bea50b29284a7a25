//! A new plan while callers wait and agents talk.
//!
//! Nobody is dropped: callers keep their places, reservations and talking agents go on, agents keep their
//! state. A queue or an agent that the new plan no longer has is *retired*: the queue keeps its settings and
//! its agents for those who are in it or were decided for it by an old plan; who waits there for long, or finds
//! none of its agents left, goes on to the general queue with his place in the line. The agent finishes his call
//! and is then logged off.
//!
//! Only what the plan changes is touched, and never for long: the queues at once; then the agents, some at a time, each
//! wholly; then the callers of queues that changed, some at a time, so that their new time limits are looked at. An
//! agent whose turn has not come serves by his old row; his turn comes at once when he or the plan asks for him.
//! A plan that comes meanwhile adds to what is left: of two rows for one agent the newer counts.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use super::agent::{Agent, Input, State};
use super::change::Change;
use super::queue::{Counts, Queue, Ready, Waiting};
use super::settings::{AgentSettings, QueueSettings, Retirement};
use super::waiter::Stage;
use super::{Acd, AgentKey, QueueKey};
use crate::event::{AgentId, CallKey, QueueId};
use crate::stdx::Instant;

/// What a plan leaves to be done.
#[derive(Debug, Default)]
pub(super) struct Work {
    /// When it came; `None`: all is done.
    since: Option<Instant>,
    agents: BTreeMap<AgentId, Option<AgentSettings>>,
    /// Whether it is known which retired queues have no agents any more.
    marked: bool,
    /// Whose callers are to be looked at.
    queues: BTreeSet<QueueKey>,
    /// The last caller looked at.
    after: Option<CallKey>,
}

impl Work {
    /// When there is something to do.
    pub(super) const fn due(&self) -> Option<Instant> {
        self.since
    }
}

impl Acd {
    /// Takes a plan over: `change` is what it changes against the plan taken over before, or against no plan.
    /// Queues that an agent names and the plan does not have are ignored.
    pub fn set_plan(&mut self, now: Instant, change: Change, retirement: &Retirement) {
        self.plans += 1;
        if self.work.agents.is_empty() {
            self.work.agents = change.agents;
        } else {
            self.work.agents.extend(change.agents);
        }
        self.forget_agents();
        for (id, row) in change.queues {
            self.renew_queue(id, row);
        }
        self.forget_queues(retirement.plans.max(1));
        let general = retirement.general.as_ref().and_then(|general| self.queue_key(general));
        if general != self.general {
            self.general = general;
            self.work.queues.extend(&self.retired_queues);
        }
        self.work.since = Some(now);
        self.work.marked = false;
        self.work.after = None;
        self.go_on(now);
        // Before the first plan there is nobody to be held up.
        while self.plans == 1 && self.work.since.is_some() {
            self.go_on(now);
        }
    }

    /// Does a little of what a plan left to be done.
    pub(super) fn go_on(&mut self, now: Instant) {
        if self.work.since.is_none_or(|since| since > now) {
            return;
        }
        self.renew_agents(now);
        if !self.work.agents.is_empty() {
            return;
        }
        if !self.work.marked {
            self.mark_forsaken();
            self.work.marked = true;
        }
        self.look_at_callers(now);
    }

    /// What the plan says of this agent holds now, if it does not yet.
    pub(super) fn finish_agent(&mut self, now: Instant, id: &AgentId) {
        if let Some((id, row)) = self.work.agents.remove_entry(id)
            && let Some((_, _, key)) = self.renew_agent(now, id, row)
        {
            self.seek(now, key);
        }
    }
}

impl Acd {
    fn renew_queue(&mut self, id: QueueId, row: Option<QueueSettings>) {
        match (self.queue_key(&id), row) {
            (None, None) => {}
            (None, Some(settings)) => {
                let key = self.queues.insert(Queue::new(settings));
                self.queue_keys.insert(id, key);
            }
            (Some(key), None) => {
                if let Some(queue) = self.queues.get_mut(key) {
                    queue.retired = true;
                    queue.plan = self.plans - 1;
                    self.retired_queues.insert(key);
                    self.work.queues.insert(key);
                }
            }
            (Some(key), Some(settings)) => {
                let Some(queue) = self.queues.get_mut(key) else { return };
                let resort = queue.settings.strategy != settings.strategy;
                queue.settings = settings;
                queue.retired = false;
                queue.forsaken = false;
                self.work.queues.insert(key);
                if self.retired_queues.remove(&key) {
                    self.dismiss_agents_of(key);
                }
                if resort {
                    self.resort(key);
                }
            }
        }
    }

    /// Agents kept a queue that had left the plan. Now that it is back, the plan says who serves it.
    fn dismiss_agents_of(&mut self, queue: QueueKey) {
        let serves = |agent: &Agent| !agent.retired && agent.queues.contains(&queue);
        let told = |agent: &Agent| self.work.agents.contains_key(&agent.id);
        let keys = self.agents.iter().filter(|(_, agent)| serves(agent) && !told(agent)).map(|(key, _)| key);
        for key in keys.collect::<Vec<_>>() {
            let idle_since = self.idle_since(key);
            idle_since.inspect(|since| self.sort_out(key, *since));
            if let Some(agent) = self.agents.get_mut(key) {
                agent.queues.retain(|served| *served != queue);
            }
            idle_since.inspect(|since| self.sort_in(key, *since));
        }
    }

    fn resort(&mut self, queue: QueueKey) {
        if let Some(queue) = self.queues.get_mut(queue) {
            queue.ready = Ready::default();
        }
        let keys = self.agents.iter().filter(|(_, agent)| agent.queues.contains(&queue)).map(|(key, _)| key);
        for key in keys.collect::<Vec<_>>() {
            if let Some(since) = self.idle_since(key) {
                self.sort_in(key, since);
            }
        }
    }

    fn forget_queues(&mut self, plans: u64) {
        let plan = self.plans;
        let forgotten = |queue: &Queue| queue.len == 0 && queue.plan.saturating_add(plans) < plan;
        let keys = self.retired_queues.iter().copied();
        let keys: Vec<_> = keys.filter(|key| self.queues.get(*key).is_some_and(forgotten)).collect();
        for key in keys {
            self.retired_queues.remove(&key);
            self.work.queues.remove(&key);
            if let Some(queue) = self.queues.remove(key) {
                self.queue_keys.remove(&queue.settings.id);
            }
        }
    }

    /// Agents who left the plan and have gone home since.
    fn forget_agents(&mut self) {
        let gone = |key: &AgentKey| {
            let agent = self.agents.get(*key);
            agent.is_none_or(|agent| {
                agent.state == State::LoggedOff && !self.work.agents.contains_key(&agent.id)
            })
        };
        let keys: Vec<_> = self.retired_agents.iter().copied().filter(gone).collect();
        for key in keys {
            self.forget_agent(key);
        }
    }

    fn forget_agent(&mut self, key: AgentKey) {
        self.retired_agents.remove(&key);
        if let Some(agent) = self.agents.remove(key) {
            self.agent_keys.remove(&agent.id);
        }
    }

    /// Some of the agents; those of them who are ready are given callers, who has been idle longest first.
    fn renew_agents(&mut self, now: Instant) {
        let mut ready = BTreeSet::new();
        for _ in 0..AGENTS_AT_ONCE {
            let Some((id, row)) = self.work.agents.pop_first() else { break };
            ready.extend(self.renew_agent(now, id, row));
        }
        for (_, _, key) in ready {
            self.seek(now, key);
        }
    }

    /// Returns him if he is ready and is now in no order of ready agents.
    fn renew_agent(
        &mut self,
        now: Instant,
        id: AgentId,
        row: Option<AgentSettings>,
    ) -> Option<(Instant, AgentId, AgentKey)> {
        match (self.agent_key(&id), row) {
            (None, None) => None,
            (None, Some(row)) => {
                let queues = self.queues_of(&row, &[]);
                let agent = Agent {
                    id: id.clone(),
                    queues,
                    skills: row.skills,
                    retired: false,
                    misses: 0,
                    since: now,
                    state: State::LoggedOff,
                };
                let key = self.agents.insert(agent);
                self.agent_keys.insert(id, key);
                None
            }
            (Some(key), None) => {
                self.change(now, key, Input::Retired);
                let agent = self.agents.get_mut(key)?;
                agent.retired = true;
                if agent.state == State::LoggedOff {
                    self.forget_agent(key);
                } else {
                    self.retired_agents.insert(key);
                }
                None
            }
            (Some(key), Some(row)) => {
                let idle_since = self.idle_since(key);
                idle_since.inspect(|since| self.sort_out(key, *since));
                let queues = self.queues_of(&row, &self.agents.get(key)?.queues);
                self.retired_agents.remove(&key);
                let agent = self.agents.get_mut(key)?;
                agent.queues = queues;
                agent.skills = row.skills;
                agent.retired = false;
                idle_since.map(|since| (since, id, key))
            }
        }
    }

    /// The queues an agent serves: those the plan names, and of those he served before those that left the plan.
    fn queues_of(&self, row: &AgentSettings, served: &[QueueKey]) -> Vec<QueueKey> {
        let named = row.queues.iter().filter_map(|id| self.queue_key(id));
        let kept = served.iter().copied().filter(|key| self.retired_queues.contains(key));
        let all = named.chain(kept).filter_map(|key| Some((&self.queues.get(key)?.settings.id, key)));
        all.collect::<BTreeMap<_, _>>().into_values().collect()
    }

    fn idle_since(&self, agent: AgentKey) -> Option<Instant> {
        match self.agents.get(agent)?.state {
            State::Ready { idle_since } => Some(idle_since),
            State::LoggedOff
            | State::NotReady
            | State::Ringing { .. }
            | State::Talking { .. }
            | State::WorkingAfterCall { .. } => None,
        }
    }

    fn mark_forsaken(&mut self) {
        if self.retired_queues.is_empty() {
            return;
        }
        let in_plan = self.agents.iter().filter(|(_, agent)| !agent.retired);
        let served: BTreeSet<QueueKey> = in_plan
            .flat_map(|(_, agent)| &agent.queues)
            .filter(|queue| self.retired_queues.contains(queue))
            .copied()
            .collect();
        for key in &self.retired_queues {
            let forsaken = !served.contains(key);
            if let Some(queue) = self.queues.get_mut(*key)
                && queue.forsaken != forsaken
            {
                queue.forsaken = forsaken;
                self.work.queues.insert(*key);
            }
        }
    }

    /// Some of the callers of queues that changed. Who waits for an agent has been looked at with the agents; this is
    /// for the time limits and the ways out.
    fn look_at_callers(&mut self, now: Instant) {
        let from = self.work.after.map_or(Bound::Unbounded, Bound::Excluded);
        let mut concerned = Vec::new();
        let mut seen = 0;
        if !self.work.queues.is_empty() {
            for (call, caller) in self.callers.range((from, Bound::Unbounded)).take(CALLERS_SEEN_AT_ONCE) {
                seen += 1;
                self.work.after = Some(*call);
                if self.work.queues.contains(&caller.queue) && !matches!(caller.stage, Stage::Reserved(_)) {
                    concerned.push(*call);
                }
                if concerned.len() == CALLERS_AT_ONCE {
                    break;
                }
            }
        }
        if seen < CALLERS_SEEN_AT_ONCE && concerned.len() < CALLERS_AT_ONCE {
            self.work = Work::default();
        }
        for call in concerned {
            self.attend(now, call);
        }
    }
}

impl Queue {
    fn new(settings: QueueSettings) -> Self {
        let (waiting, ready) = (Waiting::default(), Ready::default());
        Self {
            settings,
            retired: false,
            plan: 0,
            forsaken: false,
            waiting,
            ready,
            len: 0,
            counts: Counts::default(),
        }
    }
}

/// Agents renewed before the node does something else. Each may be given a caller, which is a call to his phone.
const AGENTS_AT_ONCE: usize = 32;
/// Callers looked at before the node does something else.
const CALLERS_AT_ONCE: usize = 128;
/// Callers passed over on the way.
const CALLERS_SEEN_AT_ONCE: usize = 2048;
