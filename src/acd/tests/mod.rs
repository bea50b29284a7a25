//! A queue's day in small scenes, and random days against a model that searches instead of keeping order.

mod model;
mod plans;
mod scenes;

use std::time::Duration;

use super::*;
use crate::event::Skill;
use crate::stdx::Slab;

/// Queues `a` (rings 20 s, paperwork 10 s) and whatever a test adds.
pub(super) fn queue(id: &str) -> QueueSettings {
    QueueSettings {
        id: QueueId::new(id),
        strategy: Strategy::LongestIdle,
        ring: secs(20),
        wrap_up: secs(10),
        waiting_max: 10,
        wait_max: None,
        overflow: Vec::new(),
        misses_max: 0,
    }
}

/// An agent of queues written `a b`, with skills written `*` or `x y`.
pub(super) fn agent(id: &str, queues: &str, skills: &str) -> AgentSettings {
    AgentSettings {
        id: AgentId::new(id),
        queues: queues.split_whitespace().map(QueueId::new).collect(),
        skills: match skills {
            "*" => Skills::All,
            some => Skills::Of(some.split_whitespace().map(Skill::new).collect()),
        },
    }
}

pub(super) fn secs(n: u64) -> Duration {
    Duration::from_secs(n)
}

/// An ACD, its time, and names for calls.
pub(super) struct Desk {
    pub(super) acd: Acd,
    pub(super) now: Instant,
    keys: Slab<CallKey, ()>,
    calls: Vec<CallKey>,
    offers: Vec<(CallKey, AgentId, ReservationKey)>,
    plan: Plan,
    /// Every plan is taken over as if it changed everything.
    pub(super) anew: bool,
}

impl Desk {
    pub(super) fn new(queues: Vec<QueueSettings>, agents: Vec<AgentSettings>) -> Self {
        let mut acd = Acd::new();
        let now = Instant::from_millis(1_000);
        let plan = Plan::new(queues, agents);
        acd.set_plan(now, Change::between(&Plan::default(), plan.clone()), &Retirement::default());
        Self { acd, now, keys: Slab::new(), calls: Vec::new(), offers: Vec::new(), plan, anew: false }
    }

    /// Lets time pass, with a timeout whenever one is due.
    pub(super) fn pass(&mut self, time: Duration) -> String {
        let end = self.now + time;
        let mut told = Vec::new();
        while let Some(at) = self.acd.poll_timeout().filter(|at| *at <= end) {
            self.now = self.now.max(at);
            self.acd.handle_timeout(self.now);
            told.push(self.told());
        }
        self.now = end;
        told.retain(|told| !told.is_empty());
        told.join(", ")
    }

    /// A new call `c0`, `c1`, … in `queue`, needing `skill` unless empty.
    pub(super) fn call(&mut self, queue: &str, skill: &str) -> String {
        self.call_with(queue, skill, 0, Duration::ZERO)
    }

    pub(super) fn call_with(&mut self, queue: &str, skill: &str, priority: u8, hears: Duration) -> String {
        let call = self.keys.insert(());
        self.calls.push(call);
        let waiter = Waiter {
            call,
            queue: QueueId::new(queue),
            skill: (!skill.is_empty()).then(|| Skill::new(skill)),
            since: self.now,
            eligible_from: self.now + hears,
            priority,
        };
        match self.acd.handle_enqueue(self.now, waiter) {
            Ok(()) => self.told(),
            Err(full) => full.to_string(),
        }
    }

    /// These queues, written `a b`, are closed from now on.
    pub(super) fn close(&mut self, queues: &str) -> String {
        self.acd.set_closed(self.now, queues.split_whitespace().map(QueueId::new).collect());
        self.told()
    }

    pub(super) fn leave(&mut self, call: usize) -> String {
        self.acd.handle_leave(self.now, self.calls[call]);
        self.told()
    }

    pub(super) fn answered(&mut self, agent: &str) -> String {
        let (_, _, key) = self.offer_to(agent);
        let answer = self.acd.handle_answered(self.now, key);
        let told = self.told();
        match answer {
            Some((call, id)) => {
                format!("{id} talks to {}{}{told}", self.name(call), if told.is_empty() { "" } else { ", " })
            }
            None => format!("void{told}"),
        }
    }

