//! Reason: why a request was sent or a call ended (RFC 3326, Q.850 causes, RFC 6432).

use std::borrow::Cow;

use crate::sip::wire::lexer::Lexer;
use crate::sip::wire::params::Params;
use crate::sip::wire::writer::{Encode, Sink};
use crate::sip::wire::{HeaderError, HeaderName, Message};

/// One reason.
#[derive(Debug, Clone, Copy)]
pub struct ReasonValue<'a> {
    /// `SIP`, `Q.850`, …
    pub protocol: &'a [u8],
    /// `cause`, `text`.
    pub params: Params<'a>,
}

impl<'a> ReasonValue<'a> {
    /// One value of the list.
    pub fn parse(value: &'a [u8]) -> Option<ReasonValue<'a>> {
        let mut lexer = Lexer::new(value);
        let protocol = lexer.token()?;
        let params = Params::lex_header(&mut lexer)?;
        lexer.at_end().then_some(ReasonValue { protocol, params })
    }

    /// The cause in the protocol's own numbers.
    pub fn cause(&self) -> Option<u32> {
        self.params.number("cause")
    }

    /// Words for people; any encoding.
    pub fn text(&self) -> Option<Cow<'a, [u8]>> {
        self.params.text("text")
    }

    /// The Q.850 cause, if that is the protocol.
    pub fn q850(&self) -> Option<u32> {
        if self.protocol.eq_ignore_ascii_case(b"Q.850") { self.cause() } else { None }
    }
}

/// A reason to write.
#[derive(Debug, Clone, Copy)]
pub struct OwnReason<'a> {
    /// `SIP` or `Q.850`.
    pub protocol: &'a str,
    /// The number.
    pub cause: u32,
    /// Words for people.
    pub text: Option<&'a str>,
}

impl Encode for OwnReason<'_> {
    fn encode(&self, out: &mut Sink<'_>) {
        out.push(self.protocol.as_bytes());
        out.push(b";cause=");
        out.push_number(self.cause);
        if let Some(text) = self.text {
            out.push(b";text=");
            out.push_quoted(text.as_bytes());
        }
    }
}

impl Message {
    /// Every Reason.
    pub fn reasons(&self) -> impl Iterator<Item = Result<ReasonValue<'_>, HeaderError>> {
        self.each(HeaderName::Reason, ReasonValue::parse)
    }
}
