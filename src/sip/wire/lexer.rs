//! The small words of the grammar: tokens, white space, quoted strings, lists (RFC 3261 §25.1).
//!
//! Folding needs no copy: inside a header value CR and LF appear only in a fold, so they count as white
//! space (RFC 3261 §7.3.1).

use std::borrow::Cow;

use memchr::{memchr, memchr2, memchr3};

/// A position in a header value; every method consumes what it returns.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lexer<'a> {
    rest: &'a [u8],
}

impl<'a> Lexer<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Lexer<'a> {
        Lexer { rest: bytes }
    }

    /// One byte, if it is `wanted`.
    pub(crate) fn eat(&mut self, wanted: u8) -> bool {
        match self.rest.split_first() {
            Some((&first, rest)) if first == wanted => {
                self.rest = rest;
                true
            }
            _ => false,
        }
    }

    /// One byte with white space on both sides, as `EQUAL`, `SEMI`, `COMMA` and `SLASH` allow.
    pub(crate) fn eat_spaced(&mut self, wanted: u8) -> bool {
        let before = *self;
        self.skip_lws();
        if self.eat(wanted) {
            self.skip_lws();
            return true;
        }
        *self = before;
        false
    }

    pub(crate) fn skip_lws(&mut self) {
        self.rest = trim_start(self.rest);
    }

    /// The longest prefix whose bytes are all `wanted`; may be empty.
    pub(crate) fn take_while(&mut self, wanted: impl Fn(u8) -> bool) -> &'a [u8] {
        let end = self.rest.iter().position(|&b| !wanted(b)).unwrap_or(self.rest.len());
        self.take(end)
    }

    /// A token of at least one byte.
    pub(crate) fn token(&mut self) -> Option<&'a [u8]> {
        let token = self.take_while(is_token);
        (!token.is_empty()).then_some(token)
    }

    /// A quoted string, its quotes included.
    pub(crate) fn quoted(&mut self) -> Option<&'a [u8]> {
        let len = quoted_len(self.rest)?;
        Some(self.take(len))
    }

    /// Decimal digits as a number that fits.
    pub(crate) fn number(&mut self) -> Option<u32> {
        number(self.take_while(|b| b.is_ascii_digit()))
    }

    /// Everything before `end`, which is consumed too.
    pub(crate) fn until(&mut self, end: u8) -> Option<&'a [u8]> {
        let at = memchr(end, self.rest)?;
        let before = self.take(at);
        self.eat(end);
        Some(before)
    }

    /// The first `len` bytes, or all there are.
    pub(crate) fn take(&mut self, len: usize) -> &'a [u8] {
        let (head, tail) = self.rest.split_at_checked(len).unwrap_or((self.rest, &[]));
        self.rest = tail;
        head
    }

    pub(crate) fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    pub(crate) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Nothing left but white space.
    pub(crate) fn at_end(&self) -> bool {
        trim_start(self.rest).is_empty()
    }
}

/// Values of a comma-separated list; commas in quotes and in angle brackets do not separate.
#[derive(Debug, Clone)]
pub(crate) struct List<'a> {
    rest: Option<&'a [u8]>,
}

impl<'a> List<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> List<'a> {
        List { rest: Some(bytes) }
    }
}

impl<'a> Iterator for List<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let rest = self.rest?;
        match comma(rest) {
            Some(at) => {
                let (value, tail) = rest.split_at_checked(at)?;
                self.rest = tail.get(1..);
                Some(trim(value))
            }
            None => {
                self.rest = None;
                Some(trim(rest))
            }
        }
    }
}

/// Where the first comma stands that separates list values. After a quote or an angle bracket that is never
/// closed nothing separates any more: the rest is one value, which its reader will refuse.
fn comma(bytes: &[u8]) -> Option<usize> {
    let mut from = 0;
    loop {
        let at = from + memchr3(b',', b'"', b'<', bytes.get(from..)?)?;
        let here = bytes.get(at..)?;
        from = at
            + match here.first()? {
                b',' => return Some(at),
                b'"' => quoted_len(here)?,
                _ => memchr(b'>', here)? + 1,
            };
    }
}

/// Length of the quoted string at the start of `bytes`, quotes included.
///
/// A backslash escapes the next byte. But GBK characters may have a backslash as their second byte, and phones
/// send GBK display names as they are: when the standard reading finds no end, bytes are taken in pairs.
pub(crate) fn quoted_len(bytes: &[u8]) -> Option<usize> {
    if bytes.first() != Some(&b'"') {
        return None;
    }
    scan_quoted(bytes).or_else(|| scan_quoted_gbk(bytes))
}

