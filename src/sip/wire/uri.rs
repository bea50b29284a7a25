//! URIs: `sip:` and `sips:` (RFC 3261 §19.1), `tel:` (RFC 3966), and any other scheme as opaque bytes.

use std::borrow::Cow;
use std::fmt;

use super::host::Host;
use super::lexer::Lexer;
use super::params::{Param, Params};
use super::writer::{Encode, Sink};

/// What stands before the colon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// `sip:`
    Sip,
    /// `sips:`
    Sips,
    /// `tel:`
    Tel,
    /// Any other; the URI is carried, not understood.
    Other,
}

/// A URI, borrowed from where it stands.
#[derive(Clone, Copy)]
pub struct Uri<'a> {
    /// The whole URI as it came.
    pub raw: &'a [u8],
    /// Its scheme.
    pub scheme: Scheme,
    /// `sip:`: the user part, escaped, with its own parameters if it has any. `tel:`: the number.
    pub user: Option<&'a [u8]>,
    /// The password nobody should send (RFC 3261 §19.1.1).
    pub password: Option<&'a [u8]>,
    /// `sip:` only.
    pub host: Option<Host<'a>>,
    /// `sip:` only.
    pub port: Option<u16>,
    /// The URI's parameters.
    pub params: Params<'a>,
    /// What follows `?`, without it.
    pub headers: &'a [u8],
}

impl<'a> Uri<'a> {
    /// The URI that fills `raw`; `None` when a `sip:`, `sips:` or `tel:` URI breaks its grammar, or
    /// nothing like a scheme stands in front.
    pub fn parse(raw: &'a [u8]) -> Option<Uri<'a>> {
        let mut lexer = Lexer::new(raw);
        let scheme = lexer.take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'));
        if !scheme.first()?.is_ascii_alphabetic()
            || !lexer.eat(b':')
            || !lexer.rest().iter().all(|&b| is_uri_byte(b))
        {
            return None;
        }
        if scheme.eq_ignore_ascii_case(b"sip") {
            Uri::sip(raw, Scheme::Sip, lexer)
        } else if scheme.eq_ignore_ascii_case(b"sips") {
            Uri::sip(raw, Scheme::Sips, lexer)
        } else if scheme.eq_ignore_ascii_case(b"tel") {
            Uri::tel(raw, lexer)
        } else {
            Some(Uri::opaque(raw))
        }
    }

    fn sip(raw: &'a [u8], scheme: Scheme, mut lexer: Lexer<'a>) -> Option<Uri<'a>> {
        let (user, password) = lex_userinfo(&mut lexer)?;
        let host = Some(Host::lex(&mut lexer)?);
        let port = if lexer.eat(b':') { Some(u16::try_from(lexer.number()?).ok()?) } else { None };
        let params = Params::lex_uri(&mut lexer)?;
        let headers = if lexer.eat(b'?') { lexer.take(usize::MAX) } else { b"" };
        lexer.rest().is_empty().then_some(Uri { raw, scheme, user, password, host, port, params, headers })
    }

