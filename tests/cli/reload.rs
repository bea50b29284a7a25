//! `tongjie reload` and SIGHUP, as an operator meets them.

use std::os::unix::fs::symlink;
use std::path::Path;

use nix::sys::signal::Signal;

use super::{Place, Served};

/// A place whose plan may be edited.
fn place() -> Place {
    let place = Place::new();
    let wuxi = Path::new(env!("CARGO_MANIFEST_DIR")).join("dialplan/wuxi");
    std::fs::create_dir(place.path("plan")).unwrap();
    for entry in std::fs::read_dir(&wuxi).unwrap().map(Result::unwrap).filter(|entry| entry.path().is_file())
    {
        std::fs::copy(entry.path(), place.path("plan").join(entry.file_name())).unwrap();
    }
    symlink(wuxi.join("audio"), place.path("plan/audio")).unwrap();
    place.change(wuxi.to_str().unwrap(), "plan");
    place
}

fn edit(place: &Place, file: &str, from: &str, to: &str) {
    let path = place.path("plan").join(file);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{file} has no {from}");
    std::fs::write(path, text.replacen(from, to, 1)).unwrap();
}

fn rehearsed(place: &Place) -> Served {
    place.serve(&["--clock", "2021-10-28T10:00:00+08:00"])
}

fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// Asks until the node runs this edition.
#[track_caller]
fn comes_in_force(place: &Place, edition: u64) {
    for _ in 0..2000 {
        if json(&place.run(&["status", "--json"]).out)["plan_edition"] == edition {
            return;
        }
    }
    panic!("edition {edition} never came in force");
}

#[test]
fn without_a_node_there_is_nothing_to_reload() {
    let place = place();
    for arguments in [&["reload"][..], &["reload", "--list"], &["reload", "--back"], &["reload", "--to", "1"]]
    {
        place.run(arguments).check(3, &["no node answers", "tongjie serve"]);
    }
}

#[test]
fn a_reload_says_whose_fate_changes_and_status_says_which_plan_runs() {
    let place = place();
    let _served = rehearsed(&place);
    place.run(&["status"]).check(0, &["plan    无锡12345, edition 1 since 2021-10-28T10:00:00+08:00"]);
    place.run(&["reload"]).check(0, &["is the one that runs: edition 1"]);
    edit(&place, "hotlines.toml", "[hotline.12319]", "[hotline.12319]\ngreeting = \"您好,城管\"");
    place.run(&["reload", "--dry-run"]).check(0, &["12319", "您好,城管", "nothing was changed"]);
    place.run(&["status"]).check(0, &["edition 1 since"]);
    let ran = place.run(&["reload"]);
    ran.check(0, &["12319", "您好,城管", "in force, edition 2 since 2021-10-28T10:00:", "calls held up for"]);
    place.run(&["status"]).check(0, &["edition 2 since 2021-10-28T10:00:"]);
    place.run(&["reload", "--list"]).check(0, &["runs     2  plan 无锡12345", "kept     1  plan 无锡12345"]);
    let ran = place.run(&["reload", "--back"]);
    ran.check(
        0,
        &[
            "12319",
            "edition 3 since",
            "holds plan 无锡12345, edition 2: `tongjie reload` and SIGHUP put it in force, a restart too",
        ],
    );
    place.run(&["status"]).check(0, &["files   ", "holds plan 无锡12345, edition 2"]);
    place.run(&["reload", "--back"]).check(1, &["no plan ran before"]);
    let list = json(&place.run(&["reload", "--list", "--json"]).out);
    let plans = list["plans"].as_array().unwrap();
    let hows: Vec<_> =
        plans.iter().map(|plan| (plan["edition"].as_u64(), plan["how"].as_str().unwrap())).collect();
    assert_eq!(hows, [(Some(3), "back"), (Some(2), "reload"), (Some(1), "start")]);
    assert_eq!(plans[1]["difference"], "无锡12345: 1 change for callers");
    place.run(&["reload", "--to", "9"]).check(1, &["edition 9 is not kept", "--list"]);
    let again = json(&place.run(&["reload", "--to", "2", "--json"]).out);
    assert_eq!((&again["outcome"], &again["edition"]), (&"in-force".into(), &4.into()));
    assert!(!place.run(&["status"]).out.contains("files "), "the directory holds what runs");
    assert!(again["took_us"].as_u64().unwrap() > again["pause_us"].as_u64().unwrap());
    assert!(again["diff"].to_string().contains("12319"));
}

