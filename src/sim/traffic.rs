//! Traffic: a city's busy hour by chance: who calls what and when, how long he has patience, what agents and
//! trunks do, and what goes wrong on the way.
//!
//! First the faults work and only safety is judged; then everything heals, nobody new calls, and everything
//! must come to an end.

use std::sync::Arc;
use std::time::Duration;

use super::net::Link;
use super::plant::Planted;
use super::ua::digest::Hash;
use super::ua::leg::LegNo;
use super::ua::manner::Manner;
use super::ua::{Act, Timer};
use super::world::{Core, Due, Options, Seed};
use crate::dialplan::Table;
use crate::event::{AgentState, Fact};
use crate::node::Command;
use crate::stdx::{Instant, Rng};

/// How busy, and how bad.
#[derive(Clone, Debug)]
pub struct Hour {
    /// How long new calls come.
    pub length: Duration,
    /// New calls an hour, on average.
    pub calls: u32,
    /// Average talk.
    pub talk: Duration,
    /// Agents for the general queue, and for `hrss`.
    pub agents: (usize, usize),
    /// Every link.
    pub link: Link,
    /// The sub-center falls silent, is busy, fails, in turns.
    pub moods: bool,
    /// Agents do all sorts of things with a call; else they answer and stay.
    pub tempers: bool,
    /// Callers hang up early, at every stage.
    pub hasty: bool,
    /// Requests for dialogs that nobody has.
    pub strays: bool,
    /// Links to single agents are cut for minutes, so that registrations expire and calls are orphaned.
    pub cuts: bool,
    /// A fault to plant.
    pub planted: Option<Planted>,
}

impl Default for Hour {
    fn default() -> Self {
        Self {
            length: Duration::from_secs(3600),
            calls: 120,
            talk: Duration::from_secs(60),
            agents: (6, 2),
            link: Link::BAD,
            moods: true,
            tempers: true,
            hasty: true,
            strays: true,
            cuts: false,
            planted: None,
        }
    }
}

impl Hour {
    /// A random subset of everything that can go wrong, and a random load.
    pub fn swarm(seed: Seed) -> Self {
        let mut rng = Rng::from_seed(seed.0 ^ 0x5eed_5a17);
        let mut maybe = |per_mille: u32| if rng.chance(500) { rng.below(u64::from(per_mille)) } else { 0 };
        let mut part = |per_mille: u32| u32::try_from(maybe(per_mille)).unwrap_or(0);
        let link = Link {
            loss: part(250),
            duplicated: part(150),
            reordered: part(150),
            delay_min: Duration::from_millis(1),
            delay_max: Duration::from_millis(1 + u64::from(part(200))),
            cut: false,
        };
        let small = |rng: &mut Rng, min: u64, max: u64| min + rng.below(max - min);
        Self {
            length: Duration::from_secs(3600),
            calls: u32::try_from(small(&mut rng, 20, 400)).unwrap_or(100),
            talk: Duration::from_secs(small(&mut rng, 5, 120)),
            agents: (
                usize::try_from(small(&mut rng, 1, 12)).unwrap_or(1),
                usize::try_from(small(&mut rng, 0, 4)).unwrap_or(1),
            ),
            link,
            moods: rng.chance(500),
            tempers: rng.chance(700),
            hasty: rng.chance(700),
            strays: rng.chance(500),
            cuts: rng.chance(300),
            planted: None,
        }
    }
}

/// What a run came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Outcome {
    /// A hash of everything that passed the node's edge.
    pub trace: u64,
    /// Virtual time.
    pub simulated: Duration,
    /// Calls that arrived.
    pub calls: usize,
    /// Of them, talked to somebody.
    pub connected: usize,
    /// Things that happened.
    pub steps: u64,
}

/// The state of the traffic.
#[derive(Debug)]
pub(crate) struct Traffic {
    rng: Rng,
    hour: Hour,
    until: Instant,
    numbers: Vec<String>,
}

/// Something traffic does.
#[derive(Debug)]
pub(crate) enum Task {
    /// Somebody calls.
    NewCall,
    /// A caller has waited as long as he likes.
    LosePatience(LegNo),
    /// A caller must go, whatever he is doing.
    MustGo(LegNo),
    /// Agents taken out come back.
    BackToWork,
    /// The sub-center changes its ways.
    Mood,
    /// A request for a dialog that nobody has.
    Stray,
    /// A phone's link is cut …
    Cut,
    /// … and mended.
    Mend(std::net::IpAddr),
    /// Everything heals.
    Heal,
}

/// Runs one hour of traffic, heals, and waits until all is quiet.
///
/// # Panics
/// With a report, when a promise is broken.
pub fn busy_hour(seed: Seed, hour: &Hour, replay: &str) -> Outcome {
    let table = super::fixture::plan(hour.agents.0, hour.agents.1);
    let mut core = begin(seed, hour, table, replay);
    run(&mut core, hour);
    outcome(&core)
}

