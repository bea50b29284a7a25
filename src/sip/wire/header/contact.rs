//! Contact: where to reach the sender directly, and what a REGISTER binds (RFC 3261 §20.10, RFC 5626 §4.1).

use std::borrow::Cow;

use crate::sip::wire::{HeaderError, HeaderName, Message, NameAddr};

/// One Contact value.
#[derive(Debug, Clone, Copy)]
pub enum Contact<'a> {
    /// `*`: every binding (RFC 3261 §10.2.2).
    Star,
    /// An address.
    Addr(NameAddr<'a>),
}

impl<'a> Contact<'a> {
    /// One value of the list.
    pub fn parse(value: &'a [u8]) -> Option<Contact<'a>> {
        if value == b"*" {
            return Some(Contact::Star);
        }
        NameAddr::parse(value).map(Contact::Addr)
    }

    /// The address, unless it is `*`.
    pub fn addr(&self) -> Option<&NameAddr<'a>> {
        match self {
            Contact::Star => None,
            Contact::Addr(addr) => Some(addr),
        }
    }

    /// The `expires` parameter in seconds. A value that is no number reads as 3600, one too large as the
    /// largest (RFC 3261 §10.3 step 7, §20.10).
    pub fn expires(&self) -> Option<u32> {
        Some(super::expires::lenient(self.addr()?.params.value("expires")?))
    }

    /// The `q` parameter in thousandths; 1000 when absent or malformed.
    pub fn q_millis(&self) -> u16 {
        let value = self.addr().and_then(|addr| addr.params.value("q"));
        value.and_then(q_millis).unwrap_or(1000)
    }

    /// The `+sip.instance` parameter without its quotes: `<urn:uuid:…>`.
    pub fn instance(&self) -> Option<Cow<'a, [u8]>> {
        self.addr()?.params.text("+sip.instance")
    }

    /// The `reg-id` parameter (RFC 5626 §4.2).
    pub fn reg_id(&self) -> Option<u32> {
        self.addr()?.params.number("reg-id")
    }
}

/// `( "0" [ "." 0*3DIGIT ] ) / ( "1" [ "." 0*3("0") ] )`.
fn q_millis(value: &[u8]) -> Option<u16> {
    let mut parts = value.splitn(2, |&b| b == b'.');
    let whole = parts.next()?;
    let fraction = parts.next().unwrap_or_default();
    if fraction.len() > 3 || !fraction.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let digit = |at: usize| fraction.get(at).map_or(0, |b| u16::from(b - b'0'));
    let millis = digit(0) * 100 + digit(1) * 10 + digit(2);
    match whole {
        b"0" | b"" => Some(millis),
        b"1" if millis == 0 => Some(1000),
        _ => None,
    }
}

impl Message {
    /// The first Contact, if there is one.
    pub fn contact(&self) -> Result<Option<Contact<'_>>, HeaderError> {
        self.optional(HeaderName::Contact, Contact::parse)
    }

    /// Every Contact in order.
    pub fn contacts(&self) -> impl Iterator<Item = Result<Contact<'_>, HeaderError>> {
        self.each(HeaderName::Contact, Contact::parse)
    }
}
