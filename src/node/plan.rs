//! A plan for the node: what each part must know of it, in the part's own words (`sip`, `acd` and `trunk` know no
//! dialplan), made ready beforehand, so that taking it over is a matter of moving it in.
//!
//! What a new plan means for what goes on, by what it concerns:
//!
//! | what | when the new plan is in force |
//! |---|---|
//! | a call in progress | keeps the plan it began with: decision, phase, queues, trunks, announcements, way back |
//! | a new call | is decided by the new plan alone; there is no instant at which both or neither hold |
//! | a caller in a queue that stays | keeps his place; the queue's new settings hold for him |
//! | a caller in a queue that goes | is served by those of its agents who stay, and after 30 s there (at once when none stays) goes on to the general queue, with the place his wait gives him |
//! | a call on its way to a queue that goes | finds it: a queue is kept for as long as a call of a plan that had it is in progress |
//! | an agent who is new | may register at once; a phone that is registered already takes calls at once |
//! | an agent who goes | finishes his call, is then logged off, and is offered none from now on; his registration is left to run out |
//! | an agent who stays | keeps his state; other queues and skills hold from now on |
//! | a password | the next REGISTER or INVITE must have the new one; a registration made with the old one runs on |
//! | a trunk that stays | keeps its health, its count of calls and its rhythm of OPTIONS, address by address |
//! | a trunk that is new | counts as alive, and is asked with OPTIONS at once |
//! | a trunk that goes | finishes its calls and takes those decided by an old plan; new calls from it are refused |
//! | an announcement | is with the media plane before the first call can ask for it |
//! | an announcement that goes | stays with the media plane while a call of a plan that had it is in progress |
//! | an announcement with a new recording | who hears the old one hears it to its end; who begins to hear it, whatever his plan, hears the new one |
//! | the plan's zone | holds for decisions and listings at once; the log keeps the zone the node started with |
//! | ports, limits, the store | are none of the plan's: untouched |
//!
//! Nobody waits long for it: what queues and agents have in common with the plan before is not touched, and where much
//! differs, agents and callers have their turn in the rounds after ([`crate::acd`]): all in some milliseconds, each wholly,
//! and at once who is asked for.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::acd::{self, AgentSettings, Change, QueueSettings, Skills};
use crate::call::Edition;
use crate::dialplan::{Agent, Queue, Strategy, Table};
use crate::event::AgentId;
use crate::media::Prompts;
use crate::trunk::TrunkSettings;

/// A plan made ready to run.
#[derive(Debug)]
pub struct NextPlan {
    pub(super) edition: Arc<Edition>,
    pub(super) accounts: BTreeMap<String, String>,
    pub(super) trusted: Vec<(IpAddr, Option<u16>)>,
    pub(super) trunks: Vec<TrunkSettings>,
    /// Of queues and agents, only what differs from the plan before it.
    pub(super) change: Change,
    /// Agents whom the plan before it does not have.
    pub(super) newcomers: Vec<AgentId>,
    /// The number of that plan; 0 for none.
    pub(super) after: u64,
    pub(super) prompts: Arc<Prompts>,
}

/// What is left of a plan that ran. It does nothing, but dropping it takes time.
#[derive(Debug)]
#[expect(dead_code, reason = "it is there to be dropped elsewhere")]
pub struct Remains {
    pub(super) accounts: BTreeMap<String, String>,
    pub(super) trusted: Vec<(IpAddr, Option<u16>)>,
    pub(super) edition: Option<Arc<Edition>>,
}

impl NextPlan {
    /// Makes `table` ready to be the first plan of a node, as the `number`th. The media plane has its recordings already.
    pub fn first(number: u64, table: Arc<Table>) -> Self {
        let change = Change::between(&acd::Plan::default(), queues_and_agents(&table));
        Self::new(number, table, Arc::default(), change, Vec::new())
    }

