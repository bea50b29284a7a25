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

use std::collections::BTreeMap;
use std::time::Duration;

use crate::dialplan::Table;
use crate::dialplan::staff::{FULL_HOPS_MAX, Hears, MOVES_MAX, OnClosed, OnFull, Overflow, Queue};
use crate::dialplan::verify::Closed;
use crate::dialplan::verify::staffing::Staffing;
use crate::dialplan::verify::start::{Return, Start};
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
        let mut spinner =
            Spinner { table, staffing, language, scenes, spots: vec![], index: BTreeMap::new() };
        spinner.spots.push(Spot::at(Place::Start, None));
        let mut at = 0;
        while let Some(place) = spinner.spots.get(at).map(|spot| spot.place) {
            for (step, to) in spinner.steps(place, start) {
                *steps_left = steps_left.checked_sub(1)?;
                spinner.go(at, step, to);
            }
            at += 1;
        }
        let mut web = Self { spots: spinner.spots, ways: 0 };
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

struct Spinner<'a, 't> {
    table: &'t Table,
    staffing: &'a Staffing<'t>,
    /// In which the caller is spoken to.
    language: Option<&'a str>,
    scenes: &'a [Closed<'t>],
    spots: Vec<Spot<'t>>,
    index: BTreeMap<Place<'t>, usize>,
}

type Steps<'t> = Vec<(Step<'t>, Place<'t>)>;

