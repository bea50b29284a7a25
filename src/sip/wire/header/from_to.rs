//! From and To: the two ends of a dialog, with their tags (RFC 3261 §20.20, §20.39).

use crate::sip::wire::{HeaderError, HeaderName, Message, NameAddr};

impl Message {
    /// From.
    pub fn from(&self) -> Result<NameAddr<'_>, HeaderError> {
        self.required(HeaderName::From, NameAddr::parse)
    }

    /// To.
    pub fn to(&self) -> Result<NameAddr<'_>, HeaderError> {
        self.required(HeaderName::To, NameAddr::parse)
    }
}
