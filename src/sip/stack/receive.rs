//! From a datagram to whoever it concerns: RFC 3261 §8.1.3, §8.2, §17.1.3, §17.2.3, §18.

use std::net::SocketAddr;

use bytes::Bytes;

use super::{Owner, Stack};
use crate::sip::transaction::{Branch, ServerKey, Up};
use crate::sip::wire::{HeaderName, Message, Method, ParseError, Status, StatusClass, is_keep_alive};
use crate::stdx::Instant;

/// What every response repeats (RFC 3261 §8.2.6.2): without them there is nothing to answer with.
const ECHOED: [HeaderName; 4] = [HeaderName::From, HeaderName::To, HeaderName::CallId, HeaderName::CSeq];

impl Stack {
    pub(super) fn receive(&mut self, now: Instant, source: SocketAddr, data: Bytes) {
        if is_keep_alive(&data) {
            return;
        }
        let message = match Message::parse(data).and_then(Message::checked) {
            Ok(message) => message,
            Err(fault) => return self.answer_fault(now, source, fault),
        };
        if message.is_request() {
            self.receive_request(now, source, message);
        } else {
            self.receive_response(now, source, message);
        }
    }

    /// A request that cannot be read is answered if it says to whom; a response is dropped.
    fn answer_fault(&mut self, now: Instant, source: SocketAddr, fault: ParseError) {
        if let (Some(status), Some(request)) = (fault.answer(), fault.partial)
            && request.method() != Some(Method::Ack)
            && request.via().is_ok()
            && ECHOED.iter().all(|name| request.has(*name))
        {
            self.respond_stateless(&request, source, status);
            if !request.to().is_ok_and(|to| to.tag().is_some()) {
                self.tell_refused(now, source, *request, None, status);
            }
        }
    }

    fn receive_request(&mut self, now: Instant, source: SocketAddr, request: Message) {
        let (Some(name), Some(method)) = (ServerKey::of(&request), request.method()) else { return };
        let tsx = self.transactions.server(&name);
        match (method, tsx) {
            (Method::Ack, _) => self.receive_ack(now, source, tsx, &request),
            (_, Some(tsx)) => {
                if let Some(effect) = self.transactions.handle_repeat(tsx) {
                    self.send_effect(effect);
                }
            }
            (Method::Cancel, None) => self.receive_cancel(now, source, name, &request),
            (_, None) if request.to_tag().is_some() => {
                self.receive_within(now, source, name, request);
            }
            (_, None) => self.receive_outside(now, source, name, request),
        }
    }

    fn receive_ack(
        &mut self,
        now: Instant,
        source: SocketAddr,
        tsx: Option<crate::sip::transaction::TransactionKey>,
        ack: &Message,
    ) {
        match tsx {
            // The ACK of a failure ends there; some peers send that of a 2xx with the INVITE's branch too.
            Some(tsx) => {
                let up = self.transactions.handle_ack(now, tsx).map(|effect| effect.up);
                if up == Some(Up::Message) {
                    self.acknowledged(now, source, ack);
                }
            }
            None => self.acknowledged(now, source, ack),
        }
    }

    fn receive_response(&mut self, now: Instant, source: SocketAddr, response: Message) {
        let (Some(status), Ok(cseq)) = (response.status(), response.cseq()) else { return };
        // RFC 3261 §8.1.3.3: one that bears another's Via went astray.
        let Some(branch) = response.branch().and_then(Branch::parse) else { return };
        if !response.has_one_via() {
            return;
        }
        let Some(tsx) = self.transactions.client(branch, cseq.method) else {
            if cseq.method == Method::Invite && status.class() == StatusClass::Success {
                self.answered_too_late(now, source, &response);
            }
            return;
        };
        let challenged = self.challenged(tsx, &response);
        let ua = &mut self.ua;
        let effect = self.transactions.handle_response(now, tsx, status.class(), |invite| {
            Message::parse(invite.clone())
                .map(|invite| {
                    let mut draft = ua.hop_by_hop(Method::Ack, &invite);
                    draft.copy(&response, HeaderName::To).finish()
                })
                .unwrap_or_default()
        });
        let Some(effect) = effect else { return };
        let (owner, up) = (effect.owner, effect.up);
        self.send_effect(effect);
        if let (Some(invite), Owner::Invite(dialog)) = (challenged, owner)
            && self.meet_challenge(now, dialog, tsx, &invite, &response)
        {
            return;
        }
        if up == Up::Message {
            self.route_response(now, source, tsx, owner, status, response);
        }
    }

    fn route_response(
        &mut self,
        now: Instant,
        source: SocketAddr,
        tsx: crate::sip::transaction::TransactionKey,
        owner: Owner,
        status: Status,
        response: Message,
    ) {
        match owner {
            Owner::Nobody => {}
            Owner::Invite(dialog) => {
                self.invitation_answered(now, dialog, tsx, source, status, response);
                self.dialogs.rearm(dialog);
            }
            Owner::Change(dialog) => {
                self.change_answered(now, dialog, tsx, source, status, &response);
                self.dialogs.rearm(dialog);
            }
            Owner::Bye(dialog) => self.released(now, dialog),
            Owner::Ping(ping) => {
                if status.class() != StatusClass::Provisional {
                    self.pong(ping, Some(status.code()));
                }
            }
        }
    }
}
