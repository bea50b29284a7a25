//! Writes a [`Session`] (RFC 8866 §5 fixes the order of the lines). CRLF everywhere.
//!
//! Each call writes two or three of them, so they are pushed piece by piece and not through `core::fmt`.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr};

use super::codec::CLOCK_RATE;
use super::{Encoding, Format, Media, Session};
use crate::stdx::digits::Decimal;

impl Session {
    /// The text that goes on the wire.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Text(Vec::with_capacity(ROOM));
        out.session(self);
        out.0
    }
}

impl fmt::Display for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.to_bytes()))
    }
}

struct Text(Vec<u8>);

impl Text {
    fn session(&mut self, session: &Session) {
        let origin = session.origin.address.or(session.connection);
        self.push("v=0\r\no=- ").number(session.origin.session_id);
        self.push(" ").number(session.origin.version).push(" ");
        self.net(origin.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED))).push("\r\ns=-\r\n");
        if let Some(address) = session.connection {
            self.push("c=").net(address).push("\r\n");
        }
        self.push("t=0 0\r\n");
        if let Some(direction) = session.direction {
            self.push("a=").push(direction.name()).push("\r\n");
        }
        session.media.iter().for_each(|media| self.media(media));
    }

    fn media(&mut self, media: &Media) {
        self.push("m=").push(&media.kind).push(" ").number(media.port).push(" ").push(&media.protocol);
        for format in &media.formats {
            self.push(" ").push(&format.name);
        }
        self.push("\r\n");
        if let Some(address) = media.connection {
            self.push("c=").net(address).push("\r\n");
        }
        // What is refused needs no description.
        if media.port != 0 {
            media.formats.iter().for_each(|format| self.format(format));
        }
        if let Some(ptime) = media.ptime_ms {
            self.push("a=ptime:").number(ptime).push("\r\n");
        }
        if let Some(direction) = media.direction {
            self.push("a=").push(direction.name()).push("\r\n");
        }
    }

    fn format(&mut self, format: &Format) {
        match &format.encoding {
            Encoding::Audio(codec) => self.rtpmap(&format.name, codec.name(), true),
            Encoding::TelephoneEvent => self.rtpmap(&format.name, "telephone-event", true),
            Encoding::Other(text) if text.is_empty() => {}
            Encoding::Other(text) => self.rtpmap(&format.name, text, false),
        }
        if let Some(parameters) = &format.fmtp {
            self.push("a=fmtp:").push(&format.name).push(" ").push(parameters).push("\r\n");
        }
    }

    fn rtpmap(&mut self, name: &str, encoding: &str, with_rate: bool) {
        self.push("a=rtpmap:").push(name).push(" ").push(encoding);
        if with_rate {
            self.push("/").number(CLOCK_RATE);
        }
        self.push("\r\n");
    }

    fn net(&mut self, address: IpAddr) -> &mut Self {
        match address {
            IpAddr::V4(v4) => {
                let [a, b, c, d] = v4.octets();
                self.push("IN IP4 ").number(a).push(".").number(b).push(".").number(c).push(".").number(d)
            }
            IpAddr::V6(v6) => self.push("IN IP6 ").push(&v6.to_string()),
        }
    }

    fn number(&mut self, number: impl Into<u64>) -> &mut Self {
        self.0.extend_from_slice(Decimal::new(number).as_bytes());
        self
    }

    fn push(&mut self, text: &str) -> &mut Self {
        self.0.extend_from_slice(text.as_bytes());
        self
    }
}

/// A description of one stream fits.
const ROOM: usize = 320;
