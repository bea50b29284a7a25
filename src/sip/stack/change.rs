//! Changes of a running session, offered by either side: RFC 3261 §14, RFC 3311 §5.2.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;

use super::respond::{body_is_known, capabilities, finish_with_sdp, reply_address, sdp_of};
use super::{DialogKey, Event, Owner, Stack};
use crate::sip::dialog::unacked::{Answer, Unacked};
use crate::sip::dialog::{Ours, Phase, State, Theirs, Usage};
use crate::sip::transaction::{Branch, ServerKey, TransactionKey};
use crate::sip::wire::{HeaderName, Message, Method, Status, StatusClass};
use crate::stdx::Instant;

/// After so many glares in a row the change is given up.
const GLARES_MAX: u8 = 8;

impl Stack {
    /// Sends the offer, or keeps it until it may be sent.
    pub(super) fn offer_change(&mut self, now: Instant, key: DialogKey, offer: Bytes) {
        let Some(established) = self.dialogs.get_mut(key).and_then(Usage::established) else { return };
        if !matches!(established.phase, Phase::Active) {
            return;
        }
        match &mut established.ours {
            Ours::Idle => established.ours = Ours::Waiting { sdp: offer, at: None, glares: 0 },
            Ours::Waiting { sdp, .. } => *sdp = offer,
            Ours::Pending { next, .. } => *next = Some(offer),
        }
        self.send_waiting_change(now, key);
    }

    /// Sends the re-INVITE that waits, if nothing stands in its way any more.
    pub(super) fn send_waiting_change(&mut self, now: Instant, key: DialogKey) {
        let Some(Usage { dialog, state: State::Established(established), .. }) = self.dialogs.get_mut(key)
        else {
            return;
        };
        let Ours::Waiting { sdp, at, glares } = &mut established.ours else { return };
        if at.is_some_and(|at| now < at) {
            return;
        }
        // The time is up; what else is in the way calls this again when it is gone.
        *at = None;
        if !matches!((&established.phase, &established.theirs), (Phase::Active, Theirs::Idle)) {
            return;
        }
        let (sdp, glares) = (sdp.clone(), *glares);
        let branch = Branch::draw(&mut self.rng);
        let to = dialog.next_hop();
        let contact = self.ua.contact();
        let (mut draft, seq) = dialog.request(&mut self.ua, Method::Invite, branch, 70);
        draft.header(HeaderName::Contact, contact);
        capabilities(&mut draft);
        let data = finish_with_sdp(&mut draft, &sdp);
        let tsx = self.transactions.begin_client(now, Method::Invite, branch, to, &data, Owner::Change(key));
        established.ours = Ours::Pending { tsx, seq, sdp, glares, next: None };
        self.send(to, data);
    }

    /// A response to our re-INVITE.
    pub(super) fn change_answered(
        &mut self,
        now: Instant,
        key: DialogKey,
        tsx: TransactionKey,
        source: SocketAddr,
        status: Status,
        response: &Message,
    ) {
        let Some(usage) = self.dialogs.get_mut(key) else { return };
        let State::Established(established) = &mut usage.state else { return };
        let pending = matches!(&established.ours, Ours::Pending { tsx: ours, .. } if *ours == tsx);
        match (status.class(), pending) {
            (StatusClass::Provisional, true | false) | (StatusClass::Failure, false) => {}
            // A 2xx that comes again gets its ACK again.
            (StatusClass::Success, false) => {
                if let Some(acked) = established.acks.iter().find(|acked| acked.tsx == tsx) {
                    let (to, ack) = (acked.to, acked.ack.clone());
                    self.send(to, ack);
                }
            }
            (StatusClass::Success, true) => {
                usage.dialog.heard_from(source);
                usage.dialog.refresh_target(response);
                let active = matches!(established.phase, Phase::Active);
                if let Ours::Pending { seq, .. } = established.ours {
                    self.acknowledge(key, tsx, seq);
                }
                if active {
                    self.tell(Event::ReinviteAnswered { dialog: key, sdp: sdp_of(response) });
                }
                self.next_change(now, key);
            }
            (StatusClass::Failure, true) => self.change_refused(now, key, status),
        }
        self.finish_winding(key);
    }

