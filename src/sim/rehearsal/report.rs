//! The figures of a rehearsed day: by number as it was dialled, by hour in which the call arrived.
//!
//! A call has exactly one fate; `announced` and `waited` count beside it. The mean wait and the 15-second rate are
//! those of calls that an agent answered (wait: from entering the queue to being connected, GB/T 33358 clause
//! on answering within 15 s).

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Day, HOUR_MS};
use crate::dialplan::timeline::cut_overs;
use crate::dialplan::{Table, fate};
use crate::event::{Number, TrunkId};

/// What became of one caller.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Fate {
    Answered,
    ToTrunk,
    Abandoned,
    Intercepted,
    Refused,
    Unserved,
    Failed,
}

/// One caller, when the day is over.
#[derive(Clone, Debug, Default)]
pub(super) struct Entry {
    /// When he came: civil milliseconds.
    pub(super) at_ms: i64,
    pub(super) key: Option<String>,
    pub(super) fate: Option<Fate>,
    /// What the plan wanted done with him first, and the trunk he came in on: for equal trunks it is the same until the
    /// plan changes it.
    pub(super) planned: Option<String>,
    pub(super) trunk: Option<TrunkId>,
    /// What was done.
    pub(super) met: Option<String>,
    pub(super) announced: bool,
    pub(super) waited_ms: Option<u64>,
}

/// How many callers met what.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub struct Figures {
    /// All; the sum of the seven that follow.
    pub calls: u32,
    /// Talked to an agent.
    pub answered: u32,
    /// Talked to somebody behind a trunk.
    pub to_trunk: u32,
    /// Gave up.
    pub abandoned: u32,
    /// Heard that the number is cancelled.
    pub intercepted: u32,
    /// Were told that the number is not served.
    pub refused: u32,
    /// Nobody was free or could be reached.
    pub unserved: u32,
    /// Something was wrong.
    pub failed: u32,
    /// Heard the announcement of the merge.
    pub announced: u32,
    /// Entered a queue.
    pub waited: u32,
    /// Of the answered: how long all of them waited, in milliseconds.
    pub answered_wait_ms: u64,
    /// Of the answered: who waited at most 15 s.
    pub within_15s: u32,
}

/// An hour of a number.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub struct Hour {
    /// Its first instant.
    pub from: String,
    /// What the plan wants done with its callers, first of all, in order of time; more than one when it changed within the
    /// hour.
    pub planned: Vec<String>,
    /// What was done. What is not planned happened because a trunk or a queue was full.
    pub met: Vec<String>,
    /// Whether it has a cut-over of the number, or the plan changed what it wants since the caller before for another
    /// reason: it opened or closed.
    pub changed: bool,
    /// How many.
    pub figures: Figures,
}

/// Hours in a row in which the plan changed nothing for a number's callers, after the first of them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub struct Period {
    /// Its first hour.
    pub from: String,
    /// The end of its last.
    pub until: String,
    /// What the plan wanted done, in order of time.
    pub planned: Vec<String>,
    /// What was done.
    pub met: Vec<String>,
    /// Whether it begins with a change.
    pub changed: bool,
    /// How many.
    pub figures: Figures,
}

/// A number that was called.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub struct Line {
    /// As the plan has it; `None`: all that it does not have.
    pub number: Option<String>,
    /// The hotline it is another name of.
    pub alias_of: Option<String>,
    /// The hotline's name.
    pub name: String,
    /// How it was merged.
    pub mode: Option<String>,
    /// The whole day.
    pub total: Figures,
    /// The day where something changed, and between.
    pub periods: Vec<Period>,
    /// The day by hours.
    pub hours: Vec<Hour>,
}

/// An hour of the city.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub struct CityHour {
    /// Its first instant.
    pub from: String,
    /// The numbers for which the plan changed something, called or not.
    pub changed: Vec<String>,
    /// How many.
    pub figures: Figures,
}

/// The whole day.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub struct Report {
    /// The plan's name.
    pub plan: String,
    /// The day's first instant.
    pub from: String,
    /// The first after it.
    pub until: String,
    /// What names the run.
    pub seed: u64,
    /// How many people were at work.
    pub agents: usize,
    /// The trunk the calls came in on, where nothing else was recorded.
    pub trunk: String,
    /// Everybody.
    pub total: Figures,
    /// Callers who still waited or talked six hours after the day, and hung up then.
    pub cut_off: u32,
    /// By hours.
    pub hours: Vec<CityHour>,
    /// By numbers.
    pub lines: Vec<Line>,
}

