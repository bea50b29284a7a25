//! Content-Type and Content-Length: what the body is (RFC 3261 §20.14, §20.15).

use crate::sip::wire::lexer::{Lexer, number};
use crate::sip::wire::params::Params;
use crate::sip::wire::{HeaderError, HeaderName, Message};

/// A media type.
#[derive(Debug, Clone, Copy)]
pub struct ContentType<'a> {
    /// `application`
    pub kind: &'a [u8],
    /// `sdp`
    pub subtype: &'a [u8],
    /// `charset`, `boundary`, …
    pub params: Params<'a>,
}

impl<'a> ContentType<'a> {
    /// A whole header value.
    pub fn parse(value: &'a [u8]) -> Option<ContentType<'a>> {
        let mut lexer = Lexer::new(value);
        let kind = lexer.token()?;
        let subtype = lexer.eat_spaced(b'/').then(|| lexer.token())??;
        let params = Params::lex_header(&mut lexer)?;
        lexer.at_end().then_some(ContentType { kind, subtype, params })
    }

    /// Whether it is that type, such as `application` and `sdp`; case does not count.
    pub fn is(&self, kind: &str, subtype: &str) -> bool {
        self.kind.eq_ignore_ascii_case(kind.as_bytes())
            && self.subtype.eq_ignore_ascii_case(subtype.as_bytes())
    }

    /// Whether it is a session description (RFC 3261 §13.2.1).
    pub fn is_sdp(&self) -> bool {
        self.is("application", "sdp")
    }
}

impl Message {
    /// Content-Type.
    pub fn content_type(&self) -> Result<Option<ContentType<'_>>, HeaderError> {
        self.optional(HeaderName::ContentType, ContentType::parse)
    }

    /// Content-Length as written; the body is already cut to it.
    pub fn content_length(&self) -> Result<Option<u32>, HeaderError> {
        self.optional(HeaderName::ContentLength, number)
    }
}
