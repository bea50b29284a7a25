//! A picture for paper: SVG 1.1, in millimetres, one sheet.
//!
//! Colours are those of Okabe and Ito, which colour-blind people tell apart; what a colour says is said by a pattern
//! or a word too, so that a grey print can be read. Red is for gaps and nothing else.
//! Fonts are named and not embedded: whoever draws it must have one with Chinese letters (the PNG of the command
//! line is refused without).
//!
//! | file | what |
//! |---|---|
//! | `axis` | months, cut-overs, the instant marked, what lies far behind |
//! | `bars` | the periods of a number |
//! | `foot` | the legend, all cut-overs, notes |
//! | `pen`, `paint` | shapes and letters; colours and patterns |

mod axis;
mod bars;
mod foot;
mod paint;
mod pen;

use self::paint::{DEFS, FONTS, GREY, INK};
use self::pen::{Words, escape};
use crate::dialplan::timeline::page::{HEAD, MARGIN, Page, TITLE, fit};
use crate::dialplan::timeline::{Cut, Group, Row, Timeline};

impl Timeline {
    /// As an SVG document.
    pub fn svg(&self) -> String {
        let mut sheet =
            Sheet { timeline: self, page: Page::of(self), text: String::new(), late: String::new() };
        sheet.begin();
        sheet.head();
        sheet.months();
        sheet.rows();
        sheet.tear();
        sheet.marked_instant();
        let late = std::mem::take(&mut sheet.late);
        sheet.text.push_str(&late);
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

    fn head(&mut self) {
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

    fn rows(&mut self) {
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
        for cut in timeline.cuts_on_the_sheet() {
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
}

/// `2021-12-01 正式运行 27个号码`
fn said(timeline: &Timeline, cut: &Cut) -> String {
    let begins = cut.begins.iter().map(|(begins, numbers)| {
        format!("{} {}", timeline.language.begins(*begins), timeline.language.numbers(numbers.len()))
    });
    format!("{} {}", timeline.date(cut.at_ms), begins.collect::<Vec<_>>().join(", "))
}
