//! The Wuxi plan, broken the way an administrator breaks it: every mistake is caught, with its row named.

use std::path::Path;

use tongjie::dialplan::{Level, Report, Sources, check, load_dir};

use super::fixture::Good;

/// Replaces `from` (which must be there) by `to` in one file of the Wuxi plan; the report must hold an error of
/// this code whose text names `row`.
#[track_caller]
fn check_caught(file: &str, from: &str, to: &str, code: &str, row: &str) {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("dialplan/wuxi");
    let mut changed = false;
    let files: Vec<(String, String)> = load_dir(&dir)
        .files()
        .iter()
        .map(|source| {
            let mut text = source.text.clone();
            if source.path.ends_with(file) {
                assert!(text.contains(from), "{file} does not say {from:?}");
                text = text.replacen(from, to, 1);
                changed = true;
            }
            (source.path.clone(), text)
        })
        .collect();
    assert!(changed, "there is no {file}");
    let sources = Sources::new(files);
    let (table, diagnostics) = check(&sources, None);
    assert!(table.is_none(), "the plan was taken");
    let report = Report { sources, diagnostics };
    let caught = report
        .diagnostics
        .iter()
        .filter(|d| d.code == code && d.level == Level::Error)
        .any(|d| d.render(&report.sources, false).contains(row));
    assert!(caught, "no {code} names {row}:\n{report}");
}

#[test]
fn a_date_with_a_typing_error() {
    check_caught("hotlines.toml", "formal = 2021-12-01", "formal = 2021-12-32", "dp002", "2021-12-32");
    check_caught("hotlines.toml", "formal = 2021-12-01", "formal = \"2021-12-01\"", "dp004", "formal");
    check_caught("hotlines.toml", "formal = 2021-12-01", "formal = 2020-12-01", "dp009", "12318 (line");
    check_caught("hotlines.toml", "cancel = 2024-05-01", "cancel = 2021-05-01", "dp009", "[hotline.12369]");
}

#[test]
fn the_year_of_a_test_shows_a_wrong_date() {
    check_caught("hotlines.toml", "cancel = 2024-05-01", "cancel = 2025-05-01", "dp016", "12369");
}

#[test]
fn two_rows_with_one_number() {
    check_caught("hotlines.toml", "[hotline.12312]", "[hotline.12301]", "dp002", "12301");
    check_caught("hotlines.toml", "[hotline.12312]", "[hotline.0510-12301]", "dp006", "0510-12301");
    check_caught("hotlines.toml", "12331 = {", "12319 = {", "dp006", "12319");
    check_caught("hotlines.toml", "[linked.95598]", "[linked.12333]", "dp006", "12333");
}

#[test]
fn a_queue_taken_out() {
    check_caught("queues.toml", "[queue.hrss]", "[queue.hrs]", "dp007", "did you mean `hrs`?");
    check_caught("plan.toml", "\"general\"", "\"genral\"", "dp007", "genral");
    check_caught("queues.toml", "to = \"general\" }]", "to = \"all\" }]", "dp007", "all");
}

#[test]
fn a_trunk_announcement_or_wave_with_another_name() {
    check_caught("hotlines.toml", "trunk = \"tax\"", "trunk = \"taxes\"", "dp007", "taxes");
    check_caught("emergency.toml", "\"police-b\"", "\"police-c\"", "dp007", "police-c");
    check_caught("plan.toml", "\"merged-into-12345\"", "\"merged-to-12345\"", "dp007", "merged-to-12345");
    check_caught("hotlines.toml", "wave = \"second\"", "wave = \"secnd\"", "dp007", "did you mean `second`?");
    check_caught("queues.toml", "music = \"music-on-hold\"", "music = \"musik\"", "dp007", "musik");
}

#[test]
fn aliases_in_a_circle() {
    let from = "12331 = { to = \"12315\"";
    let circle = "[alias]\n12399 = \"12398\"\n12398 = \"12399\"\n12331 = { to = \"12315\"";
    check_caught(
        "hotlines.toml",
        "[alias]\n12331 = { to = \"12315\"",
        circle,
        "dp008",
        "12398 → 12399 → 12398",
    );
    check_caught("hotlines.toml", from, "12331 = { to = \"12399\"", "dp007", "12399");
}

