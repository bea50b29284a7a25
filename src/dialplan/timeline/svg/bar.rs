//! The periods of a number, each where it is seen, and gaps wherever they are.

use super::Sheet;
use super::label::Form;
use super::paint::Paint;
use super::pen::Words;
use crate::dialplan::timeline::page::{Lane, fit, text_width};
use crate::dialplan::timeline::{Bar, Look, Row};

/// What is seen of a period in a stretch of time.
struct Piece<'r> {
    bar: &'r Bar,
    x: f64,
    width: f64,
    /// Room for letters: not under the mark of a gap that is out of view.
    from: f64,
    until: f64,
    /// What comes out of view, if no gap is marked there.
    later: String,
}

/// Where a bar stands across the sheet.
#[derive(Clone, Copy)]
struct Track {
    y: f64,
    height: f64,
}

impl Sheet<'_> {
    pub(super) fn bars(&mut self, row: &Row, y: f64, height: f64) {
        let track = Track { y, height };
        let lanes = self.page.lanes.clone();
        let pieces: Vec<Piece<'_>> = lanes.iter().flat_map(|lane| self.pieces(row, lane)).collect();
        let font = self.bar_font();
        let rooms: Vec<(&Bar, f64)> = pieces.iter().map(|piece| (piece.bar, piece.room())).collect();
        let form = Form::of(&rooms, font);
        // Gaps last: a short one is drawn wider than it is.
        let is_gap = |piece: &&Piece<'_>| piece.bar.look == Look::Gap;
        for piece in pieces.iter().filter(|piece| !is_gap(piece)).chain(pieces.iter().filter(is_gap)) {
            self.bar(piece, form, track);
        }
        for lane in &lanes {
            self.gaps_at_the_edge(row, lane, track);
        }
    }

    fn pieces<'r>(&self, row: &'r Row, lane: &Lane) -> Vec<Piece<'r>> {
        let timeline = self.timeline;
        let (before, behind) = timeline.gaps_beyond(row, &lane.stretch);
        let (before, behind) = (self.edge(before, lane), self.edge(behind, lane));
        let shown =
            |at| timeline.stretches.iter().any(|stretch| stretch.from_ms < at && at <= stretch.until_ms);
        let piece = |bar: &'r Bar| {
            let (x, end) = (lane.x(bar.from_ms), lane.x(bar.until_ms));
            // A gap is seen however short it is.
            let width = if bar.look == Look::Gap { (end - x).max(GAP_MM_MIN) } else { end - x };
            let x = x.min(lane.right - width);
            let later = bar.until_ms > lane.stretch.until_ms && bar.until_ms < i64::MAX && behind.is_empty();
            let later = later && !shown(bar.until_ms);
            let later = if later { format!("→ {}", timeline.date(bar.until_ms)) } else { String::new() };
            let from = x.max(lane.left + self.edge_width(&before));
            let until = (x + width).min(lane.right - self.edge_width(&behind));
            Piece { bar, x, width, from, until, later }
        };
        let bars = row.drawn.iter().filter(|bar| lane.stretch.shows(bar)).map(piece);
        bars.filter(|piece| piece.width >= 0.01).collect()
    }

    fn bar(&mut self, piece: &Piece<'_>, form: Form, track: Track) {
        let Piece { bar, x, width, .. } = *piece;
        let Track { y, height } = track;
        let paint = Paint::of(bar.look);
        self.rect((x, y), (width, height), paint.fill, paint.edge);
        let trial = if bar.is_trial() { "trial" } else { "" };
        let hours = if bar.note.is_some() { "hours" } else { "" };
        for pattern in [paint.pattern, trial, hours].into_iter().filter(|pattern| !pattern.is_empty()) {
            self.rect((x, y), (width, height), &format!("url(#{pattern})"), "");
        }
        if bar.announces() {
            self.rect((x, y + height - 0.55), (width, 0.55), "#000000", "");
            self.rect((x, y + height - 0.55), (width, 0.55), "url(#speech)", "");
        }
        if self.page.lanes.iter().any(|lane| lane.stretch.has(bar.from_ms) && lane.left < x) {
            self.line((x, y), (x, y + height), "#ffffff", 0.25);
        }
        self.bar_label(piece, form, &paint, track);
    }

    fn bar_label(&mut self, piece: &Piece<'_>, form: Form, paint: &Paint, track: Track) {
        let font = self.bar_font();
        let bar = piece.bar;
        let lift = if bar.announces() { 0.25 } else { 0.0 };
        let y = track.y + track.height / 2.0 + font * 0.34 - lift;
        let bold = bar.look == Look::Gap;
        let words = |x, anchor| Words { x, y, font, fill: paint.ink, anchor, bold, rim: paint.fill };
        let label = match bar.look {
            Look::Gap => self.gap_label(piece.room(), font),
            Look::General
            | Look::Own
            | Look::Trunk
            | Look::Legacy
            | Look::Emergency
            | Look::Intercept
            | Look::Cancelled
            | Look::Closed
            | Look::Told
            | Look::NotOurs => cut(&form.says(bar), piece.room(), font),
        };
        // What comes behind the edge, if that leaves room to say what is before it.
        let taken = text_width(&label, font) + text_width(&piece.later, font) + 1.5;
        self.late(|sheet| {
            sheet.words(&label, &words(piece.from + 0.8, "start"));
            if taken <= piece.room() {
                sheet.words(&piece.later, &words(piece.until - 0.8, "end"));
            }
        });
    }

    fn gap_label(&self, room: f64, font: f64) -> String {
        let say = self.timeline.language;
        let words = [say.look(Look::Gap), say.pick("缺口", "GAP")];
        let fits = |word: &&str| text_width(word, font) <= room;
        words.into_iter().find(fits).unwrap_or_default().to_owned()
    }

    /// Gaps out of view, red at the edge behind which they lie, with their day if there is room.
    fn gaps_at_the_edge(&mut self, row: &Row, lane: &Lane, track: Track) {
        let (before, behind) = self.timeline.gaps_beyond(row, &lane.stretch);
        let paint = Paint::of(Look::Gap);
        for (gap, text) in [(before, self.edge(before, lane)), (behind, self.edge(behind, lane))] {
            let Some(gap) = gap else { continue };
            let width = self.edge_width(&text);
            let x = if gap.from_ms < lane.stretch.from_ms { lane.left } else { lane.right - width };
            let font = self.bar_font();
            self.rect((x, track.y), (width, track.height), paint.fill, paint.edge);
            let y = track.y + track.height / 2.0 + font * 0.34;
            let words =
                Words { x: x + 0.8, y, font, fill: paint.ink, anchor: "start", bold: true, rim: paint.fill };
            self.late(|sheet| sheet.words(&text, &words));
        }
    }

    /// What the mark of a gap out of view says: blank where a lane is too narrow, empty if there is none.
    fn edge(&self, gap: Option<&Bar>, lane: &Lane) -> String {
        let Some(gap) = gap else { return String::new() };
        let name = self.timeline.language.pick("缺口", "GAP");
        let text = if gap.from_ms < lane.stretch.from_ms {
            format!("← {name} {}", self.timeline.date(gap.from_ms))
        } else {
            format!("{name} {} →", self.timeline.date(gap.from_ms))
        };
        let room = (lane.right - lane.left) / 3.0;
        if self.edge_width(&text) <= room { text } else { " ".to_owned() }
    }

    fn edge_width(&self, text: &str) -> f64 {
        if text.is_empty() { 0.0 } else { (text_width(text, self.bar_font()) * 1.1 + 1.6).max(GAP_MM_MIN) }
    }

    fn bar_font(&self) -> f64 {
        (self.page.font * 0.92).max(2.1)
    }

    /// Drawn over the lines of cut-overs, so that letters can be read where one passes.
    fn late(&mut self, draw: impl FnOnce(&mut Self)) {
        let text = std::mem::take(&mut self.text);
        draw(self);
        let late = std::mem::replace(&mut self.text, text);
        self.late.push_str(&late);
    }
}

impl Piece<'_> {
    fn room(&self) -> f64 {
        self.until - self.from - 1.6
    }
}

/// The whole label, or enough of it to recognise it by.
fn cut(label: &str, room: f64, font: f64) -> String {
    let kept = fit(label, room, font);
    if kept == label || kept.chars().count() > LETTERS_MIN { kept } else { String::new() }
}

/// A gap of a second is seen on paper.
const GAP_MM_MIN: f64 = 1.2;
const LETTERS_MIN: usize = 3;
