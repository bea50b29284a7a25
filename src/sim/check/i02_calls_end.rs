//! 2: a call whose last live leg has ended is over soon after; in the end every call is over.

use std::time::Duration;

use super::{Book, Checker, Due, Node, Seen, Verdict, Violation};
use crate::event::CallId;

#[derive(Debug, Default)]
pub(crate) struct Ends {
    due: Due<CallId>,
}

/// 64·T1 for a peer that is silent, 3 s for us.
const BOUND: Duration = Duration::from_secs(35);

impl Checker for Ends {
    fn see(&mut self, book: &Book, seen: &Seen<'_>) -> Verdict {
        let (Seen::In { text, .. } | Seen::Out { text, .. }) = seen else { return Ok(()) };
        let leg = book.legs.get(text.call_id());
        if let Some(call) = leg.filter(|leg| leg.ended == Some(book.now)).and_then(|leg| leg.call) {
            self.due.set(book.now + BOUND, call);
        }
        Ok(())
    }

    fn step(&mut self, book: &Book, _node: &Node) -> Verdict {
        while let Some(id) = self.due.take(book.now) {
            let Some(call) = book.calls.get(&id) else { continue };
            let last = call.legs.iter().filter_map(|leg| book.legs.get(leg)).map(|leg| leg.ended);
            let ended: Option<Vec<_>> = last.collect();
            let over =
                ended.and_then(|all| all.into_iter().max()).is_some_and(|last| last + BOUND <= book.now);
            if over && call.released.is_none() {
                return Err(Violation::of_call(2, id, "all its legs ended 35 s ago and the call has not"));
            }
        }
        Ok(())
    }

    fn finish(&mut self, book: &Book, _node: &Node) -> Verdict {
        match book.calls.iter().find(|(_, call)| call.released.is_none()) {
            Some((id, call)) => {
                Err(Violation::of_call(2, *id, format!("it arrived at {} and never ended", call.arrived)))
            }
            None => Ok(()),
        }
    }
}
