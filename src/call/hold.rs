//! Hold and resume by re-INVITE, from either side.
//!
//! We terminate media on both legs, so a re-INVITE concerns one leg: it is answered here, and the other party
//! hears music while it is held. Nothing is passed through, so a hold on one side cannot collide with one on
//! the other: both parties may hold each other at the same instant, and each gets 200.
//!
//! Glare (491, RFC 3261 §14.2) is told to a peer that sends an INVITE while one of ours on the same dialog is in
//! progress. Here that is the first INVITE to an agent or a trunk, and nothing later: the node answers changes and
//! offers none, so no established leg of it ever sends 491, nor has to wait out one (§14.1). `sip::stack` can do
//! both, and its tests do. Who sends a second INVITE before the first has its final answer, or before the ACK that
//! brings the answer to our offer, gets 500 with Retry-After. A second one after our 200 is taken: for us the first
//! is over, and the newer offer counts.

use super::Call;
use super::call::State;
use super::leg::{Leg, Progress};
use super::means::Hand;
use crate::event::{Fact, LegRole};
use crate::media::{Command, Source};
use crate::sdp;
use crate::sip::stack::DialogKey;

impl Call {
    /// A peer offers a change of its session (or asks for our offer).
    pub(super) fn reinvited(&mut self, hand: &mut Hand<'_, '_>, dialog: DialogKey, offer: Option<&[u8]>) {
        let answer = match offer {
            Some(offer) => self.answer_change(hand, dialog, offer),
            None => self.leg_mut(dialog).map(Leg::offer_again).ok_or(481),
        };
        hand.means.stack.answer_reinvite(hand.now, dialog, answer);
    }

    /// The ACK of a re-INVITE without offer carries the answer to ours.
    pub(super) fn change_acked(&mut self, hand: &mut Hand<'_, '_>, dialog: DialogKey, answer: &[u8]) {
        let Some(leg) = self.leg_mut(dialog) else { return };
        if let Some(negotiated) = leg.read_answer(answer) {
            leg.remote = Some(negotiated);
            self.leg_changed(hand, dialog);
        }
    }

    fn answer_change(
        &mut self,
        hand: &mut Hand<'_, '_>,
        dialog: DialogKey,
        offer: &[u8],
    ) -> Result<bytes::Bytes, u16> {
        let leg = self.leg_mut(dialog).ok_or(481_u16)?;
        let session = sdp::parse(offer).map_err(|_| 400_u16)?;
        let text = leg.answer(&session).map_err(|_| 488_u16)?;
        self.leg_changed(hand, dialog);
        Ok(text)
    }

    /// Tells the media plane, and music or speech to the other party, what a leg's new description means.
    fn leg_changed(&mut self, hand: &mut Hand<'_, '_>, dialog: DialogKey) {
        let connected = matches!(self.state, State::Connected(_));
        let Some(leg) = self.leg_mut(dialog) else { return };
        let (was, is) = (leg.held, leg.is_held());
        leg.held = is;
        let (role, command) = (leg.role.clone(), leg.connect_command());
        if let Some(command) = command {
            hand.media(command);
        }
        if was == is || !connected {
            return;
        }
        let caller = role == LegRole::Caller;
        self.tell(hand, if is { Fact::LegHeld { leg: role } } else { Fact::LegResumed { leg: role } });
        self.music_for_held(hand, !caller, is);
    }

    /// A caller who had put us on hold before he was connected still does: the far end hears music till he is back.
    pub(super) fn music_if_held(&mut self, hand: &mut Hand<'_, '_>) {
        if self.caller_leg.held {
            self.tell(hand, Fact::LegHeld { leg: LegRole::Caller });
            self.music_for_held(hand, false, true);
        }
    }

    /// The time of the music they hear is over.
    pub(super) fn music_for_all_held(&mut self, hand: &mut Hand<'_, '_>) {
        let far = self.far.as_ref().is_some_and(|far| far.held);
        for (holds, to_caller) in [(self.caller_leg.held, false), (far, true)] {
            if holds {
                self.music_for_held(hand, to_caller, true);
            }
        }
    }

    fn music_for_held(&mut self, hand: &mut Hand<'_, '_>, to_caller: bool, on: bool) {
        let music = self.music_of(hand, self.table.general_queue());
        let port = match (to_caller, &self.far) {
            (true, _) => self.caller_leg.port,
            (false, Some(far)) if far.progress == Progress::Answered => far.port,
            (false, _) => return,
        };
        match (on, music) {
            (true, Some(prompt)) => {
                self.watch_music(hand, Some(&prompt));
                self.ticket += 1;
                let ticket = self.ticket;
                hand.media(Command::Play { port, what: Source::Loop { prompt }, ticket });
            }
            (true, None) | (false, _) => hand.media(Command::Stop { port }),
        }
    }
}
