//! Our INVITE and the answers to it: RFC 3261 §13.2, §9.1; RFC 3262 §4; RFC 6026 §7.2.

use std::net::SocketAddr;

use bytes::Bytes;

use super::respond::{finish_with_sdp, sdp_of};
use super::{DialogKey, Event, Invite, LimitReached, Owner, Stack};
use crate::sip::auth;
use crate::sip::dialog::reliable::LastRseq;
use crate::sip::dialog::user_agent::{ALLOW, SUPPORTED};
use crate::sip::dialog::{
    Acked, Cancel, Dialog, Early, Established, Inviting, Phase, State, Tag, Theirs, Usage,
};
use crate::sip::transaction::{Branch, TransactionKey};
use crate::sip::wire::header::CSeq;
use crate::sip::wire::header::reliable::RAck;
use crate::sip::wire::{HeaderName, Message, Method, Status, StatusClass};
use crate::stdx::Instant;

/// Dialogs that one INVITE of ours may create (RFC 3261 §13.2.2.4: proxies fork). More are left unanswered.
const FORKS_MAX: usize = 8;

impl Stack {
    pub(super) fn send_invite(&mut self, now: Instant, invite: &Invite) -> Result<DialogKey, LimitReached> {
        if self.dialogs.is_full() || self.transactions.is_full() {
            self.tell_limit(now, if self.dialogs.is_full() { "dialogs" } else { "transactions" });
            return Err(LimitReached);
        }
        let tag = Tag::draw(&mut self.rng);
        let branch = Branch::draw(&mut self.rng);
        let mut dialog = Dialog::to_be(
            self.call_id(),
            tag,
            name_addr(&invite.from_display, &invite.from_uri, Some(tag)),
            name_addr(b"", &invite.to_uri, None),
            invite.uri.as_bytes(),
            invite.destination,
        );
        let contact = self.ua.contact();
        let (mut draft, seq) = dialog.request(&mut self.ua, Method::Invite, branch, invite.max_forwards);
        draft
            .header(HeaderName::Contact, contact)
            .header(HeaderName::Allow, ALLOW)
            .header(HeaderName::Supported, SUPPORTED);
        for (name, value) in &invite.headers {
            draft.header_named(name, value);
        }
        let data = finish_with_sdp(&mut draft, &invite.sdp);
        let transactions = &mut self.transactions;
        let to = invite.destination;
        let key = self.dialogs.insert_with(|key| {
            let tsx = transactions.begin_client(now, Method::Invite, branch, to, &data, Owner::Invite(key));
            let inviting =
                Inviting { tsx, seq, early: Vec::new(), cancel: Cancel::No, answered_challenge: false };
            Usage { dialog, inviter: true, state: State::Inviting(Box::new(inviting)) }
        });
        self.send(to, data);
        Ok(key)
    }

    pub(super) fn invitation_answered(
        &mut self,
        now: Instant,
        key: DialogKey,
        tsx: TransactionKey,
        source: SocketAddr,
        status: Status,
        response: Message,
    ) {
        let Some(usage) = self.dialogs.get_mut(key) else { return };
        match (&usage.state, status.class()) {
            (State::Inviting(_), StatusClass::Provisional) => {
                self.progress(now, key, source, status, &response);
            }
            (State::Inviting(_), StatusClass::Success) => self.answered(now, key, tsx, source, response),
            (State::Inviting(_), StatusClass::Failure) => {
                self.dialogs.remove(key);
                let (status, response) = (status.code(), Some(response));
                self.tell(Event::Failed { dialog: key, status, response });
            }
            (State::Established(_), StatusClass::Success) => {
                self.answered_again(now, key, tsx, source, &response);
            }
            (State::Established(_), StatusClass::Provisional | StatusClass::Failure)
            | (State::Invited(_), StatusClass::Provisional | StatusClass::Success | StatusClass::Failure) => {
            }
        }
    }

