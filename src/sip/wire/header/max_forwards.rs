//! Max-Forwards: how many hops a request may still take (RFC 3261 §20.22).

use crate::sip::wire::lexer::number;
use crate::sip::wire::{HeaderError, HeaderName, Message};

/// 0–255 says the text; larger numbers are sent and are harmless, so they read as 255.
fn parse(value: &[u8]) -> Option<u8> {
    if value.is_empty() || !value.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(number(value).and_then(|n| u8::try_from(n).ok()).unwrap_or(u8::MAX))
}

impl Message {
    /// Max-Forwards; `None` in requests of RFC 2543.
    pub fn max_forwards(&self) -> Result<Option<u8>, HeaderError> {
        self.optional(HeaderName::MaxForwards, parse)
    }
}
