//! Via: where the request came through (RFC 3261 §20.42, RFC 3581).

use std::net::IpAddr;

use crate::sip::wire::host::Host;
use crate::sip::wire::lexer::{Lexer, is_token};
use crate::sip::wire::params::Params;
use crate::sip::wire::writer::{Encode, Sink};
use crate::sip::wire::{HeaderError, HeaderName, Message};

/// One Via value.
#[derive(Debug, Clone, Copy)]
pub struct Via<'a> {
    /// `UDP`, `TCP`, `TLS`, `WS`, … in the case it came in.
    pub transport: &'a [u8],
    /// The sent-by host.
    pub host: Host<'a>,
    /// The sent-by port.
    pub port: Option<u16>,
    /// Its parameters.
    pub params: Params<'a>,
}

impl<'a> Via<'a> {
    /// One value of the list.
    pub fn parse(value: &'a [u8]) -> Option<Via<'a>> {
        let mut lexer = Lexer::new(value);
        let protocol = lexer.token()?;
        let version = lexer.eat_spaced(b'/').then(|| lexer.token())??;
        if !protocol.eq_ignore_ascii_case(b"SIP") || version != b"2.0" || !lexer.eat_spaced(b'/') {
            return None;
        }
        let transport = lexer.token()?;
        lexer.skip_lws();
        let (host, port) = Host::lex_with_port(&mut lexer)?;
        let params = Params::lex_header(&mut lexer)?;
        lexer.at_end().then_some(Via { transport, host, port, params })
    }

    /// The branch: the transaction's name when it starts with `z9hG4bK` (RFC 3261 §8.1.1.7).
    pub fn branch(&self) -> Option<&'a [u8]> {
        self.params.value("branch")
    }

    /// The branch behind the magic cookie; `None` when the branch is no transaction's name, as in requests of
    /// RFC 2543, or nothing follows the cookie (RFC 3261 §17.2.3). The cookie's case does not count.
    pub fn transaction_id(&self) -> Option<&'a [u8]> {
        let (cookie, id) = self.branch()?.split_at_checked(7)?;
        (cookie.eq_ignore_ascii_case(b"z9hG4bK") && !id.is_empty()).then_some(id)
    }

    /// Where the request really came from, if the receiver wrote it down.
    pub fn received(&self) -> Option<IpAddr> {
        Host::parse(self.params.value("received")?)?.ip()
    }

    /// `None`: not asked for; `Some(None)`: asked for (RFC 3581 §3); `Some(Some(port))`: filled in.
    pub fn rport(&self) -> Option<Option<u16>> {
        let param = self.params.get("rport")?;
        Some(param.value.and_then(crate::sip::wire::lexer::number).and_then(|n| u16::try_from(n).ok()))
    }

    /// The `ttl` of a multicast request.
    pub fn ttl(&self) -> Option<u8> {
        u8::try_from(self.params.number("ttl")?).ok()
    }

    /// The `maddr` parameter.
    pub fn maddr(&self) -> Option<Host<'a>> {
        Host::parse(self.params.value("maddr")?)
    }

    pub(in crate::sip::wire) fn encode_sent_by(&self, out: &mut Sink<'_>) {
        out.push(b"SIP/2.0/");
        out.push(self.transport);
        out.push(b" ");
        self.host.encode(out);
        if let Some(port) = self.port {
            out.push(b":");
            out.push_number(u32::from(port));
        }
    }
}

impl Encode for Via<'_> {
    fn encode(&self, out: &mut Sink<'_>) {
        self.encode_sent_by(out);
        out.push(self.params.raw());
    }
}

/// A Via of our own, to write.
#[derive(Debug, Clone, Copy)]
pub struct OwnVia<'a> {
    /// `UDP`, …
    pub transport: &'a str,
    /// Our sent-by host.
    pub host: Host<'a>,
    /// Our sent-by port.
    pub port: Option<u16>,
    /// The branch, `z9hG4bK` included.
    pub branch: &'a [u8],
    /// Whether to ask for the port to be written down (RFC 3581 §3).
    pub rport: bool,
}

impl Encode for OwnVia<'_> {
    fn encode(&self, out: &mut Sink<'_>) {
        out.push(b"SIP/2.0/");
        out.push_filtered(self.transport.as_bytes(), is_token);
        out.push(b" ");
        self.host.encode(out);
        if let Some(port) = self.port {
            out.push(b":");
            out.push_number(u32::from(port));
        }
        if self.rport {
            out.push(b";rport");
        }
        out.push(b";branch=");
        out.push_filtered(self.branch, is_token);
    }
}

impl Message {
    /// The top Via.
    pub fn via(&self) -> Result<Via<'_>, HeaderError> {
        self.required(HeaderName::Via, Via::parse)
    }

    /// The branch of the top Via.
    pub fn branch(&self) -> Option<&[u8]> {
        match self.noted {
            Some(noted) => noted.branch.map(|branch| self.span(branch)),
            None => self.via().ok()?.branch(),
        }
    }

    /// Whether there is no other Via than the top one.
    pub fn has_one_via(&self) -> bool {
        self.values(HeaderName::Via).filter(|value| !value.is_empty()).nth(1).is_none()
    }

    /// Every Via, topmost first.
    pub fn vias(&self) -> impl Iterator<Item = Result<Via<'_>, HeaderError>> {
        self.each(HeaderName::Via, Via::parse)
    }
}
