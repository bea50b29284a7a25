//! A peer's requests within dialogs: RFC 3261 §12.2.2, §15.1.2; RFC 3262 §3, RFC 3311 §5.2, RFC 6086.

use std::net::SocketAddr;

use super::respond::{capabilities, reason_of, sdp_of};
use super::{DialogKey, Event, Stack};
use crate::sip::dialog::user_agent::ALLOW;
use crate::sip::dialog::{Dialog, Phase, State, Tag, Usage};
use crate::sip::transaction::ServerKey;
use crate::sip::wire::{HeaderName, Message, Method, Status};
use crate::stdx::Instant;

impl Stack {
    /// The usage whose tag of ours the message bears; not yet compared with the rest of the dialog id.
    pub(super) fn find(&self, request: &Message) -> Option<DialogKey> {
        self.dialogs.find(Tag::parse(request.to_tag()?)?)
    }

    pub(super) fn receive_within(
        &mut self,
        now: Instant,
        source: SocketAddr,
        name: ServerKey,
        request: Message,
    ) {
        let (Some(method), Ok(cseq)) = (request.method(), request.cseq()) else { return };
        let Some(key) = self.find(&request) else { return self.refuse_unknown(source, &request) };
        if self.dialogs.get_mut(key).and_then(|usage| dialog_of(usage, &request)).is_none() {
            return self.refuse_early(key, source, &request);
        }
        // What is refused without a transaction is refused before its number is taken: a repetition must meet
        // the same answer.
        if matches!(method, Method::Refer | Method::Message | Method::Other(_)) {
            return self.respond_stateless_with(&request, source, Status::METHOD_NOT_ALLOWED, |draft| {
                draft.header(HeaderName::Allow, ALLOW);
            });
        }
        if !self.screen_require(&request, source) {
            return;
        }
        let Some(dialog) = self.dialogs.get_mut(key).and_then(|usage| dialog_of(usage, &request)) else {
            return;
        };
        if !dialog.take_seq(cseq.seq) {
            return self.respond_stateless(&request, source, Status::SERVER_INTERNAL_ERROR);
        }
        dialog.heard_from(source);
        self.dispatch_within(now, source, key, name, method, request);
        self.dialogs.rearm(key);
    }

    fn dispatch_within(
        &mut self,
        now: Instant,
        source: SocketAddr,
        key: DialogKey,
        name: ServerKey,
        method: Method,
        request: Message,
    ) {
        match method {
            Method::Bye => self.receive_bye(now, source, key, name, &request),
            Method::Invite => self.reinvited(now, key, source, name, request),
            Method::Update if sdp_of(&request).is_some() => self.reinvited(now, key, source, name, request),
            Method::Update => {
                let contact = self.ua.contact();
                if let Some(usage) = self.dialogs.get_mut(key) {
                    usage.dialog.refresh_target(&request);
                }
                self.respond_once(now, name, &request, source, Status::OK, |draft| {
                    draft.header(HeaderName::Contact, contact);
                    capabilities(draft);
                });
            }
            Method::Prack => {
                let status = self.receive_prack(now, key, &request);
                self.respond_once(now, name, &request, source, status, |_| {});
            }
            Method::Info => {
                self.respond_once(now, name, &request, source, Status::OK, |_| {});
                let content_type = request.header(HeaderName::ContentType).unwrap_or_default().into_owned();
                self.tell(Event::Info { dialog: key, content_type, body: request.body_bytes() });
            }
            Method::Options => self.respond_once(now, name, &request, source, Status::OK, |draft| {
                draft.header(HeaderName::Accept, "application/sdp");
                capabilities(draft);
            }),
            Method::Subscribe | Method::Publish => {
                self.respond_once(now, name, &request, source, Status::BAD_EVENT, |_| {});
            }
            Method::Register
            | Method::Notify
            | Method::Ack
            | Method::Cancel
            | Method::Refer
            | Method::Message
            | Method::Other(_) => {
                self.respond_once(now, name, &request, source, Status::CALL_DOES_NOT_EXIST, |_| {});
            }
        }
    }

    /// BYE: RFC 3261 §15.1.2.
    fn receive_bye(
        &mut self,
        now: Instant,
        source: SocketAddr,
        key: DialogKey,
        name: ServerKey,
        bye: &Message,
    ) {
        self.respond_once(now, name, bye, source, Status::OK, |_| {});
        let reason = reason_of(bye);
        let Some(usage) = self.dialogs.get_mut(key) else { return };
        let over = match &usage.state {
            // A caller may end an early dialog with BYE too; the INVITE still wants its answer.
            State::Invited(_) => {
                self.answer_failure(now, key, 487, &[]);
                return self.tell(Event::Cancelled { dialog: key, reason });
            }
            State::Inviting(_) => return,
            State::Established(established) => match established.phase {
                Phase::Active => Event::ByeReceived { dialog: key, reason },
                Phase::ByeAfterAck { .. } => Event::Ended { dialog: key },
                // Our own BYE is on its way; its end is told.
                Phase::Releasing | Phase::Winding { .. } => return,
            },
        };
        self.end(now, key, over);
    }

    /// An INVITE from a phone that still rings for ours meets it half-way (RFC 3261 §14.2). Nothing is kept of the
    /// early dialogs that need no PRACK, so it is known by Call-ID and our tag.
    fn refuse_early(&mut self, key: DialogKey, source: SocketAddr, request: &Message) {
        let ours = self.dialogs.get_mut(key).is_some_and(|usage| {
            matches!(usage.state, State::Inviting(_))
                && request.call_id().is_ok_and(|call_id| *call_id == *usage.dialog.call_id)
        });
        if ours && request.method() == Some(Method::Invite) {
            self.respond_stateless(request, source, Status::REQUEST_PENDING);
        } else {
            self.refuse_unknown(source, request);
        }
    }

    fn refuse_unknown(&mut self, source: SocketAddr, request: &Message) {
        self.respond_stateless(request, source, Status::CALL_DOES_NOT_EXIST);
    }
}

/// The dialog, perhaps an early one, that the request belongs to, unless it is over.
fn dialog_of<'u>(usage: &'u mut Usage, request: &Message) -> Option<&'u mut Dialog> {
    let dialog = match &mut usage.state {
        State::Invited(_) => &mut usage.dialog,
        // Only the caller may end an early dialog (RFC 3261 §15).
        State::Inviting(_) if request.method() == Some(Method::Bye) => return None,
        State::Inviting(inviting) => {
            return inviting.early.iter_mut().map(|early| &mut early.dialog).find(|d| d.owns(request));
        }
        State::Established(established) if matches!(established.phase, Phase::Winding { .. }) => return None,
        State::Established(_) => &mut usage.dialog,
    };
    Some(dialog).filter(|dialog| dialog.owns(request))
}
