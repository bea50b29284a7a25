//! Records as a node makes them, in a real database and in an export of it: what is read of both.

use std::fs;

use tempfile::TempDir;

use super::*;
use crate::cdr::{Cdr, CsvWriter, Fold, Reveal};
use crate::dialplan::{Sources, check};
use crate::event::{By, CallId, EndCause, Event, Fact, Hotline};
use crate::stdx::Instant;

const PLAN: &str = include_str!("../../dialplan/timeline/small.toml");
/// 2021-11-20T10:00Z, a Saturday.
const MORNING: i64 = 1_637_402_400_000;

fn plan() -> Table {
    check(&Sources::new([("plan.toml", PLAN)]), None).0.unwrap()
}

/// The record of a call: the millisecond, the number dialled, the hotline, the rule, the trunk.
fn cdr(n: u32, at_ms: i64, dialled: &str, (hotline, rule): (Option<&str>, &str), trunk: Option<&str>) -> Cdr {
    let call = CallId::new(at_ms, n);
    let arrived = Fact::CallArrived {
        caller: Number::new("13800000000"),
        withheld: false,
        dialled: Number::new(dialled),
        trunk: trunk.map(TrunkId::new),
    };
    let decided = Fact::CallDecided {
        hotline: hotline.map(Hotline::new),
        name: String::new(),
        mode: None,
        phase: None,
        rule: rule.to_owned(),
    };
    let released = Fact::CallReleased { cause: EndCause::Abandoned, by: By::Caller };
    let mut fold = Fold::new("n1");
    let event = |fact| Event { now: Instant::ZERO, wall_ms: at_ms, call: Some(call), fact };
    [arrived, decided, released].into_iter().find_map(|fact| fold.handle(&event(fact))).unwrap()
}

/// A database of these records, and the export a spreadsheet would get.
fn files(cdrs: &[Cdr]) -> (TempDir, [std::path::PathBuf; 2]) {
    let directory = tempfile::tempdir().unwrap();
    // Neither name says what it is.
    let (database, export) = (directory.path().join("calls.csv"), directory.path().join("calls.db"));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let store = Store::open(&database).await.unwrap();
        store.insert(cdrs).await.unwrap();
        store.close().await;
    });
    let mut bytes = vec![];
    let mut writer = CsvWriter::new(&mut bytes, jiff::tz::TimeZone::get("Europe/Berlin").unwrap()).unwrap();
    cdrs.iter().for_each(|cdr| writer.write(&Row::from(cdr).seen(Reveal::Full)).unwrap());
    writer.finish().unwrap();
    fs::write(&export, bytes).unwrap();
    (directory, [database, export])
}

fn all(file: &Path, page: u32) -> Vec<RecordedCall> {
    let mut calls = vec![];
    let took = read_paged(file, &[&plan()], page, |call| {
        calls.push(call);
        Ok(())
    });
    took.map_err(|failure| failure.render(false)).unwrap();
    calls
}

#[test]
fn of_calls_of_one_millisecond_at_a_pages_edge_none_is_missed_and_none_comes_twice() {
    let at = |n: u32| MORNING + i64::from(if (3..12).contains(&n) { 3 } else { n });
    // Told apart by what was dialled.
    let cdrs: Vec<Cdr> =
        (0..20).map(|n| cdr(n, at(n), &format!("0510888800{n:02}"), (None, "no rule"), None)).collect();
    let (_directory, [database, export]) = files(&cdrs);
    let mut expected = all(&export, 1);
    expected.sort_by_key(|call| call.dialled.clone());
    assert_eq!(expected.len(), 20);
    for page in [1, 2, 4, 9, 19, 20, 21] {
        let mut calls = all(&database, page);
        calls.sort_by_key(|call| call.dialled.clone());
        assert_eq!(calls, expected, "pages of {page}");
    }
}

