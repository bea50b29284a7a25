//! The world: one clock, one node with its media plane, the network, and everybody else.
//!
//! The node and the plane are driven through the very seams that `io` uses. Every datagram passes through the
//! real parser (`sip::wire`) before a peer reads it in its own way.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use super::agenda::Agenda;
use super::book::{Book, Seen};
use super::check::{self, Checker, Records, Violation};
use super::fixture;
use super::ladder::{Fate, Ladder};
use super::net::{Link, Net};
use super::plant::{Plant, Planted};
use super::rehearsal::{Ledger, Step};
use super::shadow::Shadow;
use super::sound::Mouth;
use super::text::Packet;
use super::traffic::{Task, Traffic};
use super::ua::{Out, Ua};
use crate::dialplan::Table;
use crate::event::{CallId, Event};
use crate::media::{self, Plane, Port, Prompts};
use crate::node::{Command, Input, NextPlan, Node, Output, Reply, Settings, Wall};
use crate::stdx::{Instant, Rng};

/// What names a run.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Seed(pub u64);

/// How a world is made. Everything has a default, so that what a test sets is what matters.
#[derive(Clone, Debug)]
pub struct Options {
    /// Whether peers send and record sound, and the real media plane runs. Without, recordings only take time.
    pub sound: bool,
    /// Every link, until a test changes one.
    pub link: Link,
    /// Civil time at the start: milliseconds since 1970.
    pub wall_ms: i64,
    /// A fault to plant.
    pub planted: Option<Planted>,
    /// How the run is repeated, for the report of a violation.
    pub replay: String,
    /// How long every recording plays.
    pub recording: Duration,
    /// Recordings that are not there.
    pub missing: Vec<String>,
    /// The recordings, for their lengths; without, all of the plan's play for `recording`.
    pub prompts: Option<Arc<Prompts>>,
    /// Whether every step is judged and written down. A rehearsal of a whole day keeps only its figures.
    pub judged: bool,
    /// RTP ports that another program holds.
    pub held: BTreeSet<u16>,
    /// Changes the node's settings.
    pub tune: fn(&mut Settings),
}

impl Default for Options {
    fn default() -> Self {
        Self {
            sound: false,
            link: Link::GOOD,
            // 2021-10-28T10:00+08:00: a Thursday of the trial run.
            wall_ms: 1_635_386_400_000,
            planted: None,
            replay: String::new(),
            recording: Duration::from_secs(6),
            missing: Vec::new(),
            prompts: None,
            judged: true,
            held: BTreeSet::new(),
            tune: |_| {},
        }
    }
}

/// Everything. Tests use it through [`World`](super::World).
#[derive(Debug)]
pub(crate) struct Core {
    pub(crate) seed: Seed,
    pub(crate) options: Options,
    pub(crate) agenda: Agenda<Due>,
    pub(crate) net: Net,
    pub(crate) node: Node,
    media: Media,
    prompts: Arc<Prompts>,
    pub(crate) peers: Vec<Ua>,
    names: Vec<Rc<str>>,
    by_address: BTreeMap<SocketAddr, usize>,
    pub(crate) by_name: BTreeMap<String, usize>,
    node_wake: Option<Instant>,
    media_wake: Option<Instant>,
    peer_wakes: Vec<Option<Instant>>,
    inbox: VecDeque<Input>,
    pub(crate) book: Book,
    pub(crate) ladder: Ladder,
    checkers: Vec<Box<dyn Checker>>,
    pub(crate) records: Records,
    pub(crate) facts: Vec<Event>,
    pub(crate) replies: BTreeMap<u64, Reply>,
    pub(crate) plant: Option<Plant>,
    pub(crate) traffic: Option<Traffic>,
    pub(crate) ledger: Option<Box<Ledger>>,
    hash: u64,
    pub(crate) steps: u64,
    /// When the node said that its process may end. In this world it goes on.
    pub(crate) stopped: Option<Instant>,
    /// When something other than registrations and signs of life last passed.
    pub(crate) stirred: Instant,
}

#[derive(Debug)]
enum Media {
    Real(Box<Plane>),
    Shadow(Shadow),
}

/// What is to happen.
#[derive(Debug)]
pub(crate) enum Due {
    SipToNode { peer: usize, packet: Packet },
    SipToPeer { peer: usize, packet: Packet },
    RtpToNode { from: SocketAddr, port: Port, data: Bytes },
    RtpToPeer { to: SocketAddr, data: Bytes },
    WakeNode,
    WakeMedia,
    WakePeer(usize),
    Late(Output),
    Task(Task),
    Rehearse(Step),
}

