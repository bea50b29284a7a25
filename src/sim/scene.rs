//! How tests talk to a world: callers dial, agents are ready, trunks fail, and time passes.
//!
//! A [`World`] is a handle; its callers, agents and trunks are handles on the same world.

use std::cell::RefCell;
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use super::fixture;
use super::net::Link;
use super::sound::{DIGITS, Ear};
use super::ua::Act;
use super::ua::digest::Hash;
use super::ua::leg::{Leg, LegNo, LegState};
use super::ua::manner::Manner;
use super::ua::session::Direction;
use super::world::{Core, Due, NODE, Options, Seed};
use crate::cdr::Cdr;
use crate::dialplan::Table;
use crate::event::{AgentId, AgentState, CallId, Fact};
use crate::media::Port;
use crate::node::{Command, Reply};
use crate::stdx::Instant;

/// A world with one node.
#[derive(Clone, Debug)]
pub struct World {
    core: Rc<RefCell<Core>>,
}

impl World {
    /// A world that runs `table`.
    pub fn new(seed: Seed, table: Arc<Table>, options: Options) -> Self {
        Self { core: Rc::new(RefCell::new(Core::new(seed, table, options))) }
    }

    /// A caller's telephone, behind the trunk `telecom`.
    pub fn caller(&self, number: &str) -> Telephone {
        self.caller_on("telecom", number)
    }

    /// A caller's telephone behind a trunk.
    pub fn caller_on(&self, trunk: &str, number: &str) -> Telephone {
        let peer = self.peer(trunk);
        let addr = self.core.borrow().peers[peer].addr;
        let from = format!("<sip:{number}@{addr}>");
        Telephone { world: self.clone(), peer, from, more: Vec::new(), manner: None }
    }

    /// An agent of the plan, and his phone.
    pub fn agent(&self, id: &str) -> Desk {
        Desk { world: self.clone(), peer: self.peer(id), id: AgentId::new(id) }
    }

    /// The peer behind a trunk.
    pub fn trunk(&self, name: &str) -> Desk {
        self.agent(name)
    }

    fn peer(&self, name: &str) -> usize {
        *self.core.borrow().by_name.get(name).unwrap_or_else(|| panic!("the plan has no {name}"))
    }

    /// Lets time pass.
    pub fn run_for(&self, length: Duration) {
        self.core.borrow_mut().run_for(length);
    }

    /// Lets `ms` milliseconds pass.
    pub fn run_ms(&self, ms: u64) {
        self.run_for(Duration::from_millis(ms));
    }

    /// Lets time pass until something is so.
    ///
    /// # Panics
    /// When it is not within ten minutes.
    #[track_caller]
    pub fn run_until(&self, is_so: impl Fn(&Self) -> bool) {
        let end = self.now() + Duration::from_secs(600);
        while !is_so(self) {
            assert!(self.core.borrow_mut().step(end), "it did not come about within ten minutes");
        }
    }

    /// Lets time pass until nothing but registrations, signs of life and sound has passed for 3 s; at most
    /// two minutes.
    pub fn settle(&self) {
        let end = self.now() + Duration::from_secs(120);
        let quiet = Duration::from_secs(3);
        loop {
            let mut core = self.core.borrow_mut();
            let calm = core.stirred + quiet;
            if calm <= core.now() || core.now() >= end {
                return;
            }
            let until = calm.min(end);
            if !core.step(until) {
                core.agenda.advance(until);
            }
        }
    }

    /// The time.
    pub fn now(&self) -> Instant {
        self.core.borrow().now()
    }

    /// Changes one peer's link.
    pub fn link(&self, peer: &str, link: Link) {
        let peer = self.peer(peer);
        let mut core = self.core.borrow_mut();
        let ip = core.peers[peer].addr.ip();
        core.net.set_link(ip, link);
    }

    /// Tells the node something, as an operator would.
    pub fn command(&self, command: Command) -> Reply {
        self.core.borrow_mut().command(command)
    }

    /// The program that holds RTP ports lets go of these.
    pub fn frees(&self, ports: impl IntoIterator<Item = u16>) {
        self.core.borrow_mut().let_go(ports);
    }

