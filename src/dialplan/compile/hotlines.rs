//! Hotlines, aliases and emergency lines → what happens from when on.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use crate::dialplan::Table;
use crate::dialplan::action::{Action, Announce, Back, Closed, HotlineInfo};
use crate::dialplan::compile::peers::trunk_ids;
use crate::dialplan::compile::staff::{length, on_closed};
use crate::dialplan::draft::Draft;
use crate::dialplan::fate::{Fate, Kind, NewSegment};
use crate::dialplan::merge::{self, Attributes, GreetsAs};
use crate::dialplan::peers::Prompt;
use crate::dialplan::schema::{
    AfterCancel, AliasRow, BackWhen, EmergencyRow, Entry, HotlineRow, IngressRow, NumberState, Seats,
    Spanned, Text,
};
use crate::event::{Hotline, Mode, Number, Phase, QueueId, Skill, TrunkId};

/// How long an emergency trunk may ring before the next is tried.
const EMERGENCY_NO_ANSWER: Duration = Duration::from_secs(20);
/// What a caller of a cancelled number gets after the intercept announcement: the number is gone.
const INTERCEPT_STATUS: u16 = 410;

pub(super) fn fates(draft: &Draft<'_>, table: &Table) -> Option<Vec<Fate>> {
    let mut fates = vec![];
    for entry in &draft.schema.emergency {
        fates.push(emergency(draft, entry));
    }
    for (number, owners) in &draft.owners {
        fates.push(owned(draft, table, number, owners)?);
    }
    // One alias in front of another leads to the same hotline, so all are made from hotlines alone.
    let by_number: BTreeMap<&Number, &Fate> = fates.iter().map(|fate| (&fate.number, fate)).collect();
    let aliases = draft.schema.alias.iter().map(|entry| alias(draft, table, &by_number, entry));
    let aliases = aliases.collect::<Option<Vec<_>>>()?;
    fates.extend(aliases);
    Some(fates)
}

fn emergency(draft: &Draft<'_>, entry: &Entry<EmergencyRow>) -> Fate {
    let line = draft.number(&entry.key);
    let row = &entry.row;
    let info = HotlineInfo {
        id: Hotline::new(line.as_str()),
        number: line.clone(),
        name: text(&row.name).unwrap_or_else(|| entry.key.clone()),
        owner: text(&row.owner).unwrap_or_default(),
        greeting: String::new(),
        mode: Mode::Emergency,
        skill: None,
        language: None,
    };
    let action = Action::Emergency {
        line: line.clone(),
        trunks: trunk_ids(row.trunks.as_ref()),
        no_answer: length(row.no_answer.as_ref()).unwrap_or(EMERGENCY_NO_ANSWER),
    };
    let segment = NewSegment {
        from_ms: i64::MIN,
        hotline: Some(Arc::new(info)),
        phase: None,
        kind: Kind::Emergency,
        action: Arc::new(action),
        closed: None,
    };
    Fate::new(line, Kind::Emergency, [segment])
}

/// All that happens to a number: its owners' segments one after the other, and while it is nobody's what any unknown
/// number meets.
fn owned(draft: &Draft<'_>, table: &Table, number: &Number, owners: &[&Entry<HotlineRow>]) -> Option<Fate> {
    let mut owners: Vec<_> = owners.iter().map(|entry| (draft.ownership(&entry.row), *entry)).collect();
    owners.sort_by_key(|(period, _)| *period);
    let nobodys = |from_ms| NewSegment {
        from_ms,
        hotline: None,
        phase: None,
        kind: Kind::Told,
        action: Arc::clone(&table.unknown),
        closed: None,
    };
    let mut segments: Vec<NewSegment> = vec![];
    let mut free_from = i64::MIN;
    for ((from, until), entry) in owners {
        if free_from < from {
            segments.push(nobodys(free_from));
        }
        let own = hotline(draft, table, number, entry)?;
        for (i, segment) in own.iter().enumerate() {
            let end = own.get(i + 1).map_or(until, |next| next.from_ms.min(until));
            let from_ms = segment.from_ms.max(from);
            if from_ms < end {
                segments.push(NewSegment { from_ms, ..segment.clone() });
            }
        }
        free_from = until;
    }
    if free_from < i64::MAX {
        segments.push(nobodys(free_from));
    }
    let kind = segments.iter().find(|s| s.hotline.is_some()).map_or(Kind::Told, |segment| segment.kind);
    Some(Fate::new(number.clone(), kind, segments))
}

fn hotline(
    draft: &Draft<'_>,
    table: &Table,
    number: &Number,
    entry: &Entry<HotlineRow>,
) -> Option<Vec<NewSegment>> {
    let attributes = merge::attributes(&entry.row)?;
    let info = Arc::new(info(draft, entry, &attributes)?);
    let row = Row { draft, table, row: &entry.row, attributes: &attributes, number };
    let segments = row.phases(entry).into_iter().map(|(from_ms, phase)| {
        let action = row.action(phase)?;
        let closed = if row.is_served(phase) { row.closed(&action)? } else { None };
        let hotline = Some(Arc::clone(&info));
        let (kind, closed, action) = (attributes.kind(), closed.map(Arc::new), Arc::new(action));
        Some(NewSegment { from_ms, hotline, phase: Some(phase), kind, action, closed })
    });
    segments.collect()
}

