//! Values → bytes: one message at a time into a buffer that is used again (RFC 3261 §7, §18.3).
//!
//! *Invariant:* no CR, LF or NUL can be written inside a start line, a header name or a header value,
//! whatever the caller passes: `encode_clean` replaces them. So no value can smuggle a header.
//! *Invariant:* Content-Length is written by [`Draft::finish`], from the body it is given.

use std::borrow::Cow;
use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};

use bytes::{Bytes, BytesMut};
use memchr::memchr3;

use super::header::HeaderName;
use super::lexer::is_token;
use super::message::{Line, Message};
use super::method::Method;
use super::status::Status;
use super::uri::is_uri_byte;
use crate::stdx::digits::Decimal;

/// Owns the buffer. Messages already handed out keep their part of it alive; when they are gone their room
/// is used again.
#[derive(Debug, Default)]
pub struct Writer {
    buf: BytesMut,
}

/// A message being written. What is not finished is forgotten.
#[derive(Debug)]
pub struct Draft<'w> {
    buf: &'w mut BytesMut,
}

/// Where a header's value goes. What has been pushed is cleaned when the value is complete.
#[derive(Debug)]
pub struct Sink<'w> {
    buf: &'w mut BytesMut,
}

/// What can stand as a header's value.
pub trait Encode {
    /// Writes the value.
    fn encode(&self, out: &mut Sink<'_>);
}

impl Writer {
    /// A writer without a buffer yet.
    pub fn new() -> Writer {
        Writer::default()
    }

    /// Starts a request.
    pub fn request(&mut self, method: Method, uri: impl Encode) -> Draft<'_> {
        let buf = self.fresh();
        buf.extend_from_slice(method.as_bytes());
        buf.extend_from_slice(b" ");
        let uri_at = buf.len();
        uri.encode(&mut Sink { buf });
        keep_uri_bytes(buf, uri_at);
        buf.extend_from_slice(b" SIP/2.0\r\n");
        Draft { buf }
    }

    /// Starts a response; without a `reason` the status's own words. To answer a request see
    /// [`Writer::respond`].
    pub fn response(&mut self, status: Status, reason: Option<&str>) -> Draft<'_> {
        let buf = self.fresh();
        buf.extend_from_slice(b"SIP/2.0 ");
        Sink { buf }.push_number(u32::from(status.code()));
        buf.extend_from_slice(b" ");
        encode_clean(buf, reason.unwrap_or(status.phrase()));
        buf.extend_from_slice(b"\r\n");
        Draft { buf }
    }

    /// Room for a message, without what an unfinished draft may have left.
    fn fresh(&mut self) -> &mut BytesMut {
        self.buf.clear();
        if self.buf.capacity() < ROOM_MIN {
            self.buf.reserve(ROOM_CHUNK);
        }
        &mut self.buf
    }
}

impl Draft<'_> {
    /// A header line.
    pub fn header(&mut self, name: HeaderName, value: impl Encode) -> &mut Self {
        self.buf.extend_from_slice(name.prefix());
        self.value(value)
    }

    /// A header line of a name we have no constant for; bytes that no name may hold become `-`.
    pub fn header_named(&mut self, name: &str, value: impl Encode) -> &mut Self {
        self.named(name.as_bytes(), value)
    }

    fn named(&mut self, name: &[u8], value: impl Encode) -> &mut Self {
        let at = self.buf.len();
        self.buf.extend_from_slice(name);
        for b in self.buf.iter_mut().skip(at).filter(|b| !is_token(**b)) {
            *b = b'-';
        }
        self.buf.extend_from_slice(b": ");
        self.value(value)
    }

    fn value(&mut self, value: impl Encode) -> &mut Self {
        encode_clean(self.buf, value);
        self.buf.extend_from_slice(b"\r\n");
        self
    }

    /// All lines of a header as they stand in `from`.
    pub fn copy(&mut self, from: &Message, name: HeaderName) -> &mut Self {
        for line in from.lines_of(name) {
            self.line(&line);
        }
        self
    }

    /// A line of another message, known by name or not, its folds undone.
    pub fn line(&mut self, line: &Line<'_>) -> &mut Self {
        match line.name {
            HeaderName::Other => self.named(line.raw_name, line.raw_value),
            name => self.header(name, line.raw_value),
        }
    }

    /// The first value of a header as it stands in `from`: the top Via for an ACK or a CANCEL.
    pub fn copy_first(&mut self, from: &Message, name: HeaderName) -> &mut Self {
        if let Some(value) = from.values(name).next() {
            self.header(name, value);
        }
        self
    }

    /// Ends a message without a body.
    pub fn finish(&mut self) -> Bytes {
        self.end(b"")
    }

    /// Ends a message with a body of that type.
    pub fn finish_with(&mut self, content_type: &str, body: &[u8]) -> Bytes {
        if !body.is_empty() {
            self.header(HeaderName::ContentType, content_type);
        }
        self.end(body)
    }

    fn end(&mut self, body: &[u8]) -> Bytes {
        self.header(HeaderName::ContentLength, body.len());
        self.buf.extend_from_slice(b"\r\n");
        self.buf.extend_from_slice(body);
        self.buf.split().freeze()
    }
}

