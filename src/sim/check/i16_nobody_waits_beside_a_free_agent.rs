//! 16: a caller who waits beside an agent who is free and may take him is offered within 200 ms.

use std::collections::BTreeMap;
use std::time::Duration;

use super::{Book, Checker, Node, Seen, Verdict, Violation};
use crate::event::{AgentId, AgentState, CallId};
use crate::stdx::Instant;

#[derive(Debug, Default)]
pub(crate) struct Idle {
    since: BTreeMap<(CallId, AgentId), Instant>,
}

const BOUND: Duration = Duration::from_millis(200);
/// An agent who has just not taken a call is not asked again at once.
const PAUSE: Duration = Duration::from_millis(5_200);

impl Checker for Idle {
    fn see(&mut self, book: &Book, seen: &Seen<'_>) -> Verdict {
        if !matches!(seen, Seen::Drained) {
            return Ok(());
        }
        let mut pairs = BTreeMap::new();
        if !book.waiting.is_empty() {
            let free = book.agents.iter().filter(|(_, a)| a.state == AgentState::Ready && a.registered);
            for (agent, _) in free {
                for (id, call) in book.waiting.iter().filter_map(|id| Some((id, book.calls.get(id)?))) {
                    let refused = call.missed.iter().any(|(who, at)| who == agent && *at + PAUSE > book.now);
                    if call.eligible_from <= book.now && !refused && book.fits(agent, call) {
                        let key = (*id, agent.clone());
                        let since = self.since.get(&key).copied().unwrap_or(book.now);
                        pairs.insert(key, since);
                    }
                }
            }
        }
        self.since = pairs;
        Ok(())
    }

    fn step(&mut self, book: &Book, _node: &Node) -> Verdict {
        match self.since.iter().find(|(_, since)| **since + BOUND < book.now) {
            Some(((call, agent), since)) => {
                let what = format!("waits beside agent {agent}, free for him since {since}");
                Err(Violation::of_call(16, *call, what))
            }
            None => Ok(()),
        }
    }
}
