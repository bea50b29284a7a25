//! `Digest name=value, name="value"`: the form that challenges and credentials share (RFC 7616 §3.3, §3.4).

use std::borrow::Cow;

use smallvec::SmallVec;

use crate::sip::wire::lexer::{Lexer, is_token, unquote};
use crate::sip::wire::limits::PARAMS_MAX;
use crate::sip::wire::writer::Sink;

pub(super) type Parsed<'a> = SmallVec<[(&'a [u8], &'a [u8]); 16]>;

/// Names and raw values; `None` for another scheme, broken grammar, a name that occurs twice, or too many.
pub(super) fn parse(value: &[u8]) -> Option<Parsed<'_>> {
    let mut lexer = Lexer::new(value);
    if !lexer.token()?.eq_ignore_ascii_case(b"Digest") {
        return None;
    }
    lexer.skip_lws();
    let mut fields = Parsed::new();
    loop {
        let name = lexer.token()?;
        if !lexer.eat_spaced(b'=') || fields.iter().any(|(other, _)| other.eq_ignore_ascii_case(name)) {
            return None;
        }
        let field = if lexer.peek() == Some(b'"') { lexer.quoted()? } else { unquoted(&mut lexer)? };
        fields.push((name, field));
        if fields.len() > PARAMS_MAX {
            return None;
        }
        if !lexer.eat_spaced(b',') {
            return lexer.at_end().then_some(fields);
        }
    }
}

/// Some phones leave the quotes off `uri` and base64 values, so more than a token is read.
fn unquoted<'a>(lexer: &mut Lexer<'a>) -> Option<&'a [u8]> {
    let value = lexer.take_while(|b| b > 0x20 && !matches!(b, b',' | b'"' | 0x7f));
    (!value.is_empty()).then_some(value)
}

pub(super) fn field<'a>(fields: &Parsed<'a>, name: &str) -> Option<Cow<'a, [u8]>> {
    let (_, raw) = fields.iter().find(|(known, _)| known.eq_ignore_ascii_case(name.as_bytes()))?;
    Some(unquote(raw))
}

/// Writes the fields with commas between them.
pub(super) struct Fields<'s, 'w> {
    out: &'s mut Sink<'w>,
    separator: &'static [u8],
}

impl<'s, 'w> Fields<'s, 'w> {
    pub(super) fn start(out: &'s mut Sink<'w>) -> Fields<'s, 'w> {
        out.push(b"Digest ");
        Fields { out, separator: b"" }
    }

    pub(super) fn quoted(&mut self, name: &str, value: Option<&[u8]>) {
        if let Some(value) = value {
            self.name(name);
            self.out.push_quoted(value);
        }
    }

    pub(super) fn token(&mut self, name: &str, value: Option<&[u8]>) {
        if let Some(value) = value {
            self.name(name);
            self.out.push_filtered(value, is_token);
        }
    }

    fn name(&mut self, name: &str) {
        self.out.push(self.separator);
        self.out.push(name.as_bytes());
        self.out.push(b"=");
        self.separator = b", ";
    }
}
