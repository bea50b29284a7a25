//! What the node may ask of the media plane, and what comes out of it.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use smallvec::SmallVec;

use super::Prompts;
use crate::event::PromptId;
use crate::sdp::Codec;

/// A local RTP port. One live stream per port, so it names the stream between node and plane.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Port(pub u16);

/// A wish of the node. Commands for ports that are not open are counted and do nothing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Command {
    /// Begin to own the port. Packets are dropped until `Connect`. A port that is open begins anew.
    Open {
        /// Which.
        port: Port,
    },
    /// The offer was answered; also for every change of it (re-INVITE, hold). What plays goes on.
    Connect {
        /// Which.
        port: Port,
        /// Where the peer receives (SDP).
        remote: SocketAddr,
        /// The encoding both ways.
        codec: Codec,
        /// Its payload type.
        payload_type: u8,
        /// The payload type of telephone events, if negotiated.
        dtmf: Option<u8>,
        /// From where packets are taken.
        source: SourcePolicy,
        /// Whether anything may go to the peer.
        send: bool,
        /// Whether anything from the peer counts.
        receive: bool,
    },
    /// Play to the peer, instead of whatever plays or is relayed to him. Before `Connect` it waits.
    Play {
        /// To whom.
        port: Port,
        /// What.
        what: Source,
        /// Comes back in the events about it.
        ticket: u32,
    },
    /// Play nothing; a bridge is heard again.
    Stop {
        /// To whom.
        port: Port,
    },
    /// Relay between two streams, both ways. What plays to either stops; other bridges of theirs end.
    Bridge {
        /// One …
        a: Port,
        /// … and the other.
        b: Port,
    },
    /// End that bridge. What plays goes on.
    Unbridge {
        /// One …
        a: Port,
        /// … and the other.
        b: Port,
    },
    /// Give the port back: nothing is sent from it or taken on it any more.
    Close {
        /// Which.
        port: Port,
    },
    /// Play these recordings from now on; what plays goes on as it was.
    Prompts(Arc<Prompts>),
}

/// Something to play.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Source {
    /// A recording, once, to its end.
    Prompt {
        /// Which.
        prompt: PromptId,
        /// Where to begin.
        from: Duration,
    },
    /// A recording again and again. If it is missing, ringback stands in.
    Loop {
        /// Which.
        prompt: PromptId,
    },
    /// A signal tone.
    Tone(Tone),
    /// Packets of silence, which keep bindings of NATs and the peer's patience.
    Silence,
}

/// A signal tone, as in China (ITU-T E.180 supplement 2).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Tone {
    /// 450 Hz, 1 s on, 4 s off, until stopped.
    Ringback,
    /// 450 Hz, 0.35 s on, 0.35 s off, until stopped.
    Busy,
    /// 800 Hz for 0.4 s, once; stands in for a missing recording.
    Short,
}

/// From where packets are taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SourcePolicy {
    /// Only from the address and port the peer's SDP names: trunks.
    Strict,
    /// From this host only, the source of the peer's signalling: phones behind NAT. The port of the first
    /// valid packet is locked; only a new `Connect` unlocks it.
    LearnFrom(IpAddr),
}

/// Something the node should know.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Event {
    /// A prompt or the short tone was played to its end (not: stopped).
    Played {
        /// To whom.
        port: Port,
        /// Of the `Play`.
        ticket: u32,
    },
    /// There is no such recording. A tone stands in: the short one for a prompt, which then counts as
    /// played; ringback for a loop.
    PromptMissing {
        /// To whom.
        port: Port,
        /// Which.
        prompt: PromptId,
        /// Of the `Play`.
        ticket: u32,
    },
    /// The first valid packet since `Open` came.
    FirstPacket {
        /// From whom.
        port: Port,
    },
    /// A key was pressed; once per press.
    Digit {
        /// By whom.
        port: Port,
        /// `0`–`9`, `*`, `#`, `A`–`D`.
        digit: char,
    },
}

/// A datagram to send. Packets of 20 ms fit without allocation.
pub type Datagram = SmallVec<[u8; 184]>;

/// What comes out of the plane.
#[derive(Clone, PartialEq, Eq)]
#[expect(
    clippy::large_enum_variant,
    reason = "nearly every output is a packet, and a box would be an allocation each"
)]
pub enum Output {
    /// Send `data` from the local `port`.
    Send {
        /// From here …
        port: Port,
        /// … to there.
        to: SocketAddr,
        /// An RTP packet.
        data: Datagram,
    },
    /// Tell the node.
    Event(Event),
}

impl fmt::Debug for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Send { port, to, data } => write!(f, "Send({} > {to}, {} bytes)", port.0, data.len()),
            Self::Event(event) => event.fmt(f),
        }
    }
}

/// What one stream has seen since `Open`.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Stats {
    /// Valid packets from the peer.
    pub received: u64,
    /// Packets to the peer.
    pub sent: u64,
    /// Packets of the peer that never came.
    pub lost: u64,
    /// Dropped: from elsewhere than the policy allows, or before `Connect`.
    pub dropped_source: u64,
    /// Dropped: a payload type that was not negotiated.
    pub dropped_payload: u64,
    /// Dropped: not RTP, or seen before.
    pub dropped_invalid: u64,
    /// Dropped: the peer is not to be heard (hold).
    pub dropped_held: u64,
}
