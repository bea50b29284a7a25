//! How a call begins, as far as it matters for what can become of it: two calls with one [`Start`] can go the same
//! ways.

use std::time::Duration;

use crate::dialplan::action::{Action, Back};
use crate::event::{Number, PromptId, QueueId, Skill, TrunkId};

/// An [`Action`] that can be ordered.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(in crate::dialplan) enum Start<'t> {
    /// To people.
    Queue {
        /// Where it waits.
        queue: &'t QueueId,
        /// What the agent must know.
        skill: Option<&'t Skill>,
        /// What the caller hears first, and how much of it he is not spared.
        announce: Option<(&'t PromptId, Duration)>,
    },
    /// To another platform.
    Trunk {
        /// In order.
        trunks: &'t [TrunkId],
        /// The way back to 12345.
        back: Option<Return<'t>>,
    },
    /// To an emergency line.
    Emergency {
        /// Which.
        line: &'t Number,
        /// In order.
        trunks: &'t [TrunkId],
    },
    /// A cancelled number.
    Intercept {
        /// What the caller hears.
        prompt: &'t PromptId,
        /// The final status.
        status: u16,
    },
    /// Refused.
    Reject {
        /// The final status.
        status: u16,
        /// What the caller hears.
        notice: Option<&'t PromptId>,
    },
}

/// A [`Back`] that can be ordered.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(in crate::dialplan) struct Return<'t> {
    pub(in crate::dialplan) queue: &'t QueueId,
    pub(in crate::dialplan) skill: Option<&'t Skill>,
    pub(in crate::dialplan) on_down: bool,
    pub(in crate::dialplan) on_full: bool,
    pub(in crate::dialplan) on_no_answer: bool,
}

impl<'t> Start<'t> {
    /// How a decision begins.
    pub(in crate::dialplan) fn of(action: &'t Action) -> Self {
        match action {
            Action::Queue { queue, skill, announce } => Self::Queue {
                queue,
                skill: skill.as_ref(),
                announce: announce.as_ref().map(|announce| (&announce.prompt, announce.must_hear)),
            },
            Action::Trunk { trunks, back, .. } => Self::Trunk { trunks, back: back.as_ref().map(Return::of) },
            Action::Emergency { line, trunks, .. } => Self::Emergency { line, trunks },
            Action::Intercept { prompt, status } => Self::Intercept { prompt, status: *status },
            Action::Reject { status, notice } => Self::Reject { status: *status, notice: notice.as_ref() },
        }
    }
}

impl<'t> Return<'t> {
    fn of(back: &'t Back) -> Self {
        let Back { queue, skill, on_down, on_full, on_no_answer } = back;
        Self {
            queue,
            skill: skill.as_ref(),
            on_down: *on_down,
            on_full: *on_full,
            on_no_answer: *on_no_answer,
        }
    }
}
