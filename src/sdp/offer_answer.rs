//! Offer and answer (RFC 3264) for a node that terminates media: one audio stream per leg.
//!
//! The functions are pure; [`LocalSession`] is the memory of one leg: it keeps the order and number of `m=`
//! sections (RFC 3264 §8) and lets the `o=` version rise by one with every change and never otherwise.

use std::fmt;
use std::net::{IpAddr, SocketAddr};

use super::model::{self, Word};
use super::{Codec, Direction, Encoding, Format, Media, Origin, Reach, Session, parse};

/// Our end of one leg.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Local {
    /// Where we receive.
    pub address: IpAddr,
    /// The RTP port there.
    pub port: u16,
    /// Names our session in `o=`.
    pub session_id: u64,
    /// Counts its changes.
    pub version: u64,
    /// Where we may send.
    pub reach: Reach,
}

/// What both ends agreed on for the audio of one leg.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Negotiated {
    /// Where the peer receives. Its address is unspecified when the peer holds in the way of RFC 2543;
    /// `direction` does not send then.
    pub remote: SocketAddr,
    /// The encoding used both ways.
    pub codec: Codec,
    /// Its payload type.
    pub payload_type: u8,
    /// The payload type of telephone events, if both ends speak them.
    pub dtmf: Option<u8>,
    /// Ours: what we may do.
    pub direction: Direction,
    /// How much audio the peer wants in a packet.
    pub ptime_ms: u16,
}

/// An offer we made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SdpOffer(pub Session);

/// An answer we made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SdpAnswer(pub Session);

/// Why an offer holds no audio stream that we can take: answer 488 (RFC 3261 §21.4.26).
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum OfferError {
    /// None has a codec we share.
    #[error("no audio stream with a codec we share")]
    NoCommonCodec,
    /// One would do, but its address is one we must never send to.
    #[error("the offer names an address that RTP must not be sent to")]
    BadAddress,
}

/// Why an answer to our offer cannot be used.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum AnswerError {
    /// It has no section for our audio.
    #[error("the answer leaves out the audio we offered")]
    Missing,
    /// It refuses our audio (port 0).
    #[error("the answer refuses the audio we offered")]
    Refused,
    /// It takes none of the codecs we offered.
    #[error("the answer names no codec we offered")]
    NoCommonCodec,
    /// Its address is one we must never send to.
    #[error("the answer names an address that RTP must not be sent to")]
    BadAddress,
}

/// The memory of one leg: what we last said.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LocalSession {
    local: Local,
    last: Option<Session>,
}

impl LocalSession {
    /// Nothing said yet.
    pub const fn new(local: Local) -> Self {
        Self { local, last: None }
    }

    /// Makes an offer. Streams the peer once brought in stay refused in their places (RFC 3264 §8).
    pub fn offer(&mut self, codecs: &[Codec], direction: Direction) -> SdpOffer {
        let SdpOffer(mut session) = offer(&self.local, codecs, direction);
        if let Some(last) = &self.last {
            let place = last.media.iter().position(|media| media.port != 0).unwrap_or(0);
            let audio = std::mem::replace(&mut session.media, last.media.clone());
            for (slot, mut audio) in session.media.iter_mut().skip(place).zip(audio) {
                keep_dtmf(&mut audio, slot.find(&Encoding::TelephoneEvent));
                *slot = audio;
            }
        }
        SdpOffer(self.say(session))
    }

    /// Answers `offer`; see [`answer`].
    pub fn answer(
        &mut self,
        offer: &Session,
        preferred: &[Codec],
    ) -> Result<(Negotiated, SdpAnswer), OfferError> {
        let (negotiated, SdpAnswer(session)) = answer(offer, &self.local, preferred)?;
        Ok((negotiated, SdpAnswer(self.say(session))))
    }

    /// Reads the answer to our last offer; see [`accept`].
    pub fn accept(&self, answer: &Session) -> Result<Negotiated, AnswerError> {
        let offer = SdpOffer(self.last.clone().ok_or(AnswerError::Missing)?);
        accept(&offer, answer, &self.local.reach)
    }

    /// Our end.
    pub const fn local(&self) -> &Local {
        &self.local
    }

    /// What we last said, offered or answered.
    pub const fn last(&self) -> Option<&Session> {
        self.last.as_ref()
    }

    fn say(&mut self, mut session: Session) -> Session {
        if self.last.as_ref().is_some_and(|last| *last != session) {
            self.local.version += 1;
            session.origin.version = self.local.version;
        }
        self.last = Some(session.clone());
        session
    }
}

/// Makes an offer of one audio stream: `codecs` in order of preference, telephone events, 20 ms packets.
pub fn offer(local: &Local, codecs: &[Codec], direction: Direction) -> SdpOffer {
    let mut formats: Vec<Format> =
        codecs.iter().map(|codec| audio(codec.static_payload_type(), *codec)).collect();
    formats.push(telephone_event(DTMF_PAYLOAD_TYPE));
    let media = our_media("RTP/AVP".into(), local, formats, direction);
    SdpOffer(our_session(local, vec![media]))
}

/// Answers `offer` with the first codec of `preferred` that it holds. Every other stream is refused in its
/// place (RFC 3264 §6).
pub fn answer(
    offer: &Session,
    local: &Local,
    preferred: &[Codec],
) -> Result<(Negotiated, SdpAnswer), OfferError> {
    let (place, negotiated) = offer
        .media
        .iter()
        .enumerate()
        .find_map(|(place, media)| {
            let agreed = negotiate(offer, media, preferred)?;
            local.reach.allows(agreed.remote).then_some((place, agreed))
        })
        .ok_or_else(|| why_none(offer, preferred))?;
    let section = |(i, media): (usize, &Media)| {
        if i == place { accepted(media, local, &negotiated) } else { refused(media) }
    };
    let media = offer.media.iter().enumerate().map(section).collect();
    Ok((negotiated, SdpAnswer(our_session(local, media))))
}

