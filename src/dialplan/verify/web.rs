//! All that can become of a call that begins in one way: a graph of spots, from the decision to the ends.
//!
//! | spot  | what can happen there                                   | as in            |
//! |-------|---------------------------------------------------------|------------------|
//! | Start | the decision is carried out                             | `call::arrive`   |
//! | Enter | the queue has room, or is full                          | `call::wait`     |
//! | Wait  | an agent answers; it moves on; the queue closes on it;  | `acd::waiting`   |
//! |       | it has waited too long                                  |                  |
//! | Dial  | the trunk answers; is down, busy, or rings out          | `call::dial`     |
//! | End   | nothing                                                 |                  |
//!
//! That the caller hangs up, which he may at any spot, is no way of the plan's.
//!
//! Time passes at Wait and Dial. What follows is followed through every scene that can have come meanwhile ([`super`]).
//! A queue that closes sends a call to one that is always open, so what closings alone lead round is no circle a call
//! goes without days between; counted as ways are those up to the first.

use std::time::Duration;

use crate::dialplan::Table;
use crate::dialplan::staff::{Overflow, Queue};
use crate::dialplan::verify::staffing::Staffing;
use crate::dialplan::verify::start::Start;
use crate::dialplan::verify::{Closed, spinner};
use crate::event::{PromptId, QueueId, Skill, TrunkId};

/// The graph.
#[derive(Debug)]
pub(in crate::dialplan) struct Web<'t> {
    /// In the order they were reached, so that the way back by `from` is a shortest one.
    pub(in crate::dialplan) spots: Vec<Spot<'t>>,
    /// How many ways lead from the start to an end.
    pub(in crate::dialplan) ways: u64,
}

/// A spot of it.
#[derive(Debug)]
pub(in crate::dialplan) struct Spot<'t> {
    pub(in crate::dialplan) place: Place<'t>,
    /// Where a call comes from, and by which step; `None` for the start.
    pub(in crate::dialplan) from: Option<(usize, Step<'t>)>,
    /// Where it can go.
    pub(in crate::dialplan) next: Vec<(Step<'t>, usize)>,
    /// Whether a call that is here can still come to a person.
    pub(in crate::dialplan) hopeful: bool,
    /// A scene in which a call that waits here has nobody who may come, and no way on to someone.
    pub(in crate::dialplan) stranded: Option<usize>,
}

/// Where a call is. In this order every step but [`Step::Closes`] leads from a smaller to a greater one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(in crate::dialplan) enum Place<'t> {
    /// The decision.
    Start,
    /// Trunks are tried.
    Dial {
        /// In order.
        trunks: &'t [TrunkId],
    },
    /// A queue is asked for room.
    Enter {
        /// Which queues are closed then.
        scene: usize,
        /// Twice the full queues before it, and one more behind a closed one.
        hops: u8,
        /// The queue.
        queue: &'t QueueId,
        /// What the agent must know.
        skill: Option<&'t Skill>,
        /// What he hears when he begins to wait, and how much of it he is not spared.
        announce: Announced<'t>,
        /// What was announced to him before, where he waited until that queue closed.
        earlier: Option<&'t PromptId>,
    },
    /// In a queue.
    Wait {
        /// Queues it was moved through.
        moves: u8,
        /// The queue.
        queue: &'t QueueId,
        /// What the agent must know.
        skill: Option<&'t Skill>,
        /// What was announced to him.
        announce: Option<&'t PromptId>,
        /// What was announced to him before that. More than twice in one call is not followed: the call itself sees to it
        /// (`call::announce`).
        earlier: Option<&'t PromptId>,
        /// How much of it he has still to hear before an agent may have him.
        hearing: Duration,
    },
    /// It is over, or the caller is with someone.
    End(End<'t>),
}

/// An announcement, and how much of it the caller is not spared.
pub(in crate::dialplan) type Announced<'t> = Option<(&'t PromptId, Duration)>;

