//! A line a number, in groups: its name and its periods.

use super::Sheet;
use super::paint::{GREY, INK};
use super::pen::Words;
use crate::dialplan::timeline::page::{MARGIN, TITLE, fit};
use crate::dialplan::timeline::{Group, Row};

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
        self.cut_overs();
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
        self.bars(row, y + pitch * 0.1, pitch * 0.8);
    }
}
