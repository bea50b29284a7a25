//! Requests outside dialogs: what is refused before anybody hears of it, in the order of RFC 3261 §8.2.

use std::net::SocketAddr;

use super::respond::{body_is_known, capabilities};
use super::{Event, Stack};
use crate::sip::auth::Verdict;
use crate::sip::dialog::user_agent::{ALLOW, SUPPORTED};
use crate::sip::transaction::{Branch, ServerKey};
use crate::sip::wire::{HeaderName, Message, Method, Scheme, Status};
use crate::stdx::Instant;

impl Stack {
    pub(super) fn receive_outside(
        &mut self,
        now: Instant,
        source: SocketAddr,
        name: ServerKey,
        request: Message,
    ) {
        let Some(method) = request.method() else { return };
        if let Some(status) = refusal_of(method) {
            return self.respond_stateless_with(&request, source, status, |draft| {
                if status == Status::METHOD_NOT_ALLOWED {
                    draft.header(HeaderName::Allow, ALLOW);
                }
            });
        }
        if let Err(status) = self.screen(&request, source) {
            return self.tell_refused(now, source, request, None, status);
        }
        match method {
            Method::Register => self.receive_register(now, source, name, &request),
            Method::Options => {
                self.respond_stateless_with(&request, source, Status::OK, |draft| {
                    draft.header(HeaderName::Accept, "application/sdp");
                    capabilities(draft);
                });
            }
            _ => self.receive_invite(now, source, name, request),
        }
    }

    /// Scheme and Require; the status when the request was refused.
    fn screen(&mut self, request: &Message, source: SocketAddr) -> Result<(), Status> {
        if request.uri().is_none_or(|uri| uri.scheme == Scheme::Other) {
            self.respond_stateless(request, source, Status::UNSUPPORTED_URI_SCHEME);
            return Err(Status::UNSUPPORTED_URI_SCHEME);
        }
        if self.screen_require(request, source) { Ok(()) } else { Err(Status::BAD_EXTENSION) }
    }

    /// RFC 3261 §8.2.2.3; false when the request was refused.
    pub(super) fn screen_require(&mut self, request: &Message, source: SocketAddr) -> bool {
        let unknown: Vec<&[u8]> = request
            .tokens(HeaderName::Require)
            .filter(|tag| !tag.eq_ignore_ascii_case(SUPPORTED.as_bytes()))
            .collect();
        if unknown.is_empty() {
            return true;
        }
        self.respond_stateless_with(request, source, Status::BAD_EXTENSION, |draft| {
            for tag in unknown {
                draft.header(HeaderName::Unsupported, tag);
            }
        });
        false
    }

    fn receive_invite(&mut self, now: Instant, source: SocketAddr, name: ServerKey, request: Message) {
        let merge_id = self.merge_id(&request);
        if let Some(status) = self.refusal_of_invite(now, merge_id, &request) {
            self.respond_stateless(&request, source, status);
            // A merged copy (RFC 3261 §8.2.2.2) is a call that has been told already.
            if !self.unanswered.contains_key(&merge_id) {
                self.tell_refused(now, source, request, None, status);
            }
            return;
        }
        let Ok(account) = self.authorise(now, &request, source) else { return };
        if let Some(user) = account.as_deref().filter(|user| !calls_as(&request, user)) {
            let user = Some(user.to_owned());
            self.respond_stateless(&request, source, Status::FORBIDDEN);
            return self.tell_refused(now, source, request, user, Status::FORBIDDEN);
        }
        if !body_is_known(&request) {
            let status = Status::UNSUPPORTED_MEDIA_TYPE;
            self.respond_stateless_with(&request, source, status, |draft| {
                draft.header(HeaderName::Accept, "application/sdp");
            });
            return self.tell_refused(now, source, request, account, status);
        }
        self.invited(now, source, name, request, merge_id, account);
    }

    /// What speaks against taking an INVITE, whoever sends it.
    fn refusal_of_invite(&mut self, now: Instant, merge_id: u64, request: &Message) -> Option<Status> {
        if request.max_forwards().ok().flatten() == Some(0) {
            return Some(Status::TOO_MANY_HOPS);
        }
        if self.unanswered.contains_key(&merge_id) || self.is_loop(request) {
            return Some(Status::LOOP_DETECTED);
        }
        if self.dialogs.is_full() || self.transactions.is_full() {
            self.tell_limit(now, if self.dialogs.is_full() { "dialogs" } else { "transactions" });
            return Some(Status::SERVICE_UNAVAILABLE);
        }
        None
    }

