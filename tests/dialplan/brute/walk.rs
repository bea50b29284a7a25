//! The naive walker: one call at a time, every outcome tried, nothing remembered but what was found.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::time::Duration;

use tongjie::dialplan::table::Segment;
use tongjie::dialplan::{Action, Announce, Facts, Hears, Ingress, OnClosed, OnFull, Queue, Table};
use tongjie::event::{Mode, Number, Phase, PromptId, QueueId, Skill, TrunkId};

use super::plan::Plan;

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
    SentOn { queue: String },
    NoSeats { queue: String, skill: Option<String> },
    Alone { queue: String },
    NoWayBack { number: String },
    TakenFor { trunk: String },
}

const HALF_HOUR_MS: i64 = 1_800_000;
const GRID_MS: i64 = 8 * 86_400_000;

/// All that is found on the grid.
pub(super) fn everything(table: &Table, plan: &Plan) -> BTreeSet<Found> {
    let mut found = BTreeSet::new();
    let mut known = BTreeMap::new();
    let mut open_once: BTreeMap<(String, usize), bool> = BTreeMap::new();
    let mut out_of_time = BTreeSet::new();
    let mut handed = BTreeSet::new();
    let mut city_people = BTreeSet::new();
    for at in grid(table, plan) {
        let closed: Vec<bool> =
            table.queues().map(|q| q.closed.as_ref().is_some_and(|c| !c.hours.open(at))).collect();
        let mut now = vec![];
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
            let walked = known.entry(key).or_insert_with(|| Rc::new(Walk::of(table, action, at)));
            found.extend(walked.found.iter().cloned());
            let hotline = segment.hotline.as_ref().map(|h| h.number.to_string());
            for prompt in &walked.heard {
                let valid = table.announcement(prompt).unwrap();
                if at < valid.from_ms || at >= valid.until_ms {
                    let owner = hotline.clone().unwrap_or(number.clone());
                    out_of_time.insert((number.clone(), owner, prompt.to_string()));
                }
            }
            let served = hotline.clone().filter(|_| segment.phase != Some(Phase::Legacy));
            if let Some(number) = served.filter(|n| walked.lost && !plan.come_back.contains(n)) {
                found.insert(Found::Lost { number });
            }
            found.extend(night(table, plan, hotline.as_deref(), (&segment.action, action), at));
            if fate.number == *table.number() {
                city_people.extend(walked.answered.iter().cloned());
            }
            if fate.via.is_empty() && shut.is_none() {
                now.push((segment, Rc::clone(walked)));
            }
            if fate.number == *table.number() {
                let key = (number, i, shut.is_some(), closed.clone());
                now.insert(0, (segment, Rc::clone(&known[&key])));
            }
        }
        handed.extend(transfers(table, &now, at));
    }
    // Where one person is all there is, nothing more is said of the way back.
    let alone: BTreeSet<Seats> = handed
        .iter()
        .filter_map(|handed| handed.0.clone())
        .filter(|own| one_person(table, own, &city_people))
        .collect();
    found.extend(alone.iter().map(|own| Found::Alone { queue: own.0.to_string() }));
    found.extend(
        handed
            .into_iter()
            .filter(|(own, _)| own.as_ref().is_none_or(|own| !alone.contains(own)))
            .filter_map(|(_, fact)| fact),
    );
    // An alias is told of only where its hotline is not.
    for (number, owner, prompt) in &out_of_time {
        let told = (owner.clone(), owner.clone(), prompt.clone());
        if number == owner || !out_of_time.contains(&told) {
            found.insert(Found::OutOfTime { number: number.clone(), prompt: prompt.clone() });
        }
    }
    let never = open_once.into_iter().filter(|(_, open)| !open);
    found.extend(never.map(|((number, _), _)| Found::NeverOpen { number }));
    found
}

/// A queue, and the skill asked for in it.
type Seats = (QueueId, Option<Skill>);

