//! The naive walker: one call at a time, every outcome tried, nothing remembered but what was found.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::time::Duration;

use tongjie::dialplan::fate::Segment;
use tongjie::dialplan::{Action, Facts, Hears, Ingress, OnClosed, OnFull, Table};
use tongjie::event::{Mode, Number, Phase, PromptId, QueueId, Skill, TrunkId};

use super::plan::{OF_ALIAS, Plan};

/// What can be wrong with a plan, as a fact.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Found {
    Stuck { queue: String, skill: Option<String> },
    OnlyOverflow { queue: String, skill: Option<String> },
    OutOfTime { number: String, prompt: String },
    Lost { number: String },
    Twice { prompt: String, queue: String },
    NoNightCover { queue: String },
    NeverOpen { number: String },
    NoSeats { queue: String, skill: Option<String> },
    Alone { queue: String },
    NoWayBack { number: String },
    TakenFor { trunk: String },
}

const HALF_HOUR_MS: i64 = 1_800_000;
const DAY_MS: i64 = 86_400_000;
const GRID_MS: i64 = 8 * DAY_MS;

/// Which queues are closed.
type Scene = BTreeSet<QueueId>;

fn scene(table: &Table, at: i64) -> Scene {
    let shut = table.queues().filter(|q| q.closed.as_ref().is_some_and(|c| !c.hours.open(at)));
    shut.map(|queue| queue.id.clone()).collect()
}

/// All that is found on the grid.
pub(super) fn everything(table: &Table, plan: &Plan) -> BTreeSet<Found> {
    let mut found = BTreeSet::new();
    let mut known = BTreeMap::new();
    let mut open_once: BTreeMap<(String, usize), bool> = BTreeMap::new();
    let mut handed = BTreeSet::new();
    let mut city_people = BTreeSet::new();
    let grid: BTreeMap<i64, Scene> = grid(table, plan).into_iter().map(|at| (at, scene(table, at))).collect();
    for (at, closed) in &grid {
        let at = *at;
        if let Action::Reject { notice: Some(notice), .. } = unknown(table, at) {
            found.extend(out_of_time(table, "", notice, at));
        }
        let (mut city, mut now) = (None, vec![]);
        for fate in table.fates() {
            let number = fate.number.to_string();
            let i = fate.segments.iter().rposition(|s| s.from_ms <= at).unwrap();
            let segment = &fate.segments[i];
            let shut = segment.closed.as_ref().filter(|closed| !closed.hours.open(at));
            let action = shut.map_or(&segment.action, |closed| &closed.action);
            if segment.closed.is_some() && fate.via.is_empty() {
                *open_once.entry((number.clone(), i)).or_insert(false) |= shut.is_none();
            }
            let key = (number.clone(), i, shut.is_some(), closed.clone());
            let walked = known.entry(key).or_insert_with(|| {
                let (from, until) =
                    (segment.from_ms, fate.segments.get(i + 1).map_or(i64::MAX, |s| s.from_ms));
                let lasts = grid.range(from..until.saturating_add(DAY_MS));
                let mut scenes = vec![closed.clone()];
                for (_, scene) in lasts {
                    if !scenes.contains(scene) {
                        scenes.push(scene.clone());
                    }
                }
                Rc::new(Walk::of(table, action, scenes))
            });
            found.extend(walked.found.iter().cloned());
            for prompt in &walked.heard {
                // What callers of an alias hear as the hotline's do is the hotline's fault.
                if fate.via.is_empty() || prompt.as_str() == OF_ALIAS {
                    found.extend(out_of_time(table, &number, prompt, at));
                }
            }
            let hotline = segment.hotline.as_ref().map(|h| h.number.to_string());
            let served = hotline.clone().filter(|_| segment.phase != Some(Phase::Legacy));
            if let Some(number) = served.filter(|n| walked.lost && !plan.come_back.contains(n)) {
                found.insert(Found::Lost { number });
            }
            found.extend(night(table, plan, hotline.as_deref(), (&segment.action, action), at));
            if fate.number == *table.number() {
                city_people.extend(walked.answered.iter().cloned());
                city = Some(Rc::clone(walked));
            } else if fate.via.is_empty() && shut.is_none() {
                now.push((segment, Rc::clone(walked)));
            }
        }
        handed.extend(transfers(table, &city.unwrap(), &now, at));
    }
    // Where one person is all there is, nothing more is said of the way back.
    let alone = |own: &Seats| one_person(table, own, &city_people);
    for (own, fact) in handed {
        match own.filter(alone) {
            Some((queue, _)) => found.insert(Found::Alone { queue: queue.to_string() }),
            None => fact.is_some_and(|fact| found.insert(fact)),
        };
    }
    let never = open_once.into_iter().filter(|(_, open)| !open);
    found.extend(never.map(|((number, _), _)| Found::NeverOpen { number }));
    found
}

