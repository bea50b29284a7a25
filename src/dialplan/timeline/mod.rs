//! A plan as one picture: numbers × time. What is drawn is worked out here, once; [`svg`] draws it for paper,
//! [`terminal`] for a terminal, [`ics`] writes its cut-overs for a calendar program. [`window`] chooses the time that
//! is shown, [`axis`] names its parts, [`opened`] tells open from closed where days are seen.
//!
//! *Invariant:* bars are the segments `decide` looks in, so the picture shows what will happen and not what was
//! meant. A number that is served before and behind a period in which it is not has a gap there, and every gap is
//! seen in red: however short it is, and at the edge if it lies out of view.
//! It does not check the plan: a gap is drawn, not reported.

mod axis;
mod cut_over;
pub mod ics;
mod json;
mod opened;
mod page;
mod rows;
pub mod svg;
pub mod terminal;
mod window;
mod words;

#[cfg(test)]
mod tests;

use crate::dialplan::calendar::Calendar;
use crate::dialplan::table::Table;
use crate::event::Phase;

use self::window::Stretch;
pub use cut_over::{Begins, CutOver, cut_overs};
pub use words::Language;

/// What is to be seen.
#[derive(Clone, Copy, Debug, Default)]
pub struct View {
    /// First millisecond; `None`: a little before the first cut-over.
    pub from_ms: Option<i64>,
    /// First millisecond no longer shown; `None`: a little behind the last one. What is left out between far ones is
    /// said by the picture, unless both ends are given: then it is exactly that.
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
    /// What is shown, in the order of time, with a break between two.
    pub(super) stretches: Vec<Stretch>,
    pub(super) at_ms: Option<i64>,
    pub(super) groups: Vec<Group>,
    /// All of the plan's, also those out of view.
    pub(super) cuts: Vec<CutOver>,
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
    /// The same as it is drawn: in a picture of days, open and closed apart.
    pub(super) drawn: Vec<Bar>,
}

/// A period of a number.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Bar {
    pub(super) from_ms: i64,
    pub(super) until_ms: i64,
    pub(super) look: Look,
    pub(super) phase: Option<Phase>,
    /// The queue, the trunks, or how a call ends.
    pub(super) place: String,
    pub(super) skill: Option<String>,
    /// The announcement a caller hears first, or instead of being connected.
    pub(super) announce: Option<String>,
    /// Which note tells its weekly hours.
    pub(super) note: Option<usize>,
}

impl Bar {
    /// Whether it is drawn as a trial: people answer, and it is not final.
    pub(super) fn is_trial(&self) -> bool {
        self.phase == Some(Phase::Trial) && self.look.serves()
    }

    /// Whether something is announced before somebody answers.
    pub(super) fn announces(&self) -> bool {
        self.announce.is_some() && self.look.serves()
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
    /// Refused, outside the hours.
    Closed,
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
            Self::Intercept | Self::Cancelled | Self::Closed | Self::Told | Self::NotOurs | Self::Gap => {
                false
            }
        }
    }
}

/// Works out the picture of a plan.
pub fn timeline(table: &Table, view: &View) -> Timeline {
    let language = view.language.unwrap_or_else(|| Language::of(table.name()));
    let mut notes = vec![];
    let mut groups = rows::groups(table, view.by, language, &mut notes);
    let cuts = cut_over::of(&groups);
    let calendar = table.calendar().clone();
    let stretches = window::stretches(&calendar, &cuts, view);
    opened::draw(table, &stretches, language, &mut groups);
    Timeline {
        plan: table.name().to_owned(),
        zone: table.zone().to_owned(),
        city: format!("{}-{}", table.numbering().area_code(), table.number()),
        stretches,
        calendar,
        language,
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

    /// `2021-09-01 … 2022-02-01, 2024-04-01 … 2024-06-01`
    pub(super) fn period(&self) -> String {
        let each =
            |stretch: &Stretch| format!("{} … {}", self.date(stretch.from_ms), self.date(stretch.until_ms));
        self.stretches.iter().map(each).collect::<Vec<_>>().join(", ")
    }

    /// Cut-overs in view.
    pub(super) fn cuts_in_view(&self) -> impl Iterator<Item = &CutOver> {
        self.cuts.iter().filter(|cut| self.in_view(cut.at_ms))
    }

    /// The instant to mark, if it is in view.
    pub(super) fn marked(&self) -> Option<i64> {
        self.at_ms.filter(|at| self.in_view(*at))
    }

    fn in_view(&self, at_ms: i64) -> bool {
        self.stretches.iter().any(|stretch| stretch.has(at_ms))
    }

    /// The bars of a row that end or begin out of view at the edges of a stretch: the nearest gap before it, and the
    /// nearest behind it, each only where no other stretch is nearer.
    pub(super) fn gaps_beyond<'r>(
        &self,
        row: &'r Row,
        stretch: &Stretch,
    ) -> (Option<&'r Bar>, Option<&'r Bar>) {
        let shown = |bar: &Bar| self.stretches.iter().any(|stretch| stretch.shows(bar));
        let hidden = || row.bars.iter().filter(|bar| bar.look == Look::Gap && !shown(bar));
        let is_first = self.stretches.first() == Some(stretch);
        let next = self.stretches.iter().find(|other| other.from_ms > stretch.from_ms);
        let before = hidden().rfind(|bar| is_first && bar.from_ms < stretch.from_ms);
        let behind = hidden()
            .find(|bar| stretch.from_ms < bar.from_ms && next.is_none_or(|next| bar.from_ms < next.from_ms));
        (before, behind)
    }
}
