//! 14: no call is offered to an agent who is not available, lacks the skill, or is logged off.

use super::{Book, Checker, Seen, Verdict, Violation};
use crate::event::{Fact, LegRole};

#[derive(Debug, Default)]
pub(crate) struct Offers;

impl Checker for Offers {
    fn see(&mut self, book: &Book, seen: &Seen<'_>) -> Verdict {
        let Seen::Fact(event) = seen else { return Ok(()) };
        let (Fact::LegInvited { leg: LegRole::Agent(id), .. }, Some(call_id)) = (&event.fact, event.call)
        else {
            return Ok(());
        };
        let (Some(agent), Some(call)) = (book.agents.get(id), book.calls.get(&call_id)) else {
            return Err(Violation::of_call(
                14,
                call_id,
                format!("offered to {id}, whom the plan does not have"),
            ));
        };
        let why = if !agent.registered {
            "has no phone"
        } else if !agent.was_ready {
            "was not ready"
        } else if !book.fits(id, call) {
            "does not serve this queue or lacks the skill"
        } else if book.now < call.eligible_from {
            "was rung before the caller had heard what he must hear"
        } else {
            return Ok(());
        };
        Err(Violation::of_call(14, call_id, format!("offered to agent {id}, who {why}")))
    }
}
