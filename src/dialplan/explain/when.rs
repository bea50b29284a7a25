//! The periods of a number, and why each but one is not now; its hours; what changes next.

use serde::Serialize;

use crate::dialplan::decide::Facts;
use crate::dialplan::fate::{Fate, Segment};
use crate::dialplan::table::Table;
use crate::dialplan::treatment::{Own, in_words};
use crate::event::Phase;

/// A period of a number.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Period {
    /// Its first instant; `None`: since ever.
    pub from: Option<String>,
    /// The first instant it is over; `None`: never.
    pub until: Option<String>,
    /// Its phase.
    pub phase: Option<&'static str>,
    /// The hotline the number belongs to then, where it changes hands.
    pub hotline: Option<String>,
    /// What happens in it.
    pub what: String,
    /// What happens instead outside its hours.
    pub closed: Option<String>,
    /// Whether the call falls in it.
    pub now: bool,
    /// `ended 3 days before`, `begins 3 days later`.
    pub why: String,
}

/// Hours, as they stand.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Open {
    /// Their name.
    pub hours: String,
    /// Whether it is open.
    pub open: bool,
    /// Until when, and how long that is; `None`: for ever.
    pub until: Option<(String, String)>,
}

/// The next change a caller would notice.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Change {
    /// When.
    pub at: String,
    /// How long it is until then.
    pub after: String,
    /// The phase then.
    pub phase: Option<&'static str>,
    /// What happens from then on.
    pub what: String,
}

pub(super) fn periods(table: &Table, fate: &Fate, at_ms: i64) -> Vec<Period> {
    let owner = |segment: Segment<'_>| segment.hotline.map(|hotline| hotline.name.clone());
    let shared = fate.segments().any(|segment| Some(owner(segment)) != fate.segments().next().map(owner));
    let now = fate.segment(at_ms).map(|segment| segment.from_ms);
    let each = fate.segments().map(|segment| Period {
        from: (segment.from_ms != i64::MIN).then(|| table.calendar().show(segment.from_ms)),
        until: (segment.until_ms != i64::MAX).then(|| table.calendar().show(segment.until_ms)),
        phase: segment.phase.map(Phase::as_str),
        hotline: shared.then(|| owner(segment).unwrap_or_else(|| "nobody".to_owned())),
        what: in_words(segment.action, Own::Said),
        closed: segment.closed.map(|closed| in_words(&closed.action, Own::Said)),
        now: now == Some(segment.from_ms),
        why: why(segment.from_ms, segment.until_ms, at_ms),
    });
    each.collect()
}

fn why(from_ms: i64, until_ms: i64, at_ms: i64) -> String {
    let apart = |a: i64, b: i64| span(a.saturating_sub(b));
    if until_ms == at_ms {
        "ends here".to_owned()
    } else if from_ms == at_ms {
        "now, begins here".to_owned()
    } else if until_ms < at_ms {
        format!("ended {} before", apart(at_ms, until_ms))
    } else if from_ms > at_ms {
        format!("begins {} later", apart(from_ms, at_ms))
    } else if from_ms == i64::MIN {
        "now".to_owned()
    } else {
        format!("now, for {}", apart(at_ms, from_ms))
    }
}

pub(super) fn open(table: &Table, fate: &Fate, at_ms: i64) -> Option<Open> {
    let closed = fate.segment(at_ms)?.closed?;
    let until = closed.hours.next_change(at_ms);
    Some(Open {
        hours: closed.hours.name().to_owned(),
        open: closed.hours.open(at_ms),
        until: until.map(|until| (table.calendar().show(until), span(until.saturating_sub(at_ms)))),
    })
}

/// The first instant after this at which the same call is treated otherwise.
pub(super) fn next(table: &Table, fate: &Fate, facts: &Facts<'_>, at_ms: i64) -> Option<Change> {
    let now = table.decide(facts, at_ms);
    // Another number that the call names may come to decide.
    let named = facts.candidates.iter().filter_map(|(_, number)| table.fate(number));
    let fates: Vec<&Fate> = named.chain([fate]).collect();
    let mut at = at_ms;
    for _ in 0..CHANGES_MAX {
        at = fates.iter().filter_map(|fate| edge(fate, at)).min()?;
        let then = table.decide(facts, at);
        if then.action != now.action || then.hotline != now.hotline {
            return Some(Change {
                at: table.calendar().show(at),
                after: span(at.saturating_sub(at_ms)),
                phase: then.phase.map(Phase::as_str),
                what: in_words(then.action, Own::Said),
            });
        }
    }
    None
}

/// The next instant at which a period begins or the hours of this one change.
fn edge(fate: &Fate, at_ms: i64) -> Option<i64> {
    let next = fate.segments().map(|segment| segment.from_ms).find(|from| *from > at_ms);
    let hours = fate.segment(at_ms).and_then(|segment| segment.closed);
    let hours = hours.and_then(|closed| closed.hours.next_change(at_ms));
    next.into_iter().chain(hours).min()
}

/// Changes looked through for one that a caller would notice.
const CHANGES_MAX: usize = 1000;

/// A length of time as people say it.
pub(super) fn span(ms: i64) -> String {
    let (s, m, h, d) = (ms / 1000, ms / 60_000, ms / 3_600_000, ms / 86_400_000);
    let with = |n: i64, unit: &str, rest: i64, small: &str| match rest {
        0 => format!("{n} {unit}"),
        rest => format!("{n} {unit} {rest} {small}"),
    };
    match () {
        () if d > 2 => format!("{d} days"),
        () if d > 0 => with(d, if d == 1 { "day" } else { "days" }, h % 24, "h"),
        () if h > 0 => with(h, "h", m % 60, "min"),
        () if m > 0 => with(m, "min", s % 60, "s"),
        () if s > 0 => with(s, "s", ms % 1000, "ms"),
        () => format!("{ms} ms"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_of_time_is_said_with_two_units_at_most() {
        let said =
            [1, 1_000, 1_001, 60_000, 61_000, 3_600_000, 90_000_000, 172_800_000, 300_000_000].map(span);
        let meant = ["1 ms", "1 s", "1 s 1 ms", "1 min", "1 min 1 s", "1 h", "1 day 1 h", "2 days", "3 days"];
        assert_eq!(said, meant);
    }
}
