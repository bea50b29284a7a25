//! One side of a call: an INVITE dialog and its media.

use std::net::IpAddr;

use bytes::Bytes;

use crate::event::LegRole;
use crate::media::Port;
use crate::sdp::{LocalSession, Negotiated};
use crate::sip::stack::DialogKey;

/// One side of a call.
#[derive(Debug)]
pub struct Leg {
    /// Which side.
    pub role: LegRole,
    /// Its dialog.
    pub dialog: DialogKey,
    /// Where we receive its RTP.
    pub port: Port,
    /// How far its INVITE has come.
    pub progress: Progress,
    /// The peer put us on hold.
    pub held: bool,
    /// What we said of our media.
    pub(super) local: LocalSession,
    /// What both agreed on; `None` until the peer has spoken.
    pub(super) remote: Option<Negotiated>,
    /// Where a phone behind NAT may send its RTP from: the address its signalling comes from. `None` for a
    /// trunk, which sends from where its SDP says.
    pub(super) signalling: Option<IpAddr>,
    /// Our answer, as sent in a 183 and to be repeated in the 200 (RFC 3261 §13.2.1).
    pub(super) answer: Option<Bytes>,
}

/// How far the INVITE of a leg has come.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Progress {
    /// No word yet.
    Invited,
    /// A 180 or 183.
    Early,
    /// A 200.
    Answered,
    /// The dialog is over.
    Over,
}