    pub(super) fn refused(&mut self, agent: &str, refusal: Refusal) -> String {
        let (_, _, key) = self.offer_to(agent);
        self.acd.handle_refused(self.now, key, refusal);
        self.told()
    }

    pub(super) fn log_on(&mut self, agent: &str) -> String {
        self.acd.handle_logged_on(self.now, &AgentId::new(agent));
        self.told()
    }

    pub(super) fn log_off(&mut self, agent: &str) -> String {
        self.acd.handle_logged_off(self.now, &AgentId::new(agent));
        self.told()
    }

    pub(super) fn ready(&mut self, agent: &str) -> String {
        self.acd.handle_ready(self.now, &AgentId::new(agent));
        self.told()
    }

    pub(super) fn not_ready(&mut self, agent: &str) -> String {
        self.acd.handle_not_ready(self.now, &AgentId::new(agent));
        self.told()
    }

    pub(super) fn released(&mut self, agent: &str) -> String {
        self.acd.handle_released(self.now, &AgentId::new(agent));
        self.told()
    }

    pub(super) fn set_plan(&mut self, queues: Vec<QueueSettings>, agents: Vec<AgentSettings>) -> String {
        self.retire(queues, agents, &Retirement::default());
        self.told()
    }

    pub(super) fn retire(
        &mut self,
        queues: Vec<QueueSettings>,
        agents: Vec<AgentSettings>,
        retirement: &Retirement,
    ) {
        let plan = Plan::new(queues, agents);
        let before = std::mem::replace(&mut self.plan, plan.clone());
        let change =
            if self.anew { Change::of_everything(&before, plan) } else { Change::between(&before, plan) };
        self.acd.set_plan(self.now, change, retirement);
    }

    pub(super) fn position(&self, call: usize) -> Option<usize> {
        self.acd.position(self.calls[call])
    }

    pub(super) fn state(&self, agent: &str) -> AgentState {
        self.view(agent).state
    }

    pub(super) fn view(&self, agent: &str) -> AgentView {
        self.acd.agents().find(|view| view.agent.as_str() == agent).unwrap()
    }

    pub(super) fn queue(&self, queue: &str) -> QueueView {
        self.acd.queues(self.now).into_iter().find(|view| view.queue.as_str() == queue).unwrap()
    }

    /// The outputs since the last time, as an operator would tell them.
    pub(super) fn told(&mut self) -> String {
        let mut told = Vec::new();
        while let Some(output) = self.acd.poll_output() {
            told.push(match output {
                Output::Offer { call, agent, reservation, ring_until } => {
                    assert!(ring_until >= self.now);
                    self.offers.push((call, agent.clone(), reservation));
                    format!("ring {agent} for {}", self.name(call))
                }
                Output::Withdrawn { call, agent, reservation, why } => {
                    assert!(self.offers.contains(&(call, agent.clone(), reservation)));
                    format!("stop {agent} for {}: {why:?}", self.name(call))
                }
                Output::Overflowed { call, from, to } => format!("{} from {from} to {to}", self.name(call)),
                Output::TimedOut { call } => format!("{} timed out", self.name(call)),
                Output::Closed(waiter) => {
                    let Waiter { call, queue, since, .. } = waiter;
                    format!("{} leaves {queue}, waiting since {}s", self.name(call), since.as_millis() / 1000)
                }
                Output::AgentChanged { agent, state } => format!("{agent} {state:?}"),
                Output::AgentMissed { agent, misses, .. } => format!("{agent} missed {misses}"),
            });
        }
        told.join(", ")
    }

    fn offer_to(&self, agent: &str) -> (CallKey, AgentId, ReservationKey) {
        self.offers.iter().rev().find(|(_, id, _)| id.as_str() == agent).unwrap().clone()
    }

    fn name(&self, call: CallKey) -> String {
        format!("c{}", self.calls.iter().position(|known| *known == call).unwrap())
    }
}