    /// Tells of an INVITE refused without state, unless it was told already. A stranger's is no call: he would
    /// have been challenged first.
    pub(super) fn tell_refused(
        &mut self,
        now: Instant,
        source: SocketAddr,
        request: Message,
        account: Option<String>,
        status: Status,
    ) {
        let stranger = account.is_none() && !self.is_trusted(source);
        if request.method() != Some(Method::Invite) || stranger {
            return;
        }
        let merge_id = self.merge_id(&request);
        let repeated_for = self.durations.t1 * 64;
        while self.refused.front().is_some_and(|(told, _)| now.since(*told) > repeated_for) {
            self.refused.pop_front();
        }
        if self.refused.iter().any(|(_, told)| *told == merge_id) {
            return;
        }
        if self.refused.len() >= REFUSED_MAX {
            self.refused.pop_front();
        }
        self.refused.push_back((now, merge_id));
        let status = status.code();
        self.tell(Event::InviteRefused { request, source, account, status });
    }

    /// Whose INVITE it is: nobody's from a trusted peer, else an account's. `Err`: it was challenged.
    fn authorise(
        &mut self,
        now: Instant,
        request: &Message,
        source: SocketAddr,
    ) -> Result<Option<String>, Refused> {
        if self.is_trusted(source) {
            return Ok(None);
        }
        let account = self.authenticate(now, request, source);
        if account.is_err() && self.may_be_a_peer(request, source) {
            self.tell(Event::PeerOnOtherPort { source });
        }
        account.map(Some)
    }

    /// Whether a stranger's request comes from a trusted peer's address, and not from an account's phone there.
    fn may_be_a_peer(&self, request: &Message, source: SocketAddr) -> bool {
        let ip = source.ip().to_canonical();
        let user = request.from().ok().and_then(|from| from.uri.user_text());
        self.trusted.iter().any(|(trusted, _)| trusted.to_canonical() == ip)
            && !user.is_some_and(|user| self.gate.knows(&user))
    }

    /// The account whose password the request proves; else it is challenged.
    pub(super) fn authenticate(
        &mut self,
        now: Instant,
        request: &Message,
        source: SocketAddr,
    ) -> Result<String, Refused> {
        let stale = match self.gate.judge(now, request, source) {
            Verdict::Right(user) => return Ok(user),
            Verdict::Wrong(user) => {
                if request.method() == Some(Method::Register) {
                    self.tell(Event::RegistrationRefused { user, source });
                }
                false
            }
            Verdict::Stale => true,
            Verdict::Absent => false,
        };
        // Nothing is kept for a challenge, so its tag must come from the request (RFC 3261 §8.2.7).
        let tag = self.stateless_tag(request);
        let salt = tag.salt();
        let mut draft = self.ua.respond(request, Status::UNAUTHORIZED, tag, source);
        self.gate.challenge(now, source, salt, stale, &mut draft);
        let data = draft.finish();
        self.send(super::respond::reply_address(request, source), data);
        Err(Refused)
    }

    fn is_trusted(&self, source: SocketAddr) -> bool {
        let ip = source.ip().to_canonical();
        self.trusted.iter().any(|(trusted, port)| {
            trusted.to_canonical() == ip && port.is_none_or(|port| port == source.port())
        })
    }

    /// Whether an INVITE of ours that is still open has come back: its Via names us and its branch lives.
    fn is_loop(&self, request: &Message) -> bool {
        request.vias().filter_map(Result::ok).any(|via| {
            self.ua.is_us(&via)
                && via
                    .branch()
                    .and_then(Branch::parse)
                    .is_some_and(|branch| self.transactions.client(branch, Method::Invite).is_some())
        })
    }

    /// What all copies of an INVITE have in common (RFC 3261 §8.2.2.2), hashed: 64 bits with a secret seed do
    /// not collide by chance or by design.
    fn merge_id(&self, request: &Message) -> u64 {
        let from_tag = request.from_tag();
        let seq = request.cseq().map_or(0, |cseq| cseq.seq);
        self.stateless_tags.hash_one((request.call_id().ok(), from_tag, seq))
    }
}

/// The request was answered; there is nothing more to do.
#[derive(Clone, Copy, Debug)]
pub(super) struct Refused;

/// A password is good for its own name only: nobody calls as somebody else.
fn calls_as(request: &Message, user: &str) -> bool {
    request.from().ok().and_then(|from| from.uri.user_text()).as_deref() == Some(user.as_bytes())
}

/// Refused INVITEs remembered. Beyond it the oldest is forgotten, and at worst told twice.
const REFUSED_MAX: usize = 64;

/// Methods that have no business outside a dialog, or none at all here: refused by default, so that no method
/// gets in unexamined.
fn refusal_of(method: Method) -> Option<Status> {
    match method {
        Method::Invite | Method::Register | Method::Options => None,
        Method::Bye
        | Method::Info
        | Method::Prack
        | Method::Update
        | Method::Notify
        | Method::Ack
        | Method::Cancel => Some(Status::CALL_DOES_NOT_EXIST),
        Method::Subscribe | Method::Publish => Some(Status::BAD_EVENT),
        Method::Refer | Method::Message | Method::Other(_) => Some(Status::METHOD_NOT_ALLOWED),
    }
}