/// Where the node is.
pub(crate) const NODE: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1)), 5060);

impl Core {
    pub(crate) fn new(seed: Seed, table: Arc<Table>, options: Options) -> Self {
        let mut rng = Rng::from_seed(seed.0);
        let prompts = options.prompts.clone().unwrap_or_else(|| Arc::new(fixture::prompts(&table, &options)));
        let mut settings = fixture::settings(NODE);
        (options.tune)(&mut settings);
        let wall = Wall { ms: options.wall_ms, at: Instant::ZERO };
        let bound = settings.rtp_ports().filter(|port| !options.held.contains(port)).collect();
        let mut node = Node::new(settings, Arc::clone(&table), wall, rng.fork());
        node.handle_input(Instant::ZERO, Input::PortsBound(bound));
        let media = Media::new(&options, Arc::clone(&prompts), rng.fork());
        let mut core = Self {
            seed,
            agenda: Agenda::new(),
            net: Net::new(rng.fork(), options.link),
            node,
            media,
            prompts,
            peers: Vec::new(),
            names: Vec::new(),
            by_address: BTreeMap::new(),
            by_name: BTreeMap::new(),
            node_wake: None,
            media_wake: None,
            peer_wakes: Vec::new(),
            inbox: VecDeque::new(),
            book: Book::new(Arc::clone(&table), options.held.clone()),
            ladder: Ladder::default(),
            checkers: check::all(),
            records: Records::default(),
            facts: Vec::new(),
            replies: BTreeMap::new(),
            plant: options.planted.map(Plant::new),
            traffic: None,
            ledger: None,
            hash: 0xcbf2_9ce4_8422_2325,
            steps: 0,
            stopped: None,
            stirred: Instant::ZERO,
            options,
        };
        core.people(&table, &mut rng);
        core.drain_node();
        core
    }

    /// A peer for every trunk address, a phone for every agent.
    fn people(&mut self, table: &Table, rng: &mut Rng) {
        for (i, trunk) in table.trunks().enumerate() {
            for address in &trunk.addresses {
                if self.by_address.contains_key(address) {
                    continue;
                }
                let name = trunk.id.to_string();
                self.add_peer(Ua::new(&name, &name, *address, NODE, rng.fork()), i, (800, 35));
            }
        }
        for (i, agent) in table.agents().enumerate() {
            let number = u16::try_from(i).unwrap_or(0).to_be_bytes();
            let address = SocketAddr::from(([10, 9, number[0], number[1].wrapping_add(1)], 5060));
            let name = agent.id.to_string();
            if self.by_name.contains_key(&name) {
                continue;
            }
            self.add_peer(Ua::new(&name, &name, address, NODE, rng.fork()), i, (1400, 0));
        }
    }

    fn add_peer(&mut self, mut ua: Ua, index: usize, (base, step): (u32, u32)) {
        ua.sound = self.options.sound;
        let tone = base + 45 * u32::try_from(index % 40).unwrap_or(0);
        ua.mouth = Mouth { base: if step > 0 && index > 0 { tone + 1000 } else { tone }, step };
        let number = self.peers.len();
        self.by_address.insert(ua.addr, number);
        self.by_name.entry(ua.name.clone()).or_insert(number);
        self.names.push(Rc::from(ua.name.as_str()));
        self.peers.push(ua);
        self.peer_wakes.push(None);
    }

    pub(crate) fn now(&self) -> Instant {
        self.agenda.now()
    }

    /// Lets the next thing happen, unless it lies beyond `until`.
    pub(crate) fn step(&mut self, until: Instant) -> bool {
        let Some(due) = self.agenda.next_before(until) else { return false };
        let now = self.now();
        self.steps += 1;
        match due {
            Due::SipToNode { peer, packet } => self.sip_to_node(peer, packet),
            Due::SipToPeer { peer, packet } => {
                self.peers[peer].handle_packet(now, &packet);
                self.drain_peer(peer);
            }
            Due::RtpToNode { from, port, data } => {
                if let Media::Real(plane) = &mut self.media
                    && !self.book.held.contains(&port.0)
                {
                    plane.handle_packet(now, port, from, &data);
                }
                self.drain_media();
            }
            Due::RtpToPeer { to, data } => {
                if let Some(peer) = self.peers.iter_mut().find(|peer| {
                    peer.addr.ip() == to.ip() && peer.legs.iter().rev().any(|leg| leg.session.local == to)
                }) {
                    peer.handle_rtp(now, to, &data);
                }
            }
            // A wake-up that an earlier one has replaced does nothing, or there would be ever more of them.
            Due::WakeNode if self.node_wake == Some(now) => {
                self.node_wake = None;
                self.node.handle_timeout(now);
                self.drain_node();
            }
            Due::WakeMedia if self.media_wake == Some(now) => {
                self.media_wake = None;
                self.media.handle_timeout(now);
                self.drain_media();
            }
            Due::WakePeer(peer) if self.peer_wakes[peer] == Some(now) => {
                self.peer_wakes[peer] = None;
                self.peers[peer].handle_timeout(now);
                self.drain_peer(peer);
            }
            Due::WakeNode | Due::WakeMedia | Due::WakePeer(_) => {}
            Due::Late(output) => {
                self.take_output(output);
                self.observe(&Seen::Drained);
                self.judge();
            }
            Due::Task(task) => super::traffic::perform(self, task),
            Due::Rehearse(step) => super::rehearsal::perform(self, step),
        }
        while let Some(input) = self.inbox.pop_front() {
            self.node.handle_input(now, input);
            self.drain_node();
        }
        true
    }

