//! A picture for a terminal: a line a number, a column a stretch of time.
//!
//! Chinese characters take two columns, so widths are counted and not lengths. What a colour says is said by the
//! sign too, so that nothing is lost without colour.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::dialplan::timeline::axis::{Axis, Part};
use crate::dialplan::timeline::window::Stretch;
use crate::dialplan::timeline::{Bar, Look, Row, Timeline};
use crate::event::Phase;
use crate::stdx::{printable, wrap};

impl Timeline {
    /// As text of so many columns, with colour or without.
    pub fn terminal(&self, columns: usize, colour: bool) -> String {
        let sheet = Sheet::new(self, columns, colour);
        let mut text = sheet.head();
        for group in &self.groups {
            text.push_str(&format!("{}\n", printable(&group.title)));
            for row in &group.rows {
                text.push_str(&sheet.row(row));
            }
        }
        text.push('\n');
        text.push_str(&sheet.legend());
        text.push_str(&self.cut_list(columns));
        text
    }

    fn cut_list(&self, columns: usize) -> String {
        let mut text = String::new();
        for cut in &self.cuts {
            let at = self.calendar.show(cut.at_ms);
            text.push_str(&format!("{at}  {}\n", cut.counts(self.language).join(", ")));
        }
        for (i, note) in self.notes.iter().enumerate() {
            let has = |row: &&Row| row.bars.iter().any(|bar| bar.note == Some(i));
            let rows = self.groups.iter().flat_map(|group| &group.rows).filter(has);
            let whose: Vec<&str> = rows.map(|row| row.number.as_str()).collect();
            text.push_str(&wrap(
                &format!("[{}] {}: {}", i + 1, whose.join(", "), printable(note)),
                columns,
                INDENT,
            ));
        }
        text
    }
}

struct Sheet<'t> {
    timeline: &'t Timeline,
    colour: bool,
    /// Columns of the number, of the name.
    number: usize,
    name: usize,
    lanes: Vec<Lane>,
}

/// Where a stretch of time is drawn.
struct Lane {
    stretch: Stretch,
    /// Its first column, counted from the first of all.
    first: usize,
    columns: usize,
}

impl<'t> Sheet<'t> {
    fn new(timeline: &'t Timeline, columns: usize, colour: bool) -> Self {
        let rows = || timeline.groups.iter().flat_map(|group| &group.rows);
        let number = rows().map(|row| row.number.width()).max().unwrap_or(0);
        let name = rows().map(|row| row.name.width()).max().unwrap_or(0).min(columns / 5);
        let picture = columns.saturating_sub(number + name + 4).clamp(PICTURE_MIN, PICTURE_MAX);
        Self { timeline, colour, number, name, lanes: lanes(&timeline.stretches, picture) }
    }

    /// The plan's name and period; two lines that name the parts of time; the instant marked.
    fn head(&self) -> String {
        let timeline = self.timeline;
        let mut text = format!("{}  {}  {}\n", printable(&timeline.plan), timeline.period(), timeline.zone);
        let indent = self.number + self.name + 4;
        let (mut above, mut below) = (String::new(), String::new());
        for lane in &self.lanes {
            let axis = lane.axis(timeline);
            lane.names(&axis.above, &mut above);
            lane.names(&axis.below, &mut below);
        }
        for names in [above, below].iter().filter(|names| !names.is_empty()) {
            text.push_str(format!("{:indent$}{names}", "").trim_end());
            text.push('\n');
        }
        if let Some(at) = timeline.marked()
            && let Some(lane) = self.lanes.iter().find(|lane| lane.stretch.has(at))
        {
            let place = indent + lane.first + lane.column(at);
            text.push_str(&format!("{:place$}v {}\n", "", timeline.date(at)));
        }
        text
    }