impl<'t> Spinner<'_, 't> {
    fn go(&mut self, at: usize, step: Step<'t>, place: Place<'t>) {
        let new = self.spots.len();
        let to = *self.index.entry(place).or_insert(new);
        if to == new {
            self.spots.push(Spot::at(place, Some((at, step))));
        }
        if let Some(spot) = self.spots.get_mut(at) {
            spot.next.push((step, to));
        }
    }

    fn steps(&self, place: Place<'t>, start: &Start<'t>) -> Steps<'t> {
        match place {
            Place::Start => vec![begin(start)],
            Place::Dial { .. } => self.dial(start),
            Place::Enter { .. } => self.enter(place),
            Place::Wait { .. } => self.wait(place),
            Place::End(_) => vec![],
        }
    }

    fn enter(&self, place: Place<'t>) -> Steps<'t> {
        let Place::Enter { scene, hops, queue, skill, announce } = place else { return vec![] };
        // Whoever is sent on because a queue is closed is not asked again whether that one is.
        if self.closed(scene, queue) && hops.is_multiple_of(2) {
            return vec![(Step::Closed, self.closed_to(place))];
        }
        let hearing = announce.map_or(Duration::ZERO, |(_, must_hear)| must_hear);
        let announced = announce.map(|(prompt, _)| prompt);
        let room = Place::Wait { moves: 0, queue, skill, announce: announced, hearing };
        let full = match self.table.queue(queue).map(|queue| &queue.full) {
            Some(OnFull::Queue(_)) if hops / 2 + 1 >= FULL_HOPS_MAX => Place::End(End::TooManyHops(queue)),
            Some(OnFull::Queue(next)) => {
                Place::Enter { scene, hops: (hops / 2 + 1) * 2, queue: next, skill, announce }
            }
            Some(OnFull::Reject { .. }) | None => Place::End(End::Full(queue)),
        };
        vec![(Step::Room, room), (Step::Full, full)]
    }

    fn closed(&self, scene: usize, queue: &QueueId) -> bool {
        self.scenes.get(scene).is_some_and(|closed| closed.contains(queue))
    }

    /// Where a call goes that would have entered a queue, were it open.
    fn closed_to(&self, place: Place<'t>) -> Place<'t> {
        let Place::Enter { scene, hops, queue: id, skill, announce } = place else { return place };
        match self.table.queue(id).and_then(|queue| queue.closed.as_ref()).map(|closing| &closing.then) {
            Some(OnClosed::Queue { to, keep_skill, hears }) => {
                let announce = match hears {
                    Hears::AsOpen => announce,
                    Hears::Nothing => None,
                    Hears::This(this) => {
                        let spoken = self.table.spoken(this.prompt.as_str(), self.language);
                        let spoken = spoken.map(|prompt| (&prompt.id, prompt.must_hear));
                        spoken.or(Some((&this.prompt, this.must_hear)))
                    }
                };
                Place::Enter {
                    scene,
                    hops: hops + 1,
                    queue: to,
                    skill: skill.filter(|_| *keep_skill),
                    announce,
                }
            }
            Some(OnClosed::Reject { .. }) | None => Place::End(End::Closed(id)),
        }
    }

    fn wait(&self, place: Place<'t>) -> Steps<'t> {
        let Place::Wait { moves, queue: id, skill, announce, hearing } = place else { return vec![] };
        let Some(queue) = self.table.queue(id) else { return vec![] };
        let mut steps = vec![];
        let in_time = queue.wait_max.is_none_or(|longest| hearing <= longest);
        if in_time && self.staffing.answers(id, skill) {
            steps.push((Step::Answered, Place::End(End::Agent(id))));
        }
        // Whatever the hours were when he came: they are looked at when he is to move on.
        let open =
            |to: &QueueId| self.scenes.iter().any(|closed| !closed.contains(id) && !closed.contains(to));
        for step in ways_out(queue).filter(|step| moves < MOVES_MAX && open(&step.to)) {
            let (skill, hearing) = (skill.filter(|_| step.keep_skill), hearing.saturating_sub(step.after));
            let to = Place::Wait { moves: moves + 1, queue: &step.to, skill, announce, hearing };
            steps.push((Step::Overflow(step.after), to));
        }
        let heard = announce.map(|announce| (announce, hearing));
        for scene in (0..self.scenes.len()).filter(|scene| self.closed(*scene, id)) {
            let to = match self.closed_to(Place::Enter { scene, hops: 0, queue: id, skill, announce: heard })
            {
                // What is heard goes on, and nothing is heard twice.
                Place::Enter { scene, hops, queue, skill, announce: next } => {
                    let again = |prompt| announce.is_some_and(|heard| self.table.say_the_same(heard, prompt));
                    let new = next.filter(|(prompt, _)| !again(prompt));
                    let announce = new.map(|(prompt, least)| (prompt, least.max(hearing))).or(heard);
                    Place::Enter { scene, hops, queue, skill, announce }
                }
                to @ (Place::Start | Place::Dial { .. } | Place::Wait { .. } | Place::End(_)) => to,
            };
            if steps.last() != Some(&(Step::Closes, to)) {
                steps.push((Step::Closes, to));
            }
        }
        if let Some(longest) = queue.wait_max {
            steps.push((Step::WaitedTooLong(longest), Place::End(End::TimedOut(id))));
        }
        steps
    }

    fn dial(&self, start: &Start<'t>) -> Steps<'t> {
        let Start::Trunk { back, .. } = start else { return vec![] };
        let mut steps = vec![(Step::Answered, Place::End(End::Trunk))];
        let on = back.as_ref().map_or([false; 3], |back| [back.on_down, back.on_full, back.on_no_answer]);
        for (step, on) in [Step::Down, Step::Busy, Step::NoAnswer].into_iter().zip(on) {
            match back.as_ref().filter(|_| on) {
                Some(Return { queue, skill, .. }) => steps.extend((0..self.scenes.len()).map(|scene| {
                    (step, Place::Enter { scene, hops: 0, queue, skill: *skill, announce: None })
                })),
                None => steps.push((step, Place::End(End::Lost))),
            }
        }
        steps
    }
}

impl<'t> Spot<'t> {
    const fn at(place: Place<'t>, from: Option<(usize, Step<'t>)>) -> Self {
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

fn begin<'t>(start: &Start<'t>) -> (Step<'t>, Place<'t>) {
    match start {
        Start::Queue { queue, skill, announce } => {
            (Step::Decided, Place::Enter { scene: 0, hops: 0, queue, skill: *skill, announce: *announce })
        }
        Start::Trunk { trunks, .. } => (Step::Decided, Place::Dial { trunks }),
        Start::Emergency { .. } => (Step::Decided, Place::End(End::Emergency)),
        Start::Intercept { prompt, .. } => (Step::Heard(prompt), Place::End(End::Intercepted)),
        Start::Reject { notice: Some(prompt), .. } => (Step::Heard(prompt), Place::End(End::Refused)),
        Start::Reject { notice: None, .. } => (Step::Decided, Place::End(End::Refused)),
    }
}
