//! The naive walker: one call at a time, every outcome tried, nothing remembered but what was found.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use tongjie::dialplan::{Action, Announce, Facts, Hears, Ingress, OnClosed, OnFull, Queue, Table};
use tongjie::event::{Number, Phase, PromptId, QueueId, Skill};

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
}

const HALF_HOUR_MS: i64 = 1_800_000;
const GRID_MS: i64 = 8 * 86_400_000;

/// All that is found on the grid.
pub(super) fn everything(table: &Table, plan: &Plan) -> BTreeSet<Found> {
    let mut found = BTreeSet::new();
    let mut known = BTreeMap::new();
    let mut open_once: BTreeMap<(String, usize), bool> = BTreeMap::new();
    for at in grid(table, plan) {
        let closed: Vec<bool> =
            table.queues().map(|q| q.closed.as_ref().is_some_and(|c| !c.hours.open(at))).collect();
        if let Action::Reject { notice: Some(notice), .. } = unknown(table, at) {
            found.extend(out_of_time(table, "", &notice, at));
        }
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
            let walked = known.entry(key).or_insert_with(|| Walk::of(table, action, at));
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
        }
    }
    let never = open_once.into_iter().filter(|(_, open)| !open);
    found.extend(never.map(|((number, _), _)| Found::NeverOpen { number }));
    found
}

/// What is done with a number the plan does not have.
fn unknown(table: &Table, at: i64) -> Action {
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
                OnClosed::Reject { notice, .. } => notice.iter().for_each(|notice| self.hear(notice)),
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
        self.wait(&settings, skill, announce.map(|announce| &announce.prompt), hearing, 8);
        // There is none.
        match &settings.full {
            OnFull::Queue(next) => self.enter(next, skill, announce, left - 1, true),
            OnFull::Reject { notice, .. } => notice.iter().for_each(|notice| self.hear(notice)),
        }
    }

    /// Whether someone can answer him sooner or later.
    fn wait(
        &mut self,
        queue: &Queue,
        skill: Option<&Skill>,
        announced: Option<&PromptId>,
        hearing: Duration,
        moves_left: u32,
    ) -> bool {
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
            later |= self.wait(to, skill, announced, hearing, moves_left - 1);
        }
        let fact = |queue: &Queue| (queue.id.to_string(), skill.map(ToString::to_string));
        if !here {
            let (queue, skill) = fact(queue);
            self.walk.found.insert(match later {
                true => Found::OnlyOverflow { queue, skill },
                false => Found::Stuck { queue, skill },
            });
        }
        here || later
    }
}
