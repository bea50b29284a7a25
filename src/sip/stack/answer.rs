//! A peer's INVITE and our answers to it: RFC 3261 §13.3, §9.2; RFC 3262 §3.

use std::net::SocketAddr;

use bytes::Bytes;

use super::respond::{capabilities, extra, finish_with_sdp, reason_of, reply_address, sdp_of};
use super::{DialogKey, Event, Owner, Stack};
use crate::sip::dialog::reliable::{Due, ReliableResponses};
use crate::sip::dialog::unacked::{Answer, Unacked};
use crate::sip::dialog::{Dialog, Established, Invited, State, Tag, Theirs, Usage};
use crate::sip::transaction::ServerKey;
use crate::sip::wire::{HeaderName, Message, Status};
use crate::stdx::Instant;

impl Stack {
    /// Takes in an INVITE that has passed every check.
    pub(super) fn invited(
        &mut self,
        now: Instant,
        source: SocketAddr,
        name: ServerKey,
        request: Message,
        merge_id: u64,
        account: Option<String>,
    ) {
        let tag = Tag::draw(&mut self.rng);
        let Some(dialog) = Dialog::of_invite(&request, tag, source) else {
            self.respond_stateless(&request, source, Status::BAD_REQUEST);
            return self.tell_refused(now, source, request, account, Status::BAD_REQUEST);
        };
        // RFC 3262 §3: what the peer demands it gets; what it merely supports costs a round trip and is left.
        let reliable = request
            .lists(HeaderName::Require, "100rel")
            .then(|| ReliableResponses::new(u32::try_from(self.rng.below(1 << 31)).unwrap_or(1)));
        let to = reply_address(&request, source);
        let trying = self.ua.respond(&request, Status::TRYING, tag, source).finish();
        let transactions = &mut self.transactions;
        let told = request.clone();
        let key = self.dialogs.insert_with(|key| {
            let tsx = transactions.begin_server_invite(name, to, &trying, Owner::Invite(key));
            let invited = Invited { tsx, request, merge_id, source, reliable };
            Usage { dialog, inviter: false, state: State::Invited(Box::new(invited)) }
        });
        self.unanswered.insert(merge_id, key);
        self.send(to, trying);
        self.tell(Event::Invited { dialog: key, request: told, source, account });
    }

    pub(super) fn answer_provisionally(
        &mut self,
        now: Instant,
        key: DialogKey,
        status: u16,
        sdp: Option<Bytes>,
        headers: &[(&str, &str)],
    ) {
        let status =
            Status::new(status).filter(|status| status.is_provisional() && *status != Status::TRYING);
        let Some(Usage { dialog, state: State::Invited(invited), .. }) = self.dialogs.get_mut(key) else {
            return;
        };
        let Some(status) = status else { return };
        if invited.reliable.as_ref().is_some_and(ReliableResponses::is_accepting) {
            return;
        }
        let rseq = invited.reliable.as_mut().map(ReliableResponses::rseq);
        let contact = self.ua.contact();
        let mut draft = self.ua.respond(&invited.request, status, dialog.local_tag, invited.source);
        draft.header(HeaderName::Contact, contact);
        if let Some(rseq) = rseq {
            draft.header(HeaderName::Require, "100rel").header(HeaderName::RSeq, rseq);
        }
        extra(&mut draft, headers);
        let data = finish_with_sdp(&mut draft, &sdp.unwrap_or_default());
        let (tsx, ready) = match (invited.reliable.as_mut(), rseq) {
            (Some(reliable), Some(rseq)) => (invited.tsx, reliable.send(now, &self.durations, rseq, data)),
            _ => (invited.tsx, Some(data)),
        };
        if let Some(data) = ready {
            self.respond_in(now, tsx, status, &data);
        }
    }

    pub(super) fn answer_ok(&mut self, now: Instant, key: DialogKey, sdp: &[u8], headers: &[(&str, &str)]) {
        let Some(Usage { dialog, state: State::Invited(invited), .. }) = self.dialogs.get_mut(key) else {
            return;
        };
        if invited.reliable.as_ref().is_some_and(ReliableResponses::is_accepting) {
            return;
        }
        let contact = self.ua.contact();
        let mut draft = self.ua.respond(&invited.request, Status::OK, dialog.local_tag, invited.source);
        draft.header(HeaderName::Contact, contact);
        capabilities(&mut draft);
        extra(&mut draft, headers);
        let data = finish_with_sdp(&mut draft, sdp);
        let offers = sdp_of(&invited.request).is_none();
        let ready = match invited.reliable.as_mut() {
            Some(reliable) => reliable.accept(data, offers),
            None => Some((data, offers)),
        };
        if let Some((data, offers)) = ready {
            self.establish(now, key, data, offers);
        }
    }

