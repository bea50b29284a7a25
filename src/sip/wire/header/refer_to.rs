//! Refer-To and Referred-By: whom to call next and who asks for it (RFC 3515 §2.1, RFC 3892 §3).

use std::borrow::Cow;

use crate::sip::wire::uri::unescape;
use crate::sip::wire::{HeaderError, HeaderName, Message, NameAddr};

/// The value of a `Replaces` header inside a Refer-To URI, unescaped (RFC 3891 §3); read it with
/// [`Replaces::parse`](super::replaces::Replaces::parse).
pub fn embedded_replaces<'a>(refer_to: &NameAddr<'a>) -> Option<Cow<'a, [u8]>> {
    refer_to.uri.headers.split(|&b| b == b'&').find_map(|header| {
        let at = memchr::memchr(b'=', header)?;
        let (name, value) = header.split_at_checked(at)?;
        name.eq_ignore_ascii_case(b"Replaces").then(|| unescape(value.get(1..).unwrap_or_default()))
    })
}

impl Message {
    /// Refer-To.
    pub fn refer_to(&self) -> Result<Option<NameAddr<'_>>, HeaderError> {
        self.optional(HeaderName::ReferTo, NameAddr::parse)
    }

    /// Referred-By.
    pub fn referred_by(&self) -> Result<Option<NameAddr<'_>>, HeaderError> {
        self.optional(HeaderName::ReferredBy, NameAddr::parse)
    }
}
