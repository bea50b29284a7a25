//! A new plan while callers wait and agents talk.
//!
//! Nobody is dropped: callers keep their places, reservations and talking agents go on, agents keep their
//! state. A queue or an agent that the new plan no longer has is *retired*: the queue keeps its settings and
//! its agents for those who are in it or were decided for it by an old plan; who waits there for long, or finds
//! none of its agents left, goes on to the general queue with his place in the line. The agent finishes his call
//! and is then logged off.

use std::collections::{BTreeMap, BTreeSet};

use super::agent::{Agent, Input, State};
use super::queue::{Counts, Queue, Ready, Waiting};
use super::settings::{AgentSettings, QueueSettings, Retirement, Skills};
use super::waiter::Stage;
use super::{Acd, Timer};
use crate::event::{AgentId, CallKey, QueueId, Skill};
use crate::stdx::Instant;

impl Acd {
    /// Takes a plan over. Of two queues or agents with one id the last counts (the plan's compiler refuses
    /// such a plan); queues that an agent names and the plan does not have are ignored.
    pub fn set_plan(
        &mut self,
        now: Instant,
        queues: Vec<QueueSettings>,
        agents: Vec<AgentSettings>,
        retirement: &Retirement,
    ) {
        self.plans += 1;
        let queue_ids: Vec<QueueId> = self.queues.iter().map(|queue| queue.settings.id.clone()).collect();
        let agent_ids: Vec<AgentId> = self.agents.iter().map(|agent| agent.id.clone()).collect();
        let agents = self.with_retired(agents);
        self.renew_queues(queues, retirement.plans.max(1));
        self.renew_agents(now, agents, &queue_ids);
        self.general = retirement.general.as_ref().and_then(|general| self.queue_index(general));
        self.mark_forsaken();
        self.renew_callers(&agent_ids);
        self.renew_timers();
        for index in 0..self.agents.len() {
            if self.agents.get(index).is_some_and(|agent| agent.retired) {
                self.change(now, index, Input::Retired);
            }
        }
        for index in 0..self.agents.len() {
            if let Some(State::Ready { idle_since }) = self.agents.get(index).map(|agent| agent.state) {
                self.sort_in(index, idle_since);
            }
        }
        let mut line: Vec<_> =
            self.callers.values().map(|caller| (caller.place, caller.waiter.call)).collect();
        line.sort();
        for (_, call) in line {
            if self.callers.get(&call).is_some_and(|caller| !matches!(caller.stage, Stage::Reserved(_))) {
                self.attend(now, call);
            }
        }
    }
}

impl Acd {
    /// The plan's agents, and those whom it dropped but who are still about.
    fn with_retired(&self, agents: Vec<AgentSettings>) -> BTreeMap<AgentId, (AgentSettings, bool)> {
        let about = self.agents.iter().filter(|agent| agent.state != State::LoggedOff);
        let mut all: BTreeMap<_, _> =
            about.map(|agent| (agent.id.clone(), (self.settings_of(agent), true))).collect();
        all.extend(agents.into_iter().map(|agent| (agent.id.clone(), (agent, false))));
        all
    }

    fn settings_of(&self, agent: &Agent) -> AgentSettings {
        let queues = agent.queues.iter().filter_map(|index| self.queues.get(*index));
        AgentSettings {
            id: agent.id.clone(),
            queues: queues.map(|queue| queue.settings.id.clone()).collect(),
            skills: agent.skills.clone(),
        }
    }

    fn renew_queues(&mut self, settings: Vec<QueueSettings>, plans: u64) {
        let plan = self.plans;
        let mut old: BTreeMap<QueueId, Queue> =
            self.queues.drain(..).map(|queue| (queue.settings.id.clone(), queue)).collect();
        let mut all: BTreeMap<QueueId, Queue> = BTreeMap::new();
        for settings in settings {
            let id = settings.id.clone();
            let (len, counts) = old
                .remove(&id)
                .or_else(|| all.remove(&id))
                .map_or((0, Counts::default()), |queue| (queue.len, queue.counts));
            all.insert(id, Queue::new(settings, plan, len, counts));
        }
        let kept = old.into_iter().filter(|(_, queue)| queue.len > 0 || queue.plan + plans >= plan);
        let retired = |(id, queue): (_, Queue)| {
            (id, Queue { retired: true, ..Queue::new(queue.settings, queue.plan, queue.len, queue.counts) })
        };
        all.extend(kept.map(retired));
        self.queues = all.into_values().collect();
    }

