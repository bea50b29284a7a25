//! The end of an answered call: RFC 3261 §15, §12.2.1.2, §13.3.1.4; and what is due in a usage.

use super::{DialogKey, Event, Owner, Stack};
use crate::sip::dialog::reliable::ReliableResponses;
use crate::sip::dialog::unacked::Due;
use crate::sip::dialog::{Cancel, Ours, Phase, State, Theirs, Usage};
use crate::sip::transaction::{Branch, TransactionKey};
use crate::sip::wire::{HeaderName, Method};
use crate::stdx::Instant;

impl Stack {
    pub(super) fn hang_up(&mut self, now: Instant, key: DialogKey, reason: Option<&str>) {
        let Some(usage) = self.dialogs.get_mut(key) else { return };
        let established = match &mut usage.state {
            State::Inviting(_) => return self.give_up(now, key, reason),
            State::Invited(_) => {
                self.answer_failure(now, key, 480, &[]);
                return self.tell(Event::Ended { dialog: key });
            }
            State::Established(established) => established,
        };
        match (&established.phase, &established.theirs) {
            // RFC 3261 §15: the callee must not send BYE before the ACK, or before it knows that none comes.
            (Phase::Active, Theirs::Unacked(unacked)) if unacked.initial => {
                established.phase = Phase::ByeAfterAck { reason: reason.map(Into::into) };
            }
            (Phase::Active, Theirs::Unacked(_) | Theirs::Idle) => self.send_bye(now, key, reason),
            (Phase::Active, Theirs::Pending { .. }) => {
                self.answer_change(now, key, Err(487));
                self.send_bye(now, key, reason);
            }
            (
                Phase::ByeAfterAck { .. } | Phase::Releasing | Phase::Winding { .. },
                Theirs::Unacked(_) | Theirs::Idle | Theirs::Pending { .. },
            ) => {}
        }
    }

    /// Sends BYE; [`Event::Ended`] follows when it is answered or times out.
    pub(super) fn send_bye(&mut self, now: Instant, key: DialogKey, reason: Option<&str>) {
        self.write_bye(now, key, reason, Owner::Bye(key));
        if let Some(established) = self.dialogs.get_mut(key).and_then(Usage::established) {
            established.phase = Phase::Releasing;
            established.theirs = Theirs::Idle;
            if matches!(established.ours, Ours::Waiting { .. }) {
                established.ours = Ours::Idle;
            }
        }
    }

    fn write_bye(&mut self, now: Instant, key: DialogKey, reason: Option<&str>, owner: Owner) {
        let branch = Branch::draw(&mut self.rng);
        let Some(usage) = self.dialogs.get_mut(key) else { return };
        let to = usage.dialog.next_hop();
        let (mut draft, _) = usage.dialog.request(&mut self.ua, Method::Bye, branch, 70);
        if let Some(reason) = reason {
            draft.header(HeaderName::Reason, reason);
        }
        let data = draft.finish();
        self.transactions.begin_client(now, Method::Bye, branch, to, &data, owner);
        self.send(to, data);
    }

    /// Our BYE was answered, in whatever way, or nobody is there to answer it.
    pub(super) fn released(&mut self, now: Instant, key: DialogKey) {
        let established = self.dialogs.get_mut(key).and_then(Usage::established);
        if established.is_some_and(|established| matches!(established.phase, Phase::Releasing)) {
            self.end(now, key, Event::Ended { dialog: key });
        }
    }

    /// The peer does not know the dialog any more or does not answer (RFC 3261 §12.2.1.2).
    pub(super) fn peer_gone(&mut self, now: Instant, key: DialogKey, bye: bool) {
        if bye {
            self.write_bye(now, key, None, Owner::Nobody);
        }
        if let Some(established) = self.dialogs.get_mut(key).and_then(Usage::established) {
            established.ours = Ours::Idle;
        }
        self.end(now, key, Event::PeerGone { dialog: key });
    }

