//! Faults planted on purpose, between the node and its world, to prove that the checkers bite.
//!
//! Each makes a good node look like a bad one. No checker knows of this file.

use std::time::Duration;

use bytes::Bytes;

use super::book::Book;
use super::text::{Text, user_of};
use crate::event::{AgentId, AgentState, CallId, Event, Fact, LegRole, Number};
use crate::media::{Command, Port};
use crate::node::Output;
use crate::stdx::Instant;

/// A fault to plant. Each happens once, at the first opportunity, unless its line says otherwise.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Planted {
    /// After a 200 the caller also gets a 486.
    SecondFinalAnswer,
    /// The last fact of a call that was connected to a trunk is never told.
    CallThatNeverEnds,
    /// No ACK ever leaves for one far leg.
    AckThatNeverLeaves,
    /// A caller's CANCEL is taken in and forgotten.
    SwallowedCancel,
    /// No BYE ever leaves for one caller's leg.
    ByeThatNeverLeaves,
    /// A repeated message differs in one byte.
    ChangedRepetition,
    /// A BYE for an unknown dialog gets a 200.
    KindnessToStrangers,
    /// An agent who talks is told to be ready.
    ReadyWhileTalking,
    /// An agent who talks is rung for one more call.
    SecondCallToAnAgent,
    /// A caller who talks to a trunk gets a second far end there.
    SecondFarEnd,
    /// The second of two callers in line is told to be the one offered.
    SwappedWaiters,
    /// A call is offered to an agent without a phone.
    OfferToTheAbsent,
    /// Offers go out half a second late.
    LateOffers,
    /// An agent is never told to be ready after his paperwork.
    EndlessPaperwork,
    /// One port is never closed.
    LeakedPort,
    /// A leg gets a port that another program holds.
    HeldPort,
    /// The stack keeps a dialog too many.
    ForgottenDialog,
    /// The last fact of a call is told twice.
    DoubledEnd,
    /// Two runs of the same seed differ.
    UnseededChoice,
}

/// The planted fault at work.
#[derive(Debug)]
pub(crate) struct Plant {
    kind: Planted,
    /// It has happened.
    done: bool,
    /// The leg it happens to.
    leg: Option<String>,
    sent: std::collections::BTreeMap<(String, String), Bytes>,
    /// The last INVITE to a trunk, as one of another call.
    invite: Option<(std::net::SocketAddr, Bytes)>,
}

/// Something that leaves later than it should.
pub(crate) type Late = (Instant, Output);

impl Plant {
    pub(crate) fn new(kind: Planted) -> Self {
        Self { kind, done: false, leg: None, sent: std::collections::BTreeMap::new(), invite: None }
    }

    /// What the stack admits to keep, beyond what it keeps.
    pub(crate) fn extra_dialogs(&self) -> usize {
        usize::from(self.kind == Planted::ForgottenDialog)
    }

    /// Whether a datagram really gets to the node.
    pub(crate) fn lets_in(&mut self, text: &Text) -> bool {
        if self.kind != Planted::SwallowedCancel || text.method() != Some("CANCEL") {
            return true;
        }
        let first = self.leg.get_or_insert_with(|| text.call_id().to_owned());
        first != text.call_id()
    }

    /// What comes out of one step of the node, changed.
    pub(crate) fn outputs(
        &mut self,
        now: Instant,
        batch: Vec<Output>,
        book: &Book,
    ) -> (Vec<Output>, Vec<Late>) {
        if self.kind == Planted::LateOffers {
            return late_offers(now, batch);
        }
        if self.kind == Planted::UnseededChoice && batch.len() > 1 && !self.done {
            self.done = true;
            // An address of the heap: different in every run, as a hash map's order or the clock would be.
            let unseeded = std::ptr::from_ref(&*Box::new(0u8)).addr() >> 4;
            let mark = Fact::LimitReached { what: WORDS[unseeded % WORDS.len()] };
            let marked = Event { now, wall_ms: 0, call: None, fact: mark };
            return (batch.into_iter().chain([Output::Event(marked)]).collect(), Vec::new());
        }
        let mut out = Vec::with_capacity(batch.len());
        for output in batch {
            self.output(output, book, &mut out);
        }
        (out, Vec::new())
    }

