//! What stands above the rows, and goes through them: title, months, cut-overs, the instant marked.

use super::paint::{GREY, INK};
use super::pen::Words;
use super::{Sheet, said};
use crate::dialplan::timeline::Cut;
use crate::dialplan::timeline::page::{HEAD, MARGIN, count, text_width};

impl Sheet<'_> {
    pub(super) fn head(&mut self) {
        let say = self.timeline.language;
        let title = format!("{} {}", self.timeline.plan, say.pick("并入时间表", "merge timeline"));
        self.words(
            &title,
            &Words { x: MARGIN, y: 16.5, font: 7.5, fill: INK, anchor: "start", bold: true, rim: "" },
        );
        let (from, until) =
            (self.timeline.date(self.timeline.from_ms), self.timeline.date(self.timeline.until_ms));
        let said =
            format!("{from} … {until}    {}    {}", self.timeline.zone, say.numbers(self.timeline.rows()));
        self.words(
            &said,
            &Words { x: MARGIN, y: 23.0, font: 3.4, fill: GREY, anchor: "start", bold: false, rim: "" },
        );
        let columns = [
            (MARGIN, say.pick("号码", "number")),
            (self.page.names, say.pick("名称", "name")),
            (self.page.owners, say.pick("主管部门", "owner")),
            (self.page.right + 1.5, say.pick("备援", "fallback")),
        ];
        for (x, name) in columns {
            self.words(
                name,
                &Words { x, y: HEAD - 1.8, font: 2.8, fill: GREY, anchor: "start", bold: true, rim: "" },
            );
        }
    }

    /// Bands of every other month, their names, and the beginning of each week as a tick.
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
            if x >= said_until && text_width(&name, 2.8) < self.page.right - x {
                self.words(
                    &name,
                    &Words {
                        x: x + 0.8,
                        y: top - 1.8,
                        font: 2.8,
                        fill: INK,
                        anchor: "start",
                        bold: false,
                        rim: "",
                    },
                );
                said_until = x + text_width(&name, 2.8) + 1.5;
            }
        }
        self.line((self.page.right, top - 5.5), (self.page.right, bottom), "#bdbdbd", 0.15);
    }

    /// What begins at each cut-over in view, above it, in as many lines as it needs.
    pub(super) fn cut_labels(&mut self) {
        let font = 2.7;
        let timeline = self.timeline;
        // From the right, so that no line to a label crosses another label.
        let mut begins = [f64::MAX; 4];
        let mut labels = vec![];
        let cuts: Vec<&Cut> = timeline.cuts_in_view().collect();
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
        let x = x.clamp(self.page.left + half, self.page.right - half);
        self.words(
            &text,
            &Words { x, y: top - 1.0, font: 3.0, fill: "#000000", anchor: "middle", bold: true, rim: "" },
        );
    }
}