    /// Tells a terminal event; keeps of the usage what may still be needed to acknowledge.
    pub(super) fn end(&mut self, now: Instant, key: DialogKey, event: Event) {
        let until = now + self.durations.patience();
        // A change of theirs that is still open is answered first; RFC 3261 §15.1.2 names the status.
        self.answer_change(now, key, Err(487));
        if let Some(established) = self.dialogs.get_mut(key).and_then(Usage::established) {
            established.phase = Phase::Winding { until };
            established.theirs = Theirs::Idle;
            if matches!(established.ours, Ours::Waiting { .. }) {
                established.ours = Ours::Idle;
            }
        }
        self.tell(event);
        self.finish_winding(key);
        self.dialogs.rearm(key);
    }

    /// Forgets a usage that is over and has nothing left to acknowledge.
    pub(super) fn finish_winding(&mut self, key: DialogKey) {
        let established = self.dialogs.get_mut(key).and_then(Usage::established);
        if established.is_some_and(|e| matches!(e.phase, Phase::Winding { .. }) && e.is_quiet()) {
            self.dialogs.remove(key);
        }
    }

    /// An INVITE transaction of ours is over: its 2xx will not come again.
    pub(super) fn forget_ack(&mut self, key: DialogKey, tsx: TransactionKey) {
        // Its 2xx could not be read, so that no dialog came of it, and nothing else will end the invitation.
        if self.dialogs.get_mut(key).is_some_and(|usage| matches!(usage.state, State::Inviting(_))) {
            self.dialogs.remove(key);
            return self.tell(Event::Failed { dialog: key, status: 500, response: None });
        }
        if let Some(established) = self.dialogs.get_mut(key).and_then(Usage::established) {
            established.acks.retain(|acked| acked.tsx != tsx);
            established.acks.shrink_to_fit();
        }
        self.finish_winding(key);
    }

    /// A usage asked to be woken.
    pub(super) fn dialog_due(&mut self, now: Instant, key: DialogKey) {
        let Some(usage) = self.dialogs.get_mut(key) else { return };
        match &mut usage.state {
            State::Invited(invited) => {
                let due = invited
                    .reliable
                    .as_mut()
                    .and_then(|reliable: &mut ReliableResponses| reliable.handle_timeout(now));
                self.reliable_due(now, key, due);
            }
            State::Inviting(inviting) => match inviting.cancel {
                Cancel::Sent { give_up_at } if now >= give_up_at => self.cancel_unheard(now, key),
                Cancel::Sent { .. } | Cancel::No | Cancel::Wanted { .. } => {}
            },
            State::Established(_) => self.established_due(now, key),
        }
    }

    fn established_due(&mut self, now: Instant, key: DialogKey) {
        let Some(established) = self.dialogs.get_mut(key).and_then(Usage::established) else { return };
        if let Phase::Winding { until } = established.phase {
            if now >= until {
                // A re-INVITE that was left without a final response would wait for ever.
                if let Ours::Pending { tsx, .. } = established.ours {
                    self.transactions.terminate(tsx);
                }
                self.dialogs.remove(key);
            }
            return;
        }
        let due = match &mut established.theirs {
            Theirs::Unacked(unacked) => unacked.handle_timeout(now, &self.durations),
            Theirs::Idle | Theirs::Pending { .. } => None,
        };
        match due {
            Some(Due::Resend(to, data)) => self.send(to, data),
            Some(Due::GiveUp) => self.ack_missing(now, key),
            None => {}
        }
        self.send_waiting_change(now, key);
    }

    /// 64·T1 without an ACK: the call is released (RFC 3261 §13.3.1.4, §14.2).
    fn ack_missing(&mut self, now: Instant, key: DialogKey) {
        let Some(established) = self.dialogs.get_mut(key).and_then(Usage::established) else { return };
        let initial = match &established.theirs {
            Theirs::Unacked(unacked) => unacked.initial,
            Theirs::Idle | Theirs::Pending { .. } => false,
        };
        established.theirs = Theirs::Idle;
        match &mut established.phase {
            Phase::ByeAfterAck { reason } => {
                let reason = reason.take();
                self.send_bye(now, key, reason.as_deref());
            }
            Phase::Active => {
                self.write_bye(now, key, None, Owner::Nobody);
                let dialog = key;
                let event = if initial { Event::AckMissing { dialog } } else { Event::PeerGone { dialog } };
                self.end(now, key, event);
            }
            Phase::Releasing | Phase::Winding { .. } => {}
        }
    }
}
