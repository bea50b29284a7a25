//! What a restart finds, and what it does with it.

use std::os::unix::fs::PermissionsExt;

use super::*;

const HOUR: i64 = 3_600_000;

#[test]
fn a_restart_forgets_no_plan_and_counts_on() {
    let bench = Bench::kept_on_disk();
    for name in ["二", "三"] {
        bench.name(name);
        bench.done(&NOW_WISH, Outcome::InForce);
    }
    let before = bench.runtime.block_on(bench.plans.list());
    let bench = bench.restarted(NOW + HOUR);
    assert_eq!((bench.kept().as_str(), bench.told().as_str()), ("*3 三, 2 二, 1 无锡12345", ""));
    let after = bench.runtime.block_on(bench.plans.list());
    assert_eq!(after, before, "since when, how and by whom too");
    // Its recordings are kept as well.
    fs::remove_dir_all(bench.dir.path().join("audio"))
        .or_else(|_| fs::remove_file(bench.dir.path().join("audio")))
        .unwrap();
    let view = bench.done(&back(), Outcome::InForce);
    assert_eq!((view.plan.as_str(), view.edition, view.warnings), ("二", 4, vec![]));
}

#[test]
fn a_restart_does_not_undo_going_back() {
    let bench = Bench::kept_on_disk();
    bench.name("二");
    bench.done(&NOW_WISH, Outcome::InForce);
    let view = bench.done(&back(), Outcome::InForce);
    assert!(view.directory.unwrap().ends_with("a restart does not"));
    let bench = bench.restarted(NOW + HOUR);
    assert_eq!(bench.kept(), "*3 无锡12345, 2 二, 1 无锡12345");
    let told = bench.told();
    assert!(
        told.contains("holds edition 2, which was left: plan 无锡12345, edition 3, which ran last, runs on"),
        "{told}"
    );
    assert!(bench.directory().contains("holds plan 二, edition 2"));
    // Whoever edits the directory means it.
    bench.name("三");
    let bench = bench.restarted(NOW + 2 * HOUR);
    assert_eq!(bench.kept(), "*4 三, 3 无锡12345, 2 二, 1 无锡12345");
    assert!(bench.told().contains("was changed since a node ran last: its plan 三 is in force, edition 4"));
    assert_eq!(bench.done(&back(), Outcome::InForce).plan, "无锡12345");
}

#[test]
fn a_remark_or_a_file_that_nothing_reads_makes_no_other_plan() {
    let bench = Bench::kept_on_disk();
    bench.name("新年");
    bench.done(&at("2022-01-01"), Outcome::Scheduled);
    fs::write(bench.dir.path().join("scratch.toml"), "\n").unwrap();
    bench.edit("hotlines.toml", "[hotline.12319]", "# asked again on Monday\n\n[hotline.12319]");
    assert!(bench.not(&NOW_WISH).contains("waits for 2022-01-01T00:00:00+08:00"), "before its hour");
    let bench = bench.restarted(NOW + HOUR);
    assert_eq!(bench.kept(), "*1 无锡12345");
    assert!(bench.told().contains("holds the plan that waits for its hour"), "{}", bench.told());
    assert!(bench.not(&NOW_WISH).contains("waits for 2022-01-01T00:00:00+08:00"));
    bench.name("无锡12345");
    let bench = bench.restarted(NOW + 2 * HOUR);
    let told = "plan 无锡12345 has 1 warning(s): `tongjie check` shows them";
    assert_eq!((bench.kept().as_str(), bench.told().as_str()), ("*1 无锡12345", told), "it is what ran");
    let warned = bench.done(&NOW_WISH, Outcome::Unchanged).warnings;
    assert!(warned.iter().any(|warning| warning.message.contains("scratch.toml is not read")), "{warned:?}");
    bench.name("二");
    bench.done(&NOW_WISH, Outcome::InForce);
    bench.done(&back(), Outcome::InForce);
    let bench = bench.restarted(NOW + 3 * HOUR);
    assert_eq!(bench.kept(), "*3 无锡12345, 2 二, 1 无锡12345");
    assert!(bench.told().contains("holds edition 2, which was left"), "{}", bench.told());
}