/// A queue, and the skill asked for in it.
type Seats = (QueueId, Option<Skill>);

/// Those who are to be handed over at this instant: the seats concerned, and what is missing.
fn transfers(
    table: &Table,
    city: &Walk,
    now: &[(&Segment, Rc<Walk>)],
    at: i64,
) -> Vec<(Option<Seats>, Option<Found>)> {
    let mut handed = vec![];
    for (segment, walked) in now {
        let Some(hotline) = &segment.hotline else { continue };
        if segment.phase.is_none_or(|phase| phase == Phase::Legacy) {
            continue;
        }
        let no_way_back = Found::NoWayBack { number: hotline.number.to_string() };
        match &*segment.action {
            Action::Queue { queue, .. }
                if hotline.mode != Mode::DualNumber || queue == table.general_queue() => {}
            Action::Queue { queue, skill, .. } => {
                let (here, hopeful) = walked.first.unwrap();
                if here {
                    let own = (queue.clone(), skill.clone());
                    let missing = if city.hopeless {
                        None
                    } else if !city.answered.iter().any(|(other, _)| other != queue) {
                        Some(no_way_back)
                    } else {
                        let alone = one_person(table, &own, &city.answered);
                        alone.then(|| Found::Alone { queue: queue.to_string() })
                    };
                    handed.push((Some(own), missing));
                } else {
                    let (queue, skill) = (queue.to_string(), skill.as_ref().map(ToString::to_string));
                    handed.push((None, hopeful.then_some(Found::NoSeats { queue, skill })));
                }
            }
            Action::Trunk { trunks, .. } => {
                let back = city.hopeless || !city.answered.is_empty();
                handed.push((None, (!back).then_some(no_way_back)));
                let taken = !trunks.iter().any(|trunk| comes_back(table, trunk, at));
                handed.push((None, taken.then(|| Found::TakenFor { trunk: trunks[0].to_string() })));
            }
            Action::Emergency { .. } | Action::Intercept { .. } | Action::Reject { .. } => {}
        }
    }
    handed
}

/// Whether 12345 dialled on a trunk is 12345, or a call that would go out there again, which is said otherwise.
fn comes_back(table: &Table, trunk: &TrunkId, at: i64) -> bool {
    let candidates = [(Ingress::RequestUri, table.number().clone())];
    let facts = Facts { trunk: Some(trunk), caller: &Number::new(""), candidates: &candidates };
    let Some(hotline) = table.decide(&facts, at).hotline else { return false };
    let again = table.fate(&hotline.number).unwrap().segments.iter().any(|segment| {
        segment.phase != Some(Phase::Legacy)
            && matches!(&*segment.action, Action::Trunk { trunks, .. } if trunks.contains(trunk))
    });
    again || hotline.number == *table.number()
}

fn one_person(table: &Table, own: &Seats, city: &BTreeSet<Seats>) -> bool {
    let places = city.iter().filter(|(queue, _)| *queue != own.0).chain([own]);
    let places: Vec<_> = places.map(|(queue, skill)| (table.queue(queue).unwrap(), skill)).collect();
    let people = table.agents().filter(|a| places.iter().any(|(q, skill)| a.may_take(q, skill.as_ref())));
    people.count() == 1
}

/// What is done with a number the plan does not have.
fn unknown(table: &Table, at: i64) -> &Action {
    let candidates = [(Ingress::RequestUri, Number::new("77777777"))];
    table.decide(&Facts { trunk: None, caller: &Number::new(""), candidates: &candidates }, at).action
}

