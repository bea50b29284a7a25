//! What an attentive bystander knows: the legs on the wire, the calls and agents as the facts tell them.
//!
//! The checkers share this so that none of them need keep it for itself. It believes the wire and the facts,
//! and never asks the node.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use super::text::Text;
use crate::dialplan::Table;
use crate::event::{AgentId, AgentState, By, CallId, EndCause, Event, Fact, LegRole, QueueId, Skill};
use crate::stdx::Instant;

/// One thing seen at the node's edge.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Seen<'a> {
    /// A datagram reached the node.
    In { from: SocketAddr, text: &'a Text },
    /// The node sent one.
    Out { to: SocketAddr, text: &'a Text, data: &'a [u8] },
    /// A fact.
    Fact(&'a Event),
    /// A command for the media plane.
    Media(&'a crate::media::Command),
    /// The node has nothing more to say for now.
    Drained,
}

/// Everything known.
#[derive(Debug)]
pub(crate) struct Book {
    pub(crate) now: Instant,
    /// The plan that runs.
    pub(crate) table: Arc<Table>,
    /// Plans before it, the newest first.
    before: Vec<Arc<Table>>,
    /// By SIP Call-ID.
    pub(crate) legs: BTreeMap<String, LegBook>,
    pub(crate) calls: BTreeMap<CallId, CallBook>,
    pub(crate) agents: BTreeMap<AgentId, AgentBook>,
    /// Calls that wait and are not offered to anyone now.
    pub(crate) waiting: BTreeSet<CallId>,
    /// Requests outside a dialog lately: when. They explain transactions that still linger.
    pub(crate) lately: std::collections::VecDeque<Instant>,
    /// An INVITE came in this step and no fact about it has yet.
    arriving: Option<String>,
    /// INVITEs that went out in this step without a fact yet, and facts without an INVITE yet.
    sent: Vec<String>,
    invited: Vec<(CallId, LegRole)>,
}

/// A leg as the wire shows it.
#[derive(Clone, Debug)]
pub(crate) struct LegBook {
    pub(crate) call: Option<CallId>,
    pub(crate) role: Option<LegRole>,
    /// It called us.
    pub(crate) inbound: bool,
    pub(crate) branch: String,
    pub(crate) invited: Instant,
    /// 2xx passed.
    pub(crate) answered: Option<Instant>,
    /// CANCEL passed.
    pub(crate) cancelled: Option<Instant>,
    /// Refused, or BYE passed.
    pub(crate) ended: Option<Instant>,
    /// The peer has shown signs of life.
    pub(crate) heard: bool,
    /// It was told to have failed. Until the peer shows a sign of life no CANCEL may be sent (RFC 3261 §9.1).
    pub(crate) given_up: bool,
    /// The user part of the Request-URI.
    pub(crate) user: String,
    pub(crate) tags: BTreeSet<String>,
}

impl LegBook {
    /// Whether the far end may still ring or talk.
    pub(crate) fn live(&self) -> bool {
        let silent = self.given_up && !self.heard;
        self.ended.is_none() && (self.cancelled.is_none() || self.answered.is_some()) && !silent
    }
}

/// A call as the facts tell it.
#[derive(Clone, Debug)]
pub(crate) struct CallBook {
    pub(crate) arrived: Instant,
    /// The plan that ran then.
    pub(crate) table: Arc<Table>,
    pub(crate) legs: Vec<String>,
    /// The first queue entry: what FIFO goes by.
    pub(crate) since: Option<Instant>,
    /// Announcement and its must-hear part: from when it may be offered.
    pub(crate) eligible_from: Instant,
    pub(crate) queue: Option<QueueId>,
    pub(crate) skill: Option<Skill>,
    pub(crate) offered: Option<AgentId>,
    pub(crate) connected: Option<LegRole>,
    pub(crate) released: Option<(Instant, EndCause, By)>,
    pub(crate) answered: bool,
    /// Who did not take it, and when.
    pub(crate) missed: Vec<(AgentId, Instant)>,
}

/// An agent as the facts tell him.
#[derive(Clone, Debug)]
pub(crate) struct AgentBook {
    pub(crate) state: AgentState,
    pub(crate) since: Instant,
    pub(crate) registered: bool,
    /// He was ready at the beginning of this step, or became so in it.
    pub(crate) was_ready: bool,
    pub(crate) call: Option<CallId>,
}

impl Book {
    pub(crate) fn new(table: Arc<Table>) -> Self {
        let mut book = Self {
            now: Instant::ZERO,
            table: Arc::clone(&table),
            before: Vec::new(),
            legs: BTreeMap::new(),
            calls: BTreeMap::new(),
            agents: BTreeMap::new(),
            waiting: BTreeSet::new(),
            lately: std::collections::VecDeque::new(),
            arriving: None,
            sent: Vec::new(),
            invited: Vec::new(),
        };
        book.meet(&table);
        book
    }

    /// Another plan runs from now on.
    pub(crate) fn replan(&mut self, table: Arc<Table>) {
        let before = std::mem::replace(&mut self.table, Arc::clone(&table));
        self.before.retain(|other| !Arc::ptr_eq(other, &before));
        self.before.insert(0, before);
        self.meet(&table);
    }

    fn meet(&mut self, table: &Table) {
        let new_agent = AgentBook {
            state: AgentState::LoggedOff,
            since: self.now,
            registered: false,
            was_ready: false,
            call: None,
        };
        for agent in table.agents() {
            self.agents.entry(agent.id.clone()).or_insert_with(|| new_agent.clone());
        }
    }

    /// Takes in what was seen, before any checker does.
    pub(crate) fn see(&mut self, now: Instant, seen: &Seen<'_>) {
        self.now = now;
        match seen {
            Seen::In { text, .. } => self.message(text, true),
            Seen::Out { text, .. } => self.message(text, false),
            Seen::Fact(event) => self.fact(event),
            Seen::Media(_) => {}
            Seen::Drained => {
                self.arriving = None;
                self.sent.clear();
                self.invited.clear();
                for agent in self.agents.values_mut() {
                    agent.was_ready = agent.state == AgentState::Ready;
                }
            }
        }
    }

    /// Agent legs of a call or of an agent that may still ring or talk.
    pub(crate) fn live_legs<'a>(
        &'a self,
        is: impl Fn(&LegBook) -> bool + 'a,
    ) -> impl Iterator<Item = (&'a String, &'a LegBook)> {
        self.legs.iter().filter(move |(_, leg)| leg.live() && is(leg))
    }

    /// Whether an agent may take a waiting call, as the plan has it.
    pub(crate) fn fits(&self, agent: &AgentId, call: &CallBook) -> bool {
        let Some(queue) = call.queue.as_ref() else { return false };
        // Who left the plan is offered nothing; a queue that left it is served as the last plan that had it says.
        let Some(table) = std::iter::once(&self.table).chain(&self.before).find(|t| t.queue(queue).is_some())
        else {
            return false;
        };
        let (Some(agent), Some(queue)) = (table.agent(agent), table.queue(queue)) else { return false };
        self.table.agent(&agent.id).is_some() && agent.may_take(queue, call.skill.as_ref())
    }

    fn message(&mut self, text: &Text, inbound: bool) {
        let now = self.now;
        let id = text.call_id();
        match (text.method(), text.status()) {
            (Some("INVITE"), _) if text.to_tag().is_none() && !self.legs.contains_key(id) => {
                self.new_leg(text, inbound);
            }
            // Sent again.
            (Some("INVITE"), _) if text.to_tag().is_none() => {}
            (Some("CANCEL"), _) => self.leg(id, |leg| leg.cancelled = leg.cancelled.or(Some(now))),
            (Some("BYE"), _) => self.leg(id, |leg| {
                if text.to_tag().is_some_and(|tag| leg.tags.contains(tag)) {
                    leg.ended = leg.ended.or(Some(now));
                }
            }),
            (Some("REGISTER" | "OPTIONS"), _) => self.lately.push_back(now),
            (None, Some(status)) if text.cseq().1 == "INVITE" => self.answer(text, id, status),
            _ => {}
        }
        while self.lately.front().is_some_and(|at| *at + Duration::from_secs(40) < now) {
            self.lately.pop_front();
        }
    }

    fn new_leg(&mut self, text: &Text, inbound: bool) {
        let id = text.call_id().to_owned();
        let leg = LegBook {
            call: None,
            role: inbound.then_some(LegRole::Caller),
            inbound,
            branch: text.branch().to_owned(),
            invited: self.now,
            answered: None,
            cancelled: None,
            ended: None,
            heard: false,
            given_up: false,
            user: super::text::user_of(text.uri()).to_owned(),
            tags: BTreeSet::from([text.from_tag().to_owned()]),
        };
        self.legs.insert(id.clone(), leg);
        if inbound {
            self.arriving = Some(id);
        } else {
            self.sent.push(id);
            self.marry();
        }
    }

    fn answer(&mut self, text: &Text, id: &str, status: u16) {
        let now = self.now;
        self.leg(id, |leg| {
            leg.heard = true;
            leg.tags.extend(text.to_tag().map(str::to_owned));
            // The first INVITE's answers only: a re-INVITE that is refused ends nothing.
            let first = text.branch() == leg.branch;
            match status {
                200..300 => leg.answered = leg.answered.or(Some(now)),
                300.. if first && leg.answered.is_none() && status != 401 && status != 407 => {
                    leg.ended = leg.ended.or(Some(now));
                }
                _ => {}
            }
        });
    }

    fn leg(&mut self, id: &str, act: impl FnOnce(&mut LegBook)) {
        if let Some(leg) = self.legs.get_mut(id) {
            act(leg);
        }
    }

    /// Joins INVITEs with the facts about them, in the order of both within one step.
    fn marry(&mut self) {
        while !self.sent.is_empty() && !self.invited.is_empty() {
            let id = self.sent.remove(0);
            let (call, role) = self.invited.remove(0);
            if let Some(leg) = self.legs.get_mut(&id) {
                (leg.call, leg.role) = (Some(call), Some(role));
            }
            if let Some(call) = self.calls.get_mut(&call) {
                call.legs.push(id);
            }
        }
    }

    fn fact(&mut self, event: &Event) {
        match (&event.fact, event.call) {
            (Fact::AgentChanged { agent, state }, _) => {
                let now = self.now;
                if let Some(agent) = self.agents.get_mut(agent) {
                    (agent.state, agent.since) = (*state, now);
                    agent.was_ready |= *state == AgentState::Ready;
                }
            }
            (Fact::AgentRegistered { agent, .. }, _) => self.registered(agent, true),
            (Fact::AgentUnregistered { agent, .. }, _) => self.registered(agent, false),
            (Fact::CallArrived { .. }, Some(id)) => self.arrived(id),
            (fact, Some(id)) => self.call_fact(id, fact),
            (_, None) => {}
        }
    }

    fn registered(&mut self, agent: &AgentId, is: bool) {
        if let Some(agent) = self.agents.get_mut(agent) {
            agent.registered = is;
        }
    }

    fn arrived(&mut self, id: CallId) {
        let leg = self.arriving.take();
        if let Some(leg) = leg.as_ref().and_then(|leg| self.legs.get_mut(leg)) {
            leg.call = Some(id);
        }
        let call = CallBook {
            arrived: self.now,
            table: Arc::clone(&self.table),
            legs: leg.into_iter().collect(),
            since: None,
            eligible_from: Instant::ZERO,
            queue: None,
            skill: None,
            offered: None,
            connected: None,
            released: None,
            answered: false,
            missed: Vec::new(),
        };
        self.calls.entry(id).or_insert(call);
    }

    fn call_fact(&mut self, id: CallId, fact: &Fact) {
        let now = self.now;
        let Some(call) = self.calls.get_mut(&id) else { return };
        let table = Arc::clone(&call.table);
        match fact {
            Fact::CallQueued { queue, skill } => {
                call.since.get_or_insert(now);
                // An overflow has said already what is asked for from there on.
                if call.queue.as_ref() != Some(queue) {
                    call.skill.clone_from(skill);
                }
                call.queue = Some(queue.clone());
                self.waiting.insert(id);
            }
            Fact::CallOverflowed { from, to } => {
                let step =
                    table.queue(from).and_then(|queue| queue.overflow.iter().find(|step| step.to == *to));
                if step.is_some_and(|step| !step.keep_skill) {
                    call.skill = None;
                }
                call.queue = Some(to.clone());
            }
            Fact::AnnouncementStarted { prompt } => {
                // The must-hear part is the plan's; what the row says cannot be longer than the recording's.
                let must_hear = table.announcement(prompt).map_or(Duration::ZERO, |prompt| prompt.must_hear);
                call.eligible_from = now + must_hear;
            }
            Fact::LegInvited { leg: role, .. } => {
                if let LegRole::Agent(agent) = role {
                    call.offered = Some(agent.clone());
                    self.waiting.remove(&id);
                    if let Some(agent) = self.agents.get_mut(agent) {
                        agent.call = Some(id);
                    }
                }
                self.invited.push((id, role.clone()));
                self.marry();
            }
            Fact::LegFailed { leg: role, .. } => {
                let leg = call
                    .legs
                    .iter()
                    .rev()
                    .find(|id| self.legs.get(*id).is_some_and(|l| l.role == Some(role.clone())));
                if let Some(leg) = leg.and_then(|id| self.legs.get_mut(id)) {
                    leg.given_up = true;
                }
                let LegRole::Agent(agent) = role else { return };
                call.offered = None;
                call.missed.push((agent.clone(), now));
                if call.released.is_none() && call.connected.is_none() {
                    self.waiting.insert(id);
                }
                self.free(id);
            }
            Fact::LegAnswered { leg: LegRole::Caller } => call.answered = true,
            Fact::CallConnected { to } => {
                call.connected = Some(to.clone());
                self.waiting.remove(&id);
            }
            Fact::CallReleased { cause, by } => {
                call.released = Some((now, *cause, *by));
                call.offered = None;
                self.waiting.remove(&id);
                self.free(id);
            }
            _ => {}
        }
    }

    fn free(&mut self, call: CallId) {
        for agent in self.agents.values_mut().filter(|agent| agent.call == Some(call)) {
            agent.call = None;
        }
    }
}
