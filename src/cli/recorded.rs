//! Calls that were made: read from a node's database, or from an export of it (`tongjie cdr --csv`). Whoever weighs
//! a plan by them or rehearses them reads them here.
//!
//! Which of the two a file is, its first bytes say and not its name. A year of calls is never held at once: each is
//! handed on as it is read.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::time::Duration;

use super::failure::Failure;
use super::{PAGE, runtime};
use crate::call::BEFORE_THE_PLAN;
use crate::dialplan::{Ingress, Table};
use crate::event::{Number, TrunkId};
use crate::store::{Filter, Pages, Row, Store, StoreError};

/// A call that was made, as far as its record says how it came.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct RecordedCall {
    /// When it arrived: civil milliseconds.
    pub(super) at_ms: i64,
    /// Who called; may be masked, may be empty.
    pub(super) caller: String,
    /// The number in its Request-URI.
    pub(super) dialled: String,
    /// The number of its hotline, where something else than the number dialled said which it is: a header, as of a
    /// call the carrier forwarded to 12345; or a trunk the plans do not have any more, so that what it made of the
    /// number is not to be found in them.
    pub(super) named: Option<Number>,
    /// The trunk it came in on.
    pub(super) trunk: Option<TrunkId>,
    /// How long two people talked; `None`: they did not, or it is not known.
    pub(super) talk: Option<Duration>,
}

/// What a record means is said by the plans it is read for.
struct Reading<'p> {
    plans: &'p [&'p Table],
    /// Hotlines by their ids: a number that changes hands is that of two.
    numbers: BTreeMap<&'p str, &'p Number>,
}

/// The facts of a record, as texts.
struct Facts {
    at_ms: i64,
    caller: String,
    dialled: String,
    hotline: Option<String>,
    rule: String,
    trunk: Option<String>,
    talk_ms: i64,
}

impl<'p> Reading<'p> {
    fn new(plans: &'p [&'p Table]) -> Self {
        let fates = plans.iter().flat_map(|plan| plan.fates()).filter(|fate| fate.via().is_empty());
        let hotlines = fates.flat_map(|fate| fate.segments().map(move |segment| (segment, fate)));
        let numbers =
            hotlines.filter_map(|(segment, fate)| Some((segment.hotline?.id.as_str(), &fate.number)));
        Self { plans, numbers: numbers.collect() }
    }

    /// `None` of an INVITE that was refused before the plan was asked: whatever the plan says, it would have been.
    fn call(&self, facts: Facts) -> Option<RecordedCall> {
        if facts.rule.ends_with(BEFORE_THE_PLAN) {
            return None;
        }
        let trunk = facts.trunk.map(TrunkId::new);
        let has = |trunk: &TrunkId| self.plans.iter().any(|plan| plan.trunk(trunk).is_some());
        let named = match Ingress::ALL.into_iter().find(|ingress| ingress.as_str() == facts.rule) {
            Some(Ingress::HistoryInfo | Ingress::Diversion | Ingress::CalledPartyId | Ingress::To) => true,
            Some(Ingress::AccessNumber | Ingress::TrunkDefault) => !trunk.as_ref().is_some_and(has),
            Some(Ingress::RequestUri) | None => false,
        };
        let hotline = facts.hotline.filter(|_| named);
        Some(RecordedCall {
            at_ms: facts.at_ms,
            caller: facts.caller,
            dialled: facts.dialled,
            named: hotline.map(|hotline| self.number(&hotline)),
            trunk,
            talk: u64::try_from(facts.talk_ms).ok().filter(|ms| *ms > 0).map(Duration::from_millis),
        })
    }

    /// Of a hotline that the plans do not have its id, which mostly is its number.
    fn number(&self, hotline: &str) -> Number {
        self.numbers.get(hotline).map_or_else(|| Number::new(hotline), |number| (*number).clone())
    }

    fn instant(&self, written: &str) -> Option<i64> {
        self.plans.last().and_then(|plan| plan.calendar().parse(written).ok())
    }
}

/// Hands every call of a file to `take`, as it came into these plans. Times without an offset are of the last one's
/// zone.
pub(super) fn read(
    file: &Path,
    plans: &[&Table],
    take: impl FnMut(RecordedCall) -> Result<(), Failure>,
) -> Result<(), Failure> {
    read_paged(file, plans, PAGE, take)
}

