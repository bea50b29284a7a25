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

    /// The tag of From.
    pub fn from_tag(&self) -> Option<&[u8]> {
        match self.noted {
            Some(noted) => noted.from_tag.map(|tag| self.span(tag)),
            None => self.from().ok()?.tag(),
        }
    }

    /// The tag of To.
    pub fn to_tag(&self) -> Option<&[u8]> {
        match self.noted {
            Some(noted) => noted.to_tag.map(|tag| self.span(tag)),
            None => self.to().ok()?.tag(),
        }
    }
}
