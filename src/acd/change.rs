//! What a new plan changes, row by row: worked out beforehand and elsewhere, so that the ACD touches nothing else.

use std::collections::BTreeMap;

use super::settings::{AgentSettings, QueueSettings};
use crate::event::{AgentId, QueueId};

/// The queues and agents of a plan.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Plan {
    queues: BTreeMap<QueueId, QueueSettings>,
    agents: BTreeMap<AgentId, AgentSettings>,
}

/// The rows in which a plan differs from the one before it; `None` for what it does not have any more.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Change {
    pub(super) queues: BTreeMap<QueueId, Option<QueueSettings>>,
    pub(super) agents: BTreeMap<AgentId, Option<AgentSettings>>,
}

impl Plan {
    /// Of two queues or agents with one id the last counts (the plan's compiler refuses such a plan).
    pub fn new(
        queues: impl IntoIterator<Item = QueueSettings>,
        agents: impl IntoIterator<Item = AgentSettings>,
    ) -> Self {
        Self {
            queues: queues.into_iter().map(|queue| (queue.id.clone(), queue)).collect(),
            agents: agents.into_iter().map(|agent| (agent.id.clone(), agent)).collect(),
        }
    }
}

impl Change {
    /// What must be done where `before` is in force so that `after` is.
    pub fn between(before: &Plan, after: Plan) -> Self {
        let came_or_went =
            |queue: &QueueId| before.queues.contains_key(queue) != after.queues.contains_key(queue);
        let moved = |agent: &AgentSettings| agent.queues.iter().any(came_or_went);
        let gone = before.agents.keys().filter(|id| !after.agents.contains_key(*id));
        let gone: Vec<_> = gone.map(|id| (id.clone(), None)).collect();
        let same = |agent: &AgentSettings| before.agents.get(&agent.id) == Some(agent) && !moved(agent);
        let changed: Vec<_> =
            after.agents.values().filter(|agent| !same(agent)).map(|agent| agent.id.clone()).collect();
        let mut rows = after.agents;
        let changed = changed.into_iter().filter_map(|id| rows.remove_entry(&id));
        let agents = changed.map(|(id, agent)| (id, Some(agent))).chain(gone).collect();

        let gone = before.queues.keys().filter(|id| !after.queues.contains_key(*id));
        let gone: Vec<_> = gone.map(|id| (id.clone(), None)).collect();
        let changed = after.queues.into_iter().filter(|(id, queue)| before.queues.get(id) != Some(queue));
        let queues = changed.map(|(id, queue)| (id, Some(queue))).chain(gone).collect();
        Self { queues, agents }
    }

    /// Every row of `after`, changed or not, and what went.
    #[cfg(test)]
    pub(super) fn of_everything(before: &Plan, after: Plan) -> Self {
        let mut change = Self::between(before, after.clone());
        change.queues.extend(after.queues.into_iter().map(|(id, queue)| (id, Some(queue))));
        change.agents.extend(after.agents.into_iter().map(|(id, agent)| (id, Some(agent))));
        change
    }
}