#[test]
fn an_emergency_number_merged_renamed_announced_or_queued() {
    check_caught("hotlines.toml", "[hotline.12312]", "[hotline.120]", "dp010", "[hotline.120]");
    check_caught("hotlines.toml", "12331 = {", "119 = {", "dp010", "119");
    check_caught("hotlines.toml", "12331 = { to = \"12315\"", "12331 = { to = \"110\"", "dp010", "110");
    check_caught("hotlines.toml", "12388 = ", "122 = ", "dp010", "122");
    check_caught("emergency.toml", "no-answer = \"20s\"", "announce = \"all-busy\"", "dp010", "110");
    check_caught("emergency.toml", "no-answer = \"20s\"", "queue = \"general\"", "dp010", "110");
    check_caught("emergency.toml", "[emergency.119]", "[emergency.12119]", "dp010", "12119");
}

#[test]
fn callers_nobody_can_serve() {
    // The general queue overflows nowhere: its callers would wait for ever.
    let both =
        ["queues = [\"general\"]\nskills = [\"*\"]", "queues = [\"hrss\", \"general\"]\nskills = [\"*\"]"];
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("dialplan/wuxi");
    let agents =
        load_dir(&dir).files().iter().find(|f| f.path.ends_with("agents.toml")).unwrap().text.clone();
    let changed = both.iter().fold(agents.clone(), |text, from| text.replacen(from, "queues = []", 1));
    check_caught("agents.toml", &agents, &changed, "dp012", "12345, 12313");
    check_caught("agents.toml", &agents, &changed, "dp012", "city-management");
}

#[test]
fn queues_that_pass_callers_round() {
    let full = "full = { status = 486, announce = \"all-busy\" }";
    check_caught("queues.toml", full, "full = { to = \"hrss\" }", "dp013", "general → hrss → general");
}

#[test]
fn a_key_or_choice_with_a_typing_error() {
    check_caught(
        "hotlines.toml",
        "skill = \"commerce\"",
        "skil = \"commerce\"",
        "dp003",
        "did you mean `skill`?",
    );
    check_caught(
        "hotlines.toml",
        "mode = \"sub-center\"",
        "mode = \"sub-centre\"",
        "dp004",
        "did you mean `sub-center`?",
    );
    check_caught(
        "hotlines.toml",
        "[out-of-scope]",
        "[out_of_scope]",
        "dp003",
        "did you mean `out-of-scope`?",
    );
    check_caught("queues.toml", "ring = \"20s\"", "ring = 20", "dp004", "\"20s\"");
    check_caught("queues.toml", "after = \"30s\"", "afer = \"30s\"", "dp003", "did you mean `after`?");
    check_caught("hotlines.toml", "when = [\"down\"", "when = [\"dwon\"", "dp004", "did you mean `down`?");
}

#[test]
fn something_that_must_be_there_left_out() {
    check_caught("hotlines.toml", "mode = \"direct\"\n", "", "dp005", "[hotline.12345]");
    check_caught("hotlines.toml", "trunk = \"customs\"\n", "", "dp017", "[hotline.12360]");
    check_caught("trunks.toml", "address = \"127.0.0.1:5090\"\n", "", "dp005", "[trunk.tax]");
    check_caught("agents.toml", "password = \"demo-1001\"\n", "", "dp005", "[agent.1001]");
    check_caught("plan.toml", "number = \"12345\"", "number = \"12344\"", "dp005", "12344");
    check_caught("hotlines.toml", "cancel = 2022-01-01\n", "", "dp017", "[hotline.12318]");
}

