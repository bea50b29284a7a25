//! Transfers that would go out on an emergency line's trunk.

use super::fixture::Good;

/// What is found in the good plan with these rows: one line a diagnostic.
fn found(rows: &str) -> Vec<String> {
    let (_, report) = Good::new().and(rows).check();
    report.diagnostics.iter().map(|d| format!("{}: {}", d.code, d.message)).collect()
}

#[test]
fn a_place_that_is_only_transferred_to_is_not_reached_on_an_emergency_trunk() {
    let tax = |trunk: &str| {
        format!(
            "[trunk.tax]\naddress = \"10.0.0.1\"\n[hotline.12366]\nname = \"tax\"\nmode = \"sub-center\"\n\
             ingress = \"transfer-only\"\ntrunk = \"{trunk}\"\n"
        )
    };
    let doors = |trunk: &str| {
        let mut found = found(&tax(trunk));
        found.retain(|line| line.starts_with("dp036"));
        found
    };
    assert_eq!(
        doors("police"),
        [
            "dp036: callers who are transferred to `12366` would be led to the trunk `police`, which is the emergency line 110's"
        ]
    );
    assert_eq!(doors("tax"), [""; 0]);
}
