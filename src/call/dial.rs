//! Calling a trunk: a sub-center, an emergency line, or the old destination before the trial.
//!
//! Trunks are tried in the plan's order. The caller hears ringback from the first moment, because a trunk that
//! is silent, and a way back to 12345, must not be silence to him.

use smallvec::SmallVec;

use super::Call;
use super::call::{Dialling, Order, State, Timer};
use super::means::Hand;
use crate::dialplan::Table;
use crate::event::{By, EndCause, Fact, LegRole, TrunkId};
use crate::media::{Port, Source, Tone};
use crate::sip::stack::Invite;
use crate::trunk::{Answer, Attempt, NoWay};

/// Why a trunk did not take the call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Failure {
    /// Down, silent, or an answer that says it cannot.
    Down,
    /// Busy, or as many calls as it may have.
    Full,
    /// It rang and nobody answered.
    NoAnswer,
    /// It was never asked: a limit of ours was reached.
    Ours(EndCause),
}

impl Call {
    /// Begins to try `trunks` in order.
    pub(super) fn dial(&mut self, hand: &mut Hand<'_, '_>, order: Order) {
        let Some(trunk) = order.trunks.first().cloned() else {
            return self.release(hand, EndCause::TrunkFailed, By::Node);
        };
        self.state = State::Dialling(Dialling { trunk, order, tried: SmallVec::new(), skipped: Vec::new() });
        self.hear_early(hand);
        self.play_to_caller(hand, Source::Tone(Tone::Ringback));
        self.dial_next(hand, Failure::Down);
    }

    /// Invites the next trunk that can be used; with none left, goes back to 12345 or ends, as the plan says.
    fn dial_next(&mut self, hand: &mut Hand<'_, '_>, mut failure: Failure) {
        loop {
            self.tell_skipped(hand);
            let State::Dialling(dialling) = &mut self.state else { return };
            let attempt = match hand.means.trunks.attempt(&dialling.order.trunks, &dialling.tried) {
                Ok(attempt) => attempt,
                Err(why) => match last_chance(&self.table, dialling) {
                    Some(attempt) => attempt,
                    None => {
                        failure = failure.after(why);
                        break;
                    }
                },
            };
            dialling.tried.push(attempt.clone());
            dialling.trunk = attempt.trunk.clone();
            let started = if dialling.order.emergency {
                hand.means.trunks.handle_call_taken(&attempt.trunk);
                Ok(())
            } else {
                hand.means.trunks.handle_call_started(&attempt.trunk)
            };
            if started.is_err() {
                failure = Failure::Full;
                continue;
            }
            match self.invite_trunk(hand, &attempt) {
                Ok(()) => return,
                Err(limit) => {
                    hand.means.trunks.handle_call_ended(&attempt.trunk);
                    failure = Failure::Ours(limit);
                }
            }
        }
        self.dialling_failed(hand, failure);
    }

    /// Tells, once for each, which trunks the next attempt passes over. An emergency call passes none over: those that
    /// seem down or full are put off while there are others, and tried when there are none.
    fn tell_skipped(&mut self, hand: &mut Hand<'_, '_>) {
        let State::Dialling(dialling) = &mut self.state else { return };
        let (order, tried) = (&dialling.order.trunks, &dialling.tried);
        let next = hand.means.trunks.attempt(order, tried).ok();
        let put_off = dialling.order.emergency;
        if put_off && next.is_none() {
            return;
        }
        let skipped = hand.means.trunks.skipped(order, tried, next.as_ref().map(|next| &next.trunk));
        let new: SmallVec<[(TrunkId, bool); 2]> = skipped
            .filter(|(id, _)| !dialling.skipped.contains(id))
            .map(|(id, full)| (id.clone(), full))
            .collect();
        dialling.skipped.extend(new.iter().map(|(id, _)| id.clone()));
        for (trunk, full) in new {
            self.tell(hand, Fact::TrunkSkipped { trunk, full, put_off });
        }
    }

    /// `Err`: a limit of ours forbids it.
    fn invite_trunk(&mut self, hand: &mut Hand<'_, '_>, attempt: &Attempt) -> Result<(), EndCause> {
        let State::Dialling(dialling) = &self.state else { return Err(EndCause::Internal) };
        let (number, no_answer) = (dialling.order.number.clone(), dialling.order.no_answer);
        // Who answers an emergency must know who calls; Privacy goes along, and From stays as it is to be.
        let trusted =
            dialling.order.emergency || self.table.trunk(&attempt.trunk).is_some_and(|trunk| trunk.trusted);
        let role = LegRole::Trunk(attempt.trunk.clone());
        let (leg, sdp) = self.open_far(hand, role, None).ok_or(EndCause::NoPort)?;
        let (from_uri, mut headers) = self.caller_identity(&hand.desk.settings.host, trusted);
        headers.push(("X-Tongjie-Call".to_owned(), self.id.to_string().into_bytes()));
        let uri = format!("sip:{number}@{}", attempt.address);
        let invite = Invite {
            to_uri: uri.clone(),
            uri,
            destination: attempt.address,
            from_display: Vec::new(),
            from_uri,
            headers,
            sdp,
            max_forwards: self.caller.max_forwards.saturating_sub(1),
        };
        self.send_invite(hand, leg, invite, number).ok_or(EndCause::Overloaded)?;
        let silent = hand.desk.settings.trunk_silent;
        self.start(hand, Timer::Silent, silent);
        self.start(hand, Timer::NoAnswer, no_answer);
        Ok(())
    }

