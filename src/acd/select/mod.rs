//! Who of the ready agents gets the next caller: one file a strategy. A strategy turns what is known of an
//! agent into one number; the smallest is asked first, and equals are asked in the order of their names.
//! The number may only change when the agent's state does, because the ready agents are kept in its order.

mod longest_idle;

use crate::stdx::Instant;

/// How the next agent is chosen.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum Strategy {
    /// Who has waited longest for a call.
    #[default]
    LongestIdle,
}

/// What a strategy may look at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Standing {
    /// Since when the agent waits for a call.
    pub(super) idle_since: Instant,
}

impl Strategy {
    /// The agent's place among the ready ones: smallest first.
    pub(super) fn rank(self, standing: Standing) -> u64 {
        match self {
            Self::LongestIdle => longest_idle::rank(standing),
        }
    }
}
