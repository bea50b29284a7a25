//! A day of callers through the node that would serve them, in virtual time, and what each of them met.
//!
//! | file | what |
//! |---|---|
//! | `arrivals` | who calls what and when, by chance |
//! | `ledger` | one caller, one fate: follows the facts of the node and books the records |
//! | `report` | the figures, by former hotline and hour |
//!
//! How people behave is the same for every plan, so that two plans can be compared:
//!
//! | who | does |
//! |---|---|
//! | a caller | waits as long as his patience lasts (exponential), talks as long as the record says, else as chance does (exponential), hangs up first; a notice or an intercept he hears to its end; six hours after the day whoever is still there hangs up |
//! | an agent | is logged on all day, answers after 2 to 5 s (always the same person the same), is back 20 s after he was taken out |
//! | a trunk | answers after 3 s, whatever it is called for |
//! | the network | loses nothing |
//!
//! *Invariant:* equal plan, day and seed give an equal report. The node is the one that `serve` runs; nothing
//! here decides anything about a call.

mod arrivals;
mod ledger;
mod report;

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use super::ua::Act;
use super::ua::digest::Hash;
use super::ua::manner::Manner;
use super::world::{Core, Due, NODE, Options, Seed};
use crate::dialplan::Table;
use crate::event::{AgentId, TrunkId};
use crate::media::Prompts;
use crate::node::Command;
use crate::stdx::{Instant, Rng};

pub use arrivals::by_chance;
pub(crate) use ledger::Ledger;
pub use report::{CityHour, Figures, Hour, Line, Period, Report, Unbalanced};

/// One caller of the day.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Arrival {
    /// When: civil milliseconds.
    pub at_ms: i64,
    /// Who; may be masked, may be empty.
    pub caller: String,
    /// What he dials.
    pub dialled: String,
    /// The trunk he comes in on; `None`: the day's.
    pub trunk: Option<TrunkId>,
    /// How long he talks when somebody answers; `None`: by chance.
    pub talk: Option<Duration>,
}

/// The day to rehearse.
#[derive(Clone, Debug)]
pub struct Day {
    /// Its first millisecond.
    pub from_ms: i64,
    /// How many hours it has.
    pub hours: u32,
    /// Who calls, in any order; whoever calls outside it is left out.
    pub arrivals: Vec<Arrival>,
    /// The trunk they come in on.
    pub trunk: TrunkId,
    /// Average talk.
    pub talk: Duration,
    /// Average patience.
    pub patience: Duration,
    /// What names the run.
    pub seed: u64,
}

impl Day {
    /// Its hours, counted from its first.
    fn each_hour(&self) -> Range<usize> {
        0..usize::try_from(self.hours).unwrap_or(0)
    }

    /// Which of them an instant lies in; behind the last one, too.
    fn hour(&self, at_ms: i64) -> Option<usize> {
        usize::try_from(at_ms.checked_sub(self.from_ms)?.div_euclid(HOUR_MS)).ok()
    }
}

/// A rehearsal under way.
#[derive(Debug)]
pub struct Rehearsal {
    core: Core,
    hours: u32,
    hours_done: u32,
}

/// What is to happen next in a rehearsal.
#[derive(Debug)]
pub(crate) enum Step {
    /// This caller dials.
    Dial(usize),
    /// He has waited as long as he likes.
    LosePatience(usize),
    /// He has said what he had to say.
    HangUp(usize),
    /// An agent who was taken out comes back.
    Back(AgentId),
}

impl Rehearsal {
    /// Everybody is at his place; nothing has happened yet. `prompts`: the plan's recordings, for their lengths.
    pub fn new(table: &Arc<Table>, prompts: Prompts, mut day: Day) -> Self {
        let mut rng = Rng::from_seed(day.seed ^ 0x0dd5_ea50);
        // The phones need some seconds to register before the first caller dials.
        let wall_ms = day.from_ms - LEAD_MS;
        let options = Options {
            wall_ms,
            prompts: Some(Arc::new(prompts)),
            judged: false,
            tune: |settings| settings.calls_max = CALLS_MAX,
            ..Options::default()
        };
        let mut core = Core::new(Seed(day.seed), Arc::clone(table), options);
        log_on(&mut core, table);
        let until_ms = day.from_ms + i64::from(day.hours) * HOUR_MS;
        day.arrivals.retain(|arrival| (day.from_ms..until_ms).contains(&arrival.at_ms));
        day.arrivals.sort_by_key(|arrival| arrival.at_ms);
        for (i, arrival) in day.arrivals.iter().enumerate() {
            let at = Instant::from_millis(u64::try_from(arrival.at_ms - wall_ms).unwrap_or(0));
            core.agenda.add(at, Due::Rehearse(Step::Dial(i)));
        }
        let hours = day.hours;
        core.ledger = Some(Box::new(Ledger::new(table, day, &mut rng)));
        Self { core, hours, hours_done: 0 }
    }

