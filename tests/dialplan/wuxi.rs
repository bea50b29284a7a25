//! The Wuxi plan against an independent reading of the list it was made from.

use std::path::Path;

use tongjie::dialplan::{Level, Report, Table, check, load_dir};

/// Loads a plan directory of the repository, recordings unchecked.
pub(super) fn plan(name: &str) -> (Option<Table>, Report) {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("dialplan").join(name);
    let sources = load_dir(&dir);
    let (table, diagnostics) = check(&sources, None);
    (table, Report { sources, diagnostics })
}

#[test]
fn the_wuxi_plan_passes_every_check_and_every_test_of_its_own() {
    let (table, report) = plan("wuxi");
    assert!(report.diagnostics.iter().all(|d| d.level != Level::Error), "{report}");
    assert_eq!(report.counts(), (0, 0), "{report}");
    assert!(table.is_some());
}
