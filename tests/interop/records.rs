//! Call records while the store cannot write: calls go on, and the operator sees what waits.

use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};

use super::node::node;

#[test]
fn records_that_wait_for_the_store_are_shown_and_its_log_has_the_clock_of_the_plan() {
    let node = node().start();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let file = SqliteConnectOptions::new().filename(node.dir().join("calls.db"));
    let mut other: SqliteConnection = runtime.block_on(file.connect()).unwrap();
    runtime.block_on(sqlx::raw_sql("BEGIN EXCLUSIVE").execute(&mut other)).unwrap();

    let short = Duration::from_millis(300);
    node.caller("caller_cancels", 0, "12319").with("@WHEN@", "183").pause(short).start().succeeds();
    node.see("a record waits", "status", |status| {
        let why = status["records"]["failing"].as_str().unwrap_or_default();
        (status["records"]["waiting"] == 1 && why.contains("another program holds it")).then_some(())
    });
    let status = node.tongjie(&["status"]);
    let status = String::from_utf8_lossy(&status.stdout);
    assert!(status.contains("0 written, 1 wait") && status.contains("NOT WRITTEN"), "{status}");
    let log = node.log();
    let line = log.lines().find(|line| line.contains("CDRs are kept in memory")).unwrap_or_default();
    assert!(line.starts_with("2021-10-28 14:0") && line.contains(" error -  "), "{line:?}\n{log}");

    runtime.block_on(sqlx::raw_sql("ROLLBACK").execute(&mut other)).unwrap();
    runtime.block_on(other.close()).unwrap();
    node.see("it is written", "status", |status| {
        let records = &status["records"];
        (records["waiting"] == 0 && records["written"] == 1 && records["failing"].is_null()).then_some(())
    });
}
