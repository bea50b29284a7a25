//! What stands below the rows: the legend, every cut-over in view, notes on hours.

use super::head::ink;
use super::paint::{INK, Paint};
use super::pen::Words;
use super::{Sheet, said};
use crate::dialplan::timeline::page::{CUT_LINES_MAX, CUTS_A_LINE, LINE, MARGIN, count, fit, text_width};
use crate::dialplan::timeline::{Bar, Look};

impl Sheet<'_> {
    pub(super) fn foot(&mut self) {
        let mut y = self.page.bottom + LINE * 1.4;
        y = self.legend(y) + LINE;
        let reading = fit(&self.reading(), self.page.width - 2.0 * MARGIN, 2.7);
        self.words(
            &reading,
            &Words { x: MARGIN, y, font: 2.7, fill: INK, anchor: "start", bold: false, rim: "" },
        );
        y += LINE * 1.5;
        let timeline = self.timeline;
        let column = (self.page.width - 2.0 * MARGIN) / count(CUTS_A_LINE);
        let shown = CUTS_A_LINE * CUT_LINES_MAX;
        let cuts: Vec<_> = timeline.cuts_in_view().collect();
        for (i, cut) in cuts.iter().take(shown).enumerate() {
            let (x, y) = (MARGIN + count(i % CUTS_A_LINE) * column, y + count(i / CUTS_A_LINE) * LINE);
            let more = cuts.len().saturating_sub(shown);
            let text = if i + 1 == shown && more > 0 {
                format!("… {} {}", more + 1, timeline.language.pick("个切换时刻", "more cut-overs"))
            } else {
                said(timeline, cut)
            };
            self.words(
                &fit(&text, column - 2.0, 2.7),
                &Words { x, y, font: 2.7, fill: ink(cut), anchor: "start", bold: false, rim: "" },
            );
        }
        y += count(cuts.len().div_ceil(CUTS_A_LINE).min(CUT_LINES_MAX)) * LINE;
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
        let bars = || timeline.groups.iter().flat_map(|group| &group.rows).flat_map(|row| &row.drawn);
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
        if bars().any(Bar::announces) {
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

    /// How bars are read: only what there is on this sheet.
    fn reading(&self) -> String {
        let say = self.timeline.language;
        let bars = || self.timeline.groups.iter().flat_map(|group| &group.rows).flat_map(|row| &row.drawn);
        let mut within = vec![say.pick("队列或中继", "queue or trunk")];
        if bars().any(|bar| bar.skill.is_some()) {
            within.push(say.pick("#技能", "#skill"));
        }
        if bars().any(|bar| bar.announce.is_some()) {
            within.push(say.pick("“提示音”", "“announcement”"));
        }
        let mut text = format!("{} {}", say.pick("条内:", "In a bar:"), within.join(" "));
        if within.len() > 1 {
            text.push_str(say.pick(
                ";写不下时整行略去提示音,再略去综合队列之名",
                "; without room a whole row goes without the announcement, then without the general queue's name",
            ));
        }
        if self.timeline.stretches.len() > 1 {
            text.push_str(say.pick("。锯齿处略去一段时间", ". Where the sheet is torn, time is left out"));
        }
        text
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
}