pub(crate) fn begin(seed: Seed, hour: &Hour, table: Arc<Table>, replay: &str) -> Core {
    let held = HELD_PORTS.step_by(6).collect();
    let options = Options {
        link: hour.link,
        planted: hour.planted,
        replay: replay.to_owned(),
        held,
        ..Options::default()
    };
    let mut core = Core::new(seed, Arc::clone(&table), options);
    let mut rng = Rng::from_seed(seed.0 ^ 0x7aff_1c00);
    let numbers = numbers(&mut rng);
    let agents: Vec<String> = table.agents().map(|agent| agent.id.to_string()).collect();
    for (i, agent) in agents.iter().enumerate() {
        let peer = core.by_name[agent];
        let hash = if i % 2 == 0 { Hash::Sha256 } else { Hash::Md5 };
        if hour.tempers {
            core.peers[peer].temper = Some(hour.talk);
        }
        // One agent of many is off duty.
        if i % 7 != 6 {
            core.peers[peer].log_on(Instant::ZERO, &format!("secret-{agent}"), hash, 120);
            core.drain_peer(peer);
        }
    }
    let until = Instant::ZERO + hour.length;
    core.agenda.add(Instant::from_millis(2000), Due::Task(Task::NewCall));
    core.agenda.add(Instant::from_millis(20_000), Due::Task(Task::BackToWork));
    core.agenda.add(Instant::from_millis(60_000), Due::Task(Task::Mood));
    core.agenda.add(Instant::from_millis(30_000), Due::Task(Task::Stray));
    core.agenda.add(Instant::from_millis(90_000), Due::Task(Task::Cut));
    core.agenda.add(until, Due::Task(Task::Heal));
    core.traffic = Some(Traffic { rng, hour: hour.clone(), until, numbers });
    core
}

pub(crate) fn run(core: &mut Core, hour: &Hour) {
    core.run_for(hour.length);
    // Liveness: longest wait and talk that anybody has left, with everything healed.
    for _ in 0..120 {
        if core.node.calls().is_empty() {
            break;
        }
        core.run_for(Duration::from_secs(15));
    }
    core.run_for(Duration::from_secs(45));
    core.finish();
}

pub(crate) fn outcome(core: &Core) -> Outcome {
    let connected =
        core.facts.iter().filter(|event| matches!(event.fact, Fact::CallConnected { .. })).count();
    Outcome {
        trace: core.trace_hash(),
        simulated: core.now() - Instant::ZERO,
        calls: core.book.calls.len(),
        connected,
        steps: core.steps,
    }
}

/// A hundred draws: what is dialled how often.
fn numbers(rng: &mut Rng) -> Vec<String> {
    let weights = [
        ("12345", 40),
        ("12319", 12),
        ("12318", 6),
        ("12333", 16),
        ("12366", 10),
        ("12315", 6),
        ("12331", 3),
        ("051012319", 2),
        ("110", 2),
        ("120", 1),
        ("19999", 2),
    ];
    let mut all: Vec<String> = Vec::new();
    for (number, weight) in weights {
        all.extend(std::iter::repeat_n(
            number.to_owned(),
            weight + usize::try_from(rng.below(3)).unwrap_or(0),
        ));
    }
    all
}

pub(crate) fn perform(core: &mut Core, task: Task) {
    let Some(mut traffic) = core.traffic.take() else { return };
    traffic.perform(core, task);
    core.traffic = Some(traffic);
}

impl Traffic {
    fn perform(&mut self, core: &mut Core, task: Task) {
        let now = core.now();
        let over = now >= self.until;
        match task {
            Task::NewCall if !over => self.new_call(core),
            Task::LosePatience(leg) => {
                let telecom = core.by_name["telecom"];
                let id = core.peers[telecom].legs[leg].call_id.clone();
                let call = core.book.legs.get(&id).and_then(|leg| leg.call);
                if call
                    .and_then(|call| core.book.calls.get(&call))
                    .is_none_or(|call| call.connected.is_none())
                {
                    act(core, telecom, leg, Act::HangUp);
                }
            }
            Task::MustGo(leg) => act(core, core.by_name["telecom"], leg, Act::HangUp),
            Task::BackToWork => self.back_to_work(core),
            Task::Mood if !over && self.hour.moods => self.mood(core),
            Task::Stray if !over && self.hour.strays => {
                let telecom = core.by_name["telecom"];
                let method = ["BYE", "INFO", "INVITE"][usize::try_from(self.rng.below(3)).unwrap_or(0)];
                core.peers[telecom].stray(now, method);
                core.drain_peer(telecom);
                self.later(core, 120, Task::Stray);
            }
            Task::Cut if !over && self.hour.cuts => {
                let phones: Vec<_> = core.book.agents.keys().map(|id| core.by_name[id.as_str()]).collect();
                if let Some(peer) =
                    phones.get(usize::try_from(self.rng.below(phones.len() as u64)).unwrap_or(0))
                {
                    let ip = core.peers[*peer].addr.ip();
                    core.net.set_link(ip, Link { cut: true, ..self.hour.link });
                    self.later(core, 100, Task::Mend(ip));
                }
                self.later(core, 150, Task::Cut);
            }
            Task::Mend(ip) => core.net.set_link(ip, if over { Link::GOOD } else { self.hour.link }),
            Task::Heal => {
                core.net.set_all(Link::GOOD);
                for peer in &mut core.peers {
                    peer.manner = Manner::answers(Duration::from_millis(500));
                    peer.manner.hangs_up = Some(self.hour.talk);
                    peer.temper = None;
                }
            }
            Task::NewCall | Task::Mood | Task::Stray | Task::Cut => {}
        }
    }

