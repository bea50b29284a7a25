//! What a call meets at one instant, and in what two plans differ about it.
//!
//! Differences are kept as small as they can be told: a hotline whose queue changes its music differs in that
//! queue and nothing else, so that all hotlines that come there share the change. Values that are each
//! hotline's own (its skill, its number) are told as *its own* where the whole treatment changes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::dialplan::action::{Action, Back, HotlineInfo};
use crate::dialplan::diff::{Facet, Of, words};
use crate::dialplan::fate::{Fate, Kind};
use crate::dialplan::staff::{Hears, OnClosed, OnFull, Queue};
use crate::dialplan::table::Table;
use crate::dialplan::treatment::{ITS_OWN, Own, back, dialled, in_words};
use crate::event::{Number, Phase, PromptId, QueueId, Skill, TrunkId};

/// What one plan does with a call.
#[derive(Clone, Copy)]
pub(super) struct Meets<'t> {
    pub(super) hotline: Option<&'t Arc<HotlineInfo>>,
    pub(super) phase: Option<Phase>,
    pub(super) action: &'t Action,
    /// What is done instead while it is closed.
    closed: Option<&'t Action>,
    pub(super) via: &'t [Number],
    pub(super) kind: Option<Kind>,
}

impl<'t> Meets<'t> {
    /// At an instant, if its hours are open or closed; without a fate, what any unknown number meets.
    pub(super) fn of(table: &'t Table, fate: Option<&'t Fate>, at_ms: i64, open: bool) -> Self {
        match fate.and_then(|fate| Some((fate, fate.segment(at_ms)?))) {
            Some((fate, segment)) => Self {
                hotline: segment.hotline,
                phase: segment.phase,
                action: segment.closed.filter(|_| !open).map_or(segment.action, |closed| &closed.action),
                closed: segment.closed.map(|closed| &*closed.action),
                via: fate.via(),
                kind: Some(segment.kind),
            },
            None => Self {
                hotline: None,
                phase: None,
                action: &table.unknown,
                closed: None,
                via: &[],
                kind: None,
            },
        }
    }

    /// So that what is each hotline's own is left out.
    fn own(&self) -> Own<'t> {
        Own::LeftOut(self.hotline.map(|hotline| &hotline.number))
    }

    /// What differs in the call itself; what differs only in its record; both as few facets as tell it.
    pub(super) fn differs(&self, new: &Self) -> Vec<(Of, Vec<Facet>)> {
        let mut call = treatment(self, new);
        call.extend(self.greeting(new));
        call.extend(self.language(new));
        let phase = Facet::maybe("phase", phase(self.phase), phase(new.phase));
        let mut record = self.record(new, !call.is_empty());
        match (call.is_empty(), self.hotline.is_some() == new.hotline.is_some()) {
            (true, _) => record.extend(phase),
            (false, true) => call.extend(phase),
            // That there is a hotline now, or none, says it, and says it for all phases at once.
            (false, false) => {}
        }
        [(Of::Call, call), (Of::Record, record)]
            .into_iter()
            .filter(|(_, facets)| !facets.is_empty())
            .collect()
    }

    /// What is said first: where both plans bring the call to someone of ours who says it.
    fn greeting(&self, new: &Self) -> Option<Facet> {
        let greeted = |meets: &Self| meets.hotline.filter(|_| is_answered_here(meets.action));
        let (old, new) = (greeted(self)?, greeted(new)?);
        Facet::maybe("greeting", old.greeting.clone(), new.greeting.clone())
    }

    /// What its callers are spoken to in behind the decision: by the notice of a queue that is full, say.
    fn language(&self, new: &Self) -> Option<Facet> {
        let spoken = |meets: &Self| {
            let hotline = meets.hotline.filter(|_| is_answered_here(meets.action));
            hotline.map(|hotline| words::or_none(hotline.language.as_ref()))
        };
        Facet::maybe("language", spoken(self)?, spoken(new)?)
    }

    /// Whether callers who wait are led elsewhere when their queue closes than those who call then: their hotline has a
    /// `closed` of its own.
    fn is_led_out_otherwise(&self, table: &Table, queue: &Queue) -> bool {
        let Action::Queue { skill, announce, .. } = self.action else { return false };
        let led = queue.closed.as_ref().map(|closing| closing.then.action(skill.as_ref(), announce.as_ref()));
        let language = self.hotline.and_then(|hotline| hotline.language.as_deref());
        led.is_some_and(|led| self.closed != Some(&table.in_language(led, language)))
    }

    /// `told`: the call itself differs, so that it need not be said again that there is a hotline now.
    fn record(&self, new: &Self, told: bool) -> Vec<Facet> {
        let mut facets = vec![];
        match (self.hotline, new.hotline) {
            (Some(old), Some(new)) if old.id == new.id => {
                let skill = |info: &HotlineInfo| words::or_none(info.skill.as_ref());
                facets.extend(Facet::maybe("number", old.number.to_string(), new.number.to_string()));
                facets.extend(Facet::maybe("name", old.name.clone(), new.name.clone()));
                facets.extend(Facet::maybe("owner", old.owner.clone(), new.owner.clone()));
                facets.extend(Facet::maybe(
                    "mode",
                    old.mode.as_str().to_owned(),
                    new.mode.as_str().to_owned(),
                ));
                facets.extend(Facet::maybe("the hotline's skill", skill(old), skill(new)));
            }
            (Some(old), Some(new)) => facets.extend(Facet::maybe("hotline", told_as(old), told_as(new))),
            (None, Some(_)) if !told => {
                facets.extend(Facet::maybe("hotline", NONE.to_owned(), ITS_OWN.to_owned()))
            }
            (Some(_), None) if !told => {
                facets.extend(Facet::maybe("hotline", ITS_OWN.to_owned(), NONE.to_owned()))
            }
            (None, _) | (Some(_), None) => return facets,
        }
        facets.extend(Facet::maybe("alias chain", chain(self.via), chain(new.via)));
        let (old, new) = (words::in_headers(self.kind), words::in_headers(new.kind));
        facets.extend(Facet::maybe("when a header names it", old.to_owned(), new.to_owned()));
        facets
    }
}

