//! What a session description says (RFC 8866), as far as we care.

use std::borrow::Cow;
use std::net::IpAddr;

use super::Codec;

/// A word of a description. Those that nearly every description holds are known and take no memory.
pub type Word = Cow<'static, str>;

/// The word that `text` is.
pub(super) fn word(text: &str) -> Word {
    let known = KNOWN.iter().find(|known| **known == text);
    known.map_or_else(|| Cow::Owned(text.to_owned()), |known| Cow::Borrowed(*known))
}

/// The word for a payload type.
pub(super) fn payload_type(number: u8) -> Word {
    match number {
        0 => Cow::Borrowed("0"),
        8 => Cow::Borrowed("8"),
        101 => Cow::Borrowed("101"),
        _ => Cow::Owned(number.to_string()),
    }
}

const KNOWN: [&str; 12] =
    ["audio", "RTP/AVP", "8", "0", "101", "0-15", "0-16", "18", "96", "97", "video", "RTP/AVPF"];

/// One description, offered or answered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Session {
    /// `o=`.
    pub origin: Origin,
    /// `c=` above the first `m=`.
    pub connection: Option<IpAddr>,
    /// The direction for every stream that does not say its own.
    pub direction: Option<Direction>,
    /// The `m=` sections in order; refused ones (port 0) included.
    pub media: Vec<Media>,
}

/// `o=` (RFC 8866 §5.2). The user name is not kept.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Origin {
    /// Names the session, together with the address.
    pub session_id: u64,
    /// Rises by one with every change (RFC 3264 §8).
    pub version: u64,
    /// Where it was made; `None` if written as a host name.
    pub address: Option<IpAddr>,
}

/// One `m=` section (RFC 8866 §5.14).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Media {
    /// `audio`, `video`, …
    pub kind: Word,
    /// 0 refuses or ends the stream.
    pub port: u16,
    /// `RTP/AVP`, …
    pub protocol: Word,
    /// In the order of preference of whoever wrote it; never empty.
    pub formats: Vec<Format>,
    /// `c=` of this section.
    pub connection: Option<IpAddr>,
    /// Direction attribute of this section.
    pub direction: Option<Direction>,
    /// `a=ptime`, in milliseconds.
    pub ptime_ms: Option<u16>,
}

/// One format of an `m=` line with its `a=rtpmap` and `a=fmtp`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Format {
    /// As on the `m=` line; a payload type for RTP.
    pub name: Word,
    /// What `a=rtpmap` or RFC 3551 makes of it.
    pub encoding: Encoding,
    /// `a=fmtp` without the format itself.
    pub fmtp: Option<Word>,
}

/// What a payload type stands for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Encoding {
    /// Audio we speak.
    Audio(Codec),
    /// `telephone-event/8000` (RFC 4733).
    TelephoneEvent,
    /// Something else; the text of `a=rtpmap` (empty if there was none).
    Other(Word),
}

/// Who may send (RFC 3264 §5.1), seen from whoever wrote it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub enum Direction {
    /// Both.
    #[default]
    SendRecv,
    /// Only the writer.
    SendOnly,
    /// Only the reader.
    RecvOnly,
    /// Nobody.
    Inactive,
}

impl Session {
    /// Where `media` is to be sent: its own `c=` or the session's.
    pub fn connection_of(&self, media: &Media) -> Option<IpAddr> {
        media.connection.or(self.connection)
    }

    /// The direction of `media` with the defaults applied, and with the hold of RFC 2543 (an unspecified
    /// address, still sent by old phones; RFC 3264 §8.4) read as "I send, you do not".
    pub fn direction_of(&self, media: &Media) -> Direction {
        let written = media.direction.or(self.direction).unwrap_or_default();
        let held = self.connection_of(media).is_some_and(|address| address.is_unspecified());
        if held { Direction::new(written.sends(), false) } else { written }
    }
}

impl Media {
    /// The first format with that encoding, and its payload type.
    pub fn find(&self, encoding: &Encoding) -> Option<u8> {
        self.formats.iter().find(|format| format.encoding == *encoding)?.payload_type()
    }
}

impl Format {
    /// The RTP payload type, if this is one.
    pub fn payload_type(&self) -> Option<u8> {
        self.name.parse().ok().filter(|number| *number < 128)
    }
}

impl Direction {
    /// From what the writer does.
    pub const fn new(sends: bool, receives: bool) -> Self {
        match (sends, receives) {
            (true, true) => Self::SendRecv,
            (true, false) => Self::SendOnly,
            (false, true) => Self::RecvOnly,
            (false, false) => Self::Inactive,
        }
    }

    /// Whether the writer sends.
    pub const fn sends(self) -> bool {
        matches!(self, Self::SendRecv | Self::SendOnly)
    }

    /// Whether the writer receives.
    pub const fn receives(self) -> bool {
        matches!(self, Self::SendRecv | Self::RecvOnly)
    }

    /// The same seen from the other end.
    pub const fn reversed(self) -> Self {
        Self::new(self.receives(), self.sends())
    }

    /// What both allow.
    pub const fn and(self, other: Self) -> Self {
        Self::new(self.sends() && other.sends(), self.receives() && other.receives())
    }

    /// The attribute's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SendRecv => "sendrecv",
            Self::SendOnly => "sendonly",
            Self::RecvOnly => "recvonly",
            Self::Inactive => "inactive",
        }
    }
}
