//! A received message: its bytes and an index of its headers (RFC 3261 §7).

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;
use smallvec::SmallVec;

use super::error::{Fault, HeaderError, ParseError};
use super::header::HeaderName;
use super::lexer::{List, unfold};
use super::method::Method;
use super::parse;
use super::status::Status;
use super::uri::Uri;

/// A received request or response. Cloning copies the index and shares the bytes.
#[derive(Clone)]
pub struct Message {
    pub(super) bytes: Bytes,
    pub(super) start: Start,
    pub(super) lines: SmallVec<[LineIndex; INLINE_LINES]>,
    /// One bit for each [`HeaderName`] that occurs: an absent header is known without a search.
    pub(super) seen: u128,
    pub(super) body: Span,
    /// What [`Message::checked`] found on its way.
    pub(super) noted: Option<Noted>,
}

/// Parameters that are asked for again and again: where they stand.
#[derive(Clone, Copy)]
pub(super) struct Noted {
    pub(super) from_tag: Option<Span>,
    pub(super) to_tag: Option<Span>,
    pub(super) branch: Option<Span>,
}

/// Header lines that need no allocation.
const INLINE_LINES: usize = 36;

/// What the first line says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StartLine<'a> {
    /// `INVITE sip:12345@example.com SIP/2.0`
    Request {
        /// What is asked.
        method: Method,
        /// The Request-URI as it came.
        uri: &'a [u8],
    },
    /// `SIP/2.0 200 OK`
    Response {
        /// What is answered.
        status: Status,
        /// The words after it; any encoding.
        reason: &'a [u8],
    },
}

/// One header line.
#[derive(Clone, Copy)]
pub struct Line<'a> {
    /// Which header it is.
    pub name: HeaderName,
    /// The name as it was written.
    pub raw_name: &'a [u8],
    /// The value as it was written, folds included, without white space around it.
    pub raw_value: &'a [u8],
    /// Where the value starts in the message.
    pub at: usize,
}

impl<'a> Line<'a> {
    /// The value on one line.
    pub fn value(&self) -> Cow<'a, [u8]> {
        unfold(self.raw_value)
    }
}

#[derive(Clone, Copy)]
pub(super) enum Start {
    Request { method: Method, uri: Span },
    Response { status: Status, reason: Span },
}

/// A stretch of the message.
#[derive(Clone, Copy, Default)]
pub(super) struct Span {
    pub(super) at: u32,
    pub(super) len: u32,
}

/// Where a header line stands. Lines are at most 8 kB, so what lies within one fits 16 bits.
#[derive(Clone, Copy)]
pub(super) struct LineIndex {
    pub(super) at: u32,
    pub(super) name_len: u16,
    pub(super) value_at: u16,
    pub(super) value_len: u16,
    pub(super) name: HeaderName,
}

impl Message {
    /// One datagram (RFC 3261 §18.3): the body is as long as Content-Length says, or all the rest; what
    /// follows it is ignored. Besides the structure it is checked that To, From, Call-ID, CSeq and Via are
    /// there, that headers of one value occur once, and that CSeq fits; [`Message::validate`] looks deeper.
    pub fn parse(datagram: Bytes) -> Result<Message, ParseError> {
        parse::datagram(datagram)
    }

