//! Replaces: the dialog a new INVITE takes over (RFC 3891 §6.1).

use crate::sip::wire::lexer::Lexer;
use crate::sip::wire::params::Params;
use crate::sip::wire::writer::{Encode, Sink};
use crate::sip::wire::{HeaderError, HeaderName, Message};

/// A dialog as its receiver sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Replaces<'a> {
    /// Its Call-ID.
    pub call_id: &'a [u8],
    /// The receiver's tag.
    pub to_tag: &'a [u8],
    /// The other side's tag.
    pub from_tag: &'a [u8],
    /// Only if the dialog is still early.
    pub early_only: bool,
}

impl<'a> Replaces<'a> {
    /// A whole header value; also what a Refer-To URI carries, unescaped, as its `Replaces` header.
    pub fn parse(value: &'a [u8]) -> Option<Replaces<'a>> {
        let mut lexer = Lexer::new(value);
        let call_id = lexer.take_while(|b| b > 0x20 && !matches!(b, b';' | b',' | 0x7f));
        let params = Params::lex_header(&mut lexer)?;
        if call_id.is_empty() || !lexer.at_end() {
            return None;
        }
        let (to_tag, from_tag) = (params.value("to-tag")?, params.value("from-tag")?);
        Some(Replaces { call_id, to_tag, from_tag, early_only: params.has("early-only") })
    }
}

impl Encode for Replaces<'_> {
    fn encode(&self, out: &mut Sink<'_>) {
        out.push(self.call_id);
        out.push(b";to-tag=");
        out.push(self.to_tag);
        out.push(b";from-tag=");
        out.push(self.from_tag);
        if self.early_only {
            out.push(b";early-only");
        }
    }
}

impl Message {
    /// Replaces.
    pub fn replaces(&self) -> Result<Option<Replaces<'_>>, HeaderError> {
        self.optional(HeaderName::Replaces, Replaces::parse)
    }
}