#[test]
fn a_plan_put_back_by_hand_runs_after_a_restart_also_when_it_ran_before() {
    let bench = Bench::kept_on_disk();
    bench.name("二");
    bench.done(&NOW_WISH, Outcome::InForce);
    bench.name("无锡12345");
    let bench = bench.restarted(NOW + HOUR);
    assert_eq!(bench.kept(), "*3 无锡12345, 2 二, 1 无锡12345");
}

#[test]
fn a_directory_that_cannot_run_stops_no_restart_once_a_plan_has_run() {
    let bench = Bench::kept_on_disk();
    bench.edit("hotlines.toml", "[hotline.12319]", "[hotline.12319]\nnonsense = 1");
    let bench = bench.restarted(NOW + HOUR);
    assert_eq!(bench.kept(), "*1 无锡12345");
    let told = bench.told();
    assert!(told.contains("is refused, 1 fault(s)\nplan refused: ") && told.contains("nonsense"), "{told}");
    assert!(told.ends_with("plan 无锡12345, edition 1, which ran last, runs on"), "{told}");
}

#[test]
fn a_restart_brings_no_plan_before_its_hour_and_none_too_late() {
    let bench = Bench::kept_on_disk();
    bench.name("新年");
    bench.done(&at("2021-10-28T12:00:00"), Outcome::Scheduled);
    let bench = bench.restarted(NOW + HOUR);
    assert_eq!(bench.kept(), "*1 无锡12345", "the directory holds the plan that waits");
    assert!(bench.told().contains("holds the plan that waits for its hour"), "{}", bench.told());
    assert_eq!(bench.plans.scheduled().unwrap(), "新年 at 2021-10-28T12:00:00+08:00");
    // No node runs at its hour.
    let bench = bench.restarted(NOW + 3 * HOUR);
    assert_eq!((bench.kept().as_str(), bench.plans.scheduled()), ("*2 新年, 1 无锡12345", None));
    assert!(
        bench.told().contains("was to be in force from 2021-10-28T12:00:00+08:00 on"),
        "{}",
        bench.told()
    );
    let list = bench.runtime.block_on(bench.plans.list()).plans;
    assert_eq!((list[0].how, list[0].by.as_str(), list[0].before), (How::At, "test", Some(1)));
}

#[test]
fn a_plan_whose_hour_passed_gives_way_to_a_directory_that_was_changed_since() {
    let bench = Bench::kept_on_disk();
    bench.name("新年");
    bench.done(&at("2021-10-28T12:00:00"), Outcome::Scheduled);
    bench.name("别的");
    let bench = bench.restarted(NOW + HOUR);
    assert_eq!(bench.kept(), "*2 别的, 1 无锡12345");
    assert!(bench.told().contains("plan 新年 still waits for 2021-10-28T12:00:00+08:00"), "{}", bench.told());
    bench.name("又一个");
    let bench = bench.restarted(NOW + 3 * HOUR);
    assert_eq!((bench.kept().as_str(), bench.plans.scheduled()), ("*3 又一个, 2 别的, 1 无锡12345", None));
    assert!(bench.told().contains("was changed since: it is dropped"), "{}", bench.told());
}

#[test]
fn a_cancelled_schedule_stays_cancelled_after_a_restart() {
    let bench = Bench::kept_on_disk();
    bench.name("新年");
    bench.done(&at("2021-10-28T12:00:00"), Outcome::Scheduled);
    bench.runtime.block_on(bench.plans.cancel("test")).unwrap();
    bench.name("无锡12345");
    let bench = bench.restarted(NOW + 3 * HOUR);
    assert_eq!((bench.kept().as_str(), bench.plans.scheduled()), ("*1 无锡12345", None));
}

