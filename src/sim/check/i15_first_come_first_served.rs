//! 15: among callers of one queue and skill who could be served all the while, who came first is served first.

use super::{Book, Checker, Seen, Verdict, Violation};
use crate::event::{Fact, LegRole};

#[derive(Debug, Default)]
pub(crate) struct Fifo;

impl Checker for Fifo {
    fn see(&mut self, book: &Book, seen: &Seen<'_>) -> Verdict {
        let Seen::Fact(event) = seen else { return Ok(()) };
        let (Fact::LegInvited { leg: LegRole::Agent(agent), .. }, Some(id)) = (&event.fact, event.call)
        else {
            return Ok(());
        };
        let Some(served) = book.calls.get(&id) else { return Ok(()) };
        for other_id in &book.waiting {
            let Some(other) = book.calls.get(other_id) else { continue };
            let same = other.queue == served.queue && other.skill == served.skill;
            let earlier = other.since < served.since && other.eligible_from < book.now;
            // Who has just refused him is left out for a while.
            let refused = other.missed.iter().any(|(who, _)| who == agent);
            if same && earlier && !refused && other.released.is_none() {
                let what =
                    format!("served before {other_id}, who waits in the same line since {:?}", other.since);
                return Err(Violation::of_call(15, id, what));
            }
        }
        Ok(())
    }
}
