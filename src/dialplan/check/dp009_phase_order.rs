//! dp009: phases out of order. Trial, formal operation and cut-off come one after the other, none of them
//! at the same instant. Dates of a wave are one fault, with all its hotlines.

use std::collections::BTreeMap;

use crate::dialplan::draft::Draft;
use crate::dialplan::{Diagnostic, Place};

pub(super) fn check(draft: &Draft<'_>, found: &mut Vec<Diagnostic>) {
    let mut faults: BTreeMap<(Place, Place), Diagnostic> = BTreeMap::new();
    // The first of the file stands for the others.
    let mut rows: Vec<_> = draft.schema.hotline.iter().collect();
    rows.sort_by_key(|entry| entry.at());
    for entry in rows {
        let edges = draft.edges(entry);
        let named = [("trial", edges.trial), ("formal operation", edges.formal), ("cut-off", edges.cancel)];
        let named: Vec<_> =
            named.into_iter().filter_map(|(name, edge)| edge.map(|edge| (name, edge))).collect();
        for pair in named.windows(2) {
            let [(before, a), (after, b)] = pair else { continue };
            if a.ms < b.ms {
                continue;
            }
            let again = faults.get_mut(&(a.at.clone(), b.at.clone()));
            if let Some(fault) = again {
                fault.again.push((entry.at(), entry.key.clone()));
                continue;
            }
            let show = |ms| draft.calendar.show(ms);
            let message = format!(
                "{}: the {after} ({}) is not after the {before} ({})",
                entry.key,
                show(b.ms),
                show(a.ms)
            );
            let fault = Diagnostic::error("dp009", b.at.clone(), message)
                .also(a.at.clone(), format!("the {before}"))
                .also(entry.at(), "this hotline")
                .help("correct one of the two dates: each phase ends where the next begins, in the order trial, formal, cancel");
            faults.insert((a.at.clone(), b.at.clone()), fault);
        }
    }
    found.extend(faults.into_values());
}
