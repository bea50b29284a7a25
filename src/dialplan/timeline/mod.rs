//! A plan as one picture: numbers × time. What is drawn is worked out here, once; [`svg`] draws it for paper,
//! [`terminal`] for a terminal, [`ics`] writes its cut-overs for a calendar program.
//!
//! *Invariant:* bars are the segments `decide` looks in, so the picture shows what will happen and not what was
//! meant. A number that is served before and behind a period in which it is not has a gap there, however short.
//! It does not check the plan: a gap is drawn, not reported.

pub mod ics;
mod json;
mod page;
mod rows;
pub mod svg;
pub mod terminal;
mod words;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::dialplan::calendar::Calendar;
use crate::dialplan::table::Table;
use crate::event::Phase;

pub use words::Language;

/// What is to be seen.
#[derive(Clone, Copy, Debug, Default)]
pub struct View {
    /// First millisecond; `None`: a little before the first cut-over.
    pub from_ms: Option<i64>,
    /// First millisecond no longer shown; `None`: a little behind the last one, far outliers left out.
    pub until_ms: Option<i64>,
    /// An instant to mark.
    pub at_ms: Option<i64>,
    /// How rows are grouped.
    pub by: By,
    /// In which language; `None`: Chinese if the plan has a Chinese name.
    pub language: Option<Language>,
}

/// How rows are grouped.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum By {
    /// By merge mode.
    #[default]
    Mode,
    /// By the beginning of the trial: by wave.
    Wave,
}

/// A plan, ready to be drawn.
#[derive(Clone, Debug)]
pub struct Timeline {
    pub(super) plan: String,
    pub(super) zone: String,
    /// Tells plans of different cities apart.
    pub(super) city: String,
    pub(super) calendar: Calendar,
    pub(super) language: Language,
    pub(super) from_ms: i64,
    pub(super) until_ms: i64,
    /// Cut-overs far behind the view that a sheet shows all the same, beyond a break of its axis.
    pub(super) far_ms: Vec<i64>,
    pub(super) at_ms: Option<i64>,
    pub(super) groups: Vec<Group>,
    /// All of the plan's, also those out of view.
    pub(super) cuts: Vec<Cut>,
    /// First instants of the months in view.
    pub(super) months: Vec<(i64, Date)>,
    /// Weekly hours: how bars that have them are marked, and what they say.
    pub(super) notes: Vec<String>,
}

/// Rows that belong together.
#[derive(Clone, Debug)]
pub(super) struct Group {
    pub(super) title: String,
    pub(super) rows: Vec<Row>,
}

/// One number.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) number: String,
    pub(super) name: String,
    pub(super) owner: String,
    /// Where a call goes when the first place is full, down or slow.
    pub(super) fallback: String,
    /// Without gap from the beginning of time to its end.
    pub(super) bars: Vec<Bar>,
}

/// A period of a number.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Bar {
    pub(super) from_ms: i64,
    pub(super) until_ms: i64,
    pub(super) look: Look,
    pub(super) phase: Option<Phase>,
    /// What is written in it, the most important first.
    pub(super) label: Vec<String>,
    /// The announcement a caller hears first.
    pub(super) announce: Option<String>,
    /// Which note tells its weekly hours.
    pub(super) note: Option<usize>,
}

impl Bar {
    /// Whether it is drawn as a trial: people answer, and it is not final.
    pub(super) fn is_trial(&self) -> bool {
        self.phase == Some(Phase::Trial) && self.look.serves()
    }
}

/// What a period looks like: where the call goes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Look {
    /// The general queue.
    General,
    /// A queue of its own.
    Own,
    /// A sub-center's trunk.
    Trunk,
    /// The old destination.
    Legacy,
    /// An emergency line.
    Emergency,
    /// An intercept announcement.
    Intercept,
    /// Refused, as the plan means it: cancelled.
    Cancelled,
    /// Told or reached by transfer only.
    Told,
    /// Not ours yet, or no longer.
    NotOurs,
    /// Served before and behind, and not in between.
    Gap,
}

impl Look {
    /// Whether a caller comes to someone.
    pub(super) fn serves(self) -> bool {
        match self {
            Self::General | Self::Own | Self::Trunk | Self::Legacy | Self::Emergency => true,
            Self::Intercept | Self::Cancelled | Self::Told | Self::NotOurs | Self::Gap => false,
        }
    }
}

/// An instant at which numbers change their fate.
#[derive(Clone, Debug)]
pub(super) struct Cut {
    pub(super) at_ms: i64,
    /// What begins, and for which numbers.
    pub(super) begins: BTreeMap<Begins, Vec<String>>,
}

/// What begins at a cut-over.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Begins {
    Trial,
    Formal,
    Cancelled,
    Gap,
    Other,
}

