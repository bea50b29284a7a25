//! One queue: its settings, who waits in it, who of its agents is ready, and its counters.
//!
//! Both sides are kept in order, by skill, so that neither side is ever searched: an agent who becomes ready
//! looks at the first caller of each skill he has, a caller at the first agent who has his.
//! *Invariant:* only callers who may be offered now are in `waiting`, and only ready agents in `ready`.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::AgentKey;
use super::agent::Agent;
use super::settings::{QueueSettings, Skills};
use crate::event::{AgentId, CallKey, Skill};
use crate::stdx::Instant;

/// A queue.
#[derive(Debug)]
pub(super) struct Queue {
    pub(super) settings: QueueSettings,
    /// No longer in the plan; kept for the callers in it and on the way to it.
    pub(super) retired: bool,
    /// Retired: the last plan that had it.
    pub(super) plan: u64,
    /// Retired, and none of its agents is in the plan.
    pub(super) forsaken: bool,
    pub(super) waiting: Waiting,
    pub(super) ready: Ready,
    /// Callers in it, whether or not they may be offered now.
    pub(super) len: usize,
    pub(super) counts: Counts,
}

/// What became of the callers who entered. `entered` is the sum of the others and of those who are in it now.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Counts {
    /// Callers who came in, from outside and from other queues.
    pub entered: u64,
    /// Callers an agent answered.
    pub answered: u64,
    /// Callers who left, by hanging up or because they were connected elsewhere.
    pub abandoned: u64,
    /// Callers who went on to another queue.
    pub overflowed: u64,
    /// Callers who waited the longest time allowed.
    pub timed_out: u64,
    /// Callers who waited when the queue closed.
    pub closed: u64,
}

/// A place in the line: more urgent first, then who has waited longer, then who came first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Place {
    pub(super) priority: Reverse<u8>,
    pub(super) since: Instant,
    pub(super) arrival: u64,
}

type Line = BTreeMap<Place, CallKey>;
/// Equals in rank are asked in the order of their names.
type Rank = BTreeSet<(u64, AgentId, AgentKey)>;

/// Callers who may be offered now.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    all: Line,
    /// Those whom any agent of the queue may serve.
    by_anyone: Line,
    by_skill: BTreeMap<Skill, Line>,
}

impl Waiting {
    pub(super) fn insert(&mut self, place: Place, need: Option<&Skill>, call: CallKey) {
        self.all.insert(place, call);
        let line = match need {
            None => &mut self.by_anyone,
            Some(skill) => self.by_skill.entry(skill.clone()).or_default(),
        };
        line.insert(place, call);
    }

    pub(super) fn remove(&mut self, place: Place, need: Option<&Skill>) {
        self.all.remove(&place);
        match need {
            None => {
                self.by_anyone.remove(&place);
            }
            Some(skill) => {
                if let Some(line) = self.by_skill.get_mut(skill) {
                    line.remove(&place);
                    if line.is_empty() {
                        self.by_skill.remove(skill);
                    }
                }
            }
        }
    }

    /// Callers anyone may serve who knows everything, in order.
    pub(super) fn all(&self) -> impl Iterator<Item = (Place, CallKey)> {
        self.all.iter().map(|(place, call)| (*place, *call))
    }

    /// Callers with this need, in order.
    pub(super) fn needing(&self, need: Option<&Skill>) -> impl Iterator<Item = (Place, CallKey)> {
        let line = match need {
            None => Some(&self.by_anyone),
            Some(skill) => self.by_skill.get(skill),
        };
        line.into_iter().flatten().map(|(place, call)| (*place, *call))
    }
}

/// Agents who are ready, smallest rank first.
#[derive(Debug, Default)]
pub(super) struct Ready {
    all: Rank,
    knowing_everything: Rank,
    by_skill: BTreeMap<Skill, Rank>,
}

impl Ready {
    pub(super) fn insert(&mut self, rank: u64, key: AgentKey, agent: &Agent) {
        let place = (rank, agent.id.clone(), key);
        match &agent.skills {
            Skills::All => {
                self.knowing_everything.insert(place.clone());
            }
            Skills::Of(skills) => {
                for skill in skills {
                    self.by_skill.entry(skill.clone()).or_default().insert(place.clone());
                }
            }
        }
        self.all.insert(place);
    }

    pub(super) fn remove(&mut self, rank: u64, key: AgentKey, agent: &Agent) {
        let place = (rank, agent.id.clone(), key);
        self.all.remove(&place);
        match &agent.skills {
            Skills::All => {
                self.knowing_everything.remove(&place);
            }
            Skills::Of(skills) => {
                for skill in skills {
                    if let Some(set) = self.by_skill.get_mut(skill) {
                        set.remove(&place);
                        if set.is_empty() {
                            self.by_skill.remove(skill);
                        }
                    }
                }
            }
        }
    }

    /// The first agent who meets `need` and passes `allowed`.
    pub(super) fn first(&self, need: Option<&Skill>, allowed: impl Fn(AgentKey) -> bool) -> Option<AgentKey> {
        let first = |set: &'_ Rank| set.iter().find(|(_, _, key)| allowed(*key)).cloned();
        let found = match need {
            None => first(&self.all),
            Some(skill) => {
                let skilled = self.by_skill.get(skill).and_then(&first);
                [skilled, first(&self.knowing_everything)].into_iter().flatten().min()
            }
        };
        found.map(|(_, _, key)| key)
    }

    pub(super) fn len(&self) -> usize {
        self.all.len()
    }
}
