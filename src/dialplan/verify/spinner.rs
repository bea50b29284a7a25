//! A web spun: from the decision every step a call can take, spot by spot.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::dialplan::Table;
use crate::dialplan::staff::{FULL_HOPS_MAX, Hears, MOVES_MAX, OnClosed, OnFull};
use crate::dialplan::verify::Closed;
use crate::dialplan::verify::staffing::Staffing;
use crate::dialplan::verify::start::{Return, Start};
use crate::dialplan::verify::web::{End, Place, Spot, Step, ways_out};
use crate::event::QueueId;

/// Its spots, the decision first. Takes a step from `steps_left` for each that is followed; `None` when there are none left.
pub(super) fn spin<'t>(
    table: &'t Table,
    staffing: &Staffing<'t>,
    start: &Start<'t>,
    language: Option<&str>,
    scenes: &[Closed<'t>],
    steps_left: &mut usize,
) -> Option<Vec<Spot<'t>>> {
    let mut spinner = Spinner { table, staffing, language, scenes, spots: vec![], index: BTreeMap::new() };
    spinner.spots.push(Spot::at(Place::Start, None));
    let mut at = 0;
    while let Some(place) = spinner.spots.get(at).map(|spot| spot.place) {
        for (step, to) in spinner.steps(place, start) {
            *steps_left = steps_left.checked_sub(1)?;
            spinner.go(at, step, to);
        }
        at += 1;
    }
    Some(spinner.spots)
}

/// Follows a call step by step.
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
        let Place::Enter { scene, hops, queue, skill, announce, earlier } = place else { return vec![] };
        // Whoever is sent on because a queue is closed is not asked again whether that one is.
        if self.closed(scene, queue) && hops.is_multiple_of(2) {
            return vec![(Step::Closed, self.closed_to(place))];
        }
        let hearing = announce.map_or(Duration::ZERO, |(_, must_hear)| must_hear);
        let announced = announce.map(|(prompt, _)| prompt);
        let room = Place::Wait { moves: 0, queue, skill, announce: announced, earlier, hearing };
        let full = match self.table.queue(queue).map(|queue| &queue.full) {
            Some(OnFull::Queue(_)) if hops / 2 + 1 >= FULL_HOPS_MAX => Place::End(End::TooManyHops(queue)),
            Some(OnFull::Queue(next)) => {
                Place::Enter { scene, hops: (hops / 2 + 1) * 2, queue: next, skill, announce, earlier }
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
        let Place::Enter { scene, hops, queue: id, skill, announce, earlier } = place else { return place };
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
                    earlier,
                }
            }
            Some(OnClosed::Reject { .. }) | None => Place::End(End::Closed(id)),
        }
    }

    fn wait(&self, place: Place<'t>) -> Steps<'t> {
        let Place::Wait { moves, queue: id, skill, announce, earlier, hearing } = place else {
            return vec![];
        };
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
            let to = Place::Wait { moves: moves + 1, queue: &step.to, skill, announce, earlier, hearing };
            steps.push((Step::Overflow(step.after), to));
        }
        let heard = announce.map(|announce| (announce, hearing));
        for scene in (0..self.scenes.len()).filter(|scene| self.closed(*scene, id)) {
            let here = Place::Enter { scene, hops: 0, queue: id, skill, announce: heard, earlier };
            let to = match self.closed_to(here) {
                // What is heard goes on, and nothing is heard twice.
                Place::Enter { scene, hops, queue, skill, announce: next, .. } => {
                    let again = |prompt| {
                        let mut known = announce.into_iter().chain(earlier);
                        known.any(|heard| self.table.say_the_same(heard, prompt))
                    };
                    let (announce, earlier) = match next.filter(|(prompt, _)| !again(prompt)) {
                        Some((prompt, least)) => (Some((prompt, least.max(hearing))), announce.or(earlier)),
                        None => (heard, earlier),
                    };
                    Place::Enter { scene, hops, queue, skill, announce, earlier }
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
                    (
                        step,
                        Place::Enter { scene, hops: 0, queue, skill: *skill, announce: None, earlier: None },
                    )
                })),
                None => steps.push((step, Place::End(End::Lost))),
            }
        }
        steps
    }
}

fn begin<'t>(start: &Start<'t>) -> (Step<'t>, Place<'t>) {
    match start {
        Start::Queue { queue, skill, announce } => {
            let (skill, announce) = (*skill, *announce);
            (Step::Decided, Place::Enter { scene: 0, hops: 0, queue, skill, announce, earlier: None })
        }
        Start::Trunk { trunks, .. } => (Step::Decided, Place::Dial { trunks }),
        Start::Emergency { .. } => (Step::Decided, Place::End(End::Emergency)),
        Start::Intercept { prompt, .. } => (Step::Heard(prompt), Place::End(End::Intercepted)),
        Start::Reject { notice: Some(prompt), .. } => (Step::Heard(prompt), Place::End(End::Refused)),
        Start::Reject { notice: None, .. } => (Step::Decided, Place::End(End::Refused)),
    }
}
