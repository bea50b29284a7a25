//! Ringing an agent: the ACD offers, the phone decides.

use std::time::Duration;

use super::Call;
use super::call::{Ringing, State, Timer};
use super::leg::{Leg, Progress};
use super::means::Hand;
use crate::acd::{Refusal, ReservationKey};
use crate::event::{AgentId, Fact, LegRole, Number};
use crate::sip::stack::Invite;

impl Call {
    /// The ACD offers this caller to an agent: ring his phone.
    pub(super) fn ring(&mut self, hand: &mut Hand<'_, '_>, agent: &AgentId, reservation: ReservationKey) {
        // Nobody is rung with his own call, whatever his state became while he made it.
        let own = self.caller.account.as_ref() == Some(agent);
        let State::Waiting(waiting) = &mut self.state else {
            hand.means.acd.handle_refused(hand.now, reservation, Refusal::Unreachable);
            return;
        };
        if own {
            hand.means.acd.handle_refused(hand.now, reservation, Refusal::Busy);
            return;
        }
        waiting.ringing = Some(Ringing { agent: agent.clone(), reservation });
        if let Err(why) = self.invite_agent(hand, agent) {
            self.stop_ringing();
            hand.means.acd.handle_refused(hand.now, reservation, why);
        }
    }

    fn invite_agent(&mut self, hand: &mut Hand<'_, '_>, agent: &AgentId) -> Result<(), Refusal> {
        let binding = hand.means.stack.contact_of(agent.as_str()).ok_or(Refusal::Unreachable)?;
        let role = LegRole::Agent(agent.clone());
        let far =
            self.open_far(hand, role.clone(), Some(binding.destination.ip())).ok_or(Refusal::NotRung)?;
        let host = &hand.desk.settings.host;
        let (from_uri, mut headers) = self.caller_identity(host, !self.caller.withheld);
        headers.extend(self.hotline_headers());
        let invite = Invite {
            uri: binding.uri,
            destination: binding.destination,
            from_display: self.display_name().into_bytes(),
            from_uri,
            to_uri: format!("sip:{agent}@{host}"),
            headers,
            sdp: far.1,
            max_forwards: self.caller.max_forwards.saturating_sub(1),
        };
        self.send_invite(hand, far.0, invite, Number::new(agent.as_str())).ok_or(Refusal::NotRung)
    }

    /// Sends the INVITE of a new far leg and keeps the leg; gives its port back when a limit forbids it.
    pub(super) fn send_invite(
        &mut self,
        hand: &mut Hand<'_, '_>,
        mut leg: Leg,
        invite: Invite,
        number: Number,
    ) -> Option<()> {
        match hand.means.stack.invite(hand.now, invite) {
            Ok(dialog) => {
                leg.dialog = dialog;
                hand.desk.dialogs.insert(dialog, self.key);
                self.tell(hand, Fact::LegInvited { leg: leg.role.clone(), number });
                self.far = Some(leg);
                Some(())
            }
            Err(_limit) => {
                self.close_media(hand, &leg);
                None
            }
        }
    }

    /// The far end rings or sends early media; 100 only says that someone is there.
    pub(super) fn far_progress(&mut self, hand: &mut Hand<'_, '_>, status: u16, sdp: Option<&[u8]>) {
        self.stop(Timer::Silent);
        let Some(leg) = self.far.as_mut().filter(|_| status > 100) else { return };
        let rang = leg.progress == Progress::Invited;
        leg.progress = leg.progress.max(Progress::Early);
        let role = leg.role.clone();
        if rang {
            self.tell(hand, Fact::LegRang { leg: role });
        }
        // Early media, or the answer itself if the 200 will bring none (RFC 3262 §5). What cannot be used is judged
        // again with the 200.
        if let Some(sdp) = sdp
            && self.far.as_ref().is_some_and(|leg| leg.remote.is_none())
        {
            _ = self.connect_far(hand, sdp);
        }
    }

