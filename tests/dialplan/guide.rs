//! `dialplan/README.md`, run: every piece of a plan is checked, every command is a transcript, every key is explained.
//!
//! The guide builds a plan while it is read, in the order of its text. What its code blocks are:
//!
//! | block | what is done |
//! |---|---|
//! | ` ```toml FILE ` | added to `FILE`; the plan must then be without errors |
//! | ` ```toml top of FILE ` | put before all that `FILE` holds; the plan must then be without errors |
//! | ` ```toml [plan] ` | added to `[plan]`; what it names may come with the next block |
//! | ` ```toml ` | added to a copy of the plan as it stands, which must be without errors |
//! | ` ```toml CODE ` | added to a copy, which must be refused with that code, and with no other |
//! | ` ```console ` | a [`super::transcript`], in the directory the guide's plan lies in |
//!
//! Recordings a piece names are silence, unless they are there.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::{Value, json};
use tongjie::dialplan::{Level, Report, load_plan};

use super::transcript::{Bed, difference};

const PLAN: &str = "city";

#[test]
fn every_piece_of_a_plan_in_the_guide_is_well_and_every_command_prints_what_it_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("dialplan/README.md");
    let written = std::fs::read_to_string(&path).unwrap();
    let found = run(&written);
    if found != written {
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            std::fs::write(&path, found).unwrap();
        } else {
            panic!("UPDATE_EXPECT=1 takes it as it is now\n{}", difference(&written, &found));
        }
    }
}

/// The guide with the output of its commands as it is.
fn run(guide: &str) -> String {
    let mut bed = Bed::new();
    let mut text = String::new();
    let mut lines = guide.lines();
    while let Some(line) = lines.next() {
        text.push_str(&format!("{line}\n"));
        let Some(kind) = line.strip_prefix("```").filter(|kind| !kind.is_empty()) else { continue };
        let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        let block: String = block.iter().map(|line| format!("{line}\n")).collect();
        match kind.split(' ').collect::<Vec<_>>()[..] {
            ["toml"] => try_out(&bed, &block, None),
            ["toml", "[plan]"] => {
                let path = bed.path(PLAN).join("plan.toml");
                let before = std::fs::read_to_string(&path).unwrap();
                std::fs::write(&path, before.replacen("[plan]\n", &format!("[plan]\n{block}"), 1)).unwrap();
            }
            ["toml", code] if code.starts_with("dp") => try_out(&bed, &block, Some(code)),
            ["toml", "top", "of", file] => {
                let path = bed.path(file);
                let before = std::fs::read_to_string(&path).unwrap();
                std::fs::write(&path, format!("{block}{before}")).unwrap();
                check(&bed, PLAN, &block, None);
            }
            ["toml", file] => {
                add(&bed, file, &block);
                check(&bed, PLAN, &block, None);
            }
            ["console"] => {
                text.push_str(&bed.play(&block));
                text.push_str("```\n");
                continue;
            }
            _ => panic!("no such block: {line}"),
        }
        text.push_str(&format!("{block}```\n"));
    }
    text
}

fn add(bed: &Bed, file: &str, block: &str) {
    let path = bed.path(file);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let before = std::fs::read_to_string(&path).unwrap_or_default();
    std::fs::write(&path, format!("{before}{block}\n")).unwrap();
    for rest in block.split("file = \"").skip(1) {
        let recording = path.parent().unwrap().join(rest.split('"').next().unwrap());
        if !recording.exists() {
            std::fs::create_dir_all(recording.parent().unwrap()).unwrap();
            std::fs::write(recording, vec![0xd5; 32_000]).unwrap();
        }
    }
}

fn try_out(bed: &Bed, block: &str, code: Option<&str>) {
    bed.play_silently(&format!("$ copy {PLAN} tried\n"));
    add(bed, "tried/tests.toml", block);
    check(bed, "tried", block, code);
    bed.play_silently("$ remove tried\n");
}