#[track_caller]
fn check_named(dialled: &str, hotline: Option<&str>, rule: &str, trunk: Option<&str>, named: Option<&str>) {
    let (_directory, files) = files(&[cdr(1, MORNING, dialled, (hotline, rule), trunk)]);
    for file in files {
        let calls = all(&file, 10);
        let found: Vec<Option<&str>> =
            calls.iter().map(|call| call.named.as_ref().map(Number::as_str)).collect();
        assert_eq!(found, [named], "{}", file.display());
        assert_eq!((calls[0].at_ms, calls[0].dialled.as_str()), (MORNING, dialled));
        assert_eq!(calls[0].trunk, trunk.map(TrunkId::new));
    }
}

#[test]
fn a_header_names_the_hotline_and_a_number_dialled_is_left_to_its_trunk() {
    let carrier = Some("carrier");
    for rule in ["History-Info", "Diversion", "P-Called-Party-ID", "To"] {
        check_named("12345", Some("12319"), rule, carrier, Some("12319"));
    }
    check_named("12345", Some("12345"), "Request-URI", carrier, None);
    check_named("051019990001", Some("12319"), "access number", carrier, None);
    // What a trunk made of it that is gone is known from the record alone.
    check_named("051019990001", Some("12319"), "access number", Some("gone"), Some("12319"));
    check_named("051077777777", Some("12319"), "the trunk's default", Some("gone"), Some("12319"));
    // A hotline whose number changes hands is not called by it.
    check_named("12345", Some("old-aid"), "Diversion", carrier, Some("12356"));
    check_named("051077777777", None, "no rule", carrier, None);
}

#[test]
fn an_invite_that_was_refused_before_the_plan_was_asked_is_no_call_of_it() {
    let refused = format!("refused with 482 {BEFORE_THE_PLAN}");
    let (_directory, files) = files(&[
        cdr(1, MORNING, "12319", (None, &refused), None),
        cdr(2, MORNING, "12319", (Some("12319"), "Request-URI"), None),
    ]);
    for file in files {
        assert_eq!(all(&file, 10).len(), 1, "{}", file.display());
    }
}

#[track_caller]
fn check_refused(content: &[u8], words: &[&str]) {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("file");
    fs::write(&file, content).unwrap();
    let said = read(&file, &[&plan()], |_| Ok(())).unwrap_err().render(false);
    for word in words {
        assert!(said.contains(word), "no {word:?} in {said}");
    }
    assert!(said.contains(file.to_str().unwrap()), "{said}");
    assert!(!said.contains("move it away"), "whoever reads it would move away what he needs: {said}");
}

#[test]
fn what_is_no_list_of_calls_is_refused_with_what_would_be_one() {
    let kinds = "a node's database";
    check_refused(b"[plan]\nname = \"city\"\n", &["no list of calls", "no column `arrived`", kinds]);
    check_refused(b"# Tongjie\n\nRoutes calls, quietly.\n", &["no column `arrived`", kinds]);
    check_refused(b"", &["no column `arrived`", kinds]);
    check_refused(&[0xff, 0xfe, 0, 1, 2], &["no column `arrived`", kinds]);
    check_refused(b"arrived,caller\n", &["no column `dialled`"]);
    check_refused(b"arrived,dialled\nsoon,12319\n", &["line 2: `soon` is no instant"]);
    check_refused(b"arrived,dialled\n", &["holds no calls"]);
    check_refused(b"SQLite format 3\0 and then nothing of the kind", &["no database", "name the file"]);
}

#[test]
fn names_in_another_encoding_and_columns_left_out_do_not_matter() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("export");
    // GBK, as a spreadsheet saves it.
    let text = b"\xef\xbb\xbfarrived,hotline_name,dialled\n2021-11-20 11:00:00,\xce\xc4\xbb\xaf,'12319\n# \n";
    fs::write(&file, text).unwrap();
    let calls = all(&file, 10);
    let found = (calls[0].at_ms, calls[0].dialled.as_str(), &calls[0].named, &calls[0].trunk, calls[0].talk);
    assert_eq!(found, (MORNING, "12319", &None, &None, None));
}