#[test]
fn a_key_that_would_mean_nothing() {
    let row = "queue = \"hrss\"";
    check_caught("hotlines.toml", row, "queue = \"hrss\"\ncancel = 2022-01-01", "dp017", "12333");
    check_caught("hotlines.toml", row, "queue = \"hrss\"\ntrunk = \"tax\"", "dp017", "12333");
    check_caught(
        "hotlines.toml",
        "trunk = \"tax\"",
        "trunk = \"tax\"\nqueue = \"general\"",
        "dp017",
        "12366",
    );
    check_caught(
        "hotlines.toml",
        "trunk = \"tax\"",
        "trunk = \"tax\"\nannounce = \"all-busy\"",
        "dp017",
        "12366",
    );
}

#[test]
fn an_address_port_or_zone_nobody_knows() {
    check_caught("trunks.toml", "127.0.0.1:5090", "127.0.0.1:500900", "dp004", "127.0.0.1:500900");
    check_caught("trunks.toml", "127.0.0.1:5090", "127.0.0.1:5091", "dp020", "`customs`");
    check_caught("plan.toml", "Asia/Shanghai", "Asia/Beijing", "dp015", "Asia/Beijing");
    check_caught("plan.toml", "\"0510\"", "\"510\"", "dp004", "510");
    check_caught("plan.toml", "status = 404", "status = 200", "dp004", "200");
}

#[test]
fn an_announcement_whose_time_is_over() {
    let from = "file = \"audio/merged-into-12345.wav\"";
    let to = "file = \"audio/merged-into-12345.wav\"\nuntil = 2021-12-31";
    check_caught("announcements.toml", from, to, "dp018", "until = 2021-12-31");
    check_caught("announcements.toml", from, to, "dp018", "announce = \"merged-into-12345\"");
}

#[test]
fn a_promise_the_plan_no_longer_keeps() {
    check_caught(
        "hotlines.toml",
        "skill = \"city-management\"",
        "skill = \"city\"",
        "dp016",
        "expected skill = \"city-management\", got \"city\"",
    );
}

/// What is said of the one fault in a wave whose trial is written so: its first line and its help.
fn told_of(line: &str) -> Vec<String> {
    let (_, report) = Good::new().and(&format!("[wave.new]\n{line}\n")).check();
    report.diagnostics.iter().map(|d| format!("{}: {} ({})", d.code, d.message, d.help)).collect()
}

#[test]
fn a_value_that_lacks_its_quotes_or_has_others_is_told_once_with_what_to_write() {
    let date = "write dates without quotes: 2021-12-01, or 2021-12-01T08:30:00+08:00";
    for written in ["2021-1-5", "2021/12/01", "2021.12.01", "2021年12月1日"] {
        assert_eq!(
            told_of(&format!("trial = {written}")),
            [format!("dp002: {written} is not a date ({date})")]
        );
    }
    let months = "see which months there are, and how long this one is";
    for day in ["2021-13-45", "2021-11-31"] {
        assert_eq!(told_of(&format!("trial = {day}")), [format!("dp002: there is no {day} ({months})")]);
    }
    let two = "write hour and minute with two digits each: 2021-12-01T08:30, or 2021-12-01T08:30:00+08:00";
    for written in ["2021-12-01T8:30", "2021-12-01 8:30"] {
        assert_eq!(
            told_of(&format!("trial = {written}")),
            [format!("dp002: `8:30` is no time of day ({two})")]
        );
    }
    for (written, message) in [
        ("0510", "digits that begin with 0 are no number of TOML's"),
        ("无锡", "a text stands in quotes"),
        ("10.0.0.1:5060", "a text stands in quotes"),
        ("2021.1.2.3", "a text stands in quotes"),
        ("2021-12-25..2021-12-26", "days from one to another are a text, and a text stands in quotes"),
    ] {
        let told = told_of(&format!("formal = {written} # here"));
        assert_eq!(told, [format!("dp002: {message} (put it in quotes: \"{written}\")")]);
    }
    for (written, help) in [
        ("２027-07-01", "2027-07-01"),
        ("２０２７年７月１日", "2027年7月1日"),
        ("２０", "20; put it in quotes: \"２０\""),
    ] {
        let told = format!("dp002: `{written}` has full-width digits (write half-width digits: {help})");
        assert_eq!(told_of(&format!("trial = {written}")), [told]);
    }
    assert_eq!(
        told_of("formal = “无锡”"),
        ["dp002: these quotes are none of TOML's (write the straight quotes of TOML: \"无锡\")"]
    );
}

