//! Open and closed apart: in a picture of days, hours are seen. In one of months they would be stripes, and a note tells
//! them.

use crate::dialplan::table::Table;
use crate::dialplan::timeline::window::Stretch;
use crate::dialplan::timeline::{Bar, Group, Language, rows};
use crate::event::Number;

/// Draws each row so, if the picture is of so few days.
pub(super) fn draw(table: &Table, stretches: &[Stretch], language: Language, groups: &mut [Group]) {
    let shown: i128 = stretches.iter().map(|s| i128::from(s.until_ms) - i128::from(s.from_ms)).sum();
    if shown > i128::from(SHOWN_MS_MAX) {
        return;
    }
    for row in groups.iter_mut().flat_map(|group| &mut group.rows) {
        let number = Number::new(row.number.as_str());
        row.drawn = row.bars.iter().flat_map(|bar| parts(table, &number, bar, stretches, language)).collect();
    }
}

/// A bar, cut wherever it opens or closes in view.
fn parts(table: &Table, number: &Number, bar: &Bar, stretches: &[Stretch], language: Language) -> Vec<Bar> {
    let segment = table.fate(number).and_then(|fate| fate.segment(bar.from_ms));
    let Some(closed) = segment.and_then(|segment| segment.closed) else {
        return vec![bar.clone()];
    };
    let shut = rows::closed(table, bar, &closed.action, language);
    let mut parts: Vec<Bar> = vec![];
    let mut at = bar.from_ms;
    for stretch in stretches.iter().filter(|stretch| stretch.shows(bar)) {
        let (from, until) = (stretch.from_ms.max(bar.from_ms), stretch.until_ms.min(bar.until_ms));
        if at < from {
            parts.push(Bar { from_ms: at, until_ms: from, ..bar.clone() });
        }
        at = from;
        while at < until {
            let next = closed.hours.next_change(at).unwrap_or(i64::MAX).min(until);
            let part = if closed.hours.open(at) { bar } else { &shut };
            parts.push(Bar { from_ms: at, until_ms: next, ..part.clone() });
            at = next;
        }
    }
    if at < bar.until_ms {
        parts.push(Bar { from_ms: at, until_ms: bar.until_ms, ..bar.clone() });
    }
    parts
}

/// A week, and what one sees beside it.
const SHOWN_MS_MAX: i64 = 8 * 86_400_000;
