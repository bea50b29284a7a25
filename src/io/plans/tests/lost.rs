//! The plan that ran last cannot be read any more.

use std::path::PathBuf;

use super::*;

const HOUR: i64 = 3_600_000;

/// The file that holds the text of an edition.
fn text_of(bench: &Bench, edition: u64) -> PathBuf {
    let kept = bench.dir.path().join("kept");
    bench.runtime.block_on(async {
        let shelf = bench.plans.0.shelf.lock().await;
        let one = shelf.kept().find(|kept| kept.came.edition == edition).unwrap();
        kept.join(format!("{}.json", one.written.files.get().unwrap().text))
    })
}

#[test]
fn it_is_mended_from_the_directory_that_holds_it_to_the_letter() {
    // It counted as lost, and the directory's plan as another that somebody had put there meanwhile.
    let bench = Bench::kept_on_disk();
    bench.name("二");
    bench.done(&NOW_WISH, Outcome::InForce);
    let text = text_of(&bench, 2);
    let whole = fs::read(&text).unwrap();
    fs::write(&text, "{}").unwrap();
    let bench = bench.restarted(NOW + HOUR);
    assert_eq!((bench.kept().as_str(), bench.told().as_str()), ("*2 二, 1 无锡12345", ""));
    assert!(fs::read(&text).unwrap() == whole, "and the file is what it was");
}

#[test]
fn the_newest_that_was_not_left_stands_for_it_and_the_step_back_is_not_undone() {
    // The directory's plan, from which one had gone back, was put in force.
    let bench = Bench::kept_on_disk();
    for name in ["二", "三"] {
        bench.name(name);
        bench.done(&NOW_WISH, Outcome::InForce);
    }
    bench.done(&back(), Outcome::InForce);
    assert_eq!(bench.kept(), "*4 二, 3 三, 2 二, 1 无锡12345");
    fs::write(text_of(&bench, 4), "half of i").unwrap();
    let bench = bench.restarted(NOW + HOUR);
    assert_eq!(bench.kept(), "*5 无锡12345, 3 三, 1 无锡12345");
    let told = bench.told();
    let stands = "plan 二, edition 4, which ran last, is LOST: plan 无锡12345, edition 1, is in force instead, as edition 5";
    assert!(told.contains("plan 二, edition 4, is lost: ") && told.contains(stands), "{told}");
    assert!(told.contains("holds edition 3, which was left"), "{told}");
    assert!(bench.directory().contains("holds plan 三, edition 3"), "{}", bench.directory());
    // The list is whole now, and the next start knows what was left.
    fs::remove_file(bench.dir.path().join("kept/plans.unreadable")).unwrap();
    let bench = bench.restarted(NOW + 2 * HOUR);
    assert_eq!(bench.kept(), "*5 无锡12345, 3 三, 1 无锡12345");
    assert!(!bench.told().contains("LOST"), "{}", bench.told());
}

#[test]
fn with_no_plan_in_the_directory_that_could_run_another_that_is_kept_runs() {
    let bench = Bench::kept_on_disk();
    bench.name("二");
    bench.done(&NOW_WISH, Outcome::InForce);
    fs::write(text_of(&bench, 2), "{}").unwrap();
    bench.edit("hotlines.toml", "[hotline.12319]", "[hotline.12319]\nnonsense = 1");
    let bench = bench.restarted(NOW + HOUR);
    assert_eq!(bench.kept(), "*3 无锡12345, 1 无锡12345");
    assert!(
        bench.told().contains("edition 2, which ran last, is LOST: plan 无锡12345, edition 1"),
        "{}",
        bench.told()
    );
}

#[test]
fn a_directory_with_yet_another_plan_is_what_somebody_wrote_there() {
    let bench = Bench::kept_on_disk();
    bench.name("二");
    bench.done(&NOW_WISH, Outcome::InForce);
    fs::write(text_of(&bench, 2), "{}").unwrap();
    bench.name("三");
    let bench = bench.restarted(NOW + HOUR);
    assert_eq!(bench.kept(), "*3 三, 1 无锡12345");
    let told = bench.told();
    assert!(told.contains("edition 2, which ran last, is lost, and "), "{told}");
    assert!(
        told.contains("plan 三 is in force, edition 3; `tongjie reload --back` returns to edition 1"),
        "{told}"
    );
    assert_eq!(bench.done(&back(), Outcome::InForce).plan, "无锡12345");
}

#[test]
fn a_damaged_file_of_a_plan_that_comes_again_is_written_anew() {
    // A file of that name was there, and so it was left as it was: the next restart lost the plan once more.
    let bench = Bench::kept_on_disk();
    bench.name("二");
    bench.done(&NOW_WISH, Outcome::InForce);
    let (text, recording) = (text_of(&bench, 2), {
        let mut files =
            fs::read_dir(bench.dir.path().join("kept")).unwrap().map(|entry| entry.unwrap().path());
        files.find(|file| file.extension().is_some_and(|end| end == "sound")).unwrap()
    });
    let whole = (fs::read(&text).unwrap(), fs::read(&recording).unwrap());
    bench.name("三");
    let bench = bench.restarted(NOW + HOUR);
    fs::write(&text, "{}").unwrap();
    fs::write(&recording, "half of i").unwrap();
    let bench = bench.restarted(NOW + 2 * HOUR);
    assert_eq!(bench.kept(), "*3 三, 1 无锡12345");
    bench.name("二");
    bench.done(&NOW_WISH, Outcome::InForce);
    assert!((fs::read(&text).unwrap(), fs::read(&recording).unwrap()) == whole);
    assert_eq!(bench.restarted(NOW + 3 * HOUR).kept(), "*4 二, 3 三, 1 无锡12345");
}

#[test]
fn a_plan_one_has_gone_back_to_is_kept_though_the_node_stops_at_once() {
    // What the directory holds was looked at first, and a stop meanwhile forgot the step back.
    let bench = Bench::kept_on_disk();
    bench.name("二");
    bench.done(&NOW_WISH, Outcome::InForce);
    let list = bench.dir.path().join("kept/plans.json");
    bench.runtime.block_on(async {
        let is_in_force = async {
            while bench.plans.0.shelf.lock().await.edition() == 2 {
                tokio::task::yield_now().await;
            }
        };
        let back = back();
        tokio::select! {
            biased;
            told = bench.plans.reload(&back, "test") => panic!("it is over before it is looked at: {told:?}"),
            // Whoever asked has gone, and the node with him.
            () = is_in_force => {}
        }
        let is_kept = async {
            while !fs::read_to_string(&list).unwrap().contains("\"edition\": 3") {
                tokio::task::yield_now().await;
            }
        };
        timeout(Duration::from_secs(20), is_kept).await.expect("it is kept");
    });
}
