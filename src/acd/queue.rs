//! One queue: its settings, who waits in it, who of its agents is ready, and its counters.
//!
//! Both sides are kept in order, by skill, so that neither side is ever searched: an agent who becomes ready
//! looks at the first caller of each skill he has, a caller at the first agent who has his.
//! *Invariant:* only callers who may be offered now are in `waiting`, and only ready agents in `ready`.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::settings::QueueSettings;
use crate::event::CallKey;
use crate::stdx::Instant;

/// A queue.
#[derive(Debug)]
pub(super) struct Queue {
    pub(super) settings: QueueSettings,
    /// No longer in the plan; kept for the callers in it and on the way to it.
    pub(super) retired: bool,
    /// The last plan that had it.
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
}

/// A place in the line: more urgent first, then who has waited longer, then who came first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Place {
    pub(super) priority: Reverse<u8>,
    pub(super) since: Instant,
    pub(super) arrival: u64,
}

/// What a caller needs, as an index.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Need {
    /// Any agent of the queue will do.
    Nothing,
    /// An agent with this skill.
    Skill(usize),
    /// A skill that no agent names: only those who know everything will do.
    Unnamed,
}

type Line = BTreeMap<Place, CallKey>;
type Rank = BTreeSet<(u64, usize)>;

/// Callers who may be offered now.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    all: Line,
    by_need: BTreeMap<Need, Line>,
}

impl Waiting {
    pub(super) fn insert(&mut self, place: Place, need: Need, call: CallKey) {
        self.all.insert(place, call);
        self.by_need.entry(need).or_default().insert(place, call);
    }

    pub(super) fn remove(&mut self, place: Place, need: Need) {
        self.all.remove(&place);
        if let Some(line) = self.by_need.get_mut(&need) {
            line.remove(&place);
        }
    }

    /// Callers anyone may serve who knows everything, in order.
    pub(super) fn all(&self) -> impl Iterator<Item = (Place, CallKey)> {
        self.all.iter().map(|(place, call)| (*place, *call))
    }

    /// Callers with this need, in order.
    pub(super) fn needing(&self, need: Need) -> impl Iterator<Item = (Place, CallKey)> {
        self.by_need.get(&need).into_iter().flatten().map(|(place, call)| (*place, *call))
    }
}

/// Agents who are ready, smallest rank first.
#[derive(Debug, Default)]
pub(super) struct Ready {
    all: Rank,
    knowing_everything: Rank,
    by_skill: BTreeMap<usize, Rank>,
}

impl Ready {
    /// `skills`: `None` for everything.
    pub(super) fn insert(&mut self, rank: u64, agent: usize, skills: Option<&[usize]>) {
        self.all.insert((rank, agent));
        match skills {
            None => {
                self.knowing_everything.insert((rank, agent));
            }
            Some(skills) => {
                for skill in skills {
                    self.by_skill.entry(*skill).or_default().insert((rank, agent));
                }
            }
        }
    }

    pub(super) fn remove(&mut self, rank: u64, agent: usize, skills: Option<&[usize]>) {
        self.all.remove(&(rank, agent));
        match skills {
            None => {
                self.knowing_everything.remove(&(rank, agent));
            }
            Some(skills) => {
                for skill in skills {
                    if let Some(set) = self.by_skill.get_mut(skill) {
                        set.remove(&(rank, agent));
                    }
                }
            }
        }
    }

    /// The first agent who meets `need` and passes `allowed`.
    pub(super) fn first(&self, need: Need, allowed: impl Fn(usize) -> bool) -> Option<usize> {
        let first = |set: &Rank| set.iter().find(|(_, agent)| allowed(*agent)).copied();
        let found = match need {
            Need::Nothing => first(&self.all),
            Need::Unnamed => first(&self.knowing_everything),
            Need::Skill(skill) => {
                let skilled = self.by_skill.get(&skill).and_then(first);
                [skilled, first(&self.knowing_everything)].into_iter().flatten().min()
            }
        };
        found.map(|(_, agent)| agent)
    }

    pub(super) fn len(&self) -> usize {
        self.all.len()
    }
}
