//! dp008: aliases in a circle. Each circle is reported once, at its smallest number.

use crate::dialplan::Diagnostic;
use crate::dialplan::draft::Draft;

pub(super) fn check(draft: &Draft<'_>, found: &mut Vec<Diagnostic>) {
    for (number, entry) in &draft.aliases {
        let Err(chain) = draft.resolve(number) else { continue };
        // A tail that leads into a circle is not in it.
        let in_circle = chain.last() == Some(number) && chain.iter().all(|other| number <= other);
        if in_circle {
            let way = chain.iter().map(|n| n.as_str()).collect::<Vec<_>>().join(" → ");
            let message = format!("these aliases lead back to themselves: {way}");
            let help = "let one of them name a hotline";
            found.push(Diagnostic::error("dp008", entry.at(), message).help(help));
        }
    }
}
