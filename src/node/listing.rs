//! A node's answers to `status`, `calls`, `agents`, `queues` and `trunks`.

use std::time::Duration;

use super::Node;
use super::node::Drain;
use super::view::{AgentView, CallView, DrainView, QueueView, RecordsView, StatusView, TrunkView};
use crate::call::{Call, State};
use crate::event::{AgentState, Number};
use crate::stdx::Instant;
use crate::trunk::Answer;

impl Node {
    pub(super) fn status(&self, now: Instant) -> StatusView {
        let usage = self.stack.usage();
        let count = |is: fn(&State) -> bool| self.calls.iter().filter(|call| is(&call.state)).count();
        let agents = |state: AgentState| self.acd.agents().filter(|agent| agent.state == state).count();
        let down = self.trunks.views().filter(|trunk| !trunk.up);
        StatusView {
            plan: self.edition.name().to_owned(),
            plan_edition: self.edition.number(),
            plan_since: civil(self.since_ms, self.edition.zone()),
            plan_scheduled: None,
            plan_cut_over: None,
            plan_directory: None,
            plans_not_kept: None,
            clock: civil(self.wall.ms_at(now), self.edition.zone()),
            rehearsal: self.settings.rehearsal,
            uptime_s: now.as_millis() / 1000,
            draining_ms: self.drain.since().map(|since| millis(now - since)),
            calls: self.calls.len(),
            waiting: count(|state| matches!(state, State::Waiting(_))),
            connected: count(|state| matches!(state, State::Connected(_))),
            releasing: count(|state| matches!(state, State::Released { .. })),
            calls_total: self.calls.total(),
            agents_ready: agents(AgentState::Ready),
            agents_busy: agents(AgentState::Busy),
            registered: usage.bindings,
            transactions: usage.transactions,
            dialogs: usage.dialogs,
            records: RecordsView::default(),
            trunks: self.trunks.views().count(),
            trunks_unheard: self
                .trunks
                .views()
                .filter(|trunk| trunk.up && trunk.addresses.iter().all(|at| !at.heard))
                .count(),
            trunks_down: down.map(|trunk| trunk.trunk.to_string()).collect(),
            ports_used: self.calls.ports().used(),
            ports_total: self.calls.ports().bound(),
            ports_unbound: self.calls.ports().unbound(),
        }
    }

    /// How a drain that is asked for now stands.
    pub(super) fn drain_view(&self, now: Instant) -> DrainView {
        let releasing = self.calls.iter().filter(|call| call.released_since().is_some()).count();
        let ends_in = match self.drain {
            Drain::No => self.settings.drain_max,
            Drain::Waiting(_) | Drain::Ending(_) | Drain::Done(_) => Duration::ZERO,
        };
        DrainView {
            since_ms: self.drain.since().map(|since| millis(now - since)),
            calls: self.calls.len() - releasing,
            releasing,
            ends_in_ms: millis(ends_in),
        }
    }

    pub(super) fn list_calls(&self, now: Instant, unmask: bool) -> Vec<CallView> {
        let mut calls: Vec<&Call> = self.calls.iter().collect();
        calls.sort_by_key(|call| (call.arrived, call.id));
        calls.into_iter().map(|call| call_view(now, call, unmask)).collect()
    }

    pub(super) fn list_agents(&self, now: Instant) -> Vec<AgentView> {
        let name = |id: &crate::event::AgentId| {
            self.edition.agent(id).map_or_else(String::new, |agent| agent.name.clone())
        };
        let view = |agent: crate::acd::AgentView| AgentView {
            name: name(&agent.agent),
            state: agent.state.as_str().to_owned(),
            since_ms: millis(now - agent.since),
            call: agent.call.and_then(|key| self.calls.get(key)).map(|call| call.id.to_string()),
            queues: agent.queues.iter().map(ToString::to_string).collect(),
            contact: self
                .stack
                .contact_of(agent.agent.as_str())
                .map(|binding| binding.destination.to_string()),
            misses: agent.misses,
            agent: agent.agent.to_string(),
        };
        self.acd.agents().map(view).collect()
    }

    pub(super) fn list_queues(&self, now: Instant) -> Vec<QueueView> {
        let view = |queue: crate::acd::QueueView| QueueView {
            queue: queue.queue.to_string(),
            waiting: queue.waiting,
            longest_wait_ms: millis(queue.longest),
            ready: queue.ready,
            answered: queue.counts.answered,
            abandoned: queue.counts.abandoned,
            overflowed: queue.counts.overflowed,
        };
        self.acd.queues(now).into_iter().map(view).collect()
    }

    pub(super) fn list_trunks(&self, now: Instant) -> Vec<TrunkView> {
        let view = |trunk: crate::trunk::TrunkView| {
            let last = trunk.addresses.iter().filter_map(|a| a.last).max_by_key(|(at, _)| *at);
            TrunkView {
                trunk: trunk.trunk.to_string(),
                up: trunk.up,
                heard: trunk.addresses.iter().any(|address| address.heard),
                calls: trunk.calls,
                capacity: trunk.capacity,
                last_status: last.and_then(|(_, answer)| match answer {
                    Answer::Status(status) => Some(status),
                    Answer::Silence => None,
                }),
                last_ms: last.map(|(at, _)| millis(now - at)),
                addresses: trunk.addresses.iter().map(|a| a.address.to_string()).collect(),
            }
        };
        self.trunks.views().map(view).collect()
    }
}

fn call_view(now: Instant, call: &Call, unmask: bool) -> CallView {
    let shown = |number: &Number| if unmask { number.to_string() } else { number.masked() };
    let caller =
        if call.caller.withheld && !unmask { "withheld".to_owned() } else { shown(&call.caller.number) };
    CallView {
        call: call.id.to_string(),
        caller,
        dialled: shown(&call.decided.dialled),
        hotline: call.decided.hotline.as_ref().map_or_else(String::new, |h| h.id.to_string()),
        name: call.decided.hotline.as_ref().map_or_else(String::new, |h| h.name.clone()),
        state: call.state_word().to_owned(),
        at: call.place(),
        age_ms: millis(now - call.arrived),
        releasing_ms: call.released_since().map(|since| millis(now - since)),
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// RFC 3339 in the plan's zone; UTC if the zone is unknown, which `check` refuses.
fn civil(wall_ms: i64, zone: &str) -> String {
    let at = jiff::Timestamp::from_millisecond(wall_ms).unwrap_or_default();
    let zone = jiff::tz::TimeZone::get(zone).unwrap_or(jiff::tz::TimeZone::UTC);
    at.to_zoned_datetime(zone).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}