fn info(draft: &Draft<'_>, entry: &Entry<HotlineRow>, attributes: &Attributes) -> Option<HotlineInfo> {
    let row = &entry.row;
    let plan = &draft.plan?.row;
    let name = text(&row.name)?;
    let greeting = text(&row.greeting).or_else(|| match attributes.greets_as {
        GreetsAs::City => text(&plan.greeting).or_else(|| text(&plan.name)),
        GreetsAs::Hotline => Some(name.clone()),
    });
    let number = draft.number_of(entry);
    // Owners of one number in turn are told apart by their names.
    let id = if row.digits.is_some() { entry.key.as_str() } else { number.as_str() };
    Some(HotlineInfo {
        id: Hotline::new(id),
        number,
        name,
        owner: text(&row.owner).unwrap_or_default(),
        greeting: greeting?,
        mode: attributes.mode,
        skill: text(&row.skill).map(Skill::new),
        language: text(&row.language),
    })
}

/// One hotline while its phases are worked out.
struct Row<'a> {
    draft: &'a Draft<'a>,
    table: &'a Table,
    row: &'a HotlineRow,
    attributes: &'a Attributes,
    number: &'a Number,
}

impl Row<'_> {
    /// The phases it has, each with its first millisecond. A row without any date is in formal operation.
    fn phases(&self, entry: &Entry<HotlineRow>) -> Vec<(i64, Phase)> {
        let edges = self.draft.edges(entry);
        let first =
            if edges.trial.is_some() || edges.formal.is_some() { Phase::Legacy } else { Phase::Formal };
        let cancel = edges.cancel.filter(|_| self.attributes.number == NumberState::Cancelled);
        let later = [(edges.trial, Phase::Trial), (edges.formal, Phase::Formal), (cancel, Phase::Cancelled)];
        let later = later.into_iter().filter_map(|(edge, phase)| edge.map(|edge| (edge.ms, phase)));
        std::iter::once((i64::MIN, first)).chain(later).collect()
    }

    fn action(&self, phase: Phase) -> Option<Action> {
        if self.attributes.ingress == IngressRow::TransferOnly {
            return Some(Action::clone(&self.table.unknown));
        }
        match phase {
            Phase::Legacy => self.legacy(),
            Phase::Trial | Phase::Formal => self.served(phase),
            Phase::Cancelled => self.cancelled(),
        }
    }

    /// Whether its people take its calls in this phase, so that their hours count.
    fn is_served(&self, phase: Phase) -> bool {
        let kept = || matches!(self.row.after_cancel.as_ref().map(Spanned::get_ref), Some(AfterCancel::Keep));
        self.attributes.ingress != IngressRow::TransferOnly
            && match phase {
                Phase::Legacy => self.attributes.mode == Mode::Direct,
                Phase::Trial | Phase::Formal => true,
                Phase::Cancelled => kept(),
            }
    }

    /// What is done instead of `action` outside the hotline's own hours and its queue's. Its own `closed` is
    /// nearer to the caller than the queue's.
    fn closed(&self, action: &Action) -> Option<Option<Closed>> {
        let (queue, skill, announce) = match action {
            Action::Queue { queue, skill, announce } => {
                (self.table.queue(queue)?.closed.as_ref(), skill.clone(), announce.as_ref())
            }
            Action::Trunk { .. }
            | Action::Emergency { .. }
            | Action::Intercept { .. }
            | Action::Reject { .. } => (None, self.skill(), None),
        };
        let Some(name) = &self.row.hours else {
            return Some(queue.map(|queue| Closed {
                hours: Arc::clone(&queue.hours),
                action: Arc::new(
                    self.table.in_language(queue.then.action(skill.as_ref(), announce), self.language()),
                ),
            }));
        };
        let own = self.table.hours.get(name.get_ref())?;
        let hours = match queue {
            Some(queue) if queue.hours != *own => Arc::new(own.and(&queue.hours)),
            Some(_) | None => Arc::clone(own),
        };
        let action = match &self.row.closed {
            Some(row) => {
                on_closed(self.table, row.get_ref(), self.language())?.action(skill.as_ref(), announce)
            }
            None => Action::Queue { queue: self.back()?.queue, skill, announce: None },
        };
        Some(Some(Closed { hours, action: Arc::new(action) }))
    }

    /// Before the trial: the old destination if we carry it. 12345 is as old as its plan.
    fn legacy(&self) -> Option<Action> {
        if self.attributes.mode == Mode::Direct {
            return self.served(Phase::Legacy);
        }
        let Some(legacy) = self.row.legacy.as_ref().map(Spanned::get_ref) else {
            return Some(Action::clone(&self.table.unknown));
        };
        let number =
            legacy.dial.as_ref().map_or_else(|| self.number.clone(), |n| self.draft.number(n.get_ref()));
        self.to_trunk(trunk_ids(legacy.trunk.as_ref()), number, None)
    }

    fn served(&self, phase: Phase) -> Option<Action> {
        match self.attributes.seats {
            Seats::Moved => Some(Action::Queue {
                queue: self
                    .attributes
                    .queue
                    .as_ref()
                    .map_or_else(|| self.table.general_queue.clone(), QueueId::new),
                skill: self.skill(),
                announce: self.announcement(phase),
            }),
            Seats::Department => {
                let dial = self.row.dial.as_ref();
                let number = dial.map_or_else(|| self.number.clone(), |n| self.draft.number(n.get_ref()));
                self.to_trunk(trunk_ids(self.row.trunk.as_ref()), number, self.back())
            }
        }
    }

    fn cancelled(&self) -> Option<Action> {
        match self.row.after_cancel.as_ref().map(Spanned::get_ref) {
            Some(AfterCancel::Keep) => self.served(Phase::Cancelled),
            Some(AfterCancel::Reject(status)) => {
                Some(Action::Reject { status: *status.get_ref(), notice: None })
            }
            Some(AfterCancel::Intercept(prompt)) => self.intercept(prompt.get_ref()),
            None => match &self.draft.plan?.row.intercept {
                Some(prompt) => self.intercept(prompt.get_ref()),
                None => Some(Action::Reject { status: INTERCEPT_STATUS, notice: None }),
            },
        }
    }

    fn to_trunk(&self, trunks: Arc<[TrunkId]>, number: Number, back: Option<Back>) -> Option<Action> {
        let ring = trunks.first().and_then(|id| self.table.trunk(id)).map(|trunk| trunk.ring);
        let no_answer = length(self.row.no_answer.as_ref()).or(ring)?;
        Some(Action::Trunk { trunks, number, no_answer, back })
    }

    fn back(&self) -> Option<Back> {
        let row = self.row.overflow.as_ref()?.get_ref();
        let when = row.when.as_ref().map(Spanned::get_ref);
        let on = |case: BackWhen| when.map_or(case != BackWhen::NoAnswer, |when| when.contains(&case));
        Some(Back {
            queue: QueueId::new(row.to.as_ref()?.get_ref()),
            skill: self.skill(),
            on_down: on(BackWhen::Down),
            on_full: on(BackWhen::Full),
            on_no_answer: on(BackWhen::NoAnswer),
        })
    }

    fn skill(&self) -> Option<Skill> {
        text(&self.row.skill).map(Skill::new)
    }

    fn announcement(&self, phase: Phase) -> Option<Announce> {
        let plan = &self.draft.plan?.row;
        let own = self.row.announce.as_ref().map(Spanned::get_ref);
        let name = match own.and_then(|own| own.of(phase)) {
            Some(name) => Some(name),
            None if self.attributes.announces => plan.announce.as_ref().map(|name| name.get_ref().as_str()),
            None => None,
        };
        announce(self.table, name?, self.language())
    }

    fn language(&self) -> Option<&str> {
        self.row.language.as_ref().map(|language| language.get_ref().as_str())
    }

    fn intercept(&self, name: &str) -> Option<Action> {
        let prompt = self.table.spoken(name, self.language())?.id.clone();
        Some(Action::Intercept { prompt, status: INTERCEPT_STATUS })
    }
}

