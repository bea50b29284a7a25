//! 18: an agent is never stuck: who is busy has a living leg or will be free soon, and paperwork ends.

use std::time::Duration;

use super::{Book, Checker, Node, Seen, Verdict, Violation};
use crate::event::{AgentState, LegRole};
use crate::stdx::Instant;

#[derive(Debug, Default)]
pub(crate) struct Stuck {
    next: Instant,
}

const EVERY: Duration = Duration::from_secs(1);
/// 64·T1 for a phone that is silent, and a moment.
const BOUND: Duration = Duration::from_millis(34_000);

impl Checker for Stuck {
    fn see(&mut self, _book: &Book, _seen: &Seen<'_>) -> Verdict {
        Ok(())
    }

    fn step(&mut self, book: &Book, _node: &Node) -> Verdict {
        if book.now < self.next {
            return Ok(());
        }
        self.next = book.now + EVERY;
        let wrap_up = book.table.queues().map(|queue| queue.wrap_up).max().unwrap_or_default();
        for (id, agent) in &book.agents {
            let bound = match agent.state {
                AgentState::Busy => BOUND,
                AgentState::WorkingAfterCall => wrap_up + EVERY,
                AgentState::LoggedOff | AgentState::NotReady | AgentState::Ready => continue,
            };
            if agent.since + bound >= book.now {
                continue;
            }
            let own = |leg: &super::super::book::LegBook| leg.role == Some(LegRole::Agent(id.clone()));
            let last_end =
                book.legs.values().filter(|leg| own(leg)).filter_map(|leg| leg.ended.or(leg.cancelled)).max();
            let living = book.live_legs(own).next().is_some();
            let winding = last_end.is_some_and(|at| at + bound >= book.now);
            if agent.state == AgentState::WorkingAfterCall || !living && !winding {
                let what = format!(
                    "agent {id} has been {:?} since {} and nothing will end it",
                    agent.state, agent.since
                );
                return Err(Violation::of_node(18, what));
            }
        }
        Ok(())
    }
}
