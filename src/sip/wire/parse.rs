//! Bytes → [`Message`]: start line, header index, body (RFC 3261 §7, §18.3, §25.1).
//!
//! One pass over the head, no copy, no allocation up to 36 header lines. Lines end with CRLF and nothing
//! else: where two parsers disagree about line ends, headers can be smuggled. Faults do not stop the pass where
//! it can go on, so that a malformed
//! request can still be answered from the headers that follow.

use bytes::Bytes;
use memchr::memchr2;
use smallvec::SmallVec;

use super::error::{ParseError, Reason};
use super::header::HeaderName;
use super::lexer::{is_token, number, trim_end, trim_start};
use super::limits::{
    CSEQ_LIMIT, DATAGRAM_MAX, HEADER_LINE_MAX, HEADER_LINES_MAX, METHOD_MAX, START_LINE_MAX,
    STREAM_MESSAGE_MAX, VIAS_MAX,
};
use super::message::{LineIndex, Message, Span, Start};
use super::method::Method;
use super::status::Status;
use super::uri::is_uri_byte;

/// Whether a datagram is a NAT keep-alive and no message: empty, CRLFs, or NULs.
pub fn is_keep_alive(datagram: &[u8]) -> bool {
    datagram.iter().all(|b| matches!(b, b'\r' | b'\n' | 0))
}

pub(super) fn datagram(bytes: Bytes) -> Result<Message, ParseError> {
    message(bytes, DATAGRAM_MAX, Framing::Datagram)
}

/// A message that framing has cut out of a stream.
pub(super) fn framed(bytes: Bytes) -> Result<Message, ParseError> {
    message(bytes, STREAM_MESSAGE_MAX, Framing::Stream)
}

#[derive(Clone, Copy, PartialEq)]
enum Framing {
    Datagram,
    Stream,
}

fn message(bytes: Bytes, len_max: usize, framing: Framing) -> Result<Message, ParseError> {
    let mut head = Head::new(&bytes);
    if bytes.len() > len_max {
        head.note(len_max, Reason::MessageTooLarge);
    }
    let mut lines = Lines::new();
    let start = match head.read(&mut lines) {
        Ok(start) => start,
        Err(Note { at, reason }) => return Err(ParseError { at, reason, partial: None }),
    };
    let body = head.body(framing);
    head.check(&start);
    let Head { fault, seen, .. } = head;
    let message = Message { start, lines, seen, body, noted: None, bytes };
    match fault {
        None => Ok(message),
        Some(Note { at, reason }) => {
            let partial = message.is_request().then(|| Box::new(message));
            Err(ParseError { at, reason, partial })
        }
    }
}

/// The head of a message while it is read.
struct Head<'a> {
    bytes: &'a [u8],
    at: usize,
    /// The first fault that did not stop the reading.
    fault: Option<Note>,
    seen: u128,
    vias: usize,
    cseq: Option<LineIndex>,
    content_length: Option<LineIndex>,
}

#[derive(Clone, Copy)]
struct Note {
    at: usize,
    reason: Reason,
}

type Lines = SmallVec<[LineIndex; 36]>;

