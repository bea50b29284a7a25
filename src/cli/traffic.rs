//! Calls that were made, from a node's records (`calls.db`) or an export of them (`tongjie cdr --csv`).

use std::path::Path;

use super::failure::Failure;
use crate::dialplan::Table;
use crate::dialplan::diff::Traffic;
use crate::event::TrunkId;
use crate::store::{Filter, LIMIT_MAX, Store};

/// Reads them; numbers as the plan writes them, civil times in its zone.
pub(super) fn read(file: &Path, plan: &Table) -> Result<Traffic, Failure> {
    let is_csv = file.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("csv"));
    let traffic = if is_csv { from_csv(file, plan)? } else { from_store(file, plan)? };
    if traffic.is_empty() {
        return Err(Failure::new(format!("{} holds no call", file.display())));
    }
    Ok(traffic)
}

/// Newest first, a page at a time: one query gives a limited number.
fn from_store(file: &Path, plan: &Table) -> Result<Traffic, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::because(&error))?;
    let read = async {
        let store = Store::open_to_read(file).await?;
        let mut traffic = Traffic::default();
        let mut until = None;
        loop {
            let rows = store.query(&Filter { until, limit: LIMIT_MAX, ..Filter::default() }).await?;
            let full = u32::try_from(rows.len()).is_ok_and(|len| len >= LIMIT_MAX);
            let (Some(newest), Some(oldest)) = (rows.first(), rows.last()) else { break };
            // Of the millisecond a full page ends in, some may be missing: all of it comes with the next page.
            let (newest, edge) = (newest.arrived, oldest.arrived);
            let whole = |arrived: i64| !full || arrived > edge || newest == edge;
            for row in rows.iter().filter(|row| whole(row.arrived)) {
                let trunk = row.trunk_in.as_ref().map(TrunkId::new);
                traffic.add(row.arrived, plan.numbering().normalise(&row.dialled, None), trunk);
            }
            if !full {
                break;
            }
            until = Some(if newest == edge { edge } else { edge + 1 });
        }
        store.close().await;
        Ok(traffic)
    };
    runtime.block_on(read).map_err(|error: crate::store::StoreError| Failure::because(&error))
}

fn from_csv(file: &Path, plan: &Table) -> Result<Traffic, Failure> {
    let said = |what: String| Failure::new(format!("{}: {what}", file.display()));
    let mut reader =
        csv::ReaderBuilder::new().comment(Some(b'#')).from_path(file).map_err(|e| said(e.to_string()))?;
    let names = reader.headers().map_err(|error| said(error.to_string()))?.clone();
    let column = |name: &str| names.iter().position(|column| column.trim_start_matches('\u{feff}') == name);
    let needed = |name: &str| {
        let help = "`tongjie cdr --csv` writes such a file";
        column(name).ok_or_else(|| said(format!("there is no column {name}")).help(help))
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