/// Whether an agent may answer.
fn is_answered_here(action: &Action) -> bool {
    match action {
        Action::Queue { .. } | Action::Trunk { back: Some(_), .. } => true,
        Action::Trunk { back: None, .. }
        | Action::Emergency { .. }
        | Action::Intercept { .. }
        | Action::Reject { .. } => false,
    }
}

fn told_as(info: &HotlineInfo) -> String {
    format!("{} {}", info.id, info.name)
}

fn phase(phase: Option<Phase>) -> String {
    phase.map_or(NONE, Phase::as_str).to_owned()
}

fn chain(via: &[Number]) -> String {
    let names: Vec<&str> = via.iter().map(Number::as_str).collect();
    if names.is_empty() { NONE.to_owned() } else { names.join(" → ") }
}

/// Actions of one kind differ in their details; otherwise the whole treatment does.
fn treatment(old: &Meets<'_>, new: &Meets<'_>) -> Vec<Facet> {
    let mut facets = vec![];
    let mut differs = |aspect, old: String, new: String| facets.extend(Facet::maybe(aspect, old, new));
    match (old.action, new.action) {
        (
            Action::Queue { queue: q1, skill: s1, announce: a1 },
            Action::Queue { queue: q2, skill: s2, announce: a2 },
        ) => {
            differs("queue", q1.to_string(), q2.to_string());
            differs("skill", words::or_none(s1.as_ref()), words::or_none(s2.as_ref()));
            let heard = |announce: &Option<_>| words::announce(announce.as_ref());
            differs("announcement", heard(a1), heard(a2));
        }
        (
            Action::Trunk { trunks: t1, number: n1, no_answer: r1, back: b1 },
            Action::Trunk { trunks: t2, number: n2, no_answer: r2, back: b2 },
        ) => {
            differs("trunk", words::trunks(t1), words::trunks(t2));
            differs("number dialled there", dialled(n1, old.own()), dialled(n2, new.own()));
            differs("rings for", words::length(*r1), words::length(*r2));
            differs("back to 12345", way_back(b1.as_ref()), way_back(b2.as_ref()));
        }
        (
            Action::Emergency { line: l1, trunks: t1, no_answer: r1 },
            Action::Emergency { line: l2, trunks: t2, no_answer: r2 },
        ) => {
            differs("emergency line", l1.to_string(), l2.to_string());
            differs("trunk", words::trunks(t1), words::trunks(t2));
            differs("rings for", words::length(*r1), words::length(*r2));
        }
        (Action::Intercept { prompt: p1, status: s1 }, Action::Intercept { prompt: p2, status: s2 }) => {
            differs("announcement", p1.to_string(), p2.to_string());
            differs("status", s1.to_string(), s2.to_string());
        }
        (Action::Reject { status: s1, notice: n1 }, Action::Reject { status: s2, notice: n2 }) => {
            differs("announcement", words::or_none(n1.as_ref()), words::or_none(n2.as_ref()));
            differs("status", s1.to_string(), s2.to_string());
        }
        (
            Action::Queue { .. }
            | Action::Trunk { .. }
            | Action::Emergency { .. }
            | Action::Intercept { .. }
            | Action::Reject { .. },
            _,
        ) => differs(TREATMENT, in_words(old.action, old.own()), in_words(new.action, new.own())),
    }
    facets
}

