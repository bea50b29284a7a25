//! Calls that were made, from a node's records (`calls.db`) or an export of them (`tongjie cdr --csv`).

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::failure::Failure;
use crate::dialplan::Table;
use crate::dialplan::diff::Traffic;
use crate::event::TrunkId;
use crate::store::{Filter, LIMIT_MAX, Row, Store, StoreError};

/// Reads them; numbers as the plan writes them, civil times in its zone.
pub(super) fn read(file: &Path, plan: &Table) -> Result<Traffic, Failure> {
    let traffic = if is_store(file)? { from_store(file, plan, LIMIT_MAX)? } else { from_csv(file, plan)? };
    if traffic.is_empty() {
        return Err(Failure::new(format!("{} holds no call", file.display())));
    }
    Ok(traffic)
}

/// Whether a file is a database, whatever it is called.
pub(super) fn is_store(file: &Path) -> Result<bool, Failure> {
    let unreadable = |error: io::Error| Failure::new(format!("cannot read {}", file.display())).cause(error);
    let mut head = vec![];
    File::open(file)
        .map_err(unreadable)?
        .take(SQLITE.len() as u64)
        .read_to_end(&mut head)
        .map_err(unreadable)?;
    Ok(head == SQLITE)
}

/// Every record of a node, newest first, until `take` has enough. A query gives a limited number, so they come a page at
/// a time; each page begins behind the last record of the one before.
pub(super) fn each_record(file: &Path, page: u32, mut take: impl FnMut(Row) -> bool) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::because(&error))?;
    let read = async {
        let store = Store::open_to_read(file).await?;
        let mut after = None;
        loop {
            let rows = store.query(&Filter { after, limit: page, ..Filter::default() }).await?;
            after = rows.last().map(|row| (row.arrived, row.call.clone()));
            if after.is_none() || !rows.into_iter().all(&mut take) {
                break;
            }
        }
        store.close().await;
        Ok(())
    };
    runtime.block_on(read).map_err(|error: StoreError| Failure::because(&error))
}

fn from_store(file: &Path, plan: &Table, page: u32) -> Result<Traffic, Failure> {
    let mut traffic = Traffic::default();
    each_record(file, page, |row| {
        let trunk = row.trunk_in.as_ref().map(TrunkId::new);
        traffic.add(row.arrived, plan.numbering().normalise(&row.dialled, None), trunk);
        true
    })?;
    Ok(traffic)
}

fn from_csv(file: &Path, plan: &Table) -> Result<Traffic, Failure> {
    let said = |what: String| Failure::new(format!("{}: {what}", file.display()));
    let mut reader =
        csv::ReaderBuilder::new().comment(Some(b'#')).from_path(file).map_err(|e| said(e.to_string()))?;
    let names = reader.headers().map_err(|error| said(error.to_string()))?.clone();
    let column = |name: &str| names.iter().position(|column| column.trim_start_matches('\u{feff}') == name);
    let needed = |name: &str| {
        let help = "give a node's file of records, or what `tongjie cdr --csv` wrote";
        column(name).ok_or_else(|| said(format!("no call records: it has no column `{name}`")).help(help))
    };
    let (arrived, dialled, trunk) = (needed("arrived")?, needed("dialled")?, column("trunk_in"));
    let mut traffic = Traffic::default();
    for record in reader.records() {
        let record = record.map_err(|error| said(error.to_string()))?;
        let line = record.position().map_or(0, csv::Position::line);
        let cell = |column: usize| record.get(column).unwrap_or_default();
        let at = plan.calendar().parse(&cell(arrived).replace(' ', "T"));
        let at = at.map_err(|error| said(format!("line {line}: arrived: {error}")))?;
        // Exports put a ' before what a spreadsheet could take for a formula.
        let number = cell(dialled).trim_start_matches('\'');
        let trunk = trunk.map(cell).filter(|name| !name.is_empty()).map(TrunkId::new);
        traffic.add(at, plan.numbering().normalise(number, None), trunk);
    }
    Ok(traffic)
}

/// The first bytes of every database (sqlite.org/fileformat.html §1.3).
const SQLITE: &[u8] = b"SQLite format 3\0";

#[cfg(test)]
mod tests;
