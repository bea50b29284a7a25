//! Which hotline a trunk's calls are for, and who is led where nobody wanted him.

use std::collections::BTreeSet;

use tongjie::dialplan::{Action, Table, TargetKind};
use tongjie::event::{Number, Phase, TrunkId};

use super::found::Found;
use super::grid::Met;
use super::plan::{Plan, Trunk};

/// Every rule, where a trunk names none.
const RULES: [&str; 7] =
    ["access", "request-uri", "history-info", "diversion", "p-called-party-id", "to", "default"];

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
    table.fate(&Number::new(number)).unwrap().segments.iter().any(|segment| {
        segment.phase != Some(Phase::Legacy)
            && matches!(&*segment.action, Action::Trunk { trunks, .. } if trunks.contains(&trunk))
    })
}

/// What these callers must not meet.
pub(super) fn led_astray(table: &Table, plan: &Plan, met: &Met<'_>) -> BTreeSet<Found> {
    let mut found = BTreeSet::new();
    let Action::Trunk { trunks, .. } = met.action() else { return found };
    let emergency = |trunk: &TrunkId| plan.trunks[trunk.as_str()].emergency;
    if !met.is_alias() && trunks.iter().any(emergency) {
        found.insert(Found::EmergencyDoor { who: format!("callers of {}", met.fate.number) });
    }
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
    for (row, number, trunks) in plan.dialled.iter().filter(|(_, number, _)| number == "12345") {
        let brings = |trunk: &&String| {
            let trunk = &plan.trunks[*trunk];
            trunk.trusted || !trunk.access.is_empty()
        };
        let own = trunks.iter().find(brings).filter(|_| *number == table.number().to_string());
        found.extend(own.map(|trunk| Found::DialsItself { row: row.clone(), trunk: trunk.clone() }));
    }
    found.extend(no_way_in(table, plan));
    found
}

/// There are trunks that lead to nobody's people, and on none of them a call for 12345 is one.
fn no_way_in(table: &Table, plan: &Plan) -> Option<Found> {
    let people = |kind| matches!(kind, TargetKind::Emergency | TargetKind::SubCenter | TargetKind::Peer);
    let beyond = table.targets().iter().filter(|target| people(target.kind));
    let beyond: BTreeSet<&str> =
        beyond.flat_map(|target| target.trunks.iter().map(TrunkId::as_str)).collect();
    let carriers = plan.trunks.iter().filter(|(name, _)| !beyond.contains(name.as_str()));
    let carriers: Vec<_> = carriers.collect();
    let comes_in = carriers.iter().any(|(_, trunk)| taken_for(plan, trunk).as_deref() == Some("12345"));
    let trunks: BTreeSet<String> = carriers.into_iter().map(|(name, _)| name.clone()).collect();
    (!trunks.is_empty() && !comes_in).then_some(Found::NoWayIn { trunks })
}
