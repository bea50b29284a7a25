//! A picture for paper: SVG 1.1, in millimetres, one sheet.
//!
//! Colours are those of Okabe and Ito, which colour-blind people tell apart; what a colour says is said by a pattern
//! or a word too, so that a grey print can be read. Red is for gaps and nothing else.
//! Fonts are named and not embedded: whoever draws it must have one with Chinese letters (the PNG of the command
//! line is refused without).
//!
//! | file | what |
//! |---|---|
//! | `head` | above the rows: title, headings, what begins at each cut-over |
//! | `axis` | through the rows: months, breaks, cut-overs, the instant marked |
//! | `rows`, `bar`, `label` | the numbers; their periods; what is written in them |
//! | `foot` | the legend, all cut-overs, notes |
//! | `pen`, `paint` | shapes and letters; colours and patterns |

mod axis;
mod bar;
mod foot;
mod head;
mod label;
mod paint;
mod pen;
mod rows;

use self::paint::{DEFS, FONTS};
use self::pen::escape;
use crate::dialplan::timeline::page::Page;
use crate::dialplan::timeline::{CutOver, Timeline};

impl Timeline {
    /// As an SVG document.
    pub fn svg(&self) -> String {
        let mut sheet =
            Sheet { timeline: self, page: Page::of(self), text: String::new(), late: String::new() };
        sheet.begin();
        sheet.head();
        sheet.axes();
        sheet.rows();
        sheet.breaks();
        sheet.marked_instant();
        let late = std::mem::take(&mut sheet.late);
        sheet.text.push_str(&late);
        sheet.axis_names();
        sheet.cut_labels();
        sheet.foot();
        sheet.text.push_str("</svg>\n");
        sheet.text
    }
}

/// A sheet while it is drawn.
struct Sheet<'t> {
    timeline: &'t Timeline,
    page: Page,
    text: String,
    /// What is drawn over all lines.
    late: String,
}

impl Sheet<'_> {
    fn begin(&mut self) {
        let (width, height) = (self.page.width, self.page.height);
        let title = escape(&self.timeline.plan);
        self.put(format_args!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}mm\" height=\"{height:.0}mm\" \
             viewBox=\"0 0 {width:.2} {height:.2}\" font-family=\"{FONTS}\" xml:lang=\"{}\">\n\
             <title>{title}</title>\n{DEFS}",
            self.timeline.language.tag(),
        ));
        self.rect((0.0, 0.0), (width, height), "#ffffff", "");
    }
}

/// `2021-12-01 正式运行 27个号码`
fn said(timeline: &Timeline, cut: &CutOver) -> String {
    format!("{} {}", timeline.date(cut.at_ms), cut.counts(timeline.language).join(", "))
}
