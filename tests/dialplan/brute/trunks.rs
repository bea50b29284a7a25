//! Which hotline a trunk's calls are for, and who is led where nobody wanted him.

use std::collections::BTreeSet;

use tongjie::dialplan::fate::{Fate, Segment};
use tongjie::dialplan::{Action, Table, TargetKind};
use tongjie::event::{Number, Phase, TrunkId};

use super::found::Found;
use super::grid::{Met, unknown};
use super::plan::{Plan, Trunk};

/// Every rule, where a trunk names none.
const RULES: [&str; 7] =
    ["access", "request-uri", "history-info", "diversion", "p-called-party-id", "to", "default"];

/// Those that read a header.
const HEADERS: [&str; 4] = ["history-info", "diversion", "p-called-party-id", "to"];

/// The hotline that a call for 12345 is taken for on a trunk, without headers: by the guide, the first rule that hits.
/// 12345 itself is where forwarded calls arrive, so it is kept for the case that no other says more.
fn taken_for(plan: &Plan, trunk: &Trunk) -> Option<String> {
    let rules = trunk.identify.as_deref().unwrap_or(&RULES);
    let bound = trunk.access.iter().find(|(bound, _)| *bound == "12345").map(|(_, hotline)| *hotline);
    let mut kept = None;
    for rule in rules {
        let hit = match *rule {
            "access" => trunk.hotline.or(bound),
            "request-uri" => {
                kept = Some("12345");
                None
            }
            "default" => kept.or(trunk.default),
            _ => None,
        };
        if let Some(hit) = hit {
            return Some(stands_for(plan, hit));
        }
    }
    kept.map(str::to_owned)
}

/// The hotline, of an alias.
pub(super) fn stands_for(plan: &Plan, number: &str) -> String {
    plan.aliases.get(number).map_or_else(|| number.to_owned(), |to| stands_for(plan, to))
}

/// Whether what is sent on to 12345 on this trunk comes to it; or goes out on that trunk again at some time, which is
/// said otherwise.
pub(super) fn hands_back(table: &Table, plan: &Plan, trunk: &str) -> bool {
    let Some(number) = taken_for(plan, &plan.trunks[trunk]) else { return false };
    number == "12345" || goes_out_on(table, &number, trunk)
}

fn goes_out_on(table: &Table, number: &str, trunk: &str) -> bool {
    let trunk = TrunkId::new(trunk);
    table.fate(&Number::new(number)).unwrap().segments().any(|segment| {
        segment.phase != Some(Phase::Legacy)
            && matches!(segment.action, Action::Trunk { trunks, .. } if trunks.contains(&trunk))
    })
}

/// What these callers must not meet.
pub(super) fn led_astray(table: &Table, plan: &Plan, met: &Met<'_>) -> BTreeSet<Found> {
    let mut found = BTreeSet::new();
    let emergency = |trunk: &TrunkId| plan.trunks[trunk.as_str()].emergency;
    if let Action::Trunk { trunks, .. } = met.action()
        && !met.is_alias()
        && trunks.iter().any(emergency)
    {
        found.insert(Found::EmergencyDoor { who: format!("callers of {}", met.fate.number) });
    }
    // Where its people are never there it would be sent back to them if they were; that they are not is another fault.
    let Action::Trunk { trunks, .. } = met.segment.action else { return found };
    for trunk in trunks.iter().filter(|_| met.segment.phase != Some(Phase::Legacy)) {
        let whose = taken_for(plan, &plan.trunks[trunk.as_str()]);
        if whose.is_some_and(|whose| table.fate(&Number::new(whose)).unwrap().number == met.fate.number) {
            found.insert(Found::SentBack { trunk: trunk.to_string() });
        }
    }
    found
}

/// What no instant changes.
pub(super) fn as_written(table: &Table, plan: &Plan) -> BTreeSet<Found> {
    let mut found = BTreeSet::new();
    for (row, _, trunks) in plan.dialled.iter().filter(|(_, number, _)| number == "12345") {
        let back = trunks.iter().find(|trunk| comes_back(table, plan, row, trunk));
        found.extend(back.map(|trunk| Found::DialsItself { row: row.clone(), trunk: trunk.clone() }));
    }
    found.extend(no_way_in(table, plan));
    found
}

/// Whether 12345, dialled for a row on a trunk, is a carrier's to bring back, at some instant at which it is dialled.
fn comes_back(table: &Table, plan: &Plan, row: &str, trunk: &str) -> bool {
    let on = &plan.trunks[trunk];
    let rules = on.identify.as_deref().unwrap_or(&RULES);
    let reads = on.trusted && rules.iter().any(|rule| HEADERS.contains(rule));
    let carriers = reads || (!on.access.is_empty() && rules.contains(&"access"));
    let Some(whose) = taken_for(plan, on).filter(|_| carriers) else { return false };
    let whose = table.fate(&Number::new(whose)).unwrap();
    let own = plan.hotlines.get(row).map(|hotline| table.fate(&Number::new(&hotline.number)).unwrap());
    let dials = |segment: Segment<'_>| {
        segment.actions().any(|action| {
            matches!(action, Action::Trunk { trunks, number, .. }
                if number.as_str() == "12345" && trunks.contains(&TrunkId::new(trunk)))
        })
    };
    // Who is only transferred to is dialled at any time.
    let own: Vec<Segment<'_>> = own.into_iter().flat_map(Fate::segments).collect();
    let dialled =
        |at| own.iter().rev().find(|segment| segment.from_ms <= at).is_some_and(|segment| dials(*segment));
    let served = |at| {
        let now = whose.segments().rev().find(|segment| segment.from_ms <= at).unwrap();
        now.hotline.is_some() && *now.action != *unknown(table, at)
    };
    let mut instants = own.iter().copied().chain(whose.segments()).map(|segment| segment.from_ms);
    instants.any(|at| served(at) && (!own.iter().any(|segment| dials(*segment)) || dialled(at)))
}

/// There are trunks that lead to nobody's people. On none of them a call for 12345 is one; or on one of them no call is
/// anybody's.
fn no_way_in(table: &Table, plan: &Plan) -> BTreeSet<Found> {
    let people = |kind| matches!(kind, TargetKind::Emergency | TargetKind::SubCenter | TargetKind::Peer);
    let beyond = table.targets().iter().filter(|target| people(target.kind));
    let beyond: BTreeSet<&str> =
        beyond.flat_map(|target| target.trunks.iter().map(TrunkId::as_str)).collect();
    let carriers: Vec<_> = plan.trunks.iter().filter(|(name, _)| !beyond.contains(name.as_str())).collect();
    if carriers.iter().any(|(_, trunk)| taken_for(plan, trunk).as_deref() == Some("12345")) {
        let refusing = carriers.into_iter().filter(|(_, trunk)| refuses_all(trunk));
        return refusing.map(|(name, _)| Found::RefusesAll { trunk: name.clone() }).collect();
    }
    let trunks: BTreeSet<String> = carriers.into_iter().map(|(name, _)| name.clone()).collect();
    (!trunks.is_empty()).then_some(Found::NoWayIn { trunks }).into_iter().collect()
}

/// Whether there is no number that any of its rules would take for a hotline's.
fn refuses_all(trunk: &Trunk) -> bool {
    let rules = trunk.identify.as_deref().unwrap_or(&RULES);
    let hits = |rule: &&str| match *rule {
        "access" => trunk.hotline.is_some() || !trunk.access.is_empty(),
        "default" => trunk.default.is_some(),
        "request-uri" => true,
        _ => trunk.trusted,
    };
    !rules.iter().any(hits)
}
