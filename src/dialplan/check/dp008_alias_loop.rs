//! dp008: aliases in a circle, or too many in a row. A circle is reported once, at its smallest number; of a row, the
//! aliases that are one too far from their hotline.

use std::collections::BTreeMap;

use crate::dialplan::Diagnostic;
use crate::dialplan::draft::{ALIASES_MAX, Draft};
use crate::event::Number;

pub(super) fn check(draft: &Draft<'_>, found: &mut Vec<Diagnostic>) {
    // How many aliases lie before the hotline, itself among them; none when they lead to no hotline. Remembered, so
    // that a row is walked once however long it is.
    let mut known: BTreeMap<Number, Option<usize>> = BTreeMap::new();
    for start in draft.aliases.keys() {
        let mut row: Vec<Number> = vec![];
        let mut places: BTreeMap<Number, usize> = BTreeMap::new();
        let mut here = start.clone();
        let mut before = loop {
            if draft.hotlines.contains_key(&here) {
                break Some(0);
            }
            if let Some(before) = known.get(&here) {
                break *before;
            }
            if let Some(circle) = places.get(&here).and_then(|first| row.get(*first..)) {
                found.extend(in_a_circle(draft, circle));
                break None;
            }
            let Some(next) = draft.alias_target(&here) else { break None };
            places.insert(here.clone(), row.len());
            row.push(std::mem::replace(&mut here, next));
        };
        for number in row.into_iter().rev() {
            before = before.map(|before| before + 1);
            if before == Some(ALIASES_MAX + 1) {
                found.extend(too_far(draft, &number));
            }
            known.insert(number, before);
        }
    }
}

fn in_a_circle(draft: &Draft<'_>, circle: &[Number]) -> Option<Diagnostic> {
    let (first, smallest) = circle.iter().enumerate().min_by_key(|(_, number)| *number)?;
    let turned = circle.iter().cycle().skip(first).take(circle.len().min(ALIASES_MAX));
    let mut way: Vec<&str> = turned.map(Number::as_str).collect();
    if circle.len() > ALIASES_MAX {
        way.push("…");
    }
    way.push(smallest.as_str());
    let message = format!("these aliases lead back to themselves: {}", way.join(" → "));
    let help = "let one of them name a hotline";
    Some(Diagnostic::error("dp008", draft.aliases.get(smallest)?.at(), message).help(help))
}

fn too_far(draft: &Draft<'_>, number: &Number) -> Option<Diagnostic> {
    let entry = draft.aliases.get(number)?;
    let message = format!("{} is more than {ALIASES_MAX} aliases away from its hotline", entry.key);
    let help = "let it name the hotline itself; whatever is in front of it is nearer then, too";
    Some(Diagnostic::error("dp008", entry.at(), message).help(help))
}
