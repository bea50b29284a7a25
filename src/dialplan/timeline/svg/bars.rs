//! The periods of a number, and what is written in them.

use super::Sheet;
use super::paint::Paint;
use super::pen::Words;
use crate::dialplan::timeline::page::{fit, text_width};
use crate::dialplan::timeline::{Bar, Look};

impl Sheet<'_> {
    pub(super) fn bar(&mut self, bar: &Bar, y: f64, height: f64) {
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
    pub(super) fn bar_label(
        &mut self,
        bar: &Bar,
        paint: &Paint,
        (x, y): (f64, f64),
        (width, height): (f64, f64),
    ) {
        let font = (self.page.font * 0.92).max(2.1);
        let base = y + height / 2.0 + font * 0.34 - if bar.announce.is_some() { 0.25 } else { 0.0 };
        let bold = bar.look == Look::Gap;
        let words = |x, anchor| Words { x, y: base, font, fill: paint.ink, anchor, bold, rim: paint.fill };
        // What comes behind the sheet's edge, if that leaves room to say what is before it.
        let shown = bar.until_ms <= self.timeline.until_ms || self.timeline.far_ms.contains(&bar.until_ms);
        let later = !shown && bar.until_ms < i64::MAX;
        let later = if later { format!("→ {}", self.timeline.date(bar.until_ms)) } else { String::new() };
        let first = bar.label.first().map_or(0.0, |first| text_width(first, font));
        let taken = if later.is_empty() { 0.0 } else { text_width(&later, font) + 1.5 };
        let fits = first + taken <= width - 1.6;
        // No word is torn in two.
        let room = if x < self.page.end { width.min(self.page.end - x) } else { width };
        let label = self.label(bar, room - 1.6 - if fits { taken } else { 0.0 }, font);
        let over = std::mem::take(&mut self.text);
        self.words(&label, &words(x + 0.8, "start"));
        if fits {
            self.words(&later, &words(x + width - 0.8, "end"));
        }
        let label = std::mem::replace(&mut self.text, over);
        self.late.push_str(&label);
    }

    /// As much as there is room for.
    pub(super) fn label(&self, bar: &Bar, room: f64, font: f64) -> String {
        let say = self.timeline.language;
        if bar.look == Look::Gap {
            let words = [say.look(Look::Gap), say.pick("缺口", "GAP")];
            return words
                .into_iter()
                .find(|word| text_width(word, font) <= room)
                .unwrap_or_default()
                .to_owned();
        }
        let note = || bar.note.map(|note| format!("[{}]", note + 1));
        let fits = |names: &[String]| {
            let parts: Vec<String> = note().into_iter().chain(names.iter().cloned()).collect();
            text_width(&parts.join("/"), font) <= room
        };
        // That it is the general queue the colour says too; what is asked for there nothing else says.
        let names = match bar.label.split_first() {
            Some((_, skill)) if bar.look == Look::General && !skill.is_empty() && !fits(&bar.label) => {
                skill.iter().map(|skill| fit(skill, room, font)).collect()
            }
            Some(_) | None => bar.label.clone(),
        };
        let parts = note().into_iter().chain(names).chain(bar.announce.clone());
        let mut label = String::new();
        for part in parts {
            let longer = if label.is_empty() { part } else { format!("{label}/{part}") };
            if text_width(&longer, font) > room {
                break;
            }
            label = longer;
        }
        // A word cut short says more than none.
        let first = bar.label.first().filter(|_| label.is_empty()).map(|first| fit(first, room, font));
        first.filter(|cut| cut.chars().count() >= LETTERS_MIN).unwrap_or(label)
    }
}

/// A gap of a second is seen on paper.
const GAP_MM_MIN: f64 = 1.2;
/// A word cut shorter is no word.
const LETTERS_MIN: usize = 4;
