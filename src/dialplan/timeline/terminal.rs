//! A picture for a terminal: a line a number, a column a stretch of time.
//!
//! Chinese characters take two columns, so widths are counted and not lengths. What a colour says is said by the
//! sign too, so that nothing is lost without colour.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::dialplan::timeline::{Bar, Look, Row, Timeline};
use crate::event::Phase;
use crate::stdx::printable;

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
            let begins = cut.begins.iter().map(|(begins, numbers)| {
                format!("{} {}", self.language.begins(*begins), self.language.numbers(numbers.len()))
            });
            text.push_str(&format!(
                "{}  {}\n",
                self.calendar.show(cut.at_ms),
                begins.collect::<Vec<_>>().join(", ")
            ));
        }
        for (i, note) in self.notes.iter().enumerate() {
            text.push_str(&broken(&format!("[{}] {}", i + 1, printable(note)), columns));
        }
        text
    }
}

struct Sheet<'t> {
    timeline: &'t Timeline,
    colour: bool,
    /// Columns of the number, of the name, of the picture.
    number: usize,
    name: usize,
    picture: usize,
}

impl<'t> Sheet<'t> {
    fn new(timeline: &'t Timeline, columns: usize, colour: bool) -> Self {
        let rows = || timeline.groups.iter().flat_map(|group| &group.rows);
        let number = rows().map(|row| row.number.width()).max().unwrap_or(0);
        let name = rows().map(|row| row.name.width()).max().unwrap_or(0).min(columns / 5);
        let picture = columns.saturating_sub(number + name + 4).clamp(PICTURE_MIN, PICTURE_MAX);
        Self { timeline, colour, number, name, picture }
    }

    /// The plan's name and period; a line of months.
    fn head(&self) -> String {
        let timeline = self.timeline;
        let (from, until) = (timeline.date(timeline.from_ms), timeline.date(timeline.until_ms));
        let mut text = format!("{}  {from} … {until}  {}\n", printable(&timeline.plan), timeline.zone);
        let mut months = String::new();
        for (i, (at, day)) in timeline.months.iter().enumerate() {
            let column = self.column(*at);
            if i > 0 && column <= months.width() {
                continue;
            }
            months.extend(std::iter::repeat_n(' ', column.saturating_sub(months.width())));
            let name = day.strftime(if i == 0 || day.month() == 1 { "|%Y-%m" } else { "|%m" }).to_string();
            if column + name.width() <= self.picture {
                months.push_str(&name);
            }
        }
        let indent = self.number + self.name + 4;
        text.push_str(format!("{:indent$}{months}", "").trim_end());
        text.push('\n');
        if let Some(at) = timeline.at_ms.filter(|at| (timeline.from_ms..timeline.until_ms).contains(at)) {
            let place = indent + self.column(at);
            text.push_str(&format!("{:place$}v {}\n", "", timeline.date(at)));
        }
        text
    }

    fn row(&self, row: &Row) -> String {
        let mut line = format!("{}  {}  ", pad(&row.number, self.number), pad(&row.name, self.name));
        let mut painted: Option<Look> = None;
        for column in 0..self.picture {
            let Some(bar) = self.bar(row, column) else { continue };
            if self.colour && painted != Some(bar.look) {
                line.push_str(paint(bar.look));
                painted = Some(bar.look);
            }
            line.push(sign(bar));
        }
        if self.colour {
            line.push_str("\x1b[0m");
        }
        let mut line = line.trim_end().to_owned();
        line.push('\n');
        line
    }

    /// What a column shows: a gap within it, else what holds when it begins.
    fn bar<'r>(&self, row: &'r Row, column: usize) -> Option<&'r Bar> {
        let (from, until) = (self.instant(column), self.instant(column + 1));
        let within = |bar: &&Bar| bar.from_ms < until && bar.until_ms > from;
        let gap = row.bars.iter().filter(within).find(|bar| bar.look == Look::Gap);
        gap.or_else(|| row.bars.iter().find(|bar| bar.from_ms <= from && from < bar.until_ms))
    }

    fn instant(&self, column: usize) -> i64 {
        let (from, length) = (self.timeline.from_ms, self.timeline.until_ms - self.timeline.from_ms);
        let part = |n: usize| i128::try_from(n).unwrap_or(0);
        let into = i128::from(length) * part(column) / part(self.picture).max(1);
        from + i64::try_from(into).unwrap_or(0)
    }

    fn column(&self, at_ms: i64) -> usize {
        (0..self.picture).find(|column| self.instant(column + 1) > at_ms).unwrap_or(self.picture)
    }

    fn legend(&self) -> String {
        let say = self.timeline.language;
        let mut looks: Vec<(Look, bool)> = vec![(Look::Gap, false)];
        let bars = self.timeline.groups.iter().flat_map(|group| &group.rows).flat_map(|row| &row.bars);
        looks.extend(bars.map(|bar| (bar.look, bar.is_trial())));
        looks.sort_unstable();
        looks.dedup();
        let keys = looks.into_iter().map(|(look, trial)| {
            let sign = if trial { trial_sign(look) } else { plain_sign(look) };
            let trial = if trial { format!(", {}", say.phase(Some(Phase::Trial))) } else { String::new() };
            let sign = if self.colour { format!("{}{sign}\x1b[0m", paint(look)) } else { sign.to_string() };
            format!("{sign} {}{trial}\n", say.look(look))
        });
        keys.collect()
    }
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
        Look::Told | Look::NotOurs => "\x1b[0m",
        Look::Gap => "\x1b[0;41;97;1m",
    }
}

/// In lines of so many columns, the further ones indented.
fn broken(text: &str, columns: usize) -> String {
    let mut broken = String::new();
    let mut line = String::new();
    for word in text.split_inclusive(' ') {
        if line.width() > INDENT.width() && line.width() + word.trim_end().width() > columns {
            broken.push_str(line.trim_end());
            broken.push('\n');
            line = INDENT.to_owned();
        }
        line.push_str(word);
    }
    broken + line.trim_end() + "\n"
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

const INDENT: &str = "    ";
/// However narrow a terminal says it is.
const PICTURE_MIN: usize = 24;
const PICTURE_MAX: usize = 400;
