//! Announcements and notices: what a caller hears before a person.
//!
//! Announcing never delays an agent: queueing starts when the announcement starts. The decision's is played once in a call:
//! a queue that closes while he waits may lead him to one of its own, but not to that one again ([`super::wait`]). A notice is
//! the last thing he hears.

use std::time::Duration;

use super::Call;
use super::call::{Noticing, State, Timer};
use super::means::Hand;
use crate::event::{By, EndCause, Fact, PromptId, QueueId};
use crate::media::Source;

/// When the media plane has not told the end of a prompt by then, the call goes on without it. The longest
/// recording `check` lets pass is a minute.
const GUARD: Duration = Duration::from_secs(62);

impl Call {
    /// Plays an announcement to the caller, as early media or, after the 200, as sound. What a queue says to all who
    /// come is said in the language of the hotline each of them called.
    pub(super) fn announce(&mut self, hand: &mut Hand<'_, '_>, prompt: PromptId) {
        let language = self.decided.hotline.as_ref().and_then(|hotline| hotline.language.as_deref());
        let prompt = self.table.spoken(prompt.as_str(), language).map_or(prompt, |spoken| spoken.id.clone());
        self.play_to_caller(hand, Source::Prompt { prompt: prompt.clone(), from: Duration::ZERO });
        self.start(hand, Timer::Announced, GUARD);
        self.tell(hand, Fact::AnnouncementStarted { prompt: prompt.clone() });
        self.heard.push(prompt.clone());
        self.announcing = Some(prompt);
    }

    /// Whether a recording's time is now. `check` proves it for whoever calls; who has waited comes to one later, and
    /// what is no longer true he is not told.
    pub(super) fn may_hear(&self, hand: &Hand<'_, '_>, prompt: &PromptId) -> bool {
        self.table.announcement(prompt).is_none_or(|prompt| prompt.holds(hand.means.wall_ms))
    }

    /// Whether it was played to the caller before, under whatever name and in whatever language.
    pub(super) fn has_heard(&self, prompt: &PromptId) -> bool {
        self.heard.iter().any(|heard| self.table.say_the_same(heard, prompt))
    }

    /// A queue's music, while its time is; nothing that was announced to him.
    pub(super) fn music_of(&self, hand: &Hand<'_, '_>, queue: &QueueId) -> Option<PromptId> {
        let music = self.table.queue(queue)?.music.clone();
        music.filter(|prompt| self.may_hear(hand, prompt) && !self.has_heard(prompt))
    }

    /// Lets [`Timer::Music`] end what plays when its time does.
    pub(super) fn watch_music(&mut self, hand: &mut Hand<'_, '_>, music: Option<&PromptId>) {
        let until_ms = music.and_then(|prompt| self.table.announcement(prompt)).map(|prompt| prompt.until_ms);
        match until_ms.filter(|until_ms| *until_ms < i64::MAX) {
            Some(until_ms) => {
                let left_ms = until_ms.saturating_sub(hand.means.wall_ms);
                self.start(hand, Timer::Music, Duration::from_millis(u64::try_from(left_ms).unwrap_or(0)));
            }
            None => self.stop(Timer::Music),
        }
    }

    /// Who waits or is held hears what he would if that began now.
    pub(super) fn music_over(&mut self, hand: &mut Hand<'_, '_>) {
        match &self.state {
            State::Waiting(_) if self.announcing.is_none() => self.hear_waiting(hand),
            State::Connected(_) => self.music_for_all_held(hand),
            State::Waiting(_)
            | State::Offering
            | State::Noticing(_)
            | State::Dialling(_)
            | State::Released { .. } => {}
        }
    }

    /// Plays a notice as early media, then refuses the call; at once when it cannot or must not be played, or he has heard
    /// it (`check` lets no plan come to that that it can follow).
    pub(super) fn notice(&mut self, hand: &mut Hand<'_, '_>, prompt: Option<PromptId>, end: Noticing) {
        let can_hear = self.caller_leg.remote.is_some();
        let new = |prompt: &PromptId| self.may_hear(hand, prompt) && !self.has_heard(prompt);
        let Some(prompt) = prompt.filter(|prompt| can_hear && new(prompt)) else {
            let (status, cause) = (end.status, end.cause);
            return self.release_with(hand, cause, By::Node, status);
        };
        self.state = State::Noticing(end);
        self.hear_early(hand);
        self.announce(hand, prompt);
    }

    /// What plays to the caller has ended: `whole` when he heard all of it.
    pub(super) fn announcement_over(&mut self, hand: &mut Hand<'_, '_>, whole: bool) {
        self.end_announcement(hand, whole);
        match &self.state {
            State::Noticing(end) => {
                let (status, cause) = (end.status, end.cause);
                self.release_with(hand, cause, By::Node, status);
            }
            State::Waiting(_) => self.hear_waiting(hand),
            State::Offering | State::Dialling(_) | State::Connected(_) | State::Released { .. } => {}
        }
    }

    /// Tells the end of the announcement, if one plays; commands nothing.
    pub(super) fn end_announcement(&mut self, hand: &mut Hand<'_, '_>, whole: bool) {
        self.stop(Timer::Announced);
        if let Some(prompt) = self.announcing.take() {
            self.tell(hand, Fact::AnnouncementEnded { prompt, whole });
        }
    }

    /// The media plane heard of no such recording; a short tone stands in, and its end is told as usual.
    pub(super) fn prompt_missing(&mut self, hand: &mut Hand<'_, '_>, prompt: PromptId) {
        self.tell(hand, Fact::AnnouncementFailed { prompt });
    }
}

impl Noticing {
    pub(super) const fn new(status: u16, cause: EndCause) -> Self {
        Self { status, cause }
    }
}
