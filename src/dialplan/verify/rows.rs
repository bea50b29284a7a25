//! The rows of a plan by name, the first of two.

use std::collections::BTreeMap;

use crate::dialplan::Place;
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

    /// Where it stands how much of a recording nobody is spared; else where the recording does.
    pub(in crate::dialplan) fn must_hear(&self, id: &PromptId) -> Option<Place> {
        let row = self.prompt(id)?;
        let language = id.as_str().strip_prefix(&row.key).and_then(|rest| rest.strip_prefix('@'));
        let mut variants = row.row.variants.iter().flatten();
        let variant = variants.find(|variant| {
            language.is_some()
                && variant.get_ref().language.as_ref().map(|own| own.get_ref().as_str()) == language
        });
        let own = variant.and_then(|variant| variant.get_ref().must_hear.as_ref());
        let least = own.or(row.row.must_hear.as_ref()).map(|least| row.place(least));
        Some(least.or(variant.map(|variant| row.place(variant))).unwrap_or(row.at()))
    }
}

fn by_name<T>(entries: &[Entry<T>]) -> BTreeMap<&str, &Entry<T>> {
    entries.iter().rev().map(|entry| (entry.key.as_str(), entry)).collect()
}
