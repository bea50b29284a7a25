//! WWW-Authenticate and Proxy-Authenticate: digest challenges (RFC 3261 §20.27, §20.44; RFC 7616 §3.3).

use std::borrow::Cow;

use super::digest_params::{self, field};
use crate::sip::wire::writer::{Encode, Sink};
use crate::sip::wire::{HeaderError, HeaderName, Message};

/// What a server asks for. Quoted values are without their quotes and escapes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Challenge<'a> {
    /// Whose password is asked for.
    pub realm: Cow<'a, [u8]>,
    /// The server's nonce.
    pub nonce: Cow<'a, [u8]>,
    /// To be returned unchanged.
    pub opaque: Option<Cow<'a, [u8]>>,
    /// `MD5` when absent.
    pub algorithm: Option<Cow<'a, [u8]>>,
    /// The offered qualities of protection, separated by commas.
    pub qop: Option<Cow<'a, [u8]>>,
    /// The credentials were right, only the nonce was old.
    pub stale: bool,
}

impl<'a> Challenge<'a> {
    /// A whole header value; `None` when it is no digest or lacks realm or nonce.
    pub fn parse(value: &'a [u8]) -> Option<Challenge<'a>> {
        let fields = digest_params::parse(value)?;
        Some(Challenge {
            realm: field(&fields, "realm")?,
            nonce: field(&fields, "nonce")?,
            opaque: field(&fields, "opaque"),
            algorithm: field(&fields, "algorithm"),
            qop: field(&fields, "qop"),
            stale: field(&fields, "stale").is_some_and(|v| v.eq_ignore_ascii_case(b"true")),
        })
    }

    /// Whether `wanted`, such as `auth`, is among the offered qualities of protection.
    pub fn offers_qop(&self, wanted: &str) -> bool {
        let offered = self.qop.as_deref().unwrap_or_default();
        offered.split(|&b| b == b',').any(|q| q.trim_ascii().eq_ignore_ascii_case(wanted.as_bytes()))
    }
}

impl Encode for Challenge<'_> {
    fn encode(&self, out: &mut Sink<'_>) {
        let mut fields = digest_params::Fields::start(out);
        fields.quoted("realm", Some(&self.realm));
        fields.quoted("nonce", Some(&self.nonce));
        fields.quoted("opaque", self.opaque.as_deref());
        fields.token("algorithm", self.algorithm.as_deref());
        fields.quoted("qop", self.qop.as_deref());
        fields.token("stale", self.stale.then_some(b"true"));
    }
}

impl Message {
    /// Every WWW-Authenticate, in the server's order of preference (RFC 8760 §2.3).
    pub fn www_authenticates(&self) -> impl Iterator<Item = Result<Challenge<'_>, HeaderError>> {
        self.each(HeaderName::WwwAuthenticate, Challenge::parse)
    }

    /// Every Proxy-Authenticate.
    pub fn proxy_authenticates(&self) -> impl Iterator<Item = Result<Challenge<'_>, HeaderError>> {
        self.each(HeaderName::ProxyAuthenticate, Challenge::parse)
    }
}
