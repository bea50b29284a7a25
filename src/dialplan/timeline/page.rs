//! The sheet a picture is printed on: A3, in millimetres. Landscape if its rows are legible so, else portrait; a plan
//! with more rows than fit makes the sheet longer and never the letters smaller than they can be read.

use unicode_width::UnicodeWidthChar;

use crate::dialplan::timeline::window::Stretch;
use crate::dialplan::timeline::words::Heading;
use crate::dialplan::timeline::{Row, Timeline};

/// Where everything is, in millimetres from the top left.
#[derive(Clone, Debug)]
pub(super) struct Page {
    pub(super) width: f64,
    pub(super) height: f64,
    /// From one row to the next.
    pub(super) pitch: f64,
    /// Letters of rows.
    pub(super) font: f64,
    /// First column beside the numbers: names, owners, the picture, fallbacks.
    pub(super) names: f64,
    pub(super) owners: f64,
    pub(super) left: f64,
    pub(super) right: f64,
    /// What the picture is divided into: a lane a stretch of time.
    pub(super) lanes: Vec<Lane>,
    /// Where rows begin and end.
    pub(super) top: f64,
    pub(super) bottom: f64,
}

/// Where a stretch of time is drawn.
#[derive(Clone, Debug)]
pub(super) struct Lane {
    pub(super) stretch: Stretch,
    pub(super) left: f64,
    pub(super) right: f64,
}

impl Page {
    pub(super) fn of(timeline: &Timeline) -> Self {
        let lines = count(timeline.rows()) + TITLE * count(timeline.groups.len());
        let foot = foot(timeline);
        let pitch = |height: f64| ((height - HEAD - foot) / lines.max(1.0)).min(PITCH_MAX);
        let (width, height) = if pitch(A3.1) >= PITCH_LEGIBLE { A3 } else { (A3.1, A3.0) };
        let pitch = pitch(height).max(PITCH_MIN);
        let height = height.max(HEAD + lines * pitch + foot);
        let font = (pitch * 0.74).clamp(FONT_MIN, FONT_MAX);
        let names = MARGIN + column(timeline, font, &|row| &row.number, Heading::Number, 30.0);
        let owners = names + column(timeline, font, &|row| &row.name, Heading::Name, width / 7.0);
        let left = owners + column(timeline, font, &|row| &row.owner, Heading::Owner, width / 9.0);
        let fallbacks = column(timeline, font, &|row| &row.fallback, Heading::Fallback, width / 7.0);
        let right = width - MARGIN - fallbacks;
        let lanes = lanes(&timeline.stretches, left, right);
        let bottom = HEAD + lines * pitch;
        Self { width, height, pitch, font, names, owners, left, right, lanes, top: HEAD, bottom }
    }

    /// Where an instant stands, if it is in view.
    pub(super) fn x(&self, at_ms: i64) -> Option<f64> {
        self.lanes.iter().find(|lane| lane.stretch.has(at_ms)).map(|lane| lane.x(at_ms))
    }
}

impl Lane {
    /// Where an instant stands; at the edge what is out of view.
    pub(super) fn x(&self, at_ms: i64) -> f64 {
        let Stretch { from_ms, until_ms, .. } = self.stretch;
        let part = millis(at_ms.clamp(from_ms, until_ms) - from_ms) / millis(until_ms - from_ms).max(1.0);
        self.left + part * (self.right - self.left)
    }
}

/// The stretch of the bulk has all the room that is left.
fn lanes(stretches: &[Stretch], left: f64, right: f64) -> Vec<Lane> {
    let far = count(stretches.iter().filter(|stretch| stretch.far).count());
    let room = right - left - BREAK * (count(stretches.len()) - 1.0);
    let each = FAR.min(room / 2.0 / far.max(1.0));
    let main = room - each * far;
    let mut from = left;
    let lane = |stretch: &Stretch| {
        let left = from;
        let right = left + if stretch.far { each } else { main };
        from = right + BREAK;
        Lane { stretch: *stretch, left, right }
    };
    stretches.iter().map(lane).collect()
}

/// How wide a column is: nothing if nothing stands in it, else wide enough for its heading too.
fn column(timeline: &Timeline, font: f64, of: &dyn Fn(&Row) -> &str, heading: Heading, max: f64) -> f64 {
    let rows = timeline.groups.iter().flat_map(|group| &group.rows);
    let widest = rows.map(|row| text_width(of(row), font)).fold(0.0, f64::max);
    if widest == 0.0 {
        return 0.0;
    }
    // Bold letters are wider.
    let heading = text_width(timeline.language.heading(heading), HEADING_FONT) * 1.1;
    widest.min(max).max(heading) + GUTTER
}

/// Room below the rows: lines for the legend, how it is read, the cut-overs and each note.
fn foot(timeline: &Timeline) -> f64 {
    let cuts = count(timeline.cuts_in_view().count().div_ceil(CUTS_A_LINE).min(CUT_LINES_MAX));
    MARGIN + LINE * (LEGEND_LINES + cuts + 1.0 + count(timeline.notes.len()))
}

/// How wide a text is at most, in the unit of its letters' height: nobody knows the font it will be drawn with.
pub(super) fn text_width(text: &str, font: f64) -> f64 {
    let em = |c: char| match c.width() {
        Some(2) => 1.0,
        Some(1) if c.is_ascii_uppercase() || "mwMW%@→".contains(c) => 0.86,
        Some(1) if "iljtfr.,:;'|!() ".contains(c) => 0.4,
        Some(1) => 0.6,
        Some(_) | None => 0.0,
    };
    text.chars().map(em).sum::<f64>() * font
}

/// A text that fits into so many millimetres, its end left out if need be; nothing if not even a letter fits.
pub(super) fn fit(text: &str, width: f64, font: f64) -> String {
    if text_width(text, font) <= width {
        return text.to_owned();
    }
    let mut kept = String::new();
    for c in text.chars() {
        kept.push(c);
        if text_width(&kept, font) + font > width {
            kept.pop();
            break;
        }
    }
    if kept.is_empty() { kept } else { kept + "…" }
}

pub(super) fn count(n: usize) -> f64 {
    u32::try_from(n).map_or(f64::MAX, f64::from)
}

#[expect(clippy::cast_precision_loss, reason = "a hundredth of a millimetre is finer than any printer")]
fn millis(ms: i64) -> f64 {
    ms as f64
}

/// Landscape.
const A3: (f64, f64) = (420.0, 297.0);
pub(super) const MARGIN: f64 = 10.0;
/// Above the rows: title, cut-overs, the names of months.
pub(super) const HEAD: f64 = 49.0;
/// The two lines of names.
pub(super) const AXIS: f64 = 9.5;
pub(super) const HEADING_FONT: f64 = 2.8;
/// Between two stretches of time.
pub(super) const BREAK: f64 = 4.0;
/// A stretch far from the bulk: two months and what is written there.
const FAR: f64 = 30.0;
/// A group's title, in rows.
pub(super) const TITLE: f64 = 1.25;
/// A line of the foot.
pub(super) const LINE: f64 = 4.4;
const LEGEND_LINES: f64 = 4.0;
pub(super) const CUTS_A_LINE: usize = 4;
pub(super) const CUT_LINES_MAX: usize = 8;
const GUTTER: f64 = 2.5;
/// Below this, landscape is too dense: turn the sheet.
const PITCH_LEGIBLE: f64 = 3.0;
const PITCH_MIN: f64 = 3.0;
const PITCH_MAX: f64 = 7.0;
/// 6.2 points.
const FONT_MIN: f64 = 2.2;
const FONT_MAX: f64 = 3.6;
