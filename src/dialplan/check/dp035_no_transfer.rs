//! dp035: a transfer that the mode demands and that has no way. A dual number with dedicated seats, seats that stay with
//! the department and another city's 12345 hand callers to 12345 and take them from it
//! ([`crate::dialplan::verify::transfer`]); each direction that is missing at some instant is told.

use std::collections::{BTreeMap, BTreeSet};

use crate::dialplan::draft::Draft;
use crate::dialplan::merge;
use crate::dialplan::schema::{Entry, HotlineRow, IngressRow, LinkedKind, Names, Seats, Spanned, names};
use crate::dialplan::verify::interval::Caller;
use crate::dialplan::verify::transfer::{self, City, NoWayBack};
use crate::dialplan::verify::web::{End, Place as At};
use crate::dialplan::verify::{Case, Survey, tell};
use crate::dialplan::{Diagnostic, Place};
use crate::event::{AgentId, Mode, Number, QueueId, Skill, TrunkId};

/// What was written: whoever has to be reached has no trunk at all.
pub(super) fn written(draft: &Draft<'_>, found: &mut Vec<Diagnostic>) {
    let none = |trunks| names(trunks).next().is_none();
    for entry in draft.schema.hotline.iter().filter(|entry| !entry.excuses("trunk")) {
        let Some(attributes) = merge::attributes(&entry.row) else { continue };
        let stays = attributes.mode == Mode::SubCenter && attributes.seats == Seats::Department;
        // dp017 says so when its own calls go there too.
        let told = attributes.ingress != IngressRow::TransferOnly;
        if stays && none(&entry.row.trunk) && !told {
            let message = format!("{} is a transfer target, but no `trunk` leads there", entry.key);
            let at = entry.row.ingress.as_ref().map_or(entry.at(), |ingress| entry.place(ingress));
            found.push(
                Diagnostic::error("dp035", at, message)
                    .also(entry.at(), "agents of 12345 must reach its people")
                    .help("name its trunk: trunk = \"…\""),
            );
        }
    }
    for entry in draft.schema.linked.iter().filter(|entry| !entry.excuses("trunk")) {
        let peer = entry.row.kind.as_ref().filter(|kind| *kind.get_ref() == LinkedKind::Peer);
        let Some(kind) = peer.filter(|_| none(&entry.row.trunk)) else { continue };
        let message = format!("`{}` is a peer platform, but no `trunk` leads there", entry.key);
        found.push(
            Diagnostic::error("dp035", entry.place(kind), message)
                .help("name its trunk; a place that callers are only told of is a utility, or out-of-scope"),
        );
    }
}

/// What becomes of callers who are handed over.
pub(super) fn check(survey: &Survey<'_>, found: &mut Vec<Diagnostic>) {
    let mut city = City::of(survey);
    let mut missing = Missing::default();
    for case in &survey.cases {
        for caller in case.callers.iter().filter(|caller| transfer::in_force(caller)) {
            if let Some((queue, skill)) = transfer::dedicated(&city, &case.start, caller) {
                missing.seats(&mut city, case, caller, queue, skill);
            } else if transfer::elsewhere(caller) {
                missing.back(&mut city, None, case, caller);
                missing.department(survey, caller);
            }
        }
    }
    for entry in &survey.draft.schema.linked {
        let kind = entry.row.kind.as_ref().map(Spanned::get_ref);
        if let (Some(LinkedKind::Peer), Some(names)) = (kind, &entry.row.trunk) {
            missing.door(survey, &Number::new(entry.key.as_str()), names, entry.place(names), String::new());
        }
    }
    missing.tell(survey, found);
}

/// Directions that are missing, each with those who miss it.
#[derive(Default)]
struct Missing<'s> {
    /// From 12345 to dedicated seats: nobody answers there.
    there: BTreeMap<(&'s QueueId, Option<&'s Skill>), There<'s>>,
    /// Dedicated seats and 12345 are one person.
    alone: BTreeMap<(&'s AgentId, &'s QueueId), There<'s>>,
    /// To 12345, by what becomes of its callers then: nobody answers there.
    back: BTreeMap<usize, (NoWayBack<'s>, &'s Caller<'s>, BTreeSet<&'s Number>)>,
    /// To 12345 over this trunk: the call is taken for another.
    doors: BTreeMap<TrunkId, Door>,
}

struct There<'s> {
    case: &'s Case<'s>,
    caller: &'s Caller<'s>,
    numbers: BTreeSet<&'s Number>,
}

struct Door {
    names: BTreeSet<Number>,
    /// Where the first of them names the trunk.
    at: Place,
    /// From when on.
    when: String,
}