#[test]
fn a_plan_with_faults_is_refused_with_file_line_and_remedy_and_the_old_one_runs_on() {
    let place = place();
    let served = rehearsed(&place);
    edit(&place, "hotlines.toml", "[hotline.12319]", "[hotline.12319]\nskil = \"x\"");
    edit(&place, "queues.toml", "[queue.general]", "[queue.generl]");
    let ran = place.run(&["reload"]);
    ran.check(1, &["unknown key `skil`", "hotlines.toml:", "did you mean `skill`?", "dp007"]);
    ran.check(1, &["the plan is refused", "无锡12345, edition 1, runs on"]);
    let ran = place.run(&["reload", "--json"]);
    assert_eq!(ran.code, Some(1));
    let refusal = json(&ran.out);
    let faults = refusal["faults"].as_array().unwrap();
    assert!(faults.len() > 1 && faults.iter().any(|f| f["code"] == "dp003" && f["line"].as_u64() > Some(1)));
    place.run(&["status"]).check(0, &["edition 1 since"]);
    place.run(&["drain"]).check(0, &[]);
    served.ended().check(0, &["the plan is refused", "plan refused: ", "unknown key `skil` (dp003)"]);
}

#[test]
fn a_plan_is_put_off_until_its_hour_and_can_be_dropped() {
    let place = place();
    let _served = place.serve(&["--clock", "2021-12-31T23:50:00+08:00"]);
    edit(&place, "plan.toml", "name = \"无锡12345\"", "name = \"新年\"");
    edit(&place, "plan.toml", "greeting = \"您好,无锡12345\"", "greeting = \"新年好\"");
    place
        .run(&["reload", "--at", "2021-12-31"])
        .check(1, &["2021-12-31T00:00:00+08:00 is past: it is 2021-12-31T23:50:"]);
    // What the clock shows by then is compared, not what it shows now.
    let told = place.run(&["reload", "--at", "2022-01-09", "--dry-run"]);
    told.check(0, &["could be in force from 2022-01-09T00:00:00+08:00 on"]);
    assert!(!told.out.contains("from 2021-12-31"), "{}", told.out);
    place
        .run(&["reload", "--at", "2022-01-08"])
        .check(0, &["will be in force from 2022-01-08T00:00:00+08:00 on"]);
    // A dry run is refused what the reload would be.
    place.run(&["reload", "--at", "2022-01-09", "--dry-run"]).check(1, &["waits for 2022-01-08", "--cancel"]);
    place.run(&["status"]).check(0, &["next    新年 at 2022-01-08T00:00:00+08:00", "edition 1 since"]);
    place.run(&["reload", "--at", "2022-01-09"]).check(1, &["waits for 2022-01-08", "--cancel"]);
    place.run(&["reload", "--list"]).check(0, &["next", "新年 at 2022-01-08T00:00:00+08:00"]);
    place.run(&["reload", "--cancel"]).check(0, &["新年 will not be in force"]);
    place.run(&["reload", "--cancel"]).check(1, &["no plan waits"]);
    // Its hour comes within this test; what is in the directory then is of no interest.
    let clock = json(&place.run(&["status", "--json"]).out)["clock"].as_str().unwrap().to_owned();
    let at = clock.parse::<jiff::Timestamp>().unwrap() + jiff::SignedDuration::from_secs(4);
    place.run(&["reload", "--at", &at.to_string()]).check(0, &["will be in force from"]);
    std::fs::remove_dir_all(place.path("plan")).unwrap();
    comes_in_force(&place, 2);
    place.run(&["status"]).check(0, &["plan    新年, edition 2 since 2021-12-31T23:50:"]);
    let since = json(&place.run(&["status", "--json"]).out)["plan_since"].as_str().unwrap().to_owned();
    assert!(since.parse::<jiff::Timestamp>().unwrap() >= at, "never before its hour");
    place.run(&["reload"]).check(1, &["there is no plan here"]);
}

#[test]
fn a_restart_runs_on_with_the_plan_gone_back_to_and_says_so_everywhere() {
    let place = place();
    let served = place.serve(&[]);
    edit(&place, "plan.toml", "name = \"无锡12345\"", "name = \"坏\"");
    place.run(&["reload"]).check(0, &["plan 坏 is in force, edition 2"]);
    place.run(&["reload", "--back"]).check(0, &["holds plan 坏, edition 2", "a restart does not"]);
    place.run(&["drain"]).check(0, &[]);
    served.ended().check(0, &["stopped"]);
    let served = place.serve(&[]);
    assert!(served.greeting.contains("plan 无锡12345 as it was kept, edition 3, "), "{}", served.greeting);
    place.run(&["status"]).check(0, &["plan    无锡12345, edition 3 since", "holds plan 坏, edition 2"]);
    place.run(&["reload", "--to", "2"]).check(0, &["plan 坏 is in force, edition 4"]);
    // Killed, it forgets as little.
    drop(served);
    let served = place.serve(&[]);
    assert!(served.greeting.contains("plan 坏 from "), "{}", served.greeting);
    place
        .run(&["reload", "--list"])
        .check(0, &["runs     4  plan 坏", "--to by user", "kept     1  plan 无锡12345", "start"]);
    place.run(&["drain"]).check(0, &[]);
    served.ended().check(0, &["stopped"]);
}