fn read_paged(
    file: &Path,
    plans: &[&Table],
    page: u32,
    mut take: impl FnMut(RecordedCall) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let unreadable = |error: std::io::Error| {
        Failure::new(format!("cannot read {}", file.display())).cause(error).help(KINDS)
    };
    let mut opened = BufReader::new(File::open(file).map_err(unreadable)?);
    let head = opened.fill_buf().map_err(unreadable)?;
    let reading = Reading::new(plans);
    let mut count = 0_u64;
    let mut counted = |facts: Facts| {
        count += 1;
        reading.call(facts).map_or(Ok(()), &mut take)
    };
    if head.starts_with(SQLITE) {
        from_store(file, page, &mut counted)?;
    } else {
        if head.starts_with(BYTE_ORDER_MARK) {
            opened.consume(BYTE_ORDER_MARK.len());
        }
        from_csv(opened, &reading, &mut counted).map_err(|stopped| match stopped {
            Stopped::Taken(failure) => failure,
            Stopped::Bad(fault) => {
                Failure::new(format!("{} is no list of calls: {fault}", file.display())).help(KINDS)
            }
        })?;
    }
    if count == 0 { Err(Failure::new(format!("{} holds no calls", file.display()))) } else { Ok(()) }
}

fn from_store(
    file: &Path,
    page: u32,
    take: &mut dyn FnMut(Facts) -> Result<(), Failure>,
) -> Result<(), Failure> {
    runtime()?.block_on(async {
        let because = |error: StoreError| Failure::because(&error);
        let store = Store::open_to_read(file).await.map_err(because)?;
        let taken = take_all(store.pages(Filter::default(), page), take).await;
        store.close().await;
        taken
    })
}

async fn take_all(
    mut pages: Pages<'_>,
    take: &mut dyn FnMut(Facts) -> Result<(), Failure>,
) -> Result<(), Failure> {
    loop {
        let rows = pages.next().await.map_err(|error| Failure::because(&error))?;
        if rows.is_empty() {
            return Ok(());
        }
        rows.into_iter().map(Facts::of).try_for_each(&mut *take)?;
    }
}

impl Facts {
    fn of(row: Row) -> Self {
        Self {
            at_ms: row.arrived,
            caller: row.caller,
            dialled: row.dialled,
            hotline: row.hotline,
            rule: row.rule,
            trunk: row.trunk_in,
            talk_ms: row.talk_ms,
        }
    }
}

/// Why not all calls of a CSV file were taken.
enum Stopped {
    Bad(BadCsv),
    Taken(Failure),
}

/// Why a CSV file is none of calls.
#[derive(Debug, thiserror::Error)]
enum BadCsv {
    #[error("{0}")]
    Csv(#[from] csv::Error),
    #[error("there is no column `{0}`")]
    NoColumn(&'static str),
    #[error("line {line}: `{text}` is no instant")]
    BadInstant { line: u64, text: String },
}

impl From<csv::Error> for Stopped {
    fn from(error: csv::Error) -> Self {
        Self::Bad(BadCsv::Csv(error))
    }
}

/// Cells are read as bytes: a spreadsheet may have saved the names in another encoding, and digits are digits in all.
fn from_csv(
    text: impl BufRead,
    reading: &Reading<'_>,
    take: &mut dyn FnMut(Facts) -> Result<(), Failure>,
) -> Result<(), Stopped> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).comment(Some(b'#')).from_reader(text);
    let names = reader.byte_headers()?.clone();
    let column = |name: &str| names.iter().position(|column| column.trim_ascii() == name.as_bytes());
    let needed = |name| column(name).ok_or(Stopped::Bad(BadCsv::NoColumn(name)));
    let (arrived, dialled) = (needed("arrived")?, needed("dialled")?);
    let (caller, trunk, hotline) = (column("caller"), column("trunk_in"), column("hotline"));
    let (rule, talk_ms) = (column("rule"), column("talk_ms"));
    let mut record = csv::ByteRecord::new();
    while reader.read_byte_record(&mut record)? {
        // The export puts a `'` before what a spreadsheet would run.
        let cell = |at: Option<usize>| {
            let text = at.and_then(|at| record.get(at)).map(String::from_utf8_lossy).unwrap_or_default();
            text.trim().trim_start_matches('\'').to_owned()
        };
        let some = |at| Some(cell(at)).filter(|text| !text.is_empty());
        let written = cell(Some(arrived));
        let facts = Facts {
            at_ms: reading.instant(&written).ok_or_else(|| {
                let line = record.position().map_or(0, csv::Position::line);
                Stopped::Bad(BadCsv::BadInstant { line, text: written })
            })?,
            caller: cell(caller),
            dialled: cell(Some(dialled)),
            hotline: some(hotline),
            rule: cell(rule),
            trunk: some(trunk),
            talk_ms: cell(talk_ms).parse().unwrap_or(0),
        };
        take(facts).map_err(Stopped::Taken)?;
    }
    Ok(())
}

const KINDS: &str = "name a node's database (`store` in its tongjie.toml), or CSV as `tongjie cdr --csv` writes it: \
                     at least the columns `arrived` and `dialled`";
/// How a database begins.
const SQLITE: &[u8] = b"SQLite format 3\0";
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

#[cfg(test)]
mod tests;