/// Who is to be handed over at this instant and cannot be, with the seats concerned. The first of `now` is 12345's.
fn transfers(table: &Table, now: &[(&Segment, Rc<Walk>)], at: i64) -> Vec<(Option<Seats>, Option<Found>)> {
    let (_, city) = &now[0];
    let city_stuck = city.found.iter().any(|found| matches!(found, Found::Stuck { .. }));
    let mut handed = vec![];
    for (segment, walked) in &now[1..] {
        let Some(hotline) = &segment.hotline else { continue };
        let served = matches!(segment.action, Action::Queue { .. } | Action::Trunk { .. });
        if segment.phase.is_none() || segment.phase == Some(Phase::Legacy) || !served {
            continue;
        }
        let number = hotline.number.to_string();
        let no_way_back = Found::NoWayBack { number: number.clone() };
        match &segment.action {
            Action::Queue { queue, skill, .. } => {
                if hotline.mode != Mode::DualNumber || queue == table.general_queue() {
                    continue;
                }
                let own = (queue.clone(), skill.clone());
                let (here, hopeful) = walked.first.unwrap();
                if !here {
                    let skill = skill.as_ref().map(ToString::to_string);
                    let fact = Found::NoSeats { queue: queue.to_string(), skill };
                    handed.push((None, hopeful.then_some(fact)));
                    continue;
                }
                let back = city_stuck || city.answered.iter().any(|(other, _)| other != queue);
                handed.push((Some(own), (!back).then_some(no_way_back)));
            }
            Action::Trunk { trunks, .. } => {
                let back = city_stuck || !city.answered.is_empty();
                handed.push((None, (!back).then_some(no_way_back)));
                if !trunks.iter().any(|trunk| comes_back(table, trunk, at)) {
                    handed.push((None, Some(Found::TakenFor { trunk: trunks[0].to_string() })));
                }
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
            && matches!(&segment.action, Action::Trunk { trunks, .. } if trunks.contains(trunk))
    });
    again || hotline.number == *table.number()
}

fn one_person(table: &Table, own: &Seats, city: &BTreeSet<Seats>) -> bool {
    let places = city.iter().filter(|(queue, _)| *queue != own.0).chain([own]);
    let places: Vec<_> = places.map(|(queue, skill)| (table.queue(queue).unwrap(), skill)).collect();
    let people = table.agents().filter(|a| places.iter().any(|(q, skill)| a.may_take(q, skill.as_ref())));
    people.count() == 1
}

/// The hotline says that it is open (or says nothing of hours), its queue is closed, and he is refused.
fn night(
    table: &Table,
    plan: &Plan,
    hotline: Option<&str>,
    (meant, action): (&Action, &Action),
    at: i64,
) -> Option<Found> {
    let Action::Queue { queue, .. } = meant else { return None };
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
    /// Where he waits first: whether someone can answer there, and whether ever.
    first: Option<(bool, bool)>,
}

struct Walker<'t> {
    table: &'t Table,
    at: i64,
    walk: Walk,
}

impl Walk {
    fn of(table: &Table, action: &Action, at: i64) -> Self {
        let mut walker = Walker { table, at, walk: Self::default() };
        match action {
            Action::Queue { queue, skill, announce } => {
                walker.enter(queue, skill.as_ref(), announce.as_ref(), 8, false);
            }
            Action::Trunk { back, .. } => {
                for on in [
                    back.as_ref().is_some_and(|back| back.on_down),
                    back.as_ref().is_some_and(|back| back.on_full),
                    back.as_ref().is_some_and(|back| back.on_no_answer),
                ] {
                    match back.as_ref().filter(|_| on) {
                        Some(back) => walker.enter(&back.queue, back.skill.as_ref(), None, 8, true),
                        None => walker.walk.lost = true,
                    }
                }
            }
            Action::Emergency { .. } | Action::Reject { notice: None, .. } => {}
            Action::Intercept { prompt, .. } | Action::Reject { notice: Some(prompt), .. } => {
                walker.hear(prompt);
            }
        }
        walker.walk
    }
}

