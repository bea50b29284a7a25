//! What each fault looks like to a person: one small bad plan a code.

mod by_chance;
mod contradictions;
mod files;
mod hours;
mod numbers;
mod rows;
mod transfers;
mod ways;

use expect_test::{Expect, expect};
use tongjie::dialplan::{Audio, Report, Sources, check};

use super::fixture::GOOD;

/// A sub-center on a trunk of its own.
const TAX: &str = "[trunk.tax]\naddress = \"10.0.0.1\"\n[hotline.12366]\nname = \"tax\"\nmode = \"sub-center\"\nwave = \"one\"\ntrunk = \"tax\"\noverflow = { to = \"general\" }\n";

/// A carrier's trunk, which brings the calls of citizens.
const CARRIER: &str = "[trunk.telecom]\naddress = \"10.0.0.9\"\ntrusted = true\n";

/// Hours of an office, without a calendar.
const OFFICE: &str = "[hours.office]\nweek = { mon-fri = [\"08:30-17:30\"] }\n";

/// One second of silence for every file.
struct Silence;

impl Audio for Silence {
    fn read(&self, file: &str) -> std::io::Result<Vec<u8>> {
        match file {
            "short.alaw" => Ok(vec![0xd5; 8000]),
            "long.alaw" => Ok(vec![0xd5; 8000 * 61]),
            _ => Err(std::io::ErrorKind::NotFound.into()),
        }
    }
}

fn report(base: &str, more: &str, audio: bool) -> String {
    let sources = Sources::new([("base.toml", base), ("more.toml", more)]);
    let (_, diagnostics) = check(&sources, audio.then_some(&Silence as &dyn Audio));
    Report { sources, diagnostics }.to_string()
}

#[track_caller]
fn check_report(more: &str, expected: Expect) {
    expected.assert_eq(&report(GOOD, more, false));
}

#[test]
fn a_good_plan_has_nothing_to_say() {
    check_report(
        "",
        expect![[r#"
            0 errors, 0 warnings
        "#]],
    );
}

/// The example of a code, as `check --explain` shows it.
#[track_caller]
fn check_example(code: &str, expected: Expect) {
    let explained = tongjie::dialplan::explain_code(code).unwrap();
    expected.assert_eq(&report(GOOD, explained.example, false));
}