impl<'s> Missing<'s> {
    fn seats(
        &mut self,
        city: &mut City<'s>,
        case: &'s Case<'s>,
        caller: &'s Caller<'s>,
        queue: &'s QueueId,
        skill: Option<&'s Skill>,
    ) {
        let numbers = BTreeSet::from([&caller.fate.number]);
        let there = There { case, caller, numbers };
        if let Some((_, spot, ..)) =
            case.web.waits().next().filter(|(_, spot, ..)| !case.web.is_answered(spot))
        {
            // Who would wait there for ever is told by dp012.
            if spot.hopeful {
                add(&mut self.there, (queue, skill), there);
            }
        } else if let Some(agent) = city.alone(queue, skill) {
            add(&mut self.alone, (agent, queue), there);
        } else {
            self.back(city, Some((queue, skill)), case, caller);
        }
    }

    fn back(
        &mut self,
        city: &mut City<'s>,
        own: Option<(&'s QueueId, Option<&'s Skill>)>,
        case: &'s Case<'s>,
        caller: &'s Caller<'s>,
    ) {
        for missing in city.missing(own, caller) {
            if let (Some(agent), Some((queue, _))) = (missing.alone, own) {
                let numbers = BTreeSet::from([&caller.fate.number]);
                add(&mut self.alone, (agent, queue), There { case, caller, numbers });
                continue;
            }
            let first = (missing.clone(), caller, BTreeSet::new());
            let (earliest, by, numbers) = self.back.entry(missing.kind).or_insert(first);
            if missing.caller.at_ms < earliest.caller.at_ms {
                (*earliest, *by) = (missing, caller);
            }
            numbers.insert(&caller.fate.number);
        }
    }

    fn department(&mut self, survey: &Survey<'s>, caller: &Caller<'s>) {
        let Some((row, names)) = survey.row(caller).and_then(|row| Some((row, row.row.trunk.as_ref()?)))
        else {
            return;
        };
        let when = tell::when(survey.draft, caller);
        self.door(survey, &caller.fate.number, names, row.place(names), format!(" {when}"));
    }

    /// One of the trunks must bring calls for 12345 as such.
    fn door(&mut self, survey: &Survey<'_>, who: &Number, names: &Spanned<Names>, at: Place, when: String) {
        let trunks: Vec<TrunkId> = names.get_ref().0.iter().map(TrunkId::new).collect();
        let city = survey.table.number();
        let good = |trunk: &TrunkId| {
            let fate = transfer::back_on(survey.table, trunk);
            // dp034 tells of calls that would be sent back.
            fate.is_some_and(|fate| fate.number == *city || transfer::goes_to(fate, trunk).is_some())
        };
        let Some(first) = trunks.first().filter(|_| !trunks.iter().any(good)) else { return };
        let door = self.doors.entry(first.clone());
        door.or_insert_with(|| Door { names: BTreeSet::new(), at, when }).names.insert(who.clone());
    }

    fn tell(self, survey: &Survey<'_>, found: &mut Vec<Diagnostic>) {
        let there = self.there.into_iter().map(|((queue, skill), there)| there.nobody(survey, queue, skill));
        found.extend(there);
        found.extend(self.alone.into_iter().map(|((agent, queue), there)| there.alone(survey, agent, queue)));
        found.extend(
            self.back.into_values().map(|(missing, by, numbers)| no_way_back(survey, &missing, by, numbers)),
        );
        found.extend(self.doors.into_iter().filter_map(|(trunk, door)| door.tell(survey, &trunk)));
    }
}

fn add<'s, K: Ord>(into: &mut BTreeMap<K, There<'s>>, key: K, there: There<'s>) {
    let numbers = there.numbers.clone();
    into.entry(key).or_insert(there).numbers.extend(numbers);
}

fn queue_of(row: &Entry<HotlineRow>) -> Place {
    row.row.queue.as_ref().map_or(row.at(), |queue| row.place(queue))
}

impl There<'_> {
    fn nobody(self, survey: &Survey<'_>, queue: &QueueId, skill: Option<&Skill>) -> Diagnostic {
        let Self { case, caller, numbers } = self;
        let city = survey.table.number();
        let message = format!(
            "agents of {city} cannot hand callers to {}: nobody answers in the queue `{queue}`{}, {}",
            tell::listed(numbers),
            tell::with_skill(skill),
            tell::during(survey.draft, caller),
        );
        let mut diagnostic = Diagnostic::error("dp035", survey.row(caller).map(queue_of), message);
        if let Some(row) = survey.rows.queues.get(queue.as_str()) {
            diagnostic = diagnostic.also(row.at(), "nobody answers here");
        }
        let first = handed(survey, city, caller);
        let to = case.web.waits().next().map_or(0, |(at, ..)| at);
        diagnostic.note(tell::way_from(first, &case.web, to)).help(
            "give an agent this queue and the skills it asks for; a hotline without seats of its own needs no `queue`",
        )
    }

    fn alone(self, survey: &Survey<'_>, agent: &AgentId, queue: &QueueId) -> Diagnostic {
        let city = survey.table.number();
        let message = format!(
            "agent {agent} alone serves the queue `{queue}` of {} and {city}: he has nobody to hand callers to",
            tell::listed(self.numbers),
        );
        let mut diagnostic = Diagnostic::warning("dp035", survey.row(self.caller).map(queue_of), message);
        if let Some(row) = survey.rows.agents.get(agent.as_str()) {
            diagnostic = diagnostic.also(row.at(), "the only one who answers either");
        }
        let first = handed(survey, city, self.caller);
        let way = format!("{first}\n  → agent {agent} would be handed his own caller");
        diagnostic.note(way).help(format!("give another agent the queue `{queue}`, or one of {city}'s"))
    }
}