impl<'a> Head<'a> {
    fn new(bytes: &'a [u8]) -> Head<'a> {
        Head { bytes, at: 0, fault: None, seen: 0, vias: 0, cseq: None, content_length: None }
    }

    fn read(&mut self, lines: &mut Lines) -> Result<Start, Note> {
        self.skip_line_ends()?;
        let start = self.start_line()?;
        self.header_lines(lines);
        Ok(start)
    }

    /// RFC 3261 §7.5: CRLFs before the start line are ignored.
    fn skip_line_ends(&mut self) -> Result<(), Note> {
        while let Some(b'\r' | b'\n') = self.bytes.get(self.at) {
            self.at += 1;
        }
        if is_keep_alive(self.rest()) {
            return Err(Note { at: self.at, reason: Reason::KeepAlive });
        }
        Ok(())
    }

    fn start_line(&mut self) -> Result<Start, Note> {
        let at = self.at;
        let line = self.line().ok_or(Note { at: self.bytes.len(), reason: Reason::Truncated })?;
        if line.len() > START_LINE_MAX {
            return Err(Note { at: at + START_LINE_MAX, reason: Reason::StartLineTooLong });
        }
        if line.get(..4).is_some_and(|v| v.eq_ignore_ascii_case(b"SIP/")) {
            return self.status_line(at, line);
        }
        self.request_line(at, line)
    }

    /// `Method SP Request-URI SP SIP-Version`, with exactly these two spaces.
    fn request_line(&mut self, at: usize, line: &'a [u8]) -> Result<Start, Note> {
        let first = line.iter().position(|&b| !is_token(b)).unwrap_or(line.len());
        let (name, rest) = line.split_at_checked(first).unwrap_or((line, &[]));
        if name.is_empty() || rest.first() != Some(&b' ') {
            let reason = if rest.is_empty() { Reason::StartLine } else { Reason::Method };
            return Err(Note { at: at + first, reason });
        }
        if name.len() > METHOD_MAX {
            self.note(at + METHOD_MAX, Reason::MethodTooLong);
        }
        let method = Method::from_bytes(name.get(..name.len().min(METHOD_MAX)).unwrap_or_default())
            .ok_or(Note { at, reason: Reason::Method })?;
        let uri_at = at + first + 1;
        let rest = rest.get(1..).unwrap_or_default();
        let uri_len = rest.iter().position(|&b| !is_uri_byte(b)).unwrap_or(rest.len());
        let version = rest.get(uri_len..).unwrap_or_default();
        if uri_len == 0 || version.first() != Some(&b' ') {
            self.note(
                uri_at + uri_len,
                if version.is_empty() { Reason::StartLine } else { Reason::RequestUri },
            );
        } else {
            self.version(uri_at + uri_len + 1, version.get(1..).unwrap_or_default());
        }
        Ok(Start::Request { method, uri: span(uri_at, uri_len) })
    }

    fn version(&mut self, at: usize, version: &[u8]) {
        if version.eq_ignore_ascii_case(b"SIP/2.0") {
            return;
        }
        let looks_like_one = version.get(..4).is_some_and(|v| v.eq_ignore_ascii_case(b"SIP/"))
            && version.iter().all(|&b| is_token(b) || b == b'/');
        // White space inside what should be the URI, or after the version, is a malformed line.
        self.note(at, if looks_like_one { Reason::Version } else { Reason::StartLine });
    }

    /// `SIP-Version SP Status-Code SP Reason-Phrase`. The space after the code may be missing when no
    /// phrase follows: the grammar wants it, many senders forget it.
    fn status_line(&mut self, at: usize, line: &'a [u8]) -> Result<Start, Note> {
        if !line.get(..8).is_some_and(|v| v.eq_ignore_ascii_case(b"SIP/2.0 ")) {
            return Err(Note { at, reason: Reason::Version });
        }
        let bad_code = Note { at: at + 8, reason: Reason::StatusCode };
        let code = line.get(8..11).and_then(number).and_then(|code| u16::try_from(code).ok());
        let status = code.and_then(Status::new).ok_or(bad_code)?;
        match line.get(11) {
            None => Ok(Start::Response { status, reason: span(at + 11, 0) }),
            Some(b' ') => Ok(Start::Response { status, reason: span(at + 12, line.len() - 12) }),
            Some(_) => Err(bad_code),
        }
    }

    fn header_lines(&mut self, lines: &mut Lines) {
        loop {
            let at = self.at;
            let Some(line) = self.folded_line() else {
                return self.note(self.bytes.len(), Reason::Truncated);
            };
            if line.is_empty() {
                return;
            }
            if lines.len() >= HEADER_LINES_MAX {
                return self.note(at, Reason::TooManyHeaders);
            }
            match index_line(at, line) {
                Ok(index) => self.keep(index, lines),
                Err(fault) => self.note(fault.at, fault.reason),
            }
        }
    }

    fn keep(&mut self, index: LineIndex, lines: &mut Lines) {
        let bit = index.name.bit();
        if self.seen & bit != 0 && index.name.is_single() {
            // The first one stays the one that counts; the repetition is refused (RFC 4475 §3.3.8).
            return self.note(index.at as usize, Reason::Repeated(index.name));
        }
        match index.name {
            HeaderName::Via => {
                self.vias += 1;
                if self.vias > VIAS_MAX {
                    return self.note(index.at as usize, Reason::TooManyVias);
                }
            }
            HeaderName::CSeq => self.cseq = Some(index),
            HeaderName::ContentLength => self.content_length = Some(index),
            _ => {}
        }
        self.seen |= bit;
        lines.push(index);
    }

    /// A line with the continuation lines that belong to it (RFC 3261 §7.3.1), its last CRLF consumed.
    fn folded_line(&mut self) -> Option<&'a [u8]> {
        let at = self.at;
        let first = self.line()?;
        if first.is_empty() || !matches!(self.bytes.get(self.at), Some(b' ' | b'\t')) {
            return Some(first);
        }
        while matches!(self.bytes.get(self.at), Some(b' ' | b'\t')) {
            self.line()?;
        }
        self.bytes.get(at..self.at.checked_sub(2)?)
    }

