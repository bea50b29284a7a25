//! What stands above the rows: title, headings, what begins at each cut-over.

use super::paint::{GAP, GREY, INK};
use super::pen::Words;
use super::{Sheet, said};
use crate::dialplan::timeline::page::{AXIS, HEAD, HEADING_FONT, MARGIN, count, text_width};
use crate::dialplan::timeline::words::Heading;
use crate::dialplan::timeline::{Begins, CutOver};

impl Sheet<'_> {
    pub(super) fn head(&mut self) {
        let say = self.timeline.language;
        let title = format!("{} {}", self.timeline.plan, say.pick("并入时间表", "merge timeline"));
        self.words(
            &title,
            &Words { x: MARGIN, y: 16.5, font: 7.5, fill: INK, anchor: "start", bold: true, rim: "" },
        );
        let numbers = say.numbers(self.timeline.rows());
        let said = format!("{}    {}    {numbers}", self.timeline.period(), self.timeline.zone);
        self.words(
            &said,
            &Words { x: MARGIN, y: 23.0, font: 3.4, fill: GREY, anchor: "start", bold: false, rim: "" },
        );
        let columns = [
            (MARGIN, self.page.names, Heading::Number),
            (self.page.names, self.page.owners, Heading::Name),
            (self.page.owners, self.page.left, Heading::Owner),
            (self.page.right + 1.5, self.page.width - MARGIN + 1.5, Heading::Fallback),
        ];
        let y = HEAD - 1.8;
        for (x, _, heading) in columns.into_iter().filter(|(x, end, _)| x < end) {
            let words = Words { x, y, font: HEADING_FONT, fill: GREY, anchor: "start", bold: true, rim: "" };
            self.words(say.heading(heading), &words);
        }
    }

    /// What begins at each cut-over in view, above it, in as many lines as it needs.
    pub(super) fn cut_labels(&mut self) {
        let font = 2.7;
        let timeline = self.timeline;
        // From the right, so that no line to a label crosses another label.
        let mut begins = [f64::MAX; 4];
        let mut labels = vec![];
        let cuts: Vec<&CutOver> = timeline.cuts_in_view().collect();
        for cut in cuts.into_iter().rev() {
            let Some(x) = self.page.x(cut.at_ms) else { continue };
            let text = said(timeline, cut);
            let width = text_width(&text, font) + 1.5;
            let left = (x + 0.7).min(self.page.width - MARGIN - width);
            let free = begins.iter().position(|begin| left + width <= *begin);
            let Some(level) = free else { continue };
            // Its line goes down through the levels below.
            begins.iter_mut().take(level + 1).for_each(|begin| *begin = x - 0.5);
            let y = self.page.top - AXIS - 2.0 - count(level) * 3.6;
            self.line((x, y - 2.4), (x, self.page.top - AXIS), INK, 0.15);
            labels.push((text, left, y, ink(cut)));
        }
        for (text, x, y, fill) in labels {
            let words = Words { x, y, font, fill, anchor: "start", bold: false, rim: "#ffffff" };
            self.words(&text, &words);
        }
    }
}

/// Red where a gap begins.
pub(super) fn ink(cut: &CutOver) -> &'static str {
    if cut.begins.contains_key(&Begins::Gap) { GAP } else { INK }
}