    /// Runs another plan for calls that arrive from now on, as `tongjie reload` does.
    pub fn reload(&self, table: &Arc<Table>) {
        self.core.borrow_mut().reload(table);
    }

    /// When the node said that its process may end.
    pub fn stopped(&self) -> Option<Instant> {
        self.core.borrow().stopped
    }

    /// What happened to a call.
    pub fn ladder(&self, call: CallId) -> String {
        self.core.borrow().ladder_of(call)
    }

    /// What happened last, to anybody.
    pub fn tail(&self, lines: usize) -> String {
        self.core.borrow().ladder.tail(lines)
    }

    /// The facts about a call.
    pub fn facts(&self, call: CallId) -> Vec<Fact> {
        self.core.borrow().facts.iter().filter(|e| e.call == Some(call)).map(|e| e.fact.clone()).collect()
    }

    /// When a fact about a call was first told.
    pub fn when(&self, call: CallId, is_it: impl Fn(&Fact) -> bool) -> Option<Instant> {
        self.core.borrow().facts.iter().find(|e| e.call == Some(call) && is_it(&e.fact)).map(|e| e.now)
    }

    /// Facts about nobody's call.
    pub fn other_facts(&self) -> Vec<Fact> {
        self.core.borrow().facts.iter().filter(|e| e.call.is_none()).map(|e| e.fact.clone()).collect()
    }

    /// The record of a call that is over.
    ///
    /// # Panics
    /// When it is not.
    #[track_caller]
    pub fn record(&self, call: CallId) -> Cdr {
        let core = self.core.borrow();
        core.records
            .done
            .get(&call)
            .unwrap_or_else(|| panic!("no record yet:\n{}", core.ladder_of(call)))
            .clone()
    }

    /// The tone a recording of the plan is.
    pub fn tone_of(&self, prompt: &str) -> u32 {
        fixture::tone_of(self.core.borrow().node.table(), prompt)
    }

    /// A hash of everything that passed the node's edge.
    pub fn trace_hash(&self) -> u64 {
        self.core.borrow().trace_hash()
    }

    /// Waits until the last transaction may be forgotten and judges what is left: nothing may be.
    ///
    /// # Panics
    /// When something is.
    pub fn assert_no_leaks(&self) {
        self.run_for(Duration::from_secs(45));
        self.core.borrow_mut().finish();
    }
}

/// A telephone before it dials.
#[derive(Clone, Debug)]
pub struct Telephone {
    world: World,
    peer: usize,
    from: String,
    more: Vec<(String, String)>,
    manner: Option<Manner>,
}

impl Telephone {
    /// Adds a header to its INVITE.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.more.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Asks not to be shown (RFC 3323, RFC 3325): an anonymous From, the number asserted to the trunk.
    #[must_use]
    pub fn withheld(mut self) -> Self {
        let asserted = self.from.clone();
        "\"Anonymous\" <sip:anonymous@anonymous.invalid>".clone_into(&mut self.from);
        self.with("P-Asserted-Identity", &asserted).with("Privacy", "id")
    }

    /// Dials a number.
    #[must_use]
    pub fn dials(self, number: &str) -> Caller {
        self.dials_uri(&format!("sip:{number}@{NODE}"))
    }

    /// Dials a URI.
    #[must_use]
    pub fn dials_uri(self, uri: &str) -> Caller {
        let mut core = self.world.core.borrow_mut();
        let now = core.now();
        let leg = core.peers[self.peer].call(now, uri, &self.from, &self.more);
        if let Some(manner) = self.manner {
            core.peers[self.peer].legs[leg].manner = manner;
        }
        core.drain_peer(self.peer);
        drop(core);
        Caller { world: self.world, peer: self.peer, leg }
    }
}

/// One side of a call: a caller who has dialled, or a phone that rang.
#[derive(Clone, Debug)]
pub struct Caller {
    world: World,
    peer: usize,
    leg: LegNo,
}

impl Caller {
    fn leg<T>(&self, read: impl FnOnce(&Leg) -> T) -> T {
        read(&self.world.core.borrow().peers[self.peer].legs[self.leg])
    }

    fn act(&self, act: Act) -> &Self {
        let mut core = self.world.core.borrow_mut();
        let now = core.now();
        core.peers[self.peer].act(now, self.leg, act);
        core.drain_peer(self.peer);
        drop(core);
        self
    }