    /// Sends the 2xx and repeats it from now on.
    fn establish(&mut self, now: Instant, key: DialogKey, data: Bytes, offers: bool) {
        let Some(usage) = self.dialogs.get_mut(key) else { return };
        let State::Invited(invited) = &usage.state else { return };
        let (tsx, merge_id) = (invited.tsx, invited.merge_id);
        let Some(to) = self.transactions.peer(tsx) else { return };
        let seq = invited.request.cseq().map_or(0, |cseq| cseq.seq);
        let answer = Answer { seq, initial: true, offers };
        let unacked = Unacked::new(now, &self.durations, answer, data.clone(), to);
        usage.state = State::Established(Box::new(Established::new(Theirs::Unacked(Box::new(unacked)))));
        self.unanswered.remove(&merge_id);
        self.respond_in(now, tsx, Status::OK, &data);
    }

    /// Answers with a failure and forgets the invitation; false when there was none to answer.
    pub(super) fn answer_failure(
        &mut self,
        now: Instant,
        key: DialogKey,
        status: u16,
        headers: &[(&str, &str)],
    ) -> bool {
        let Some(Usage { dialog, state: State::Invited(invited), .. }) = self.dialogs.get_mut(key) else {
            return false;
        };
        let status = Status::new(status).filter(|status| status.code() >= 300);
        let status = status.unwrap_or(Status::SERVER_INTERNAL_ERROR);
        let (tsx, merge_id) = (invited.tsx, invited.merge_id);
        let mut draft = self.ua.respond(&invited.request, status, dialog.local_tag, invited.source);
        extra(&mut draft, headers);
        let data = draft.finish();
        self.unanswered.remove(&merge_id);
        self.dialogs.remove(key);
        self.transactions.set_owner(tsx, Owner::Nobody);
        self.respond_in(now, tsx, status, &data);
        true
    }

    /// CANCEL: RFC 3261 §9.2.
    pub(super) fn receive_cancel(
        &mut self,
        now: Instant,
        source: SocketAddr,
        name: ServerKey,
        cancel: &Message,
    ) {
        let invite = ServerKey::of_cancelled(cancel).and_then(|name| self.transactions.server(&name));
        // A CANCEL cannot be challenged (RFC 3261 §22.1); at least it must come from where the INVITE did.
        let same_host = |peer: SocketAddr| peer.ip().to_canonical() == source.ip().to_canonical();
        let invite = invite.filter(|tsx| self.transactions.peer(*tsx).is_some_and(same_host));
        let Some(invite) = invite else {
            return self.respond_stateless(cancel, source, Status::CALL_DOES_NOT_EXIST);
        };
        self.respond_once(now, name, cancel, source, Status::OK, |_| {});
        if !self.transactions.is_proceeding(invite) {
            return;
        }
        match self.transactions.owner(invite) {
            Some(Owner::Invite(key)) => {
                if self.answer_failure(now, key, 487, &[]) {
                    self.tell(Event::Cancelled { dialog: key, reason: reason_of(cancel) });
                }
            }
            Some(Owner::Change(key)) => self.answer_change(now, key, Err(487)),
            Some(Owner::Nobody | Owner::Bye(_) | Owner::Ping(_)) | None => {}
        }
    }

    /// PRACK (RFC 3262 §3): what may be sent now is sent; the status that answers it.
    pub(super) fn receive_prack(&mut self, now: Instant, key: DialogKey, prack: &Message) -> Status {
        let Some(Usage { state: State::Invited(invited), .. }) = self.dialogs.get_mut(key) else {
            return Status::CALL_DOES_NOT_EXIST;
        };
        let seq = invited.request.cseq().map_or(0, |cseq| cseq.seq);
        let (Ok(Some(rack)), Some(reliable)) = (prack.rack(), invited.reliable.as_mut()) else {
            return Status::CALL_DOES_NOT_EXIST;
        };
        if rack.cseq.seq != seq || rack.cseq.method != crate::sip::wire::Method::Invite {
            return Status::CALL_DOES_NOT_EXIST;
        }
        let (known, due) = reliable.handle_prack(now, &self.durations, rack.rseq);
        self.reliable_due(now, key, due);
        if known { Status::OK } else { Status::CALL_DOES_NOT_EXIST }
    }

    /// What a reliable provisional response wants done.
    pub(super) fn reliable_due(&mut self, now: Instant, key: DialogKey, due: Option<Due>) {
        let Some(Usage { state: State::Invited(invited), .. }) = self.dialogs.get_mut(key) else { return };
        match due {
            None => {}
            Some(Due::Provisional(data)) => {
                let tsx = invited.tsx;
                self.respond_in(now, tsx, Status::SESSION_PROGRESS, &data);
            }
            Some(Due::Accept(data, offers)) => self.establish(now, key, data, offers),
            // RFC 3262 §3: the peer that demanded reliability did not keep to it.
            Some(Due::GiveUp) => {
                self.answer_failure(now, key, 504, &[]);
                self.tell(Event::PeerGone { dialog: key });
            }
        }
    }
}