    /// The first packet on `port`: a trunk's early media is what the caller hears from now on. Many announce some
    /// and send none, so ringback goes on until then.
    pub(super) fn heard(&mut self, hand: &mut Hand<'_, '_>, port: Port) {
        if self.dials() && self.far.as_ref().is_some_and(|leg| leg.port == port) {
            self.bridge(hand);
        }
    }

    /// The trunk's final failure.
    pub(super) fn trunk_refused(&mut self, hand: &mut Hand<'_, '_>, status: u16) {
        let failure = match status {
            486 | 600 => Failure::Full,
            480 | 603 => Failure::NoAnswer,
            _ => Failure::Down,
        };
        let answer = if status == 408 { Answer::Silence } else { Answer::Status(status) };
        self.trunk_over(hand, failure, answer);
    }

    /// It sent not even a 100.
    pub(super) fn trunk_silent(&mut self, hand: &mut Hand<'_, '_>) {
        if self.dials() {
            self.give_up_far(hand, 408);
            self.trunk_over(hand, Failure::Down, Answer::Silence);
        }
    }

    /// It rang as long as the plan allows.
    pub(super) fn trunk_unanswered(&mut self, hand: &mut Hand<'_, '_>) {
        if self.dials() {
            self.give_up_far(hand, 487);
            self.trunk_over(hand, Failure::NoAnswer, Answer::Status(180));
        }
    }

    fn dials(&self) -> bool {
        matches!(self.state, State::Dialling(_)) && self.far.is_some()
    }

    fn trunk_over(&mut self, hand: &mut Hand<'_, '_>, failure: Failure, answer: Answer) {
        self.stop(Timer::Silent);
        self.stop(Timer::NoAnswer);
        let State::Dialling(dialling) = &self.state else { return };
        if let Some(Attempt { trunk, address }) = dialling.tried.last() {
            hand.means.trunks.handle_call_answer(hand.now, trunk, *address, answer);
            hand.means.trunks.handle_call_ended(trunk);
        }
        // Early media of that trunk may have stopped it; it is never silence between two trunks.
        self.play_to_caller(hand, Source::Tone(Tone::Ringback));
        self.dial_next(hand, failure);
    }

    fn dialling_failed(&mut self, hand: &mut Hand<'_, '_>, failure: Failure) {
        let State::Dialling(dialling) = &self.state else { return };
        let back = dialling.order.back.clone().filter(|back| match failure {
            Failure::Down => back.on_down,
            Failure::Full | Failure::Ours(_) => back.on_full,
            Failure::NoAnswer => back.on_no_answer,
        });
        let (cause, by) = match failure {
            Failure::Down => (EndCause::TrunkFailed, By::Trunk),
            Failure::Full => (EndCause::Busy, By::Trunk),
            Failure::NoAnswer => (EndCause::NoAnswer, By::Trunk),
            Failure::Ours(limit) => (limit, By::Node),
        };
        match back {
            Some(back) => self.return_to_queue(hand, back.queue, back.skill),
            None => self.release(hand, cause, by),
        }
    }

    /// The trunk answered: the caller is through.
    pub(super) fn trunk_answered(&self, hand: &mut Hand<'_, '_>) {
        if let State::Dialling(dialling) = &self.state
            && let Some(Attempt { trunk, address }) = dialling.tried.last()
        {
            hand.means.trunks.handle_call_answer(hand.now, trunk, *address, Answer::Status(200));
        }
    }

    /// Tells that a far leg ended before it was answered.
    pub(super) fn tell_failed(&self, hand: &mut Hand<'_, '_>, role: LegRole, status: u16) {
        self.tell(hand, Fact::LegFailed { leg: role, status });
    }
}

impl Failure {
    /// What the caller is told when nothing is left to try: what the last attempt met, if there was one.
    const fn after(self, why: NoWay) -> Self {
        match why {
            NoWay::Down => Self::Down,
            NoWay::Full => Self::Full,
            NoWay::Tried => self,
        }
    }
}

/// An emergency call is tried even where our pings say that nobody is there, or our count that there is no room:
/// they may be wrong, and it is the peer's to refuse.
fn last_chance(table: &Table, dialling: &Dialling) -> Option<Attempt> {
    let places = dialling.order.trunks.iter().filter_map(|id| table.trunk(id)).flat_map(|trunk| {
        trunk.addresses.iter().map(|address| Attempt { trunk: trunk.id.clone(), address: *address })
    });
    places.into_iter().filter(|_| dialling.order.emergency).find(|attempt| !dialling.tried.contains(attempt))
}