/// The books do not balance: some caller had no fate, or two. A defect of this program.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error(
    "{dialled} callers dialled, {fates} have a fate, {records} records were written and {strays} belong to nobody"
)]
#[expect(missing_docs, reason = "the message says what each is")]
pub struct Unbalanced {
    pub dialled: usize,
    pub fates: usize,
    pub records: usize,
    pub strays: usize,
}

impl Figures {
    fn count(&mut self, entry: &Entry) {
        let Some(fate) = entry.fate else { return };
        self.calls += 1;
        *match fate {
            Fate::Answered => &mut self.answered,
            Fate::ToTrunk => &mut self.to_trunk,
            Fate::Abandoned => &mut self.abandoned,
            Fate::Intercepted => &mut self.intercepted,
            Fate::Refused => &mut self.refused,
            Fate::Unserved => &mut self.unserved,
            Fate::Failed => &mut self.failed,
        } += 1;
        self.announced += u32::from(entry.announced);
        self.waited += u32::from(entry.waited_ms.is_some());
        if let (Fate::Answered, Some(ms)) = (fate, entry.waited_ms) {
            self.answered_wait_ms += ms;
            self.within_15s += u32::from(ms <= 15_000);
        }
    }

    /// Adds others.
    pub fn add(&mut self, other: &Self) {
        self.calls += other.calls;
        self.answered += other.answered;
        self.to_trunk += other.to_trunk;
        self.abandoned += other.abandoned;
        self.intercepted += other.intercepted;
        self.refused += other.refused;
        self.unserved += other.unserved;
        self.failed += other.failed;
        self.announced += other.announced;
        self.waited += other.waited;
        self.answered_wait_ms += other.answered_wait_ms;
        self.within_15s += other.within_15s;
    }

    /// The sum of all fates; equals `calls`.
    pub fn fates(&self) -> u32 {
        self.answered
            + self.to_trunk
            + self.abandoned
            + self.intercepted
            + self.refused
            + self.unserved
            + self.failed
    }

    /// How long an answered caller waited on average, in milliseconds.
    pub fn mean_wait_ms(&self) -> Option<u64> {
        self.answered_wait_ms.checked_div(u64::from(self.answered))
    }

    /// How many of a thousand answered callers waited at most 15 s.
    pub fn within_15s_per_mille(&self) -> Option<u32> {
        (self.within_15s * 1000).checked_div(self.answered)
    }
}

impl Hour {
    fn empty(from: String) -> Self {
        Self { from, planned: vec![], met: vec![], changed: false, figures: Figures::default() }
    }
}

impl Report {
    pub(super) fn of(table: &Table, day: &Day, entries: &[Entry]) -> Self {
        let from =
            |hour: usize| table.calendar().show(day.from_ms + i64::try_from(hour).unwrap_or(0) * HOUR_MS);
        let cuts = Cuts::new(table);
        let mut by_number: BTreeMap<Option<&str>, Vec<&Entry>> = BTreeMap::new();
        for entry in entries {
            by_number.entry(entry.key.as_deref()).or_default().push(entry);
        }
        // What the plan has comes first; what it has not, last.
        let unknown = by_number.remove(&None);
        let all = by_number.into_iter().chain(unknown.map(|entries| (None, entries)));
        let lines: Vec<Line> =
            all.map(|(number, entries)| line(table, day, (number, &entries), &cuts, &from)).collect();
        let mut city: Vec<CityHour> = day
            .each_hour()
            .map(|hour| CityHour { from: from(hour), changed: vec![], figures: Figures::default() })
            .collect();
        let mut total = Figures::default();
        for line in &lines {
            total.add(&line.total);
            for (hour, of_line) in city.iter_mut().zip(&line.hours) {
                hour.figures.add(&of_line.figures);
                if of_line.changed {
                    hour.changed.extend(line.number.clone());
                }
            }
        }
        for (number, cut) in
            cuts.0.iter().flat_map(|(number, cuts)| cuts.iter().map(move |cut| (number, *cut)))
        {
            if let Some(hour) = day.hour(cut).and_then(|hour| city.get_mut(hour)) {
                add_once(&mut hour.changed, Some(number));
            }
        }
        city.iter_mut().for_each(|hour| hour.changed.sort());
        Self {
            plan: table.name().to_owned(),
            from: from(0),
            until: from(day.each_hour().len()),
            seed: day.seed,
            agents: table.agents().count(),
            trunk: day.trunk.to_string(),
            total,
            cut_off: 0,
            hours: city,
            lines,
        }
    }
}

