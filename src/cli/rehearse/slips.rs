//! What is asked of a rehearsal and cannot be meant: refused where nothing could be rehearsed, else rehearsed with a warning.

use std::io::{self, Write};

use crate::cli::failure::Failure;
use crate::dialplan::{Table, suggest};

/// A year that nobody has thought of is mostly a slip.
pub(super) fn dates(table: &Table, around: &str, (from_ms, until_ms): (i64, i64)) -> Result<(), Failure> {
    let show = |at_ms| table.calendar().show(at_ms);
    let year = show(until_ms).get(..4).and_then(|year| year.parse::<u16>().ok());
    if !year.is_some_and(|year| YEARS.contains(&year)) {
        let failure = Failure::usage(format!("no plan reaches to {around}"));
        return Err(failure.help("name a day near the plan's dates; `tongjie timeline` shows them"));
    }
    let starts = table.fates().iter().flat_map(|fate| fate.segments()).map(|segment| segment.from_ms);
    let starts = starts.filter(|at_ms| *at_ms != i64::MIN);
    let (Some(first), Some(last)) = (starts.clone().min(), starts.max()) else { return Ok(()) };
    let far = if until_ms < first - YEAR_MS {
        "before the first"
    } else if from_ms > last + YEAR_MS {
        "after the last"
    } else {
        return Ok(());
    };
    let (day, first, last) = (show(from_ms), show(first), show(last));
    warn(&format!(
        "{day} is more than a year {far} of the plan's dates, which are from {first} to {last}: is the year right?"
    ));
    Ok(())
}

/// Numbers the plan does not have may be dialled, but mostly are slips.
pub(super) fn numbers(table: &Table, numbers: &[(String, u32)]) -> Result<(), Failure> {
    if !numbers.is_empty() && numbers.iter().all(|(_, weight)| *weight == 0) {
        return Err(Failure::usage("nobody calls: every weight is 0"));
    }
    let known = |number: &str| table.fate(&table.numbering().normalise(number, None)).is_some();
    let mut unknown = numbers.iter().map(|(number, _)| number.as_str()).filter(|number| !known(number));
    if let Some(number) = unknown.next() {
        let help = suggest::help(number, table.fates().iter().map(|fate| fate.number.as_str()));
        let more = match unknown.count() {
            0 => String::new(),
            more => format!(", nor {more} more"),
        };
        warn(&format!("the plan has no number {number} ({help}){more}: their callers count as `others`"));
    }
    Ok(())
}

/// Patience and talk of hours are mostly meant to be seconds or minutes.
pub(super) fn durations(cut_off: u32) {
    if cut_off > 0 {
        let (callers, s) = if cut_off == 1 { ("caller", "s") } else { ("callers", "") };
        warn(&format!(
            "{cut_off} {callers} still wait{s} or talk{s} six hours after the rehearsed ones, and hang{s} up then: are --patience and --talk as you mean them?"
        ));
    }
}

/// With standard error closed there is nobody to warn.
fn warn(text: &str) {
    writeln!(io::stderr(), "warning: {text}").ok();
}

/// Years in which there are hotlines.
const YEARS: std::ops::Range<u16> = 1900..3000;
const YEAR_MS: i64 = 366 * 24 * 3_600_000;
