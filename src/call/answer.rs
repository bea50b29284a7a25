//! The far end answers: caller and far end hear each other.

use super::Call;
use super::call::{Connected, State, Timer};
use super::leg::Progress;
use super::means::Hand;
use crate::event::{Fact, LegRole};

impl Call {
    /// A far leg was answered; ACK was sent.
    pub(super) fn far_answered(&mut self, hand: &mut Hand<'_, '_>, sdp: Option<&[u8]>) {
        let Some(leg) = &mut self.far else { return };
        leg.progress = Progress::Answered;
        let (role, early) = (leg.role.clone(), leg.remote.is_some());
        let usable = sdp.map_or(early, |sdp| self.connect_far(hand, sdp).is_ok());
        match (&self.state, &role) {
            (State::Waiting(_), LegRole::Agent(_)) => self.agent_answered(hand, role, usable),
            (State::Dialling(_), LegRole::Trunk(_)) if usable => {
                self.trunk_answered(hand);
                self.connect(hand, role);
            }
            (State::Dialling(_), LegRole::Trunk(_)) => {
                self.give_up_far(hand, NOT_ACCEPTABLE);
                self.trunk_refused(hand, NOT_ACCEPTABLE);
            }
            // Whoever answers a call that no longer waits for him is released; release and the ACD have
            // already told the rest.
            (
                State::Offering
                | State::Noticing(_)
                | State::Waiting(_)
                | State::Dialling(_)
                | State::Connected(_)
                | State::Released { .. },
                LegRole::Caller | LegRole::Agent(_) | LegRole::Trunk(_),
            ) => self.give_up_far(hand, 487),
        }
    }

    /// A phone whose answer cannot be used counts as one that refused: the caller stays in line.
    fn agent_answered(&mut self, hand: &mut Hand<'_, '_>, role: LegRole, usable: bool) {
        let Some(reservation) = self.reservation() else {
            return self.give_up_far(hand, 487);
        };
        if !usable {
            self.give_up_far(hand, NOT_ACCEPTABLE);
            return self.agent_refused(hand, reservation, NOT_ACCEPTABLE);
        }
        if hand.means.acd.handle_answered(hand.now, reservation).is_none() {
            self.stop_ringing();
            return self.give_up_far(hand, 487);
        }
        self.connect(hand, role);
    }

    fn connect(&mut self, hand: &mut Hand<'_, '_>, role: LegRole) {
        self.tell(hand, Fact::LegAnswered { leg: role.clone() });
        self.end_announcement(hand, false);
        self.stop_all();
        self.state = State::Connected(Connected { since: hand.now });
        self.answer_caller(hand);
        self.bridge(hand);
        self.tell(hand, Fact::CallConnected { to: role });
        self.music_if_held(hand);
        let length = hand.desk.settings.call_length_max;
        self.start(hand, Timer::Length, length);
    }
}

/// RFC 3261 §21.4.26: the description cannot be used.
const NOT_ACCEPTABLE: u16 = 488;