#[test]
fn a_disk_that_takes_nothing_refuses_no_reload_and_is_said_until_it_does() {
    let mut bench = Bench::kept_on_disk();
    let (kept, away) = (bench.dir.path().join("kept"), bench.dir.path().join("away"));
    fs::rename(&kept, &away).unwrap();
    fs::write(&kept, "in the way").unwrap();
    bench.name("二");
    let why = bench.done(&NOW_WISH, Outcome::InForce).not_kept.unwrap();
    assert_eq!(bench.plans.not_kept(), Some(why.clone()));
    assert_eq!(bench.kept(), "*2 二, 1 无锡12345");
    fs::remove_file(&kept).unwrap();
    fs::rename(&away, &kept).unwrap();
    // Whoever has made room need not wait for the next try.
    assert_eq!(bench.done(&NOW_WISH, Outcome::Unchanged).not_kept, None);
    assert_eq!(bench.plans.not_kept(), None);
    let mut items = VecDeque::new();
    bench.items.receive_all(&mut items);
    let notices: Vec<_> = items
        .into_iter()
        .filter(|item| matches!(item, Item::Notice(Notice::PlansNotKept { .. } | Notice::PlansKept)))
        .collect();
    assert_eq!(notices, [Item::Notice(Notice::PlansNotKept { why }), Item::Notice(Notice::PlansKept)]);
    assert_eq!(bench.restarted(NOW + HOUR).kept(), "*2 二, 1 无锡12345");
}

#[test]
fn a_disk_that_never_answers_keeps_no_node_from_its_end() {
    let bench = Bench::kept_on_disk();
    let keeper = Arc::clone(bench.plans.0.keeper.as_ref().unwrap());
    let standing = lock(&keeper.archive);
    let Bench { plans, runtime, items, dir: _dir, .. } = bench;
    // Long enough for the writer to wait for the disk.
    runtime.block_on(async { timeout(Duration::from_millis(100), plans.keep()).await.ok() });
    drop(plans);
    runtime.shutdown_timeout(Duration::ZERO);
    assert!(items.is_orphaned(), "who reads the log is not waited for");
    drop(standing);
}

#[test]
fn a_slow_disk_is_given_what_stood_on_the_shelf_when_the_node_ended() {
    let bench = Bench::kept_on_disk();
    bench.name("新年");
    bench.done(&at("2022-01-01"), Outcome::Scheduled);
    let keeper = Arc::clone(bench.plans.0.keeper.as_ref().unwrap());
    let standing = lock(&keeper.archive);
    let Bench { plans, runtime, dir, items: _items, .. } = bench;
    runtime.block_on(async {
        // Long enough for the writer to wait for the disk; were he late, he would write the same.
        timeout(Duration::from_millis(100), plans.keep()).await.ok();
        plans.0.shelf.lock().await.scheduled = None;
    });
    drop(plans);
    drop(standing);
    runtime.shutdown_timeout(Duration::from_secs(20));
    assert!(!fs::read_to_string(dir.path().join("kept/plans.json")).unwrap().contains("新年"));
}

#[test]
fn a_plan_whose_hour_came_is_kept_though_the_node_stops_at_once() {
    let bench = Bench::kept_on_disk();
    bench.name("新年");
    bench.done(&at("2022-01-01"), Outcome::Scheduled);
    let list = bench.dir.path().join("kept/plans.json");
    bench.runtime.block_on(async {
        let mut shelf = bench.plans.0.shelf.lock().await;
        let due = shelf.scheduled.take().unwrap();
        let is_in_force = async {
            while bench.plans.0.shelf.lock().await.edition() == 1 {
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            () = bench.plans.its_hour_has_come(due, shelf) => {}
            // Nobody keeps the hours any more; what changes for callers is being counted still.
            () = is_in_force => {}
        }
        let is_kept = async {
            while !fs::read_to_string(&list).unwrap().contains("\"edition\": 2") {
                tokio::task::yield_now().await;
            }
        };
        timeout(Duration::from_secs(20), is_kept).await.expect("it is kept");
    });
}

#[test]
fn what_is_kept_is_the_users_alone_and_no_more_than_what_is_needed() {
    let bench = Bench::kept_on_disk();
    for number in 2..=14 {
        bench.name(&format!("第{number}"));
        bench.done(&NOW_WISH, Outcome::InForce);
    }
    let dir = bench.dir.path().join("kept");
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&dir), 0o700);
    let files: Vec<_> = fs::read_dir(&dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(files.iter().all(|file| mode(file) == 0o600), "plans hold passwords");
    let with = |end: &str| files.iter().filter(|file| file.extension().is_some_and(|e| e == end)).count();
    assert_eq!(with("json"), 1 + 11, "the list, and the plans that are kept");
    let recordings =
        bench.runtime.block_on(async { bench.plans.0.shelf.lock().await.running().written.heard.len() });
    assert!(with("sound") <= recordings && with("sound") > 3, "each recording once: {}", with("sound"));
}

