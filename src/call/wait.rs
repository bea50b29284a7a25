//! Waiting in a queue: what the caller hears, and how he leaves it.

use std::time::Duration;

use super::Call;
use super::call::{Noticing, State, Timer, Waiting};
use super::leg::Progress;
use super::means::Hand;
use crate::acd::Waiter;
use crate::dialplan::{Announce, AnswerWhen, OnFull};
use crate::event::{By, EndCause, Fact, QueueId, Skill};
use crate::media::{Source, Tone};

/// Queues that send one another their callers are refused by `check`; this bounds what a plan can do anyway.
const FULL_HOPS_MAX: usize = 8;

impl Call {
    /// Puts the call in a queue; the announcement, if any, plays meanwhile.
    pub(super) fn enter_queue(
        &mut self,
        hand: &mut Hand<'_, '_>,
        queue: QueueId,
        skill: Option<Skill>,
        announce: Option<Announce>,
    ) {
        let must_hear = announce.as_ref().map_or(Duration::ZERO, |announce| announce.must_hear);
        let mut queue = queue;
        for _ in 0..FULL_HOPS_MAX {
            let waiter = Waiter {
                call: self.key,
                queue: queue.clone(),
                skill: skill.clone(),
                since: hand.now,
                eligible_from: hand.now + must_hear,
                priority: 0,
            };
            if hand.means.acd.handle_enqueue(hand.now, waiter).is_ok() {
                return self.begin_wait(hand, queue, skill, announce);
            }
            match self.on_full(&queue) {
                OnFull::Queue(next) => queue = next,
                OnFull::Reject { status, notice } => {
                    return self.notice(hand, notice, Noticing::new(status, EndCause::QueueFull));
                }
            }
        }
        self.release(hand, EndCause::QueueFull, By::Node);
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
            self.hear_early(hand);
            return self.play_to_caller(hand, Source::Tone(Tone::Ringback));
        }
        match self.answer_when() {
            AnswerWhen::OnArrival | AnswerWhen::OnQueue => self.answer_caller(hand),
            AnswerWhen::OnAgent => self.hear_early(hand),
        }
        let music = self.table.queue(&queue).and_then(|queue| queue.music.clone());
        let source = music.map_or(Source::Tone(Tone::Ringback), |prompt| Source::Loop { prompt });
        self.play_to_caller(hand, source);
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