    fn output(&mut self, output: Output, book: &Book, out: &mut Vec<Output>) {
        match output {
            Output::Send { to, data } => {
                let text = Text::read(&data);
                let Some(text) = text else { return out.push(Output::Send { to, data }) };
                self.datagram(to, data, &text, book, out);
            }
            Output::Event(event) => self.fact(event, book, out),
            Output::Media(Command::Open { port }) if self.kind == Planted::HeldPort && !self.done => {
                self.done = true;
                let port = book.held.first().map_or(port, |held| Port(*held));
                out.push(Output::Media(Command::Open { port }));
            }
            Output::Media(Command::Close { .. }) if self.kind == Planted::LeakedPort && !self.done => {
                self.done = true;
            }
            other => out.push(other),
        }
    }

    fn datagram(
        &mut self,
        to: std::net::SocketAddr,
        data: Bytes,
        text: &Text,
        book: &Book,
        out: &mut Vec<Output>,
    ) {
        let leg = book.legs.get(text.call_id());
        let caller = leg.is_some_and(|leg| leg.inbound);
        let success = matches!(text.status(), Some(200..300)) && text.cseq().1 == "INVITE";
        let chosen = matches!(
            (self.kind, text.method()),
            (Planted::AckThatNeverLeaves, Some("ACK")) | (Planted::ByeThatNeverLeaves, Some("BYE"))
        );
        let may_be = if self.kind == Planted::ByeThatNeverLeaves { caller } else { !caller };
        if chosen && self.is_the_leg(text, may_be) {
            return;
        }
        match self.kind {
            Planted::SecondFinalAnswer if success && caller && !self.done => {
                self.done = true;
                let second = String::from_utf8_lossy(&data).replacen("200 OK", "486 Busy Here", 1);
                out.push(Output::Send { to, data });
                out.push(Output::Send { to, data: Bytes::from(second) });
                return;
            }
            Planted::KindnessToStrangers if text.status() == Some(481) && text.cseq().1 == "BYE" => {
                let kind = String::from_utf8_lossy(&data).replacen(" 481 ", " 200 ", 1);
                return out.push(Output::Send { to, data: Bytes::from(kind) });
            }
            Planted::ChangedRepetition if text.status() >= Some(200) || text.method().is_some() => {
                let key = (text.branch().to_owned(), text.title());
                if self.sent.insert(key, data.clone()).is_some() && !self.done {
                    self.done = true;
                    let changed = String::from_utf8_lossy(&data).replacen(
                        "\r\nContent-Length",
                        "\r\nX-N: 1\r\nContent-Length",
                        1,
                    );
                    return out.push(Output::Send { to, data: Bytes::from(changed) });
                }
            }
            Planted::SecondFarEnd
                if text.method() == Some("INVITE")
                    && !caller
                    && !book.agents.contains_key(user_of(text.uri())) =>
            {
                let second = String::from_utf8_lossy(&data)
                    .replace(text.call_id(), "second")
                    .replace(text.branch(), "z9hG4bKsecond");
                self.invite = Some((to, Bytes::from(second)));
            }
            Planted::SecondCallToAnAgent if !self.done && text.method() == Some("INVITE") && !caller => {
                let talking = |(id, a): &(&AgentId, &super::book::AgentBook)| {
                    a.call.is_some() && id.as_str() != user_of(text.uri())
                };
                if let (true, Some((busy, _))) =
                    (book.agents.contains_key(user_of(text.uri())), book.agents.iter().find(talking))
                {
                    self.done = true;
                    let second = String::from_utf8_lossy(&data)
                        .replace(&format!("sip:{}@", user_of(text.uri())), &format!("sip:{busy}@"))
                        .replace(text.call_id(), "second")
                        .replace(text.branch(), "z9hG4bKsecond");
                    out.push(Output::Send { to, data: Bytes::from(second) });
                }
            }
            _ => {}
        }
        out.push(Output::Send { to, data });
    }

    fn is_the_leg(&mut self, text: &Text, may_be: bool) -> bool {
        if self.leg.is_none() && may_be {
            self.leg = Some(text.call_id().to_owned());
        }
        self.leg.as_deref() == Some(text.call_id())
    }

