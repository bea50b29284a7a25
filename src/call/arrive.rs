//! A call arrives: who calls, which hotline was dialled, what the plan says.

use std::net::SocketAddr;
use std::sync::Arc;

use smallvec::SmallVec;

use super::call::{Call, Caller, Decided, Noticing, Order, State, Timer};
use super::leg::Leg;
use super::means::Hand;
use super::media::MEDIA_PORTS;
use super::release::reason;
use super::{Calls, Edition, Means};
use crate::dialplan::{Action, Decision, Facts, Ingress, Table};
use crate::event::{AgentId, AgentState, By, CallId, CallKey, EndCause, Fact, LegRole, Number, TrunkId};
use crate::media::Command;
use crate::sdp::{self, OfferError};
use crate::sip::stack::DialogKey;
use crate::sip::wire::{Message, NameAddr, Uri};

/// An INVITE the stack has let in.
#[derive(Debug)]
pub struct Arrival {
    /// Its dialog.
    pub dialog: DialogKey,
    /// The INVITE.
    pub request: Message,
    /// Where it came from.
    pub source: SocketAddr,
    /// Whose digest it carried; `None` from a trunk.
    pub account: Option<String>,
}

type Candidates = SmallVec<[(Ingress, Number); 6]>;

impl Calls {
    /// Takes a call in: it is decided, told, and begun or refused. `draining`: nothing new is begun.
    pub fn arrive(&mut self, means: &mut Means<'_>, table: &Arc<Edition>, arrival: Arrival, draining: bool) {
        let trunk = arrival.account.is_none().then(|| {
            table.trunk_of_source(arrival.source.ip(), arrival.source.port()).map(|trunk| trunk.id.clone())
        });
        let caller = read_caller(table, &arrival.request, arrival.account.as_deref(), trunk.flatten());
        let candidates = read_candidates(table, &arrival.request, caller.trunk.as_ref());
        let facts = Facts { trunk: caller.trunk.as_ref(), caller: &caller.number, candidates: &candidates };
        let decision = table.decide(&facts, means.wall_ms);
        let id = self.next_id(means.wall_ms);
        self.tell_arrival(means, id, &caller, &candidates, &decision);

        let emergency = matches!(*decision.action, Action::Emergency { .. });
        if let Some(cause) = self.no_room(draining, emergency) {
            return self.turn_away(means, id, arrival.dialog, cause);
        }
        let now = means.now;
        let Some(port) = self.desk.take_port(now, CallKey::default(), emergency) else {
            return self.turn_away(means, id, arrival.dialog, EndCause::NoPort);
        };
        let signalling = arrival.account.is_some().then(|| arrival.source.ip());
        let mut leg = Leg::new(LegRole::Caller, self.desk.settings.reach, port, signalling, id.0 >> 1);
        leg.dialog = arrival.dialog;
        let (decided, table) = (Decided::keep(decision), Arc::clone(table));
        let make = |key| new_call(key, id, caller, decided, now, leg, table);
        let offer = arrival.request.session_description().unwrap_or_default();
        self.keep(means, make, |call, hand| call.begin(hand, &offer));
    }

    fn tell_arrival(
        &mut self,
        means: &mut Means<'_>,
        id: CallId,
        caller: &Caller,
        candidates: &Candidates,
        decision: &Decision<'_>,
    ) {
        let mut hand = Hand { now: means.now, means, desk: &mut self.desk };
        let dialled = candidates.first().map_or_else(|| Number::new(""), |(_, number)| number.clone());
        hand.tell(
            id,
            Fact::CallArrived {
                caller: caller.number.clone(),
                withheld: caller.withheld,
                dialled,
                trunk: caller.trunk.clone(),
            },
        );
        let hotline = decision.hotline;
        hand.tell(
            id,
            Fact::CallDecided {
                hotline: hotline.map(|hotline| hotline.id.clone()),
                name: hotline.map_or_else(String::new, |hotline| hotline.name.clone()),
                mode: hotline.map(|hotline| hotline.mode),
                phase: decision.phase,
                rule: decision.ingress.map_or("no rule", Ingress::as_str).to_owned(),
            },
        );
    }

    /// Why no more calls are taken, if so. Calls to emergency lines have a reserve.
    fn no_room(&self, draining: bool, emergency: bool) -> Option<EndCause> {
        let settings = &self.desk.settings;
        let kept = if emergency { 0 } else { settings.calls_reserved };
        if draining && !emergency {
            return Some(EndCause::Draining);
        }
        (self.len() + kept >= settings.calls_max).then_some(EndCause::Overloaded)
    }

