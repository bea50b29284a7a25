//! Retry-After: when to try again (RFC 3261 §20.33).

use crate::sip::wire::lexer::Lexer;
use crate::sip::wire::{HeaderError, HeaderName, Message};

/// Seconds; the comment and the parameters after them are not read.
fn parse(value: &[u8]) -> Option<u32> {
    let mut lexer = Lexer::new(value);
    let seconds = lexer.number()?;
    lexer.skip_lws();
    matches!(lexer.peek(), None | Some(b'(' | b';')).then_some(seconds)
}

impl Message {
    /// Retry-After in seconds.
    pub fn retry_after(&self) -> Result<Option<u32>, HeaderError> {
        self.optional(HeaderName::RetryAfter, parse)
    }
}
