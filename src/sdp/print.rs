//! Writes a [`Session`] (RFC 8866 §5 fixes the order of the lines). CRLF everywhere.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr};

use super::codec::CLOCK_RATE;
use super::{Encoding, Format, Media, Session};

impl fmt::Display for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let origin = self.origin.address.or(self.connection).unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
        write!(f, "v=0\r\no=- {} {} {}\r\n", self.origin.session_id, self.origin.version, Net(origin))?;
        f.write_str("s=-\r\n")?;
        if let Some(address) = self.connection {
            write!(f, "c={}\r\n", Net(address))?;
        }
        f.write_str("t=0 0\r\n")?;
        if let Some(direction) = self.direction {
            write!(f, "a={}\r\n", direction.name())?;
        }
        self.media.iter().try_for_each(|media| media.fmt(f))
    }
}

impl fmt::Display for Media {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "m={} {} {}", self.kind, self.port, self.protocol)?;
        self.formats.iter().try_for_each(|format| write!(f, " {}", format.name))?;
        f.write_str("\r\n")?;
        if let Some(address) = self.connection {
            write!(f, "c={}\r\n", Net(address))?;
        }
        // What is refused needs no description.
        if self.port != 0 {
            self.formats.iter().try_for_each(|format| format.fmt(f))?;
        }
        if let Some(ptime) = self.ptime_ms {
            write!(f, "a=ptime:{ptime}\r\n")?;
        }
        if let Some(direction) = self.direction {
            write!(f, "a={}\r\n", direction.name())?;
        }
        Ok(())
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = &self.name;
        match &self.encoding {
            Encoding::Audio(codec) => write!(f, "a=rtpmap:{name} {}/{CLOCK_RATE}\r\n", codec.name())?,
            Encoding::TelephoneEvent => write!(f, "a=rtpmap:{name} telephone-event/{CLOCK_RATE}\r\n")?,
            Encoding::Other(text) if text.is_empty() => {}
            Encoding::Other(text) => write!(f, "a=rtpmap:{name} {text}\r\n")?,
        }
        match &self.fmtp {
            Some(parameters) => write!(f, "a=fmtp:{name} {parameters}\r\n"),
            None => Ok(()),
        }
    }
}

struct Net(IpAddr);

impl fmt::Display for Net {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let family = if self.0.is_ipv4() { "IP4" } else { "IP6" };
        write!(f, "IN {family} {}", self.0)
    }
}