    /// Up to the next CRLF, which is consumed. A bare CR or LF is noted and read as part of the line.
    fn line(&mut self) -> Option<&'a [u8]> {
        let start = self.at;
        let mut from = start;
        loop {
            let end = from + memchr2(b'\r', b'\n', self.bytes.get(from..)?)?;
            if self.bytes.get(end..end + 2) == Some(b"\r\n") {
                self.at = end + 2;
                return self.bytes.get(start..end);
            }
            self.note(end, Reason::BareLineEnd);
            from = end + 1;
        }
    }

    /// Where the body is (RFC 3261 §18.3).
    fn body(&mut self, framing: Framing) -> Span {
        let rest = self.rest().len();
        let Some(line) = self.content_length else {
            if framing == Framing::Stream {
                self.note(self.at, Reason::NoContentLength);
            }
            return span(self.at, rest);
        };
        let Some(len) = number(self.value(line)).and_then(|len| usize::try_from(len).ok()) else {
            self.note(value_at(line), Reason::BadContentLength);
            return span(self.at, rest);
        };
        if len > rest {
            self.note(self.bytes.len(), Reason::BodyTooShort);
        }
        span(self.at, len.min(rest))
    }

    /// What every message must have (RFC 3261 §8.1.1). A missing Max-Forwards is a request of RFC 2543.
    fn check(&mut self, start: &Start) {
        for name in [HeaderName::To, HeaderName::From, HeaderName::CallId, HeaderName::CSeq, HeaderName::Via]
        {
            if self.seen & name.bit() == 0 {
                self.note(self.at, Reason::Missing(name));
            }
        }
        let Some(line) = self.cseq else { return };
        let value = self.value(line);
        let digits = value.iter().position(|b| !b.is_ascii_digit()).unwrap_or(value.len());
        let (seq, method) = value.split_at_checked(digits).unwrap_or((value, &[]));
        let method_name = trim_start(method);
        if method.len() == method_name.len()
            || method_name.is_empty()
            || !method_name.iter().all(|&b| is_token(b))
            || number(seq).is_none_or(|seq| seq >= CSEQ_LIMIT)
        {
            return self.note(value_at(line), Reason::BadHeader(HeaderName::CSeq));
        }
        if let Start::Request { method, .. } = start
            && method.as_bytes() != method_name
        {
            self.note(value_at(line), Reason::CSeqMethod);
        }
    }

    fn note(&mut self, at: usize, reason: Reason) {
        self.fault.get_or_insert(Note { at, reason });
    }

    fn value(&self, line: LineIndex) -> &'a [u8] {
        let at = value_at(line);
        self.bytes.get(at..at + usize::from(line.value_len)).unwrap_or_default()
    }

    fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }
}

/// `field-name HCOLON [ field-value ]`. White space before the colon is not part of the name
/// (RFC 3261 §7.3.1): `X-bypass :` is the header `X-bypass`.
fn index_line(at: usize, line: &[u8]) -> Result<LineIndex, Note> {
    if line.len() > HEADER_LINE_MAX {
        return Err(Note { at: at + HEADER_LINE_MAX, reason: Reason::HeaderTooLong });
    }
    let name_len = line.iter().position(|&b| !is_token(b)).unwrap_or(line.len());
    let (name, rest) = line.split_at_checked(name_len).unwrap_or((line, &[]));
    let after_name = trim_start(rest);
    let Some((b':', value)) = after_name.split_first() else {
        let reason =
            if memchr::memchr(b':', rest).is_some() { Reason::BadHeaderName } else { Reason::NoColon };
        return Err(Note { at: at + name_len, reason });
    };
    if name.is_empty() {
        return Err(Note { at, reason: Reason::BadHeaderName });
    }
    let value = trim_start(value);
    let value_at = line.len() - value.len();
    Ok(LineIndex {
        at: narrow(at),
        name_len: narrow_short(name_len),
        value_at: narrow_short(value_at),
        value_len: narrow_short(trim_end(value).len()),
        name: HeaderName::from_token(name),
    })
}

fn value_at(line: LineIndex) -> usize {
    line.at as usize + usize::from(line.value_at)
}

fn span(at: usize, len: usize) -> Span {
    Span { at: narrow(at), len: narrow(len) }
}

/// Positions fit 32 bits: what is longer than a message may be has been refused, and reads as cut there.
fn narrow(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// Positions in a line fit 16 bits: lines are at most 8 kB.
fn narrow_short(n: usize) -> u16 {
    u16::try_from(n).unwrap_or(u16::MAX)
}

/// The Content-Length in a head that framing has found complete. Without one a stream cannot be cut.
pub(super) fn declared_len(head: Bytes) -> Result<usize, ParseError> {
    let mut reader = Head::new(&head);
    let read = reader.read(&mut Lines::new());
    let line = read.ok().and(reader.content_length);
    let Some(line) = line else {
        return Err(ParseError { at: head.len(), reason: Reason::NoContentLength, partial: None });
    };
    let len = number(reader.value(line)).and_then(|len| usize::try_from(len).ok());
    len.ok_or(ParseError { at: value_at(line), reason: Reason::BadContentLength, partial: None })
}
