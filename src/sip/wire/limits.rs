//! What a message may be at most. Reaching a limit is an error with its own [`Reason`](super::Reason).

/// Longest start line, in bytes without its CRLF.
pub const START_LINE_MAX: usize = 8 * 1024;
/// Longest header line, in bytes, its folded continuation lines included.
pub const HEADER_LINE_MAX: usize = 8 * 1024;
/// Most header lines in a message.
pub const HEADER_LINES_MAX: usize = 256;
/// Most Via values in a message; lines are counted by parsing, values by
/// [`Message::validate`](super::Message::validate).
pub const VIAS_MAX: usize = 32;
/// Most parameters of one header value or URI, and most fields of one digest.
pub const PARAMS_MAX: usize = 64;
/// Longest message in a datagram.
pub const DATAGRAM_MAX: usize = 64 * 1024;
/// Longest message on a stream.
pub const STREAM_MESSAGE_MAX: usize = 256 * 1024;
/// Longest method name. Names of extension methods are kept in place, so they are bounded.
pub const METHOD_MAX: usize = 47;
/// CSeq numbers are below 2^31 (RFC 3261 §8.1.1.5).
pub const CSEQ_LIMIT: u32 = 1 << 31;
