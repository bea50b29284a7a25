//! `name-addr` and `addr-spec` with their parameters: From, To, Contact, Route and others (RFC 3261 §20.10,
//! §25.1).

use std::borrow::Cow;

use super::lexer::{Lexer, is_token, unquote};
use super::params::Params;
use super::uri::{Uri, is_uri_byte};
use super::writer::{Encode, Sink};

/// A display name, a URI, and the parameters of the header.
#[derive(Debug, Clone, Copy)]
pub struct NameAddr<'a> {
    /// The display name as it came, with its quotes if it had them; any encoding. Empty means none.
    pub display: &'a [u8],
    /// The address.
    pub uri: Uri<'a>,
    /// Header parameters: those after `>`, or all of them when there are no angle brackets.
    pub params: Params<'a>,
}

impl<'a> NameAddr<'a> {
    /// The value that fills `value`.
    pub fn parse(value: &'a [u8]) -> Option<NameAddr<'a>> {
        let mut lexer = Lexer::new(value);
        let parsed = NameAddr::lex(&mut lexer)?;
        lexer.at_end().then_some(parsed)
    }

    /// A value without header parameters of its own, so that `;` belongs to the URI even without angle
    /// brackets (RFC 3325 §9.1 and the like).
    pub fn parse_plain(value: &'a [u8]) -> Option<NameAddr<'a>> {
        match memchr::memchr(b'<', value) {
            Some(_) => NameAddr::parse(value),
            None => Some(NameAddr {
                display: b"",
                uri: Uri::parse(super::lexer::trim(value))?,
                params: Params::NONE,
            }),
        }
    }

    fn lex(lexer: &mut Lexer<'a>) -> Option<NameAddr<'a>> {
        lexer.skip_lws();
        let display = lex_display(lexer)?;
        let uri = if lexer.eat(b'<') {
            Uri::parse(super::lexer::trim(lexer.until(b'>')?))?
        } else if display.is_empty() {
            // Without angle brackets a "?" or "," is not the URI's, and ";" starts header parameters
            // (RFC 3261 §20).
            Uri::parse(lexer.take_while(|b| is_uri_byte(b) && !matches!(b, b';' | b',' | b'?')))?
        } else {
            return None;
        };
        Some(NameAddr { display, uri, params: Params::lex_header(lexer)? })
    }

    /// The `tag` parameter.
    pub fn tag(&self) -> Option<&'a [u8]> {
        self.params.value("tag")
    }

    /// The display name without quotes and escapes, in whatever encoding it came.
    pub fn display_name(&self) -> Cow<'a, [u8]> {
        unquote(self.display)
    }

    /// The display name for people: bytes that are not UTF-8 become U+FFFD.
    pub fn display_lossy(&self) -> String {
        String::from_utf8_lossy(&self.display_name()).into_owned()
    }
}

/// A quoted string, or words up to `<`; empty when an address follows at once. The words may hold more than
/// tokens: the second bytes of unquoted GBK text are often `@`, `[`, `\\` and the like.
fn lex_display<'a>(lexer: &mut Lexer<'a>) -> Option<&'a [u8]> {
    if lexer.peek() == Some(b'"') {
        let quoted = lexer.quoted()?;
        lexer.skip_lws();
        return Some(quoted);
    }
    let before = *lexer;
    let words = lexer.take_while(|b| !matches!(b, b'<' | b'>' | b'"' | b',' | b';' | b':'));
    if lexer.peek() == Some(b'<') {
        return Some(super::lexer::trim_end(words));
    }
    *lexer = before;
    Some(b"")
}

impl Encode for NameAddr<'_> {
    fn encode(&self, out: &mut Sink<'_>) {
        if !self.display.is_empty() {
            out.push(self.display);
            out.push(b" ");
        }
        out.push(b"<");
        self.uri.encode(out);
        out.push(b">");
        out.push(self.params.raw());
    }
}

/// An address to write: the parts of a [`NameAddr`] in plain text, quoted and cleaned on the way out.
#[derive(Debug, Clone, Copy, Default)]
pub struct Address<'a> {
    /// Display name, unquoted; any encoding.
    pub display: Option<&'a [u8]>,
    /// The URI.
    pub uri: &'a [u8],
    /// The `tag` parameter.
    pub tag: Option<&'a [u8]>,
}

impl Encode for Address<'_> {
    fn encode(&self, out: &mut Sink<'_>) {
        if let Some(display) = self.display {
            out.push_quoted(display);
            out.push(b" ");
        }
        out.push(b"<");
        out.push_filtered(self.uri, is_uri_byte);
        out.push(b">");
        if let Some(tag) = self.tag {
            out.push(b";tag=");
            out.push_filtered(tag, is_token);
        }
    }
}