/// All cut-overs of the plan: of which number, and when.
struct Cuts(BTreeMap<String, Vec<i64>>);

impl Cuts {
    fn new(table: &Table) -> Self {
        let mut cuts: BTreeMap<String, Vec<i64>> = BTreeMap::new();
        for cut in cut_overs(table) {
            for number in cut.begins.into_values().flatten() {
                cuts.entry(number).or_default().push(cut.at_ms);
            }
        }
        Self(cuts)
    }

    fn of(&self, number: Option<&str>) -> &[i64] {
        number.and_then(|number| self.0.get(number)).map_or(&[], Vec::as_slice)
    }
}

fn line(
    table: &Table,
    day: &Day,
    (number, entries): (Option<&str>, &[&Entry]),
    cuts: &Cuts,
    from: &impl Fn(usize) -> String,
) -> Line {
    let mut all: Vec<Hour> = day.each_hour().map(|hour| Hour::empty(from(hour))).collect();
    let mut total = Figures::default();
    let cuts = cuts.of(number);
    // Per trunk, what was planned for the caller before, and when he came.
    let mut last: BTreeMap<Option<&TrunkId>, (&str, i64)> = BTreeMap::new();
    for entry in entries {
        total.count(entry);
        let Some(hour) = day.hour(entry.at_ms).and_then(|hour| all.get_mut(hour)) else { continue };
        hour.figures.count(entry);
        add_once(&mut hour.met, entry.met.as_deref());
        if let Some(planned) = entry.planned.as_deref() {
            add_once(&mut hour.planned, Some(planned));
            let before = last.insert(entry.trunk.as_ref(), (planned, entry.at_ms));
            // The first caller after a cut-over may come hours later.
            let is_of_cut = |before| cuts.iter().any(|cut| before < *cut && *cut <= entry.at_ms);
            hour.changed |= before.is_some_and(|(before, at)| before != planned && !is_of_cut(at));
        }
    }
    for cut in cuts {
        if let Some(hour) = day.hour(*cut).and_then(|hour| all.get_mut(hour)) {
            hour.changed = true;
        }
    }
    let hours = all;
    let fate = number.and_then(|number| table.fate(&Number::new(number)));
    // Whose the number is when the day begins; else its first owner.
    let owner = fate.and_then(|fate| fate.segment(day.from_ms)).and_then(|segment| segment.hotline);
    let info = owner.or_else(|| fate?.segments().find_map(|segment| segment.hotline));
    Line {
        number: number.map(str::to_owned),
        alias_of: fate.filter(|fate| !fate.via().is_empty()).and(info).map(|info| info.number.to_string()),
        name: fate
            .and_then(|fate| fate.name().map(str::to_owned))
            .unwrap_or_else(|| info.map_or_else(|| told_name(table, fate), |info| info.name.clone())),
        mode: info.map(|info| info.mode.as_str().to_owned()),
        total,
        periods: periods(&hours, from),
        hours,
    }
}

/// A number that is only told has no hotline; its name stands with the targets.
fn told_name(table: &Table, fate: Option<&fate::Fate>) -> String {
    let target = fate.and_then(|fate| table.targets().iter().find(|target| target.number == fate.number));
    target.map(|target| target.name.clone()).unwrap_or_default()
}

/// Hours up to the next change, joined. An hour without callers and without a cut-over belongs to the one before it.
fn periods(hours: &[Hour], from: &impl Fn(usize) -> String) -> Vec<Period> {
    let mut all: Vec<Period> = vec![];
    for (i, hour) in hours.iter().enumerate() {
        match all.last_mut() {
            Some(period) if !hour.changed => {
                period.until = from(i + 1);
                period.figures.add(&hour.figures);
                hour.planned.iter().for_each(|planned| add_once(&mut period.planned, Some(planned)));
                hour.met.iter().for_each(|met| add_once(&mut period.met, Some(met)));
            }
            _ => all.push(Period {
                from: hour.from.clone(),
                until: from(i + 1),
                planned: hour.planned.clone(),
                met: hour.met.clone(),
                changed: hour.changed,
                figures: hour.figures,
            }),
        }
    }
    all
}

fn add_once(list: &mut Vec<String>, word: Option<&str>) {
    if let Some(word) = word.filter(|word| !list.iter().any(|there| there == word)) {
        list.push(word.to_owned());
    }
}