    /// The message's bytes, without leading line ends and without what follows the body.
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.end()).unwrap_or_default()
    }

    /// The same as [`Message::as_bytes`], shared.
    pub fn to_bytes(&self) -> Bytes {
        self.bytes.slice(..self.end().min(self.bytes.len()))
    }

    fn end(&self) -> usize {
        self.body.range().end
    }

    /// The first line.
    pub fn start(&self) -> StartLine<'_> {
        match self.start {
            Start::Request { method, uri } => StartLine::Request { method, uri: self.span(uri) },
            Start::Response { status, reason } => StartLine::Response { status, reason: self.span(reason) },
        }
    }

    /// Whether it is a request.
    pub fn is_request(&self) -> bool {
        matches!(self.start, Start::Request { .. })
    }

    /// The method of a request. Of a response see [`Message::cseq`].
    pub fn method(&self) -> Option<Method> {
        match self.start {
            Start::Request { method, .. } => Some(method),
            Start::Response { .. } => None,
        }
    }

    /// The status of a response.
    pub fn status(&self) -> Option<Status> {
        match self.start {
            Start::Request { .. } => None,
            Start::Response { status, .. } => Some(status),
        }
    }

    /// The Request-URI as it came; empty for a response.
    pub fn raw_uri(&self) -> &[u8] {
        match self.start {
            Start::Request { uri, .. } => self.span(uri),
            Start::Response { .. } => b"",
        }
    }

    /// The Request-URI; `None` for a response or when it breaks its scheme's grammar.
    pub fn uri(&self) -> Option<Uri<'_>> {
        Uri::parse(self.raw_uri())
    }

    /// The body.
    pub fn body(&self) -> &[u8] {
        self.span(self.body)
    }

    /// The body, shared.
    pub fn body_bytes(&self) -> Bytes {
        let range = self.body.range();
        if range.end <= self.bytes.len() { self.bytes.slice(range) } else { Bytes::new() }
    }

    /// Whether the header occurs.
    pub fn has(&self, name: HeaderName) -> bool {
        self.seen & name.bit() != 0
    }

    /// The first line of that name, unfolded; for a list header the whole line.
    pub fn header(&self, name: HeaderName) -> Option<Cow<'_, [u8]>> {
        self.raw_line(name).map(unfold)
    }

    /// Every value of that name in order, unfolded: lists are cut at their commas.
    pub fn headers(&self, name: HeaderName) -> impl Iterator<Item = Cow<'_, [u8]>> {
        self.values(name).map(unfold)
    }

    /// The first line of a header known only by its text, such as `X-Hotline`. Compact forms count.
    pub fn header_named(&self, name: &str) -> Option<Cow<'_, [u8]>> {
        let known = HeaderName::from_bytes(name.as_bytes());
        if known != HeaderName::Other {
            return self.header(known);
        }
        self.header_lines().find(|l| l.raw_name.eq_ignore_ascii_case(name.as_bytes())).map(|l| l.value())
    }

    /// Every header line in order, known or not.
    pub fn header_lines(&self) -> impl Iterator<Item = Line<'_>> {
        self.lines.iter().map(|index| self.line(*index))
    }

    /// The lines of one header, in order.
    pub fn lines_of(&self, name: HeaderName) -> impl Iterator<Item = Line<'_>> {
        let lines = if self.has(name) { self.lines.as_slice() } else { &[] };
        lines.iter().filter(move |index| index.name == name).map(|index| self.line(*index))
    }

    /// The first line's value as it stands, folds included.
    pub(crate) fn raw_line(&self, name: HeaderName) -> Option<&[u8]> {
        self.lines_of(name).next().map(|line| line.raw_value)
    }

    /// Every value as it stands, folds included.
    pub(crate) fn values(&self, name: HeaderName) -> impl Iterator<Item = &[u8]> {
        self.lines_of(name).flat_map(move |line| {
            if name.is_list() {
                return Pieces::Many(List::new(line.raw_value));
            }
            Pieces::One(Some(line.raw_value))
        })
    }

    /// The first value that `read` makes sense of, or why there is none.
    pub(crate) fn required<'a, T>(
        &'a self,
        name: HeaderName,
        read: impl FnOnce(&'a [u8]) -> Option<T>,
    ) -> Result<T, HeaderError> {
        self.optional(name, read)?.ok_or(HeaderError { name, fault: Fault::Missing })
    }

    /// The same for a header that need not be there.
    pub(crate) fn optional<'a, T>(
        &'a self,
        name: HeaderName,
        read: impl FnOnce(&'a [u8]) -> Option<T>,
    ) -> Result<Option<T>, HeaderError> {
        // The first value of a line that holds one needs no search for commas.
        let first = if name.is_list() { self.values(name).next() } else { self.raw_line(name) };
        match first {
            None => Ok(None),
            Some(value) => read(value).map(Some).ok_or(HeaderError { name, fault: Fault::Syntax }),
        }
    }

    /// Every value, each read on its own.
    pub(crate) fn each<'a, T>(
        &'a self,
        name: HeaderName,
        read: impl Fn(&'a [u8]) -> Option<T> + 'a,
    ) -> impl Iterator<Item = Result<T, HeaderError>> + 'a {
        // RFC 3261 §7.3.1 has no empty list elements, but senders leave them behind when they edit lists.
        self.values(name)
            .filter(|value| !value.is_empty())
            .map(move |value| read(value).ok_or(HeaderError { name, fault: Fault::Syntax }))
    }

    fn line(&self, index: LineIndex) -> Line<'_> {
        let at = index.at as usize;
        let value_at = at + usize::from(index.value_at);
        Line {
            name: index.name,
            raw_name: self.bytes.get(at..at + usize::from(index.name_len)).unwrap_or_default(),
            raw_value: self.bytes.get(value_at..value_at + usize::from(index.value_len)).unwrap_or_default(),
            at: value_at,
        }
    }

    pub(super) fn span(&self, span: Span) -> &[u8] {
        self.bytes.get(span.range()).unwrap_or_default()
    }

    /// Where a part of this message stands in it.
    pub(super) fn span_of(&self, part: &[u8]) -> Option<Span> {
        let at = part.as_ptr().addr().checked_sub(self.bytes.as_ptr().addr())?;
        Some(Span { at: u32::try_from(at).ok()?, len: u32::try_from(part.len()).ok()? })
    }
}

impl Span {
    pub(super) fn range(self) -> std::ops::Range<usize> {
        self.at as usize..self.at as usize + self.len as usize
    }
}

/// The values on one line.
enum Pieces<'a> {
    One(Option<&'a [u8]>),
    Many(List<'a>),
}

impl<'a> Iterator for Pieces<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        match self {
            Pieces::One(value) => value.take(),
            Pieces::Many(list) => list.next(),
        }
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(self.as_bytes()))
    }
}
