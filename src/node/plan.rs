//! What each part must know of the plan, in the part's own words: `sip`, `acd` and `trunk` know no dialplan.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

use crate::acd::{self, AgentSettings, QueueSettings, Skills};
use crate::dialplan::{Agent, Queue, Strategy, Table};
use crate::trunk::TrunkSettings;

/// How often a trunk is asked whether it is there.
const PING: Duration = Duration::from_secs(30);

/// Who may register and call with digest.
pub(super) fn accounts(table: &Table) -> BTreeMap<String, String> {
    table.agents().map(|agent| (agent.id.to_string(), agent.password.reveal().to_owned())).collect()
}

/// Whose INVITE needs no digest.
pub(super) fn trusted(table: &Table) -> Vec<(IpAddr, Option<u16>)> {
    table.trunks().flat_map(|trunk| trunk.sources.iter().copied()).collect()
}

/// The trunks.
pub(super) fn trunks(table: &Table) -> Vec<TrunkSettings> {
    let settings = |trunk: &crate::dialplan::Trunk| TrunkSettings {
        id: trunk.id.clone(),
        addresses: trunk.addresses.clone(),
        capacity: Some(trunk.capacity),
        ping: Some(PING),
    };
    table.trunks().map(settings).collect()
}

/// Queues and agents.
pub(super) fn queues_and_agents(table: &Table) -> (Vec<QueueSettings>, Vec<AgentSettings>) {
    let agents = table.agents().map(|agent| agent_settings(table, agent)).collect();
    (table.queues().map(queue_settings).collect(), agents)
}

fn queue_settings(queue: &Queue) -> QueueSettings {
    let overflow = |step: &crate::dialplan::Overflow| acd::Overflow {
        after: step.after,
        to: step.to.clone(),
        keep_skill: step.keep_skill,
    };
    QueueSettings {
        id: queue.id.clone(),
        strategy: match queue.strategy {
            Strategy::LongestIdle => acd::Strategy::LongestIdle,
        },
        ring: queue.ring,
        wrap_up: queue.wrap_up,
        waiting_max: usize::try_from(queue.waiting_max).unwrap_or(usize::MAX),
        wait_max: queue.wait_max,
        overflow: queue.overflow.iter().map(overflow).collect(),
        misses_max: queue.misses_max,
    }
}

/// A queue's own skills are checked here, once: an agent who lacks one does not serve it.
fn agent_settings(table: &Table, agent: &Agent) -> AgentSettings {
    let serves =
        |id: &&crate::event::QueueId| table.queue(id).is_some_and(|queue| agent.may_take(queue, None));
    let skills =
        if agent.all_skills { Skills::All } else { Skills::Of(agent.skills.keys().cloned().collect()) };
    AgentSettings {
        id: agent.id.clone(),
        queues: agent.queues.iter().filter(serves).cloned().collect(),
        skills,
    }
}
