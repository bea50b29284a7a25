//! Waiting in a queue: what the caller hears, and how he leaves it.

use std::time::Duration;

use super::Call;
use super::call::{Noticing, State, Timer, Waiting};
use super::leg::Progress;
use super::means::Hand;
use crate::acd::Waiter;
use crate::dialplan::{Action, Announce, AnswerWhen, FULL_HOPS_MAX, MOVES_MAX, OnClosed, OnFull, Prompt};
use crate::event::{By, EndCause, Fact, PromptId, QueueId, Skill};
use crate::media::{Source, Tone};
use crate::stdx::Instant;

// What the proof of a plan takes for granted of the ACD, which knows no plan.
const _: () = assert!(crate::acd::MOVES_MAX == MOVES_MAX, "check proves for as many moves as the ACD makes");

/// Where a caller is to wait, with what.
#[derive(Clone)]
struct Errand {
    queue: QueueId,
    skill: Option<Skill>,
    announce: Option<Announce>,
    /// When he began to wait, in whichever queue.
    since: Instant,
    /// Until then he hears what he is not spared, whatever is announced next.
    hears_until: Instant,
}

/// A status, and what he hears first.
type Refused = (u16, Option<PromptId>);

impl Call {
    /// Puts the call in the queue it was decided for; the announcement, if any, plays meanwhile. That queue was open
    /// when the call arrived, and the call keeps that.
    pub(super) fn enter_queue(
        &mut self,
        hand: &mut Hand<'_, '_>,
        queue: QueueId,
        skill: Option<Skill>,
        announce: Option<Announce>,
    ) {
        let (since, hears_until) = (hand.now, hand.now);
        self.seek_queue(hand, Errand { queue, skill, announce, since, hears_until }, false);
    }

    /// Back from a trunk: the queue may be closed at this hour.
    pub(super) fn return_to_queue(&mut self, hand: &mut Hand<'_, '_>, queue: QueueId, skill: Option<Skill>) {
        let (since, hears_until) = (hand.now, hand.now);
        self.seek_queue(hand, Errand { queue, skill, announce: None, since, hears_until }, true);
    }

    /// The queue he waited in is closed: he meets `then`, and keeps the place his wait has earned. What he has heard
    /// already he does not hear again.
    pub(super) fn queue_closed(&mut self, hand: &mut Hand<'_, '_>, waiter: &Waiter, then: &OnClosed) {
        let Waiter { queue, skill, since, eligible_from, .. } = waiter.clone();
        let errand = Errand { queue, skill, announce: None, since, hears_until: eligible_from };
        match self.lead(then, errand) {
            Some(Ok(instead)) => self.seek_queue(hand, instead, false),
            Some(Err((status, notice))) => {
                self.notice(hand, notice, Noticing::new(status, EndCause::Closed));
            }
            None => self.release(hand, EndCause::Closed, By::Node),
        }
    }

    /// The first queue that takes him, through full and closed ones.
    fn seek_queue(&mut self, hand: &mut Hand<'_, '_>, mut errand: Errand, mut may_be_closed: bool) {
        for _ in 0..FULL_HOPS_MAX {
            if may_be_closed && let Some(then) = self.on_closed(hand, &errand) {
                match then {
                    Ok(instead) => errand = instead,
                    Err((status, notice)) => {
                        return self.notice(hand, notice, Noticing::new(status, EndCause::Closed));
                    }
                }
            }
            let is_new = |announce: &Announce| {
                !self.has_heard(&announce.prompt) && self.may_hear(hand, &announce.prompt)
            };
            errand.announce = errand.announce.filter(is_new);
            if hand.means.acd.handle_enqueue(hand.now, self.waiter(hand.now, &errand)).is_ok() {
                return self.begin_wait(hand, errand.queue, errand.skill, errand.announce);
            }
            match self.on_full(&errand.queue) {
                OnFull::Queue(next) => errand.queue = next,
                OnFull::Reject { status, notice } => {
                    return self.notice(hand, notice, Noticing::new(status, EndCause::QueueFull));
                }
            }
            may_be_closed = true;
        }
        self.release(hand, EndCause::QueueFull, By::Node);
    }

    fn waiter(&self, now: Instant, errand: &Errand) -> Waiter {
        let must_hear = errand.announce.as_ref().map_or(Duration::ZERO, |announce| announce.must_hear);
        Waiter {
            call: self.key,
            queue: errand.queue.clone(),
            skill: errand.skill.clone(),
            since: errand.since,
            eligible_from: errand.hears_until.max(now + must_hear),
            priority: 0,
        }
    }