#[test]
fn what_is_damaged_on_disk_is_said_and_the_rest_is_kept() {
    let bench = Bench::kept_on_disk();
    bench.name("二");
    bench.done(&NOW_WISH, Outcome::InForce);
    bench.name("三");
    bench.done(&NOW_WISH, Outcome::InForce);
    let dir = bench.dir.path().join("kept");
    let holds = |word: &str| {
        let files = fs::read_dir(&dir).unwrap().map(|entry| entry.unwrap().path());
        let mut texts = files
            .filter(|file| file.extension().is_some_and(|e| e == "json") && !file.ends_with("plans.json"));
        texts.find(|file| fs::read_to_string(file).unwrap().contains(word)).unwrap()
    };
    fs::write(holds("name = \\\"二"), "{}").unwrap();
    let bench = bench.restarted(NOW + HOUR);
    assert_eq!(bench.kept(), "*3 三, 1 无锡12345");
    assert!(
        bench.told().contains("plan 二, edition 2, is lost")
            && bench.told().contains("it is not what was written")
    );
    assert!(bench.not(&back()).contains("edition 2 is not kept"));
    let aside = dir.join("plans.unreadable");
    assert!(fs::read_to_string(&aside).unwrap().contains("二"), "the list that still names it");
    // A list nobody can read is put aside.
    fs::write(dir.join("plans.json"), "half of i").unwrap();
    let bench = bench.restarted(NOW + 2 * HOUR);
    assert_eq!(bench.kept(), "*1 三");
    assert!(bench.told().contains("the plans kept cannot be read"), "{}", bench.told());
    assert!(fs::read_to_string(&aside).unwrap().contains("二"), "a second failure spoils nothing");
    assert_eq!(fs::read_to_string(dir.join("plans.unreadable.2")).unwrap(), "half of i");
    let told = bench.told();
    assert_eq!(told.matches("is the list of plans as it was then").count(), 2, "{told}");
}

#[test]
fn a_recording_that_is_damaged_undoes_no_step_back_and_is_mended_from_the_directory() {
    let bench = Bench::kept_on_disk();
    bench.name("二");
    bench.done(&NOW_WISH, Outcome::InForce);
    bench.done(&back(), Outcome::InForce);
    let recordings = fs::read_dir(bench.dir.path().join("kept")).unwrap().map(|entry| entry.unwrap().path());
    let recording =
        recordings.into_iter().find(|file| file.extension().is_some_and(|e| e == "sound")).unwrap();
    let whole = fs::read(&recording).unwrap();
    fs::write(&recording, "half of i").unwrap();
    let bench = bench.restarted(NOW + HOUR);
    assert_eq!(bench.kept(), "*3 无锡12345, 2 二, 1 无锡12345");
    let told = bench.told();
    assert!(told.contains("holds edition 2, which was left") && !told.contains("cannot be read"), "{told}");
    assert!(fs::read(&recording).unwrap() == whole);
    // Nor where it cannot be written: it is said then.
    fs::remove_file(&recording).unwrap();
    fs::create_dir(&recording).unwrap();
    let bench = bench.restarted(NOW + 2 * HOUR);
    assert_eq!(bench.kept(), "*3 无锡12345, 2 二, 1 无锡12345");
    let told = bench.told();
    assert!(
        told.contains("holds edition 2, which was left")
            && told.contains(" of plan 无锡12345, edition 1, cannot be read: "),
        "{told}"
    );
}