    fn renew_agents(
        &mut self,
        now: Instant,
        all: BTreeMap<AgentId, (AgentSettings, bool)>,
        old_queues: &[QueueId],
    ) {
        self.skills = all
            .values()
            .flat_map(|(agent, _)| skills_of(agent))
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect();
        let mut old: BTreeMap<AgentId, Agent> =
            self.agents.drain(..).map(|agent| (agent.id.clone(), agent)).collect();
        let mut agents = Vec::with_capacity(all.len());
        for (id, (settings, retired)) in all {
            let before = old.remove(&id);
            let served =
                before.iter().flat_map(|agent| &agent.queues).filter_map(|index| old_queues.get(*index));
            let retired_queues = served
                .filter_map(|id| self.queue_index(id))
                .filter(|index| self.queues.get(*index).is_some_and(|queue| queue.retired));
            let queues: BTreeSet<usize> =
                settings.queues.iter().filter_map(|id| self.queue_index(id)).chain(retired_queues).collect();
            let skill_indexes =
                skills_of(&settings).filter_map(|skill| self.skills.binary_search(&skill).ok());
            agents.push(Agent {
                id,
                queues: queues.into_iter().collect(),
                skill_indexes: skill_indexes.collect(),
                skills: settings.skills.clone(),
                retired,
                misses: before.as_ref().map_or(0, |agent| agent.misses),
                since: before.as_ref().map_or(now, |agent| agent.since),
                state: before.map_or(State::LoggedOff, |agent| agent.state),
            });
        }
        self.agents = agents;
    }

    fn mark_forsaken(&mut self) {
        let mut served = vec![false; self.queues.len()];
        for queue in self.agents.iter().filter(|agent| !agent.retired).flat_map(|agent| &agent.queues) {
            if let Some(served) = served.get_mut(*queue) {
                *served = true;
            }
        }
        for (queue, served) in self.queues.iter_mut().zip(served) {
            queue.forsaken = queue.retired && !served;
        }
    }

    fn renew_callers(&mut self, old_agents: &[AgentId]) {
        let new_index = |old: usize| self.agent_index(old_agents.get(old)?);
        let moved: Vec<_> =
            self.reservations.iter().map(|(key, held)| (key, new_index(held.agent))).collect();
        let refused: BTreeMap<CallKey, BTreeMap<usize, Instant>> = self
            .callers
            .iter()
            .map(|(call, caller)| {
                let refused = caller.refused_by.iter();
                (*call, refused.filter_map(|(old, until)| Some((new_index(*old)?, *until))).collect())
            })
            .collect();
        for (key, agent) in moved {
            if let (Some(held), Some(agent)) = (self.reservations.get_mut(key), agent) {
                held.agent = agent;
            }
        }
        for (call, refused_by) in refused {
            let place = self.callers.get(&call).map(|caller| {
                (self.queue_index(&caller.waiter.queue), self.need(caller.waiter.skill.as_ref()))
            });
            if let (Some(caller), Some((Some(queue), need))) = (self.callers.get_mut(&call), place) {
                caller.refused_by = refused_by;
                caller.queue = queue;
                caller.need = need;
                caller.wake = None;
                if caller.stage == Stage::Waiting {
                    caller.stage = Stage::Hearing;
                }
            }
        }
    }

    fn renew_timers(&mut self) {
        self.timers.clear();
        let rings = self.reservations.iter().map(|(key, held)| (held.ring_until, Timer::Ring(key)));
        let wrap_ups = self.agents.iter().enumerate().filter_map(|(index, agent)| match agent.state {
            State::WorkingAfterCall { until, .. } => Some((until, Timer::WrapUp(index))),
            State::LoggedOff
            | State::NotReady
            | State::Ready { .. }
            | State::Ringing { .. }
            | State::Talking { .. } => None,
        });
        self.timers = rings.chain(wrap_ups).collect();
    }
}

impl Queue {
    fn new(settings: QueueSettings, plan: u64, len: usize, counts: Counts) -> Self {
        let (waiting, ready) = (Waiting::default(), Ready::default());
        Self { settings, retired: false, plan, forsaken: false, waiting, ready, len, counts }
    }
}

fn skills_of(agent: &AgentSettings) -> impl Iterator<Item = Skill> {
    let known = match &agent.skills {
        Skills::All => None,
        Skills::Of(skills) => Some(skills),
    };
    known.into_iter().flatten().cloned()
}