    fn progress(
        &mut self,
        now: Instant,
        key: DialogKey,
        source: SocketAddr,
        status: Status,
        response: &Message,
    ) {
        let rseq = response.rseq().ok().flatten();
        if let Some(rseq) = rseq.filter(|_| response.lists(HeaderName::Require, "100rel"))
            && !self.acknowledge_reliable(now, key, source, response, rseq)
        {
            return;
        }
        let Some(Usage { state: State::Inviting(inviting), .. }) = self.dialogs.get_mut(key) else { return };
        match &mut inviting.cancel {
            Cancel::No => {
                let (status, sdp) = (status.code(), sdp_of(response));
                self.tell(Event::Progress { dialog: key, status, sdp });
            }
            Cancel::Wanted { reason } => {
                let reason = reason.take();
                self.send_cancel(now, key, reason.as_deref());
            }
            Cancel::Sent { .. } => {}
        }
    }

    /// RFC 3262 §4: PRACK, within the early dialog. False when the response is out of order or repeated and
    /// must be dropped; the PRACK's own transaction repeats it.
    fn acknowledge_reliable(
        &mut self,
        now: Instant,
        key: DialogKey,
        source: SocketAddr,
        response: &Message,
        rseq: u32,
    ) -> bool {
        let Some(Usage { dialog: common, state: State::Inviting(inviting), .. }) = self.dialogs.get_mut(key)
        else {
            return false;
        };
        let Some(tag) = response.to_tag() else { return false };
        let at = inviting.early.iter().position(|early| *early.dialog.remote_tag == *tag);
        if at.is_none() {
            let Some(dialog) = common.answered(response, source) else { return false };
            if inviting.early.len() == FORKS_MAX {
                return false;
            }
            inviting.early.push(Early { dialog, rseq: LastRseq::default() });
        }
        let early = match at {
            Some(at) => inviting.early.get_mut(at),
            None => inviting.early.last_mut(),
        };
        let Some(early) = early else { return false };
        if !early.rseq.take(rseq) {
            return false;
        }
        // One count for all forks: it rises in each of them, which is all that is asked.
        early.dialog.number_from(common);
        let branch = Branch::draw(&mut self.rng);
        let cseq = CSeq { seq: inviting.seq, method: Method::Invite };
        let (mut draft, _) = early.dialog.request(&mut self.ua, Method::Prack, branch, 70);
        let data = draft.header(HeaderName::RAck, RAck { rseq, cseq }).finish();
        common.number_from(&early.dialog);
        let to = early.dialog.next_hop();
        self.transactions.begin_client(now, Method::Prack, branch, to, &data, Owner::Nobody);
        self.send(to, data);
        true
    }

    /// The first 2xx.
    fn answered(
        &mut self,
        now: Instant,
        key: DialogKey,
        tsx: TransactionKey,
        source: SocketAddr,
        response: Message,
    ) {
        let Some(usage) = self.dialogs.get_mut(key) else { return };
        let State::Inviting(inviting) = &usage.state else { return };
        let Some(mut dialog) = usage.dialog.answered(&response, source) else { return };
        let early = inviting.early.iter().find(|early| early.dialog.remote_tag == dialog.remote_tag);
        if let Some(early) = early {
            dialog.continue_from(&early.dialog);
        }
        let given_up = !matches!(inviting.cancel, Cancel::No);
        let seq = inviting.seq;
        usage.dialog = dialog;
        usage.state = State::Established(Box::new(Established::new(Theirs::Idle)));
        self.acknowledge(key, tsx, seq);
        if given_up {
            // RFC 3261 §9.1: the answer crossed our CANCEL, and we do not want the call any more.
            self.send_bye(now, key, None);
        } else {
            self.tell(Event::Answered { dialog: key, sdp: sdp_of(&response), response });
        }
    }

    /// Sends the ACK of a 2xx in the usage's dialog and keeps it while the 2xx may come again.
    pub(super) fn acknowledge(&mut self, key: DialogKey, tsx: TransactionKey, seq: u32) {
        let branch = Branch::draw(&mut self.rng);
        let Some(Usage { dialog, state: State::Established(established), .. }) = self.dialogs.get_mut(key)
        else {
            return;
        };
        let ack = dialog.ack(&mut self.ua, seq, branch).finish();
        let to = dialog.next_hop();
        let remote_tag = dialog.remote_tag.clone();
        // A copy: what the writer made shares its room with a dozen other messages, and this one is kept for 64·T1.
        established.acks.push(Acked { tsx, remote_tag, ack: Bytes::copy_from_slice(&ack), to });
        self.send(to, ack);
    }