    fn tel(raw: &'a [u8], mut lexer: Lexer<'a>) -> Option<Uri<'a>> {
        let number = lexer.take_while(|b| b != b';');
        if number.is_empty() || !number.iter().all(|&b| is_phone_byte(b)) {
            return None;
        }
        let params = Params::lex_uri(&mut lexer)?;
        let opaque = Uri::opaque(raw);
        lexer.rest().is_empty().then_some(Uri { scheme: Scheme::Tel, user: Some(number), params, ..opaque })
    }

    fn opaque(raw: &'a [u8]) -> Uri<'a> {
        Uri {
            raw,
            scheme: Scheme::Other,
            user: None,
            password: None,
            host: None,
            port: None,
            params: Params::NONE,
            headers: b"",
        }
    }

    /// The user part with escapes undone and its own parameters cut off; the digits of a `tel:` URI with
    /// their visual separators.
    pub fn user_text(&self) -> Option<Cow<'a, [u8]>> {
        let user = self.user?;
        let end = memchr::memchr(b';', user).unwrap_or(user.len());
        Some(unescape(user.get(..end)?))
    }

    /// The telephone number a `tel:` URI or a `sip:` user part names: `+`, digits, `*`, `#` and the
    /// letters A–D, without visual separators (RFC 3966 §5.1.1). `None` when the user part is no number.
    pub fn number(&self) -> Option<smallvec::SmallVec<[u8; 24]>> {
        let text = self.user_text()?;
        if !text.iter().all(|&b| is_phone_byte(b)) {
            return None;
        }
        let digits: smallvec::SmallVec<_> = text.iter().copied().filter(|b| !b"-.()".contains(b)).collect();
        digits.iter().any(u8::is_ascii_digit).then_some(digits)
    }

    /// The `phone-context` of a local number, wherever it stands: a parameter of a `tel:` URI, of the
    /// user part (RFC 3261 §19.1.6) or of the `sip:` URI.
    pub fn phone_context(&self) -> Option<&'a [u8]> {
        self.user_params().value("phone-context").or_else(|| self.params.value("phone-context"))
    }

    /// The parameters inside the user part, as in `sip:12319;phone-context=+86510@host;user=phone`.
    pub fn user_params(&self) -> Params<'a> {
        let user = self.user.unwrap_or_default();
        let at = memchr::memchr(b';', user).unwrap_or(user.len());
        let mut lexer = Lexer::new(user.get(at..).unwrap_or_default());
        Params::lex_uri(&mut lexer).unwrap_or(Params::NONE)
    }

    /// The URI parameter of that name. Unlike header names, a name here may be written with escapes.
    pub fn param(&self, name: &str) -> Option<Param<'a>> {
        self.params.iter().find(|p| unescape(p.name).eq_ignore_ascii_case(name.as_bytes()))
    }

    /// Whether it says `user=phone`.
    pub fn is_phone(&self) -> bool {
        let says_phone = |p: Param<'_>| p.value.is_some_and(|v| v.eq_ignore_ascii_case(b"phone"));
        self.scheme == Scheme::Tel || self.param("user").is_some_and(says_phone)
    }

    /// Whether it is loose-routing (RFC 3261 §19.1.1 `lr`).
    pub fn is_loose(&self) -> bool {
        self.param("lr").is_some()
    }

    /// RFC 3261 §19.1.4; for other schemes equality of bytes, for `tel:` RFC 3966 §4 without the context
    /// rules.
    pub fn matches(&self, other: &Uri<'_>) -> bool {
        if self.scheme != other.scheme {
            return false;
        }
        match self.scheme {
            Scheme::Sip | Scheme::Sips => self.matches_sip(other),
            Scheme::Tel => {
                self.number() == other.number() && params_match(self.params, other.params, TEL_STRICT)
            }
            Scheme::Other => self.raw == other.raw,
        }
    }

    fn matches_sip(&self, other: &Uri<'_>) -> bool {
        let text = |part: Option<&[u8]>| part.map(|p| unescape(p).into_owned());
        text(self.user) == text(other.user)
            && text(self.password) == text(other.password)
            && self.host == other.host
            && self.port == other.port
            && params_match(self.params, other.params, SIP_STRICT)
            && headers_match(self.headers, other.headers)
    }
}

/// Parameters that must be in both or in neither (RFC 3261 §19.1.4).
const SIP_STRICT: &[&str] = &["user", "ttl", "method", "maddr", "transport"];
/// RFC 3966 §4.
const TEL_STRICT: &[&str] = &["phone-context", "ext", "isub"];

fn params_match(a: Params<'_>, b: Params<'_>, strict: &[&str]) -> bool {
    let value = |params: Params<'_>, name: &str| {
        params.get(name).map(|p| unescape(p.value.unwrap_or_default()).to_ascii_lowercase())
    };
    let strict_same = strict.iter().all(|name| value(a, name) == value(b, name));
    strict_same
        && a.iter().all(|p| {
            let name = std::str::from_utf8(p.name).unwrap_or_default();
            match value(b, name) {
                Some(other) => value(a, name) == Some(other),
                None => true,
            }
        })
}