fn scan_quoted(bytes: &[u8]) -> Option<usize> {
    let mut from = 1;
    loop {
        let at = from + memchr2(b'"', b'\\', bytes.get(from..)?)?;
        if bytes.get(at) == Some(&b'"') {
            return Some(at + 1);
        }
        from = at + 2;
    }
}

fn scan_quoted_gbk(bytes: &[u8]) -> Option<usize> {
    let mut at = 1;
    loop {
        let rest = bytes.get(at..)?;
        at += match rest {
            [b'"', ..] => return Some(at + 1),
            [b'\\', ..] => 2,
            _ if is_gbk_pair(rest) => 2,
            [_, ..] => 1,
            [] => return None,
        };
    }
}

/// Whether a two-byte GBK character may stand here.
fn is_gbk_pair(bytes: &[u8]) -> bool {
    matches!(bytes, [0x81..=0xfe, 0x40..=0x7e | 0x80..=0xfe, ..])
}

/// The text of a quoted string: without its quotes, escapes undone, folds as single spaces. Anything
/// else is returned as it is.
pub fn unquote(bytes: &[u8]) -> Cow<'_, [u8]> {
    let Some(inner) = bytes.strip_prefix(b"\"").and_then(|b| b.strip_suffix(b"\"")) else {
        return unfold(bytes);
    };
    let unfolded = unfold(inner);
    if memchr(b'\\', &unfolded).is_none() {
        return unfolded;
    }
    // What is not UTF-8 is GBK here, or passes through this as any other encoding would.
    let gbk = std::str::from_utf8(&unfolded).is_err();
    let mut plain = Vec::with_capacity(unfolded.len());
    let mut rest: &[u8] = &unfolded;
    while let Some((&first, tail)) = rest.split_first() {
        let (len, skip) = match (first, tail.first()) {
            (b'\\', Some(0..0x80)) => (1, 1),
            _ if gbk && is_gbk_pair(rest) => (2, 0),
            _ => (1, 0),
        };
        rest = rest.get(skip..).unwrap_or_default();
        let (piece, after) = rest.split_at_checked(len).unwrap_or((rest, &[]));
        plain.extend_from_slice(piece);
        rest = after;
    }
    Cow::Owned(plain)
}

/// A header value with each fold (CRLF and the white space around it) replaced by one space
/// (RFC 3261 §7.3.1). Borrowed when there is no fold.
pub fn unfold(value: &[u8]) -> Cow<'_, [u8]> {
    if memchr2(b'\r', b'\n', value).is_none() {
        return Cow::Borrowed(value);
    }
    let mut plain: Vec<u8> = Vec::with_capacity(value.len());
    let mut rest = value;
    while let Some(at) = memchr2(b'\r', b'\n', rest) {
        let (before, fold) = rest.split_at_checked(at).unwrap_or((rest, &[]));
        plain.extend_from_slice(trim_end(before));
        plain.push(b' ');
        rest = trim_start(fold);
    }
    plain.extend_from_slice(rest);
    Cow::Owned(plain)
}

pub(crate) fn trim(bytes: &[u8]) -> &[u8] {
    trim_end(trim_start(bytes))
}

pub(crate) fn trim_start(bytes: &[u8]) -> &[u8] {
    let mut rest = bytes;
    while let Some((b' ' | b'\t' | b'\r' | b'\n', tail)) = rest.split_first() {
        rest = tail;
    }
    rest
}

pub(crate) fn trim_end(bytes: &[u8]) -> &[u8] {
    let mut rest = bytes;
    while let Some((b' ' | b'\t' | b'\r' | b'\n', head)) = rest.split_last() {
        rest = head;
    }
    rest
}

/// Decimal digits, at least one, as a number that fits.
pub(crate) fn number(digits: &[u8]) -> Option<u32> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0u32, |sum, &b| {
        let digit = b.checked_sub(b'0').filter(|&d| d < 10)?;
        sum.checked_mul(10)?.checked_add(u32::from(digit))
    })
}

/// Whether the byte may stand in a token (RFC 3261 §25.1).
pub(crate) fn is_token(b: u8) -> bool {
    TOKEN.get(usize::from(b)).copied().unwrap_or(false)
}

const TOKEN: [bool; 256] = byte_class(b"-.!%*_+`'~");

/// Letters, digits and `more`.
#[expect(clippy::indexing_slicing, reason = "evaluated at compile time, where a wrong index stops the build")]
pub(crate) const fn byte_class(more: &[u8]) -> [bool; 256] {
    let mut class = [false; 256];
    let mut b = 0usize;
    while b < 128 {
        class[b] = matches!(b, 0x30..=0x39 | 0x41..=0x5a | 0x61..=0x7a);
        b += 1;
    }
    let mut i = 0;
    while i < more.len() {
        class[more[i] as usize] = true;
        i += 1;
    }
    class
}
