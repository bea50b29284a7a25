use std::path::Path;
use std::time::Duration;

use expect_test::{Expect, expect};

use super::*;

const GOOD: &str = include_str!("../../config/tongjie.toml");

#[track_caller]
fn check(text: &str, expected: Expect) {
    let report =
        parse("tongjie.toml", text, Path::new("/etc/tongjie")).expect_err("the settings were accepted");
    expected.assert_eq(&report.render(false));
}

fn with(from: &str, to: &str) -> String {
    assert!(GOOD.contains(from), "{from}");
    GOOD.replace(from, to)
}

#[test]
fn the_example_is_accepted_and_its_defaults_are_those_it_shows() {
    let (config, _) = parse("tongjie.toml", GOOD, Path::new("/etc/tongjie")).unwrap();
    assert_eq!(config.plan, Path::new("/etc/tongjie/../dialplan/wuxi"));
    assert_eq!(config.listen, config.node.sip.contact);
    assert_eq!(config.node.sip.realm, "12345.wuxi");
    assert_eq!((config.node.media_port_min, config.node.media_port_max), (10_000, 29_999));
    assert_eq!(config.media_listen, config.node.media_address);
    let uncommented: String =
        GOOD.lines().map(|line| format!("{}\n", line.strip_prefix("# ").unwrap_or(line))).collect();
    let uncommented =
        uncommented.lines().filter(|line| line.contains(['=', '['])).filter(|line| !line.contains("192.0.2"));
    let (shown, _) =
        parse("tongjie.toml", &uncommented.collect::<Vec<_>>().join("\n"), Path::new("/etc/tongjie"))
            .unwrap();
    assert_eq!(format!("{config:?}"), format!("{shown:?}"));
    assert_eq!(shown.node.drain_max, Duration::from_secs(600));
}