    /// Refuses a call that never becomes one; its record says why.
    fn turn_away(&mut self, means: &mut Means<'_>, id: CallId, dialog: DialogKey, cause: EndCause) {
        means.stack.refuse(means.now, dialog, cause.status(), &[("Reason", &reason(cause))]);
        let mut hand = Hand { now: means.now, means, desk: &mut self.desk };
        let limits = [(EndCause::Overloaded, "calls"), (EndCause::NoPort, MEDIA_PORTS)];
        if let Some((_, what)) = limits.into_iter().find(|(limit, _)| *limit == cause) {
            hand.tell(id, Fact::LimitReached { what });
        }
        hand.tell(id, Fact::CallReleased { cause, by: By::Node });
    }
}

impl Call {
    /// Reads the caller's offer and executes the decision.
    fn begin(&mut self, hand: &mut Hand<'_, '_>, offer: &[u8]) {
        hand.media(Command::Open { port: self.caller_leg.port });
        if let Some(trunk) = &self.caller.trunk {
            hand.means.trunks.handle_call_taken(trunk);
        }
        self.rest_agent(hand);
        if offer.is_empty() {
            return self.begin_without_offer(hand);
        }
        let Ok(session) = sdp::parse(offer) else {
            return self.release(hand, EndCause::BadRequest, By::Node);
        };
        if let Err(why) = self.caller_leg.answer(&session) {
            let cause = match why {
                OfferError::NoCommonCodec => EndCause::IncompatibleMedia,
                OfferError::BadAddress => EndCause::ForbiddenAddress,
            };
            return self.release(hand, cause, By::Node);
        }
        self.caller_leg.held = self.caller_leg.is_held();
        if let Some(command) = self.caller_leg.connect_command() {
            hand.media(command);
        }
        self.execute(hand);
    }

    /// An agent who calls takes no calls meanwhile; least of all his own.
    fn rest_agent(&mut self, hand: &mut Hand<'_, '_>) {
        let free = |agent: &AgentId| {
            let state = hand.means.acd.state_of(agent);
            matches!(state, Some(AgentState::Ready | AgentState::WorkingAfterCall))
        };
        self.caller.rested = self.caller.account.clone().filter(free);
        if let Some(agent) = &self.caller.rested {
            hand.means.acd.handle_not_ready(hand.now, agent);
        }
    }

    /// RFC 3261 §13.2.1: the 200 carries our offer and the ACK the answer. Early media is not possible then, so
    /// the call is answered at once, unless it is to be refused.
    fn begin_without_offer(&mut self, hand: &mut Hand<'_, '_>) {
        if matches!(self.decided.action, Action::Intercept { .. } | Action::Reject { .. }) {
            return self.execute(hand);
        }
        let offer = self.caller_leg.offer(None);
        self.caller_leg.answer = Some(offer);
        self.answer_caller(hand);
    }

    /// The ACK brought the answer to our offer.
    pub(super) fn offer_taken(&mut self, hand: &mut Hand<'_, '_>, answer: &[u8]) {
        let leg = &mut self.caller_leg;
        leg.remote = leg.read_answer(answer);
        match leg.connect_command() {
            Some(command) => {
                hand.media(command);
                self.execute(hand);
            }
            None => self.release(hand, EndCause::IncompatibleMedia, By::Node),
        }
    }

    fn execute(&mut self, hand: &mut Hand<'_, '_>) {
        match self.decided.action.clone() {
            Action::Queue { queue, skill, announce } => self.enter_queue(hand, queue, skill, announce),
            Action::Trunk { trunks, number, no_answer, back } => {
                self.dial(hand, Order { trunks, number, no_answer, back, emergency: false });
            }
            Action::Emergency { line, trunks, no_answer } => {
                self.dial(hand, Order { trunks, number: line, no_answer, back: None, emergency: true });
            }
            Action::Intercept { prompt, status } => {
                self.notice(hand, Some(prompt), Noticing::new(status, EndCause::Intercepted));
            }
            Action::Reject { status, notice } => {
                let cause = match (self.decided.rule, self.decided.closed) {
                    (None, _) => EndCause::UnknownNumber,
                    (Some(_), true) => EndCause::Closed,
                    (Some(_), false) => EndCause::RefusedByPlan,
                };
                self.notice(hand, notice, Noticing::new(status, cause));
            }
        }
    }
}