    /// Lets time pass.
    pub(crate) fn run_for(&mut self, length: Duration) {
        let until = self.now() + length;
        while self.step(until) {}
        self.agenda.advance(until);
    }

    /// Gives the node something and takes what comes of it.
    pub(crate) fn input(&mut self, input: Input) {
        let now = self.now();
        self.inbox.push_back(input);
        while let Some(input) = self.inbox.pop_front() {
            self.node.handle_input(now, input);
            self.drain_node();
        }
    }

    pub(crate) fn command(&mut self, command: Command) -> Reply {
        let token = self.steps << 8 | 1;
        self.input(Input::Command { token, command });
        self.replies.remove(&token).expect("every command is answered at once")
    }

    /// Another program lets go of RTP ports.
    pub(crate) fn let_go(&mut self, ports: impl IntoIterator<Item = u16>) {
        let freed = ports.into_iter().filter(|port| self.book.held.remove(port)).collect();
        self.input(Input::PortsBound(freed));
    }

    /// Runs another plan from now on, as `tongjie reload` does.
    pub(crate) fn reload(&mut self, table: &Arc<Table>) {
        let mut rng = Rng::from_seed(self.seed.0 ^ self.steps);
        self.people(table, &mut rng);
        self.prompts = Arc::new(fixture::prompts_after(&self.prompts, table, &self.options));
        let before = self.node.edition();
        let next = NextPlan::following(
            before.number(),
            before.table(),
            Arc::clone(table),
            Arc::clone(&self.prompts),
        );
        self.book.replan(Arc::clone(table));
        let reply = self.command(Command::Replan(Box::new(next)));
        assert!(matches!(reply, Reply::Replanned(_)), "{reply:?}");
    }

    fn sip_to_node(&mut self, peer: usize, packet: Packet) {
        let source = self.peers[peer].addr;
        let Some(text) = packet.text.clone() else { return };
        if self.options.judged {
            self.ladder.wire(self.now(), &self.names[peer], true, Fate::Delivered, &text);
        }
        self.observe(&Seen::In { from: source, text: &text });
        if self.plant.as_mut().is_some_and(|plant| !plant.lets_in(&text)) {
            return;
        }
        self.node.handle_input(self.now(), Input::Datagram { source, data: packet.data });
        self.drain_node();
    }

    /// Takes everything the node has to say.
    pub(crate) fn drain_node(&mut self) {
        let now = self.now();
        let mut batch = Vec::new();
        while let Some(output) = self.node.poll_output() {
            batch.push(output);
        }
        if let Some(plant) = &mut self.plant {
            let (changed, late) = plant.outputs(now, batch, &self.book);
            batch = changed;
            for (at, output) in late {
                self.agenda.add(at, Due::Late(output));
            }
        }
        for output in batch {
            self.take_output(output);
        }
        self.observe(&Seen::Drained);
        self.judge();
        if let Some(at) = self.node.poll_timeout().filter(|at| self.node_wake.is_none_or(|set| *at < set)) {
            let at = at.max(now);
            self.node_wake = Some(at);
            self.agenda.add(at, Due::WakeNode);
        }
    }

