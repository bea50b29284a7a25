//! Recorded calls as callers of another day.
//!
//! Only who called what, at what time of day and how long he talked is taken over; what became of the call then is not.
//! A call whose hotline was found in a header (History-Info and the like) dials that hotline itself.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::cli::failure::Failure;
use crate::cli::traffic;
use crate::dialplan::{Ingress, Table};
use crate::event::TrunkId;
use crate::sim::rehearsal::Arrival;
use crate::store::LIMIT_MAX;

/// The calls of a database or a CSV file.
pub(super) fn read(table: &Table, file: &Path) -> Result<Vec<Arrival>, Failure> {
    let all = if traffic::is_store(file)? {
        from_store(file)?
    } else {
        let unreadable =
            |error: std::io::Error| Failure::new(format!("cannot read {}", file.display())).cause(error);
        from_csv(table, &fs::read(file).map_err(unreadable)?).map_err(|fault| {
            Failure::new(format!("{} is no list of calls: {fault}", file.display()))
                .help("`tongjie cdr --csv` writes one; the columns `arrived` and `dialled` must be there")
        })?
    };
    if all.is_empty() {
        return Err(Failure::new(format!("{} holds no calls", file.display())));
    }
    Ok(all)
}

fn from_store(file: &Path) -> Result<Vec<Arrival>, Failure> {
    let mut all = vec![];
    traffic::each_record(file, LIMIT_MAX, |row| {
        all.push(Arrival {
            at_ms: row.arrived,
            caller: row.caller,
            dialled: dialled(&row.dialled, row.hotline.as_deref(), &row.rule),
            trunk: row.trunk_in.map(TrunkId::new),
            talk: talk(row.connected.is_some(), row.talk_ms),
        });
        all.len() < ROWS_MAX
    })?;
    Ok(all)
}

/// Why a CSV file is none of calls.
#[derive(Debug, thiserror::Error)]
enum BadCsv {
    #[error("it is not UTF-8")]
    NotText,
    #[error("{0}")]
    Csv(#[from] csv::Error),
    #[error("there is no column `{0}`")]
    NoColumn(&'static str),
    #[error("line {line}: `{text}` is no instant")]
    BadInstant { line: u64, text: String },
}

fn from_csv(table: &Table, bytes: &[u8]) -> Result<Vec<Arrival>, BadCsv> {
    let text = std::str::from_utf8(bytes).map_err(|_| BadCsv::NotText)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let names = reader.headers()?.clone();
    let column = |name: &str| names.iter().position(|n| n.trim() == name);
    let (Some(arrived), Some(number)) = (column("arrived"), column("dialled")) else {
        return Err(BadCsv::NoColumn(if column("arrived").is_none() { "arrived" } else { "dialled" }));
    };
    let (caller, trunk, hotline) = (column("caller"), column("trunk_in"), column("hotline"));
    let (rule, talk_ms) = (column("rule"), column("talk_ms"));
    let mut all = vec![];
    for record in reader.records() {
        let record = record?;
        // The export puts a `'` before what a spreadsheet would run.
        let cell = |at: Option<usize>| {
            at.and_then(|at| record.get(at)).map_or("", |text| text.trim_start_matches('\''))
        };
        let written = cell(Some(arrived));
        let at_ms = table.calendar().parse(written).map_err(|_| BadCsv::BadInstant {
            line: record.position().map_or(0, csv::Position::line),
            text: written.to_owned(),
        })?;
        let ms: i64 = cell(talk_ms).parse().unwrap_or(0);
        all.push(Arrival {
            at_ms,
            caller: cell(caller).to_owned(),
            dialled: dialled(cell(Some(number)), Some(cell(hotline)), cell(rule)),
            trunk: Some(cell(trunk)).filter(|name| !name.is_empty()).map(TrunkId::new),
            talk: talk(ms > 0, ms),
        });
        if all.len() >= ROWS_MAX {
            break;
        }
    }
    Ok(all)
}

fn dialled(number: &str, hotline: Option<&str>, rule: &str) -> String {
    let in_a_header = [Ingress::HistoryInfo, Ingress::Diversion, Ingress::CalledPartyId, Ingress::To];
    let hotline = hotline.filter(|hotline| !hotline.is_empty());
    match hotline.filter(|_| in_a_header.iter().any(|ingress| ingress.as_str() == rule)) {
        Some(hotline) => hotline.to_owned(),
        None => number.to_owned(),
    }
}

fn talk(connected: bool, ms: i64) -> Option<Duration> {
    u64::try_from(ms).ok().filter(|_| connected).map(Duration::from_millis)
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
            let at = super::route::instant(table, day)?;
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

/// `12345=40,12319=12`, or a file of such lines with a comma.
pub(super) fn weights(text: &str) -> Result<Vec<(String, u32)>, Failure> {
    let list = if text.contains('=') {
        text.replace('=', ",").split(',').map(str::to_owned).collect::<Vec<_>>()
    } else {
        let file = fs::read_to_string(text);
        let file = file.map_err(|error| Failure::new(format!("cannot read {text}")).cause(error))?;
        let lines = file.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let lines = lines.filter(|line| line.chars().any(|c| c.is_ascii_digit()));
        lines.flat_map(|line| line.splitn(2, ',').map(str::to_owned).collect::<Vec<_>>()).collect()
    };
    let mut all = vec![];
    for pair in list.chunks(2) {
        let [number, weight] = pair else {
            return Err(Failure::usage("every number needs its weight").help("write 12345=40,12319=12"));
        };
        let weight = weight.trim().parse().map_err(|_| {
            Failure::usage(format!("`{weight}` is no weight")).help("write whole numbers: 12345=40,12319=12")
        })?;
        all.push((number.trim().to_owned(), weight));
    }
    Ok(all)
}

const DAY_MS: i64 = 86_400_000;
/// Most records read.
const ROWS_MAX: usize = 2_000_000;