fn new_call(
    key: CallKey,
    id: CallId,
    caller: Caller,
    decided: Decided,
    arrived: crate::stdx::Instant,
    caller_leg: Leg,
    table: Arc<Edition>,
) -> Call {
    Call {
        key,
        id,
        caller,
        decided,
        arrived,
        state: State::Offering,
        caller_leg,
        far: None,
        table,
        leaving: SmallVec::new(),
        ticket: 0,
        announcing: None,
        heard: vec![],
        timers: [None; Timer::COUNT],
        wake: None,
    }
}

/// Who calls: his account; P-Asserted-Identity from a trusted trunk (RFC 3325); else From.
pub(super) fn read_caller(
    table: &Table,
    request: &Message,
    account: Option<&str>,
    trunk: Option<TrunkId>,
) -> Caller {
    let trusted = trunk.as_ref().and_then(|id| table.trunk(id)).is_some_and(|trunk| trunk.trusted);
    let asserted = || request.p_asserted_identities().flatten().map(|addr| number_of(table, &addr)).next();
    let from = || request.from().ok().map(|addr| number_of(table, &addr));
    let number = match account {
        Some(account) => Some(Number::new(account)),
        None if trusted => asserted().or_else(from),
        None => from(),
    };
    let number = number.filter(|number| is_number(number.as_str())).unwrap_or_else(|| Number::new(""));
    let privacy = request.privacy();
    // RFC 3323 §4.1: an anonymous From is itself the wish, if its Privacy was consumed on the way.
    let anonymous = request.from().is_ok_and(|from| is_anonymous(&from));
    let withheld = number.as_str().is_empty() || privacy.id || privacy.user || anonymous;
    let max_forwards = request.max_forwards().ok().flatten().unwrap_or(70);
    let account = account.map(AgentId::new);
    Caller { number, withheld, account, rested: None, trunk, max_forwards }
}

/// The numbers that may name the hotline, in the order of [`Ingress`]: headers count only from trusted trunks.
/// Open to `tongjie route`, so that it reads headers as a call does.
pub fn read_candidates(table: &Table, request: &Message, trunk: Option<&TrunkId>) -> Candidates {
    if trunk.and_then(|id| table.trunk(id)).is_some_and(|trunk| trunk.trusted) {
        return read_named(table, request);
    }
    request.uri().map(|uri| (Ingress::RequestUri, number_of_uri(table, &uri))).into_iter().collect()
}

/// Every number a request names, whoever sent it.
pub fn read_named(table: &Table, request: &Message) -> Candidates {
    let mut found = Candidates::new();
    if let Some(number) = request.uri().map(|uri| number_of_uri(table, &uri)) {
        found.push((Ingress::RequestUri, number));
    }
    let mut add = |ingress, addr: NameAddr<'_>| found.push((ingress, number_of(table, &addr)));
    if let Some(oldest) =
        request.history_info().flatten().min_by_key(|e| e.index_path().collect::<SmallVec<[u32; 8]>>())
    {
        add(Ingress::HistoryInfo, oldest.addr);
    }
    if let Some(bottom) = request.diversions().flatten().last() {
        add(Ingress::Diversion, bottom.addr);
    }
    if let Ok(Some(called)) = request.p_called_party_id() {
        add(Ingress::CalledPartyId, called);
    }
    if let Ok(to) = request.to() {
        add(Ingress::To, to);
    }
    found
}

fn number_of(table: &Table, addr: &NameAddr<'_>) -> Number {
    number_of_uri(table, &addr.uri)
}

fn number_of_uri(table: &Table, uri: &Uri<'_>) -> Number {
    let user = uri.user_text().unwrap_or_default();
    let context = uri.phone_context().map(String::from_utf8_lossy);
    table.numbering().normalise(&String::from_utf8_lossy(&user), context.as_deref())
}

fn is_anonymous(from: &NameAddr<'_>) -> bool {
    from.uri.user_text().is_some_and(|user| user.eq_ignore_ascii_case(b"anonymous"))
}

/// `anonymous`, `unavailable` and other words are no number of a caller. Agents' account names are taken as
/// they are.
fn is_number(text: &str) -> bool {
    !text.is_empty() && !matches!(text, "anonymous" | "unavailable" | "unknown" | "restricted")
}
