//! dp009: phases out of order. Trial, formal operation and cut-off come one after the other, none of them
//! at the same instant.

use crate::dialplan::Diagnostic;
use crate::dialplan::draft::Draft;

pub(super) fn check(draft: &Draft<'_>, found: &mut Vec<Diagnostic>) {
    for entry in &draft.schema.hotline {
        let edges = draft.edges(entry);
        let named = [("trial", edges.trial), ("formal operation", edges.formal), ("cut-off", edges.cancel)];
        let named: Vec<_> =
            named.into_iter().filter_map(|(name, edge)| edge.map(|edge| (name, edge))).collect();
        for pair in named.windows(2) {
            let [(before, a), (after, b)] = pair else { continue };
            if a.ms >= b.ms {
                let show = |ms| draft.calendar.show(ms);
                let message = format!(
                    "{}: the {after} ({}) is not after the {before} ({})",
                    entry.key,
                    show(b.ms),
                    show(a.ms)
                );
                let help = "a phase holds up to, not including, the first instant of the next: trial, formal, cancel";
                found.push(
                    Diagnostic::error("dp009", b.at.clone(), message)
                        .also(a.at.clone(), format!("the {before}"))
                        .also(entry.at(), "this hotline")
                        .help(help),
                );
            }
        }
    }
}
