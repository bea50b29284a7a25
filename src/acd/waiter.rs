//! A caller in a queue, inside the ACD.
//!
//! | stage    | eligible | matched  | refused or withdrawn | answered, left | timed out, closed |
//! |----------|----------|----------|----------------------|----------------|-------------------|
//! | Hearing  | Waiting  |          |                      | gone           | gone              |
//! | Waiting  |          | Reserved |                      | gone           | gone              |
//! | Reserved |          |          | Waiting              | gone           |                   |

use std::collections::BTreeMap;

use super::queue::Place;
use super::settings::Waiter;
use super::{AgentKey, QueueKey, ReservationKey};
use crate::stdx::Instant;

/// A caller who waits.
#[derive(Debug)]
pub(super) struct Caller {
    /// As it came in, but with the queue and skill of now.
    pub(super) waiter: Waiter,
    /// The queue he is in.
    pub(super) queue: QueueKey,
    pub(super) place: Place,
    /// When he came into this queue.
    pub(super) entered: Instant,
    /// Queues he was moved through.
    pub(super) moves: u8,
    /// Agents who just refused this call, and until when it is not offered to them again.
    pub(super) refused_by: BTreeMap<AgentKey, Instant>,
    pub(super) stage: Stage,
    /// The timer that is set for him.
    pub(super) wake: Option<Instant>,
}

/// How far he is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Stage {
    /// Hears what must be heard; is not offered.
    Hearing,
    /// May be offered.
    Waiting,
    /// A phone rings for him.
    Reserved(ReservationKey),
}

impl Caller {
    /// Whether the call may be offered to this agent again.
    pub(super) fn allows(&self, now: Instant, agent: AgentKey) -> bool {
        self.refused_by.get(&agent).is_none_or(|until| *until <= now)
    }
}
