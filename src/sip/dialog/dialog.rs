//! One dialog: RFC 3261 §12. Kept small, as tens of thousands are held at once: no message, no buffer.

use std::net::SocketAddr;

use super::id::Tag;
use super::route_set::RouteSet;
use super::user_agent::UserAgent;
use crate::sip::transaction::Branch;
use crate::sip::wire::header::CSeq;
use crate::sip::wire::{Draft, HeaderName, Message, Method, Uri};

/// What both sides have agreed on, seen from ours. Until a peer has answered our INVITE its tag is empty.
#[derive(Clone, Debug)]
pub(crate) struct Dialog {
    /// Call-ID.
    pub(crate) call_id: Box<[u8]>,
    /// Our tag.
    pub(crate) local_tag: Tag,
    /// The peer's tag; empty for a peer of RFC 2543 (RFC 3261 §12.1.1), or before it has answered.
    pub(crate) remote_tag: Box<[u8]>,
    /// Our side's From value, tag included.
    local: Box<[u8]>,
    /// The other side's To value, tag included.
    remote: Box<[u8]>,
    /// The remote target URI.
    target: Box<[u8]>,
    routes: RouteSet,
    local_seq: u32,
    remote_seq: Option<u32>,
    /// Where the peer's last message of this dialog came from.
    peer: SocketAddr,
}

impl Dialog {
    /// The dialog that our answer to `invite` creates (RFC 3261 §12.1.1). `None` when the INVITE lacks what
    /// that takes.
    pub(crate) fn of_invite(invite: &Message, local_tag: Tag, source: SocketAddr) -> Option<Self> {
        let target = target_of(invite)?;
        let to = invite.header(HeaderName::To)?;
        let local = [to.as_ref(), b";tag=", &local_tag.digits()].concat();
        Some(Self {
            call_id: invite.call_id().ok()?.into(),
            local_tag,
            remote_tag: invite.from_tag().unwrap_or_default().into(),
            local: local.into(),
            remote: invite.header(HeaderName::From)?.as_ref().into(),
            target,
            routes: RouteSet::of_request(invite)?,
            local_seq: 0,
            remote_seq: Some(invite.cseq().ok()?.seq),
            peer: source,
        })
    }

    /// The dialog that an INVITE of ours asks for.
    pub(crate) fn to_be(
        call_id: Vec<u8>,
        local_tag: Tag,
        local: Vec<u8>,
        remote: Vec<u8>,
        target: &[u8],
        peer: SocketAddr,
    ) -> Self {
        Self {
            call_id: call_id.into(),
            local_tag,
            remote_tag: Box::default(),
            local: local.into(),
            remote: remote.into(),
            target: target.into(),
            routes: RouteSet::default(),
            local_seq: 0,
            remote_seq: None,
            peer,
        }
    }

    /// The dialog that a peer's response to our INVITE creates (RFC 3261 §12.1.2). `None` when it is not of
    /// our INVITE or lacks what a dialog takes.
    pub(crate) fn answered(&self, response: &Message, source: SocketAddr) -> Option<Self> {
        if response.call_id().ok()? != &*self.call_id {
            return None;
        }
        Some(Self {
            call_id: self.call_id.clone(),
            local_tag: self.local_tag,
            remote_tag: response.to_tag().unwrap_or_default().into(),
            local: self.local.clone(),
            remote: response.header(HeaderName::To)?.as_ref().into(),
            // Contact is mandatory here (RFC 3261 §12.1.1); old gateways leave it out.
            target: target_of(response).unwrap_or_else(|| self.target.clone()),
            routes: RouteSet::of_response(response)?,
            local_seq: self.local_seq,
            remote_seq: self.remote_seq,
            peer: source,
        })
    }

    /// Whether the message is of this Call-ID and names our tag and the peer's where they belong.
    pub(crate) fn owns(&self, message: &Message) -> bool {
        let remote = if message.is_request() { message.from_tag() } else { message.to_tag() };
        message.call_id().is_ok_and(|call_id| *call_id == *self.call_id)
            && remote.unwrap_or_default() == &*self.remote_tag
    }

    /// Takes the number of a request from the peer; false when it has not risen (RFC 3261 §12.2.2).
    pub(crate) fn take_seq(&mut self, seq: u32) -> bool {
        let rises = self.remote_seq.is_none_or(|last| seq > last);
        if rises {
            self.remote_seq = Some(seq);
        }
        rises
    }

    /// Takes note of where the peer is now.
    pub(crate) fn heard_from(&mut self, source: SocketAddr) {
        self.peer = source;
    }

    /// Takes a new remote target, if the message names one (RFC 3261 §12.2.1.2, §12.2.2).
    pub(crate) fn refresh_target(&mut self, message: &Message) {
        if let Some(target) = target_of(message) {
            self.target = target;
        }
    }

    /// Starts a request with the next number; returns it too.
    pub(crate) fn request<'w>(
        &mut self,
        ua: &'w mut UserAgent,
        method: Method,
        branch: Branch,
        max_forwards: u8,
    ) -> (Draft<'w>, u32) {
        self.local_seq += 1;
        (self.draft(ua, CSeq { seq: self.local_seq, method }, branch, max_forwards), self.local_seq)
    }

    /// Starts the ACK of a 2xx to the INVITE with that number (RFC 3261 §13.2.2.4).
    pub(crate) fn ack<'w>(&self, ua: &'w mut UserAgent, seq: u32, branch: Branch) -> Draft<'w> {
        self.draft(ua, CSeq { seq, method: Method::Ack }, branch, 70)
    }

    /// Continues the numbering of both sides where the early dialog has got to.
    pub(crate) fn continue_from(&mut self, early: &Dialog) {
        self.number_from(early);
        self.remote_seq = early.remote_seq;
    }

    /// Continues our numbering from another dialog of the same INVITE.
    pub(crate) fn number_from(&mut self, other: &Dialog) {
        self.local_seq = self.local_seq.max(other.local_seq);
    }

    fn draft<'w>(&self, ua: &'w mut UserAgent, cseq: CSeq, branch: Branch, max_forwards: u8) -> Draft<'w> {
        let uri = self.routes.request_uri(&self.target);
        let mut draft = ua.request(cseq.method, uri, branch, max_forwards);
        self.routes.write(&self.target, &mut draft);
        draft
            .header(HeaderName::From, self.local.as_ref())
            .header(HeaderName::To, self.remote.as_ref())
            .header(HeaderName::CallId, self.call_id.as_ref())
            .header(HeaderName::CSeq, cseq);
        draft
    }

    /// Where requests within the dialog go (RFC 3261 §12.2.1.1, without DNS).
    ///
    /// The next hop is the first route or the remote target. It is believed when it is a literal address
    /// from which the peer has really spoken. Otherwise the peer is behind NAT, or names a host, and is
    /// reached where its last message came from; nor can a peer make us send to a third party.
    pub(crate) fn next_hop(&self) -> SocketAddr {
        let named = self.routes.first().or_else(|| Uri::parse(&self.target));
        let port = named.as_ref().and_then(|uri| uri.port).unwrap_or(5060);
        match named.and_then(|uri| uri.host?.ip()) {
            Some(ip) if ip.to_canonical() == self.peer.ip().to_canonical() => {
                SocketAddr::new(self.peer.ip(), port)
            }
            Some(_) | None => self.peer,
        }
    }
}

/// The URI of the Contact.
fn target_of(message: &Message) -> Option<Box<[u8]>> {
    let contact = message.contact().ok()??;
    Some(contact.addr()?.uri.raw.into())
}
