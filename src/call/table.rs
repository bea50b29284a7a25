//! All calls of a node: who an event is for, and when a call can be forgotten.

use std::collections::{BTreeSet, VecDeque};

use bytes::Bytes;

use super::call::Call;
use super::means::{Desk, Hand};
use super::refused::Ledger;
use super::{Means, Output, Ports, Settings};
use crate::acd;
use crate::dialplan::OnClosed;
use crate::event::{By, CallId, CallKey, EndCause, Fact};
use crate::media;
use crate::sip::stack::{DialogKey, Event};
use crate::stdx::{Instant, Rng, Slab, seeded_map};

/// All calls of a node.
#[derive(Debug)]
pub struct Calls {
    calls: Slab<CallKey, Call>,
    pub(super) desk: Desk,
    /// Calls ever, also the low bits of the next call's id.
    pub(super) count: u32,
    total: u64,
    pub(super) refusals: Ledger,
}

impl Calls {
    /// No calls.
    pub fn new(settings: Settings, ports: Ports, rng: &mut Rng) -> Self {
        let count = u32::try_from(rng.below(1 << 22)).unwrap_or(0);
        let desk = Desk {
            settings,
            ports,
            dialogs: seeded_map(rng),
            wakes: BTreeSet::new(),
            outputs: VecDeque::new(),
        };
        Self { calls: Slab::new(), desk, count, total: 0, refusals: Ledger::default() }
    }

    /// Takes in what the SIP stack says about a dialog of a call.
    pub fn handle_sip(&mut self, means: &mut Means<'_>, event: Event) {
        match event {
            Event::Cancelled { dialog, .. } | Event::ByeReceived { dialog, .. } => {
                self.over(means, dialog, None, false)
            }
            Event::AckMissing { dialog } | Event::PeerGone { dialog } => self.over(means, dialog, None, true),
            Event::Ended { dialog } => self.over(means, dialog, None, false),
            Event::Failed { dialog, status, .. } => self.over(means, dialog, Some(status), false),
            Event::Acked { dialog, sdp } => {
                self.of_dialog(means, dialog, |call, hand| call.acked(hand, dialog, sdp.as_ref()));
            }
            Event::Progress { dialog, status, sdp } => {
                self.of_far(means, dialog, |call, hand| call.far_progress(hand, status, sdp.as_deref()));
            }
            Event::Answered { dialog, sdp, .. } => {
                self.of_far(means, dialog, |call, hand| call.far_answered(hand, sdp.as_deref()));
            }
            Event::Reinvited { dialog, sdp } => {
                self.of_dialog(means, dialog, |call, hand| call.reinvited(hand, dialog, sdp.as_deref()));
            }
            // The call engine makes no re-INVITE of its own, and passes no INFO on.
            Event::ReinviteAnswered { .. } | Event::ReinviteFailed { .. } | Event::Info { .. } => {}
            // For the node, or for `arrive`.
            Event::Invited { .. }
            | Event::InviteRefused { .. }
            | Event::Registered { .. }
            | Event::Unregistered { .. }
            | Event::RegistrationRefused { .. }
            | Event::Pong { .. }
            | Event::LimitReached { .. } => {}
        }
    }

    /// Takes in what the ACD decided about a waiting call.
    pub fn handle_acd(&mut self, means: &mut Means<'_>, output: acd::Output) {
        match output {
            acd::Output::Offer { call, agent, reservation, .. } => {
                if !self.calls.contains(call) {
                    means.acd.handle_leave(means.now, call);
                }
                self.of_call(means, call, |call, hand| call.ring(hand, &agent, reservation));
            }
            acd::Output::Withdrawn { call, reservation, .. } => {
                self.of_call(means, call, |call, hand| call.withdrawn(hand, reservation));
            }
            acd::Output::Overflowed { call, from, to } => {
                self.of_call(means, call, |call, hand| call.overflowed(hand, from, to));
            }
            acd::Output::TimedOut { call } => {
                self.of_call(means, call, |call, hand| call.wait_timed_out(hand))
            }
            // Led on or told by the node, which knows the plan that closes a queue, and agents.
            acd::Output::Closed(_) | acd::Output::AgentChanged { .. } | acd::Output::AgentMissed { .. } => {}
        }
    }