    fn row(&self, row: &Row) -> String {
        let mut line = format!("{}  {}  ", pad(&row.number, self.number), pad(&row.name, self.name));
        for (i, lane) in self.lanes.iter().enumerate() {
            if i > 0 {
                line.push(BREAK);
            }
            let (before, behind) = self.timeline.gaps_beyond(row, &lane.stretch);
            let mut painted: Option<Look> = None;
            for column in 0..lane.columns {
                let edge = match column {
                    0 if before.is_some() => Some((Look::Gap, GAP_BEFORE)),
                    _ if column + 1 == lane.columns && behind.is_some() => Some((Look::Gap, GAP_BEHIND)),
                    _ => None,
                };
                let Some((look, sign)) =
                    edge.or_else(|| lane.bar(row, column).map(|bar| (bar.look, sign(bar))))
                else {
                    continue;
                };
                if self.colour && painted != Some(look) {
                    line.push_str(paint(look));
                    painted = Some(look);
                }
                line.push(sign);
            }
            if self.colour {
                line.push_str("\x1b[0m");
            }
        }
        let mut line = line.trim_end().to_owned();
        line.push('\n');
        line
    }

    fn legend(&self) -> String {
        let say = self.timeline.language;
        let mut looks: Vec<(Look, bool)> = vec![(Look::Gap, false)];
        let bars = self.timeline.groups.iter().flat_map(|group| &group.rows).flat_map(|row| &row.drawn);
        looks.extend(bars.map(|bar| (bar.look, bar.is_trial())));
        looks.sort_unstable();
        looks.dedup();
        let keys = looks.into_iter().map(|(look, trial)| {
            let sign = if trial { trial_sign(look) } else { plain_sign(look) };
            let trial = if trial { format!(", {}", say.phase(Some(Phase::Trial))) } else { String::new() };
            let sign = if self.colour { format!("{}{sign}\x1b[0m", paint(look)) } else { sign.to_string() };
            format!("{sign} {}{trial}\n", say.look(look))
        });
        let mut legend: String = keys.collect();
        let rows = || self.timeline.groups.iter().flat_map(|group| &group.rows);
        let gaps = |row: &Row| {
            let each = |lane: &Lane| self.timeline.gaps_beyond(row, &lane.stretch);
            self.lanes.iter().map(each).any(|(before, behind)| before.or(behind).is_some())
        };
        if rows().any(gaps) {
            let red = |sign: char| {
                if self.colour { format!("{}{sign}\x1b[0m", paint(Look::Gap)) } else { sign.to_string() }
            };
            let name = say.pick("视图之外有缺口,见下", "GAP out of view, see below");
            legend.push_str(&format!("{} {} {name}\n", red(GAP_BEFORE), red(GAP_BEHIND)));
        }
        if self.lanes.len() > 1 {
            legend.push_str(&format!("{BREAK} {}\n", say.pick("略去一段时间", "time left out")));
        }
        legend
    }
}

impl Lane {
    /// What a column shows: a gap within it, else what holds when it begins.
    fn bar<'r>(&self, row: &'r Row, column: usize) -> Option<&'r Bar> {
        let (from, until) = (self.instant(column), self.instant(column + 1).max(self.instant(column) + 1));
        let within = |bar: &&Bar| bar.from_ms < until && bar.until_ms > from;
        let gap = row.drawn.iter().filter(within).find(|bar| bar.look == Look::Gap);
        gap.or_else(|| row.drawn.iter().find(|bar| bar.from_ms <= from && from < bar.until_ms))
    }

    fn instant(&self, column: usize) -> i64 {
        let length = i128::from(self.stretch.until_ms) - i128::from(self.stretch.from_ms);
        let part = |n: usize| i128::try_from(n).unwrap_or(0);
        let into = length * part(column) / part(self.columns).max(1);
        self.stretch.from_ms.saturating_add(i64::try_from(into).unwrap_or(0))
    }

    fn column(&self, at_ms: i64) -> usize {
        (0..self.columns).find(|column| self.instant(column + 1) > at_ms).unwrap_or(self.columns)
    }

    fn axis(&self, timeline: &Timeline) -> Axis {
        let room = u32::try_from(self.columns).map_or(0.0, f64::from);
        // The line before a name, and a blank behind it.
        let width = |name: &str| u32::try_from(name.width() + 2).map_or(f64::MAX, f64::from);
        Axis::of(&timeline.calendar, timeline.language, &self.stretch, room, &width)
    }

    /// Adds the names of its parts to a line that ends before it.
    fn names(&self, parts: &[Part], line: &mut String) {
        for part in parts.iter().filter(|part| !part.name.is_empty()) {
            let column = self.first + self.column(part.from_ms);
            if column < line.width() || column + part.name.width() >= self.first + self.columns {
                continue;
            }
            line.extend(std::iter::repeat_n(' ', column - line.width()));
            line.push('|');
            line.push_str(&part.name);
        }
    }
}

