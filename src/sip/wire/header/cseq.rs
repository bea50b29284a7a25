//! CSeq: the order of requests in a dialog (RFC 3261 §20.16).

use crate::sip::wire::lexer::Lexer;
use crate::sip::wire::limits::CSEQ_LIMIT;
use crate::sip::wire::writer::{Encode, Sink};
use crate::sip::wire::{HeaderError, HeaderName, Message, Method};

/// Number and method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CSeq {
    /// The number, below 2^31.
    pub seq: u32,
    /// The method of the request it numbers.
    pub method: Method,
}

impl CSeq {
    /// A whole header value.
    pub fn parse(value: &[u8]) -> Option<CSeq> {
        let mut lexer = Lexer::new(value);
        let seq = lexer.number().filter(|&seq| seq < CSEQ_LIMIT)?;
        lexer.skip_lws();
        let method = Method::from_bytes(lexer.token()?)?;
        lexer.at_end().then_some(CSeq { seq, method })
    }
}

impl Encode for CSeq {
    fn encode(&self, out: &mut Sink<'_>) {
        out.push_number(self.seq);
        out.push(b" ");
        self.method.encode(out);
    }
}

impl Message {
    /// The CSeq.
    pub fn cseq(&self) -> Result<CSeq, HeaderError> {
        self.required(HeaderName::CSeq, CSeq::parse)
    }
}
