//! Expires and Min-Expires, in seconds (RFC 3261 §20.19, §20.23).

use crate::sip::wire::lexer::number;
use crate::sip::wire::{HeaderError, HeaderName, Message};

/// A malformed value reads as 3600, one above 2^32-1 as 2^32-1 (RFC 3261 §10.3 step 7, §20.10).
pub(super) fn lenient(value: &[u8]) -> u32 {
    if value.is_empty() || !value.iter().all(u8::is_ascii_digit) {
        return 3600;
    }
    number(value).unwrap_or(u32::MAX)
}

impl Message {
    /// Expires.
    pub fn expires(&self) -> Option<u32> {
        self.raw_line(HeaderName::Expires).map(lenient)
    }

    /// Min-Expires of a 423.
    pub fn min_expires(&self) -> Result<Option<u32>, HeaderError> {
        self.optional(HeaderName::MinExpires, number)
    }
}