/// The stretch of the bulk has all the columns that are left.
fn lanes(stretches: &[Stretch], columns: usize) -> Vec<Lane> {
    let far = stretches.iter().filter(|stretch| stretch.far).count();
    let room = columns.saturating_sub(stretches.len().saturating_sub(1));
    let each = (room / 2 / far.max(1)).clamp(1, FAR_COLUMNS);
    let main = room.saturating_sub(each * far).max(1);
    let mut first = 0;
    let lane = |stretch: &Stretch| {
        let columns = if stretch.far { each } else { main };
        let lane = Lane { stretch: *stretch, first, columns };
        first += columns + 1;
        lane
    };
    stretches.iter().map(lane).collect()
}

fn sign(bar: &Bar) -> char {
    if bar.is_trial() { trial_sign(bar.look) } else { plain_sign(bar.look) }
}

fn plain_sign(look: Look) -> char {
    match look {
        Look::General => 'G',
        Look::Own => 'Q',
        Look::Trunk => 'S',
        Look::Legacy => 'o',
        Look::Emergency => 'E',
        Look::Intercept => 'x',
        Look::Cancelled => '-',
        Look::Closed => 'z',
        Look::Told => '.',
        Look::NotOurs => ' ',
        Look::Gap => '!',
    }
}

/// In the trial, small letters.
fn trial_sign(look: Look) -> char {
    plain_sign(look).to_ascii_lowercase()
}

fn paint(look: Look) -> &'static str {
    match look {
        Look::General => "\x1b[0;44;97m",
        Look::Own => "\x1b[0;42;30m",
        Look::Trunk => "\x1b[0;43;30m",
        Look::Legacy => "\x1b[0;46;30m",
        Look::Emergency => "\x1b[0;45;97m",
        Look::Intercept | Look::Cancelled => "\x1b[0;100;97m",
        Look::Closed => "\x1b[0;40;37m",
        Look::Told | Look::NotOurs => "\x1b[0m",
        Look::Gap => "\x1b[0;41;97;1m",
    }
}

/// Exactly so many columns: filled up, or its end left out.
fn pad(text: &str, columns: usize) -> String {
    let text = printable(text);
    let mut kept = String::new();
    let whole = text.width() <= columns;
    for c in text.chars() {
        let room = if whole { columns } else { columns.saturating_sub(1) };
        if kept.width() + c.width().unwrap_or(0) > room {
            break;
        }
        kept.push(c);
    }
    if !whole {
        kept.push('…');
    }
    kept.extend(std::iter::repeat_n(' ', columns.saturating_sub(kept.width())));
    kept
}

const INDENT: usize = 4;
const BREAK: char = '~';
const GAP_BEFORE: char = '<';
const GAP_BEHIND: char = '>';
/// A stretch far from the bulk: room for a year's and a month's name.
const FAR_COLUMNS: usize = 11;
/// However narrow a terminal says it is.
const PICTURE_MIN: usize = 24;
const PICTURE_MAX: usize = 400;
