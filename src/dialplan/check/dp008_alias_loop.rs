//! dp008: aliases in a circle, or more of them in a row than a number may have. Each circle is reported once, from its
//! smallest number on.

use std::collections::BTreeMap;

use crate::dialplan::Diagnostic;
use crate::dialplan::draft::{ALIASES_MAX, Draft};
use crate::event::Number;

/// Most aliases of a circle that are named.
const NAMED_MAX: usize = 8;

pub(super) fn check(draft: &Draft<'_>, found: &mut Vec<Diagnostic>) {
    for circle in circles(draft) {
        let Some(entry) = circle.first().and_then(|number| draft.aliases.get(number)) else { continue };
        let names: Vec<&str> = circle.iter().chain(circle.first()).map(Number::as_str).collect();
        let way = match names.get(..NAMED_MAX) {
            Some(first) if names.len() > NAMED_MAX + 1 => {
                format!("{} → … ({} aliases)", first.join(" → "), circle.len())
            }
            Some(_) | None => names.join(" → "),
        };
        let message = format!("these aliases lead back to themselves: {way}");
        let help = "let one of them name a hotline";
        found.push(Diagnostic::error("dp008", entry.at(), message).help(help));
    }
    // Of a chain that is too long, the first alias that is one too many.
    for (number, entry) in &draft.aliases {
        let next = draft.alias_of(number);
        if draft.resolve(number).is_err()
            && next.is_some_and(|next| matches!(draft.resolve(&next), Ok(Some(_))))
        {
            let message = format!("{number} leads to its hotline through more than {ALIASES_MAX} aliases");
            let help = "let it name the hotline itself";
            found.push(Diagnostic::error("dp008", entry.at(), message).help(help));
        }
    }
}

/// Each alias has one way on, so that one walk from each, stopped where another has been, finds every circle.
fn circles(draft: &Draft<'_>) -> Vec<Vec<Number>> {
    let mut circles = vec![];
    let mut walked: BTreeMap<Number, usize> = BTreeMap::new();
    for (walk, start) in draft.aliases.keys().enumerate() {
        let mut way: Vec<Number> = vec![];
        let mut here = start.clone();
        while !walked.contains_key(&here) {
            let Some(next) = draft.alias_of(&here) else { break };
            walked.insert(here.clone(), walk);
            way.push(std::mem::replace(&mut here, next));
        }
        if walked.get(&here) == Some(&walk)
            && let Some(begins) = way.iter().position(|number| *number == here)
        {
            let mut circle = way.split_off(begins);
            let smallest = circle.iter().enumerate().min_by_key(|(_, number)| *number).map_or(0, |(i, _)| i);
            circle.rotate_left(smallest);
            circles.push(circle);
        }
    }
    circles
}
