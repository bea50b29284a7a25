//! In what two plans differ about a queue, a trunk, a recording or a transfer target of the same name.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::dialplan::diff::meets::{NONE, Reach};
use crate::dialplan::diff::{Facet, Of, words};
use crate::dialplan::peers::{Prompt, Target, TargetKind, Trunk};
use crate::dialplan::staff::{Agent, Queue};
use crate::dialplan::table::Table;
use crate::event::{PromptId, QueueId, Skill};

/// Differences of things by name, worked out once however many numbers come there.
pub(super) struct Things<'t> {
    old: &'t Table,
    new: &'t Table,
    known: BTreeMap<Of, Vec<Facet>>,
    staff: BTreeMap<(QueueId, Option<Skill>), Vec<Facet>>,
    /// Files of one name that sound otherwise.
    resounding: &'t BTreeSet<String>,
}

impl<'t> Things<'t> {
    pub(super) fn new(old: &'t Table, new: &'t Table, resounding: &'t BTreeSet<String>) -> Self {
        let mut known = BTreeMap::new();
        for queue in old.queues() {
            let facets = new.queue(&queue.id).map(|new| queue_facets(queue, new));
            known.insert(Of::Queue(queue.id.clone()), facets.unwrap_or_default());
            let facet = new.queue(&queue.id).and_then(|new| hours_facet(queue, new));
            known.insert(Of::Hours(queue.id.clone()), facet.into_iter().collect());
        }
        for trunk in old.trunks() {
            let facets = new.trunk(&trunk.id).map(|new| trunk_facets(Some(trunk), Some(new)));
            known.insert(Of::Trunk(trunk.id.clone()), facets.unwrap_or_default());
        }
        for prompt in old.announcements() {
            let facets = new.announcement(&prompt.id).map(|new| prompt_facets(prompt, new, resounding));
            known.insert(Of::Announcement(prompt.id.clone()), facets.unwrap_or_default());
        }
        known.retain(|_, facets| !facets.is_empty());
        Self { old, new, known, staff: BTreeMap::new(), resounding }
    }

    /// Of everything that a call can come to in both plans.
    pub(super) fn differ(&mut self, old: &Reach, new: &Reach) -> Vec<(Of, Vec<Facet>)> {
        let queues: BTreeSet<&QueueId> = old
            .queues
            .iter()
            .map(|(id, _)| id)
            .filter(|id| new.queues.iter().any(|(other, _)| other == *id))
            .collect();
        let queues = queues.into_iter().cloned().map(Of::Queue);
        let timed = old.timed.intersection(&new.timed).cloned().map(Of::Hours);
        let trunks = old.trunks.intersection(&new.trunks).cloned().map(Of::Trunk);
        let things = queues.chain(timed).chain(trunks);
        let mut found: Vec<(Of, Vec<Facet>)> =
            things.filter_map(|of| self.known.get(&of).map(|facets| (of.clone(), facets.clone()))).collect();
        let prompts =
            old.prompts.iter().filter_map(|(name, before)| Some((name, before, new.prompts.get(name)?)));
        found.extend(prompts.filter_map(|(name, before, after)| self.prompt_differs(name, before, after)));
        for place in old.queues.intersection(&new.queues) {
            let facets = self.staff_differs(place);
            if !facets.is_empty() {
                found.push((Of::Staff(place.0.clone()), facets));
            }
        }
        found.sort();
        found.dedup();
        found
    }

    /// A recording of one name: as it is spoken, and where its variant in the callers' language came or went.
    fn prompt_differs(
        &self,
        name: &PromptId,
        before: &PromptId,
        after: &PromptId,
    ) -> Option<(Of, Vec<Facet>)> {
        if before == after {
            let of = Of::Announcement(before.clone());
            return self.known.get(&of).map(|facets| (of, facets.clone()));
        }
        let (old, new) = (self.old.announcement(before)?, self.new.announcement(after)?);
        let facets = prompt_facets(old, new, self.resounding);
        (!facets.is_empty()).then(|| (Of::Announcement(name.clone()), facets))
    }

    /// Who was there before and is not now, and who came.
    fn staff_differs(&mut self, place: &(QueueId, Option<Skill>)) -> Vec<Facet> {
        if let Some(facets) = self.staff.get(place) {
            return facets.clone();
        }
        let (old, new) = (staff(self.old, place), staff(self.new, place));
        let names = |agents: &BTreeSet<&str>, but: &BTreeSet<&str>| words::list(agents.difference(but), " ");
        let (gone, come) = (names(&old, &new), names(&new, &old));
        let facets = if gone == NONE && come == NONE {
            vec![]
        } else {
            vec![Facet { aspect: STAFF, before: gone, after: come }]
        };
        self.staff.insert(place.clone(), facets.clone());
        facets
    }
}

/// Who may take a call that waits there.
fn staff<'t>(table: &'t Table, (id, skill): &(QueueId, Option<Skill>)) -> BTreeSet<&'t str> {
    let Some(queue) = table.queue(id) else { return BTreeSet::new() };
    let may = |agent: &&Agent| agent.may_take(queue, skill.as_ref());
    table.agents().filter(may).map(|agent| agent.id.as_str()).collect()
}