    /// What the plan does with this caller where the queue is closed at this hour: another queue, or a refusal.
    fn on_closed(&self, hand: &Hand<'_, '_>, errand: &Errand) -> Option<Result<Errand, Refused>> {
        let closing = self.table.queue(&errand.queue)?.closed.as_ref()?;
        if closing.hours.open(hand.means.wall_ms) {
            return None;
        }
        self.lead(&closing.then, errand.clone())
    }

    /// What becomes of an errand to a queue that is closed. What that queue has announced to all who come counts as this
    /// caller hears it: in the language of the hotline he called.
    fn lead(&self, then: &OnClosed, errand: Errand) -> Option<Result<Errand, Refused>> {
        match then.action(errand.skill.as_ref(), errand.announce.as_ref()) {
            Action::Queue { queue, skill, announce } => {
                let announce = announce.map(|announce| self.spoken(announce));
                Some(Ok(Errand { queue, skill, announce, ..errand }))
            }
            Action::Reject { status, notice } => Some(Err((status, notice))),
            // Closing leads nowhere else.
            Action::Trunk { .. } | Action::Emergency { .. } | Action::Intercept { .. } => None,
        }
    }

    fn spoken(&self, announce: Announce) -> Announce {
        let language = self.decided.hotline.as_ref().and_then(|hotline| hotline.language.as_deref());
        self.table.spoken(announce.prompt.as_str(), language).map_or(announce, Prompt::announce)
    }

    fn begin_wait(
        &mut self,
        hand: &mut Hand<'_, '_>,
        queue: QueueId,
        skill: Option<Skill>,
        announce: Option<Announce>,
    ) {
        self.tell(hand, Fact::CallQueued { queue: queue.clone(), skill: skill.clone() });
        self.state = State::Waiting(Waiting { queue, skill, ringing: None });
        if self.answer_when() == AnswerWhen::OnArrival {
            self.answer_caller(hand);
        }
        match announce {
            Some(announce) => {
                self.hear_early(hand);
                self.announce(hand, announce.prompt);
            }
            // The ACD may have an agent for him in this very step: wait for its word.
            None => self.start(hand, Timer::Settle, Duration::ZERO),
        }
    }

    /// The ACD has spoken: choose what the caller hears, unless something plays already.
    pub(super) fn settle_wait(&mut self, hand: &mut Hand<'_, '_>) {
        if self.announcing.is_none() {
            self.hear_waiting(hand);
        }
    }

    /// What a waiting caller hears now: ringback while a phone rings and he is not answered yet, else music.
    pub(super) fn hear_waiting(&mut self, hand: &mut Hand<'_, '_>) {
        let State::Waiting(waiting) = &self.state else { return };
        let (ringing, queue) = (waiting.ringing.is_some(), waiting.queue.clone());
        let answered = self.caller_leg.progress == Progress::Answered;
        if ringing && !answered {
            self.stop(Timer::Music);
            self.hear_early(hand);
            return self.play_to_caller(hand, Source::Tone(Tone::Ringback));
        }
        match self.answer_when() {
            AnswerWhen::OnArrival | AnswerWhen::OnQueue => self.answer_caller(hand),
            AnswerWhen::OnAgent => self.hear_early(hand),
        }
        let music = self.music_of(hand, &queue);
        self.watch_music(hand, music.as_ref());
        self.play_to_caller(
            hand,
            music.map_or(Source::Tone(Tone::Ringback), |prompt| Source::Loop { prompt }),
        );
    }

    /// The ACD moved the caller to another queue.
    pub(super) fn overflowed(&mut self, hand: &mut Hand<'_, '_>, from: QueueId, to: QueueId) {
        if let State::Waiting(waiting) = &mut self.state {
            waiting.queue = to.clone();
            let skill = waiting.skill.clone();
            self.tell(hand, Fact::CallOverflowed { from, to: to.clone() });
            self.tell(hand, Fact::CallQueued { queue: to, skill });
            // The new queue may answer callers, or play to them, otherwise than the old one.
            self.start(hand, Timer::Settle, Duration::ZERO);
        }
    }

    /// He waited as long as the plan allows.
    pub(super) fn wait_timed_out(&mut self, hand: &mut Hand<'_, '_>) {
        self.release(hand, EndCause::QueueTimeout, By::Node);
    }

    fn answer_when(&self) -> AnswerWhen {
        let State::Waiting(waiting) = &self.state else { return AnswerWhen::OnAgent };
        self.table.queue(&waiting.queue).map_or(AnswerWhen::OnQueue, |queue| queue.answer)
    }
}
