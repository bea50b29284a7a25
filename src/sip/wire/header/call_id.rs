//! Call-ID: what all messages of a dialog share (RFC 3261 §20.8). Compared byte for byte.

use crate::sip::wire::{HeaderError, HeaderName, Message};

/// A Call-ID is one word. The grammar lists its bytes; we refuse only what would not come back unharmed.
fn parse(value: &[u8]) -> Option<&[u8]> {
    (!value.is_empty() && value.iter().all(|&b| b > 0x20 && b != 0x7f)).then_some(value)
}

impl Message {
    /// The Call-ID.
    pub fn call_id(&self) -> Result<&[u8], HeaderError> {
        self.required(HeaderName::CallId, parse)
    }
}
