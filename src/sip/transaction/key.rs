//! Which transaction a message belongs to: RFC 3261 §17.1.3, §17.2.3.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use smallvec::SmallVec;

use crate::sip::wire::{Encode, Host, Message, Method};
use crate::stdx::Rng;
use crate::stdx::digits::hex;

/// A branch of ours: 64 bits of chance behind the cookie of RFC 3261 §8.1.1.7.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Branch(u64);

const COOKIE: &[u8] = b"z9hG4bK";

impl Branch {
    /// One never used before.
    pub(crate) fn draw(rng: &mut Rng) -> Self {
        Self(rng.next_u64())
    }

    /// The branch in a top Via, if it may be ours.
    pub(crate) fn parse(branch: &[u8]) -> Option<Self> {
        hex_u64(branch.strip_prefix(COOKIE)?).map(Self)
    }
}

impl fmt::Display for Branch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "z9hG4bK{:016x}", self.0)
    }
}

impl Encode for Branch {
    fn encode(&self, out: &mut crate::sip::wire::Sink<'_>) {
        out.push(COOKIE);
        out.push(&hex(self.0));
    }
}

/// Exactly 16 lower-case hexadecimal digits, as we write them.
pub(crate) fn hex_u64(digits: &[u8]) -> Option<u64> {
    if digits.len() != 16 || !digits.iter().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
        return None;
    }
    u64::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

/// A client transaction's name. A CANCEL shares the branch of its INVITE.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) struct ClientKey {
    branch: Branch,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Kind {
    Invite,
    Cancel,
    Other,
}

impl ClientKey {
    pub(super) fn new(branch: Branch, method: Method) -> Self {
        let kind = match method {
            Method::Invite => Kind::Invite,
            Method::Cancel => Kind::Cancel,
            _ => Kind::Other,
        };
        Self { branch, kind }
    }
}

/// A server transaction's name: branch, sent-by and method; for peers of RFC 2543, whose branch has no
/// cookie, what RFC 3261 §17.2.3 lists instead, without the To tag, which may differ between an INVITE and
/// its ACK.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) struct ServerKey(Arc<[u8]>);

impl ServerKey {
    /// The name of the request's own transaction; for an ACK that of the INVITE. `None` when Via cannot be
    /// read.
    pub(crate) fn of(request: &Message) -> Option<Self> {
        Self::with_method(
            request,
            match request.method()? {
                Method::Ack => Method::Invite,
                method => method,
            },
        )
    }

    /// The name of the INVITE that a CANCEL means (RFC 3261 §9.2).
    pub(crate) fn of_cancelled(cancel: &Message) -> Option<Self> {
        Self::with_method(cancel, Method::Invite)
    }

    fn with_method(request: &Message, method: Method) -> Option<Self> {
        let via = request.via().ok()?;
        let mut name = SmallVec::<[u8; 128]>::new();
        let mut part = |bytes: &[u8]| {
            name.extend_from_slice(bytes);
            name.push(0);
        };
        part(method.as_bytes());
        match via.branch() {
            Some(branch) if branch.starts_with(COOKIE) && branch.len() > COOKIE.len() => {
                part(branch);
                match via.host {
                    // A name has no part in front of it that is one such byte.
                    Host::Ip(IpAddr::V4(ip)) => {
                        part(&[4]);
                        part(&ip.octets());
                    }
                    Host::Ip(IpAddr::V6(ip)) => {
                        part(&[6]);
                        part(&ip.octets());
                    }
                    Host::Name(name) => part(&name.to_ascii_lowercase()),
                }
                part(&via.port.unwrap_or(5060).to_be_bytes());
            }
            _ => {
                part(request.raw_uri());
                part(request.from().ok()?.tag().unwrap_or_default());
                part(request.call_id().ok()?);
                part(&request.cseq().ok()?.seq.to_be_bytes());
                part(request.raw_line(crate::sip::wire::HeaderName::Via)?);
            }
        }
        Some(Self(Arc::from(name.as_slice())))
    }
}