fn why_none(offer: &Session, preferred: &[Codec]) -> OfferError {
    if offer.media.iter().any(|media| negotiate(offer, media, preferred).is_some()) {
        OfferError::BadAddress
    } else {
        OfferError::NoCommonCodec
    }
}

/// Reads the `answer` to an offer of ours.
pub fn accept(offer: &SdpOffer, answer: &Session, reach: &Reach) -> Result<Negotiated, AnswerError> {
    let SdpOffer(offer) = offer;
    let (place, ours) =
        offer.media.iter().enumerate().find(|(_, media)| media.port != 0).ok_or(AnswerError::Missing)?;
    let theirs = answer.media.get(place).filter(|m| m.kind == ours.kind).ok_or(AnswerError::Missing)?;
    if theirs.port == 0 {
        return Err(AnswerError::Refused);
    }
    let remote =
        remote(answer, theirs).filter(|remote| reach.allows(*remote)).ok_or(AnswerError::BadAddress)?;
    // RFC 3264 §6.1: the answerer's order counts; what we did not offer does not.
    let (codec, payload_type) = theirs
        .formats
        .iter()
        .find_map(|format| match format.encoding {
            Encoding::Audio(codec) if ours.find(&format.encoding).is_some() => {
                Some((codec, format.payload_type()?))
            }
            Encoding::Audio(_) | Encoding::TelephoneEvent | Encoding::Other(_) => None,
        })
        .ok_or(AnswerError::NoCommonCodec)?;
    let dtmf = ours.find(&Encoding::TelephoneEvent).and(theirs.find(&Encoding::TelephoneEvent));
    let direction = offer.direction_of(ours).and(answer.direction_of(theirs).reversed());
    Ok(Negotiated { remote, codec, payload_type, dtmf, direction, ptime_ms: ptime(theirs) })
}

fn negotiate(offer: &Session, media: &Media, preferred: &[Codec]) -> Option<Negotiated> {
    let usable = &*media.kind == "audio" && media.port != 0 && PROTOCOLS.contains(&&*media.protocol);
    usable.then_some(())?;
    let remote = remote(offer, media)?;
    let (codec, payload_type) =
        preferred.iter().find_map(|codec| Some((*codec, media.find(&Encoding::Audio(*codec))?)))?;
    Some(Negotiated {
        remote,
        codec,
        payload_type,
        dtmf: media.find(&Encoding::TelephoneEvent),
        direction: offer.direction_of(media).reversed(),
        ptime_ms: ptime(media),
    })
}

/// Where the peer receives.
fn remote(session: &Session, media: &Media) -> Option<SocketAddr> {
    Some(SocketAddr::new(session.connection_of(media)?.to_canonical(), media.port))
}

fn ptime(media: &Media) -> u16 {
    media.ptime_ms.filter(|ms| (10..=200).contains(ms)).unwrap_or(20)
}

fn accepted(offered: &Media, local: &Local, negotiated: &Negotiated) -> Media {
    let mut formats = vec![audio(negotiated.payload_type, negotiated.codec)];
    formats.extend(negotiated.dtmf.map(telephone_event));
    our_media(offered.protocol.clone(), local, formats, negotiated.direction)
}

/// RFC 3264 §6: port 0, and at least one format because the grammar wants it. Of what it means nothing is repeated
/// but what its number says by itself, so the section reads back as it was written.
fn refused(offered: &Media) -> Media {
    let formats = offered.formats.iter().take(1).map(|format| Format {
        name: format.name.clone(),
        encoding: parse::bare_encoding(&offered.protocol, &format.name).unwrap_or(Encoding::Other("".into())),
        fmtp: None,
    });
    Media {
        kind: offered.kind.clone(),
        port: 0,
        protocol: offered.protocol.clone(),
        formats: formats.collect(),
        connection: None,
        direction: None,
        ptime_ms: None,
    }
}

fn our_session(local: &Local, media: Vec<Media>) -> Session {
    let origin =
        Origin { session_id: local.session_id, version: local.version, address: Some(local.address) };
    Session { origin, connection: Some(local.address), direction: None, media }
}

fn our_media(protocol: Word, local: &Local, formats: Vec<Format>, direction: Direction) -> Media {
    Media {
        kind: "audio".into(),
        port: local.port,
        protocol,
        formats,
        connection: None,
        direction: Some(direction),
        ptime_ms: Some(20),
    }
}

fn audio(payload_type: u8, codec: Codec) -> Format {
    Format { name: model::payload_type(payload_type), encoding: Encoding::Audio(codec), fmtp: None }
}

fn telephone_event(payload_type: u8) -> Format {
    // RFC 4733 §2.4.1: the sixteen keys.
    Format {
        name: model::payload_type(payload_type),
        encoding: Encoding::TelephoneEvent,
        fmtp: Some("0-15".into()),
    }
}

/// RFC 3264 §8.3.2: a number once given to a format keeps its meaning, so the events keep theirs.
fn keep_dtmf(media: &mut Media, payload_type: Option<u8>) {
    let Some(payload_type) = payload_type else { return };
    if let Some(format) = media.formats.iter_mut().find(|f| f.encoding == Encoding::TelephoneEvent) {
        *format = telephone_event(payload_type);
    }
}

impl fmt::Display for SdpOffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for SdpAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What we offer telephone events as; 101 is what nearly everyone uses.
const DTMF_PAYLOAD_TYPE: u8 = 101;
/// RTP/AVPF differs only in feedback that nobody is obliged to send (RFC 4585 §2).
const PROTOCOLS: [&str; 2] = ["RTP/AVP", "RTP/AVPF"];
