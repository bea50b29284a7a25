//! A line a number: its name, its periods, and what is written in them.

use super::Sheet;
use super::paint::{GREY, INK, Paint};
use super::pen::Words;
use crate::dialplan::timeline::page::{MARGIN, TITLE, fit, text_width};
use crate::dialplan::timeline::{Bar, Group, Look, Row};

impl Sheet<'_> {
    pub(super) fn rows(&mut self) {
        let mut y = self.page.top;
        let timeline = self.timeline;
        for group in &timeline.groups {
            self.group_title(group, y);
            y += TITLE * self.page.pitch;
            for row in &group.rows {
                self.row(row, y);
                y += self.page.pitch;
            }
        }
        for cut in timeline.cuts_in_view() {
            let x = self.page.x(timeline, cut.at_ms);
            self.dashed(x, self.page.top - 5.5, self.page.bottom);
        }
    }

    fn group_title(&mut self, group: &Group, y: f64) {
        let font = self.page.font * 1.05;
        let y = y + TITLE * self.page.pitch;
        let title = format!("{} ({})", group.title, group.rows.len());
        let words =
            Words { x: MARGIN, y: y - font * 0.32, font, fill: INK, anchor: "start", bold: true, rim: "" };
        self.words(&title, &words);
        self.line((MARGIN, y), (self.page.width - MARGIN, y), "#7f7f7f", 0.2);
    }

    fn row(&mut self, row: &Row, y: f64) {
        let (font, pitch) = (self.page.font, self.page.pitch);
        let base = y + pitch / 2.0 + font * 0.36;
        let cells = [
            (&row.number, MARGIN, self.page.names, INK),
            (&row.name, self.page.names, self.page.owners, INK),
            (&row.owner, self.page.owners, self.page.left, GREY),
            (&row.fallback, self.page.right + 1.5, self.page.width - MARGIN + 1.0, GREY),
        ];
        for (text, x, end, fill) in cells {
            let text = fit(text, end - x - 1.0, font);
            self.words(&text, &Words { x, y: base, font, fill, anchor: "start", bold: false, rim: "" });
        }
        self.line((MARGIN, y + pitch), (self.page.width - MARGIN, y + pitch), "#e2e2e2", 0.1);
        for bar in &row.bars {
            self.bar(bar, y + pitch * 0.1, pitch * 0.8);
        }
    }

    fn bar(&mut self, bar: &Bar, y: f64, height: f64) {
        let (x, end) = (self.page.x(self.timeline, bar.from_ms), self.page.x(self.timeline, bar.until_ms));
        let gap = bar.look == Look::Gap
            && bar.until_ms > self.timeline.from_ms
            && bar.from_ms < self.timeline.until_ms;
        // A gap is seen however short it is.
        let width = if gap { (end - x).max(GAP_MM_MIN) } else { end - x };
        if width < 0.01 {
            return;
        }
        let paint = Paint::of(bar.look);
        self.rect((x, y), (width, height), paint.fill, paint.edge);
        let trial = bar.is_trial();
        for pattern in
            [paint.pattern, if trial { "trial" } else { "" }, if bar.note.is_some() { "hours" } else { "" }]
        {
            if !pattern.is_empty() {
                self.rect((x, y), (width, height), &format!("url(#{pattern})"), "");
            }
        }
        if bar.announce.is_some() {
            self.rect((x, y + height - 0.55), (width, 0.55), "#000000", "");
            self.rect((x, y + height - 0.55), (width, 0.55), "url(#speech)", "");
        }
        if bar.from_ms > self.timeline.from_ms {
            self.line((x, y), (x, y + height), "#ffffff", 0.25);
        }
        self.bar_label(bar, &paint, (x, y), (width, height));
    }

    /// Over the lines of cut-overs, so that letters can be read where one passes.
    fn bar_label(&mut self, bar: &Bar, paint: &Paint, (x, y): (f64, f64), (width, height): (f64, f64)) {
        let font = (self.page.font * 0.92).max(2.1);
        let base = y + height / 2.0 + font * 0.34 - if bar.announce.is_some() { 0.25 } else { 0.0 };
        let bold = bar.look == Look::Gap;
        let words = |x, anchor| Words { x, y: base, font, fill: paint.ink, anchor, bold, rim: paint.fill };
        // What comes behind the sheet's edge, if that leaves room to say what is before it.
        let later = bar.until_ms > self.timeline.until_ms && bar.until_ms < i64::MAX;
        let later = if later { format!("→ {}", self.timeline.date(bar.until_ms)) } else { String::new() };
        let first = bar.label.first().map_or(0.0, |first| text_width(first, font));
        let taken = if later.is_empty() { 0.0 } else { text_width(&later, font) + 1.5 };
        let fits = first + taken <= width - 1.6;
        let label = self.label(bar, width - 1.6 - if fits { taken } else { 0.0 }, font);
        let over = std::mem::take(&mut self.text);
        self.words(&label, &words(x + 0.8, "start"));
        if fits {
            self.words(&later, &words(x + width - 0.8, "end"));
        }
        let label = std::mem::replace(&mut self.text, over);
        self.late.push_str(&label);
    }

    /// As much as there is room for.
    fn label(&self, bar: &Bar, room: f64, font: f64) -> String {
        let say = self.timeline.language;
        if bar.look == Look::Gap {
            let words = [say.look(Look::Gap), say.pick("缺口", "GAP")];
            return words
                .into_iter()
                .find(|word| text_width(word, font) <= room)
                .unwrap_or_default()
                .to_owned();
        }
        let note = bar.note.map(|note| format!("[{}]", note + 1));
        let parts = note.into_iter().chain(bar.label.iter().cloned()).chain(bar.announce.clone());
        let mut label = String::new();
        for part in parts {
            let longer = if label.is_empty() { part } else { format!("{label}/{part}") };
            if text_width(&longer, font) > room {
                break;
            }
            label = longer;
        }
        label
    }
}

/// A gap of a second is seen on paper.
const GAP_MM_MIN: f64 = 1.2;
