//! Every example of `check --explain` gets the code it explains.

use tongjie::dialplan::{Audio, CODES, Report, Sources, check};

use super::fixture::GOOD;

/// No recording is there.
struct Nothing;

impl Audio for Nothing {
    fn read(&self, _: &str) -> std::io::Result<Vec<u8>> {
        Err(std::io::ErrorKind::NotFound.into())
    }
}

/// Codes whose faults no few lines make.
const NO_EXAMPLE: [&str; 5] = ["dp000", "dp001", "dp024", "dp039", "dp099"];

#[test]
fn every_example_gets_its_code() {
    for explained in CODES.iter().filter(|explained| !NO_EXAMPLE.contains(&explained.code)) {
        // An example with a [plan] of its own stands in the place of the other.
        let base = match explained.example.starts_with("[plan]") {
            true => &GOOD[GOOD.find("[hotline").unwrap()..],
            false => GOOD,
        };
        let sources = Sources::new([("base.toml", base), ("example.toml", explained.example)]);
        let audio = (explained.code == "dp011").then_some(&Nothing as &dyn Audio);
        let (_, diagnostics) = check(&sources, audio);
        let there = diagnostics.iter().any(|diagnostic| diagnostic.code == explained.code);
        let report = Report { sources, diagnostics };
        assert!(there, "{}\n{}\n{report}", explained.code, explained.example);
    }
}
