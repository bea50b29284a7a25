//! RSeq and RAck: provisional responses made reliable (RFC 3262 §7.1, §7.2).

use super::cseq::CSeq;
use crate::sip::wire::lexer::{Lexer, number};
use crate::sip::wire::writer::{Encode, Sink};
use crate::sip::wire::{HeaderError, HeaderName, Message};

/// Which provisional response a PRACK acknowledges.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RAck {
    /// The RSeq of the response.
    pub rseq: u32,
    /// The CSeq of the response.
    pub cseq: CSeq,
}

impl RAck {
    /// A whole header value.
    pub fn parse(value: &[u8]) -> Option<RAck> {
        let mut lexer = Lexer::new(value);
        let rseq = lexer.number().filter(|&n| n > 0)?;
        lexer.skip_lws();
        Some(RAck { rseq, cseq: CSeq::parse(lexer.rest())? })
    }
}

impl Encode for RAck {
    fn encode(&self, out: &mut Sink<'_>) {
        out.push_number(self.rseq);
        out.push(b" ");
        self.cseq.encode(out);
    }
}

impl Message {
    /// RSeq; 1 to 2^32-1.
    pub fn rseq(&self) -> Result<Option<u32>, HeaderError> {
        self.optional(HeaderName::RSeq, |value| number(value).filter(|&n| n > 0))
    }

    /// RAck.
    pub fn rack(&self) -> Result<Option<RAck>, HeaderError> {
        self.optional(HeaderName::RAck, RAck::parse)
    }
}