    /// The call, once the node has taken it in.
    ///
    /// # Panics
    /// When it has not.
    #[track_caller]
    pub fn call(&self) -> CallId {
        let id = self.leg(|leg| leg.call_id.clone());
        let call = self.world.core.borrow().book.legs.get(&id).and_then(|leg| leg.call);
        call.unwrap_or_else(|| panic!("the node has not taken the call in:\n{}", self.world.tail(20)))
    }

    /// Hangs up: CANCEL, BYE or a refusal, whatever is right now.
    pub fn hangs_up(&self) -> &Self {
        self.act(Act::HangUp)
    }

    /// Puts the other side on hold.
    pub fn holds(&self) -> &Self {
        self.act(Act::Hold)
    }

    /// Takes it back.
    pub fn resumes(&self) -> &Self {
        self.act(Act::Resume)
    }

    /// Picks up.
    pub fn answers(&self) -> &Self {
        self.act(Act::Answer)
    }

    /// How far it is.
    pub fn state(&self) -> LegState {
        self.leg(|leg| leg.state)
    }

    /// Whether both sides have it connected, as this side sees it.
    pub fn is_connected(&self) -> bool {
        self.state() == LegState::Connected
    }

    /// Whether it is over.
    pub fn is_over(&self) -> bool {
        self.leg(Leg::is_over)
    }

    /// The statuses its INVITE got, repetitions left out.
    pub fn statuses(&self) -> Vec<u16> {
        self.leg(|leg| leg.heard.clone())
    }

    /// Which way sound flows, as this side sees it.
    pub fn direction(&self) -> Direction {
        self.leg(|leg| leg.session.agreed)
    }

    /// Whether the far side's descriptions went on counting their versions (RFC 3264 §8).
    pub fn versions_rose(&self) -> bool {
        self.leg(|leg| !leg.session.version_fault)
    }

    /// A header of the INVITE it received.
    pub fn header(&self, name: &str) -> Option<String> {
        let name = name.to_ascii_lowercase();
        self.leg(|leg| leg.invite.as_ref().and_then(|invite| invite.get(&name)).map(str::to_owned))
    }

    /// Every header of the INVITE it received.
    pub fn headers(&self) -> String {
        self.leg(|leg| {
            let lines = leg.invite.iter().flat_map(|invite| &invite.headers);
            lines.map(|(name, value)| format!("{name}: {value}\n")).collect()
        })
    }

    /// A header of the BYE it received.
    pub fn goodbye(&self, name: &str) -> Option<String> {
        let name = name.to_ascii_lowercase();
        self.leg(|leg| leg.goodbye.as_ref().and_then(|bye| bye.get(&name)).map(str::to_owned))
    }

    /// Presses a key of its telephone (RFC 4733).
    ///
    /// # Panics
    /// When there is no such key.
    pub fn presses(&self, key: char) -> &Self {
        let event = DIGITS.find(key).and_then(|event| u8::try_from(event).ok());
        let event = event.unwrap_or_else(|| panic!("no telephone has a key {key}"));
        let tone = self.tone();
        let packets = {
            let mut core = self.world.core.borrow_mut();
            core.peers[self.peer].legs[self.leg].ear.next_key(event, tone)
        };
        let from = self.leg(|leg| leg.session.local);
        packets.into_iter().for_each(|data| self.to_node(from, data));
        self
    }

    /// The keys it heard.
    pub fn keys(&self) -> String {
        self.leg(|leg| leg.ear.keys())
    }

    /// A frame of `tone` reaches the node where it listens for this side: from its host, and another port
    /// than it speaks from.
    pub fn is_impersonated(&self, tone: u32) -> &Self {
        let own = self.leg(|leg| leg.session.local);
        let data = Ear::default().next_frame(8, tone);
        self.to_node(SocketAddr::new(own.ip(), own.port() + 1), data);
        self
    }

    fn to_node(&self, from: SocketAddr, data: Bytes) {
        let to = self.leg(|leg| leg.session.remote).expect("the node has said where it listens");
        let mut core = self.world.core.borrow_mut();
        let now = core.now();
        core.agenda.add(now, Due::RtpToNode { from, port: Port(to.port()), data });
    }

