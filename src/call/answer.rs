//! The far end answers: caller and far end hear each other.

use super::Call;
use super::call::{Connected, State, Timer};
use super::leg::Progress;
use super::means::Hand;
use crate::event::{By, EndCause, Fact, LegRole};

impl Call {
    /// A far leg was answered; ACK was sent.
    pub(super) fn far_answered(&mut self, hand: &mut Hand<'_, '_>, sdp: Option<&[u8]>) {
        let Some(leg) = &mut self.far else { return };
        leg.progress = Progress::Answered;
        let role = leg.role.clone();
        match (&self.state, &role) {
            (State::Waiting(_), LegRole::Agent(_)) => self.agent_answered(hand, role, sdp),
            (State::Dialling(_), LegRole::Trunk(_)) => {
                self.trunk_answered(hand);
                self.connect(hand, role, sdp);
            }
            // Whoever answers a call that no longer waits for him is released; release and the ACD have
            // already told the rest.
            (
                State::Offering
                | State::Noticing(_)
                | State::Waiting(_)
                | State::Dialling(_)
                | State::Connected(_)
                | State::Released,
                LegRole::Caller | LegRole::Agent(_) | LegRole::Trunk(_),
            ) => self.give_up_far(hand, 487),
        }
    }

    fn agent_answered(&mut self, hand: &mut Hand<'_, '_>, role: LegRole, sdp: Option<&[u8]>) {
        let taken = self.reservation().and_then(|r| hand.means.acd.handle_answered(hand.now, r));
        if taken.is_none() {
            self.stop_ringing();
            return self.give_up_far(hand, 487);
        }
        self.connect(hand, role, sdp);
    }

    fn connect(&mut self, hand: &mut Hand<'_, '_>, role: LegRole, sdp: Option<&[u8]>) {
        self.tell(hand, Fact::LegAnswered { leg: role.clone() });
        self.end_announcement(hand, false);
        self.stop_all();
        self.state = State::Connected(Connected { since: hand.now });
        let early = self.far.as_ref().is_some_and(|leg| leg.remote.is_some());
        let heard = match sdp {
            Some(sdp) => self.connect_far(hand, sdp).is_ok(),
            None => early,
        };
        if !heard {
            return self.release(hand, EndCause::IncompatibleMedia, By::Node);
        }
        self.answer_caller(hand);
        self.bridge(hand);
        self.tell(hand, Fact::CallConnected { to: role });
        let length = hand.desk.settings.call_length_max;
        self.start(hand, Timer::Length, length);
    }
}
