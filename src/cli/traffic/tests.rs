//! On a real file of records.

use std::collections::BTreeSet;

use tempfile::TempDir;

use super::*;
use crate::cdr::{Cdr, Disposition};
use crate::event::{By, CallId, EndCause, Number};
use crate::sim::fixture;

/// The nth of many calls: some arrive in the same millisecond, and at each number some.
fn cdr(n: u32) -> Cdr {
    let arrived = 1_640_966_399_000 + i64::from(n / 5);
    let dialled = if n.is_multiple_of(3) { "12319" } else { "051012345" };
    Cdr {
        call: CallId::new(arrived, n),
        node: "n1".into(),
        caller: Number::new("13800001234"),
        withheld: false,
        dialled: Number::new(dialled),
        final_number: Number::new(dialled),
        hotline: None,
        hotline_name: String::new(),
        mode: None,
        phase: None,
        rule: "Request-URI".into(),
        trunk_in: n.is_multiple_of(2).then(|| TrunkId::new("telecom")),
        trunk_out: None,
        queues: vec![],
        skill: None,
        agent: None,
        missed: vec![],
        prompts: vec![],
        overflows: 0,
        holds: 0,
        digits: 0,
        arrived,
        answered: None,
        announced: None,
        queued: None,
        rang: None,
        connected: None,
        released: arrived + 60_000,
        wait_ms: None,
        talk_ms: 0,
        legs: vec![],
        legs_left_out: 0,
        cause: EndCause::NormalClearing,
        by: By::Caller,
        disposition: Disposition::Connected,
    }
}

/// A node's file with so many records.
fn store(calls: u32) -> (TempDir, std::path::PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("calls.db");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let store = Store::open(&file).await.unwrap();
        let all: Vec<Cdr> = (0..calls).map(cdr).collect();
        assert_eq!(store.insert(&all).await.unwrap(), u64::from(calls));
        store.close().await;
    });
    (directory, file)
}

#[test]
fn records_of_many_pages_are_each_read_once_whichever_call_a_page_ends_in() {
    let (_directory, file) = store(103);
    let wanted: Vec<String> = (0..103).rev().map(|n| cdr(n).call.to_string()).collect();
    let order = |calls: &[String]| calls.iter().cloned().collect::<BTreeSet<_>>();
    // Five calls share each millisecond: pages end before, in and behind them, and in the last of all.
    for page in [1, 2, 3, 5, 7, 102, 103, 104, LIMIT_MAX] {
        let mut read = vec![];
        each_record(&file, page, |row| {
            read.push(row.call);
            true
        })
        .unwrap();
        assert_eq!(read.len(), 103, "in pages of {page}");
        assert_eq!(order(&read), order(&wanted), "in pages of {page}");
    }
    let mut some = 0;
    each_record(&file, 7, |_| {
        some += 1;
        some < 20
    })
    .unwrap();
    assert_eq!(some, 20, "it ends when enough is read");
}

#[test]
fn a_nodes_records_weigh_as_many_calls_as_were_made_in_pages_as_in_one() {
    let (_directory, file) = store(103);
    let plan = fixture::compiled(fixture::PLAN);
    for page in [4, LIMIT_MAX] {
        let traffic = from_store(&file, &plan, page).unwrap();
        assert_eq!(traffic.len(), 103);
    }
    assert!(is_store(&file).unwrap());
    assert_eq!(read(&file, &plan).unwrap().len(), 103);
}

#[test]
fn a_file_that_holds_no_records_is_told_for_what_it_is() {
    let directory = tempfile::tempdir().unwrap();
    let plan = fixture::compiled(fixture::PLAN);
    let told = |name: &str, text: &str| {
        let file = directory.path().join(name);
        std::fs::write(&file, text).unwrap();
        read(&file, &plan).unwrap_err().render(false).replace(directory.path().to_str().unwrap(), "")
    };
    expect_test::expect![[r#"
        error: /README.md: no call records: it has no column `arrived`
          help: give a node's file of records, or what `tongjie cdr --csv` wrote
        error: /empty.db: no call records: it has no column `arrived`
          help: give a node's file of records, or what `tongjie cdr --csv` wrote
        error: /none.csv holds no call
    "#]]
    .assert_eq(
        &[told("README.md", "# Tongjie\n"), told("empty.db", ""), told("none.csv", "arrived,dialled\n")]
            .concat(),
    );
}