#[test]
fn lists_put_aside_are_never_written_over_and_are_not_without_number() {
    let bench = Bench::kept_on_disk();
    let dir = bench.dir.path().join("kept");
    for number in 2..=20 {
        fs::write(dir.join(format!("plans.unreadable.{number}")), "an earlier one").unwrap();
    }
    fs::write(dir.join("plans.unreadable"), "the first").unwrap();
    fs::write(dir.join("plans.json"), "half of i").unwrap();
    let told = bench.restarted(NOW + HOUR).told();
    assert!(told.contains("plans.json cannot be put aside: 20 lists lie there already"), "{told}");
}

#[test]
fn one_bad_read_of_a_text_or_a_recording_removes_nothing_and_is_said() {
    for (end, lost) in [
        (".json", "plan 无锡12345, edition 1, is lost: "),
        (".sound", " of plan 无锡12345, edition 1, cannot be read: "),
    ] {
        let bench = Bench::kept_on_disk();
        bench.name("二");
        bench.done(&NOW_WISH, Outcome::InForce);
        let dir = bench.dir.path().join("kept");
        let of_first = bench.runtime.block_on(async {
            let first = Arc::clone(&bench.plans.0.shelf.lock().await.kept().next().unwrap().written);
            first.files.get().unwrap().names.iter().find(|name| name.ends_with(end)).cloned().unwrap()
        });
        let files = || {
            let names =
                fs::read_dir(&dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
            names.filter(|name| name.len() > 64).collect::<std::collections::BTreeSet<_>>()
        };
        let (before, file, whole) = (files(), dir.join(&of_first), dir.join("whole"));
        fs::rename(&file, &whole).unwrap();
        fs::create_dir(&file).unwrap();
        let bench = bench.restarted(NOW + HOUR);
        let told = bench.told();
        assert!(told.contains(lost) && told.contains("plans.unreadable is the list of plans"), "{told}");
        bench.name("三");
        bench.done(&NOW_WISH, Outcome::InForce);
        assert!(files().is_superset(&before), "{end}");
        // It was the disk, and the list is moved back.
        fs::remove_dir(&file).unwrap();
        fs::rename(&whole, &file).unwrap();
        fs::rename(dir.join("plans.unreadable"), dir.join("plans.json")).unwrap();
        let bench = bench.restarted(NOW + 2 * HOUR);
        assert_eq!(bench.kept(), "*3 三, 2 二, 1 无锡12345");
        assert_eq!(bench.done(&to(1), Outcome::InForce).warnings, []);
    }
}

#[test]
fn one_bad_read_of_the_list_removes_no_plan() {
    let bench = Bench::kept_on_disk();
    bench.name("二");
    bench.done(&NOW_WISH, Outcome::InForce);
    let dir = bench.dir.path().join("kept");
    let (list, whole, aside) = (dir.join("plans.json"), dir.join("whole"), dir.join("plans.unreadable"));
    let files = || {
        let names =
            fs::read_dir(&dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let named_by_hash = names.filter(|name| name.len() > 64);
        named_by_hash.collect::<std::collections::BTreeSet<_>>()
    };
    let before = files();
    // A disk that fails gives an error, as a directory does.
    fs::rename(&list, &whole).unwrap();
    fs::create_dir(&list).unwrap();
    let bench = bench.restarted(NOW + HOUR);
    assert_eq!(bench.kept(), "*1 二");
    let told = bench.told();
    assert!(
        told.contains("the plans kept cannot be read") && told.contains("remove it, or mend it"),
        "{told}"
    );
    bench.name("三");
    bench.done(&NOW_WISH, Outcome::InForce);
    assert!(files().is_superset(&before), "what the list named is there still");
    // Nor does the next start, which reads its own list well.
    let bench = bench.restarted(NOW + 2 * HOUR);
    assert!(bench.told().contains("plans.unreadable is the list of plans as it was"), "{}", bench.told());
    bench.name("二");
    bench.done(&NOW_WISH, Outcome::InForce);
    assert!(files().is_superset(&before));
    // Mended and moved back, it names what is there.
    fs::remove_dir(&aside).unwrap();
    fs::rename(&whole, &list).unwrap();
    let bench = bench.restarted(NOW + 3 * HOUR);
    assert_eq!((bench.kept().as_str(), bench.told().as_str()), ("*2 二, 1 无锡12345", ""));
    assert!(files().is_subset(&before), "and what nothing names any more is gone");
}
