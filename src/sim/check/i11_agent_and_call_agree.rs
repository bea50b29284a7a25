//! 11: each agent is in exactly one state, and state and call agree in both directions: as told, and as kept.

use super::{Book, Checker, Node, Seen, Verdict, Violation};
use crate::event::AgentState;
use crate::stdx::Instant;

#[derive(Debug, Default)]
pub(crate) struct Pointers {
    next: Instant,
}

/// What the node keeps is looked through this often.
const EVERY: std::time::Duration = std::time::Duration::from_secs(1);

impl Checker for Pointers {
    fn see(&mut self, book: &Book, seen: &Seen<'_>) -> Verdict {
        if !matches!(seen, Seen::Drained) {
            return Ok(());
        }
        for (id, agent) in &book.agents {
            // As told: who has a call is busy. (Who is busy without one may be winding up: 18.)
            if let (Some(call), true) = (agent.call, agent.state != AgentState::Busy) {
                let what = format!("agent {id} is told to be {:?} and has this call", agent.state);
                return Err(Violation::of_call(11, call, what));
            }
        }
        Ok(())
    }

    fn step(&mut self, book: &Book, node: &Node) -> Verdict {
        if book.now < self.next {
            return Ok(());
        }
        self.next = book.now + EVERY;
        for agent in node.acd().agents() {
            let what = match (agent.state == AgentState::Busy, agent.call) {
                (true, None) => "is busy without a call".to_owned(),
                (false, Some(call)) => format!("is {:?} with call {call:?}", agent.state),
                (true, Some(call)) if node.calls().get(call).is_none() => {
                    "has a call that is not there".to_owned()
                }
                (true, Some(_)) | (false, None) => continue,
            };
            return Err(Violation::of_node(11, format!("agent {} {what}", agent.agent)));
        }
        Ok(())
    }
}
