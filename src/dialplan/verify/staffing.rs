//! Who can answer whom: asked once for each queue, however many callers come.

use std::collections::{BTreeMap, BTreeSet};

use crate::dialplan::Table;
use crate::event::{QueueId, Skill};

/// What the agents of each queue know.
#[derive(Debug, Default)]
pub(in crate::dialplan) struct Staffing<'t> {
    queues: BTreeMap<&'t QueueId, Known<'t>>,
}

/// What the agents of one queue know together.
#[derive(Debug, Default)]
struct Known<'t> {
    everything: bool,
    skills: BTreeSet<&'t Skill>,
}

impl<'t> Staffing<'t> {
    pub(in crate::dialplan) fn new(table: &'t Table) -> Self {
        let mut queues: BTreeMap<&QueueId, Known<'_>> = BTreeMap::new();
        for agent in table.agents() {
            for queue in agent.queues.iter().filter_map(|id| table.queue(id)) {
                if !agent.may_take(queue, None) {
                    continue;
                }
                let known = queues.entry(&queue.id).or_default();
                known.everything |= agent.all_skills;
                known.skills.extend(agent.skills.keys().filter(|skill| agent.has(skill, 1)));
            }
        }
        Self { queues }
    }

    /// Whether any agent may take a call of this queue that asks for this skill.
    pub(in crate::dialplan) fn answers(&self, queue: &QueueId, skill: Option<&Skill>) -> bool {
        let known = self.queues.get(queue);
        known.is_some_and(|known| known.everything || skill.is_none_or(|skill| known.skills.contains(skill)))
    }
}
