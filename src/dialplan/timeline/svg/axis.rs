//! What goes through the rows: the parts of time and their names, breaks, cut-overs, the instant marked.

use super::Sheet;
use super::paint::INK;
use super::pen::Words;
use crate::dialplan::timeline::axis::{Axis, Part};
use crate::dialplan::timeline::page::{AXIS, BREAK, Lane, text_width};

impl Sheet<'_> {
    /// Bands of every other part, and over all of them the lines.
    pub(super) fn axes(&mut self) {
        let axes = self.lanes();
        let (head, middle) = (self.page.top - AXIS, self.page.top - AXIS / 2.0);
        for (lane, axis) in &axes {
            for part in axis.below.iter().step_by(2) {
                let (x, end) = (lane.x(part.from_ms), lane.x(part.until_ms));
                self.rect((x, middle), (end - x, self.page.bottom - middle), BAND, "");
            }
        }
        for (lane, axis) in &axes {
            let begins = |parts: &[Part]| parts.iter().map(|part| lane.x(part.from_ms)).collect::<Vec<_>>();
            for x in begins(&axis.below) {
                self.line((x, middle), (x, self.page.bottom), "#bdbdbd", 0.15);
            }
            for x in begins(&axis.above) {
                self.line((x, head), (x, middle), "#7f7f7f", 0.2);
            }
            self.line((lane.left, middle), (lane.right, middle), "#bdbdbd", 0.15);
            self.line((lane.right, head), (lane.right, self.page.bottom), "#bdbdbd", 0.15);
        }
    }

    /// The names of the parts of time, over all lines.
    pub(super) fn axis_names(&mut self) {
        let (above, below) = (self.page.top - AXIS / 2.0 - 1.2, self.page.top - 1.2);
        for (lane, axis) in self.lanes() {
            let banded = axis.below.iter().zip([BAND, PAPER].into_iter().cycle());
            let parts = axis.above.iter().map(|part| (part, above, PAPER));
            for (part, y, rim) in parts.chain(banded.map(|(part, rim)| (part, below, rim))) {
                let x = lane.x(part.from_ms) + 0.8;
                self.words(
                    &part.name,
                    &Words { x, y, font: FONT, fill: INK, anchor: "start", bold: false, rim },
                );
            }
        }
    }

    /// The stretches of time that are drawn, each with its parts.
    fn lanes(&self) -> Vec<(Lane, Axis)> {
        let timeline = self.timeline;
        let width = |name: &str| text_width(name, FONT) + 1.6;
        let axis = |lane: &Lane| {
            let room = lane.right - lane.left;
            Axis::of(&timeline.calendar, timeline.language, &lane.stretch, room, &width)
        };
        self.page.lanes.iter().map(|lane| (lane.clone(), axis(lane))).collect()
    }

    /// Where time is left out: a strip torn out of all rows.
    pub(super) fn breaks(&mut self) {
        let rights: Vec<f64> = self.page.lanes.iter().map(|lane| lane.right).collect();
        let (top, bottom) = (self.page.top - AXIS, self.page.bottom);
        for right in rights.iter().take(rights.len().saturating_sub(1)) {
            // The edges of the lanes stay; between them is nothing but paper and its two torn edges.
            self.rect((*right, top), (BREAK, bottom - top), PAPER, "");
            for x in [right + BREAK * 0.3, right + BREAK * 0.7] {
                let mut torn = format!("M{x:.2} {top:.2}");
                let (mut y, mut out) = (top, TOOTH / 2.0);
                while y + TOOTH < bottom {
                    torn.push_str(&format!("l{out:.2} {TOOTH:.2}"));
                    (y, out) = (y + TOOTH, -out);
                }
                self.put(format_args!(
                    "<path d=\"{torn}\" fill=\"none\" stroke=\"#7f7f7f\" stroke-width=\"0.2\"/>\n"
                ));
            }
        }
    }

    pub(super) fn cut_overs(&mut self) {
        for cut in self.timeline.cuts_in_view() {
            if let Some(x) = self.page.x(cut.at_ms) {
                self.dashed(x, self.page.top - AXIS, self.page.bottom);
            }
        }
    }

    pub(super) fn marked_instant(&mut self) {
        let Some((at, x)) = self.timeline.marked().and_then(|at| Some((at, self.page.x(at)?))) else {
            return;
        };
        let (top, bottom) = (self.page.top - AXIS - 17.5, self.page.bottom);
        self.line((x, top), (x, bottom), "#000000", 0.4);
        let text = format!("▼ {}", self.timeline.date(at));
        let half = text_width(&text, 3.0) / 2.0;
        let x = x.min(self.page.right - half).max(self.page.left + half);
        self.words(
            &text,
            &Words { x, y: top - 1.0, font: 3.0, fill: "#000000", anchor: "middle", bold: true, rim: "" },
        );
    }
}

const FONT: f64 = 2.8;
const PAPER: &str = "#ffffff";
/// Every other part of time.
const BAND: &str = "#f3f3f3";
/// Of a torn edge.
const TOOTH: f64 = 1.0;