fn queue_facets(old: &Queue, new: &Queue) -> Vec<Facet> {
    let length = |length: Option<std::time::Duration>| length.map_or_else(|| NONE.to_owned(), words::length);
    let both = |aspect, of: &dyn Fn(&Queue) -> String| Facet::maybe(aspect, of(old), of(new));
    [
        both("skills everyone needs", &|q| words::list(q.skills.iter().map(words::need), ", ")),
        both("strategy", &|q| words::strategy(q.strategy).to_owned()),
        both("an agent's phone rings for", &|q| words::length(q.ring)),
        both("most callers waiting", &|q| q.waiting_max.to_string()),
        both("longest wait", &|q| length(q.wait_max)),
        both("music", &|q| words::or_none(q.music.as_ref())),
        both("overflow", &|q| words::list(q.overflow.iter().map(words::overflow), ", ")),
        both("when full", &|q| words::full(&q.full)),
        both("the caller's leg is answered", &|q| words::answer(q.answer).to_owned()),
        both("wrap-up", &|q| words::length(q.wrap_up)),
        both("missed calls before an agent is taken out", &|q| q.misses_max.to_string()),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The hours a caller meets who comes from another queue. Two hours of one name may have other days.
fn hours_facet(old: &Queue, new: &Queue) -> Option<Facet> {
    let told = |queue: &Queue| words::closing(queue.closed.as_ref());
    let (before, mut after) = (told(old), told(new));
    let days = |queue: &'_ Queue| queue.closed.as_ref().map(|closing| Arc::clone(&closing.hours));
    let alike = days(old).zip(days(new)).is_none_or(|(old, new)| old.opens_as(&new));
    if before == after && !alike {
        after.push_str(", on other days");
    }
    Facet::maybe("open", before, after)
}

/// Where it leads and how.
pub(super) fn trunk_facets(old: Option<&Trunk>, new: Option<&Trunk>) -> Vec<Facet> {
    let both = |aspect, of: &dyn Fn(&Trunk) -> String| {
        let of = |trunk: Option<&Trunk>| trunk.map_or_else(|| NONE.to_owned(), of);
        Facet::maybe(aspect, of(old), of(new))
    };
    [
        both("address", &|t| words::list(&t.addresses, ", then ")),
        both("most calls at once", &|t| t.capacity.to_string()),
        both("numbers are written", &|t| words::form(t.numbers).to_owned()),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// How calls that come in on it are known.
pub(super) fn received_facets(old: Option<&Trunk>, new: Option<&Trunk>) -> Vec<Facet> {
    let both = |aspect, of: &dyn Fn(&Trunk) -> String| {
        let of = |trunk: Option<&Trunk>| trunk.map_or_else(|| NONE.to_owned(), of);
        Facet::maybe(aspect, of(old), of(new))
    };
    let sources = |t: &Trunk| {
        let as_addressed = t.addresses.iter().map(|a| (a.ip(), Some(a.port()))).eq(t.sources.iter().copied());
        if as_addressed {
            "its address".to_owned()
        } else {
            words::list(t.sources.iter().map(words::source), ", ")
        }
    };
    let believed = |t: &Trunk| if t.trusted { "believed" } else { "not believed" }.to_owned();
    [
        both("its calls come from", &sources),
        both("headers that name a hotline", &believed),
        both("the hotline is looked for in", &|t| words::list(t.identify.iter(), ", ")),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn prompt_facets(old: &Prompt, new: &Prompt, resounding: &BTreeSet<String>) -> Vec<Facet> {
    let both = |aspect, of: &dyn Fn(&Prompt) -> String| Facet::maybe(aspect, of(old), of(new));
    let sound = resounding.contains(&new.file) && old.file == new.file;
    let sound = sound.then(|| Facet {
        aspect: "recording",
        before: new.file.clone(),
        after: format!("{}, another sound", new.file),
    });
    [
        both("file", &|p| p.file.clone()),
        sound,
        both("text", &|p| p.text.clone()),
        both("all hear", &|p| words::length(p.must_hear)),
        both("language", &|p| p.language.clone()),
        both("may be played from (ms)", &|p| p.from_ms.to_string()),
        both("may be played until (ms)", &|p| p.until_ms.to_string()),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Whom an agent can transfer to.
pub(super) fn target_facets(old: Option<&Target>, new: Option<&Target>) -> Vec<Facet> {
    let kind = |kind: TargetKind| match kind {
        TargetKind::Emergency => "emergency line",
        TargetKind::Utility => "utility",
        TargetKind::Peer => "another platform",
        TargetKind::SubCenter => "sub-center",
        TargetKind::OutOfScope => "only told",
    };
    let told = |target: Option<&Target>| {
        target.map_or_else(
            || NONE.to_owned(),
            |t| format!("{} {}, {}, trunk {}", t.number, t.name, kind(t.kind), words::trunks(&t.trunks)),
        )
    };
    Facet::maybe("an agent can transfer to", told(old), told(new)).into_iter().collect()
}

/// Before: who is no longer there; after: who is there now.
pub(super) const STAFF: &str = "who can take the call";
