//! Every number at every instant of a grid: what its callers meet, and what is wrong with that.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use tongjie::dialplan::fate::{Fate, Segment};
use tongjie::dialplan::{Action, Facts, Ingress, OnClosed, Table};
use tongjie::event::{Number, Phase, PromptId, QueueId};

use super::call::{Heard, Walk};
use super::found::{Found, recording};
use super::plan::{Hotline, OF_ALIAS, Plan};
use super::{calendar, owners, transfers, trunks};

const HALF_HOUR_MS: i64 = 1_800_000;
const DAY_MS: i64 = 86_400_000;
const GRID_MS: i64 = 8 * DAY_MS;

/// Which queues are closed.
pub(super) type Scene = BTreeSet<QueueId>;

/// What a number's callers meet at an instant.
pub(super) struct Met<'t> {
    pub(super) at: i64,
    pub(super) fate: &'t Fate,
    pub(super) segment: Segment<'t>,
    /// Whether the number or its queue is closed.
    pub(super) shut: bool,
    pub(super) walked: Rc<Walk>,
}

impl Met<'_> {
    pub(super) fn number(&self) -> String {
        self.fate.number.to_string()
    }

    pub(super) fn is_alias(&self) -> bool {
        !self.fate.via().is_empty()
    }

    pub(super) fn action(&self) -> &Action {
        match &self.segment.closed {
            Some(closed) if self.shut => &closed.action,
            _ => self.segment.action,
        }
    }

    /// The row whose number it is then.
    pub(super) fn row<'p>(&self, plan: &'p Plan) -> Option<(&'p String, &'p Hotline)> {
        plan.hotlines.get_key_value(self.segment.hotline?.id.as_str())
    }

    /// Whether its own people or 12345's take its calls, and not the old system.
    pub(super) fn is_served(&self) -> bool {
        self.segment.hotline.is_some()
            && self.segment.phase.is_some()
            && self.segment.phase != Some(Phase::Legacy)
    }
}

/// All that is found on the grid.
pub(super) fn everything(table: &Table, plan: &Plan) -> BTreeSet<Found> {
    let mut grid = Grid::of(table, plan);
    let mut handed = transfers::Handed::default();
    let mut ownership = owners::Ownership::default();
    let mut days = calendar::Days::of(table, plan);
    let mut open_once: BTreeMap<(String, usize), bool> = BTreeMap::new();
    for at in grid.moments() {
        if let Action::Reject { notice: Some(notice), .. } = unknown(table, at) {
            grid.out_of_time("", notice, at);
        }
        let met: Vec<Met<'_>> = table.fates().iter().map(|fate| grid.met(fate, at)).collect();
        for met in &met {
            if met.segment.closed.is_some() && !met.is_alias() {
                *open_once.entry((met.number(), segment_at(met.fate, at))).or_insert(false) |= !met.shut;
            }
            grid.look(met);
            grid.found.extend(trunks::led_astray(table, plan, met));
            grid.found.extend(owners::city(table, plan, met));
            ownership.look(table, plan, met);
            days.look(plan, met);
        }
        handed.look(table, plan, &met);
    }
    let mut found = grid.found;
    found.extend(handed.found(table));
    found.extend(ownership.found(plan));
    found.extend(days.found);
    found.extend(trunks::as_written(table, plan));
    let never = open_once.into_iter().filter(|(_, open)| !open);
    found.extend(never.map(|((number, _), _)| Found::NeverOpen { number }));
    found
}

/// What can differ between two instants, for any caller: which dates of the plan have come, and which hours are open.
type Moment = (usize, Vec<bool>);

struct Grid<'t> {
    table: &'t Table,
    plan: &'t Plan,
    /// Each instant, and which of the scenes is on then.
    instants: BTreeMap<i64, usize>,
    scenes: Vec<Scene>,
    /// The first instant of each.
    moments: BTreeMap<Moment, i64>,
    /// The scenes from one instant to another.
    lasting: BTreeMap<(i64, i64), BTreeSet<usize>>,
    /// What has been walked already: the number, its segment, whether it is shut, which queues are.
    known: BTreeMap<(String, usize, bool, usize), Rc<Walk>>,
    found: BTreeSet<Found>,
}

impl<'t> Grid<'t> {
    fn of(table: &'t Table, plan: &'t Plan) -> Self {
        let (instants, scenes, moments) = (BTreeMap::new(), vec![], BTreeMap::new());
        let (lasting, known, found) = (BTreeMap::new(), BTreeMap::new(), BTreeSet::new());
        let mut grid = Self { table, plan, instants, scenes, moments, lasting, known, found };
        let mut dates: Vec<i64> =
            plan.dates.iter().map(|date| table.calendar().parse(date).unwrap()).collect();
        dates.sort_unstable();
        let mut scene_of: BTreeMap<Vec<bool>, usize> = BTreeMap::new();
        for at in instants_around(&dates, table.hours().next().is_some()) {
            let come = dates.partition_point(|date| *date <= at);
            let open: Vec<bool> = table.hours().map(|hours| hours.open(at)).collect();
            let scenes = &mut grid.scenes;
            let scene = *scene_of.entry(open.clone()).or_insert_with(|| {
                scenes.push(scene(table, at));
                scenes.len() - 1
            });
            grid.moments.entry((come, open)).or_insert(at);
            grid.instants.insert(at, scene);
        }
        grid
    }

