//! Arguments, help, exit codes.

use std::io::Read;
use std::process::{Command, Stdio};

use super::{Place, run};

const COMMANDS: [&str; 18] = [
    "serve",
    "check",
    "route",
    "diff",
    "timeline",
    "import",
    "rehearse",
    "schema",
    "status",
    "calls",
    "agents",
    "queues",
    "trunks",
    "hangup",
    "drain",
    "reload",
    "cdr",
    "completions",
];

#[test]
fn every_command_has_a_help_text_with_an_example() {
    let all = run(&["--help"]);
    all.check(0, &COMMANDS);
    for command in COMMANDS {
        let help = run(&[command, "--help"]);
        help.check(0, &["Example", &format!("  tongjie {command}"), "Usage:"]);
        assert!(help.err.is_empty());
    }
    for action in ["list", "ready", "not-ready"] {
        run(&["agents", action, "--help"]).check(0, &["Example", &format!("  tongjie agents {action}")]);
    }
}

#[test]
fn wrong_usage_is_code_2_and_says_what_was_meant() {
    run(&[]).check(2, &["Usage:"]);
    run(&["sevre"]).check(2, &["unrecognized subcommand 'sevre'", "serve"]);
    run(&["calls", "--jsn"]).check(2, &["--jsn", "--json"]);
    run(&["hangup", "17"]).check(2, &["a call id is 13 letters and digits"]);
    run(&["cdr", "--limit", "0"]).check(2, &["0 is not in"]);
    run(&["cdr", "--json", "--csv"]).check(2, &["cannot be used with"]);
    run(&["completions", "cmd.exe"]).check(2, &["bash"]);
    let plan = concat!(env!("CARGO_MANIFEST_DIR"), "/dialplan/wuxi");
    run(&["route", "nonsense", "--plan", plan]).check(2, &["nonsense is no telephone number"]);
    run(&["route", "12319", "--at", "tomorrow", "--plan", plan]).check(2, &["tomorrow is no instant"]);
    run(&["route", "12319", "--header", "no colon", "--plan", plan]).check(2, &["no colon is no header"]);
}

#[test]
fn without_a_node_live_commands_are_code_3() {
    let place = Place::new();
    for arguments in [
        &["status"][..],
        &["calls"],
        &["calls", "--follow"],
        &["agents"],
        &["agents", "ready", "a1"],
        &["queues"],
        &["trunks"],
        &["hangup", "5z12e14jc0001"],
        &["drain"],
    ] {
        place.run(arguments).check(3, &["no node answers on", "t.sock", "start one with `tongjie serve`"]);
    }
}

#[test]
fn settings_that_are_not_there_are_code_1() {
    run(&["status", "--config", "/no/such.toml"]).check(1, &["cannot read /no/such.toml", "--config FILE"]);
}