    /// The ACD takes the offer back: stop ringing that phone.
    pub(super) fn withdrawn(&mut self, hand: &mut Hand<'_, '_>, reservation: ReservationKey) {
        if self.reservation() == Some(reservation) {
            self.stop_ringing();
            self.give_up_far(hand, 487);
            self.back_to_waiting(hand);
        }
    }

    /// The phone refused: the ACD decides what is next; the caller keeps the head of the line.
    pub(super) fn agent_refused(
        &mut self,
        hand: &mut Hand<'_, '_>,
        reservation: ReservationKey,
        status: u16,
    ) {
        self.stop_ringing();
        let why = match status {
            486 | 600 => Refusal::Busy,
            408 | 503 => Refusal::Unreachable,
            480 => Refusal::NoAnswer,
            _ => Refusal::Rejected,
        };
        hand.means.acd.handle_refused(hand.now, reservation, why);
        self.back_to_waiting(hand);
    }

    fn back_to_waiting(&mut self, hand: &mut Hand<'_, '_>) {
        if matches!(self.state, State::Waiting(_)) {
            // The ACD may offer the next agent in this very step.
            self.start(hand, Timer::Settle, Duration::ZERO);
        }
    }

    pub(super) fn reservation(&self) -> Option<ReservationKey> {
        match &self.state {
            State::Waiting(waiting) => waiting.ringing.as_ref().map(|ringing| ringing.reservation),
            State::Offering
            | State::Noticing(_)
            | State::Dialling(_)
            | State::Connected(_)
            | State::Released { .. } => None,
        }
    }

    pub(super) fn stop_ringing(&mut self) {
        if let State::Waiting(waiting) = &mut self.state {
            waiting.ringing = None;
        }
    }

    /// `12319 城建服务热线`: what the agent's phone shows beside the caller's number.
    fn display_name(&self) -> String {
        match &self.decided.hotline {
            Some(hotline) => format!("{} {}", self.decided.dialled, hotline.name),
            None => self.decided.dialled.to_string(),
        }
    }

    /// The same for programs on the agent's desk, one value a header.
    fn hotline_headers(&self) -> Vec<(String, Vec<u8>)> {
        let mut headers = vec![
            ("X-Tongjie-Call".to_owned(), self.id.to_string().into_bytes()),
            ("X-Tongjie-Dialled".to_owned(), self.decided.dialled.to_string().into_bytes()),
        ];
        if let Some(hotline) = &self.decided.hotline {
            let mut add = |name: &str, value: &str| {
                headers.push((format!("X-Tongjie-{name}"), value.as_bytes().to_vec()));
            };
            add("Hotline", hotline.id.as_str());
            add("Name", &hotline.name);
            add("Mode", hotline.mode.as_str());
            add("Greeting", &hotline.greeting);
        }
        headers
    }

    /// The From URI, and the headers that assert who calls. A withheld number goes only to peers that promise
    /// to keep it (RFC 3325 §7): to nobody's screen.
    pub(super) fn caller_identity(&self, host: &str, trusted: bool) -> (String, Vec<(String, Vec<u8>)>) {
        let number = &self.caller.number;
        if number.as_str().is_empty() {
            return ("sip:anonymous@anonymous.invalid".to_owned(), Vec::new());
        }
        let uri = format!("sip:{number}@{host}");
        let asserted = ("P-Asserted-Identity".to_owned(), format!("<{uri}>").into_bytes());
        let private = ("Privacy".to_owned(), b"id".to_vec());
        match (self.caller.withheld, trusted) {
            (false, true) => (uri, vec![asserted]),
            (false, false) => (uri, Vec::new()),
            (true, true) => ("sip:anonymous@anonymous.invalid".to_owned(), vec![asserted, private]),
            (true, false) => ("sip:anonymous@anonymous.invalid".to_owned(), vec![private]),
        }
    }
}
