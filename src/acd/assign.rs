//! Bringing callers and agents together: reservations, and what changes when an agent's state does.

use crate::event::CallKey;
use crate::stdx::Instant;

use super::agent::{Agent, Input, State};
use super::queue::{Place, Ready};
use super::select::Standing;
use super::settings::Skills;
use super::waiter::Stage;
use super::{Acd, AgentKey, Output, REFUSED_PAUSE, Reservation, ReservationKey, Timer, Why};

impl Acd {
    /// Moves an agent to the state after `input`, with all that hangs on it. An agent who becomes ready is
    /// not yet in any order of ready agents: [`Self::seek`] puts him there or gives him a caller.
    pub(super) fn change(&mut self, now: Instant, key: AgentKey, input: Input) {
        let Some(agent) = self.agents.get(key) else { return };
        let before = agent.state;
        let after = before.after(now, input);
        if after == before {
            return;
        }
        match before {
            State::Ready { idle_since } => self.sort_out(key, idle_since),
            State::WorkingAfterCall { until, .. } => {
                self.timers.remove(&(until, Timer::WrapUp(agent.id.clone())));
            }
            State::LoggedOff | State::NotReady | State::Ringing { .. } | State::Talking { .. } => {}
        }
        let Some(agent) = self.agents.get_mut(key) else { return };
        if let State::WorkingAfterCall { until, .. } = after {
            self.timers.insert((until, Timer::WrapUp(agent.id.clone())));
        }
        if matches!(before, State::LoggedOff | State::NotReady) {
            agent.misses = 0;
        }
        agent.state = after;
        if before.public() != after.public() {
            agent.since = now;
            self.outputs.push_back(Output::AgentChanged { agent: agent.id.clone(), state: after.public() });
        }
    }

    /// Gives a ready agent the caller who is first in line for him, or sorts him in among the ready ones.
    pub(super) fn seek(&mut self, now: Instant, key: AgentKey) {
        let Some(agent) = self.agents.get(key) else { return };
        let State::Ready { idle_since } = agent.state else { return };
        match self.first_caller(now, key, agent) {
            Some(call) => self.reserve(now, call, key),
            None => self.sort_in(key, idle_since),
        }
    }

    /// Offers a caller to the agent who is first for him. False if there is none.
    pub(super) fn offer(&mut self, now: Instant, call: CallKey) -> bool {
        let first =
            self.callers.get(&call).filter(|caller| caller.stage == Stage::Waiting).and_then(|caller| {
                let ready = &self.queues.get(caller.queue)?.ready;
                ready.first(caller.waiter.skill.as_ref(), |agent| caller.allows(now, agent))
            });
        if let Some(agent) = first {
            self.reserve(now, call, agent);
        }
        first.is_some()
    }

    fn first_caller(&self, now: Instant, key: AgentKey, agent: &Agent) -> Option<CallKey> {
        let allowed = |(_, call): &(Place, CallKey)| {
            self.callers.get(call).is_some_and(|caller| caller.allows(now, key))
        };
        // To ask each head of a line whether the agent has just refused it costs a look-up for each of his
        // skills, and nearly always the first in line has been refused by nobody.
        let head = self.head_for(agent, |_| true)?;
        let head = if allowed(&head) { head } else { self.head_for(agent, allowed)? };
        Some(head.1)
    }

    /// The first in line for this agent, over his queues and skills, of those who pass `allowed`.
    fn head_for(
        &self,
        agent: &Agent,
        allowed: impl Fn(&(Place, CallKey)) -> bool,
    ) -> Option<(Place, CallKey)> {
        let heads = agent.queues.iter().filter_map(|queue| {
            let waiting = &self.queues.get(*queue)?.waiting;
            match &agent.skills {
                Skills::All => waiting.all().find(&allowed),
                Skills::Of(skills) => {
                    let needs = skills.iter().map(Some);
                    needs.chain([None]).filter_map(|need| waiting.needing(need).find(&allowed)).min()
                }
            }
        });
        heads.min()
    }

    fn reserve(&mut self, now: Instant, call: CallKey, agent: AgentKey) {
        self.clear_wake(call);
        let Some(caller) = self.callers.get_mut(&call) else { return };
        let Some(queue) = self.queues.get_mut(caller.queue) else { return };
        queue.waiting.remove(caller.place, caller.waiter.skill.as_ref());
        let ring_until = now + queue.settings.ring;
        let key = self.reservations.insert(Reservation { call, agent, ring_until });
        caller.stage = Stage::Reserved(key);
        self.timers.insert((ring_until, Timer::Ring(key)));
        self.change(now, agent, Input::Offered(key));
        if let Some(agent) = self.agents.get(agent) {
            let agent = agent.id.clone();
            self.outputs.push_back(Output::Offer { call, agent, reservation: key, ring_until });
        }
    }

    /// Ends a reservation; what becomes of its caller and agent is the caller's of this.
    pub(super) fn take_reservation(&mut self, key: ReservationKey) -> Option<Reservation> {
        let reservation = self.reservations.remove(key)?;
        self.timers.remove(&(reservation.ring_until, Timer::Ring(key)));
        Some(reservation)
    }

    /// An offer ended without an answer, by the agent's doing. The caller is looked after first: he has
    /// waited longer than whoever comes next for this agent.
    pub(super) fn missed(
        &mut self,
        now: Instant,
        reservation: &Reservation,
        input: impl FnOnce(bool) -> Input,
    ) {
        let queue = self.callers.get(&reservation.call).and_then(|caller| self.queues.get(caller.queue));
        let misses_max = queue.map_or(0, |queue| queue.settings.misses_max);
        let Some(agent) = self.agents.get_mut(reservation.agent) else { return };
        agent.misses = agent.misses.saturating_add(1);
        let out = misses_max > 0 && agent.misses >= misses_max;
        let (call, misses) = (reservation.call, agent.misses);
        self.outputs.push_back(Output::AgentMissed { call, agent: agent.id.clone(), misses });
        self.give_back(now, reservation, input(out));
    }

    /// The caller goes back to the head of the line, and is not offered to the same agent again at once.
    pub(super) fn give_back(&mut self, now: Instant, reservation: &Reservation, input: Input) {
        let key = reservation.agent;
        self.change(now, key, input);
        if let Some(caller) = self.callers.get_mut(&reservation.call) {
            caller.stage = Stage::Hearing;
            caller.refused_by.insert(key, now + REFUSED_PAUSE);
        }
        self.attend(now, reservation.call);
        self.seek(now, key);
    }

    pub(super) fn tell_withdrawn(&mut self, key: ReservationKey, reservation: &Reservation, why: Why) {
        if let Some(agent) = self.agents.get(reservation.agent) {
            let agent = agent.id.clone();
            self.outputs.push_back(Output::Withdrawn {
                call: reservation.call,
                agent,
                reservation: key,
                why,
            });
        }
    }

    pub(super) fn sort_in(&mut self, key: AgentKey, idle_since: Instant) {
        self.each_order(key, idle_since, Ready::insert);
    }

    pub(super) fn sort_out(&mut self, key: AgentKey, idle_since: Instant) {
        self.each_order(key, idle_since, Ready::remove);
    }

    fn each_order(
        &mut self,
        key: AgentKey,
        idle_since: Instant,
        act: impl Fn(&mut Ready, u64, AgentKey, &Agent),
    ) {
        let Some(agent) = self.agents.get(key) else { return };
        for queue in &agent.queues {
            if let Some(queue) = self.queues.get_mut(*queue) {
                let rank = queue.settings.strategy.rank(Standing { idle_since });
                act(&mut queue.ready, rank, key, agent);
            }
        }
    }
}
