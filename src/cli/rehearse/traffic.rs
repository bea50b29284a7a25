//! Recorded calls as callers of another day, and callers by chance as an operator orders them.
//!
//! Of a record only who called what, at what time of day and how long he talked is taken over; what became of the
//! call then is not. A call whose hotline a header named dials that hotline itself.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::cli::failure::Failure;
use crate::cli::recorded;
use crate::dialplan::Table;
use crate::sim::rehearsal::Arrival;

/// The calls of a database or a CSV file.
pub(super) fn read(table: &Table, file: &Path) -> Result<Vec<Arrival>, Failure> {
    let mut all = vec![];
    recorded::read(file, &[table], |call| {
        if all.len() >= CALLS_MAX {
            let holds = format!("{} holds more than {CALLS_MAX} calls", file.display());
            return Err(Failure::new(holds)
                .help("export some of them: tongjie cdr --csv --since 2021-12-01 --until 2021-12-08"));
        }
        all.push(Arrival {
            at_ms: call.at_ms,
            dialled: call.named.map_or(call.dialled, |hotline| hotline.to_string()),
            caller: call.caller,
            trunk: call.trunk,
            talk: call.talk,
        });
        Ok(())
    })?;
    Ok(all)
}

/// One day of the records, moved to the hours that are rehearsed: each call at its time of day, every day of them.
pub(super) fn moved(
    table: &Table,
    recorded: Vec<Arrival>,
    day: Option<&str>,
    (from_ms, hours): (i64, u32),
) -> Result<Vec<Arrival>, Failure> {
    let local = |at_ms: i64| at_ms + offset_ms(table, at_ms);
    let wanted = match day {
        Some(day) => {
            let at = super::route::instant(table.calendar(), day)?;
            local(at).div_euclid(DAY_MS)
        }
        None => busiest(recorded.iter().map(|arrival| local(arrival.at_ms).div_euclid(DAY_MS))),
    };
    let first = local(from_ms).div_euclid(DAY_MS);
    let until_ms = from_ms + i64::from(hours) * 3_600_000;
    let last = local(until_ms - 1).div_euclid(DAY_MS);
    let mut all = vec![];
    for arrival in recorded.into_iter().filter(|arrival| local(arrival.at_ms).div_euclid(DAY_MS) == wanted) {
        let time = local(arrival.at_ms).rem_euclid(DAY_MS);
        for day in first..=last {
            let civil = day * DAY_MS + time;
            let at_ms = civil - offset_ms(table, civil - offset_ms(table, civil));
            if (from_ms..until_ms).contains(&at_ms) {
                all.push(Arrival { at_ms, ..arrival.clone() });
            }
        }
    }
    if all.is_empty() {
        return Err(Failure::new("no recorded call falls into these hours")
            .help("choose another --day, or more --hours"));
    }
    Ok(all)
}

/// The day with the most calls; of equals the first.
fn busiest(days: impl Iterator<Item = i64>) -> i64 {
    let mut calls: BTreeMap<i64, usize> = BTreeMap::new();
    for day in days {
        *calls.entry(day).or_default() += 1;
    }
    calls.into_iter().rev().max_by_key(|(_, calls)| *calls).map_or(0, |(day, _)| day)
}

/// What is added to an instant for the city's clocks.
pub(super) fn offset_ms(table: &Table, at_ms: i64) -> i64 {
    let zone = TimeZone::get(table.zone()).unwrap_or(TimeZone::UTC);
    let at = Timestamp::from_millisecond(at_ms).unwrap_or(Timestamp::UNIX_EPOCH);
    i64::from(zone.to_offset(at).seconds()) * 1000
}

/// `12345=40,12319=12`, or a CSV file of such pairs.
pub(super) fn weights(text: &str) -> Result<Vec<(String, u32)>, Failure> {
    if !text.contains('=') {
        return weights_of_file(text);
    }
    let pairs = text.split(',').map(|pair| {
        let (number, weight) = pair.split_once('=').ok_or_else(|| {
            Failure::usage(format!("`{pair}`: every number needs its weight")).help("write 12345=40,12319=12")
        })?;
        pair_of(number, weight).map_err(|fault| fault.help("write whole numbers: 12345=40,12319=12"))
    });
    pairs.collect()
}

/// Its first line may name the columns; `#` begins a remark.
fn weights_of_file(file: &str) -> Result<Vec<(String, u32)>, Failure> {
    let unreadable = |cause: String| Failure::new(format!("cannot read {file}")).cause(cause);
    let text = fs::read_to_string(file).map_err(|error| {
        unreadable(error.to_string()).help("name a file of weights, or write them: 12345=40,12319=12")
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .comment(Some(b'#'))
        .from_reader(text.as_bytes());
    let mut pairs = vec![];
    for record in reader.records() {
        let record = record.map_err(|error| unreadable(error.to_string()))?;
        let (number, weight) = (record.get(0).unwrap_or_default(), record.get(1).unwrap_or_default());
        let names_columns = pairs.is_empty() && !number.contains(|c: char| c.is_ascii_digit());
        if !names_columns {
            let line = record.position().map_or(0, csv::Position::line);
            let pair = pair_of(number, weight);
            pairs.push(pair.map_err(|fault| fault.cause(format!("{file}:{line}")).help("write 12345,40"))?);
        }
    }
    Ok(pairs)
}

fn pair_of(number: &str, weight: &str) -> Result<(String, u32), Failure> {
    let (number, weight) = (number.trim().trim_start_matches('\''), weight.trim());
    match weight.parse() {
        Ok(parsed) => Ok((number.to_owned(), parsed)),
        Err(_) => Err(Failure::usage(format!("`{weight}` is no weight of {number}"))),
    }
}

const DAY_MS: i64 = 86_400_000;
/// Most recorded calls held.
const CALLS_MAX: usize = 2_000_000;
