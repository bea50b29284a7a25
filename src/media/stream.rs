//! One leg's RTP: who may send to us, what goes to him, and in what disguise.
//!
//! | guard    | packet from the peer's SDP address | from the learnable host, valid | from elsewhere | `Connect`        |
//! |----------|------------------------------------|--------------------------------|----------------|------------------|
//! | Closed   | drop                               | drop                           | drop           | Strict, Learning |
//! | Strict   | take                               | drop                           | drop           | Strict, Learning |
//! | Learning | (is the next case or not)          | take → Locked                  | drop           | Strict, Learning |
//! | Locked   | take if it is the locked one       | take if it is the locked one   | drop           | Strict, Learning |

use std::net::{IpAddr, SocketAddr};

use super::outbound::Outbound;
use super::player::Player;
use super::tone::FRAME_SAMPLES;
use super::{Datagram, Port, SourcePolicy, Stats};
use crate::rtp::{Arrival, Detector, DtmfEvent, Header, Received, RtpPacket, g711};
use crate::sdp::Codec;
use crate::stdx::{Instant, Rng};

#[derive(Debug)]
pub(super) struct Stream {
    pub(super) port: Port,
    /// Its millisecond of the 20 (see [`wheel`](super::wheel)).
    pub(super) phase: u8,
    /// Whether it has a place in the wheel.
    pub(super) in_wheel: bool,
    pub(super) bridge: Option<Port>,
    pub(super) player: Option<Player>,
    guard: Guard,
    terms: Terms,
    outbound: Outbound,
    inbound: Inbound,
    stats: Stats,
}

/// From where packets are taken.
#[derive(Clone, Copy, Debug)]
enum Guard {
    /// From nowhere: not connected.
    Closed,
    Strict(SocketAddr),
    /// `to` is where we send until then: the peer's SDP, or the address that was locked before.
    Learning {
        from: IpAddr,
        to: SocketAddr,
    },
    Locked(SocketAddr),
}

/// What was negotiated.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terms {
    pub(super) remote: SocketAddr,
    pub(super) codec: Codec,
    pub(super) payload_type: u8,
    pub(super) dtmf: Option<u8>,
    pub(super) send: bool,
    pub(super) receive: bool,
}

#[derive(Debug, Default)]
struct Inbound {
    ssrc: Option<u32>,
    received: Received,
    detector: Detector,
}

/// A packet that passed the guard.
#[derive(Debug)]
pub(super) struct Taken<'a> {
    pub(super) header: Header,
    pub(super) arrival: Arrival,
    pub(super) body: Body<'a>,
    /// The first since `Open`.
    pub(super) first: bool,
    /// A key that was just pressed.
    pub(super) digit: Option<char>,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Body<'a> {
    Audio(Codec, &'a [u8]),
    Key(DtmfEvent, &'a [u8]),
}

impl Stream {
    pub(super) fn new(now: Instant, port: Port, rng: &mut Rng) -> Self {
        Self {
            port,
            phase: u8::try_from(rng.below(super::wheel::TURN_MS)).unwrap_or(0),
            in_wheel: false,
            bridge: None,
            player: None,
            guard: Guard::Closed,
            terms: Terms::NONE,
            outbound: Outbound::new(now, rng),
            inbound: Inbound::default(),
            stats: Stats::default(),
        }
    }

    pub(super) fn connect(&mut self, terms: Terms, source: SourcePolicy) {
        let remote = canonical(terms.remote);
        self.guard = match source {
            SourcePolicy::Strict => Guard::Strict(remote),
            SourcePolicy::LearnFrom(from) => {
                let from = from.to_canonical();
                // A phone behind NAT that is put on hold must go on hearing the music: what it was locked to
                // stays the target while its SDP names the same place.
                let kept = self.target().filter(|to| self.terms.remote == remote && to.ip() == from);
                Guard::Learning { from, to: kept.unwrap_or(remote) }
            }
        };
        self.terms = Terms { remote, ..terms };
        self.outbound.switch();
    }

    /// The next packet is from another source than the last.
    pub(super) const fn switch(&mut self) {
        self.outbound.switch();
    }

    /// Takes a datagram or counts why not. Nothing but a valid packet from an allowed source, of a payload type
    /// that was negotiated, changes more than a counter.
    pub(super) fn take<'a>(&mut self, source: SocketAddr, data: &'a [u8]) -> Option<Taken<'a>> {
        let source = canonical(source);
        if !self.guard.allows(source) {
            self.stats.dropped_source += 1;
            return None;
        }
        let Some(packet) = RtpPacket::parse(data).ok().filter(|_| data.len() <= DATAGRAM_MAX) else {
            self.stats.dropped_invalid += 1;
            return None;
        };
        let Some(body) = self.terms.body(&packet) else {
            self.stats.dropped_payload += 1;
            return None;
        };
        if let Guard::Learning { .. } = self.guard {
            self.guard = Guard::Locked(source);
        }
        let arrival = self.inbound.update(&packet.header);
        if arrival == Arrival::Duplicate {
            self.stats.dropped_invalid += 1;
            return None;
        }
        if !self.terms.receive {
            self.stats.dropped_held += 1;
            return None;
        }
        self.stats.received += 1;
        let digit = match body {
            Body::Key(event, _) => self.inbound.detector.handle_event(packet.header.timestamp, event),
            Body::Audio(..) => None,
        };
        Some(Taken { header: packet.header, arrival, body, first: self.stats.received == 1, digit })
    }

    /// What the peer gets of a packet taken from the other end of the bridge.
    pub(super) fn relay(&mut self, now: Instant, taken: &Taken<'_>) -> Option<(SocketAddr, Datagram)> {
        let to = self.target().filter(|_| self.player.is_none())?;
        let (payload_type, samples, payload) = match taken.body {
            Body::Audio(_, payload) if !payload.is_empty() => {
                (self.terms.payload_type, payload.len(), payload)
            }
            Body::Key(event, payload) if self.terms.dtmf.is_some() => {
                (self.terms.dtmf?, usize::from(event.duration), payload)
            }
            Body::Audio(..) | Body::Key(..) => {
                self.outbound.skip(&taken.header, taken.arrival);
                return None;
            }
        };
        let samples = u32::try_from(samples).unwrap_or(0);
        let header = self.outbound.relay(now, &taken.header, taken.arrival, samples)?;
        let mut data = Datagram::from_slice(&Header { payload_type, ..header }.to_bytes());
        let start = data.len();
        data.extend_from_slice(payload);
        if let Body::Audio(codec, payload) = taken.body
            && let Some(table) = table(codec, self.terms.codec)
        {
            g711::translate(table, payload, data.get_mut(start..).unwrap_or_default());
        }
        self.stats.sent += 1;
        Some((to, data))
    }

    /// Plays the frame of `now`: `Ok(None)` if it is not to be heard, `Err` with the ticket at the end.
    pub(super) fn play(&mut self, now: Instant) -> Result<Option<(SocketAddr, Datagram)>, u32> {
        let to = self.target();
        let Some(player) = self.player.as_mut().filter(|player| player.from_ms <= now.as_millis()) else {
            return Ok(None);
        };
        let ticket = player.ticket;
        let mut frame = [0; FRAME_SAMPLES];
        let goes_on = match to {
            Some(_) => player.next_frame(self.terms.codec, &mut frame),
            None => player.skip_frame(),
        };
        if !goes_on {
            self.player = None;
            return Err(ticket);
        }
        let Some(to) = to else { return Ok(None) };
        let header = self.outbound.play(now, self.terms.payload_type);
        let mut data = Datagram::from_slice(&header.to_bytes());
        data.extend_from_slice(&frame);
        self.stats.sent += 1;
        Ok(Some((to, data)))
    }

    pub(super) const fn is_connected(&self) -> bool {
        !matches!(self.guard, Guard::Closed)
    }

    pub(super) const fn stats(&self) -> Stats {
        Stats { lost: self.inbound.received.lost(), ..self.stats }
    }

    /// Where to send, if anything may be sent.
    fn target(&self) -> Option<SocketAddr> {
        let to = match self.guard {
            Guard::Closed => return None,
            Guard::Strict(to) | Guard::Learning { to, .. } | Guard::Locked(to) => to,
        };
        (self.terms.send && is_host(to)).then_some(to)
    }
}

