//! All INVITE usages of a stack, by key, by our tag and by deadline.

use super::id::Tag;
use super::usage::Usage;
use crate::stdx::{Deadlines, Instant, Rng, SeededMap, Slab, seeded_map};

crate::slab_key!(
    /// One INVITE usage, from its first INVITE on, whichever side sent it.
    DialogKey
);

/// See the module.
#[derive(Debug)]
pub(crate) struct Table {
    usages: Slab<DialogKey, Entry>,
    by_tag: SeededMap<Tag, DialogKey>,
    deadlines: Deadlines<DialogKey>,
    limit: usize,
}

#[derive(Debug)]
struct Entry {
    usage: Usage,
    /// The earliest wake-up asked for.
    wake: Option<Instant>,
}

impl Table {
    /// No usages, and at most `limit` later.
    pub(crate) fn new(limit: usize, rng: &mut Rng) -> Self {
        Self { usages: Slab::new(), by_tag: seeded_map(rng), deadlines: Deadlines::new(), limit }
    }

    pub(crate) fn is_full(&self) -> bool {
        self.usages.len() >= self.limit
    }

    /// Keeps the usage that `make` builds from its own key.
    pub(crate) fn insert_with(&mut self, make: impl FnOnce(DialogKey) -> Usage) -> DialogKey {
        let key = self.usages.insert_with(|key| Entry { usage: make(key), wake: None });
        if let Some(entry) = self.usages.get(key) {
            self.by_tag.insert(entry.usage.dialog.local_tag, key);
        }
        key
    }

    /// The usage with that tag of ours.
    pub(crate) fn find(&self, tag: Tag) -> Option<DialogKey> {
        self.by_tag.get(&tag).copied()
    }

    pub(crate) fn get_mut(&mut self, key: DialogKey) -> Option<&mut Usage> {
        self.usages.get_mut(key).map(|entry| &mut entry.usage)
    }

    pub(crate) fn remove(&mut self, key: DialogKey) -> Option<Usage> {
        let entry = self.usages.remove(key)?;
        self.by_tag.remove(&entry.usage.dialog.local_tag);
        Some(entry.usage)
    }

    /// Asks for the wake-up the usage needs; to be called after every change to it.
    pub(crate) fn rearm(&mut self, key: DialogKey) {
        if let Some(entry) = self.usages.get_mut(key)
            && let Some(at) = entry.usage.timeout()
            && entry.wake.is_none_or(|wake| at < wake)
        {
            entry.wake = Some(at);
            self.deadlines.set(at, key);
        }
    }

    /// The next usage in which something may be due.
    pub(crate) fn pop_due(&mut self, now: Instant) -> Option<DialogKey> {
        loop {
            let key = self.deadlines.pop_due(now)?;
            if let Some(entry) = self.usages.get_mut(key) {
                entry.wake = None;
                return Some(key);
            }
        }
    }

    pub(crate) fn timeout(&self) -> Option<Instant> {
        self.deadlines.next()
    }

    pub(crate) fn len(&self) -> usize {
        self.usages.len()
    }

    pub(crate) fn timers(&self) -> usize {
        self.deadlines.len()
    }
}