#[test]
fn more_faults_in_one_row_than_are_shown_are_counted_as_such() {
    let keys = |count: usize| (0..count).map(|i| format!("unknown-{i} = 1\n")).collect::<String>();
    let counted = |count: usize| {
        let told = told_of(&keys(count));
        told.iter().any(|line| line.starts_with("dp004: `new` has more than 20 faults, and the others"))
    };
    assert!(!counted(20));
    assert!(counted(21));
}

#[test]
fn a_file_of_the_plan_under_another_name_is_said_not_to_be_read() {
    let dir = std::env::temp_dir().join(format!("tongjie-misnamed-{}", std::process::id()));
    std::fs::create_dir_all(&dir).unwrap();
    for (name, text) in [
        ("plan.toml", "include = [\"own.toml\"]\n"),
        ("own.toml", ""),
        ("queue.toml", ""),
        ("notes.toml", ""),
    ] {
        std::fs::write(dir.join(name), text).unwrap();
    }
    let sources = load_dir(&dir);
    std::fs::remove_dir_all(&dir).unwrap();
    let said: Vec<(Level, String, String)> = sources
        .faults()
        .iter()
        .map(|d| (d.level, d.message.replace(&dir.display().to_string(), ""), d.help.clone()))
        .collect();
    let message = |name: &str| format!("/{name} is not read: a plan's files have names of their own");
    let known = "a plan is plan.toml, hotlines.toml, queues.toml, agents.toml, trunks.toml, announcements.toml, \
                 emergency.toml, tests.toml; another file is read where one of them includes it";
    assert_eq!(
        said,
        [
            (Level::Warning, message("notes.toml"), known.to_owned()),
            (
                Level::Warning,
                message("queue.toml"),
                "rename it `queues.toml`, or put what it says there".to_owned()
            ),
        ]
    );
}

#[test]
fn an_emergency_line_of_another_number_is_told_what_it_may_be() {
    let (_, report) = Good::new().and("[emergency.111]\ntrunks = \"police\"\n").check();
    let told: Vec<&str> =
        report.diagnostics.iter().filter(|d| d.code == "dp010").map(|d| d.help.as_str()).collect();
    assert_eq!(
        told,
        [
            "write the number of the line that is meant; another place that calls are handed to is [linked.NAME] with number = \"111\""
        ]
    );
}

#[test]
fn a_circle_of_full_queues_is_one_fault() {
    let rows = "[queue.a]\nfull = { to = \"b\" }\n[queue.b]\nfull = { to = \"a\" }\n[agent.2]\npassword = \"x\"\n\
                queues = [\"a\", \"b\"]\nskills = [\"*\"]\n[hotline.12318]\nname = \"books\"\nmode = \"dual-number\"\n\
                queue = \"a\"\n";
    let (_, report) = Good::new().and(rows).check();
    let codes: Vec<&str> = report.diagnostics.iter().map(|d| d.code).collect();
    assert_eq!(codes, ["dp013"], "{report}");
}

/// Fifteen thousand trunks on which no header is read were shown one by one.
#[test]
fn places_that_nobody_would_read_are_counted() {
    let trunks: String = (0..25).map(|i| format!("[trunk.u{i}]\naddress = \"10.9.0.{i}\"\n")).collect();
    let said = Good::new().and(&trunks).check().1.to_string();
    assert_eq!(said.matches("is not trusted: no header is read").count(), 20, "{said}");
    let notes: Vec<&str> = said.lines().filter(|line| line.contains("more places")).map(str::trim).collect();
    expect_test::expect![[r#"= note: so it is in 5 more places"#]].assert_eq(&notes.join("\n"));
}
