//! A picture for paper: SVG 1.1, in millimetres, one sheet.
//!
//! Colours are those of Okabe and Ito, which colour-blind people tell apart; what a colour says is said by a pattern
//! or a word too, so that a grey print can be read. Red is for gaps and nothing else.
//! Fonts are named and not embedded: whoever draws it must have one with Chinese letters (the PNG of the command
//! line is refused without).

use std::fmt::Write;

use crate::dialplan::timeline::page::{
    CUT_LINES_MAX, CUTS_A_LINE, HEAD, LINE, MARGIN, Page, TITLE, count, fit, text_width,
};
use crate::dialplan::timeline::{Bar, Cut, Group, Look, Row, Timeline};

impl Timeline {
    /// As an SVG document.
    pub fn svg(&self) -> String {
        let mut sheet =
            Sheet { timeline: self, page: Page::of(self), text: String::new(), late: String::new() };
        sheet.begin();
        sheet.head();
        sheet.months();
        sheet.rows();
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

/// A piece of text and how it stands.
struct Words<'a> {
    x: f64,
    y: f64,
    font: f64,
    fill: &'a str,
    anchor: &'a str,
    bold: bool,
    /// A rim of this colour, so that lines and stripes behind do not touch the letters.
    rim: &'a str,
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

    /// Bands of every other month, their names, and the beginning of each week as a tick.
    fn months(&mut self) {
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

    /// What begins at each cut-over in view, above it, in as many lines as it needs.
    fn cut_labels(&mut self) {
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

    fn marked_instant(&mut self) {
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

    fn foot(&mut self) {
        let mut y = self.page.bottom + LINE * 1.4;
        y = self.legend(y) + LINE * 1.5;
        let timeline = self.timeline;
        let column = (self.page.width - 2.0 * MARGIN) / count(CUTS_A_LINE);
        let shown = CUTS_A_LINE * CUT_LINES_MAX;
        for (i, cut) in timeline.cuts.iter().take(shown).enumerate() {
            let (x, y) = (MARGIN + count(i % CUTS_A_LINE) * column, y + count(i / CUTS_A_LINE) * LINE);
            let more = timeline.cuts.len().saturating_sub(shown);
            let text = if i + 1 == shown && more > 0 {
                format!("… {} {}", more + 1, timeline.language.pick("个切换时刻", "more cut-overs"))
            } else {
                said(timeline, cut)
            };
            self.words(
                &fit(&text, column - 2.0, 2.7),
                &Words { x, y, font: 2.7, fill: INK, anchor: "start", bold: false, rim: "" },
            );
        }
        y += count(timeline.cuts.len().div_ceil(CUTS_A_LINE).min(CUT_LINES_MAX)) * LINE;
        for (i, note) in timeline.notes.iter().enumerate() {
            let text = fit(&format!("[{}] {note}", i + 1), self.page.width - 2.0 * MARGIN, 2.7);
            self.words(
                &text,
                &Words { x: MARGIN, y, font: 2.7, fill: INK, anchor: "start", bold: false, rim: "" },
            );
            y += LINE;
        }
    }

    /// What is drawn how: only what there is on this sheet, and gaps always, so that one sees that there is none.
    fn legend(&mut self, y: f64) -> f64 {
        let timeline = self.timeline;
        let say = timeline.language;
        let bars = || timeline.groups.iter().flat_map(|group| &group.rows).flat_map(|row| &row.bars);
        let mut looks: Vec<Look> = bars().map(|bar| bar.look).collect();
        looks.push(Look::Gap);
        looks.sort_unstable();
        looks.dedup();
        let (mut x, mut y) = (MARGIN, y);
        let mut keys: Vec<(Look, &str, &str)> =
            looks.iter().map(|look| (*look, "", say.look(*look))).collect();
        if bars().any(Bar::is_trial) {
            keys.push((Look::General, "trial", say.pick("试运行(斜纹)", "trial (striped)")));
        }
        if bars().any(|bar| bar.announce.is_some()) {
            keys.push((Look::General, "speech", say.pick("先播放提示音", "announcement first")));
        }
        if bars().any(|bar| bar.note.is_some()) {
            keys.push((Look::General, "hours", say.pick("非7×24,见注", "weekly hours, see note")));
        }
        for (look, pattern, name) in keys {
            let width = 9.0 + text_width(name, 2.8) + 4.0;
            if x + width > self.page.width - MARGIN {
                (x, y) = (MARGIN, y + LINE);
            }
            self.key(look, pattern, (x, y - 2.6));
            self.words(
                name,
                &Words { x: x + 8.5, y, font: 2.8, fill: INK, anchor: "start", bold: false, rim: "" },
            );
            x += width;
        }
        y
    }

    fn key(&mut self, look: Look, pattern: &str, (x, y): (f64, f64)) {
        let paint = Paint::of(look);
        self.rect((x, y), (7.0, 3.0), paint.fill, paint.edge);
        match pattern {
            "speech" => {
                self.rect((x, y + 2.4), (7.0, 0.6), "#000000", "");
                self.rect((x, y + 2.4), (7.0, 0.6), "url(#speech)", "");
            }
            "" if paint.pattern.is_empty() => {}
            "" => self.rect((x, y), (7.0, 3.0), &format!("url(#{})", paint.pattern), ""),
            _ => self.rect((x, y), (7.0, 3.0), &format!("url(#{pattern})"), ""),
        }
    }

    fn rect(&mut self, (x, y): (f64, f64), (width, height): (f64, f64), fill: &str, edge: &str) {
        let edge =
            if edge.is_empty() { String::new() } else { format!(" stroke=\"{edge}\" stroke-width=\"0.12\"") };
        self.put(format_args!(
            "<rect x=\"{x:.2}\" y=\"{y:.2}\" width=\"{width:.2}\" height=\"{height:.2}\" fill=\"{fill}\"{edge}/>\n"
        ));
    }

    fn line(&mut self, (x1, y1): (f64, f64), (x2, y2): (f64, f64), stroke: &str, width: f64) {
        self.put(format_args!(
            "<path d=\"M{x1:.2} {y1:.2}L{x2:.2} {y2:.2}\" stroke=\"{stroke}\" stroke-width=\"{width}\"/>\n"
        ));
    }

    fn dashed(&mut self, x: f64, top: f64, bottom: f64) {
        self.put(format_args!(
            "<path d=\"M{x:.2} {top:.2}V{bottom:.2}\" stroke=\"{INK}\" stroke-width=\"0.15\" stroke-dasharray=\"0.8 0.6\"/>\n"
        ));
    }

    fn words(&mut self, text: &str, words: &Words<'_>) {
        if text.is_empty() {
            return;
        }
        let Words { x, y, font, fill, anchor, bold, rim } = words;
        let rim = if rim.is_empty() {
            String::new()
        } else {
            format!(" stroke=\"{rim}\" stroke-width=\"1\" stroke-linejoin=\"round\" paint-order=\"stroke\"")
        };
        let bold = if *bold { " font-weight=\"bold\"" } else { "" };
        let anchor = if *anchor == "start" { String::new() } else { format!(" text-anchor=\"{anchor}\"") };
        let text = escape(text);
        self.put(format_args!(
            "<text x=\"{x:.2}\" y=\"{y:.2}\" font-size=\"{font:.2}\" fill=\"{fill}\"{rim}{anchor}{bold}>{text}</text>\n"
        ));
    }

    fn put(&mut self, text: std::fmt::Arguments<'_>) {
        // Writing to a `String` cannot fail.
        self.text.write_fmt(text).ok();
    }
}

/// `2021-12-01 正式运行 27个号码`
fn said(timeline: &Timeline, cut: &Cut) -> String {
    let begins = cut.begins.iter().map(|(begins, numbers)| {
        format!("{} {}", timeline.language.begins(*begins), timeline.language.numbers(numbers.len()))
    });
    format!("{} {}", timeline.date(cut.at_ms), begins.collect::<Vec<_>>().join(", "))
}

/// How a look is painted.
struct Paint {
    fill: &'static str,
    edge: &'static str,
    ink: &'static str,
    pattern: &'static str,
}

impl Paint {
    fn of(look: Look) -> Self {
        let paint = |fill, edge, ink, pattern| Self { fill, edge, ink, pattern };
        match look {
            Look::General => paint("#0072b2", "", "#ffffff", ""),
            Look::Own => paint("#009e73", "", "#ffffff", ""),
            Look::Trunk => paint("#e69f00", "", INK, ""),
            Look::Legacy => paint("#56b4e9", "", INK, ""),
            Look::Emergency => paint("#cc79a7", "", INK, ""),
            Look::Intercept => paint("#5a5a5a", "", "#ffffff", ""),
            Look::Cancelled => paint("#8c8c8c", "", "#ffffff", "cross"),
            Look::Told => paint("#e4e4e4", "#c4c4c4", GREY, ""),
            Look::NotOurs => paint("#ffffff", "#d4d4d4", GREY, "dots"),
            Look::Gap => paint("#d00000", "#7a0000", "#ffffff", "gap"),
        }
    }
}

/// Text as XML text; what a file must not hold is left out.
fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => escaped.push(c),
        }
    }
    escaped
}

/// Simplified Chinese first: another face of the same family would draw some letters the Japanese way.
const FONTS: &str = "'Noto Sans CJK SC','Noto Sans SC','Source Han Sans SC','Microsoft YaHei','PingFang SC',\
                     'WenQuanYi Micro Hei','WenQuanYi Zen Hei',sans-serif";
const INK: &str = "#1a1a1a";
const GREY: &str = "#595959";
/// A gap of a second is seen on paper.
const GAP_MM_MIN: f64 = 1.2;

const DEFS: &str = "<defs>
<pattern id=\"trial\" width=\"1.6\" height=\"1.6\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">\
<rect width=\"0.6\" height=\"1.6\" fill=\"#ffffff\" fill-opacity=\"0.42\"/></pattern>
<pattern id=\"hours\" width=\"1.2\" height=\"1.2\" patternUnits=\"userSpaceOnUse\">\
<rect width=\"0.35\" height=\"1.2\" fill=\"#ffffff\" fill-opacity=\"0.6\"/></pattern>
<pattern id=\"speech\" width=\"1.2\" height=\"1.2\" patternUnits=\"userSpaceOnUse\">\
<rect width=\"0.6\" height=\"1.2\" fill=\"#f0e442\"/></pattern>
<pattern id=\"cross\" width=\"1.6\" height=\"1.6\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(-45)\">\
<rect width=\"0.4\" height=\"1.6\" fill=\"#ffffff\" fill-opacity=\"0.4\"/></pattern>
<pattern id=\"gap\" width=\"1\" height=\"1\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">\
<rect width=\"0.25\" height=\"1\" fill=\"#7a0000\"/></pattern>
<pattern id=\"dots\" width=\"1.4\" height=\"1.4\" patternUnits=\"userSpaceOnUse\">\
<circle cx=\"0.7\" cy=\"0.7\" r=\"0.14\" fill=\"#b0b0b0\"/></pattern>
</defs>
";
