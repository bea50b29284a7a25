//! The node: SIP stack, ACD, trunks and calls, wired.
//!
//! Each input is taken by the part it is for; then the parts' outputs are handed on until none is left: the
//! stack's events to the calls, the ACD's offers to the calls, the trunks' pings to the stack. One step, no
//! hand-over, nothing left for later but deadlines.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Weak};
use std::time::Duration;

use crate::acd::{self, Acd, Retirement};
use crate::call::{self, Arrival, Calls, Edition, Means, Ports, Refused};
use crate::dialplan::Table;
use crate::event::{AgentId, CallId, Event, Fact, TrunkId};
use crate::media;
use crate::sdp::Reach;
use crate::sip::stack::{self, PingKey, Stack};
use crate::stdx::{Instant, Rng};
use crate::trunk::{self, Trunks};

use super::plan::{NextPlan, Remains};
use super::refusals::Refusals;
use super::seam::{Command, Input, Output, Replanned, Reply, Settings, Wall};
use super::view::DrainView;

/// One node: a pure machine.
#[derive(Debug)]
pub struct Node {
    pub(super) settings: Settings,
    pub(super) edition: Arc<Edition>,
    /// Civil time of its first call, in ms since 1970.
    pub(super) since_ms: i64,
    /// Editions before it, oldest first, that a call may still hold.
    before: VecDeque<Weak<Edition>>,
    pub(super) stack: Stack,
    pub(super) acd: Acd,
    pub(super) trunks: Trunks,
    pub(super) calls: Calls,
    pub(super) wall: Wall,
    pub(super) drain: Drain,
    /// When a drain is complete though a peer still owes its last answer.
    last_answer: Option<Instant>,
    /// When a queue opens or closes next.
    pub(super) hours_change: Option<Instant>,
    pings: BTreeMap<PingKey, (TrunkId, SocketAddr, u32)>,
    /// INVITEs from a trunk's address and a wrong port: when that was told last, and how many came.
    other_ports: BTreeMap<TrunkId, (Option<Instant>, u64)>,
    refusals: Refusals,
    outputs: VecDeque<Output>,
}

/// How a plan came in force that a node goes on with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Since {
    /// Under which number.
    pub edition: u64,
    /// When, in ms since 1970.
    pub ms: i64,
}

/// Whether new calls are taken, and since when not.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Drain {
    /// They are.
    No,
    /// They are not; when the time of the settings is over, what is left is ended.
    Waiting(Instant),
    /// Everything left was told to end; nothing is waited for but the peers' last answers.
    Ending(Instant),
    /// The owner was told that the process may end.
    Done(Instant),
}

impl Drain {
    pub(super) const fn since(self) -> Option<Instant> {
        match self {
            Self::No => None,
            Self::Waiting(since) | Self::Ending(since) | Self::Done(since) => Some(since),
        }
    }
}

impl Node {
    /// A node that runs `table`, at rest.
    pub fn new(settings: Settings, table: Arc<Table>, wall: Wall, rng: Rng) -> Self {
        Self::going_on(settings, table, wall, rng, Since { edition: 1, ms: wall.ms })
    }

    /// The same, of a plan that came in force before this node started.
    pub fn going_on(settings: Settings, table: Arc<Table>, wall: Wall, mut rng: Rng, since: Since) -> Self {
        let ports = Ports::new(settings.media_port_min, settings.media_port_max, settings.port_quarantine);
        let calls = Calls::new(call_settings(&settings), ports, &mut rng);
        let first = NextPlan::first(since.edition, table);
        let mut node = Self {
            stack: Stack::new(settings.sip.clone(), rng.fork()),
            settings,
            edition: Arc::clone(first.edition()),
            since_ms: since.ms,
            before: VecDeque::new(),
            acd: Acd::new(),
            trunks: Trunks::new(),
            calls,
            wall,
            drain: Drain::No,
            last_answer: None,
            hours_change: None,
            pings: BTreeMap::new(),
            other_ports: BTreeMap::new(),
            refusals: Refusals::default(),
            outputs: VecDeque::new(),
        };
        node.take_over(Instant::ZERO, first);
        node.settle(Instant::ZERO);
        node
    }