    /// Makes `table` ready to follow `before`, the `number`th plan. `prompts` must hold its recordings and those that
    /// calls of the plans before it may still need.
    pub fn following(number: u64, before: &Table, table: Arc<Table>, prompts: Arc<Prompts>) -> Self {
        let change = Change::between(&queues_and_agents(before), queues_and_agents(&table));
        let newcomers = table.agents().filter(|agent| before.agent(&agent.id).is_none());
        let newcomers = newcomers.map(|agent| agent.id.clone()).collect();
        Self::new(number + 1, table, prompts, change, newcomers)
    }

    /// The same for a node that runs another plan than was thought.
    pub(super) fn made_to_follow(self, before: &Edition) -> Self {
        Self {
            edition: Arc::clone(&self.edition),
            after: before.number(),
            ..Self::following(before.number(), before, Arc::clone(self.edition.table()), self.prompts)
        }
    }

    fn new(
        number: u64,
        table: Arc<Table>,
        prompts: Arc<Prompts>,
        change: Change,
        newcomers: Vec<AgentId>,
    ) -> Self {
        Self {
            accounts: accounts(&table),
            trusted: trusted(&table),
            trunks: trunks(&table),
            change,
            newcomers,
            after: number.saturating_sub(1),
            prompts,
            edition: Arc::new(Edition::new(number, table)),
        }
    }

    /// What calls will hold.
    pub const fn edition(&self) -> &Arc<Edition> {
        &self.edition
    }
}

/// How often a trunk is asked whether it is there.
const PING: Duration = Duration::from_secs(30);

/// Who may register and call with digest.
fn accounts(table: &Table) -> BTreeMap<String, String> {
    table.agents().map(|agent| (agent.id.to_string(), agent.password.reveal().to_owned())).collect()
}

/// Whose INVITE needs no digest.
fn trusted(table: &Table) -> Vec<(IpAddr, Option<u16>)> {
    table.trunks().flat_map(|trunk| trunk.sources.iter().copied()).collect()
}

/// The trunks.
fn trunks(table: &Table) -> Vec<TrunkSettings> {
    let settings = |trunk: &crate::dialplan::Trunk| TrunkSettings {
        id: trunk.id.clone(),
        addresses: trunk.addresses.clone(),
        capacity: Some(trunk.capacity),
        ping: Some(PING),
    };
    table.trunks().map(settings).collect()
}

/// Queues and agents.
fn queues_and_agents(table: &Table) -> acd::Plan {
    let agents = table.agents().map(|agent| agent_settings(table, agent));
    acd::Plan::new(table.queues().map(queue_settings), agents)
}

fn queue_settings(queue: &Queue) -> QueueSettings {
    let overflow = |step: &crate::dialplan::Overflow| acd::Overflow {
        after: step.after,
        to: step.to.clone(),
        keep_skill: step.keep_skill,
    };
    QueueSettings {
        id: queue.id.clone(),
        strategy: match queue.strategy {
            Strategy::LongestIdle => acd::Strategy::LongestIdle,
        },
        ring: queue.ring,
        wrap_up: queue.wrap_up,
        waiting_max: usize::try_from(queue.waiting_max).unwrap_or(usize::MAX),
        wait_max: queue.wait_max,
        overflow: queue.overflow.iter().map(overflow).collect(),
        misses_max: queue.misses_max,
    }
}

/// A queue's own skills are checked here, once: an agent who lacks one does not serve it.
fn agent_settings(table: &Table, agent: &Agent) -> AgentSettings {
    let serves =
        |id: &&crate::event::QueueId| table.queue(id).is_some_and(|queue| agent.may_take(queue, None));
    let skills =
        if agent.all_skills { Skills::All } else { Skills::Of(agent.skills.keys().cloned().collect()) };
    AgentSettings {
        id: agent.id.clone(),
        queues: agent.queues.iter().filter(serves).cloned().collect(),
        skills,
    }
}