    fn fact(&mut self, mut event: Event, book: &Book, out: &mut Vec<Output>) {
        let released = matches!(event.fact, Fact::CallReleased { .. });
        match (self.kind, &mut event.fact) {
            (Planted::CallThatNeverEnds, _) if released && !self.done && on_a_trunk(book, event.call) => {
                self.done = true;
                return;
            }
            (Planted::DoubledEnd, _) if released && !self.done => {
                self.done = true;
                out.push(Output::Event(event.clone()));
            }
            (Planted::ReadyWhileTalking, Fact::CallConnected { to: LegRole::Agent(agent) }) if !self.done => {
                self.done = true;
                let fact = Fact::AgentChanged { agent: agent.clone(), state: AgentState::Ready };
                out.push(Output::Event(event.clone()));
                event = Event { call: None, fact, ..event };
            }
            (Planted::SecondFarEnd, Fact::CallConnected { to: leg @ LegRole::Trunk(_) }) if !self.done => {
                let fact = Fact::LegInvited { leg: leg.clone(), number: Number::new("second") };
                let invited = Event { fact, ..event.clone() };
                out.push(Output::Event(event));
                if let Some((to, data)) = self.invite.take() {
                    self.done = true;
                    out.push(Output::Event(invited));
                    out.push(Output::Send { to, data });
                }
                return;
            }
            (Planted::SwappedWaiters, Fact::LegInvited { leg: LegRole::Agent(agent), .. }) if !self.done => {
                if let Some(second) = second_in_line(book, event.call, agent) {
                    self.done = true;
                    event.call = Some(second);
                }
            }
            (Planted::OfferToTheAbsent, Fact::LegInvited { leg: LegRole::Agent(agent), .. })
                if !self.done =>
            {
                if let Some((absent, _)) = book.agents.iter().find(|(_, agent)| !agent.registered) {
                    self.done = true;
                    *agent = absent.clone();
                }
            }
            (Planted::EndlessPaperwork, Fact::AgentChanged { agent, state: AgentState::Ready }) => {
                let was = book.agents.get(agent).map(|agent| agent.state);
                if was == Some(AgentState::WorkingAfterCall) {
                    return;
                }
            }
            _ => {}
        }
        out.push(Output::Event(event));
    }
}

fn on_a_trunk(book: &Book, call: Option<CallId>) -> bool {
    let connected = call.and_then(|call| book.calls.get(&call)).and_then(|call| call.connected.as_ref());
    matches!(connected, Some(LegRole::Trunk(_)))
}

/// Somebody in the same line behind `first`, whom the agent may serve.
fn second_in_line(book: &Book, first: Option<CallId>, agent: &AgentId) -> Option<CallId> {
    let first = book.calls.get(&first?)?;
    let behind = |id: &&CallId| {
        book.calls.get(id).is_some_and(|call| {
            call.queue == first.queue
                && call.skill == first.skill
                && call.since > first.since
                && call.eligible_from < book.now
                && first.eligible_from < book.now
                && first.missed.is_empty()
                && call.missed.is_empty()
                && book.fits(agent, call)
        })
    };
    book.waiting.iter().find(behind).copied()
}

/// From the moment an agent is taken, everything of the step is held back.
fn late_offers(now: Instant, batch: Vec<Output>) -> (Vec<Output>, Vec<Late>) {
    let taken = |output: &Output| {
        matches!(
            output,
            Output::Event(Event { fact: Fact::AgentChanged { state: AgentState::Busy, .. }, .. })
        ) || matches!(
            output,
            Output::Event(Event { fact: Fact::LegInvited { leg: LegRole::Agent(_), .. }, .. })
        )
    };
    let is_invite =
        |output: &Output| matches!(output, Output::Send { data, .. } if data.starts_with(b"INVITE"));
    let at = batch.iter().position(|output| taken(output) || is_invite(output)).unwrap_or(batch.len());
    let mut batch = batch;
    let late = batch.split_off(at);
    (batch, late.into_iter().map(|output| (now + Duration::from_millis(500), output)).collect())
}

const WORDS: [&str; 7] = ["calls", "transactions", "dialogs", "media-ports", "waiting", "bindings", "legs"];
