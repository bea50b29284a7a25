//! What is refused as it is written, before anything is built.

use std::collections::{BTreeMap, BTreeSet};

use super::found::Found;
use super::plan::{Plan, Trunk};

pub(super) fn faults(plan: &Plan) -> BTreeSet<Found> {
    let mut found = BTreeSet::new();
    found.extend(led_to_transferred(plan));
    found.extend(two_owners(plan));
    let bad = plan.trunks.values().any(rules);
    found.extend(bad.then(|| Found::RuleNeverCounts { trunk: String::new() }));
    let silenced = plan.trunks.iter().filter(|(_, trunk)| {
        trunk.hotline.is_some() && (trunk.default.is_some() || !trunk.access.is_empty())
    });
    found.extend(silenced.map(|(trunk, _)| Found::NothingElseCounts { trunk: trunk.clone() }));
    let here = |key: &str| plan.hotlines[key].department.is_empty();
    let nobody =
        plan.hotlines.iter().filter(|(key, row)| row.only_transferred && here(key) && *key != "12345");
    found.extend(nobody.map(|(key, _)| Found::TransferredToNobody { hotline: key.clone() }));
    found.extend(plan.unheard.map(|alias| Found::Unheard { alias: alias.to_owned() }));
    emergency(plan, &mut found);
    found
}

/// Aliases and trunks whose calls are for a number that only agents reach, in whichever owner's time.
fn led_to_transferred(plan: &Plan) -> impl Iterator<Item = Found> {
    let led = plan.aliases.values().map(String::as_str);
    let led: BTreeSet<&str> = led.chain(plan.trunks.values().flat_map(Trunk::hotlines)).collect();
    let closed = plan.hotlines.values().filter(move |row| row.only_transferred && led.contains(&*row.number));
    closed.map(|row| Found::LedToTransferred { number: row.number.clone() })
}

/// Two rows that have one number at one time. Dates of one length sort as they are written.
fn two_owners(plan: &Plan) -> BTreeSet<Found> {
    let mut owners: BTreeMap<&str, Vec<(&str, &str)>> = BTreeMap::new();
    for row in plan.hotlines.values() {
        let time = (row.from.unwrap_or("0000"), row.until.unwrap_or("9999"));
        owners.entry(&row.number).or_default().push(time);
    }
    let overlap = |times: &[(&str, &str)]| match times {
        [a, b] => a.0.max(b.0) < a.1.min(b.1),
        _ => false,
    };
    let both = owners.into_iter().filter(|(_, times)| overlap(times));
    both.map(|(number, _)| Found::TwoOwners { number: number.to_owned() }).collect()
}

/// Whether a trunk names a rule that can never count: twice, after the last, or a header that is not believed.
fn rules(trunk: &Trunk) -> bool {
    let rules = trunk.identify.as_deref().unwrap_or_default();
    let once: BTreeSet<&str> = rules.iter().copied().collect();
    let last = rules.iter().position(|rule| *rule == "default").is_none_or(|at| at + 1 == rules.len());
    let header = |rule: &&str| !matches!(*rule, "access" | "request-uri" | "default");
    once.len() < rules.len() || !last || !trunk.trusted && rules.iter().any(header)
}

/// 110 as what other calls are for, or are dialled; and the police's trunk for whoever is transferred.
fn emergency(plan: &Plan, found: &mut BTreeSet<Found>) {
    let mut door = |who: String| found.insert(Found::EmergencyDoor { who });
    for (name, trunk) in &plan.trunks {
        for (bound, hotline) in trunk.access.iter().filter(|(bound, _)| *bound == "110") {
            door(format!("{bound} to {hotline} on the trunk {name}"));
        }
        if trunk.hotlines().any(|hotline| hotline == "110") {
            door(format!("other calls on the trunk {name}"));
        }
    }
    for (row, _, _) in plan.dialled.iter().filter(|(_, number, _)| number == "110") {
        door(format!("callers of {row}"));
    }
    let police = |trunk: &String| plan.trunks[trunk].emergency;
    for (row, _) in plan.linked.iter().filter(|(_, place)| police(&place.trunk)) {
        door(format!("callers who are transferred to {row}"));
    }
    for (key, row) in &plan.hotlines {
        if row.only_transferred && row.department.iter().any(police) {
            door(format!("callers who are transferred to {key}"));
        }
    }
}