    fn change_refused(&mut self, now: Instant, key: DialogKey, status: Status) {
        let Some(Usage { inviter, state: State::Established(established), .. }) = self.dialogs.get_mut(key)
        else {
            return;
        };
        let Ours::Pending { sdp, glares, next, .. } = &mut established.ours else { return };
        if !matches!(established.phase, Phase::Active) {
            established.ours = Ours::Idle;
            return;
        }
        match status {
            Status::REQUEST_PENDING if *glares < GLARES_MAX => {
                // RFC 3261 §14.1, in steps of 10 ms; the ranges do not meet, so one side goes first.
                let wait = if *inviter { 2100 + self.rng.below(191) * 10 } else { self.rng.below(201) * 10 };
                let at = Some(now + Duration::from_millis(wait));
                let sdp = next.take().unwrap_or_else(|| sdp.clone());
                let glares = *glares + 1;
                established.ours = Ours::Waiting { sdp, at, glares };
            }
            Status::CALL_DOES_NOT_EXIST => self.peer_gone(now, key, false),
            Status::REQUEST_TIMEOUT => self.peer_gone(now, key, true),
            _ => {
                self.tell(Event::ReinviteFailed { dialog: key, status: status.code() });
                self.next_change(now, key);
            }
        }
    }

    /// Nothing was heard of our re-INVITE.
    pub(super) fn change_unheard(&mut self, now: Instant, key: DialogKey, tsx: TransactionKey) {
        let Some(established) = self.dialogs.get_mut(key).and_then(Usage::established) else { return };
        let pending = matches!(&established.ours, Ours::Pending { tsx: ours, .. } if *ours == tsx);
        if !pending {
            return;
        }
        if matches!(established.phase, Phase::Active) {
            self.peer_gone(now, key, true);
        } else {
            established.ours = Ours::Idle;
            self.finish_winding(key);
        }
    }

    /// Our change is decided; a newer one may go.
    fn next_change(&mut self, now: Instant, key: DialogKey) {
        let Some(established) = self.dialogs.get_mut(key).and_then(Usage::established) else { return };
        let next = match &mut established.ours {
            Ours::Pending { next, .. } => next.take(),
            Ours::Idle | Ours::Waiting { .. } => None,
        };
        established.ours = match next {
            Some(sdp) => Ours::Waiting { sdp, at: None, glares: 0 },
            None => Ours::Idle,
        };
        self.send_waiting_change(now, key);
    }

    /// A peer's re-INVITE, or UPDATE with an offer, in its dialog and in order.
    pub(super) fn reinvited(
        &mut self,
        now: Instant,
        key: DialogKey,
        source: SocketAddr,
        name: ServerKey,
        request: Message,
    ) {
        let Some(usage) = self.dialogs.get_mut(key) else { return };
        let local_tag = usage.dialog.local_tag;
        let Some(refusal) = open_to_change(usage) else {
            let status = Status::CALL_DOES_NOT_EXIST;
            return self.refuse_once(now, name, &request, source, status, |_| {});
        };
        if let Some(status) = refusal {
            // RFC 3261 §14.2: a number between 0 and 10 for the one that must wait for itself.
            let wait = u32::try_from(self.rng.below(11)).unwrap_or(0);
            return self.refuse_once(now, name, &request, source, status, |draft| {
                if status == Status::SERVER_INTERNAL_ERROR {
                    draft.header(HeaderName::RetryAfter, wait);
                }
            });
        }
        if !body_is_known(&request) {
            let status = Status::UNSUPPORTED_MEDIA_TYPE;
            return self.refuse_once(now, name, &request, source, status, |draft| {
                draft.header(HeaderName::Accept, "application/sdp");
            });
        }
        usage.dialog.refresh_target(&request);
        let to = reply_address(&request, source);
        let owner = Owner::Change(key);
        let tsx = if request.method() == Some(Method::Invite) {
            let trying = self.ua.respond(&request, Status::TRYING, local_tag, source).finish();
            self.outputs.push_back(super::Output::Send { to, data: trying.clone() });
            self.transactions.begin_server_invite(name, to, &trying, owner)
        } else {
            self.transactions.begin_server_non_invite(name, to, owner)
        };
        let sdp = sdp_of(&request);
        let Some(established) = usage.established() else { return };
        let implied = match &established.theirs {
            // Whoever sends the next INVITE has had our answer to the last: its ACK was lost or is late.
            Theirs::Unacked(unacked) => unacked.initial,
            Theirs::Idle | Theirs::Pending { .. } => false,
        };
        established.theirs = Theirs::Pending { tsx, request: Box::new(request), source };
        if implied {
            self.tell(Event::Acked { dialog: key, sdp: None });
        }
        self.tell(Event::Reinvited { dialog: key, sdp });
    }

