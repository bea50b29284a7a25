//! 30: without calls nothing is kept: no call, dialog, transaction or wake-up beyond what registrations and
//! signs of life explain.

use super::{Book, Checker, Node, Seen, Verdict, Violation};

#[derive(Debug, Default)]
pub(crate) struct Leaks;

impl Checker for Leaks {
    fn see(&mut self, _book: &Book, _seen: &Seen<'_>) -> Verdict {
        Ok(())
    }

    fn finish(&mut self, book: &Book, node: &Node) -> Verdict {
        let usage = node.stack().usage();
        let explained = book.lately.len();
        let too_many = [
            ("calls", node.calls().len(), 0),
            ("timers of calls", node.calls().timers(), 0),
            ("dialogs", usage.dialogs, 0),
            ("transactions", usage.transactions, explained),
            ("wake-ups", usage.timers, 8 * (explained + usage.bindings) + 64),
        ];
        match too_many.iter().find(|(_, have, may)| have > may) {
            Some((what, have, may)) => {
                Err(Violation::of_node(30, format!("{have} {what} are left where {may} can be explained")))
            }
            None => Ok(()),
        }
    }
}