#[test]
fn what_a_node_must_tell_at_its_start_is_in_its_log() {
    let place = place();
    drop(place.serve(&[]));
    place.run(&["status"]).check(3, &[]);
    // Nothing was kept yet, perhaps: the first thing a node does is to keep what it runs.
    let served = place.serve(&[]);
    edit(&place, "plan.toml", "name = \"无锡12345\"", "name = \"二\"");
    place.run(&["reload"]).check(0, &["plan 二 is in force, edition 2"]);
    place.run(&["drain"]).check(0, &[]);
    served.ended().check(0, &[]);
    edit(&place, "plan.toml", "name = \"二\"", "name = \"三\"");
    let served = place.serve(&[]);
    place.run(&["drain"]).check(0, &[]);
    served
        .ended()
        .check(0, &["warn", "was changed since a node ran last: its plan 三 is in force, edition 3"]);
}

#[test]
fn a_disk_that_does_not_take_the_plans_is_said_and_refuses_nothing() {
    let place = place();
    std::fs::create_dir(place.path("data")).unwrap();
    std::fs::write(place.path("data/t.db.plans"), "in the way").unwrap();
    let served = place.serve(&[]);
    edit(&place, "plan.toml", "name = \"无锡12345\"", "name = \"二\"");
    place
        .run(&["reload"])
        .check(0, &["plan 二 is in force", "warning: this cannot be kept on disk", "File exists"]);
    place.run(&["status"]).check(0, &["kept    not on disk, a restart would forget the last change"]);
    place.run(&["drain"]).check(0, &[]);
    served.ended().check(0, &["error", "the plans cannot be kept on disk"]);
}

#[test]
fn a_rehearsal_by_the_clock_leaves_nothing_behind() {
    let place = place();
    drop(rehearsed(&place));
    assert!(!place.path("data/t.db.plans").exists());
}

#[test]
fn wishes_that_contradict_each_other_are_wrong_usage() {
    for arguments in [
        ["--at=2022-01-01", "--back"],
        ["--at=2022-01-01", "--to=1"],
        ["--back", "--to=1"],
        ["--list", "--cancel"],
        ["--dry-run", "--list"],
    ] {
        place().run(&["reload", arguments[0], arguments[1]]).check(2, &["cannot be used with"]);
    }
}

#[test]
fn sighup_reloads_and_a_storm_of_them_is_a_few_reloads() {
    let place = place();
    let served = rehearsed(&place);
    edit(&place, "plan.toml", "name = \"无锡12345\"", "name = \"改\"");
    served.signal(Signal::SIGHUP);
    comes_in_force(&place, 2);
    edit(&place, "plan.toml", "name = \"改\"", "name = \"再改\"");
    for _ in 0..200 {
        served.signal(Signal::SIGHUP);
    }
    comes_in_force(&place, 3);
    place.run(&["status"]).check(0, &["plan    再改, edition 3"]);
    // A plan that is refused does no harm, and the log says why.
    edit(&place, "hotlines.toml", "[hotline.12319]", "[hotline.12319]\nskil = \"x\"");
    served.signal(Signal::SIGHUP);
    place.run(&["reload"]).check(1, &["unknown key"]);
    place.run(&["reload", "--to", "9"]).check(1, &["edition 9 is not kept"]);
    place.run(&["drain"]).check(0, &[]);
    served.ended().check(
        0,
        &[
            "edition 9 is not kept",
            "reload (SIGHUP): edition 2",
            "plan 再改 is in force (edition 3)",
            "stopped",
        ],
    );
}

#[test]
fn a_cut_over_is_in_the_log_when_it_has_come() {
    let place = place();
    let served = place.serve(&["--clock", "2021-12-31T23:59:59+08:00"]);
    let midnight = "2022-01-01T00:00:00+08:00";
    let is_over = || {
        let status = json(&place.run(&["status", "--json"]).out);
        // Looked at, and no longer ahead.
        status["plan_cut_over"].as_str().is_some_and(|next| !next.starts_with(midnight))
    };
    (0..5000).find(|_| is_over()).expect("midnight never came");
    place.run(&["drain"]).check(0, &[]);
    let cut_over = format!("cut-over of {midnight}: cancelled 32 numbers: ");
    served.ended().check(0, &[&cut_over, " 12319 "]);
}
