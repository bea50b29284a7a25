//! The audio encodings we speak, as SDP names them (RFC 3551 §6, table 4).

/// An audio encoding. All of them run at 8,000 samples a second, one channel.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Codec {
    /// G.711 A-law: the common ground of China's fixed network.
    Pcma,
    /// G.711 µ-law.
    Pcmu,
}

impl Codec {
    /// Every codec, in the order we like them.
    pub const ALL: [Self; 2] = [Self::Pcma, Self::Pcmu];

    /// The payload type RFC 3551 gives it.
    pub const fn static_payload_type(self) -> u8 {
        match self {
            Self::Pcma => 8,
            Self::Pcmu => 0,
        }
    }

    /// Its name in `a=rtpmap`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pcma => "PCMA",
            Self::Pcmu => "PCMU",
        }
    }

    /// The codec of that name; names are compared without case (RFC 4855 §3).
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|codec| name.eq_ignore_ascii_case(codec.name()))
    }
}

/// Samples a second of every [`Codec`] and of the telephone events beside them.
pub const CLOCK_RATE: u32 = 8000;
