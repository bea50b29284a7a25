//! What may be wrong with a received message, and where (RFC 3261 §7, §8.1.1, §18.3).
//!
//! The faults are the peer's: `sip::stack` maps them once to a 4xx or to silence.

use std::fmt;

use super::{HeaderName, Message, Status};

/// Why a message was not accepted.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{reason} at byte {at}")]
pub struct ParseError {
    /// Offset of the offending byte in the datagram or frame.
    pub at: usize,
    /// What is wrong there.
    pub reason: Reason,
    /// What could be read, when the start line was a request's: enough to answer it statelessly.
    /// Its headers may be missing or malformed; only the accessors' results may be trusted.
    pub partial: Option<Box<Message>>,
}

impl ParseError {
    /// The status that answers this fault, if it deserves an answer.
    pub fn answer(&self) -> Option<Status> {
        self.partial.as_ref()?;
        match self.reason {
            Reason::KeepAlive => None,
            Reason::Version => Some(Status::VERSION_NOT_SUPPORTED),
            Reason::MessageTooLarge | Reason::TooManyHeaders => Some(Status::MESSAGE_TOO_LARGE),
            Reason::MethodTooLong => Some(Status::NOT_IMPLEMENTED),
            _ => Some(Status::BAD_REQUEST),
        }
    }
}

/// The kinds of fault in a message's structure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// Nothing but CRLFs or NULs: a NAT keep-alive (RFC 5626 §3.5.1, RFC 3261 §7.5), not a message.
    #[error("keep-alive, not a message")]
    KeepAlive,
    /// The message is larger than its transport allows.
    #[error("message too large")]
    MessageTooLarge,
    /// The first line is longer than [`START_LINE_MAX`](super::limits::START_LINE_MAX).
    #[error("start line too long")]
    StartLineTooLong,
    /// The first line is neither a request line nor a status line.
    #[error("malformed start line")]
    StartLine,
    /// The method is not a token.
    #[error("malformed method")]
    Method,
    /// The method is longer than [`METHOD_MAX`](super::limits::METHOD_MAX).
    #[error("method too long")]
    MethodTooLong,
    /// The Request-URI is empty or holds white space or other bytes no URI may hold.
    #[error("malformed request-uri")]
    RequestUri,
    /// The protocol version is not `SIP/2.0`.
    #[error("unsupported protocol version")]
    Version,
    /// The status code is not three digits between 100 and 699.
    #[error("malformed status code")]
    StatusCode,
    /// A CR without LF, or an LF without CR, in the head.
    #[error("bare CR or LF")]
    BareLineEnd,
    /// The head ends without an empty line.
    #[error("head not ended by an empty line")]
    Truncated,
    /// A header line has no colon.
    #[error("header line without colon")]
    NoColon,
    /// A header name is not a token.
    #[error("malformed header name")]
    BadHeaderName,
    /// A header line is longer than [`HEADER_LINE_MAX`](super::limits::HEADER_LINE_MAX).
    #[error("header line too long")]
    HeaderTooLong,
    /// More than [`HEADER_LINES_MAX`](super::limits::HEADER_LINES_MAX) header lines.
    #[error("too many headers")]
    TooManyHeaders,
    /// More than [`VIAS_MAX`](super::limits::VIAS_MAX) Via values.
    #[error("too many Via values")]
    TooManyVias,
    /// The Content-Length is no number.
    #[error("malformed Content-Length")]
    BadContentLength,
    /// The body is shorter than the Content-Length says.
    #[error("body shorter than Content-Length")]
    BodyTooShort,
    /// A stream message without Content-Length: where it ends cannot be known.
    #[error("no Content-Length on a stream")]
    NoContentLength,
    /// A header every message must have is missing.
    #[error("{0} missing")]
    Missing(HeaderName),
    /// A header that may appear once appears again.
    #[error("{0} repeated")]
    Repeated(HeaderName),
    /// A header's value breaks its grammar or range.
    #[error("malformed {0}")]
    BadHeader(HeaderName),
    /// The CSeq's method is not the request's.
    #[error("CSeq method differs from the request's")]
    CSeqMethod,
}

/// Why a header's value cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{name}: {fault}")]
pub struct HeaderError {
    /// The header concerned.
    pub name: HeaderName,
    /// What is wrong with it.
    pub fault: Fault,
}

/// The kinds of fault in one header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The message does not have it.
    Missing,
    /// Its value breaks its grammar.
    Syntax,
    /// Its number does not fit its range.
    Range,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Fault::Missing => "missing",
            Fault::Syntax => "malformed",
            Fault::Range => "out of range",
        })
    }
}