#[test]
fn a_wrong_key_is_shown_with_the_right_one() {
    check(
        &with("listen = \"127", "lisen = \"127"),
        expect![[r#"
            error[cf002]: unknown key `lisen` in [sip]
              --> tongjie.toml:10:1
               |
            10 | lisen = "127.0.0.1:5060"         # UDP. "0.0.0.0:5060" listens on every IPv4 address; then `advertise` is needed
               | ^^^^^
               |
               = help: did you mean `listen`?

            1 error, 0 warnings
        "#]],
    );
}

#[test]
fn all_faults_are_shown_at_once_in_the_order_of_lines() {
    let text = r#"
[node]
plan = 3
drain = "10"
[sip]
listen = "somewhere"
realm = "has space"
[media]
ports = "300-200"
[stoer]
file = "x"
[log]
format = "xml"
[limits]
calls = -1
"#;
    check(
        text,
        expect![[r#"
            error[cf004]: `socket` in [control] is missing
             |
             = help: config/tongjie.toml is a commented example

            error[cf003]: `plan` must be a text in quotes, not integer
             --> tongjie.toml:3:8
              |
            3 | plan = 3
              |        ^

            error[cf005]: `drain` cannot be "10"
             --> tongjie.toml:4:9
              |
            4 | drain = "10"
              |         ^^^^
              |
              = help: a number and a unit: "500ms", "20s", "10m", "4h"

            error[cf005]: `listen` cannot be "somewhere"
             --> tongjie.toml:6:10
              |
            6 | listen = "somewhere"
              |          ^^^^^^^^^^^
              |
              = help: an address and a port: "192.0.2.10:5060", "[2001:db8::10]:5060"

            error[cf005]: `realm` cannot be "has space"
             --> tongjie.toml:7:9
              |
            7 | realm = "has space"
              |         ^^^^^^^^^^^
              |
              = help: 1 to 64 letters, digits, dots, hyphens

            error[cf005]: 300-200 is no range of RTP ports
             --> tongjie.toml:9:9
              |
            9 | ports = "300-200"
              |         ^^^^^^^^^
              |
              = help: first and last port, at least 1024 and in this order: "10000-29999"

            error[cf002]: unknown key `stoer`
              --> tongjie.toml:10:2
               |
            10 | [stoer]
               |  ^^^^^
               |
               = help: did you mean `store`?

            error[cf005]: `format` cannot be "xml"
              --> tongjie.toml:13:10
               |
            13 | format = "xml"
               |          ^^^^^
               |
               = help: "text" or "json"

            error[cf005]: `calls` cannot be -1
              --> tongjie.toml:15:9
               |
            15 | calls = -1
               |         ^^
               |
               = help: a whole number, 0 or more

            9 errors, 0 warnings
        "#]],
    );
}

#[test]
fn too_few_ports_are_a_warning() {
    let text = with("[limits]", "[limits]\ncalls = 6000");
    let (config, report) = parse("tongjie.toml", &text, Path::new("")).unwrap();
    assert_eq!((config.node.calls_max, report.counts()), (6000, (0, 1)));
}

#[test]
fn broken_toml_is_shown_where_it_breaks() {
    check(
        &with("realm = \"12345.wuxi\" ", "realm = 12345.wuxi"),
        expect![[r#"
            error[cf001]: invalid fraction, expected digits
              --> tongjie.toml:12:15
               |
            12 | realm = 12345.wuxi             # digest realm: phones show it when they ask for a password
               |               ^
               |
               = help: see https://toml.io

            1 error, 0 warnings
        "#]],
    );
}

#[test]
fn an_address_nobody_can_answer_to_needs_another_to_advertise() {
    check(
        &with("listen = \"127.0.0.1:5060\"", "listen = \"0.0.0.0:5060\""),
        expect![[r#"
            error[cf006]: peers cannot answer to 0.0.0.0
              --> tongjie.toml:10:10
               |
            10 | listen = "0.0.0.0:5060"         # UDP. "0.0.0.0:5060" listens on every IPv4 address; then `advertise` is needed
               |          ^^^^^^^^^^^^^^
               |
               = help: write `advertise = "ADDRESS:5060"` in [sip]: the address peers reach this node at

            1 error, 0 warnings
        "#]],
    );
    let text =
        with("listen = \"127.0.0.1:5060\"", "listen = \"0.0.0.0:5060\"\nadvertise = \"192.0.2.10:5060\"");
    let (config, _) = parse("tongjie.toml", &text, Path::new("")).unwrap();
    assert_eq!(config.media_listen.to_string(), "0.0.0.0");
    assert_eq!(config.node.media_address.to_string(), "192.0.2.10");
}

#[test]
fn limits_that_contradict_each_other_are_refused() {
    check(
        &with("[limits]", "[limits]\ncalls = 10\nreserved = 10"),
        expect![[r#"
            error[cf006]: 10 of 10 calls are reserved: none is left for the others
              --> tongjie.toml:34:12
               |
            34 | reserved = 10
               |            ^^
               |
               = help: `reserved` must be less than `calls`

            1 error, 0 warnings
        "#]],
    );
    check(
        &with("ports = \"10000-29999\"", "ports = \"5000-6000\""),
        expect![[r#"
            error[cf006]: the SIP port 5060 lies among the RTP ports
              --> tongjie.toml:17:9
               |
            17 | ports = "5000-6000"             # RTP, even ports, all bound at the start; each leg of a call takes one
               |         ^^^^^^^^^^^
               |
               = help: choose another range

            warning[cf007]: 500 RTP ports do for 250 calls, not for 5000
              --> tongjie.toml:17:9
               |
            17 | ports = "5000-6000"             # RTP, even ports, all bound at the start; each leg of a call takes one
               |         ^^^^^^^^^^^
               |
               = help: a connected call has two legs, each with a port

            1 error, 1 warning
        "#]],
    );
}

#[test]
fn the_shortest_registration_is_whole_seconds_up_to_an_hour() {
    let with_min = |min: &str| with("[media]", &format!("register-min = \"{min}\"\n[media]"));
    for min in ["0s", "1500ms", "61m"] {
        let report = parse("tongjie.toml", &with_min(min), Path::new("")).unwrap_err();
        assert!(report.render(false).contains("error[cf005]: `register-min` is out of range"), "{min}");
    }
    for (min, granted_unasked) in [(2, 600), (1800, 1800)] {
        let (config, _) = parse("tongjie.toml", &with_min(&format!("{min}s")), Path::new("")).unwrap();
        assert_eq!(config.node.sip.expires_min, Duration::from_secs(min));
        assert_eq!(config.node.sip.expires_default, Duration::from_secs(granted_unasked));
    }
}

#[test]
fn a_missing_file_says_how_to_name_another() {
    let report = load(Path::new("no/such/tongjie.toml")).unwrap_err();
    expect![[r#"
        error[cf001]: cannot read no/such/tongjie.toml: No such file or directory (os error 2)
         |
         = help: name another file with `--config FILE`; config/tongjie.toml is a commented example

        1 error, 0 warnings
    "#]]
    .assert_eq(&report.render(false));
}

#[test]
fn every_code_is_explained_in_its_own_words_and_its_example_gets_it() {
    for explained in CODES {
        let report = match parse("tongjie.toml", explained.example, Path::new("")) {
            Ok((_, report)) | Err(report) => report,
        };
        let there = report.diagnostics.iter().any(|diagnostic| diagnostic.code == explained.code);
        assert!(there, "{}\n{report}", explained.code);
        assert_eq!(
            explain_code(&explained.code.to_uppercase()).map(|found| found.code),
            Some(explained.code)
        );
    }
    // Every code the sources name.
    let sources = [
        include_str!("compile.rs"),
        include_str!("mod.rs"),
        include_str!("read.rs"),
        include_str!("schema.rs"),
    ];
    let named = sources.iter().flat_map(|text| text.split("\"cf").skip(1).filter_map(|rest| rest.get(..3)));
    let named: std::collections::BTreeSet<String> = named.map(|digits| format!("cf{digits}")).collect();
    let explained: std::collections::BTreeSet<String> = CODES.iter().map(|e| e.code.to_owned()).collect();
    assert_eq!(named, explained);
    assert_eq!(explain_code("7"), None, "a bare number is the plan's");
}