    /// Lets an hour pass; after the last one, as long as anybody still talks. How many hours and calls are done,
    /// or `None` when all is over.
    pub fn hour(&mut self) -> Option<(u32, usize)> {
        if self.hours_done >= self.hours {
            return None;
        }
        let lead = if self.hours_done == 0 { LEAD_MS } else { 0 };
        self.core.run_for(Duration::from_millis(u64::try_from(HOUR_MS + lead).unwrap_or(0)));
        self.hours_done += 1;
        if self.hours_done == self.hours {
            self.rest();
        }
        Some((self.hours_done, self.core.ledger.as_ref().map_or(0, |ledger| ledger.settled())))
    }

    /// Everybody who is still there finishes, or hangs up in the end.
    fn rest(&mut self) {
        self.minutes(REST_MINUTES_MAX);
        let left = self.core.ledger.as_mut().map_or_else(Vec::new, |ledger| ledger.cut_off());
        for caller in left {
            perform(&mut self.core, Step::HangUp(caller));
        }
        self.minutes(HANG_UP_MINUTES_MAX);
    }

    /// As long as there are calls, and no more minutes than these.
    fn minutes(&mut self, most: u32) {
        for _ in 0..most {
            if self.core.node.calls().is_empty() {
                break;
            }
            self.core.run_for(Duration::from_secs(60));
        }
    }

    /// What everybody met.
    ///
    /// # Errors
    /// When a caller has no fate, or two.
    pub fn report(mut self) -> Result<Report, Unbalanced> {
        while self.hour().is_some() {}
        let ledger =
            self.core.ledger.take().ok_or(Unbalanced { dialled: 0, fates: 0, records: 0, strays: 0 })?;
        ledger.report()
    }
}

fn log_on(core: &mut Core, table: &Table) {
    // Trunks come first among the peers, then one phone an agent.
    let first = core.peers.len() - table.agents().count();
    for peer in &mut core.peers[..first] {
        peer.manner = Manner::answers(TRUNK_ANSWERS);
    }
    for (i, agent) in table.agents().enumerate() {
        let peer = first + i;
        let seconds = 2 + u64::try_from(i % 4).unwrap_or(0);
        core.peers[peer].manner = Manner::answers(Duration::from_secs(seconds));
        core.peers[peer].log_on(Instant::ZERO, agent.password.reveal(), Hash::Sha256, EXPIRES_S);
        core.drain_peer(peer);
    }
}

pub(crate) fn perform(core: &mut Core, step: Step) {
    let Some(mut ledger) = core.ledger.take() else { return };
    match step {
        Step::Dial(i) => dial(core, &mut ledger, i),
        Step::LosePatience(i) | Step::HangUp(i) => {
            let patient = matches!(step, Step::LosePatience(_)) && !ledger.waits(i);
            if let Some((peer, leg)) = ledger.leg(i).filter(|_| !patient) {
                let now = core.now();
                core.peers[peer].act(now, leg, Act::HangUp);
                core.drain_peer(peer);
            }
        }
        Step::Back(agent) => {
            // The node answers at once, and what it says is for the ledger.
            core.ledger = Some(ledger);
            core.command(Command::SetReady(agent, true));
            return;
        }
    }
    core.ledger = Some(ledger);
}

fn dial(core: &mut Core, ledger: &mut Ledger, i: usize) {
    let Some((trunk, dialled, caller)) = ledger.call(i) else { return };
    let Some(peer) = core.by_name.get(&trunk).copied() else { return };
    let now = core.now();
    let address = core.peers[peer].addr;
    let from = format!("<sip:{caller}@{address}>");
    let leg = core.peers[peer].call(now, &format!("sip:{dialled}@{NODE}"), &from, &[]);
    let patience = ledger.dialled(i, peer, leg, &core.peers[peer].legs[leg].call_id);
    core.agenda.add(now + patience, Due::Rehearse(Step::LosePatience(i)));
    core.drain_peer(peer);
}

pub(crate) const HOUR_MS: i64 = 3_600_000;
/// Before the first hour.
const LEAD_MS: i64 = 10_000;
const TRUNK_ANSWERS: Duration = Duration::from_secs(3);
const EXPIRES_S: u32 = 3600;
/// More at once than any city has: what a plan cannot serve must show as waiting, not as a full node.
const CALLS_MAX: usize = 15_000;
/// The longest talk that is waited for after the day.
const REST_MINUTES_MAX: u32 = 360;
/// After so long a telephone that hung up is no longer waited for (RFC 3261 §17: 32 s).
const HANG_UP_MINUTES_MAX: u32 = 5;