fn out_of_time(table: &Table, number: &str, prompt: &PromptId, at: i64) -> Option<Found> {
    let valid = table.announcement(prompt).unwrap();
    let out = at < valid.from_ms || at >= valid.until_ms;
    out.then(|| Found::OutOfTime { number: number.to_owned(), prompt: prompt.to_string() })
}

/// The hotline says that it is open (or says nothing of hours), its queue is closed, and he is refused.
fn night(
    table: &Table,
    plan: &Plan,
    hotline: Option<&str>,
    (meant, action): (&Action, &Action),
    at: i64,
) -> Option<Found> {
    let queue = match (meant, action) {
        (Action::Queue { queue, .. }, _) => queue,
        // Back from its trunk.
        (_, Action::Trunk { back: Some(back), .. }) => {
            let closing = table.queue(&back.queue)?.closed.as_ref()?;
            let fails = back.on_down || back.on_full || back.on_no_answer;
            let refused = fails && !closing.hours.open(at) && matches!(closing.then, OnClosed::Reject { .. });
            return refused.then(|| Found::NoNightCover { queue: back.queue.to_string() });
        }
        (_, _) => return None,
    };
    let closing = table.queue(queue)?.closed.as_ref()?;
    let own = plan.hours.iter().find(|(number, _)| Some(number.as_str()) == hotline);
    let hours = own.map(|(_, name)| table.hours().find(|hours| hours.name() == name).unwrap());
    let open = hours.is_none_or(|hours| hours.open(at));
    let refused = matches!(action, Action::Reject { .. } | Action::Intercept { .. });
    (open && !closing.hours.open(at) && refused).then(|| Found::NoNightCover { queue: queue.to_string() })
}

/// Every half hour for a week around each date, and each date to the millisecond.
fn grid(table: &Table, plan: &Plan) -> BTreeSet<i64> {
    let mut grid = BTreeSet::new();
    let timed = table.hours().next().is_some();
    for date in &plan.dates {
        let at = table.calendar().parse(date).unwrap();
        grid.extend([at - 1000, at - 1, at, at + 1, at + 1000]);
        if timed {
            // Whole half hours, whatever the offset of the zone and the date.
            let first = (at - GRID_MS).div_euclid(HALF_HOUR_MS) * HALF_HOUR_MS;
            grid.extend((0..2 * GRID_MS / HALF_HOUR_MS).map(|i| first + i * HALF_HOUR_MS));
        }
    }
    grid
}

/// What one decision can come to at one instant.
#[derive(Default)]
struct Walk {
    found: BTreeSet<Found>,
    heard: BTreeSet<PromptId>,
    lost: bool,
    /// Where someone can answer.
    answered: BTreeSet<Seats>,
    /// Whether he can come to where nobody ever will.
    hopeless: bool,
    /// Where he waits first: whether someone can answer there, and whether there or later.
    first: Option<(bool, bool)>,
}

/// What the caller hears and for how long he is not spared it.
type Heard<'t> = Option<(&'t PromptId, Duration)>;

/// Where a call is.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum At<'t> {
    /// At a queue's door: `left` full ones may still send him on.
    Door {
        closed: &'t Scene,
        queue: &'t QueueId,
        skill: Option<&'t Skill>,
        heard: Heard<'t>,
        left: u32,
        asked: bool,
    },
    /// In it.
    Queue { queue: &'t QueueId, skill: Option<&'t Skill>, heard: Heard<'t>, moves_left: u32 },
    /// With an agent.
    Person,
}

struct Walker<'t> {
    table: &'t Table,
    /// The one at the arrival first; after a while it can be any.
    scenes: &'t [Scene],
}

