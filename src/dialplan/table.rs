//! The compiled plan: every number's [`Fate`], and all the plan names. [`super::decide`] reads it.
//!
//! *Invariant:* nothing here is a default to be looked up later; the compiler wrote every value down.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use crate::dialplan::action::Action;
use crate::dialplan::calendar::Calendar;
use crate::dialplan::fate::Fate;
use crate::dialplan::fates::Fates;
use crate::dialplan::hours::Hours;
use crate::dialplan::number::Numbering;
use crate::dialplan::peers::{Prompt, Target, Trunk};
use crate::dialplan::staff::{Agent, Queue};
use crate::event::{AgentId, Number, PromptId, QueueId, TrunkId};

/// The checked plan. Immutable; a call keeps the table it began with.
#[derive(Clone, Debug)]
pub struct Table {
    pub(super) name: String,
    pub(super) zone: String,
    pub(super) calendar: Calendar,
    pub(super) number: Number,
    pub(super) numbering: Numbering,
    pub(super) general_queue: QueueId,
    pub(super) unknown: Arc<Action>,
    pub(super) fates: Fates,
    pub(super) hours: BTreeMap<String, Arc<Hours>>,
    pub(super) queues: BTreeMap<QueueId, Queue>,
    pub(super) agents: BTreeMap<AgentId, Agent>,
    pub(super) trunks: BTreeMap<TrunkId, Trunk>,
    pub(super) prompts: BTreeMap<PromptId, Prompt>,
    pub(super) targets: Vec<Target>,
}

impl Table {
    /// All that ever happens to a number of the plan.
    pub fn fate(&self, number: &Number) -> Option<&Fate> {
        self.fates.get(number)
    }

    /// Every number of the plan, sorted.
    pub fn fates(&self) -> &[Fate] {
        self.fates.all()
    }

    /// What becomes of every number the plan does not have: the fate of no number.
    pub(super) fn fate_of_unknown(&self) -> Fate {
        Fate::told(Number::new(""), &self.unknown)
    }

    /// The plan's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The plan's time zone, as IANA names it.
    pub fn zone(&self) -> &str {
        &self.zone
    }

    /// Its calendar: reads and shows instants as its people write them.
    pub fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    /// The one number, 12345.
    pub fn number(&self) -> &Number {
        &self.number
    }

    /// Reads numbers as this plan's city dials them.
    pub fn numbering(&self) -> &Numbering {
        &self.numbering
    }

    /// The queue merged hotlines share.
    pub fn general_queue(&self) -> &QueueId {
        &self.general_queue
    }

    /// All hours, by name.
    pub fn hours(&self) -> impl Iterator<Item = &Arc<Hours>> {
        self.hours.values()
    }

    /// Hours by their name.
    pub(super) fn hours_named(&self, name: &str) -> Option<&Arc<Hours>> {
        self.hours.get(name)
    }

    /// A queue.
    pub fn queue(&self, id: &QueueId) -> Option<&Queue> {
        self.queues.get(id)
    }

    /// All queues, by name.
    pub fn queues(&self) -> impl Iterator<Item = &Queue> {
        self.queues.values()
    }

    /// An agent.
    pub fn agent(&self, id: &AgentId) -> Option<&Agent> {
        self.agents.get(id)
    }

    /// All agents, by id.
    pub fn agents(&self) -> impl Iterator<Item = &Agent> {
        self.agents.values()
    }

    /// A trunk.
    pub fn trunk(&self, id: &TrunkId) -> Option<&Trunk> {
        self.trunks.get(id)
    }

    /// All trunks, by name.
    pub fn trunks(&self) -> impl Iterator<Item = &Trunk> {
        self.trunks.values()
    }

    /// A recording.
    pub fn announcement(&self, id: &PromptId) -> Option<&Prompt> {
        self.prompts.get(id)
    }

    /// A recording as it is spoken in this language, if it has that; else as it is.
    pub fn spoken(&self, name: &str, language: Option<&str>) -> Option<&Prompt> {
        let variant = language.and_then(|language| self.prompts.get(&Prompt::variant(name, language)));
        variant.or_else(|| self.prompts.get(name))
    }

    /// Whether two recordings say the same: one announcement in two languages, or one file under two names.
    pub fn say_the_same(&self, one: &PromptId, other: &PromptId) -> bool {
        let both = self.prompts.get(one).zip(self.prompts.get(other));
        one == other || both.is_some_and(|(one, other)| one.says_the_same(other))
    }

    /// An action that is the same for all who come, as it is for callers spoken to in this language.
    pub(super) fn in_language(&self, mut action: Action, language: Option<&str>) -> Action {
        match &mut action {
            Action::Queue { announce: Some(heard), .. } => {
                if let Some(spoken) = self.spoken(heard.prompt.as_str(), language) {
                    *heard = spoken.announce();
                }
            }
            Action::Reject { notice: Some(heard), .. } => {
                if let Some(spoken) = self.spoken(heard.as_str(), language) {
                    *heard = spoken.id.clone();
                }
            }
            Action::Queue { announce: None, .. }
            | Action::Reject { notice: None, .. }
            | Action::Trunk { .. }
            | Action::Emergency { .. }
            | Action::Intercept { .. } => {}
        }
        action
    }

    /// All recordings, by name.
    pub fn announcements(&self) -> impl Iterator<Item = &Prompt> {
        self.prompts.values()
    }

    /// All transfer targets and told numbers, in the plan's order.
    pub fn targets(&self) -> &[Target] {
        &self.targets
    }

    /// The trunk that sends from this address: one that names the port before one that does not.
    pub fn trunk_of_source(&self, ip: IpAddr, port: u16) -> Option<&Trunk> {
        let ip = ip.to_canonical();
        let from = |wanted: Option<u16>| self.trunks.values().find(|t| t.sources.contains(&(ip, wanted)));
        from(Some(port)).or_else(|| from(None))
    }

    /// A trunk whose requests come from that address, if only from another port.
    pub fn trunk_beside(&self, ip: IpAddr) -> Option<&Trunk> {
        let ip = ip.to_canonical();
        self.trunks.values().find(|trunk| trunk.sources.iter().any(|(source, _)| *source == ip))
    }
}