    /// Takes one input in.
    pub fn handle_input(&mut self, now: Instant, input: Input) {
        self.look_if_due(now);
        match input {
            Input::Datagram { source, data } => self.stack.handle_datagram(now, source, data),
            Input::Media(event) => self.with_calls(now, |calls, means| calls.handle_media(means, event)),
            Input::PortsBound(ports) => self.calls.handle_ports_bound(&ports),
            Input::Wall(wall) => {
                self.wall = wall;
                self.look_at_hours(now);
            }
            Input::Command { token, command } => {
                // Before what the command does: after `Stopped` nobody may be there to hear it.
                let at = self.outputs.len();
                let reply = self.command(now, command);
                self.outputs.insert(at, Output::Reply { token, reply });
            }
        }
        self.settle(now);
    }

    /// Fires what is due; harmless when called early or twice.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.look_if_due(now);
        self.stack.handle_timeout(now);
        self.acd.handle_timeout(now);
        self.trunks.handle_timeout(now);
        if self.drain_over().is_some_and(|at| at <= now) {
            self.end_all(now);
        }
        self.settle(now);
    }

    /// The next thing to do for the owner. Drain to `None` after every input.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When to call [`Self::handle_timeout`] next.
    pub fn poll_timeout(&self) -> Option<Instant> {
        let parts = [
            self.stack.poll_timeout(),
            self.acd.poll_timeout(),
            self.trunks.poll_timeout(),
            self.calls.poll_timeout(),
            self.drain_over(),
            self.last_answer,
            self.hours_change,
        ];
        parts.into_iter().flatten().min()
    }

    /// The calls, for the simulator's checkers.
    pub const fn calls(&self) -> &Calls {
        &self.calls
    }

    /// The SIP stack, for the simulator's checkers.
    pub const fn stack(&self) -> &Stack {
        &self.stack
    }

    /// Queues and agents, for the simulator's checkers.
    pub const fn acd(&self) -> &Acd {
        &self.acd
    }

    /// The plan that runs.
    pub fn table(&self) -> &Arc<Table> {
        self.edition.table()
    }

    /// Which of the plans ever in force here it is.
    pub const fn edition(&self) -> &Arc<Edition> {
        &self.edition
    }

    /// Hands outputs of the parts on until there are none, timers that are due at once included.
    fn settle(&mut self, now: Instant) {
        loop {
            if let Some(output) = self.stack.poll_output() {
                self.take_sip(now, output);
            } else if let Some(output) = self.acd.poll_output() {
                self.take_acd(now, output);
            } else if let Some(output) = self.trunks.poll_output() {
                self.take_trunk(now, output);
            } else if self.calls.poll_timeout().is_some_and(|at| at <= now) {
                self.with_calls(now, Calls::handle_timeout);
            } else {
                break;
            }
            self.take_calls();
        }
        self.take_calls();
        self.maybe_stopped(now);
    }

    fn take_sip(&mut self, now: Instant, output: stack::Output) {
        let event = match output {
            stack::Output::Send { to, data } => return self.outputs.push_back(Output::Send { to, data }),
            stack::Output::Event(event) => event,
        };
        match event {
            stack::Event::Invited { dialog, request, source, account } => {
                let (edition, draining) = (Arc::clone(&self.edition), self.drain != Drain::No);
                let arrival = Arrival { dialog, request, source, account };
                self.with_calls(now, |calls, means| calls.arrive(means, &edition, arrival, draining));
            }
            stack::Event::InviteRefused { request, source, account, status } => {
                let table = Arc::clone(self.edition.table());
                let refused = Refused { request, source, account, status };
                self.with_calls(now, |calls, means| calls.refused(means, &table, refused));
            }
            stack::Event::Registered { user, contact, .. } => self.registered(now, &user, contact),
            stack::Event::Unregistered { user, expired } => {
                let agent = AgentId::new(&user);
                self.acd.handle_logged_off(now, &agent);
                self.tell(now, Fact::AgentUnregistered { agent, expired });
            }
            stack::Event::RegistrationRefused { user, source } => {
                if let Some(more) = self.refusals.note(now, source, &user) {
                    self.tell(now, Fact::RegistrationRefused { user, source: source.to_string(), more });
                }
            }
            stack::Event::PeerOnOtherPort { source } => self.trunk_on_other_port(now, source),
            stack::Event::Pong { ping, status } => {
                if let Some((trunk, address, number)) = self.pings.remove(&ping) {
                    let answer = status.map_or(trunk::Answer::Silence, trunk::Answer::Status);
                    self.trunks.handle_pong(now, &trunk, address, number, answer);
                }
            }
            stack::Event::LimitReached { what } => self.tell(now, Fact::LimitReached { what }),
            event => self.with_calls(now, |calls, means| calls.handle_sip(means, event)),
        }
    }

    fn registered(&mut self, now: Instant, user: &str, contact: String) {
        let agent = AgentId::new(user);
        self.acd.handle_logged_on(now, &agent);
        self.tell(now, Fact::AgentRegistered { agent, contact });
    }

    fn trunk_on_other_port(&mut self, now: Instant, source: SocketAddr) {
        let Some(trunk) = self.edition.trunk_beside(source.ip()).map(|trunk| trunk.id.clone()) else {
            return;
        };
        let (told, count) = self.other_ports.entry(trunk.clone()).or_default();
        *count += 1;
        if told.is_none_or(|told| now.since(told) >= OTHER_PORT_PAUSE) {
            *told = Some(now);
            let count = *count;
            self.tell(now, Fact::TrunkOnOtherPort { trunk, source, count });
        }
    }

    fn take_acd(&mut self, now: Instant, output: acd::Output) {
        match output {
            acd::Output::AgentChanged { agent, state } => self.tell(now, Fact::AgentChanged { agent, state }),
            acd::Output::AgentMissed { call, agent, misses } => {
                let id = self.calls.get(call).map(|call| call.id);
                self.tell_of(now, id, Fact::AgentMissed { agent, misses });
            }
            acd::Output::Closed(waiter) => self.queue_closed(now, &waiter),
            output => self.with_calls(now, |calls, means| calls.handle_acd(means, output)),
        }
    }

    fn take_trunk(&mut self, now: Instant, output: trunk::Output) {
        match output {
            trunk::Output::Ping { trunk, address, ping } => {
                let key = self.stack.options(now, address, &format!("sip:{address}"));
                self.pings.insert(key, (trunk, address, ping));
            }
            trunk::Output::Changed { trunk, up } => self.tell(now, Fact::TrunkChanged { trunk, up }),
        }
    }

    fn take_calls(&mut self) {
        while let Some(output) = self.calls.poll_output() {
            self.outputs.push_back(match output {
                call::Output::Media(command) => Output::Media(command),
                call::Output::Event(event) => Output::Event(event),
            });
        }
    }

    pub(super) fn with_calls(&mut self, now: Instant, act: impl FnOnce(&mut Calls, &mut Means<'_>)) {
        let mut means = Means {
            now,
            wall_ms: self.wall.ms_at(now),
            stack: &mut self.stack,
            acd: &mut self.acd,
            trunks: &mut self.trunks,
        };
        act(&mut self.calls, &mut means);
    }

    fn tell(&mut self, now: Instant, fact: Fact) {
        self.tell_of(now, None, fact);
    }

    fn tell_of(&mut self, now: Instant, call: Option<CallId>, fact: Fact) {
        let event = Event { now, wall_ms: self.wall.ms_at(now), call, fact };
        self.outputs.push_back(Output::Event(event));
    }

    fn command(&mut self, now: Instant, command: Command) -> Reply {
        match command {
            Command::Status => Reply::Status(Box::new(self.status(now))),
            Command::Calls { unmask } => Reply::Calls(self.list_calls(now, unmask)),
            Command::Agents => Reply::Agents(self.list_agents(now)),
            Command::Queues => Reply::Queues(self.list_queues(now)),
            Command::Trunks => Reply::Trunks(self.list_trunks(now)),
            Command::HangUp(id) => {
                let mut found = false;
                self.with_calls(now, |calls, means| found = calls.hang_up(means, id));
                if found {
                    Reply::Done
                } else {
                    Reply::Refused(format!("there is no call {id}; `tongjie calls` lists them"))
                }
            }
            Command::SetReady(agent, ready) => self.set_ready(now, &agent, ready),
            Command::Drain => Reply::Draining(self.drain(now)),
            Command::Replan(next) => {
                let remains = self.replan(now, *next);
                Reply::Replanned(Box::new(Replanned { pause: Duration::ZERO, remains }))
            }
        }
    }

    fn set_ready(&mut self, now: Instant, agent: &AgentId, ready: bool) -> Reply {
        if self.edition.agent(agent).is_none() {
            return Reply::Refused(format!("the plan has no agent {agent}; `tongjie agents` lists them"));
        }
        if self.stack.contact_of(agent.as_str()).is_none() {
            return Reply::Refused(format!("agent {agent} has no registered phone"));
        }
        if ready {
            self.acd.handle_ready(now, agent);
        } else {
            self.acd.handle_not_ready(now, agent);
        }
        Reply::Done
    }

    fn drain(&mut self, now: Instant) -> DrainView {
        let view = self.drain_view(now);
        match self.drain {
            Drain::No => {
                self.drain = Drain::Waiting(now);
                self.tell(now, Fact::DrainStarted);
            }
            // Asked twice: everyone gets his BYE, and nobody's answer is waited for.
            Drain::Waiting(_) | Drain::Ending(_) => {
                self.end_all(now);
                self.stop(now);
            }
            Drain::Done(_) => {}
        }
        view
    }

    /// When a drain has waited long enough for those who talk.
    fn drain_over(&self) -> Option<Instant> {
        match self.drain {
            Drain::Waiting(since) => Some(since + self.settings.drain_max),
            Drain::No | Drain::Ending(_) | Drain::Done(_) => None,
        }
    }

    fn end_all(&mut self, now: Instant) {
        self.drain = Drain::Ending(self.drain.since().unwrap_or(now));
        self.with_calls(now, Calls::hang_up_all);
    }

    fn maybe_stopped(&mut self, now: Instant) {
        self.last_answer = match self.drain {
            Drain::Waiting(_) | Drain::Ending(_) => self.calls.over_by(),
            Drain::No | Drain::Done(_) => None,
        };
        if self.last_answer.is_some_and(|at| at <= now) {
            self.stop(now);
        }
    }

    fn stop(&mut self, now: Instant) {
        self.drain = Drain::Done(self.drain.since().unwrap_or(now));
        self.last_answer = None;
        self.outputs.push_back(Output::Stopped);
    }

    /// Runs a plan for calls that arrive from now on; those in progress keep theirs. See [`super::plan`] for the rules.
    fn replan(&mut self, now: Instant, mut next: NextPlan) -> Remains {
        if next.after != self.edition.number() {
            next = next.made_to_follow(&self.edition);
        }
        let newcomers = std::mem::take(&mut next.newcomers);
        // Before anything can ask for one of them.
        self.outputs.push_back(Output::Media(media::Command::Prompts(Arc::clone(&next.prompts))));
        let before = std::mem::replace(&mut self.edition, Arc::clone(&next.edition));
        self.before.push_back(Arc::downgrade(&before));
        self.since_ms = self.wall.ms_at(now);
        let mut remains = self.take_over(now, next);
        // Who was not in the last plan is there as soon as his phone is.
        for agent in &newcomers {
            if self.stack.contact_of(agent.as_str()).is_some() {
                self.acd.handle_logged_on(now, agent);
            }
        }
        remains.edition = Some(before);
        remains
    }

    fn take_over(&mut self, now: Instant, next: NextPlan) -> Remains {
        while self.before.front().is_some_and(|edition| edition.strong_count() == 0) {
            self.before.pop_front();
        }
        let plans = u64::try_from(self.before.len()).unwrap_or(u64::MAX);
        let accounts = self.stack.set_accounts(next.accounts);
        let trusted = self.stack.set_trusted(next.trusted);
        self.trunks.set_plan(now, next.trunks, plans);
        let retirement = Retirement { plans, general: Some(self.edition.general_queue().clone()) };
        self.look_at_hours(now);
        self.acd.set_plan(now, next.change, &retirement);
        let (name, edition) = (self.edition.name().to_owned(), self.edition.number());
        self.tell(now, Fact::PlanChanged { name, edition });
        Remains { accounts, trusted, edition: None }
    }
}

fn call_settings(settings: &Settings) -> call::Settings {
    call::Settings {
        reach: Reach {
            address: settings.media_address,
            rtp_min: settings.media_port_min,
            rtp_max: settings.media_port_max,
            sip: settings.sip.contact.port(),
        },
        host: settings.sip.contact.to_string(),
        calls_max: settings.calls_max,
        calls_reserved: settings.calls_reserved,
        call_length_max: settings.call_length_max,
        trunk_silent: settings.trunk_silent,
    }
}

/// A trunk that is set up wrong sends an INVITE a call: between two lines about it.
const OTHER_PORT_PAUSE: Duration = Duration::from_secs(60);
