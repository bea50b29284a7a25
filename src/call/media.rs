//! Which sound each phase wants, and what each leg's session description says of it.
//!
//! *Invariant:* every port this file opens is closed by `close_media` or by the release of the call.

use std::net::IpAddr;

use bytes::Bytes;

use super::Call;
use super::leg::{Leg, Progress};
use super::means::Hand;
use crate::dialplan::Action;
use crate::event::{Fact, LegRole};
use crate::media::{Command, Port, Source, SourcePolicy};
use crate::sdp::{self, Codec, Direction, Local, LocalSession, Negotiated, OfferError, Reach, SdpOffer};
use crate::sip::stack::DialogKey;

/// G.711 A-law is the common ground in China; µ-law for peers that have nothing else.
pub(super) const CODECS: [Codec; 2] = [Codec::Pcma, Codec::Pcmu];

/// What [`Fact::LimitReached`] says when no RTP port is free.
pub(super) const MEDIA_PORTS: &str = "media-ports";

impl Leg {
    /// A leg that receives on `port` of our address.
    pub(super) fn new(role: LegRole, reach: Reach, port: u16, signalling: Option<IpAddr>, name: u64) -> Self {
        let local = Local { address: reach.address, port, session_id: name, version: name, reach };
        Self {
            role,
            dialog: DialogKey::default(),
            port: Port(port),
            progress: Progress::Invited,
            held: false,
            local: LocalSession::new(local),
            remote: None,
            signalling,
            answer: None,
        }
    }

    /// Our offer, `first` before the rest.
    pub(super) fn offer(&mut self, first: Option<Codec>) -> Bytes {
        let mut codecs = CODECS;
        if let Some(place) = codecs.iter().position(|codec| Some(*codec) == first) {
            codecs.swap(0, place);
        }
        let SdpOffer(session) = self.local.offer(&codecs, Direction::SendRecv);
        Bytes::from(session.to_bytes())
    }

    /// What we last said, as an offer again.
    pub(super) fn offer_again(&mut self) -> Bytes {
        self.offer(self.remote.map(|remote| remote.codec))
    }

    /// Answers the peer's offer and keeps what was agreed.
    pub(super) fn answer(&mut self, offer: &sdp::Session) -> Result<Bytes, OfferError> {
        let (negotiated, answer) = self.local.answer(offer, &CODECS)?;
        self.remote = Some(negotiated);
        let text = Bytes::from(answer.0.to_bytes());
        self.answer = Some(text.clone());
        Ok(text)
    }

    /// Reads the peer's answer to our last offer.
    pub(super) fn read_answer(&self, answer: &[u8]) -> Option<Negotiated> {
        self.local.accept(&sdp::parse(answer).ok()?).ok()
    }

    /// Whether the peer does not want to hear us.
    pub(super) fn is_held(&self) -> bool {
        self.remote.is_some_and(|remote| !remote.direction.sends())
    }

    /// What the media plane must know of this leg; `None` before both have agreed.
    pub(super) fn connect_command(&self) -> Option<Command> {
        let remote = self.remote?;
        Some(Command::Connect {
            port: self.port,
            remote: remote.remote,
            codec: remote.codec,
            payload_type: remote.payload_type,
            dtmf: remote.dtmf,
            source: self.signalling.map_or(SourcePolicy::Strict, SourcePolicy::LearnFrom),
            send: remote.direction.sends(),
            receive: remote.direction.receives(),
        })
    }
}

impl Call {
    /// Opens a far leg: its port, and the offer to invite with.
    pub(super) fn open_far(
        &mut self,
        hand: &mut Hand<'_, '_>,
        role: LegRole,
        signalling: Option<IpAddr>,
    ) -> Option<(Leg, Bytes)> {
        let emergency = matches!(self.decided.action, Action::Emergency { .. });
        let Some(port) = hand.desk.take_port(hand.now, self.key, emergency) else {
            self.tell(hand, Fact::LimitReached { what: MEDIA_PORTS });
            return None;
        };
        let mut leg = Leg::new(role, hand.desk.settings.reach, port, signalling, self.id.0 >> 1);
        hand.media(Command::Open { port: leg.port });
        let offer = leg.offer(self.caller_leg.remote.map(|remote| remote.codec));
        Some((leg, offer))
    }

    /// Takes the far end's answer. `Err`: it cannot be used.
    pub(super) fn connect_far(&mut self, hand: &mut Hand<'_, '_>, answer: &[u8]) -> Result<(), ()> {
        let leg = self.far.as_mut().ok_or(())?;
        leg.remote = Some(leg.read_answer(answer).ok_or(())?);
        let command = leg.connect_command().ok_or(())?;
        hand.media(command);
        Ok(())
    }

    /// Caller and far end hear each other; whatever played to them ends.
    pub(super) fn bridge(&mut self, hand: &mut Hand<'_, '_>) {
        if let Some(far) = &self.far {
            hand.media(Command::Bridge { a: self.caller_leg.port, b: far.port });
        }
    }

    /// Plays to the caller from now on.
    pub(super) fn play_to_caller(&mut self, hand: &mut Hand<'_, '_>, what: Source) {
        self.ticket += 1;
        hand.media(Command::Play { port: self.caller_leg.port, what, ticket: self.ticket });
    }

    /// Opens the caller's ears before he is answered: a 183 with our answer, once.
    pub(super) fn hear_early(&mut self, hand: &mut Hand<'_, '_>) {
        let leg = &mut self.caller_leg;
        if leg.progress == Progress::Invited && leg.answer.is_some() {
            leg.progress = Progress::Early;
            hand.means.stack.provisional(hand.now, leg.dialog, 183, leg.answer.clone(), &[]);
        }
    }

    /// Answers the caller, once.
    pub(super) fn answer_caller(&mut self, hand: &mut Hand<'_, '_>) {
        let leg = &mut self.caller_leg;
        let (Progress::Invited | Progress::Early, Some(answer)) = (leg.progress, leg.answer.clone()) else {
            return;
        };
        leg.progress = Progress::Answered;
        hand.means.stack.accept(hand.now, leg.dialog, answer, &[]);
        self.tell(hand, Fact::LegAnswered { leg: LegRole::Caller });
    }

    /// Gives the port of a far leg back.
    pub(super) fn close_media(&self, hand: &mut Hand<'_, '_>, leg: &Leg) {
        hand.media(Command::Close { port: leg.port });
        let now = hand.now;
        hand.desk.ports.give_back(now, leg.port.0);
    }
}