impl Walker<'_> {
    fn hear(&mut self, prompt: &PromptId) {
        self.walk.heard.insert(prompt.clone());
    }

    /// As the call layer seeks a queue: `left` full ones may still send him on.
    fn enter(
        &mut self,
        queue: &QueueId,
        skill: Option<&Skill>,
        announce: Option<&Announce>,
        left: u32,
        may_be_closed: bool,
    ) {
        if left == 0 {
            return;
        }
        let settings = self.table.queue(queue).unwrap().clone();
        if let Some(closing) = settings.closed.as_ref().filter(|c| may_be_closed && !c.hours.open(self.at)) {
            match &closing.then {
                OnClosed::Reject { notice, .. } => {
                    notice.iter().for_each(|notice| self.hear(notice));
                    self.walk.found.insert(Found::SentOn { queue: queue.to_string() });
                }
                OnClosed::Queue { to, keep_skill, hears } => {
                    let announce = match hears {
                        Hears::AsOpen => announce,
                        Hears::Nothing => None,
                        Hears::This(announce) => Some(announce),
                    };
                    self.enter(to, skill.filter(|_| *keep_skill), announce, left, false);
                }
            }
            return;
        }
        // There is room.
        if let Some(announce) = announce {
            self.hear(&announce.prompt);
        }
        let hearing = announce.map_or(Duration::ZERO, |announce| announce.must_hear);
        let wait = self.wait(&settings, skill, announce.map(|announce| &announce.prompt), hearing, 8);
        self.walk.first.get_or_insert(wait);
        // There is none.
        match &settings.full {
            OnFull::Queue(next) => self.enter(next, skill, announce, left - 1, true),
            OnFull::Reject { notice, .. } => notice.iter().for_each(|notice| self.hear(notice)),
        }
    }

    /// Whether someone can answer him here, and whether sooner or later.
    fn wait(
        &mut self,
        queue: &Queue,
        skill: Option<&Skill>,
        announced: Option<&PromptId>,
        hearing: Duration,
        moves_left: u32,
    ) -> (bool, bool) {
        if let Some(music) = &queue.music {
            self.hear(music);
            if Some(music) == announced {
                let (prompt, queue) = (music.to_string(), queue.id.to_string());
                self.walk.found.insert(Found::Twice { prompt, queue });
            }
        }
        // Second by second as far as anything is due: whoever overflows is asked in the order of the plan.
        let over = |after: Duration| queue.wait_max.is_some_and(|longest| after >= longest);
        let here = self.table.agents().any(|agent| agent.may_take(queue, skill))
            && queue.wait_max.is_none_or(|longest| hearing <= longest);
        let mut later = false;
        let mut gone: BTreeSet<&QueueId> = BTreeSet::from([&queue.id]);
        for step in queue.overflow.iter().filter(|step| moves_left > 0 && !over(step.after)) {
            let to = self.table.queue(&step.to).unwrap();
            if !gone.insert(&step.to) || to.closed.as_ref().is_some_and(|c| !c.hours.open(self.at)) {
                continue;
            }
            let skill = skill.filter(|_| step.keep_skill);
            let hearing = hearing.saturating_sub(step.after);
            later |= self.wait(to, skill, announced, hearing, moves_left - 1).1;
        }
        if here {
            self.walk.answered.insert((queue.id.clone(), skill.cloned()));
        }
        let fact = |queue: &Queue| (queue.id.to_string(), skill.map(ToString::to_string));
        if !here {
            let (queue, skill) = fact(queue);
            self.walk.found.insert(match later {
                true => Found::OnlyOverflow { queue, skill },
                false => Found::Stuck { queue, skill },
            });
        }
        (here, here || later)
    }
}