    /// A call has left its queue because that is closed; `then` says what becomes of it.
    pub fn queue_closed(&mut self, means: &mut Means<'_>, waiter: &acd::Waiter, then: &OnClosed) {
        self.of_call(means, waiter.call, |call, hand| call.queue_closed(hand, waiter, then));
    }

    /// Takes in what the media plane heard or played.
    pub fn handle_media(&mut self, means: &mut Means<'_>, event: media::Event) {
        let (media::Event::Played { port, .. }
        | media::Event::PromptMissing { port, .. }
        | media::Event::FirstPacket { port }
        | media::Event::Digit { port, .. }) = event;
        let Some(key) = self.desk.ports.owner(port.0) else { return };
        self.of_call(means, key, |call, hand| match event {
            media::Event::Played { port, ticket } => {
                if port == call.caller_leg.port && ticket == call.ticket {
                    call.announcement_over(hand, true);
                }
            }
            media::Event::PromptMissing { prompt, .. } => call.prompt_missing(hand, prompt),
            media::Event::Digit { port, digit } => {
                let far = call.far.as_ref().filter(|leg| leg.port == port);
                let leg = far.map_or_else(|| call.caller_leg.role.clone(), |leg| leg.role.clone());
                call.tell(hand, Fact::DtmfPassed { leg, digit });
            }
            media::Event::FirstPacket { port } => call.heard(hand, port),
        });
    }

    /// Fires what is due.
    pub fn handle_timeout(&mut self, means: &mut Means<'_>) {
        self.tell_refusals_left_out(means);
        let due: Vec<CallKey> =
            self.desk.wakes.iter().take_while(|(at, _)| *at <= means.now).map(|(_, key)| *key).collect();
        // What these set for this very instant waits until the ACD and the stack have had their say.
        for key in due {
            self.of_call(means, key, |call, hand| call.handle_timeout(hand));
        }
    }

    /// Ends a call because an operator said so; `false` when there is none of that name.
    pub fn hang_up(&mut self, means: &mut Means<'_>, id: CallId) -> bool {
        let found = self.calls.iter().find(|(_, call)| call.id == id).map(|(key, _)| key);
        if let Some(key) = found {
            self.of_call(means, key, |call, hand| {
                call.release(hand, EndCause::EndedByOperator, By::Operator)
            });
        }
        found.is_some()
    }

    /// Ends every call: the drain time is over.
    pub fn hang_up_all(&mut self, means: &mut Means<'_>) {
        let keys: Vec<CallKey> = self.calls.iter().map(|(key, _)| key).collect();
        for key in keys {
            self.of_call(means, key, |call, hand| {
                call.release(hand, EndCause::EndedByOperator, By::Operator)
            });
        }
    }