fn way_back(way: Option<&Back>) -> String {
    way.map_or_else(|| NONE.to_owned(), |way| back(way, Own::Said))
}

/// What a call can come to behind its action: a queue's overflow, its music, a trunk.
#[derive(Default)]
pub(super) struct Reach {
    /// Queues, and the skill the agent there must have.
    pub(super) queues: BTreeSet<(QueueId, Option<Skill>)>,
    /// Those whose hours are looked at beside the hotline's: it comes to them from another queue or trunk, or waits in
    /// them and is led out otherwise than the hotline says.
    pub(super) timed: BTreeSet<QueueId>,
    pub(super) trunks: BTreeSet<TrunkId>,
    /// Recordings as the plan names them there, and as they are spoken to these callers.
    pub(super) prompts: BTreeMap<PromptId, PromptId>,
}

impl Reach {
    pub(super) fn of(table: &Table, meets: &Meets<'_>) -> Self {
        let mut reach = Self::default();
        match meets.action {
            Action::Queue { queue, skill, announce } => {
                reach.hears(announce.as_ref().map(|announce| &announce.prompt));
                let otherwise =
                    table.queue(queue).is_some_and(|queue| meets.is_led_out_otherwise(table, queue));
                reach.timed.extend(otherwise.then(|| queue.clone()));
                reach.queue(table, queue, skill.as_ref());
            }
            Action::Trunk { trunks, back, .. } => {
                reach.trunks.extend(trunks.iter().cloned());
                if let Some(back) = back {
                    reach.timed.insert(back.queue.clone());
                    reach.queue(table, &back.queue, back.skill.as_ref());
                }
            }
            Action::Emergency { trunks, .. } => reach.trunks.extend(trunks.iter().cloned()),
            Action::Intercept { prompt, .. } => reach.hears(Some(prompt)),
            Action::Reject { notice, .. } => reach.hears(notice.as_ref()),
        }
        reach.speak(table, meets.hotline.and_then(|hotline| hotline.language.as_deref()));
        // Music is nobody's own.
        for music in reach.queues.iter().filter_map(|(id, _)| table.queue(id)?.music.as_ref()) {
            reach.prompts.insert(music.clone(), music.clone());
        }
        reach
    }

    /// A queue and all that lies behind it. Each is visited once, so circles end.
    fn queue(&mut self, table: &Table, id: &QueueId, skill: Option<&Skill>) {
        let mut next = vec![(id.clone(), skill.cloned())];
        while let Some(place) = next.pop() {
            let (id, skill) = &place;
            let Some(queue) = table.queue(id).filter(|_| !self.queues.contains(&place)) else { continue };
            match &queue.full {
                OnFull::Queue(to) => next.push((to.clone(), skill.clone())),
                OnFull::Reject { notice, .. } => self.hears(notice.as_ref()),
            }
            for step in &queue.overflow {
                next.push((step.to.clone(), skill.clone().filter(|_| step.keep_skill)));
            }
            self.timed.extend(next.iter().map(|(id, _)| id.clone()));
            // Where the queue it comes to first closes as its hotline does, what is met then is compared by itself.
            if self.timed.contains(id) {
                self.closed(queue, skill.as_ref(), &mut next);
            }
            self.queues.insert(place);
        }
    }

    fn hears(&mut self, prompt: Option<&PromptId>) {
        self.prompts.extend(prompt.map(|prompt| (prompt.clone(), prompt.clone())));
    }

    fn speak(&mut self, table: &Table, language: Option<&str>) {
        for (name, spoken) in &mut self.prompts {
            if let Some(prompt) = table.spoken(name.as_str(), language) {
                spoken.clone_from(&prompt.id);
            }
        }
    }

    fn closed(&mut self, queue: &Queue, skill: Option<&Skill>, next: &mut Vec<(QueueId, Option<Skill>)>) {
        match queue.closed.as_ref().map(|closing| &closing.then) {
            Some(OnClosed::Queue { to, keep_skill, hears }) => {
                next.push((to.clone(), skill.filter(|_| *keep_skill).cloned()));
                if let Hears::This(announce) = hears {
                    self.hears(Some(&announce.prompt));
                }
            }
            Some(OnClosed::Reject { notice, .. }) => self.hears(notice.as_ref()),
            None => {}
        }
    }
}

/// The aspect of a change of the whole treatment.
pub(super) const TREATMENT: &str = "treatment";
/// What is not there.
pub(super) const NONE: &str = "none";
