//! Who must be able to hand callers to whom: 12345 and the people a mode leaves beside it, both ways.
//!
//! | beside 12345                        | from 12345 to them          | from them to 12345                        |
//! |-------------------------------------|-----------------------------|-------------------------------------------|
//! | dedicated seats (a queue of its own)| someone answers that queue  | someone answers callers of 12345 elsewhere |
//! | seats of a department               | a trunk leads there         | a trunk of theirs on which 12345 is 12345 |
//! | another city's 12345                | the same                    | the same                                  |
//!
//! A caller who is handed over goes the ways of one who dials: an agent's key dials for him.
//! *Invariant:* what is demanded is demanded while the mode is in force and its people are open, and then at every
//! instant.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::dialplan::action::Action;
use crate::dialplan::fate::{Fate, Kind, Segment};
use crate::dialplan::hours::Hours;
use crate::dialplan::staff::Agent;
use crate::dialplan::verify::interval::{Caller, Condition};
use crate::dialplan::verify::start::Start;
use crate::dialplan::verify::{Case, Survey};
use crate::dialplan::{Facts, Ingress, Table};
use crate::event::{AgentId, Mode, Number, Phase, QueueId, Skill, TrunkId};

/// Whether a hotline's own people take its calls in this period, so that its mode is in force.
pub(in crate::dialplan) fn in_force(caller: &Caller<'_>) -> bool {
    let phase = caller.segment.phase;
    let kept = phase != Some(Phase::Cancelled)
        || matches!(caller.action, Action::Queue { .. } | Action::Trunk { .. });
    let served = phase.is_some() && phase != Some(Phase::Legacy) && kept;
    served && !caller.closed && caller.fate.via().is_empty()
}

/// Where a call for 12345 waits with someone who can answer it: the queue, and the skill asked for.
type Answered<'t> = (&'t QueueId, Option<&'t Skill>);

/// What becomes of callers who are handed to 12345, in each of its intervals.
#[derive(Debug)]
pub(in crate::dialplan) struct City<'s> {
    table: &'s Table,
    /// Queues that are 12345's own: nobody's dedicated seats.
    queues: BTreeSet<&'s QueueId>,
    intervals: Vec<Interval<'s>>,
    /// First instants of intersections, which many hotlines share.
    known: BTreeMap<Key, Option<i64>>,
    /// Who alone serves such places.
    alone: Alone<'s>,
}

type Alone<'s> = BTreeMap<BTreeSet<Answered<'s>>, Option<&'s AgentId>>;

/// As [`super::interval`] has them: hours are the same if they are one.
type Key = (usize, i64, i64, i64, Vec<(*const Hours, bool)>);

/// An interval of 12345's.
#[derive(Debug)]
struct Interval<'s> {
    /// The same of intervals in which the same becomes of its callers.
    kind: usize,
    case: &'s Case<'s>,
    caller: &'s Caller<'s>,
    answered: Vec<Answered<'s>>,
}

/// An instant at which nobody else at 12345 takes a caller who is handed back.
#[derive(Clone, Debug)]
pub(in crate::dialplan) struct NoWayBack<'s> {
    /// The one agent who takes callers of the seats and of 12345 then; `None`: nobody takes 12345's.
    pub(in crate::dialplan) alone: Option<&'s AgentId>,
    /// The same where the same becomes of him.
    pub(in crate::dialplan) kind: usize,
    /// What becomes of him.
    pub(in crate::dialplan) case: &'s Case<'s>,
    /// Him, at the first instant.
    pub(in crate::dialplan) caller: Caller<'s>,
}

impl<'s> City<'s> {
    pub(in crate::dialplan) fn of(survey: &'s Survey<'s>) -> Self {
        let (table, number) = (survey.table, survey.table.number());
        let segments = table.fate(number).into_iter().flat_map(|fate| fate.segments());
        let queues = segments.filter_map(|segment| segment.action.queue());
        let queues = queues.chain([table.general_queue()]).collect();
        let mut city =
            Self { table, queues, intervals: vec![], known: BTreeMap::new(), alone: BTreeMap::new() };
        for (kind, case) in survey.cases.iter().enumerate() {
            let answered = case.web.waits().filter(|(_, spot, ..)| case.web.is_answered(spot));
            let answered: Vec<Answered<'_>> = answered.map(|(_, _, queue, skill)| (queue, skill)).collect();
            for caller in case.callers.iter().filter(|caller| caller.fate.number == *number) {
                city.intervals.push(Interval { kind, case, caller, answered: answered.clone() });
            }
        }
        city
    }