impl Guard {
    fn allows(&self, source: SocketAddr) -> bool {
        match self {
            Self::Closed => false,
            Self::Strict(only) | Self::Locked(only) => source == *only,
            Self::Learning { from, .. } => source.ip() == *from,
        }
    }
}

impl Terms {
    const NONE: Self = Self {
        remote: SocketAddr::new(IpAddr::V4(std::net::Ipv4Addr::UNSPECIFIED), 0),
        codec: Codec::Pcma,
        payload_type: 8,
        dtmf: None,
        send: false,
        receive: false,
    };

    fn body<'a>(&self, packet: &RtpPacket<'a>) -> Option<Body<'a>> {
        let payload_type = packet.header.payload_type;
        if payload_type == self.payload_type {
            return Some(Body::Audio(self.codec, packet.payload));
        }
        if self.dtmf == Some(payload_type) {
            return Some(Body::Key(DtmfEvent::parse(packet.payload)?, packet.payload));
        }
        None
    }
}

impl Inbound {
    fn update(&mut self, header: &Header) -> Arrival {
        if self.ssrc.replace(header.ssrc) != Some(header.ssrc) {
            self.received.restart();
            self.detector = Detector::default();
        }
        self.received.update(header.sequence)
    }
}

/// One place has one spelling: an IPv4 address that came through an IPv6 socket is an IPv4 address.
fn canonical(address: SocketAddr) -> SocketAddr {
    SocketAddr::new(address.ip().to_canonical(), address.port())
}

/// Whether a packet may go there at all.
fn is_host(to: SocketAddr) -> bool {
    let broadcast = matches!(to.ip(), IpAddr::V4(v4) if v4.is_broadcast());
    !to.ip().is_unspecified() && !to.ip().is_multicast() && !broadcast && to.port() != 0
}

const fn table(from: Codec, to: Codec) -> Option<&'static [u8; 256]> {
    match (from, to) {
        (Codec::Pcma, Codec::Pcmu) => Some(&g711::ALAW_TO_ULAW),
        (Codec::Pcmu, Codec::Pcma) => Some(&g711::ULAW_TO_ALAW),
        (Codec::Pcma, Codec::Pcma) | (Codec::Pcmu, Codec::Pcmu) => None,
    }
}

/// The longest datagram we take: an Ethernet frame.
const DATAGRAM_MAX: usize = 1500;
