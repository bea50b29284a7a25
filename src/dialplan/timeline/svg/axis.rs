//! What lies above and behind the rows: months, cut-overs, the instant marked.

use super::paint::INK;
use super::pen::Words;
use super::{Sheet, said};
use crate::dialplan::timeline::Cut;
use crate::dialplan::timeline::page::{BREAK, MARGIN, count, text_width};

impl Sheet<'_> {
    /// Bands of every other month, their names; and beyond the break the months of what lies there.
    pub(super) fn months(&mut self) {
        let (top, bottom) = (self.page.top, self.page.bottom);
        let ends = self.timeline.months.iter().skip(1).map(|(at, _)| *at).chain([self.timeline.until_ms]);
        let months: Vec<_> = self.timeline.months.iter().copied().zip(ends).collect();
        let mut said_until = 0.0;
        for (i, ((from, day), until)) in months.into_iter().enumerate() {
            let (x, end) = (self.page.x(self.timeline, from), self.page.x(self.timeline, until));
            if i % 2 == 0 {
                self.rect((x, top - 5.5), (end - x, bottom - top + 5.5), "#f3f3f3", "");
            }
            self.line((x, top - 5.5), (x, bottom), "#bdbdbd", 0.15);
            let name = if i == 0 || day.month() == 1 {
                day.strftime(self.timeline.language.pick("%Y年%-m月", "%Y-%m")).to_string()
            } else {
                day.strftime(self.timeline.language.pick("%-m月", "%m")).to_string()
            };
            // In a view of many years not every month has room for its name.
            if x >= said_until && text_width(&name, 2.8) < self.page.end - x {
                self.month(&name, x);
                said_until = x + text_width(&name, 2.8) + 1.5;
            }
        }
        for at in &self.timeline.far_ms {
            let day = self.timeline.calendar.civil(*at);
            let name =
                day.map(|at| at.strftime(self.timeline.language.pick("%Y年%-m月", "%Y-%m")).to_string());
            self.month(&name.unwrap_or_default(), self.page.x(self.timeline, *at));
        }
        self.line((self.page.right, top - 5.5), (self.page.right, bottom), "#bdbdbd", 0.15);
    }

    fn month(&mut self, name: &str, x: f64) {
        let (x, y) = (x + 0.8, self.page.top - 1.8);
        self.words(name, &Words { x, y, font: 2.8, fill: INK, anchor: "start", bold: false, rim: "" });
    }

    /// Where time is left out: a strip torn out of all rows.
    pub(super) fn tear(&mut self) {
        if self.timeline.far_ms.is_empty() {
            return;
        }
        let (left, right) = (self.page.end + BREAK * 0.25, self.page.end + BREAK * 0.75);
        let (mut down, mut up) = (String::new(), String::new());
        let mut y = self.page.top - 5.5;
        let mut out = 0.0;
        while y < self.page.bottom {
            down.push_str(&format!("L{:.2} {y:.2}", left + out));
            up = format!("L{:.2} {y:.2}{up}", right + out);
            out = TOOTH - out;
            y += TOOTH * 2.0;
        }
        let shape = format!("M{}{up}Z", down.trim_start_matches('L'));
        self.put(format_args!(
            "<path d=\"{shape}\" fill=\"#ffffff\" stroke=\"#7f7f7f\" stroke-width=\"0.2\"/>\n"
        ));
    }

    /// What begins at each cut-over on the sheet, above it, in as many lines as it needs.
    pub(super) fn cut_labels(&mut self) {
        let font = 2.7;
        let timeline = self.timeline;
        // From the right, so that no line to a label crosses another label.
        let mut begins = [f64::MAX; 4];
        let mut labels = vec![];
        let cuts: Vec<&Cut> = timeline.cuts_on_the_sheet().collect();
        for cut in cuts.into_iter().rev() {
            let x = self.page.x(timeline, cut.at_ms);
            let text = said(timeline, cut);
            let width = text_width(&text, font) + 1.5;
            let left = (x + 0.7).min(self.page.width - MARGIN - width);
            let free = begins.iter().position(|begin| left + width <= *begin);
            let Some((level, begin)) = free.and_then(|i| begins.get_mut(i).map(|begin| (i, begin))) else {
                continue;
            };
            *begin = x - 0.5;
            let y = self.page.top - 7.5 - count(level) * 3.6;
            self.line((x, y - 2.4), (x, self.page.top - 5.5), INK, 0.15);
            labels.push((text, left, y));
        }
        for (text, x, y) in labels {
            let words = Words { x, y, font, fill: INK, anchor: "start", bold: false, rim: "#ffffff" };
            self.words(&text, &words);
        }
    }

    pub(super) fn marked_instant(&mut self) {
        let Some(at) =
            self.timeline.at_ms.filter(|at| (self.timeline.from_ms..self.timeline.until_ms).contains(at))
        else {
            return;
        };
        let x = self.page.x(self.timeline, at);
        let (top, bottom) = (self.page.top - 23.0, self.page.bottom);
        self.line((x, top), (x, bottom), "#000000", 0.4);
        let text = format!("▼ {}", self.timeline.date(at));
        let half = text_width(&text, 3.0) / 2.0;
        let x = x.clamp(self.page.left + half, self.page.end - half);
        self.words(
            &text,
            &Words { x, y: top - 1.0, font: 3.0, fill: "#000000", anchor: "middle", bold: true, rim: "" },
        );
    }
}

/// A tooth of the tear.
const TOOTH: f64 = 1.0;