impl Walk {
    fn of(table: &Table, action: &Action, scenes: Vec<Scene>) -> Self {
        let walker = Walker { table, scenes: &scenes };
        let mut walk = Self::default();
        let door =
            |closed, queue, skill, heard, asked| At::Door { closed, queue, skill, heard, left: 8, asked };
        match action {
            Action::Queue { queue, skill, announce } => {
                let heard = announce.as_ref().map(|announce| (&announce.prompt, announce.must_hear));
                let skill = skill.as_ref();
                walk.everywhere(&walker, door(&scenes[0], queue, skill, heard, false));
                let inside = At::Queue { queue, skill, heard, moves_left: 8 };
                walk.first = Some((walker.answered(queue, skill, heard), walker.comes_to_someone(inside)));
            }
            Action::Trunk { back, .. } => {
                for on in [
                    back.as_ref().is_some_and(|back| back.on_down),
                    back.as_ref().is_some_and(|back| back.on_full),
                    back.as_ref().is_some_and(|back| back.on_no_answer),
                ] {
                    let Some(back) = back.as_ref().filter(|_| on) else {
                        walk.lost = true;
                        continue;
                    };
                    // It rang a while: the hours may have changed.
                    for closed in &scenes {
                        walk.everywhere(&walker, door(closed, &back.queue, back.skill.as_ref(), None, true));
                    }
                }
            }
            Action::Emergency { .. } | Action::Reject { notice: None, .. } => {}
            Action::Intercept { prompt, .. } | Action::Reject { notice: Some(prompt), .. } => {
                walk.heard.insert(prompt.clone());
            }
        }
        walk
    }

    fn everywhere<'t>(&mut self, walker: &Walker<'t>, from: At<'t>) {
        for at in walker.reached(from) {
            self.heard.extend(walker.hears(&at));
            self.found.extend(walker.wrong(&at));
            if let At::Queue { queue, skill, heard, .. } = at {
                if walker.answered(queue, skill, heard) {
                    self.answered.insert((queue.clone(), skill.cloned()));
                }
                self.hopeless |= !walker.comes_to_someone(at);
            }
        }
    }
}

impl<'t> Walker<'t> {
    fn reached(&self, from: At<'t>) -> BTreeSet<At<'t>> {
        let (mut reached, mut open) = (BTreeSet::new(), vec![from]);
        while let Some(at) = open.pop() {
            if reached.insert(at.clone()) {
                open.extend(self.scenes.iter().flat_map(|closed| self.next(&at, closed)));
            }
        }
        reached
    }

    fn comes_to_someone(&self, from: At<'t>) -> bool {
        let (mut reached, mut open) = (BTreeSet::new(), vec![from]);
        while let Some(at) = open.pop() {
            if at == At::Person {
                return true;
            }
            if reached.insert(at.clone()) {
                open.extend(self.scenes.iter().flat_map(|closed| self.next(&at, closed)));
            }
        }
        false
    }

    /// Where he can be next, if these queues are closed when he moves.
    fn next(&self, at: &At<'t>, closed: &'t Scene) -> Vec<At<'t>> {
        match *at {
            At::Person => vec![],
            At::Door { left: 0, .. } => vec![],
            // At the door nothing changes.
            At::Door { closed: now, .. } if now != closed => vec![],
            At::Door { queue, skill, heard, asked: true, left, .. } if closed.contains(queue) => {
                let then = &self.table.queue(queue).unwrap().closed.as_ref().unwrap().then;
                let OnClosed::Queue { to, keep_skill, hears } = then else { return vec![] };
                let heard = match hears {
                    Hears::AsOpen => heard,
                    Hears::Nothing => None,
                    Hears::This(this) => Some((&this.prompt, this.must_hear)),
                };
                let skill = skill.filter(|_| *keep_skill);
                vec![At::Door { closed, queue: to, skill, heard, left, asked: false }]
            }
            At::Door { queue, skill, heard, left, .. } => {
                let inside = At::Queue { queue, skill, heard, moves_left: 8 };
                match &self.table.queue(queue).unwrap().full {
                    OnFull::Queue(next) => {
                        let left = left - 1;
                        vec![inside, At::Door { closed, queue: next, skill, heard, left, asked: true }]
                    }
                    OnFull::Reject { .. } => vec![inside],
                }
            }
            At::Queue { queue, skill, heard, .. } if closed.contains(queue) => {
                let then = &self.table.queue(queue).unwrap().closed.as_ref().unwrap().then;
                let OnClosed::Queue { to, keep_skill, hears } = then else { return vec![] };
                // What plays goes on, and nothing is played twice.
                let heard = match (hears, heard) {
                    (Hears::This(this), None) => Some((&this.prompt, this.must_hear)),
                    (Hears::This(this), Some((prompt, least))) if this.prompt != *prompt => {
                        Some((&this.prompt, this.must_hear.max(least)))
                    }
                    (Hears::AsOpen | Hears::Nothing | Hears::This(_), heard) => heard,
                };
                let skill = skill.filter(|_| *keep_skill);
                vec![At::Door { closed, queue: to, skill, heard, left: 8, asked: false }]
            }
            At::Queue { queue, skill, heard, .. } => {
                let mut next = self.onward(at, closed);
                next.extend(self.answered(queue, skill, heard).then_some(At::Person));
                next
            }
        }
    }