/// The same headers in any order; names without regard to case.
fn headers_match(a: &[u8], b: &[u8]) -> bool {
    let sorted = |headers: &[u8]| {
        let mut pairs: Vec<(Vec<u8>, Vec<u8>)> = headers
            .split(|&b| b == b'&')
            .filter(|h| !h.is_empty())
            .map(|h| {
                let at = memchr::memchr(b'=', h).unwrap_or(h.len());
                let (name, value) = h.split_at_checked(at).unwrap_or((h, &[]));
                (unescape(name).to_ascii_lowercase(), unescape(value).into_owned())
            })
            .collect();
        pairs.sort();
        pairs
    };
    sorted(a) == sorted(b)
}

/// `%41` → `A`; a `%` that begins no escape stays as it is.
pub fn unescape(text: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr(b'%', text).is_none() {
        return Cow::Borrowed(text);
    }
    let mut plain = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&first, tail)) = rest.split_first() {
        match (first, hex_pair(tail)) {
            (b'%', Some(byte)) => {
                plain.push(byte);
                rest = tail.get(2..).unwrap_or_default();
            }
            _ => {
                plain.push(first);
                rest = tail;
            }
        }
    }
    Cow::Owned(plain)
}

fn hex_pair(bytes: &[u8]) -> Option<u8> {
    let digit = |at: usize| char::from(*bytes.get(at)?).to_digit(16);
    u8::try_from(digit(0)? * 16 + digit(1)?).ok()
}

/// User part and password.
type UserInfo<'a> = (Option<&'a [u8]>, Option<&'a [u8]>);

/// User part and password, if an "@" follows them. The last "@" before the headers ends them: peers leave "@"
/// unescaped in the user part.
fn lex_userinfo<'a>(lexer: &mut Lexer<'a>) -> Option<UserInfo<'a>> {
    let (mut at, mut in_headers) = (None, false);
    // A plain loop: URIs are too short for a search by vectors to pay.
    for (index, &b) in lexer.rest().iter().enumerate() {
        match b {
            b'@' if !in_headers || at.is_none() => at = Some(index),
            b'?' => in_headers = true,
            _ => {}
        }
    }
    let Some(at) = at else { return Some((None, None)) };
    let userinfo = lexer.take(at);
    lexer.eat(b'@');
    let colon = userinfo.iter().position(|&b| b == b':');
    let user = userinfo.get(..colon.unwrap_or(userinfo.len()))?;
    let password = colon.and_then(|colon| userinfo.get(colon + 1..));
    (!user.is_empty() && escapes_are_whole(userinfo)).then_some((Some(user), password))
}

fn escapes_are_whole(text: &[u8]) -> bool {
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'%', rest) {
        rest = rest.get(at + 1..).unwrap_or_default();
        if hex_pair(rest).is_none() {
            return false;
        }
    }
    true
}

/// Bytes that end a URI wherever it stands are in none.
pub(crate) fn is_uri_byte(b: u8) -> bool {
    URI_BYTES.get(usize::from(b)).copied().unwrap_or(false)
}

const URI_BYTES: [bool; 256] = uri_bytes();

#[expect(clippy::indexing_slicing, reason = "evaluated at compile time, where a wrong index stops the build")]
const fn uri_bytes() -> [bool; 256] {
    let mut class = [true; 256];
    let mut b = 0;
    while b <= 0x20 {
        class[b] = false;
        b += 1;
    }
    class[b'<' as usize] = false;
    class[b'>' as usize] = false;
    class[b'"' as usize] = false;
    class[0x7f] = false;
    class
}

fn is_phone_byte(b: u8) -> bool {
    b.is_ascii_digit()
        || matches!(b, b'+' | b'*' | b'#' | b'-' | b'.' | b'(' | b')' | b'A'..=b'D' | b'a'..=b'd')
}

impl fmt::Display for Uri<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(self.raw))
    }
}

impl fmt::Debug for Uri<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Encode for Uri<'_> {
    fn encode(&self, out: &mut Sink<'_>) {
        out.push_filtered(self.raw, is_uri_byte);
    }
}
