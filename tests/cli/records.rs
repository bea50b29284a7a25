//! `tongjie cdr` on a database with more records than a screen has lines.

use super::Place;
use crate::dialplan::transcript::record;

fn place(count: usize) -> Place {
    let place = Place::new();
    std::fs::create_dir(place.path("data")).unwrap();
    let lines = (0..count).map(|n| {
        format!("2021-12-15T09:{:02}:{:02}+08:00 telecom 12319 12319 Request-URI\n", n / 60, n % 60)
    });
    record(&place.path("data/t.db"), &lines.collect::<String>());
    place
}

#[test]
fn a_file_gets_all_records_and_a_screen_the_newest_and_word_of_the_others() {
    let place = place(130);
    let rows = |text: &str| csv::Reader::from_reader(text.as_bytes()).records().count();
    let csv = place.run(&["cdr", "--csv"]);
    csv.check(0, &["2021-12-15 09:00:00.000", "2021-12-15 09:02:09.000"]);
    assert_eq!((rows(&csv.out), csv.err.as_str()), (130, ""));
    let json = |arguments: &[&str]| {
        let ran = place.run(&[&["cdr", "--json"], arguments].concat());
        ran.check(0, &[]);
        let records: Vec<serde_json::Value> = serde_json::from_str(&ran.out).unwrap();
        records.into_iter().map(|record| record["arrived"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(json(&[]).len(), 130);
    assert_eq!(json(&["--limit", "2"]), ["2021-12-15T09:02:09.000+08:00", "2021-12-15T09:02:08.000+08:00"]);
    assert_eq!(json(&["--hotline", "12333"]).len(), 0);
    assert_eq!(rows(&place.run(&["cdr", "--csv", "--limit", "7"]).out), 7);
    let list = place.run(&["cdr"]);
    list.check(0, &["these are the newest 50; --limit N shows more, --csv and --json all"]);
    assert_eq!(list.out.lines().count(), 51, "one line names the columns");
    let all = place.run(&["cdr", "--limit", "200"]);
    assert_eq!((all.out.lines().count(), all.err.as_str()), (131, ""));
}

#[test]
fn what_is_shown_unmasked_is_noted_to_the_last_record() {
    let place = place(60);
    place.run(&["cdr", "--unmask", "--csv"]).check(0, &["13800000000"]);
    place.run(&["cdr", "--unmask"]).check(0, &["13800000000"]);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let notes = runtime.block_on(async {
        let store = tongjie::store::Store::open_to_read(place.path("data/t.db")).await.unwrap();
        store.unmasked().await.unwrap()
    });
    assert_eq!(notes.iter().map(|note| note.records).collect::<Vec<_>>(), [50, 60], "the newest first");
}

/// A half-edited directory hid the records of a time, though an offset needs no plan.
#[test]
fn a_plan_with_faults_hides_no_record() {
    let place = place(3);
    std::fs::create_dir(place.path("broken")).unwrap();
    std::fs::write(place.path("broken/plan.toml"), "[hotline.12319]\nmode = \"fool-merge\"\n").unwrap();
    place.change(concat!(env!("CARGO_MANIFEST_DIR"), "/dialplan/wuxi"), "broken");
    for since in ["2021-12-15T09:00:01+08:00", "2021-12-15T09:00:01"] {
        place.run(&["cdr", "--since", since]).check(0, &["09:00:01", "09:00:02"]);
    }
}