    /// The tone this side speaks.
    pub fn tone(&self) -> u32 {
        self.world.core.borrow().peers[self.peer].mouth.tone(self.leg)
    }

    /// How much of what it heard since `from` is a tone: 0 to 1.
    pub fn share(&self, tone: u32, from: Instant) -> f64 {
        let now = self.world.now();
        self.leg(|leg| leg.ear.share(tone, from, now))
    }

    /// The longest time since `from` in which it heard nothing.
    pub fn longest_silence(&self, from: Instant) -> Duration {
        let now = self.world.now();
        self.leg(|leg| leg.ear.longest_silence(from, now))
    }

    /// Frames heard since `from`.
    pub fn frames(&self, from: Instant) -> usize {
        let now = self.world.now();
        self.leg(|leg| leg.ear.count(from, now))
    }
}

/// A peer that takes calls: an agent's phone, or a trunk's far end.
#[derive(Clone, Debug)]
pub struct Desk {
    world: World,
    peer: usize,
    id: AgentId,
}

impl Desk {
    /// Registers the phone and waits until the agent is ready.
    ///
    /// # Panics
    /// When he does not get so far.
    #[track_caller]
    pub fn ready(self) -> Self {
        let desk = self.logs_on(Hash::Sha256, 300);
        desk.world.run_until(|_| desk.status() == Some(200));
        if desk.state() == AgentState::NotReady {
            let reply = desk.world.command(Command::SetReady(desk.id.clone(), true));
            assert!(matches!(reply, Reply::Done), "{reply:?}");
        }
        // Whoever waits already is offered to him at once, and then he is busy.
        desk.world.run_until(|_| !matches!(desk.state(), AgentState::LoggedOff | AgentState::NotReady));
        desk
    }

    /// Registers with the password of the plan. `expires` 0 takes the phone out.
    #[must_use]
    pub fn logs_on(self, hash: Hash, expires: u32) -> Self {
        let password = format!("secret-{}", self.id);
        self.logs_on_as(&password, hash, expires)
    }

    /// Registers with any password.
    #[must_use]
    pub fn logs_on_as(self, password: &str, hash: Hash, expires: u32) -> Self {
        let mut core = self.world.core.borrow_mut();
        let now = core.now();
        core.peers[self.peer].log_on(now, password, hash, expires);
        core.drain_peer(self.peer);
        drop(core);
        self
    }

    /// The last final answer to its REGISTER.
    pub fn status(&self) -> Option<u16> {
        let core = self.world.core.borrow();
        core.peers[self.peer].registration.as_ref().and_then(|registration| registration.status)
    }

    /// What the agent is, as told.
    pub fn state(&self) -> AgentState {
        self.world.core.borrow().book.agents[&self.id].state
    }

    /// Treats calls that come from now on like this.
    #[must_use]
    pub fn treats_calls(self, manner: Manner) -> Self {
        self.world.core.borrow_mut().peers[self.peer].manner = manner;
        self
    }

    /// Answers after a while.
    #[must_use]
    pub fn answers_after(self, ms: u64) -> Self {
        self.treats_calls(Manner::answers(Duration::from_millis(ms)))
    }

    /// How often it rang.
    pub fn rang(&self) -> usize {
        self.world.core.borrow().peers[self.peer].legs.len()
    }

    /// Its last call.
    ///
    /// # Panics
    /// When it never had one.
    #[track_caller]
    pub fn last(&self) -> Caller {
        let legs = self.rang();
        assert!(legs > 0, "{} never rang:\n{}", self.id, self.world.tail(20));
        Caller { world: self.world.clone(), peer: self.peer, leg: legs - 1 }
    }

    /// Sends a request for a dialog that nobody has, and says how it was answered.
    pub fn sends_stray(&self, method: &str) -> Option<u16> {
        let mut core = self.world.core.borrow_mut();
        let now = core.now();
        core.peers[self.peer].stray(now, method);
        core.drain_peer(self.peer);
        drop(core);
        self.world.run_ms(2000);
        self.world.core.borrow().peers[self.peer].strays.last().map(|(_, status)| *status)
    }
}
