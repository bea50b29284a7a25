//! Content-Type and Content-Length: what the body is (RFC 3261 §20.14, §20.15).

use bytes::Bytes;

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

    /// The session description in the body: the whole of it, or a part of `multipart/mixed` (RFC 5621 §3.1), as
    /// carriers send ISUP beside it and emergency callers their place. A body without a type is taken for one,
    /// as SIP has hardly any other where this is asked.
    pub fn session_description(&self) -> Option<Bytes> {
        let body = self.body_bytes();
        let kind = self.content_type().ok()?;
        let sdp = match kind {
            _ if body.is_empty() => return None,
            None => body,
            Some(kind) if kind.is_sdp() => body,
            Some(kind) if kind.is("multipart", "mixed") => {
                let part = sdp_part(&body, &kind.params.text("boundary")?)?;
                body.slice_ref(part)
            }
            Some(_) => return None,
        };
        (!sdp.is_empty()).then_some(sdp)
    }

    /// Content-Length as written; the body is already cut to it.
    pub fn content_length(&self) -> Result<Option<u32>, HeaderError> {
        self.optional(HeaderName::ContentLength, number)
    }
}

/// The first part that is a session description (RFC 2046 §5.1). Parts within parts are not looked into.
fn sdp_part<'a>(body: &'a [u8], boundary: &[u8]) -> Option<&'a [u8]> {
    if boundary.is_empty() || boundary.len() > BOUNDARY_MAX {
        return None;
    }
    let delimiter = [b"--", boundary].concat();
    let mut rest = after(body, &delimiter)?;
    for _ in 0..PARTS_MAX {
        if rest.starts_with(b"--") {
            return None;
        }
        let content = after(rest, b"\r\n")?;
        let part = before(content, &delimiter)?;
        let part = part.strip_suffix(b"\r\n").unwrap_or(part);
        if let Some(head) = before(part, b"\r\n\r\n")
            && head.split(|byte| *byte == b'\n').any(is_sdp_line)
        {
            return after(part, b"\r\n\r\n");
        }
        rest = after(content, &delimiter)?;
    }
    None
}

/// Whether a header line of a part says that it is a session description.
fn is_sdp_line(line: &[u8]) -> bool {
    let mut halves = line.splitn(2, |byte| *byte == b':');
    let (Some(name), Some(value)) = (halves.next(), halves.next()) else { return false };
    name.trim_ascii().eq_ignore_ascii_case(b"content-type")
        && ContentType::parse(value.trim_ascii()).is_some_and(|kind| kind.is_sdp())
}

fn before<'a>(text: &'a [u8], what: &[u8]) -> Option<&'a [u8]> {
    text.get(..find(text, what)?)
}

fn after<'a>(text: &'a [u8], what: &[u8]) -> Option<&'a [u8]> {
    text.get(find(text, what)? + what.len()..)
}

fn find(text: &[u8], what: &[u8]) -> Option<usize> {
    text.windows(what.len()).position(|window| window == what)
}

/// RFC 2046 §5.1.1.
const BOUNDARY_MAX: usize = 70;
/// Parts that are looked at.
const PARTS_MAX: usize = 16;