/// Works out the picture of a plan.
pub fn timeline(table: &Table, view: &View) -> Timeline {
    let language = view.language.unwrap_or_else(|| Language::of(table.name()));
    let mut notes = vec![];
    let groups = rows::groups(table, view.by, language, &mut notes);
    let cuts = cuts(&groups);
    let calendar = table.calendar().clone();
    let (first, last) = bulk(&cuts);
    let from_ms = view.from_ms.unwrap_or_else(|| month(&calendar, first - HALF_MONTH_MS, 0).unwrap_or(first));
    let until_ms = view.until_ms.unwrap_or_else(|| month(&calendar, last + HALF_MONTH_MS, 1).unwrap_or(last));
    let until_ms = until_ms.max(from_ms + DAY_MS);
    // Who says where it ends wants to see no more.
    let far = cuts.iter().map(|cut| cut.at_ms).filter(|at| *at > until_ms && view.until_ms.is_none());
    let far_ms = far.take(FAR_MAX).collect();
    Timeline {
        plan: table.name().to_owned(),
        zone: table.zone().to_owned(),
        city: format!("{}-{}", table.numbering().area_code(), table.number()),
        months: months(&calendar, from_ms, until_ms),
        calendar,
        language,
        from_ms,
        until_ms,
        far_ms,
        at_ms: view.at_ms,
        groups,
        cuts,
        notes,
    }
}

impl Timeline {
    /// How many numbers it shows.
    pub fn rows(&self) -> usize {
        self.groups.iter().map(|group| group.rows.len()).sum()
    }

    /// `2021-12-01`, or with a time of day where there is one.
    pub(super) fn date(&self, at_ms: i64) -> String {
        match self.calendar.civil(at_ms) {
            Some(at) if at.time() == jiff::civil::Time::midnight() => at.strftime("%Y-%m-%d").to_string(),
            Some(at) if at.second() == 0 => at.strftime("%Y-%m-%d %H:%M").to_string(),
            Some(at) => at.strftime("%Y-%m-%d %H:%M:%S").to_string(),
            None => String::new(),
        }
    }

    /// Cut-overs in view.
    pub(super) fn cuts_in_view(&self) -> impl Iterator<Item = &Cut> {
        self.cuts.iter().filter(|cut| self.from_ms <= cut.at_ms && cut.at_ms < self.until_ms)
    }

    /// Those, and the ones beyond the break.
    pub(super) fn cuts_on_the_sheet(&self) -> impl Iterator<Item = &Cut> {
        let far = self.cuts.iter().filter(|cut| self.far_ms.contains(&cut.at_ms));
        self.cuts_in_view().chain(far)
    }
}

/// Every instant at which a bar begins, and for whom.
fn cuts(groups: &[Group]) -> Vec<Cut> {
    let mut cuts: BTreeMap<i64, BTreeMap<Begins, Vec<String>>> = BTreeMap::new();
    for row in groups.iter().flat_map(|group| &group.rows) {
        for (before, bar) in row.bars.iter().zip(row.bars.iter().skip(1)) {
            let begins = match bar.phase.filter(|phase| before.phase != Some(*phase)) {
                _ if bar.look == Look::Gap => Begins::Gap,
                Some(Phase::Trial) => Begins::Trial,
                Some(Phase::Formal) => Begins::Formal,
                Some(Phase::Cancelled) => Begins::Cancelled,
                Some(Phase::Legacy) | None => Begins::Other,
            };
            cuts.entry(bar.from_ms).or_default().entry(begins).or_default().push(row.number.clone());
        }
    }
    cuts.into_iter().map(|(at_ms, begins)| Cut { at_ms, begins }).collect()
}

/// From the first to the last cut-over of the bulk: those within a year of the one in the middle, so that a single
/// number that ends years later does not press all others together.
fn bulk(cuts: &[Cut]) -> (i64, i64) {
    let each = cuts.iter().flat_map(|cut| cut.begins.values().flatten().map(|_| cut.at_ms));
    let all: Vec<i64> = each.collect();
    let Some(middle) = all.get(all.len() / 2).copied() else { return (EMPTY_MS, EMPTY_MS) };
    let near = |at: &&i64| (**at - middle).abs() <= YEAR_MS;
    let first = all.iter().find(near).copied().unwrap_or(middle);
    (first, all.iter().rev().find(near).copied().unwrap_or(middle))
}

/// The first instant of an instant's month, or of one some months later.
fn month(calendar: &Calendar, at_ms: i64, later: i32) -> Option<i64> {
    let day = calendar.civil(at_ms)?.date().first_of_month();
    calendar.midnight(day.checked_add(jiff::Span::new().months(later)).ok()?)
}

fn months(calendar: &Calendar, from_ms: i64, until_ms: i64) -> Vec<(i64, Date)> {
    let mut months = vec![];
    let mut next = from_ms;
    while next < until_ms && months.len() < MONTHS_MAX {
        let Some(day) = calendar.civil(next).map(|at| at.date()) else { break };
        months.push((next, day));
        let Some(later) = month(calendar, next, 1).filter(|later| *later > next) else { break };
        next = later;
    }
    months
}

const DAY_MS: i64 = 86_400_000;
const HALF_MONTH_MS: i64 = 15 * DAY_MS;
const YEAR_MS: i64 = 366 * DAY_MS;
/// A plan without any date: something to look at.
const EMPTY_MS: i64 = 1_640_966_400_000;
/// More would leave no room for the bulk.
const FAR_MAX: usize = 4;
/// A century.
const MONTHS_MAX: usize = 1200;
