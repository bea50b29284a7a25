//! What every message of ours says about us: Via, Contact, User-Agent, Allow, Supported.

use std::net::SocketAddr;

use crate::sip::dialog::Tag;
use crate::sip::transaction::Branch;
use crate::sip::wire::{Draft, Encode, HeaderName, Message, Method, Status, Writer};

/// Writes our messages.
#[derive(Debug)]
pub(crate) struct UserAgent {
    writer: Writer,
    contact: SocketAddr,
    name: String,
}

/// The methods we take.
pub(crate) const ALLOW: &str = "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, PRACK, UPDATE, REGISTER";
/// The extensions we know (RFC 3262).
pub(crate) const SUPPORTED: &str = "100rel";

impl UserAgent {
    /// A user agent reached at `contact`.
    pub(crate) fn new(contact: SocketAddr, name: &str) -> Self {
        Self { writer: Writer::new(), contact, name: name.to_owned() }
    }

    /// Whether a Via's sent-by names us.
    pub(crate) fn is_us(&self, via: &crate::sip::wire::header::Via<'_>) -> bool {
        via.host.ip() == Some(self.contact.ip()) && via.port.unwrap_or(5060) == self.contact.port()
    }

    /// Starts a request: request line, Via, Max-Forwards, User-Agent.
    pub(crate) fn request(
        &mut self,
        method: Method,
        uri: impl Encode,
        branch: Branch,
        max_forwards: u8,
    ) -> Draft<'_> {
        let mut draft = self.writer.request(method, uri);
        draft
            .header(HeaderName::Via, Via { sent_by: self.contact, branch })
            .header(HeaderName::MaxForwards, u32::from(max_forwards));
        if method != Method::Ack {
            draft.header(HeaderName::UserAgent, self.name.as_str());
        }
        draft
    }

    /// Starts a response.
    pub(crate) fn respond(
        &mut self,
        request: &Message,
        status: Status,
        tag: Tag,
        source: SocketAddr,
    ) -> Draft<'_> {
        self.writer.respond(request, status, Some(&tag.digits()), Some(source))
    }

    /// Our Contact.
    pub(crate) fn contact(&self) -> Contact {
        Contact(self.contact)
    }

    /// Starts a message that repeats parts of another: the ACK of a failure, or a CANCEL (RFC 3261 §9.1,
    /// §17.1.1.3).
    pub(crate) fn hop_by_hop(&mut self, method: Method, invite: &Message) -> Draft<'_> {
        let mut draft = self.writer.request(method, invite.raw_uri());
        draft
            .copy_first(invite, HeaderName::Via)
            .header(HeaderName::MaxForwards, 70u32)
            .copy(invite, HeaderName::Route)
            .copy(invite, HeaderName::From)
            .copy(invite, HeaderName::CallId);
        let seq = invite.cseq().map_or(0, |cseq| cseq.seq);
        draft.header(HeaderName::CSeq, crate::sip::wire::header::CSeq { seq, method });
        draft
    }
}

/// Our Contact header's value.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Contact(SocketAddr);

impl Encode for Contact {
    fn encode(&self, out: &mut crate::sip::wire::Sink<'_>) {
        out.push(b"<sip:");
        out.push_socket(self.0);
        out.push(b">");
    }
}

/// Our Via header's value.
struct Via {
    sent_by: SocketAddr,
    branch: Branch,
}

impl Encode for Via {
    fn encode(&self, out: &mut crate::sip::wire::Sink<'_>) {
        out.push(b"SIP/2.0/UDP ");
        out.push_socket(self.sent_by);
        out.push(b";rport;branch=");
        self.branch.encode(out);
    }
}
