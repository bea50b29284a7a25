//! What a decision says: the hotline for people, and what to do with the call.

use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::time::Duration;

use crate::dialplan::hours::Hours;
use crate::event::{Hotline, Mode, Number, PromptId, QueueId, Skill, TrunkId};

/// What the agent and the record must know about a hotline.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HotlineInfo {
    /// The hotline.
    pub id: Hotline,
    /// Its number.
    pub number: Number,
    /// Its name for people.
    pub name: String,
    /// The department it belongs to.
    pub owner: String,
    /// What the agent says first.
    pub greeting: String,
    /// How it was merged.
    pub mode: Mode,
    /// What its agents must know.
    pub skill: Option<Skill>,
    /// The language its callers are spoken to, where a recording has a variant in it; `None`: each in its own.
    pub language: Option<String>,
}

/// What to do with a call.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Action {
    /// To people: an announcement perhaps, then a queue. Queueing starts when the announcement starts.
    Queue {
        /// Where it waits.
        queue: QueueId,
        /// What the agent must know.
        skill: Option<Skill>,
        /// What the caller hears first, at most once per call.
        announce: Option<Announce>,
    },
    /// To another platform's trunk: a sub-center, or the old destination before the trial.
    Trunk {
        /// In the order to try them.
        trunks: Arc<[TrunkId]>,
        /// The number to dial there.
        number: Number,
        /// How long it may ring.
        no_answer: Duration,
        /// The way back to 12345.
        back: Option<Back>,
    },
    /// An emergency line: handed straight to its trunk, never queued or announced.
    Emergency {
        /// `110`, `119`, `120` or `122`.
        line: Number,
        /// In the order to try them.
        trunks: Arc<[TrunkId]>,
        /// How long one may ring before the next is tried.
        no_answer: Duration,
    },
    /// A cancelled number: the caller hears why, then the call is refused.
    Intercept {
        /// What he hears.
        prompt: PromptId,
        /// The final status.
        status: u16,
    },
    /// Refused, after a spoken notice if there is one.
    Reject {
        /// The final status.
        status: u16,
        /// What the caller hears first.
        notice: Option<PromptId>,
    },
}

impl Action {
    /// The queue it sends a call to at once.
    pub fn queue(&self) -> Option<&QueueId> {
        match self {
            Self::Queue { queue, .. } => Some(queue),
            Self::Trunk { .. } | Self::Emergency { .. } | Self::Intercept { .. } | Self::Reject { .. } => {
                None
            }
        }
    }
}

/// What is done instead while it is closed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Closed {
    /// When it is open.
    pub hours: Arc<Hours>,
    /// What to do when not. Where it leads is always open.
    pub action: Arc<Action>,
}

impl Hash for Closed {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.hours.name().hash(state);
        self.action.hash(state);
    }
}

/// An announcement as a call plays it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Announce {
    /// Which.
    pub prompt: PromptId,
    /// From here on an agent who is free is connected at once; never longer than the recording.
    pub must_hear: Duration,
}

/// How a sub-center's call comes back to 12345.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Back {
    /// Where it waits then.
    pub queue: QueueId,
    /// What the agent must know.
    pub skill: Option<Skill>,
    /// When the trunk is down, silent or answers 5xx.
    pub on_down: bool,
    /// When it is busy or at its capacity.
    pub on_full: bool,
    /// When it rings and nobody answers.
    pub on_no_answer: bool,
}