#[track_caller]
fn check(bed: &Bed, plan: &str, block: &str, code: Option<&str>) {
    let report: Report = match load_plan(&bed.path(plan)) {
        Ok(loaded) => loaded.report,
        Err(report) => report,
    };
    let errors = report.diagnostics.iter().filter(|d| d.level == Level::Error).map(|d| d.code);
    let errors: BTreeSet<&str> = errors.collect();
    let wrong = format!("the guide's piece\n{block}\n{report}");
    // Some codes are warnings.
    let found: BTreeSet<&str> = report.diagnostics.iter().map(|d| d.code).collect();
    match code {
        None => assert!(errors.is_empty(), "{wrong}"),
        Some(code) => assert!(found.contains(code) && errors.iter().all(|error| *error == code), "{wrong}"),
    }
}

/// The sections of the guide's tables of keys, and the rows of the JSON Schema whose keys they list.
const TABLES: [(&str, &str); 23] = [
    ("[plan]", "PlanRow"),
    ("unknown, out-of-scope", "RefusalRow"),
    ("[wave.NAME]", "WaveRow"),
    ("[calendar.NAME]", "CalendarRow"),
    ("[hours.NAME]", "HoursRow"),
    ("closed", "ClosedRow"),
    ("[hotline.NUMBER]", "HotlineRow"),
    ("overflow of a hotline", "BackRow"),
    ("legacy", "LegacyRow"),
    ("[alias]", "AliasRow"),
    ("[emergency.NUMBER]", "EmergencyRow"),
    ("[linked.NUMBER]", "LinkedRow"),
    ("[queue.NAME]", "QueueRow"),
    ("overflow of a queue", "OverflowRow"),
    ("full", "FullRow"),
    ("[agent.NAME]", "AgentRow"),
    ("[trunk.NAME]", "TrunkRow"),
    ("[announcement.NAME]", "AnnouncementRow"),
    ("variants", "VariantRow"),
    ("[[test]]", "TestRow"),
    ("call", "CallRow"),
    ("header", "HeaderRow"),
    ("expect", "ExpectRow"),
];

#[test]
fn the_guide_explains_every_key_of_the_language_and_no_other() {
    let schema = tongjie::dialplan::json_schema();
    let rows: BTreeMap<&str, &Value> = schema["definitions"]
        .as_object()
        .unwrap()
        .iter()
        .filter(|(name, _)| name.ends_with("Row"))
        .filter(|(_, row)| row.get("properties").is_some())
        .map(|(name, row)| (name.as_str(), row))
        .collect();
    let guide = include_str!("../../dialplan/README.md");
    for (section, row) in TABLES {
        let row = rows.get(row).unwrap_or_else(|| panic!("there is no {row}"));
        let required = |key: &str| row["required"].as_array().is_some_and(|all| all.contains(&json!(key)));
        let keys = row["properties"].as_object().unwrap().keys();
        let meant: BTreeMap<String, bool> = keys.map(|key| (key.clone(), required(key))).collect();
        assert_eq!(keys_of_guide(guide, section), meant, "{section}: each key, and whether it must be there");
    }
    let told: BTreeSet<&str> = TABLES.iter().map(|(_, row)| *row).collect();
    let rows: BTreeSet<&str> = rows.into_keys().collect();
    assert_eq!(told, rows, "each kind of row has its table");
}

/// The first column of the table under `#### SECTION`, and whether the third says that it must be there.
fn keys_of_guide(guide: &str, section: &str) -> BTreeMap<String, bool> {
    let heading = format!("#### `{section}`");
    let below = guide.lines().skip_while(|line| *line != heading).skip(1);
    let rows = below.take_while(|line| !line.starts_with('#')).filter(|line| line.starts_with("| `"));
    rows.map(|line| {
        let key = line.split('`').nth(1).unwrap().to_owned();
        (key, line.split('|').nth(3).unwrap().trim() == "**!**")
    })
    .collect()
}

#[test]
fn the_guide_shows_nothing_that_is_not_run() {
    let guide = include_str!("../../dialplan/README.md");
    let kinds: BTreeSet<&str> = guide
        .lines()
        .filter_map(|line| line.strip_prefix("```"))
        .filter_map(|kind| kind.split(' ').next().filter(|kind| !kind.is_empty()))
        .collect();
    assert_eq!(kinds, BTreeSet::from(["console", "toml"]));
    // Steps of the runner's own would be no commands of a reader's shell.
    let steps = guide.lines().filter_map(|line| line.strip_prefix("$ "));
    let shell = ["tongjie", "cat", "cp", "ls", "sed"];
    for step in steps {
        assert!(shell.contains(&step.split(' ').next().unwrap()), "{step}");
    }
}
