//! Hosts and ports: RFC 3261 §25.1 `hostport`, with the IPv6 corrections of RFC 5118 and RFC 5954.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::lexer::{Lexer, byte_class};
use super::writer::{Encode, Sink};

/// A host as it appears in a URI or a Via.
#[derive(Clone, Copy)]
pub enum Host<'a> {
    /// A domain name, compared without regard to case.
    Name(&'a [u8]),
    /// An address literal; IPv6 stood in brackets.
    Ip(IpAddr),
}

impl<'a> Host<'a> {
    /// A whole byte string as a host. An IPv6 address may lack its brackets, as it does in `received`
    /// (RFC 5118 §4.5).
    pub fn parse(bytes: &'a [u8]) -> Option<Host<'a>> {
        if let Some(ip) = ipv6(bytes) {
            return Some(Host::Ip(IpAddr::V6(ip)));
        }
        let mut lexer = Lexer::new(bytes);
        let host = Host::lex(&mut lexer)?;
        lexer.rest().is_empty().then_some(host)
    }

    pub(crate) fn lex(lexer: &mut Lexer<'a>) -> Option<Host<'a>> {
        if lexer.eat(b'[') {
            return Some(Host::Ip(IpAddr::V6(ipv6(lexer.until(b']')?)?)));
        }
        let name = lexer.take_while(|b| HOST.get(usize::from(b)).copied().unwrap_or(false));
        if name.is_empty() {
            return None;
        }
        Some(ipv4(name).map_or(Host::Name(name), |ip| Host::Ip(IpAddr::V4(ip))))
    }

    /// `host [":" port]`; white space is allowed around the colon, as in a Via (RFC 3261 §25.1 COLON).
    pub(crate) fn lex_with_port(lexer: &mut Lexer<'a>) -> Option<(Host<'a>, Option<u16>)> {
        let host = Host::lex(lexer)?;
        let port = if lexer.eat_spaced(b':') { Some(lex_port(lexer)?) } else { None };
        Some((host, port))
    }

    /// The address, if it is one.
    pub fn ip(&self) -> Option<IpAddr> {
        match self {
            Host::Ip(ip) => Some(*ip),
            Host::Name(_) => None,
        }
    }
}

fn lex_port(lexer: &mut Lexer<'_>) -> Option<u16> {
    u16::try_from(lexer.number()?).ok()
}

/// The address in `text`; four parts without leading zeros that would mean octal elsewhere.
fn ipv4(text: &[u8]) -> Option<Ipv4Addr> {
    if !text.first()?.is_ascii_digit() || text.len() > 15 {
        return None;
    }
    let mut address = 0u32;
    let (mut dots, mut octet) = (0, None);
    for &b in text {
        match b {
            b'0'..=b'9' => {
                let value = octet.unwrap_or(0u32) * 10 + u32::from(b - b'0');
                octet = Some(value).filter(|value| *value <= 255);
                octet?;
            }
            b'.' if dots < 3 => {
                address = address << 8 | octet.take()?;
                dots += 1;
            }
            _ => return None,
        }
    }
    (dots == 3).then_some(Ipv4Addr::from_bits(address << 8 | octet?))
}

/// The address in `text`. RFC 3261's grammar let `2001:db8:::192.0.2.1` be written, with three colons;
/// it is read as if it had two (RFC 5118 §4.10).
fn ipv6(text: &[u8]) -> Option<Ipv6Addr> {
    let text = std::str::from_utf8(text).ok()?;
    if text.len() > 48 || !text.contains(':') {
        return None;
    }
    text.parse().ok().or_else(|| {
        let (head, tail) = text.split_once(":::")?;
        let mut fixed = smallvec::SmallVec::<[u8; 64]>::new();
        fixed.extend_from_slice(head.as_bytes());
        fixed.extend_from_slice(b"::");
        fixed.extend_from_slice(tail.as_bytes());
        std::str::from_utf8(&fixed).ok()?.parse().ok()
    })
}

impl PartialEq for Host<'_> {
    fn eq(&self, other: &Host<'_>) -> bool {
        match (self, other) {
            (Host::Name(a), Host::Name(b)) => a.eq_ignore_ascii_case(b),
            (Host::Ip(a), Host::Ip(b)) => a == b,
            (Host::Name(_), Host::Ip(_)) | (Host::Ip(_), Host::Name(_)) => false,
        }
    }
}

impl Eq for Host<'_> {}

impl fmt::Display for Host<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Host::Name(name) => f.write_str(&String::from_utf8_lossy(name)),
            Host::Ip(IpAddr::V4(ip)) => ip.fmt(f),
            Host::Ip(IpAddr::V6(ip)) => write!(f, "[{ip}]"),
        }
    }
}

impl fmt::Debug for Host<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl From<IpAddr> for Host<'_> {
    fn from(ip: IpAddr) -> Self {
        Host::Ip(ip)
    }
}

impl Encode for Host<'_> {
    fn encode(&self, out: &mut Sink<'_>) {
        match self {
            Host::Name(name) => {
                out.push_filtered(name, |b| HOST.get(usize::from(b)).copied().unwrap_or(false))
            }
            Host::Ip(IpAddr::V4(ip)) => out.push_ipv4(*ip),
            Host::Ip(IpAddr::V6(ip)) => out.push_fmt(format_args!("[{ip}]")),
        }
    }
}

/// Underscores are no part of the grammar, but of many a private domain.
const HOST: [bool; 256] = byte_class(b"-._");
