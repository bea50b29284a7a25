//! The end of a call: every leg, port, reservation and trunk is given back, and the reason told once.

use super::Call;
use super::call::State;
use super::leg::Progress;
use super::means::Hand;
use crate::event::{By, EndCause, Fact, LegRole};
use crate::sip::stack::DialogKey;

impl Call {
    /// Ends the call; a caller not yet answered gets the status of `cause`.
    pub(super) fn release(&mut self, hand: &mut Hand<'_, '_>, cause: EndCause, by: By) {
        self.release_with(hand, cause, by, cause.status());
    }

    /// Ends the call with a `status` of the plan's choice for a caller not yet answered.
    pub(super) fn release_with(&mut self, hand: &mut Hand<'_, '_>, cause: EndCause, by: By, status: u16) {
        if matches!(self.state, State::Released { .. }) {
            return;
        }
        self.end_announcement(hand, false);
        self.stop_all();
        let before = std::mem::replace(&mut self.state, State::Released { since: hand.now });
        self.release_far(hand, &before, cause);
        self.release_caller(hand, cause, status);
        self.close_media(hand, &self.caller_leg);
        if let Some(trunk) = &self.caller.trunk {
            hand.means.trunks.handle_call_ended(trunk);
        }
        if let Some(agent) = self.caller.rested.take() {
            hand.means.acd.handle_ready(hand.now, &agent);
        }
        self.tell(hand, Fact::CallReleased { cause, by });
    }

    fn release_far(&mut self, hand: &mut Hand<'_, '_>, before: &State, cause: EndCause) {
        let role = self.far.as_ref().map(|leg| leg.role.clone());
        match before {
            // Also withdraws a reservation.
            State::Waiting(_) => hand.means.acd.handle_leave(hand.now, self.key),
            State::Dialling(dialling) if self.far.is_some() => {
                hand.means.trunks.handle_call_ended(&dialling.trunk);
            }
            State::Connected(_) => match &role {
                Some(LegRole::Agent(agent)) => hand.means.acd.handle_released(hand.now, agent),
                Some(LegRole::Trunk(trunk)) => hand.means.trunks.handle_call_ended(trunk),
                Some(LegRole::Caller) | None => {}
            },
            State::Offering | State::Noticing(_) | State::Dialling(_) | State::Released { .. } => {}
        }
        self.end_far(hand, 487, Some(cause));
    }

    /// Gives up the far leg, whatever its state, while the call goes on.
    pub(super) fn give_up_far(&mut self, hand: &mut Hand<'_, '_>, status: u16) {
        self.end_far(hand, status, None);
    }

    fn end_far(&mut self, hand: &mut Hand<'_, '_>, status: u16, cause: Option<EndCause>) {
        let Some(leg) = self.far.take() else { return };
        self.close_media(hand, &leg);
        let reason = reason(cause.unwrap_or(EndCause::NormalClearing));
        match leg.progress {
            Progress::Invited | Progress::Early => {
                hand.means.stack.cancel(hand.now, leg.dialog, Some(&reason));
                self.tell_failed(hand, leg.role.clone(), status);
                self.leaving.push((leg.dialog, leg.role));
            }
            Progress::Answered => {
                hand.means.stack.bye(hand.now, leg.dialog, Some(&reason));
                self.leaving.push((leg.dialog, leg.role));
            }
            Progress::Over => {}
        }
    }

    fn release_caller(&mut self, hand: &mut Hand<'_, '_>, cause: EndCause, status: u16) {
        let dialog = self.caller_leg.dialog;
        let reason = reason(cause);
        match self.caller_leg.progress {
            Progress::Invited | Progress::Early => {
                hand.means.stack.refuse(hand.now, dialog, status, &[("Reason", &reason)]);
                self.caller_leg.progress = Progress::Over;
                hand.desk.dialogs.remove(&dialog);
            }
            Progress::Answered => hand.means.stack.bye(hand.now, dialog, Some(&reason)),
            Progress::Over => {}
        }
    }

    /// The caller's dialog is over: he hung up, or his side fell silent.
    pub(super) fn caller_over(&mut self, hand: &mut Hand<'_, '_>, silent: bool) {
        self.caller_leg.progress = Progress::Over;
        let (cause, by) = match (&self.state, silent) {
            (_, true) => (EndCause::PeerSilent, By::Node),
            (State::Connected(_), false) => (EndCause::NormalClearing, By::Caller),
            (
                State::Offering
                | State::Noticing(_)
                | State::Waiting(_)
                | State::Dialling(_)
                | State::Released { .. },
                false,
            ) => (EndCause::Abandoned, By::Caller),
        };
        self.release(hand, cause, by);
    }

    /// A far leg's dialog is over. `status`: it was never answered.
    pub(super) fn far_over_by_peer(&mut self, hand: &mut Hand<'_, '_>, status: Option<u16>, silent: bool) {
        let Some(mut leg) = self.far.take() else { return };
        leg.progress = Progress::Over;
        if let Some(status) = status {
            self.close_media(hand, &leg);
            self.tell_failed(hand, leg.role.clone(), status);
            return match (self.reservation(), &self.state) {
                (Some(reservation), _) => self.agent_refused(hand, reservation, status),
                (None, State::Dialling(_)) => self.trunk_refused(hand, status),
                (
                    None,
                    State::Offering
                    | State::Noticing(_)
                    | State::Waiting(_)
                    | State::Connected(_)
                    | State::Released { .. },
                ) => {}
            };
        }
        let by = match leg.role {
            LegRole::Agent(_) => By::Agent,
            LegRole::Trunk(_) => By::Trunk,
            LegRole::Caller => By::Caller,
        };
        self.far = Some(leg);
        let (cause, by) =
            if silent { (EndCause::PeerSilent, By::Node) } else { (EndCause::NormalClearing, by) };
        self.release(hand, cause, by);
    }

    /// A given-up leg's dialog is over.
    pub(super) fn left(&mut self, dialog: DialogKey) {
        self.leaving.retain(|(leaving, _)| *leaving != dialog);
    }
}

/// The value of a Reason header: RFC 3326 §2 with the cause of ITU-T Q.850.
pub(super) fn reason(cause: EndCause) -> String {
    format!("Q.850;cause={};text=\"{}\"", cause.q850(), cause.sentence())
}