    /// The scenes that come while calls of this time last.
    fn lasting(&mut self, from: i64, until: i64) -> &BTreeSet<usize> {
        let instants = &self.instants;
        self.lasting.entry((from, until)).or_insert_with(|| {
            instants.range(from..until.saturating_add(DAY_MS)).map(|(_, scene)| *scene).collect()
        })
    }

    /// One instant of each moment, in their order.
    fn moments(&self) -> BTreeSet<i64> {
        self.moments.values().copied().collect()
    }

    fn met(&mut self, fate: &'t Fate, at: i64) -> Met<'t> {
        let (i, scene) = (segment_at(fate, at), self.instants[&at]);
        let segment = fate.segments().nth(i).unwrap();
        let shut = segment.closed.is_some_and(|closed| !closed.hours.open(at));
        let key = (fate.number.to_string(), i, shut, scene);
        let mut met = Met { at, fate, segment, shut, walked: Rc::default() };
        if let Some(walked) = self.known.get(&key) {
            met.walked = Rc::clone(walked);
            return met;
        }
        let later: Vec<usize> = self
            .lasting(segment.from_ms, segment.until_ms)
            .iter()
            .copied()
            .filter(|later| *later != scene)
            .collect();
        let scenes = std::iter::once(scene).chain(later).map(|scene| self.scenes[scene].clone()).collect();
        let language = met.row(self.plan).and_then(|(_, row)| row.language.as_deref());
        met.walked = Rc::new(Walk::of(self.table, met.action(), language, scenes));
        self.known.insert(key, Rc::clone(&met.walked));
        met
    }

    /// What is wrong with what these callers meet.
    fn look(&mut self, met: &Met<'_>) {
        let row = met.row(self.plan);
        self.found.extend(met.walked.found.iter().cloned());
        for heard in &met.walked.heard {
            // What callers of an alias hear as the hotline's do is the hotline's fault.
            if !met.is_alias() || recording(heard.prompt.as_str()) == OF_ALIAS {
                self.out_of_time(&met.number(), &heard.prompt, met.at);
            }
            self.found.extend(row.and_then(|row| other_language(self.plan, row, heard)));
        }
        if met.walked.lost
            && met.is_served()
            && let Some((key, _)) = row.filter(|(_, row)| !row.comes_back)
        {
            self.found.insert(Found::Lost { hotline: key.clone() });
        }
        self.found.extend(night(self.table, row.map(|(_, row)| row), met));
    }

    fn out_of_time(&mut self, number: &str, prompt: &PromptId, at: i64) {
        let valid = self.table.announcement(prompt).unwrap();
        if at < valid.from_ms || at >= valid.until_ms {
            let prompt = recording(prompt.as_str());
            self.found.insert(Found::OutOfTime { number: number.to_owned(), prompt });
        }
    }
}

fn segment_at(fate: &Fate, at: i64) -> usize {
    fate.segments().rposition(|segment| segment.from_ms <= at).unwrap()
}

fn scene(table: &Table, at: i64) -> Scene {
    let shut = table.queues().filter(|q| q.closed.as_ref().is_some_and(|c| !c.hours.open(at)));
    shut.map(|queue| queue.id.clone()).collect()
}

/// What is done with a number the plan does not have.
pub(super) fn unknown(table: &Table, at: i64) -> &Action {
    let candidates = [(Ingress::RequestUri, Number::new("77777777"))];
    table.decide(&Facts { trunk: None, caller: &Number::new(""), candidates: &candidates }, at).action
}

/// His hotline speaks a language in which what he hears is not there.
fn other_language(plan: &Plan, (key, row): (&String, &Hotline), heard: &Heard) -> Option<Found> {
    let prompt = recording(heard.prompt.as_str());
    let wanted = row.language.as_ref().filter(|_| !heard.music)?;
    let there = plan.spoken[&prompt].contains(wanted);
    (!there).then(|| Found::OtherLanguage { hotline: key.clone(), prompt })
}

/// The hotline says that it is open (or says nothing of hours), its queue is closed, and he is refused.
fn night(table: &Table, row: Option<&Hotline>, met: &Met<'_>) -> Option<Found> {
    let (at, action) = (met.at, met.action());
    let queue = match (met.segment.action, action) {
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
    let open = row.is_none_or(|row| opens(table, row, at));
    let refused = matches!(action, Action::Reject { .. } | Action::Intercept { .. });
    (open && !closing.hours.open(at) && refused).then(|| Found::NoNightCover { queue: queue.to_string() })
}

/// Whether a row's own hours, if it has some, say that it is open.
pub(super) fn opens(table: &Table, row: &Hotline, at: i64) -> bool {
    let own = row.hours.as_ref().map(|name| table.hours().find(|hours| hours.name() == name).unwrap());
    own.is_none_or(|hours| hours.open(at))
}

/// Every half hour for a week around each date, and each date to the millisecond.
fn instants_around(dates: &[i64], timed: bool) -> BTreeSet<i64> {
    let mut instants = BTreeSet::new();
    for at in dates {
        instants.extend([at - 1000, at - 1, *at, at + 1, at + 1000]);
        if timed {
            // Whole half hours, whatever the offset of the zone and the date.
            let first = (at - GRID_MS).div_euclid(HALF_HOUR_MS) * HALF_HOUR_MS;
            instants.extend((0..2 * GRID_MS / HALF_HOUR_MS).map(|i| first + i * HALF_HOUR_MS));
        }
    }
    instants
}
