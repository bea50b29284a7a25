//! Parameters: `*( SEMI name [ EQUAL value ] )`, of headers and of URIs (RFC 3261 §25.1).

use std::borrow::Cow;
use std::fmt;

use super::lexer::{Lexer, is_token, number, unquote};
use super::limits::PARAMS_MAX;

/// A run of parameters whose syntax has been checked, as the bytes it came as (with its first `;`).
#[derive(Clone, Copy, Default)]
pub struct Params<'a> {
    raw: &'a [u8],
}

impl<'a> Params<'a> {
    /// No parameters.
    pub const NONE: Params<'static> = Params { raw: b"" };

    /// Header parameters up to the end of `lexer`, or to a byte that cannot continue them.
    pub(crate) fn lex_header(lexer: &mut Lexer<'a>) -> Option<Params<'a>> {
        Params::lex(lexer, header_param)
    }

    /// The same for the parameters of a URI, whose values hold other bytes and no white space.
    pub(crate) fn lex_uri(lexer: &mut Lexer<'a>) -> Option<Params<'a>> {
        Params::lex(lexer, uri_param)
    }

    fn lex(lexer: &mut Lexer<'a>, one: impl Fn(&mut Lexer<'a>) -> Option<Param<'a>>) -> Option<Params<'a>> {
        let start = lexer.rest();
        let mut end = *lexer;
        let mut count = 0;
        while one_ahead(&mut end) {
            one(&mut end)?;
            *lexer = end;
            count += 1;
            if count > PARAMS_MAX {
                return None;
            }
        }
        let raw = start.get(..start.len().checked_sub(lexer.rest().len())?)?;
        Some(Params { raw })
    }

    /// The parameters as they came, from the first semicolon on.
    pub fn raw(&self) -> &'a [u8] {
        self.raw
    }

    /// Each name and its value, if it has one; quoted values with their quotes.
    pub fn iter(&self) -> impl Iterator<Item = Param<'a>> + use<'a> {
        let mut lexer = Lexer::new(self.raw);
        std::iter::from_fn(move || {
            if !one_ahead(&mut lexer) {
                return None;
            }
            loose_param(&mut lexer)
        })
    }

    /// The parameter of that name; names are compared without regard to case.
    pub fn get(&self, name: &str) -> Option<Param<'a>> {
        if self.raw.is_empty() {
            return None;
        }
        self.iter().find(|p| p.name.eq_ignore_ascii_case(name.as_bytes()))
    }

    /// Whether the parameter is there, with or without a value.
    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// The value as it came; `None` when the parameter is absent or has no value.
    pub fn value(&self, name: &str) -> Option<&'a [u8]> {
        self.get(name)?.value
    }

    /// The value, out of its quotes.
    pub fn text(&self, name: &str) -> Option<Cow<'a, [u8]>> {
        self.value(name).map(unquote)
    }

    /// The value as a number.
    pub fn number(&self, name: &str) -> Option<u32> {
        number(self.value(name)?)
    }
}

/// One parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Param<'a> {
    /// Its name, in the case it came in.
    pub name: &'a [u8],
    /// Its value; a quoted one with its quotes.
    pub value: Option<&'a [u8]>,
}

fn one_ahead(lexer: &mut Lexer<'_>) -> bool {
    lexer.eat_spaced(b';')
}

/// `token [ EQUAL ( token / host / quoted-string ) ]`; a `host` may be an IPv6 address, and peers leave
/// addresses, URIs and times in unquoted values, so everything up to a separator is taken.
fn header_param<'a>(lexer: &mut Lexer<'a>) -> Option<Param<'a>> {
    let name = lexer.token()?;
    if !lexer.eat_spaced(b'=') {
        return Some(Param { name, value: None });
    }
    if lexer.peek() == Some(b'"') {
        return Some(Param { name, value: Some(lexer.quoted()?) });
    }
    let value = lexer.take_while(|b| {
        is_token(b) || matches!(b, b'[' | b']' | b':' | b'/' | b'@' | b'?' | b'&' | b'$' | 0x80..)
    });
    (!value.is_empty()).then_some(Param { name, value: Some(value) })
}

/// `1*paramchar [ "=" 1*paramchar ]` (RFC 3261 §25.1).
fn uri_param<'a>(lexer: &mut Lexer<'a>) -> Option<Param<'a>> {
    let name = lexer.take_while(is_param_char);
    if name.is_empty() {
        return None;
    }
    if !lexer.eat(b'=') {
        return Some(Param { name, value: None });
    }
    let value = lexer.take_while(is_param_char);
    (!value.is_empty()).then_some(Param { name, value: Some(value) })
}

/// Reads what either of the two accepted.
fn loose_param<'a>(lexer: &mut Lexer<'a>) -> Option<Param<'a>> {
    let name = lexer.take_while(|b| !matches!(b, b';' | b'=' | b' ' | b'\t' | b'\r' | b'\n'));
    if !lexer.eat_spaced(b'=') {
        return Some(Param { name, value: None });
    }
    let value = if lexer.peek() == Some(b'"') {
        lexer.quoted()?
    } else {
        lexer.take_while(|b| !matches!(b, b';' | b' ' | b'\t' | b'\r' | b'\n'))
    };
    Some(Param { name, value: Some(value) })
}

fn is_param_char(b: u8) -> bool {
    is_token(b) || matches!(b, b'[' | b']' | b'/' | b':' | b'&' | b'+' | b'$' | b'(' | b')' | 0x80..)
}

impl fmt::Debug for Params<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(self.raw))
    }
}