    /// Another 2xx: a repetition, which gets its ACK again, or that of another fork, which gets ACK and BYE
    /// (RFC 3261 §13.2.2.4: one call is enough).
    fn answered_again(
        &mut self,
        now: Instant,
        key: DialogKey,
        tsx: TransactionKey,
        source: SocketAddr,
        response: &Message,
    ) {
        let Some(Usage { dialog, state: State::Established(established), .. }) = self.dialogs.get_mut(key)
        else {
            return;
        };
        let tag = response.to_tag().unwrap_or_default();
        let acked = established.acks.iter().find(|acked| acked.tsx == tsx && *acked.remote_tag == *tag);
        if let Some(Acked { ack, to, .. }) = acked {
            let (to, ack) = (*to, ack.clone());
            return self.send(to, ack);
        }
        let (Some(mut fork), Ok(cseq)) = (dialog.answered(response, source), response.cseq()) else { return };
        if established.acks.len() >= FORKS_MAX {
            return;
        }
        let to = fork.next_hop();
        let ack = fork.ack(&mut self.ua, cseq.seq, Branch::draw(&mut self.rng)).finish();
        established.acks.push(Acked { tsx, remote_tag: tag.into(), ack: Bytes::copy_from_slice(&ack), to });
        self.send(to, ack);
        let branch = Branch::draw(&mut self.rng);
        let bye = fork.request(&mut self.ua, Method::Bye, branch, 70).0.finish();
        self.transactions.begin_client(now, Method::Bye, branch, to, &bye, Owner::Nobody);
        self.send(to, bye);
    }

    /// Timer B: nothing at all was heard.
    pub(super) fn invitation_unheard(&mut self, now: Instant, key: DialogKey) {
        let Some(Usage { state: State::Inviting(inviting), .. }) = self.dialogs.get_mut(key) else { return };
        let status = match inviting.cancel {
            Cancel::No => 408,
            Cancel::Wanted { .. } | Cancel::Sent { .. } => 487,
        };
        self.drop_invitation(now, key);
        self.tell(Event::Failed { dialog: key, status, response: None });
    }

    pub(super) fn give_up(&mut self, now: Instant, key: DialogKey, reason: Option<&str>) {
        let Some(usage) = self.dialogs.get_mut(key) else { return };
        match &mut usage.state {
            State::Inviting(inviting) => {
                if !matches!(inviting.cancel, Cancel::No) {
                    return;
                }
                if self.transactions.is_proceeding(inviting.tsx) {
                    self.send_cancel(now, key, reason);
                } else {
                    inviting.cancel = Cancel::Wanted { reason: reason.map(Into::into) };
                }
            }
            State::Established(established) if matches!(established.phase, Phase::Active) => {
                self.hang_up(now, key, reason);
            }
            State::Established(_) | State::Invited(_) => {}
        }
    }

    /// RFC 3261 §9.1.
    fn send_cancel(&mut self, now: Instant, key: DialogKey, reason: Option<&str>) {
        let give_up_at = now + self.durations.patience();
        let Some(Usage { state: State::Inviting(inviting), .. }) = self.dialogs.get_mut(key) else { return };
        inviting.cancel = Cancel::Sent { give_up_at };
        let tsx = inviting.tsx;
        let invite = self.transactions.invite(tsx).and_then(|invite| Message::parse(invite.clone()).ok());
        let (Some(invite), Some(to)) = (invite, self.transactions.peer(tsx)) else { return };
        let Some(branch) = invite.via().ok().and_then(|via| via.branch()).and_then(Branch::parse) else {
            return;
        };
        let mut draft = self.ua.hop_by_hop(Method::Cancel, &invite);
        draft.copy(&invite, HeaderName::To);
        if let Some(reason) = reason {
            draft.header(HeaderName::Reason, reason);
        }
        let data = draft.finish();
        self.transactions.begin_client(now, Method::Cancel, branch, to, &data, Owner::Nobody);
        self.send(to, data);
        self.dialogs.rearm(key);
    }

    /// 64·T1 after our CANCEL, still without a final response.
    pub(super) fn cancel_unheard(&mut self, now: Instant, key: DialogKey) {
        let Some(Usage { state: State::Inviting(inviting), .. }) = self.dialogs.get_mut(key) else { return };
        let tsx = inviting.tsx;
        self.transactions.terminate(tsx);
        self.drop_invitation(now, key);
        self.tell(Event::Failed { dialog: key, status: 487, response: None });
    }