/// How a call ends.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(in crate::dialplan) enum End<'t> {
    /// With an agent of this queue.
    Agent(&'t QueueId),
    /// With whoever answers there.
    Trunk,
    /// At the emergency line's trunks.
    Emergency,
    /// Intercepted.
    Intercepted,
    /// The plan refuses the call.
    Refused,
    /// The queue is full, and the plan refuses the call then.
    Full(&'t QueueId),
    /// The queue is closed, and the plan refuses the call then.
    Closed(&'t QueueId),
    /// The plan ends the wait.
    TimedOut(&'t QueueId),
    /// The trunk failed and nothing says what then.
    Lost,
    /// More full queues than a call is sent through.
    TooManyHops(&'t QueueId),
}

/// What happens between two spots.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::dialplan) enum Step<'t> {
    /// The decision sends it there.
    Decided,
    /// The queue has room.
    Room,
    /// It has none.
    Full,
    /// It is closed.
    Closed,
    /// It closes while the call waits in it.
    Closes,
    /// An agent answers.
    Answered,
    /// It moves on after so long.
    Overflow(Duration),
    /// It has waited as long as the plan allows.
    WaitedTooLong(Duration),
    /// The trunk is down, silent or cannot.
    Down,
    /// The trunk is busy or at its capacity.
    Busy,
    /// The trunk rings and nobody answers.
    NoAnswer,
    /// This is heard first.
    Heard(&'t PromptId),
}

impl<'t> Web<'t> {
    /// Follows a call of a caller who is spoken to in a language or in none. Takes a step from `steps_left` for each it
    /// follows; `None` when there are none left.
    pub(in crate::dialplan) fn spin(
        table: &'t Table,
        staffing: &Staffing<'t>,
        start: &Start<'t>,
        language: Option<&str>,
        scenes: &[Closed<'t>],
        steps_left: &mut usize,
    ) -> Option<Self> {
        let spots = spinner::spin(table, staffing, start, language, scenes, steps_left)?;
        let mut web = Self { spots, ways: 0 };
        web.count();
        web.hope();
        web.strand(scenes);
        Some(web)
    }

    /// From the ends back to the start: how many ways there are.
    fn count(&mut self) {
        let mut order: Vec<usize> = (0..self.spots.len()).collect();
        order.sort_by(|a, b| self.place(*b).cmp(&self.place(*a)));
        let mut ways = vec![0_u64; self.spots.len()];
        for at in order {
            let Some(spot) = self.spots.get(at) else { continue };
            let here = match spot.place {
                Place::End(_) => 1,
                Place::Start | Place::Dial { .. } | Place::Enter { .. } | Place::Wait { .. } => {
                    let next = spot.next.iter().map(|(step, to)| match step {
                        Step::Closes => 1,
                        Step::Decided
                        | Step::Room
                        | Step::Full
                        | Step::Closed
                        | Step::Answered
                        | Step::Overflow(_)
                        | Step::WaitedTooLong(_)
                        | Step::Down
                        | Step::Busy
                        | Step::NoAnswer
                        | Step::Heard(_) => ways.get(*to).copied().unwrap_or(0),
                    });
                    next.fold(0, u64::saturating_add)
                }
            };
            if let Some(ways) = ways.get_mut(at) {
                *ways = here;
            }
        }
        self.ways = ways.first().copied().unwrap_or(0);
    }

    /// From whoever answers back along every step: where there is hope.
    fn hope(&mut self) {
        let mut before: Vec<Vec<usize>> = vec![vec![]; self.spots.len()];
        let mut open = vec![];
        for (at, spot) in self.spots.iter().enumerate() {
            for (_, to) in &spot.next {
                if let Some(before) = before.get_mut(*to) {
                    before.push(at);
                }
            }
            if matches!(spot.place, Place::End(End::Agent(_) | End::Trunk | End::Emergency)) {
                open.push(at);
            }
        }
        while let Some(at) = open.pop() {
            let Some(spot) = self.spots.get_mut(at).filter(|spot| !spot.hopeful) else { continue };
            spot.hopeful = true;
            open.extend(before.get(at).into_iter().flatten());
        }
    }

    /// Where the hope comes only in some scenes.
    fn strand(&mut self, scenes: &[Closed<'t>]) {
        let stranded: Vec<_> = self.spots.iter().map(|spot| self.stranded(spot, scenes)).collect();
        for (spot, stranded) in self.spots.iter_mut().zip(stranded) {
            spot.stranded = stranded;
        }
    }

    fn stranded(&self, spot: &Spot<'t>, scenes: &[Closed<'t>]) -> Option<usize> {
        let Place::Wait { queue: here, .. } = spot.place else { return None };
        let next = || spot.next.iter().filter_map(|(_, to)| self.spots.get(*to));
        if next().any(|next| matches!(next.place, Place::End(End::Agent(_)))) {
            return None;
        }
        let goes_on = |closed: &Closed<'t>| {
            next().any(|next| match next.place {
                Place::Wait { queue, .. } => next.hopeful && !closed.contains(queue),
                Place::Start | Place::Dial { .. } | Place::Enter { .. } | Place::End(_) => false,
            })
        };
        scenes.iter().position(|closed| !closed.contains(here) && !goes_on(closed))
    }

    fn place(&self, at: usize) -> Option<Place<'t>> {
        self.spots.get(at).map(|spot| spot.place)
    }

    /// Whether an agent can answer at this spot itself.
    pub(in crate::dialplan) fn is_answered(&self, spot: &Spot<'t>) -> bool {
        let mut next = spot.next.iter().filter_map(|(_, to)| self.place(*to));
        next.any(|place| matches!(place, Place::End(End::Agent(_))))
    }

    /// Spots at which a call waits: where, and with which skill.
    pub(in crate::dialplan) fn waits(
        &self,
    ) -> impl Iterator<Item = (usize, &Spot<'t>, &'t QueueId, Option<&'t Skill>)> {
        self.spots.iter().enumerate().filter_map(|(at, spot)| match spot.place {
            Place::Wait { queue, skill, .. } => Some((at, spot, queue, skill)),
            Place::Start | Place::Dial { .. } | Place::Enter { .. } | Place::End(_) => None,
        })
    }
}

impl<'t> Spot<'t> {
    pub(super) const fn at(place: Place<'t>, from: Option<(usize, Step<'t>)>) -> Self {
        Self { place, from, next: vec![], hopeful: false, stranded: None }
    }
}

/// The overflows that can happen: not those to the queue itself, nor those the end of the wait comes before, nor a
/// second one to the same queue, which the first always goes before.
pub(in crate::dialplan) fn ways_out(queue: &Queue) -> impl Iterator<Item = &Overflow> {
    queue
        .overflow
        .iter()
        .enumerate()
        .filter(|(i, step)| {
            let in_time = queue.wait_max.is_none_or(|longest| step.after < longest);
            in_time && step.to != queue.id && !queue.overflow.iter().take(*i).any(|first| first.to == step.to)
        })
        .map(|(_, step)| step)
}
