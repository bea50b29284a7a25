//! Reads a session description (RFC 8866 §5, §9). Lenient where peers are sloppy and nothing is at stake
//! (LF for CRLF, order of lines, unknown lines, non-UTF-8 names); strict where a number or an address counts.

use std::net::IpAddr;

use super::codec::CLOCK_RATE;
use super::model::word;
use super::{Codec, Direction, Encoding, Format, Media, Origin, Session};

/// Lines above the first `m=`, and lines below each.
pub const SECTION_LINES_MAX: u16 = 64;
/// `m=` sections.
pub const MEDIA_MAX: usize = 8;
/// Formats of one `m=` line.
pub const FORMATS_MAX: usize = 64;
/// Bytes of the whole.
pub const SDP_BYTES_MAX: usize = 65_535;

/// Why a description could not be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("line {line} of the session description: {fault}")]
pub struct SdpError {
    /// Counted from 1.
    pub line: u16,
    /// What is wrong there.
    pub fault: Fault,
}

/// What is wrong with a line.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Fault {
    /// Larger than [`SDP_BYTES_MAX`].
    #[error("too long")]
    TooLong,
    /// More than [`SECTION_LINES_MAX`].
    #[error("too many lines")]
    TooManyLines,
    /// More than [`MEDIA_MAX`].
    #[error("too many m= lines")]
    TooManyMedia,
    /// More than [`FORMATS_MAX`].
    #[error("too many formats")]
    TooManyFormats,
    /// Not `x=value`, or a stray CR or NUL in it.
    #[error("not of the form x=value")]
    NotALine,
    /// Does not begin with `v=0`.
    #[error("version is not 0")]
    Version,
    /// `o=` cannot be read.
    #[error("bad origin")]
    Origin,
    /// `c=` cannot be read or is not an IP address.
    #[error("bad connection address")]
    Connection,
    /// `m=` cannot be read, or a number in it is out of range.
    #[error("bad media line")]
    Media,
    /// `a=` of a kind we use cannot be read.
    #[error("bad attribute")]
    Attribute,
    /// A stream has no `c=`, neither its own nor the session's.
    #[error("no connection address")]
    NoConnection,
}

/// Reads `text`. Never panics; the first fault ends it.
pub fn parse(text: &[u8]) -> Result<Session, SdpError> {
    let mut reader = Reader::default();
    if text.len() > SDP_BYTES_MAX {
        return Err(SdpError { line: 0, fault: Fault::TooLong });
    }
    for line in text.split(|byte| *byte == b'\n') {
        reader.line = reader.line.saturating_add(1);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if !line.is_empty() {
            reader.read(line).map_err(|fault| SdpError { line: reader.line, fault })?;
        }
    }
    let line = reader.line;
    reader.finish().map_err(|fault| SdpError { line, fault })
}

#[derive(Default)]
struct Reader {
    line: u16,
    section_lines: u16,
    version_seen: bool,
    origin: Origin,
    connection: Option<IpAddr>,
    direction: Option<Direction>,
    media: Vec<Media>,
}

impl Reader {
    fn read(&mut self, line: &[u8]) -> Result<(), Fault> {
        let (kind, value) = match line {
            [kind, b'=', value @ ..] if !value.iter().any(|b| matches!(b, b'\r' | 0)) => (*kind, value),
            _ => return Err(Fault::NotALine),
        };
        if !self.version_seen && kind != b'v' {
            return Err(Fault::Version);
        }
        self.section_lines = if kind == b'm' { 1 } else { self.section_lines + 1 };
        if self.section_lines > SECTION_LINES_MAX {
            return Err(Fault::TooManyLines);
        }
        match kind {
            b'v' if value.trim_ascii() == b"0" => self.version_seen = true,
            b'v' => return Err(Fault::Version),
            b'o' => self.origin = origin(value).ok_or(Fault::Origin)?,
            b'c' => {
                let address = Some(connection(value).ok_or(Fault::Connection)?);
                match self.media.last_mut() {
                    Some(media) => media.connection = address,
                    None => self.connection = address,
                }
            }
            b'm' => self.add_media(value)?,
            b'a' => self.attribute(value)?,
            _ => {}
        }
        Ok(())
    }

    fn add_media(&mut self, value: &[u8]) -> Result<(), Fault> {
        if self.media.len() >= MEDIA_MAX {
            return Err(Fault::TooManyMedia);
        }
        let text = std::str::from_utf8(value).map_err(|_| Fault::Media)?;
        self.media.push(media(text)?);
        Ok(())
    }