/// `announce = "none"` is how a row says that there is no announcement.
fn announce(table: &Table, name: &str, language: Option<&str>) -> Option<Announce> {
    table.spoken(name, language).map(Prompt::announce)
}

fn alias(
    draft: &Draft<'_>,
    table: &Table,
    fates: &BTreeMap<&Number, &Fate>,
    entry: &Entry<AliasRow>,
) -> Option<Fate> {
    let number = draft.number(&entry.key);
    let (via, target) = draft.resolve(&number)?;
    let target = fates.get(&target)?;
    // The announcement nearest to what was dialled: a caller hears one at most.
    let own = via.iter().filter_map(|n| draft.aliases.get(n)).find_map(|alias| alias.row.announce.as_ref());
    let segments = target.segments().map(|segment| {
        let mut segment = NewSegment::from(segment);
        let Some(name) = own else { return segment };
        if let Action::Queue { announce: heard, .. } = Arc::make_mut(&mut segment.action) {
            let language = segment.hotline.as_ref().and_then(|hotline| hotline.language.as_deref());
            let before = std::mem::replace(heard, announce(table, name.get_ref(), language));
            // Where closing changes what is heard, that is nearer still.
            let closed =
                segment.closed.as_mut().map(|closed| Arc::make_mut(&mut Arc::make_mut(closed).action));
            if let Some(Action::Queue { announce: closed, .. }) = closed
                && *closed == before
            {
                closed.clone_from(heard);
            }
        }
        segment
    });
    Some(Fate::new(number, target.kind, segments).known_by(via.into(), text(&entry.row.name)))
}

fn text(text: &Text) -> Option<String> {
    text.as_ref().map(|text| text.get_ref().clone())
}