    fn answered(&self, queue: &QueueId, skill: Option<&Skill>, heard: Heard<'_>) -> bool {
        let queue = self.table.queue(queue).unwrap();
        let hearing = heard.map_or(Duration::ZERO, |(_, least)| least);
        self.table.agents().any(|agent| agent.may_take(queue, skill))
            && queue.wait_max.is_none_or(|longest| hearing <= longest)
    }

    /// Where he overflows to, if these queues are closed: whatever is due is asked in the order of the plan.
    fn onward(&self, at: &At<'t>, closed: &Scene) -> Vec<At<'t>> {
        let At::Queue { queue, skill, heard, moves_left: left @ 1.. } = *at else { return vec![] };
        let queue = self.table.queue(queue).unwrap();
        let over = |after: Duration| queue.wait_max.is_some_and(|longest| after >= longest);
        let mut gone: BTreeSet<&QueueId> = BTreeSet::from([&queue.id]);
        let due = queue.overflow.iter().filter(|step| !over(step.after));
        let due = due.filter(|step| gone.insert(&step.to) && !closed.contains(&step.to));
        due.map(|step| At::Queue {
            queue: &step.to,
            skill: skill.filter(|_| step.keep_skill),
            heard: heard.map(|(prompt, least)| (prompt, least.saturating_sub(step.after))),
            moves_left: left - 1,
        })
        .collect()
    }

    fn hears(&self, at: &At<'t>) -> BTreeSet<PromptId> {
        let mut hears: BTreeSet<&PromptId> = BTreeSet::new();
        match *at {
            At::Door { closed, queue, asked: true, .. } if closed.contains(queue) => {
                hears.extend(self.refusal(queue));
            }
            At::Door { left: 0, .. } | At::Person => {}
            At::Door { queue, heard, .. } => {
                hears.extend(heard.map(|(prompt, _)| prompt));
                if let OnFull::Reject { notice, .. } = &self.table.queue(queue).unwrap().full {
                    hears.extend(notice);
                }
            }
            At::Queue { queue, .. } => {
                hears.extend(&self.table.queue(queue).unwrap().music);
                if self.scenes.iter().any(|closed| closed.contains(queue)) {
                    hears.extend(self.refusal(queue));
                }
            }
        }
        hears.into_iter().cloned().collect()
    }

    fn refusal(&self, queue: &QueueId) -> Option<&PromptId> {
        match &self.table.queue(queue).unwrap().closed.as_ref().unwrap().then {
            OnClosed::Reject { notice, .. } => notice.as_ref(),
            OnClosed::Queue { .. } => None,
        }
    }

    fn wrong(&self, at: &At<'t>) -> Vec<Found> {
        let At::Queue { queue, skill, heard, .. } = *at else { return vec![] };
        let mut wrong = vec![];
        if let Some((prompt, _)) = heard
            && self.table.queue(queue).unwrap().music.as_ref() == Some(prompt)
        {
            wrong.push(Found::Twice { prompt: prompt.to_string(), queue: queue.to_string() });
        }
        if !self.answered(queue, skill, heard) {
            // In every scene in which he can be here there must be a way on to someone.
            let helped =
                |closed: &Scene| self.onward(at, closed).into_iter().any(|next| self.comes_to_someone(next));
            let mut here = self.scenes.iter().filter(|closed| !closed.contains(queue));
            let (queue, skill) = (queue.to_string(), skill.map(ToString::to_string));
            wrong.push(match here.all(helped) {
                true => Found::OnlyOverflow { queue, skill },
                false => Found::Stuck { queue, skill },
            });
        }
        wrong
    }
}