#[test]
fn who_asks_for_json_is_told_in_json_why_there_is_none() {
    let place = Place::new();
    let json = |ran: &super::Ran| -> serde_json::Value {
        assert_eq!((ran.err.as_str(), ran.out.lines().count()), ("", 1), "{ran:#?}");
        serde_json::from_str(&ran.out).unwrap()
    };
    for arguments in [
        &["status", "--json"][..],
        &["calls", "--follow", "--json"],
        &["agents", "ready", "a1", "--json"],
        &["hangup", "5z12e14jc0001", "--json"],
        &["reload", "--list", "--json"],
        &["drain", "--json"],
    ] {
        let ran = place.run(arguments);
        let told = json(&ran);
        assert_eq!((ran.code, &told["exit"]), (Some(3), &3.into()));
        assert!(told["error"].as_str().unwrap().starts_with("no node answers on "), "{told}");
        assert!(told["help"].as_str().unwrap().contains("tongjie serve") && told["because"].is_array());
    }
    for (arguments, why, help) in [
        (
            &["status", "--json", "--bogus"][..],
            "unexpected argument '--bogus' found",
            "Usage: tongjie status",
        ),
        (&["sevre", "--json"], "unrecognized subcommand 'sevre'", "'serve'"),
        (&["check", "--json"], "required arguments were not provided:\n  <PLAN>", "Usage: tongjie check"),
        (&["cdr", "--json", "--limit", "0"], "0 is not in", "try '--help'"),
    ] {
        let ran = run(arguments);
        let told = json(&ran);
        assert_eq!((ran.code, &told["exit"]), (Some(2), &2.into()));
        assert!(!told["error"].as_str().unwrap().starts_with("error"), "{told}");
        assert!(told["error"].as_str().unwrap().contains(why), "{told}");
        assert!(told["help"].as_str().unwrap().contains(help), "{told}");
    }
    let plain = run(&["hangup", "--", "--json"]);
    assert_eq!((plain.code, plain.out.as_str()), (Some(2), ""), "a value is no wish");
    let plan = concat!(env!("CARGO_MANIFEST_DIR"), "/dialplan/wuxi");
    let ran = run(&["route", "nonsense", "--plan", plan, "--json"]);
    assert_eq!((ran.code, json(&ran)["error"].as_str()), (Some(2), Some("nonsense is no telephone number")));
    let ran = run(&["route", "12319", "--plan", "/proc", "--json"]);
    let told = json(&ran);
    assert_eq!((ran.code, told["error"].as_str()), (Some(1), Some("1 error(s) found")));
    assert!(told["diagnostics"][0]["message"].as_str().unwrap().contains("there is no plan here"), "{told}");
}

#[test]
fn records_that_are_not_there_and_causes_nobody_knows_are_told() {
    let place = Place::new();
    place.run(&["cdr"]).check(1, &["there is no CDR file", "data/t.db"]);
    place.run(&["cdr", "--cause", "ec77"]).check(2, &["there is no cause ec77"]);
    place
        .run(&["cdr", "--since", "2021-12-31", "--until", "2021-12-30"])
        .check(2, &["--until 2021-12-30 is not after --since 2021-12-31"]);
}

#[test]
fn the_sample_plan_is_well_and_a_directory_without_one_is_not() {
    let plan = concat!(env!("CARGO_MANIFEST_DIR"), "/dialplan/wuxi");
    run(&["check", plan]).check(0, &["is well"]);
    run(&["check", "/proc"]).check(1, &["there is no plan here", "plan.toml"]);
}

#[test]
fn route_says_where_a_call_goes_and_why_headers_of_trusted_trunks_included() {
    let plan = concat!(env!("CARGO_MANIFEST_DIR"), "/dialplan/wuxi");
    let at = |at: &str| run(&["route", "+86 510 12319", "--at", at, "--plan", plan]);
    at("2021-12-31T23:59:59+08:00").check(0, &["queue general", "formal", "* Request-URI"]);
    at("2022-01-01").check(0, &["intercept", "cancelled"]);
    let json = run(&["route", "12319", "--at", "2021-10-28", "--plan", plan, "--json"]);
    let json: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(json["outcome"]["phase"], "trial");
    run(&["route", "12345", "--trunk", "telecm", "--plan", plan]).check(1, &["the plan has no trunk telecm"]);
}

#[test]
fn a_reader_that_closes_early_ends_a_listing_without_a_word() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_tongjie"))
        .args(["completions", "bash"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut err = String::new();
    child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
    assert_eq!((child.wait().unwrap().code(), err.as_str()), (Some(0), ""));
}

#[test]
fn what_cannot_be_written_is_said_and_is_neither_success_nor_a_difference_of_plans() {
    for arguments in [
        &["diff", "dialplan/wuxi", "dialplan/jiangyin"][..],
        &["route", "12345", "--plan", "dialplan/wuxi"],
        &["import", "--help"],
        &["--version"],
    ] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_tongjie"));
        let ran = command.args(arguments).stdout(full).output().unwrap();
        let said = String::from_utf8(ran.stderr).unwrap();
        assert_eq!(ran.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(said.contains("cannot write to standard output"), "{arguments:?}: {said}");
    }
}

#[test]
fn a_sheet_that_is_not_there_is_said_not_to_be() {
    run(&["import", "no-such-sheet", "--json"]).check(1, &["cannot read no-such-sheet", "\"exit\":1"]);
}