    fn take_output(&mut self, output: Output) {
        match output {
            Output::Send { to, data } => self.sip_to_peer(to, data),
            Output::Media(command) => {
                if self.options.judged {
                    self.mix(format!("{command:?}").as_bytes());
                }
                self.observe(&Seen::Media(&command));
                self.media.handle_command(self.now(), command);
                self.drain_media();
            }
            Output::Event(event) => {
                if event.call.is_some() {
                    self.stirred = self.now();
                }
                if self.options.judged {
                    self.mix(format!("{event:?}").as_bytes());
                    self.ladder.fact(self.now(), &event);
                }
                self.observe(&Seen::Fact(&event));
                if let Some(ledger) = &mut self.ledger
                    && let Some((at, step)) = ledger.note(&self.book, &event)
                {
                    self.agenda.add(at, Due::Rehearse(step));
                }
                if self.options.judged {
                    self.facts.push(event);
                }
            }
            Output::Reply { token, reply } => {
                self.replies.insert(token, reply);
            }
            Output::Stopped => self.stopped = Some(self.now()),
        }
    }

    fn sip_to_peer(&mut self, to: SocketAddr, data: Bytes) {
        self.mix(&data);
        if self.options.judged
            && let Err(error) = crate::sip::wire::Message::parse(data.clone())
        {
            let text = String::from_utf8_lossy(&data).into_owned();
            panic!("{}: the node sent what our own parser refuses ({error:?}):\n{text}", self.now());
        }
        let packet = Packet::new(data);
        let text = packet.text.clone().expect("what the real parser takes a simple phone can read");
        self.stir(&text);
        self.observe(&Seen::Out { to, text: &text, data: &packet.data });
        let Some(&peer) = self.by_address.get(&to) else { return };
        let arrivals = self.net.arrivals(self.now(), to.ip());
        if self.options.judged {
            let fate = if arrivals[0].is_some() { Fate::Delivered } else { Fate::Lost };
            self.ladder.wire(self.now(), &self.names[peer], false, fate, &text);
        }
        for at in arrivals.into_iter().flatten() {
            self.agenda.add(at, Due::SipToPeer { peer, packet: packet.clone() });
        }
    }

    fn stir(&mut self, text: &super::text::Text) {
        if !matches!(text.cseq().1, "REGISTER" | "OPTIONS") {
            self.stirred = self.now();
        }
    }

    pub(crate) fn drain_peer(&mut self, peer: usize) {
        let now = self.now();
        while let Some(out) = self.peers[peer].poll_output() {
            match out {
                Out::Sip(data) => {
                    self.mix(&data);
                    let packet = Packet::new(data);
                    if let Some(text) = &packet.text {
                        if !matches!(text.cseq().1, "REGISTER" | "OPTIONS") {
                            self.stirred = now;
                        }
                        if self.options.judged
                            && let Err(error) = crate::sip::wire::Message::parse(packet.data.clone())
                        {
                            panic!(
                                "our own parser refuses a peer's message ({error:?}):\n{}",
                                String::from_utf8_lossy(&packet.data)
                            );
                        }
                    }
                    let arrivals = self.net.arrivals(now, self.peers[peer].addr.ip());
                    if let (None, Some(text)) = (arrivals[0], &packet.text) {
                        self.ladder.wire(now, &self.names[peer], true, Fate::Lost, text);
                    }
                    for at in arrivals.into_iter().flatten() {
                        self.agenda.add(at, Due::SipToNode { peer, packet: packet.clone() });
                    }
                }
                Out::Rtp { from, to, data } => {
                    let at = self.net.arrivals(now, from.ip());
                    for at in at.into_iter().flatten() {
                        let port = Port(to.port());
                        self.agenda.add(at, Due::RtpToNode { from, port, data: data.clone() });
                    }
                }
            }
        }
        let wake = self.peer_wakes[peer];
        if let Some(at) = self.peers[peer].poll_timeout().filter(|at| wake.is_none_or(|set| *at < set)) {
            let at = at.max(now);
            self.peer_wakes[peer] = Some(at);
            self.agenda.add(at, Due::WakePeer(peer));
        }
    }

    fn drain_media(&mut self) {
        let now = self.now();
        match &mut self.media {
            Media::Real(plane) => {
                while let Some(output) = plane.poll_output() {
                    match output {
                        media::Output::Event(event) => self.inbox.push_back(Input::Media(event)),
                        media::Output::Send { port, .. } if self.book.held.contains(&port.0) => {}
                        media::Output::Send { to, data, .. } => {
                            for at in self.net.arrivals(now, to.ip()).into_iter().flatten() {
                                let data = Bytes::copy_from_slice(&data);
                                self.agenda.add(at, Due::RtpToPeer { to, data });
                            }
                        }
                    }
                }
            }
            Media::Shadow(shadow) => {
                while let Some(event) = shadow.poll_event() {
                    self.inbox.push_back(Input::Media(event));
                }
            }
        }
        if let Some(at) = self.media.poll_timeout().filter(|at| self.media_wake.is_none_or(|set| *at < set)) {
            let at = at.max(now);
            self.media_wake = Some(at);
            self.agenda.add(at, Due::WakeMedia);
        }
    }