    fn new_call(&mut self, core: &mut Core) {
        let now = core.now();
        let mean = 3_600_000.0 / f64::from(self.hour.calls.max(1));
        let gap = self.exponential(mean);
        core.agenda.add(now + gap, Due::Task(Task::NewCall));
        let number = &self.numbers[usize::try_from(self.rng.below(self.numbers.len() as u64)).unwrap_or(0)];
        let caller = format!("138{:08}", self.rng.below(100_000_000));
        let telecom = core.by_name["telecom"];
        let uri = format!("sip:{number}@{}", super::world::NODE);
        let addr = core.peers[telecom].addr;
        let leg = core.peers[telecom].call(now, &uri, &format!("<sip:{caller}@{addr}>"), &[]);
        core.drain_peer(telecom);
        let patience = match (self.hour.hasty, self.rng.chance(250)) {
            (true, true) => Duration::from_millis(self.rng.below(8000)),
            (true, false) => self.exponential(90_000.0),
            (false, _) => Duration::from_secs(180),
        };
        core.agenda.add(now + patience, Due::Task(Task::LosePatience(leg)));
        let talk = self.exponential(self.hour.talk.as_secs_f64() * 2000.0);
        core.agenda.add(now + patience + talk, Due::Task(Task::MustGo(leg)));
        if self.rng.chance(100) {
            let at = Duration::from_millis(5000 + self.rng.below(30_000));
            let peer = &mut core.peers[telecom];
            peer.set(now + at, Timer::Act(leg, Act::Hold));
            peer.set(now + at + Duration::from_secs(3), Timer::Act(leg, Act::Resume));
            core.drain_peer(telecom);
        }
    }

    /// Who was taken out after missed calls says that he is back.
    fn back_to_work(&mut self, core: &mut Core) {
        let out = |(_, agent): &(_, &super::book::AgentBook)| {
            agent.registered && agent.state == AgentState::NotReady
        };
        let back: Vec<_> = core.book.agents.iter().filter(out).map(|(id, _)| id.clone()).collect();
        for agent in back {
            let _ = core.command(Command::SetReady(agent, true));
        }
        core.agenda.add(core.now() + Duration::from_secs(20), Due::Task(Task::BackToWork));
    }

    fn mood(&mut self, core: &mut Core) {
        for name in ["tax", "police-a", "ambulance"] {
            let peer = core.by_name[name];
            let mut manner = match self.rng.below(6) {
                0 => Manner::is(503),
                1 => Manner::silent(),
                2 => Manner::is(486),
                3 => Manner::rings(),
                _ => Manner::answers(Duration::from_millis(200 + self.rng.below(5000))),
            };
            manner.hangs_up = self.rng.chance(500).then_some(self.hour.talk);
            core.peers[peer].manner = manner;
        }
        self.later(core, 300, Task::Mood);
    }

    fn later(&mut self, core: &mut Core, mean_s: u32, task: Task) {
        let wait = self.exponential(f64::from(mean_s) * 1000.0);
        core.agenda.add(core.now() + wait, Due::Task(task));
    }

    /// Exponentially distributed milliseconds.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most 14 times the mean")]
    #[expect(clippy::cast_precision_loss, reason = "a draw below 2^20")]
    fn exponential(&mut self, mean_ms: f64) -> Duration {
        let uniform = (self.rng.below(1 << 20) + 1) as f64 / f64::from(1u32 << 20);
        Duration::from_millis((-uniform.ln() * mean_ms) as u64)
    }
}

fn act(core: &mut Core, peer: usize, leg: LegNo, act: Act) {
    let now = core.now();
    core.peers[peer].act(now, leg, act);
    core.drain_peer(peer);
}

/// Every third of the ports that are taken first is another program's.
const HELD_PORTS: std::ops::Range<u16> = 20_000..20_240;
