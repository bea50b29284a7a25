//! Authorization and Proxy-Authorization: digest credentials (RFC 3261 §20.7, §20.28; RFC 7616 §3.4).

use std::borrow::Cow;

use super::digest_params::{self, field};
use crate::sip::wire::writer::{Encode, Sink};
use crate::sip::wire::{HeaderError, HeaderName, Message};

/// What a client answers to a challenge. Quoted values are without their quotes and escapes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Credentials<'a> {
    /// Who.
    pub username: Cow<'a, [u8]>,
    /// For which realm.
    pub realm: Cow<'a, [u8]>,
    /// The server's nonce.
    pub nonce: Cow<'a, [u8]>,
    /// The URI the digest was made over.
    pub uri: Cow<'a, [u8]>,
    /// The digest in hexadecimal.
    pub response: Cow<'a, [u8]>,
    /// `MD5` when absent.
    pub algorithm: Option<Cow<'a, [u8]>>,
    /// The client's nonce.
    pub cnonce: Option<Cow<'a, [u8]>>,
    /// `auth` or `auth-int`.
    pub qop: Option<Cow<'a, [u8]>>,
    /// How often the nonce was used, in hexadecimal.
    pub nc: Option<Cow<'a, [u8]>>,
    /// The server's opaque value, returned.
    pub opaque: Option<Cow<'a, [u8]>>,
}

impl<'a> Credentials<'a> {
    /// A whole header value; `None` when it is no digest, or one of the five fields that every digest has is
    /// missing, or a field occurs twice.
    pub fn parse(value: &'a [u8]) -> Option<Credentials<'a>> {
        let fields = digest_params::parse(value)?;
        Some(Credentials {
            username: field(&fields, "username")?,
            realm: field(&fields, "realm")?,
            nonce: field(&fields, "nonce")?,
            uri: field(&fields, "uri")?,
            response: field(&fields, "response")?,
            algorithm: field(&fields, "algorithm"),
            cnonce: field(&fields, "cnonce"),
            qop: field(&fields, "qop"),
            nc: field(&fields, "nc"),
            opaque: field(&fields, "opaque"),
        })
    }

    /// The count of uses of the nonce.
    pub fn nonce_count(&self) -> Option<u32> {
        let nc = std::str::from_utf8(self.nc.as_ref()?).ok()?;
        if nc.len() > 8 || nc.starts_with('+') {
            return None;
        }
        u32::from_str_radix(nc, 16).ok()
    }
}

impl Encode for Credentials<'_> {
    fn encode(&self, out: &mut Sink<'_>) {
        let mut fields = digest_params::Fields::start(out);
        fields.quoted("username", Some(&self.username));
        fields.quoted("realm", Some(&self.realm));
        fields.quoted("nonce", Some(&self.nonce));
        fields.quoted("uri", Some(&self.uri));
        fields.quoted("response", Some(&self.response));
        fields.token("algorithm", self.algorithm.as_deref());
        fields.quoted("cnonce", self.cnonce.as_deref());
        fields.token("qop", self.qop.as_deref());
        fields.token("nc", self.nc.as_deref());
        fields.quoted("opaque", self.opaque.as_deref());
    }
}

impl Message {
    /// Every Authorization, one a line (RFC 3261 §7.3.1: these do not combine).
    pub fn authorizations(&self) -> impl Iterator<Item = Result<Credentials<'_>, HeaderError>> {
        self.each(HeaderName::Authorization, Credentials::parse)
    }

    /// Every Proxy-Authorization.
    pub fn proxy_authorizations(&self) -> impl Iterator<Item = Result<Credentials<'_>, HeaderError>> {
        self.each(HeaderName::ProxyAuthorization, Credentials::parse)
    }
}