    fn observe(&mut self, seen: &Seen<'_>) {
        self.book.see(self.agenda.now(), seen);
        if !self.options.judged {
            return;
        }
        let book = &self.book;
        let checkers = self.checkers.iter_mut();
        let verdict = checkers.map(|checker| checker.see(book, seen)).find(Result::is_err);
        let verdict = verdict.unwrap_or_else(|| self.records.see(&self.book, seen));
        if let Err(violation) = verdict {
            self.fail(&violation);
        }
    }

    fn judge(&mut self) {
        if !self.options.judged {
            return;
        }
        let (book, node) = (&self.book, &self.node);
        let verdict = self.checkers.iter_mut().map(|checker| checker.step(book, node)).find(Result::is_err);
        if let Some(Err(violation)) = verdict {
            self.fail(&violation);
        }
    }

    /// The last judgement: every call should be over, and nothing left.
    pub(crate) fn finish(&mut self) {
        let (book, node) = (&self.book, &self.node);
        let mut verdict =
            self.checkers.iter_mut().map(|checker| checker.finish(book, node)).find(Result::is_err);
        if verdict.is_none() {
            verdict = Some(self.records.finish(book, node)).filter(Result::is_err);
        }
        let extra = self.plant.as_ref().map_or(0, Plant::extra_dialogs);
        if verdict.is_none() && self.node.stack().usage().dialogs + extra > 0 {
            let what = format!("{extra} dialogs are left where 0 can be explained");
            verdict = Some(Err(Violation { invariant: 30, what, call: None, leg: None, also: None }));
        }
        if let Some(Err(violation)) = verdict {
            self.fail(&violation);
        }
    }

    fn fail(&self, violation: &Violation) -> ! {
        let by_leg = violation.leg.as_ref().and_then(|leg| self.book.legs.get(leg)).and_then(|leg| leg.call);
        let ladder = match violation.call.or(by_leg) {
            Some(call) => format!("call {call}:\n{}", self.ladder_of(call)),
            None => format!("the last messages:\n{}", self.ladder.tail(40)),
        };
        let other = violation.also.as_ref().and_then(|leg| self.book.legs.get(leg)).and_then(|leg| leg.call);
        let other =
            other.map(|call| format!("and call {call}:\n{}", self.ladder_of(call))).unwrap_or_default();
        panic!(
            "invariant {} is broken at {} in seed {}: {}\n{ladder}{other}\nreplay: {}",
            violation.invariant,
            self.now(),
            self.seed.0,
            violation.what,
            self.options.replay,
        );
    }

    pub(crate) fn ladder_of(&self, call: CallId) -> String {
        let legs: BTreeSet<&str> = self
            .book
            .legs
            .iter()
            .filter(|(_, leg)| leg.call == Some(call))
            .map(|(id, _)| id.as_str())
            .collect();
        self.ladder.of_call(call, &legs)
    }

    /// A hash of everything that passed the node's edge, in order.
    pub(crate) fn trace_hash(&self) -> u64 {
        self.hash
    }

    fn mix(&mut self, bytes: &[u8]) {
        // FNV-1a over words: order and content both count.
        let mut hash = self.hash ^ self.agenda.now().as_nanos();
        for word in bytes.chunks(8) {
            let mut padded = [0; 8];
            padded[..word.len()].copy_from_slice(word);
            hash = (hash ^ u64::from_le_bytes(padded)).wrapping_mul(0x0000_0100_0000_01b3);
            hash ^= hash >> 29;
        }
        self.hash = hash;
    }
}

impl Media {
    fn new(options: &Options, prompts: Arc<Prompts>, rng: Rng) -> Self {
        if options.sound {
            Self::Real(Box::new(Plane::new(prompts, rng)))
        } else {
            Self::Shadow(Shadow::new(prompts))
        }
    }

    fn handle_command(&mut self, now: Instant, command: media::Command) {
        match self {
            Self::Real(plane) => plane.handle_command(now, command),
            Self::Shadow(shadow) => shadow.handle_command(now, &command),
        }
    }

    fn handle_timeout(&mut self, now: Instant) {
        match self {
            Self::Real(plane) => plane.handle_timeout(now),
            Self::Shadow(shadow) => shadow.handle_timeout(now),
        }
    }

    fn poll_timeout(&self) -> Option<Instant> {
        match self {
            Self::Real(plane) => plane.poll_timeout(),
            Self::Shadow(shadow) => shadow.poll_timeout(),
        }
    }
}
