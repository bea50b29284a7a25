//! The rows of a plan by name, the first of two.

use std::collections::BTreeMap;

use crate::dialplan::schema::{AgentRow, AnnouncementRow, Entry, HoursRow, QueueRow, Schema, TrunkRow};
use crate::event::PromptId;

/// Where names stand.
#[derive(Debug)]
pub(in crate::dialplan) struct Rows<'t> {
    pub(in crate::dialplan) hours: BTreeMap<&'t str, &'t Entry<HoursRow>>,
    pub(in crate::dialplan) agents: BTreeMap<&'t str, &'t Entry<AgentRow>>,
    pub(in crate::dialplan) queues: BTreeMap<&'t str, &'t Entry<QueueRow>>,
    pub(in crate::dialplan) trunks: BTreeMap<&'t str, &'t Entry<TrunkRow>>,
    prompts: BTreeMap<&'t str, &'t Entry<AnnouncementRow>>,
}

impl<'t> Rows<'t> {
    pub(super) fn new(schema: &'t Schema) -> Self {
        Self {
            hours: by_name(&schema.hours),
            agents: by_name(&schema.agent),
            queues: by_name(&schema.queue),
            trunks: by_name(&schema.trunk),
            prompts: by_name(&schema.announcement),
        }
    }

    /// The row of a recording; `merged@en` stands in the row `merged`.
    pub(in crate::dialplan) fn prompt(&self, id: &PromptId) -> Option<&'t Entry<AnnouncementRow>> {
        let name = id.as_str();
        let variant = || self.prompts.get(name.split_once('@')?.0);
        self.prompts.get(name).or_else(variant).copied()
    }
}

fn by_name<T>(entries: &[Entry<T>]) -> BTreeMap<&str, &Entry<T>> {
    entries.iter().rev().map(|entry| (entry.key.as_str(), entry)).collect()
}
