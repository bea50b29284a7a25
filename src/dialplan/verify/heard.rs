//! What callers hear on their ways, and where.

use crate::dialplan::staff::{OnClosed, OnFull};
use crate::dialplan::verify::web::{End, Place, Step};
use crate::dialplan::verify::{Case, Survey};
use crate::event::PromptId;

/// A recording at a spot of a web.
#[derive(Clone, Copy, Debug)]
pub(in crate::dialplan) struct Heard<'t> {
    /// Which.
    pub(in crate::dialplan) prompt: &'t PromptId,
    /// Where.
    pub(in crate::dialplan) at: usize,
    /// As what.
    pub(in crate::dialplan) role: Role,
}

/// As what a recording is heard.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::dialplan) enum Role {
    /// Before or while the caller begins to wait, once.
    Announcement,
    /// Before he is refused.
    Notice,
    /// Again and again while he waits.
    Music,
}

/// Everything heard on any way of a case.
pub(in crate::dialplan) fn heard<'t>(survey: &Survey<'t>, case: &Case<'t>) -> Vec<Heard<'t>> {
    let mut all = vec![];
    let mut add = |prompt, at, role| all.push(Heard { prompt, at, role });
    for (at, spot) in case.web.spots.iter().enumerate() {
        match (spot.from, spot.place) {
            (Some((_, Step::Heard(prompt))), _) => add(prompt, at, Role::Notice),
            (_, Place::Wait { queue, moves, announce, .. }) => {
                if let Some(prompt) = announce.filter(|_| moves == 0) {
                    add(prompt, at, Role::Announcement);
                }
                if let Some(prompt) = survey.table.queue(queue).and_then(|queue| queue.music.as_ref()) {
                    add(prompt, at, Role::Music);
                }
            }
            (_, Place::End(End::Full(queue))) => {
                if let Some(OnFull::Reject { notice: Some(prompt), .. }) =
                    survey.table.queue(queue).map(|queue| &queue.full)
                {
                    add(prompt, at, Role::Notice);
                }
            }
            (_, Place::End(End::Closed(queue))) => {
                let closing = survey.table.queue(queue).and_then(|queue| queue.closed.as_ref());
                if let Some(OnClosed::Reject { notice: Some(prompt), .. }) =
                    closing.map(|closing| &closing.then)
                {
                    add(prompt, at, Role::Notice);
                }
            }
            (_, Place::Start | Place::Dial { .. } | Place::Enter { .. } | Place::End(_)) => {}
        }
    }
    all
}
