//! 5: no leg outlives its call by more than 32 s, and no leg begins when its call is over.

use std::time::Duration;

use super::{Book, Checker, Due, Node, Seen, Verdict, Violation};
use crate::event::{CallId, Fact};

#[derive(Debug, Default)]
pub(crate) struct Outliving {
    due: Due<CallId>,
}

/// 64·T1 and a moment.
const BOUND: Duration = Duration::from_millis(33_000);

impl Checker for Outliving {
    fn see(&mut self, book: &Book, seen: &Seen<'_>) -> Verdict {
        let Seen::Fact(event) = seen else { return Ok(()) };
        let Some(id) = event.call else { return Ok(()) };
        match &event.fact {
            Fact::CallReleased { .. } => self.due.set(book.now + BOUND, id),
            Fact::LegInvited { .. } if book.calls.get(&id).is_some_and(|call| call.released.is_some()) => {
                return Err(Violation::of_call(5, id, "a leg was invited after the call was over"));
            }
            _ => {}
        }
        Ok(())
    }

    fn step(&mut self, book: &Book, _node: &Node) -> Verdict {
        while let Some(id) = self.due.take(book.now) {
            let legs = book.calls.get(&id).map(|call| call.legs.as_slice()).unwrap_or_default();
            for leg in legs {
                // An INVITE that nobody ever answered ends by itself (timer B), and a cancelled one too.
                let live = book.legs.get(leg).is_some_and(|leg| leg.live() && leg.heard);
                if live {
                    return Err(Violation::of_leg(5, leg, "the leg lives 33 s after its call was over"));
                }
            }
        }
        Ok(())
    }
}