    /// The first instant of each interval of 12345's at which nobody but the people of the seats `own` is there for
    /// their callers, though these are.
    pub(in crate::dialplan) fn missing(
        &mut self,
        own: Option<Answered<'s>>,
        seats: &Caller<'s>,
    ) -> Vec<NoWayBack<'s>> {
        let mut missing = vec![];
        for (i, Interval { kind, case, caller, answered }) in self.intervals.iter().enumerate() {
            // Who would wait for ever is told by dp012, and by dp041 that 12345 itself is nowhere.
            let told = stuck(case) || !caller.closed && !matches!(caller.action, Action::Queue { .. });
            let others = answered.iter().filter(|(queue, _)| Some(*queue) != own.map(|(queue, _)| queue));
            let mut places: BTreeSet<Answered<'_>> = others.copied().collect();
            let nobody = places.is_empty();
            places.extend(own);
            let alone =
                own.filter(|_| !nobody).and_then(|_| the_only_one(self.table, &mut self.alone, places));
            if told || !nobody && alone.is_none() {
                continue;
            }
            let conditions: Rc<[_]> =
                caller.conditions.iter().chain(seats.conditions.iter()).copied().collect();
            let both = Caller {
                from_ms: caller.from_ms.max(seats.from_ms),
                until_ms: caller.until_ms.min(seats.until_ms),
                at_ms: caller.at_ms.max(seats.at_ms),
                conditions,
                ..Caller::clone(caller)
            };
            let of = |(hours, open): &Condition<'s>| (std::ptr::from_ref(*hours), *open);
            let key = (i, both.from_ms, both.until_ms, both.at_ms, seats.conditions.iter().map(of).collect());
            let first = *self.known.entry(key).or_insert_with(|| both.first_within(both.at_ms, i64::MAX));
            if let Some(at_ms) = first {
                missing.push(NoWayBack { alone, kind: *kind, case, caller: Caller { at_ms, ..both } });
            }
        }
        missing
    }

    /// The one agent who ever serves these seats or 12345: he can hand nobody over.
    pub(in crate::dialplan) fn alone(
        &mut self,
        own: &'s QueueId,
        skill: Option<&'s Skill>,
    ) -> Option<&'s AgentId> {
        let elsewhere = self.intervals.iter().flat_map(|i| &i.answered).filter(|(queue, _)| *queue != own);
        let places = elsewhere.copied().chain([(own, skill)]).collect();
        the_only_one(self.table, &mut self.alone, places)
    }
}

/// Who serves any of these places, if he is one person.
fn the_only_one<'s>(
    table: &'s Table,
    known: &mut Alone<'s>,
    places: BTreeSet<Answered<'s>>,
) -> Option<&'s AgentId> {
    *known.entry(places).or_insert_with_key(|places| {
        let queues = places.iter().filter_map(|(queue, skill)| Some((table.queue(queue)?, *skill)));
        let queues: Vec<_> = queues.collect();
        let serves = |agent: &&Agent| queues.iter().any(|(queue, skill)| agent.may_take(queue, *skill));
        let mut people = table.agents().filter(serves);
        let first = people.next()?;
        people.next().is_none().then_some(&first.id)
    })
}

/// Whether callers wait there for ever.
fn stuck(case: &Case<'_>) -> bool {
    case.web.waits().any(|(_, spot, ..)| !spot.hopeful)
}

/// Whose a call is that dials 12345 on this trunk, an alias being its hotline; `None` when nothing says so. It does not
/// depend on the instant, as long as 12345 is somebody's.
pub(in crate::dialplan) fn back_on<'t>(table: &'t Table, trunk: &TrunkId) -> Option<&'t Fate> {
    let candidates = [(Ingress::RequestUri, table.number().clone())];
    let facts = Facts { trunk: Some(trunk), caller: &Number::new(""), candidates: &candidates };
    let own = table.fate(table.number())?.segments().rfind(|segment| segment.hotline.is_some());
    let (_, _, fate) = table.identify(&facts, own.map_or(i64::MAX, |own| own.from_ms), &mut ())?;
    let hotline = fate.segments().filter(|_| !fate.via().is_empty()).find_map(|s| s.hotline);
    hotline.and_then(|hotline| table.fate(&hotline.number)).or(Some(fate))
}

/// The first period in which this number's calls go to this trunk, before the trial left out.
pub(in crate::dialplan) fn goes_to<'t>(fate: &'t Fate, trunk: &TrunkId) -> Option<Segment<'t>> {
    fate.segments().find(|segment| {
        segment.phase != Some(Phase::Legacy)
            && matches!(segment.action, Action::Trunk { trunks, .. } if trunks.contains(trunk))
    })
}

/// Whether a hotline has dedicated seats: a dual number whose calls go to a queue that is not 12345's.
pub(in crate::dialplan) fn dedicated<'t>(
    city: &City<'_>,
    start: &Start<'t>,
    caller: &Caller<'t>,
) -> Option<(&'t QueueId, Option<&'t Skill>)> {
    let Start::Queue { queue, skill, .. } = start else { return None };
    let dual = caller.segment.hotline?.mode == Mode::DualNumber;
    (dual && !city.queues.contains(queue)).then_some((*queue, *skill))
}

/// Whether a hotline's seats stay with the department.
pub(in crate::dialplan) fn elsewhere(caller: &Caller<'_>) -> bool {
    caller.segment.kind == Kind::Elsewhere && caller.segment.hotline.is_some()
}
