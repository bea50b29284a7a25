//! The sheet a picture is printed on: A3, in millimetres. Landscape if its rows are legible so, else portrait; a plan
//! with more rows than fit makes the sheet longer and never the letters smaller than they can be read.

use unicode_width::UnicodeWidthChar;

use crate::dialplan::timeline::Timeline;

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
    /// Where the view ends: what is right of it lies beyond a break, without scale.
    pub(super) end: f64,
    /// Where rows begin and end.
    pub(super) top: f64,
    pub(super) bottom: f64,
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
        let columns = |of: &dyn Fn(&super::Row) -> &str, max: f64| {
            let rows = timeline.groups.iter().flat_map(|group| &group.rows);
            rows.map(|row| text_width(of(row), font)).fold(0.0, f64::max).min(max) + GUTTER
        };
        let names = MARGIN + columns(&|row| &row.number, 30.0);
        let owners = names + columns(&|row| &row.name, width / 7.0);
        let left = owners + columns(&|row| &row.owner, width / 9.0);
        let right = width - MARGIN - columns(&|row| &row.fallback, width / 7.0);
        let end = match timeline.far_ms.len() {
            0 => right,
            far => right - BREAK - count(far) * FAR,
        };
        let bottom = HEAD + lines * pitch;
        Self { width, height, pitch, font, names, owners, left, right, end, top: HEAD, bottom }
    }

    /// Where an instant stands.
    pub(super) fn x(&self, timeline: &Timeline, at_ms: i64) -> f64 {
        if at_ms > timeline.until_ms && self.end < self.right {
            let before = timeline.far_ms.iter().filter(|far| **far < at_ms).count();
            return self.end + BREAK + count(before) * FAR;
        }
        let at = at_ms.clamp(timeline.from_ms, timeline.until_ms);
        let part = millis(at - timeline.from_ms) / millis(timeline.until_ms - timeline.from_ms).max(1.0);
        self.left + part * (self.end - self.left)
    }
}

/// Room below the rows: a line for the legend's two rows, the cut-overs and each note.
fn foot(timeline: &Timeline) -> f64 {
    let cuts = count(timeline.cuts.len().div_ceil(CUTS_A_LINE).min(CUT_LINES_MAX));
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
/// Above the rows: title, cut-overs, months.
pub(super) const HEAD: f64 = 42.0;
/// A group's title, in rows.
pub(super) const TITLE: f64 = 1.25;
/// A line of the foot.
pub(super) const LINE: f64 = 4.4;
const LEGEND_LINES: f64 = 3.0;
pub(super) const CUTS_A_LINE: usize = 4;
pub(super) const CUT_LINES_MAX: usize = 8;
/// The gap of a broken axis, and the room behind each cut-over beyond it.
pub(super) const BREAK: f64 = 5.0;
const FAR: f64 = 21.0;
const GUTTER: f64 = 2.5;
/// Below this, landscape is too dense: turn the sheet.
const PITCH_LEGIBLE: f64 = 3.0;
const PITCH_MIN: f64 = 3.0;
const PITCH_MAX: f64 = 7.0;
/// 6.2 points.
const FONT_MIN: f64 = 2.2;
const FONT_MAX: f64 = 3.6;
