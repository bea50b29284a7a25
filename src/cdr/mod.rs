//! One call's record, folded from its events. A CDR is computed, never written to: whoever has the events
//! has the record. It places no call, stores nothing, and nothing waits for it.

mod csv;
mod fold;
mod record;
mod row;

#[cfg(test)]
mod tests;

pub use csv::{CsvWriter, safe as safe_cell};
pub use fold::Fold;
pub use record::{Cdr, Disposition, LegCdr, SkippedTrunk};
pub use row::{LegRow, Reveal, Row};
