//! Route, Record-Route, Path and Service-Route: the way a request takes (RFC 3261 §20.30, §20.34, RFC 3327,
//! RFC 3608).

use crate::sip::wire::{HeaderError, HeaderName, Message, NameAddr};

/// These headers demand angle brackets, so that `;lr` is the URI's.
fn parse(value: &[u8]) -> Option<NameAddr<'_>> {
    NameAddr::parse(value).filter(|_| value.contains(&b'<'))
}

impl Message {
    /// Every Route in order.
    pub fn routes(&self) -> impl Iterator<Item = Result<NameAddr<'_>, HeaderError>> {
        self.each(HeaderName::Route, parse)
    }

    /// Every Record-Route in order.
    pub fn record_routes(&self) -> impl Iterator<Item = Result<NameAddr<'_>, HeaderError>> {
        self.each(HeaderName::RecordRoute, parse)
    }

    /// Every Path in order.
    pub fn paths(&self) -> impl Iterator<Item = Result<NameAddr<'_>, HeaderError>> {
        self.each(HeaderName::Path, parse)
    }
}