impl Sink<'_> {
    /// Appends.
    pub fn push(&mut self, bytes: &[u8]) {
        self.buf.extend_from_slice(bytes);
    }

    /// Appends the bytes that `wanted` lets through; the others vanish.
    pub fn push_filtered(&mut self, bytes: &[u8], wanted: impl Fn(u8) -> bool) {
        if bytes.iter().all(|&b| wanted(b)) {
            return self.push(bytes);
        }
        for b in bytes.iter().filter(|&&b| wanted(b)) {
            self.push(std::slice::from_ref(b));
        }
    }

    /// Appends a quoted string: quotes around it, `"` and `\` escaped.
    pub fn push_quoted(&mut self, text: &[u8]) {
        self.push(b"\"");
        for part in text.split_inclusive(|&b| matches!(b, b'"' | b'\\')) {
            match part.split_last() {
                Some((special @ (b'"' | b'\\'), before)) => {
                    self.push(before);
                    self.push(b"\\");
                    self.push(std::slice::from_ref(special));
                }
                _ => self.push(part),
            }
        }
        self.push(b"\"");
    }

    /// Appends a number.
    pub fn push_number(&mut self, number: u32) {
        self.buf.extend_from_slice(Decimal::new(number).as_bytes());
    }

    /// Appends an IPv4 address; a Via has one, and formatting it costs more than all else in the line.
    pub(super) fn push_ipv4(&mut self, ip: Ipv4Addr) {
        for (index, octet) in ip.octets().into_iter().enumerate() {
            if index > 0 {
                self.push(b".");
            }
            self.push_number(u32::from(octet));
        }
    }

    /// Appends address and port, IPv6 in brackets.
    pub fn push_socket(&mut self, address: SocketAddr) {
        match address {
            SocketAddr::V4(v4) => {
                self.push_ipv4(*v4.ip());
                self.push(b":");
                self.push_number(u32::from(v4.port()));
            }
            SocketAddr::V6(_) => self.push_fmt(format_args!("{address}")),
        }
    }

    /// Appends formatted text.
    pub fn push_fmt(&mut self, args: fmt::Arguments<'_>) {
        // Writing to a buffer that grows cannot fail; a failing `Display` cuts its own value short.
        fmt::Write::write_fmt(self, args).unwrap_or_default();
    }
}

impl fmt::Write for Sink<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.push(text.as_bytes());
        Ok(())
    }
}

/// Writes a value; CR, LF and NUL in it become spaces. The only way by which values get into a message.
fn encode_clean(buf: &mut BytesMut, value: impl Encode) {
    let at = buf.len();
    value.encode(&mut Sink { buf });
    let Some(written) = buf.get_mut(at..) else { return };
    if memchr3(b'\r', b'\n', 0, written).is_some() {
        for b in written.iter_mut().filter(|b| matches!(b, b'\r' | b'\n' | 0)) {
            *b = b' ';
        }
    }
}

/// Cleans what was written as a Request-URI: a space in it would end it early.
fn keep_uri_bytes(buf: &mut BytesMut, at: usize) {
    if buf.iter().skip(at).all(|&b| is_uri_byte(b)) {
        return;
    }
    let mut uri = buf.split_off(at);
    let mut kept = 0;
    for from in 0..uri.len() {
        let byte = uri.get(from).copied().unwrap_or_default();
        if is_uri_byte(byte)
            && let Some(to) = uri.get_mut(kept)
        {
            *to = byte;
            kept += 1;
        }
    }
    uri.truncate(kept);
    buf.extend_from_slice(&uri);
}

/// Most messages fit in this without growing the buffer.
const ROOM_MIN: usize = 2 * 1024;
/// One allocation serves several messages, and none if they are sent and dropped before the next is due. It
/// is not larger because one message that is kept keeps all of it: whoever keeps a message for long copies it.
const ROOM_CHUNK: usize = 8 * 1024;

impl<T: Encode + ?Sized> Encode for &T {
    fn encode(&self, out: &mut Sink<'_>) {
        (**self).encode(out);
    }
}

impl Encode for [u8] {
    fn encode(&self, out: &mut Sink<'_>) {
        out.push(self);
    }
}

impl<const N: usize> Encode for [u8; N] {
    fn encode(&self, out: &mut Sink<'_>) {
        out.push(self);
    }
}

impl Encode for str {
    fn encode(&self, out: &mut Sink<'_>) {
        out.push(self.as_bytes());
    }
}

impl Encode for String {
    fn encode(&self, out: &mut Sink<'_>) {
        out.push(self.as_bytes());
    }
}

impl Encode for Vec<u8> {
    fn encode(&self, out: &mut Sink<'_>) {
        out.push(self);
    }
}

impl Encode for Bytes {
    fn encode(&self, out: &mut Sink<'_>) {
        out.push(self);
    }
}

impl Encode for Cow<'_, [u8]> {
    fn encode(&self, out: &mut Sink<'_>) {
        out.push(self);
    }
}

impl Encode for fmt::Arguments<'_> {
    fn encode(&self, out: &mut Sink<'_>) {
        out.push_fmt(*self);
    }
}

impl Encode for u32 {
    fn encode(&self, out: &mut Sink<'_>) {
        out.push_number(*self);
    }
}

impl Encode for usize {
    fn encode(&self, out: &mut Sink<'_>) {
        out.push_number(u32::try_from(*self).unwrap_or(u32::MAX));
    }
}