    fn drop_invitation(&mut self, now: Instant, key: DialogKey) {
        if let Some(usage) = self.dialogs.get_mut(key) {
            let dialog = usage.dialog.clone();
            self.forsake(now, dialog);
        }
        self.dialogs.remove(key);
    }

    /// The INVITE that a 401 or 407 refuses, if we have a password for that peer and have not used it yet.
    pub(super) fn challenged(&mut self, tsx: TransactionKey, response: &Message) -> Option<Message> {
        let Some(Owner::Invite(key)) = self.transactions.owner(tsx) else { return None };
        let peer = self.transactions.peer(tsx)?;
        if !matches!(response.status()?.code(), 401 | 407)
            || !self.secrets.iter().any(|secret| secret.peer == peer)
        {
            return None;
        }
        let Some(Usage { state: State::Inviting(inviting), .. }) = self.dialogs.get_mut(key) else {
            return None;
        };
        if inviting.answered_challenge || !matches!(inviting.cancel, Cancel::No) {
            return None;
        }
        Message::parse(self.transactions.invite(tsx)?.clone()).ok()
    }

    /// Sends `old` again in the same call, with credentials and the next number (RFC 3261 §22.2); false when
    /// the challenge cannot be met.
    pub(super) fn meet_challenge(
        &mut self,
        now: Instant,
        key: DialogKey,
        tsx: TransactionKey,
        old: &Message,
        response: &Message,
    ) -> bool {
        let Some(peer) = self.transactions.peer(tsx) else { return false };
        let Some(Usage { dialog, state: State::Inviting(inviting), .. }) = self.dialogs.get_mut(key) else {
            return false;
        };
        let Some(secret) = self.secrets.iter().find(|secret| secret.peer == peer) else { return false };
        let answer = auth::answer(response, secret, Method::Invite, old.raw_uri(), &mut self.rng);
        let Some((name, credentials)) = answer else { return false };
        let branch = Branch::draw(&mut self.rng);
        let max_forwards = old.max_forwards().ok().flatten().unwrap_or(70);
        let (mut draft, seq) = dialog.request(&mut self.ua, Method::Invite, branch, max_forwards);
        draft.header(name, credentials);
        for line in old.header_lines().filter(|line| !written_already(line.name)) {
            draft.header_named(&String::from_utf8_lossy(line.raw_name), line.raw_value);
        }
        let data = finish_with_sdp(&mut draft, old.body());
        let new =
            self.transactions.begin_client(now, Method::Invite, branch, peer, &data, Owner::Invite(key));
        (inviting.tsx, inviting.seq, inviting.answered_challenge) = (new, seq, true);
        // The old transaction goes on to acknowledge the challenge, for nobody.
        self.transactions.set_owner(tsx, Owner::Nobody);
        self.send(peer, data);
        true
    }
}

/// Headers that a repeated INVITE has from its dialog, or from its body.
fn written_already(name: HeaderName) -> bool {
    matches!(
        name,
        HeaderName::Via
            | HeaderName::MaxForwards
            | HeaderName::UserAgent
            | HeaderName::Route
            | HeaderName::From
            | HeaderName::To
            | HeaderName::CallId
            | HeaderName::CSeq
            | HeaderName::ContentType
            | HeaderName::ContentLength
            | HeaderName::Authorization
            | HeaderName::ProxyAuthorization
    )
}

/// A From or To value. What must not stand in it is left out here, as the value is kept and written as it is.
fn name_addr(display: &[u8], uri: &str, tag: Option<Tag>) -> Vec<u8> {
    let mut value = Vec::with_capacity(display.len() + uri.len() + 32);
    if !display.is_empty() {
        value.push(b'"');
        for byte in display.iter().filter(|byte| !matches!(byte, b'\r' | b'\n' | 0)) {
            if matches!(byte, b'"' | b'\\') {
                value.push(b'\\');
            }
            value.push(*byte);
        }
        value.extend_from_slice(b"\" ");
    }
    value.push(b'<');
    value.extend(uri.bytes().filter(|b| *b > 0x20 && !matches!(b, b'<' | b'>' | b'"' | 0x7f)));
    value.push(b'>');
    if let Some(tag) = tag {
        value.extend_from_slice(b";tag=");
        value.extend_from_slice(&tag.digits());
    }
    value
}
