//! Writing responses: RFC 3261 §8.2.6, §8.2.7, §18.2.2; RFC 3581 §4.

use std::net::SocketAddr;

use bytes::Bytes;

use super::{Owner, Stack};
use crate::sip::dialog::Tag;
use crate::sip::dialog::user_agent::{ALLOW, SUPPORTED};
use crate::sip::transaction::{ServerKey, TransactionKey};
use crate::sip::wire::{Draft, HeaderName, Message, Method, Status};
use crate::stdx::Instant;

impl Stack {
    /// Answers without keeping anything: a repeated request gets an equal answer.
    pub(super) fn respond_stateless(&mut self, request: &Message, source: SocketAddr, status: Status) {
        self.respond_stateless_with(request, source, status, |_| {});
    }

    /// The same with further headers.
    pub(super) fn respond_stateless_with(
        &mut self,
        request: &Message,
        source: SocketAddr,
        status: Status,
        add: impl FnOnce(&mut Draft<'_>),
    ) {
        let tag = self.stateless_tag(request);
        let mut draft = self.ua.respond(request, status, tag, source);
        add(&mut draft);
        let data = draft.finish();
        self.send(reply_address(request, source), data);
    }

    /// Answers through a transaction, so that repeated requests get the same bytes and change nothing.
    pub(super) fn respond_once(
        &mut self,
        now: Instant,
        name: ServerKey,
        request: &Message,
        source: SocketAddr,
        status: Status,
        add: impl FnOnce(&mut Draft<'_>),
    ) {
        let tag = self.stateless_tag(request);
        let to = reply_address(request, source);
        let tsx = if request.method() == Some(Method::Invite) {
            let trying = self.ua.respond(request, Status::TRYING, tag, source).finish();
            self.transactions.begin_server_invite(name, to, &trying, Owner::Nobody)
        } else {
            self.transactions.begin_server_non_invite(name, to, Owner::Nobody)
        };
        let mut draft = self.ua.respond(request, status, tag, source);
        add(&mut draft);
        let data = draft.finish();
        self.respond_in(now, tsx, status, &data);
    }

    /// Hands a response to its transaction.
    pub(super) fn respond_in(&mut self, now: Instant, tsx: TransactionKey, status: Status, data: &Bytes) {
        if let Some(effect) = self.transactions.respond(now, tsx, status.class(), data) {
            self.send_effect(effect);
        }
    }

    pub(super) fn stateless_tag(&self, request: &Message) -> Tag {
        Tag::of(self.stateless_tags.hash_one((request.call_id().ok(), request.branch())))
    }
}

/// Where a response goes. RFC 3581 §4: to where the request came from, when the peer asks for that. Also
/// when its Via names another host than it came from, as then it is behind NAT and does not know; only a peer
/// that shows its true address and not `rport` may mean another port (RFC 3261 §18.2.2).
pub(super) fn reply_address(request: &Message, source: SocketAddr) -> SocketAddr {
    match request.via() {
        Ok(via) if via.rport().is_none() && via.host.ip() == Some(source.ip().to_canonical()) => {
            SocketAddr::new(source.ip(), via.port.unwrap_or(5060))
        }
        _ => source,
    }
}

/// What we take and know.
pub(super) fn capabilities(draft: &mut Draft<'_>) {
    draft.header(HeaderName::Allow, ALLOW).header(HeaderName::Supported, SUPPORTED);
}

/// Headers the caller wants.
pub(super) fn extra(draft: &mut Draft<'_>, headers: &[(&str, &str)]) {
    for (name, value) in headers {
        draft.header_named(name, *value);
    }
}

/// Ends a draft with a session description, or without a body when there is none.
pub(super) fn finish_with_sdp(draft: &mut Draft<'_>, sdp: &[u8]) -> Bytes {
    draft.finish_with("application/sdp", sdp)
}

/// The session description of a message, if it has one.
pub(super) fn sdp_of(message: &Message) -> Option<Bytes> {
    message.session_description()
}

/// Whether the body, if there is one, is something we can read (RFC 3261 §8.2.3).
pub(super) fn body_is_known(message: &Message) -> bool {
    message.body().is_empty() || (sdp_of(message).is_some() && !message.has(HeaderName::ContentEncoding))
}

/// The value of Reason, for people and records.
pub(super) fn reason_of(message: &Message) -> Option<Vec<u8>> {
    message.header(HeaderName::Reason).map(std::borrow::Cow::into_owned)
}