    /// What happened, and what the media plane must do, in order.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.desk.outputs.pop_front()
    }

    /// When to call [`Self::handle_timeout`] next.
    pub fn poll_timeout(&self) -> Option<Instant> {
        let wake = self.desk.wakes.first().map(|(at, _)| *at);
        wake.into_iter().chain(self.refusals.timeout()).min()
    }

    /// The calls in progress, those winding up included.
    pub fn iter(&self) -> impl Iterator<Item = &Call> {
        self.calls.iter().map(|(_, call)| call)
    }

    /// A call in progress.
    pub fn get(&self, key: CallKey) -> Option<&Call> {
        self.calls.get(key)
    }

    /// How many calls are in progress, those winding up included.
    pub fn len(&self) -> usize {
        self.calls.len()
    }

    /// Whether no call is in progress.
    pub fn is_empty(&self) -> bool {
        self.calls.is_empty()
    }

    /// Calls since the start.
    pub const fn total(&self) -> u64 {
        self.total
    }

    /// The RTP ports.
    pub const fn ports(&self) -> &Ports {
        &self.desk.ports
    }

    /// Calls that have a timer, for leak checks.
    pub fn timers(&self) -> usize {
        self.desk.wakes.len()
    }

    /// Dialogs that lead to a call, for leak checks.
    pub fn dialogs(&self) -> usize {
        self.desk.dialogs.len()
    }

    /// Names a new call.
    pub(super) fn next_id(&mut self, wall_ms: i64) -> CallId {
        self.count = self.count.wrapping_add(1);
        self.total += 1;
        CallId::new(wall_ms, self.count)
    }

    /// Keeps a new call with its caller's dialog and begins it.
    pub(super) fn keep(
        &mut self,
        means: &mut Means<'_>,
        make: impl FnOnce(CallKey) -> Call,
        begin: impl FnOnce(&mut Call, &mut Hand<'_, '_>),
    ) {
        let key = self.calls.insert_with(make);
        if let Some(call) = self.calls.get(key) {
            self.desk.dialogs.insert(call.caller_leg.dialog, key);
            self.desk.ports.give_to(call.caller_leg.port.0, key);
        }
        self.of_call(means, key, begin);
    }

    fn of_call(
        &mut self,
        means: &mut Means<'_>,
        key: CallKey,
        act: impl FnOnce(&mut Call, &mut Hand<'_, '_>),
    ) {
        let Some(call) = self.calls.get_mut(key) else { return };
        act(call, &mut Hand { now: means.now, means, desk: &mut self.desk });
        let over = call.is_over();
        let at = if over { None } else { call.timeout() };
        self.desk.rearm(call, at);
        if over {
            self.calls.remove(key);
        }
    }

    fn of_dialog(
        &mut self,
        means: &mut Means<'_>,
        dialog: DialogKey,
        act: impl FnOnce(&mut Call, &mut Hand<'_, '_>),
    ) {
        if let Some(key) = self.desk.dialogs.get(&dialog).copied() {
            self.of_call(means, key, act);
        }
    }

    /// Like [`Self::of_dialog`], but not for legs already given up.
    fn of_far(
        &mut self,
        means: &mut Means<'_>,
        dialog: DialogKey,
        act: impl FnOnce(&mut Call, &mut Hand<'_, '_>),
    ) {
        self.of_dialog(means, dialog, |call, hand| {
            if call.far.as_ref().is_some_and(|leg| leg.dialog == dialog) {
                act(call, hand);
            }
        });
    }

    /// A dialog is over. `status`: it was ours and never answered; `silent`: its peer is not there any more.
    fn over(&mut self, means: &mut Means<'_>, dialog: DialogKey, status: Option<u16>, silent: bool) {
        let Some(key) = self.desk.dialogs.remove(&dialog) else { return };
        self.of_call(means, key, |call, hand| {
            if call.caller_leg.dialog == dialog {
                call.caller_over(hand, silent);
            } else if call.far.as_ref().is_some_and(|leg| leg.dialog == dialog) {
                call.far_over_by_peer(hand, status, silent);
            } else {
                call.left(dialog);
            }
        });
    }
}

impl Call {
    fn acked(&mut self, hand: &mut Hand<'_, '_>, dialog: DialogKey, sdp: Option<&Bytes>) {
        match (&self.state, sdp) {
            (super::State::Offering, Some(sdp)) => self.offer_taken(hand, sdp),
            // RFC 3261 §13.2.2.4 wants the answer here; without it he would wait for ever and hear nothing.
            (super::State::Offering, None) => self.release(hand, EndCause::IncompatibleMedia, By::Node),
            (
                super::State::Noticing(_)
                | super::State::Waiting(_)
                | super::State::Dialling(_)
                | super::State::Connected(_)
                | super::State::Released,
                Some(sdp),
            ) => self.change_acked(hand, dialog, sdp),
            (
                super::State::Noticing(_)
                | super::State::Waiting(_)
                | super::State::Dialling(_)
                | super::State::Connected(_)
                | super::State::Released,
                None,
            ) => {}
        }
    }
}