    pub(super) fn answer_change(&mut self, now: Instant, key: DialogKey, answer: Result<Bytes, u16>) {
        let Some(Usage { dialog, state: State::Established(established), .. }) = self.dialogs.get_mut(key)
        else {
            return;
        };
        let Theirs::Pending { tsx, request, source } = &established.theirs else { return };
        let (tsx, source) = (*tsx, *source);
        let is_invite = request.method() == Some(Method::Invite);
        let (status, data) = match &answer {
            Ok(sdp) => {
                let contact = self.ua.contact();
                let mut draft = self.ua.respond(request, Status::OK, dialog.local_tag, source);
                draft.header(HeaderName::Contact, contact);
                capabilities(&mut draft);
                (Status::OK, finish_with_sdp(&mut draft, sdp))
            }
            Err(status) => {
                let status = Status::new(*status).filter(|status| status.code() >= 300);
                let status = status.unwrap_or(Status::NOT_ACCEPTABLE_HERE);
                (status, self.ua.respond(request, status, dialog.local_tag, source).finish())
            }
        };
        let seq = request.cseq().map_or(0, |cseq| cseq.seq);
        let answer = Answer { seq, initial: false, offers: sdp_of(request).is_none() };
        established.theirs = match self.transactions.peer(tsx) {
            Some(to) if is_invite && status == Status::OK => {
                Theirs::Unacked(Box::new(Unacked::new(now, &self.durations, answer, data.clone(), to)))
            }
            Some(_) | None => Theirs::Idle,
        };
        self.respond_in(now, tsx, status, &data);
        self.send_waiting_change(now, key);
        self.dialogs.rearm(key);
    }

    /// The ACK of a 2xx.
    pub(super) fn acknowledged(&mut self, now: Instant, source: SocketAddr, ack: &Message) {
        let Some(key) = self.find(ack) else { return };
        let Some(usage) = self.dialogs.get_mut(key).filter(|usage| usage.dialog.owns(ack)) else { return };
        let State::Established(established) = &mut usage.state else { return };
        let Theirs::Unacked(unacked) = &established.theirs else { return };
        if ack.cseq().is_ok_and(|cseq| cseq.seq != unacked.seq) {
            return;
        }
        let sdp = if unacked.offers { sdp_of(ack) } else { None };
        let initial = unacked.initial;
        established.theirs = Theirs::Idle;
        usage.dialog.heard_from(source);
        let reason = match &mut established.phase {
            Phase::ByeAfterAck { reason } => Some(reason.take()),
            Phase::Active | Phase::Releasing | Phase::Winding { .. } => None,
        };
        match reason {
            Some(reason) => self.send_bye(now, key, reason.as_deref()),
            None => {
                if initial || sdp.is_some() {
                    self.tell(Event::Acked { dialog: key, sdp });
                }
                self.send_waiting_change(now, key);
            }
        }
        self.dialogs.rearm(key);
    }
}

/// Whether an INVITE within the dialog may be taken: `None`: there is no call any more; `Some(None)`: yes;
/// else the status that refuses it (RFC 3261 §14.2, RFC 3311 §5.2).
fn open_to_change(usage: &mut Usage) -> Option<Option<Status>> {
    let established = match &mut usage.state {
        State::Invited(_) => return Some(Some(Status::SERVER_INTERNAL_ERROR)),
        State::Inviting(_) => return Some(Some(Status::REQUEST_PENDING)),
        State::Established(established) => established,
    };
    if !matches!(established.phase, Phase::Active) {
        return None;
    }
    Some(match (&established.ours, &established.theirs) {
        (Ours::Pending { .. }, _) => Some(Status::REQUEST_PENDING),
        (Ours::Idle | Ours::Waiting { .. }, Theirs::Pending { .. }) => Some(Status::SERVER_INTERNAL_ERROR),
        // The answer to our offer comes with that ACK, so it must not be passed over.
        (Ours::Idle | Ours::Waiting { .. }, Theirs::Unacked(unacked)) if unacked.offers => {
            Some(Status::SERVER_INTERNAL_ERROR)
        }
        (Ours::Idle | Ours::Waiting { .. }, Theirs::Unacked(_) | Theirs::Idle) => None,
    })
}