fn handed(survey: &Survey<'_>, from: &Number, to: &Caller<'_>) -> String {
    let number = &to.fate.number;
    format!("a caller of {from} is handed to {number} {}", tell::when(survey.draft, to))
}

fn no_way_back(
    survey: &Survey<'_>,
    missing: &NoWayBack<'_>,
    by: &Caller<'_>,
    numbers: BTreeSet<&Number>,
) -> Diagnostic {
    let city = survey.table.number();
    let NoWayBack { case, caller, .. } = missing;
    // Whoever answers there at all is one of those who hand him over.
    let own = case.web.spots.iter().position(|spot| matches!(spot.place, At::End(End::Agent(_))));
    let who = if own.is_some() { "only those who hand them over take" } else { "nobody takes" };
    let message = format!(
        "callers of {} cannot be handed to {city} {}: {who} them there",
        tell::listed(numbers),
        tell::during(survey.draft, caller),
    );
    let row = survey.row(caller);
    let queue = caller.segment.action.queue().and_then(|queue| survey.rows.queues.get(queue.as_str()));
    let hours = row.and_then(|row| Some(row.place(row.row.hours.as_ref()?)));
    let hours = hours.or_else(|| queue.and_then(|row| Some(row.place(row.row.hours.as_ref()?))));
    let mut diagnostic = Diagnostic::error("dp035", hours.or_else(|| row.map(Entry::at)), message);
    if let Some(row) = survey.row(by) {
        let label = format!("{} is open then", by.fate.number);
        diagnostic =
            diagnostic.also(row.row.hours.as_ref().map_or(row.at(), |hours| row.place(hours)), label);
    }
    let first =
        format!("a caller of {} is handed to {city} {}", by.fate.number, tell::when(survey.draft, caller));
    let end = own.unwrap_or(case.web.spots.len().saturating_sub(1));
    let first_waits = case.web.waits().next().map(|(_, _, queue, _)| queue);
    let help = match (own, first_waits) {
        (Some(_), Some(queue)) => {
            format!("give somebody else the queue `{queue}`, where callers of {city} wait")
        }
        (_, _) => format!(
            "let someone answer {city} then: closed = {{ to = \"…\" }} names a queue that is staffed; or let the hotline close too"
        ),
    };
    diagnostic.note(tell::way_from(first, &case.web, end)).help(help)
}

impl Door {
    fn tell(self, survey: &Survey<'_>, trunk: &TrunkId) -> Option<Diagnostic> {
        let (table, city) = (survey.table, survey.table.number());
        let entry = survey.rows.trunks.get(trunk.as_str())?;
        let bound = entry.row.access.iter().flatten().map(|(bound, _)| bound);
        let bound = bound.into_iter().find(|bound| survey.draft.number(bound.get_ref()) == *city);
        let row = &entry.row;
        let (at, what, help) = match transfer::back_on(table, trunk) {
            Some(fate) => {
                let says = row.hotline.as_ref().or(bound).or(row.default_hotline.as_ref());
                let help = "let the number dialled say what a call is for: take this off the trunk";
                (says.map(|text| entry.place(text)), format!("taken for a call of {}", fate.number), help)
            }
            None => {
                let says = row.identify.as_ref().map(|rules| entry.place(rules));
                let help = "let the number dialled say what a call is for: add \"request-uri\" to `identify`";
                (says, "refused: nothing says what it is for".to_owned(), help)
            }
        };
        let who = tell::listed(&self.names);
        let message = format!("a caller whom {who} hands to {city} on the trunk `{trunk}` is {what}");
        let way = format!("{city} is dialled on the trunk `{trunk}`{}\n  → {what}", self.when);
        Some(
            Diagnostic::error("dp035", at.unwrap_or(entry.at()), message)
                .also(self.at, "calls to them go to that trunk, and theirs come back on it")
                .note(way)
                .help(help),
        )
    }
}