    fn attribute(&mut self, value: &[u8]) -> Result<(), Fault> {
        // What is not text is nothing we use.
        let Ok(text) = std::str::from_utf8(value) else { return Ok(()) };
        let (name, value) = text.trim_end().split_once(':').unwrap_or((text.trim_end(), ""));
        if let Some(direction) = direction(name) {
            match self.media.last_mut() {
                Some(media) => media.direction = Some(direction),
                None => self.direction = Some(direction),
            }
            return Ok(());
        }
        let Some(media) = self.media.last_mut() else { return Ok(()) };
        match name {
            "rtpmap" if is_rtp(&media.protocol) => rtpmap(media, value).ok_or(Fault::Attribute),
            "fmtp" => {
                fmtp(media, value);
                Ok(())
            }
            "ptime" => {
                // Some write `20.0`; the part before the point is what matters.
                let whole = value.trim().split('.').next().unwrap_or_default();
                media.ptime_ms = Some(number(whole).ok_or(Fault::Attribute)?);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn finish(self) -> Result<Session, Fault> {
        if !self.version_seen {
            return Err(Fault::Version);
        }
        let Self { origin, connection, direction, media, .. } = self;
        if media.iter().any(|m| m.port != 0 && m.connection.or(connection).is_none()) {
            return Err(Fault::NoConnection);
        }
        Ok(Session { origin, connection, direction, media })
    }
}

fn origin(value: &[u8]) -> Option<Origin> {
    // The user name may be in any character set, so the fields are cut as bytes.
    let mut fields = value.split(|byte| *byte == b' ').filter(|field| !field.is_empty()).skip(1);
    let mut text = || std::str::from_utf8(fields.next()?).ok();
    let (session_id, version) = (text()?, text()?);
    let (net, _family, address) = (text()?, text()?, text()?);
    (net == "IN").then_some(())?;
    // Longer numbers than 64 bits are allowed and name nothing we compare: they saturate.
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit()).then(|| s.parse().unwrap_or(u64::MAX));
    Some(Origin { session_id: digits(session_id)?, version: digits(version)?, address: address.parse().ok() })
}

fn connection(value: &[u8]) -> Option<IpAddr> {
    let mut fields = std::str::from_utf8(value).ok()?.split_ascii_whitespace();
    let (net, family, address) = (fields.next()?, fields.next()?, fields.next()?);
    // Multicast writes `/ttl` behind the address.
    let address: IpAddr = address.split('/').next()?.parse().ok()?;
    let matches = match family {
        "IP4" => address.is_ipv4(),
        "IP6" => address.is_ipv6(),
        _ => false,
    };
    (net == "IN" && matches).then_some(address)
}

fn media(text: &str) -> Result<Media, Fault> {
    let mut fields = text.split_ascii_whitespace();
    let kind = fields.next().filter(|s| is_token(s)).ok_or(Fault::Media)?;
    let port = fields.next().ok_or(Fault::Media)?;
    let protocol = fields.next().filter(|s| s.split('/').all(is_token)).ok_or(Fault::Media)?;
    let mut media = Media {
        kind: word(kind),
        // `49170/2` asks for two pairs of ports; we use the first.
        port: port.split('/').next().and_then(number).ok_or(Fault::Media)?,
        protocol: word(protocol),
        formats: Vec::new(),
        connection: None,
        direction: None,
        ptime_ms: None,
    };
    for name in fields {
        if media.formats.len() >= FORMATS_MAX {
            return Err(Fault::TooManyFormats);
        }
        add_format(&mut media, name)?;
    }
    if media.formats.is_empty() { Err(Fault::Media) } else { Ok(media) }
}

fn add_format(media: &mut Media, name: &str) -> Result<(), Fault> {
    let known = media.formats.iter().any(|format| *format.name == *name);
    let encoding = bare_encoding(&media.protocol, name).ok_or(Fault::Media)?;
    if !is_token(name) {
        return Err(Fault::Media);
    }
    if !known {
        media.formats.push(Format { name: word(name), encoding, fmtp: None });
    }
    Ok(())
}

/// What a format means while no attribute says it; `None`: it is no format of that protocol.
pub(super) fn bare_encoding(protocol: &str, name: &str) -> Option<Encoding> {
    if is_rtp(protocol) {
        number(name).filter(|number| *number < 128).map(static_encoding)
    } else {
        Some(Encoding::Other("".into()))
    }
}

/// RFC 3551 §6: what a payload type means when no `a=rtpmap` says it.
fn static_encoding(payload_type: u8) -> Encoding {
    match payload_type {
        0 => Encoding::Audio(Codec::Pcmu),
        8 => Encoding::Audio(Codec::Pcma),
        18 => Encoding::Other("G729/8000".into()),
        _ => Encoding::Other("".into()),
    }
}

fn rtpmap(media: &mut Media, value: &str) -> Option<()> {
    let (payload_type, map) = value.trim().split_once([' ', '\t'])?;
    let payload_type: u8 = number(payload_type)?;
    let map = map.trim();
    let mut parts = map.split('/');
    let name = parts.next().filter(|s| is_token(s))?;
    let rate: u32 = number(parts.next()?)?;
    let channels: u8 = parts.next().map_or(Some(1), number)?;
    let encoding = match Codec::from_name(name) {
        _ if rate != CLOCK_RATE || channels != 1 => Encoding::Other(word(map)),
        Some(codec) => Encoding::Audio(codec),
        None if name.eq_ignore_ascii_case("telephone-event") => Encoding::TelephoneEvent,
        None => Encoding::Other(word(map)),
    };
    if let Some(format) = media.formats.iter_mut().find(|f| f.payload_type() == Some(payload_type)) {
        format.encoding = encoding;
    }
    Some(())
}

fn fmtp(media: &mut Media, value: &str) {
    let Some((name, parameters)) = value.trim().split_once([' ', '\t']) else { return };
    if let Some(format) = media.formats.iter_mut().find(|f| *f.name == *name) {
        format.fmtp = Some(word(parameters.trim()));
    }
}

fn direction(name: &str) -> Option<Direction> {
    use Direction::{Inactive, RecvOnly, SendOnly, SendRecv};
    [SendRecv, SendOnly, RecvOnly, Inactive].into_iter().find(|direction| direction.name() == name)
}

fn is_rtp(protocol: &str) -> bool {
    protocol.starts_with("RTP/")
}

/// RFC 8866 §9, `token`.
fn is_token(text: &str) -> bool {
    let in_token = |b: u8| {
        b.is_ascii_graphic() && !matches!(b, b'"' | b'(' | b')' | b',' | b'/' | b':'..=b'@' | b'['..=b']')
    };
    !text.is_empty() && text.bytes().all(in_token)
}

/// Digits only: `parse` would take a sign as well.
fn number<N: std::str::FromStr>(text: &str) -> Option<N> {
    text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok())?
}
