//! On a real SQLite file in a temporary directory. Waits for what happens, never for time.

use std::collections::BTreeSet;
use std::future::Future;
use std::sync::{Arc, Mutex};

use sqlx::Connection;
use sqlx::sqlite::SqliteConnection;
use tempfile::TempDir;
use tracing_subscriber::prelude::*;

use super::*;
use crate::cdr::{Disposition, LegCdr, SkippedTrunk};
use crate::event::{
    AgentId, By, CallId, EndCause, Hotline, LegRole, Mode, Number, Phase, PromptId, QueueId, Skill, TrunkId,
};

fn run<T>(test: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(test)
}

fn cdr(n: u32) -> Cdr {
    let arrived = 1_640_966_399_000 + i64::from(n) * 1_000;
    Cdr {
        call: CallId::new(arrived, n),
        node: "n1".into(),
        caller: Number::new("13800001234"),
        withheld: false,
        dialled: Number::new("12319"),
        final_number: Number::new("12319"),
        hotline: Some(Hotline::new("12319")),
        hotline_name: "城建服务热线".into(),
        mode: Some(Mode::DualNumber),
        phase: Some(Phase::Formal),
        rule: "Request-URI 12319".into(),
        trunk_in: Some(TrunkId::new("telecom")),
        trunk_out: None,
        skipped: vec![SkippedTrunk { trunk: TrunkId::new("tax"), full: true }],
        queues: vec![QueueId::new("hrss"), QueueId::new("general")],
        skill: Some(Skill::new("city")),
        agent: Some(AgentId::new("a1")),
        missed: vec![AgentId::new("a2")],
        prompts: vec![PromptId::new("merged")],
        overflows: 1,
        holds: 2,
        digits: 3,
        arrived,
        answered: Some(arrived + 1),
        announced: Some(arrived + 2),
        queued: Some(arrived + 3),
        rang: Some(arrived + 4),
        connected: Some(arrived + 5),
        released: arrived + 60_000,
        wait_ms: Some(2),
        talk_ms: 59_995,
        legs: vec![LegCdr {
            role: LegRole::Agent(AgentId::new("a1")),
            number: Number::new("8001"),
            invited: arrived + 3,
            rang: Some(arrived + 4),
            answered: None,
            ended: arrived + 60_000,
            status: Some(486),
        }],
        legs_left_out: 4,
        cause: EndCause::NormalClearing,
        by: By::Caller,
        disposition: Disposition::Connected,
    }
}

/// A directory that vanishes with the test, and the file in it.
fn place() -> (TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("cdr.db");
    (directory, path)
}

/// Holds the write lock as another program would.
async fn lock(path: &Path) -> SqliteConnection {
    let mut other =
        SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(path)).await.unwrap();
    sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    other
}

async fn unlock(mut other: SqliteConnection) {
    sqlx::raw_sql("COMMIT").execute(&mut other).await.unwrap();
}

/// A store that gives up on a lock at once.
async fn impatient(path: &Path) -> Store {
    Store::open(path).await.unwrap().close().await;
    let options = options(path).busy_timeout(Duration::ZERO);
    Store::connect(Purpose::Keep, path, options).await.unwrap()
}

fn quick() -> WriterSettings {
    WriterSettings {
        pause: Duration::from_millis(1),
        pause_max: Duration::from_millis(4),
        ..WriterSettings::default()
    }
}

#[test]
fn a_record_reads_back_as_it_was_written() {
    run(async {
        let (_directory, path) = place();
        let store = Store::open(&path).await.unwrap();
        let bare = Cdr {
            hotline: None,
            mode: None,
            phase: None,
            trunk_in: None,
            skipped: vec![],
            queues: vec![],
            skill: None,
            agent: None,
            missed: vec![],
            answered: None,
            announced: None,
            queued: None,
            rang: None,
            connected: None,
            wait_ms: None,
            legs: vec![],
            ..cdr(2)
        };
        assert_eq!(store.insert(&[cdr(1), bare.clone()]).await.unwrap(), 2);
        let rows = store.query(&Filter::default()).await.unwrap();
        assert_eq!(rows, [Row::from(&bare), Row::from(&cdr(1))], "newest first");
    });
}

#[test]
fn a_record_inserted_twice_is_kept_once_and_as_it_first_was() {
    run(async {
        let (_directory, path) = place();
        let store = Store::open(&path).await.unwrap();
        let changed = Cdr { by: By::Node, ..cdr(1) };
        assert_eq!(store.insert(&[cdr(1), changed.clone()]).await.unwrap(), 1);
        assert_eq!(store.insert(&[changed, cdr(2)]).await.unwrap(), 1);
        assert_eq!(store.query(&Filter::default()).await.unwrap(), [Row::from(&cdr(2)), Row::from(&cdr(1))]);
    });
}

#[test]
fn a_file_opened_again_still_has_its_records_and_its_version() {
    run(async {
        let (_directory, path) = place();
        for n in 0..3 {
            let store = Store::open(&path).await.unwrap();
            assert_eq!(store.insert(&[cdr(n)]).await.unwrap(), 1);
            store.close().await;
        }
        let store = Store::open_to_read(&path).await.unwrap();
        assert_eq!(store.query(&Filter::default()).await.unwrap().len(), 3);
        assert_eq!(store.check_version().await.unwrap(), 3);
        assert!(matches!(store.insert(&[cdr(9)]).await, Err(StoreError::Write { .. })), "opened to read");
    });
}

#[test]
fn a_listing_reads_while_the_writer_has_the_file() {
    run(async {
        let (_directory, path) = place();
        let store = Store::open(&path).await.unwrap();
        store.insert(&[cdr(1)]).await.unwrap();
        let other = lock(&path).await;
        let reader = Store::open_to_read(&path).await.unwrap();
        assert_eq!(reader.query(&Filter::default()).await.unwrap().len(), 1);
        unlock(other).await;
    });
}

#[test]
fn a_filter_lets_through_what_it_says() {
    run(async {
        let (_directory, path) = place();
        let store = Store::open(&path).await.unwrap();
        let other = Cdr {
            caller: Number::new("13900005678"),
            hotline: Some(Hotline::new("12333")),
            queues: vec![QueueId::new("general")],
            agent: Some(AgentId::new("a9")),
            cause: EndCause::Abandoned,
            ..cdr(5)
        };
        store.insert(&[cdr(0), cdr(1), cdr(2), other.clone()]).await.unwrap();
        let at = |n: u32| Some(cdr(n).arrived);
        let check = async |filter: Filter, expected: &[u32]| {
            let calls: Vec<String> =
                store.query(&filter).await.unwrap().into_iter().map(|row| row.call).collect();
            let expected: Vec<String> = expected.iter().map(|n| cdr(*n).call.to_string()).collect();
            assert_eq!(calls, expected, "{filter:?}");
        };
        let all = Filter::default();
        check(all.clone(), &[5, 2, 1, 0]).await;
        check(Filter { since: at(1), ..all.clone() }, &[5, 2, 1]).await;
        check(Filter { until: at(1), ..all.clone() }, &[0]).await;
        check(Filter { since: at(1), until: at(5), ..all.clone() }, &[2, 1]).await;
        check(Filter { hotline: Some(Hotline::new("12333")), ..all.clone() }, &[5]).await;
        check(Filter { caller: Some(other.caller.clone()), ..all.clone() }, &[5]).await;
        check(Filter { queue: Some(QueueId::new("hrss")), ..all.clone() }, &[2, 1, 0]).await;
        check(Filter { queue: Some(QueueId::new("general")), ..all.clone() }, &[5, 2, 1, 0]).await;
        check(Filter { queue: Some(QueueId::new("gen")), ..all.clone() }, &[]).await;
        check(Filter { agent: Some(AgentId::new("a9")), ..all.clone() }, &[5]).await;
        check(Filter { agent: Some(AgentId::new("a2")), ..all.clone() }, &[]).await;
        check(Filter { cause: Some(EndCause::Abandoned), ..all.clone() }, &[5]).await;
        check(Filter { call: Some(cdr(1).call), ..all.clone() }, &[1]).await;
        check(
            Filter { cause: Some(EndCause::Abandoned), hotline: Some(Hotline::new("12319")), ..all.clone() },
            &[],
        )
        .await;
        check(Filter { limit: Some(2), ..all.clone() }, &[5, 2]).await;
        check(Filter { limit: Some(0), ..all.clone() }, &[]).await;
        check(Filter { limit: Some(u32::MAX), ..all }, &[5, 2, 1, 0]).await;
    });
}

/// The calls of what is left of the pages.
async fn all_of(mut pages: Pages<'_>) -> Vec<String> {
    let mut calls = vec![];
    loop {
        let page = pages.next().await.unwrap();
        if page.is_empty() {
            return calls;
        }
        assert!(page.len() <= 10, "a page has a limit");
        calls.extend(page.into_iter().map(|row| row.call));
    }
}

#[test]
fn pages_hold_every_record_once_also_of_calls_of_one_millisecond_at_their_edge() {
    run(async {
        let (_directory, path) = place();
        let store = Store::open(&path).await.unwrap();
        // Seven of one millisecond between two others.
        let at = |n: u32| if (1..8).contains(&n) { cdr(1).arrived } else { cdr(n).arrived };
        let all: Vec<Cdr> =
            (0..9).map(|n| Cdr { call: CallId::new(at(n), n), arrived: at(n), ..cdr(n) }).collect();
        store.insert(&all).await.unwrap();
        let expected: Vec<String> = all.iter().rev().map(|cdr| cdr.call.to_string()).collect();
        for size in [1, 2, 3, 8, 9, 10] {
            let found = all_of(store.pages(Filter::default(), size)).await;
            assert_eq!(found, expected, "pages of {size}");
        }
        let some = all_of(store.pages(Filter { limit: Some(5), ..Filter::default() }, 3)).await;
        assert_eq!(some, expected[..5]);
        // A call that ends while they are read moves none of them.
        let mut pages = store.pages(Filter::default(), 4);
        let mut found: Vec<String> = pages.next().await.unwrap().into_iter().map(|row| row.call).collect();
        store.insert(&[cdr(100)]).await.unwrap();
        found.extend(all_of(pages).await);
        assert_eq!(found, expected);
    });
}

#[test]
fn hostile_texts_are_kept_as_texts_and_found_by_filters() {
    let payloads = [
        "'; DROP TABLE cdr; --",
        "' OR '1'='1",
        "\" OR \"\"=\"",
        "?1) --",
        "%_*",
        "=cmd|'/c calc'!A0",
        "a\0b",
        "\r\n\t\x1b[2J",
        "\u{202e}evil",
        "]}\\\"",
        "无锡\u{1f600}",
        "",
    ];
    run(async {
        let (_directory, path) = place();
        let store = Store::open(&path).await.unwrap();
        for (n, text) in (0..).zip(payloads) {
            let hostile = Cdr {
                node: text.into(),
                caller: Number::new(text),
                dialled: Number::new(text),
                final_number: Number::new(text),
                hotline: Some(Hotline::new(text)),
                hotline_name: text.into(),
                rule: text.into(),
                trunk_in: Some(TrunkId::new(text)),
                trunk_out: Some(TrunkId::new(text)),
                skipped: vec![SkippedTrunk { trunk: TrunkId::new(text), full: false }],
                queues: vec![QueueId::new(text)],
                skill: Some(Skill::new(text)),
                agent: Some(AgentId::new(text)),
                missed: vec![AgentId::new(text)],
                prompts: vec![PromptId::new(text)],
                legs: vec![LegCdr {
                    role: LegRole::Trunk(TrunkId::new(text)),
                    number: Number::new(text),
                    ..cdr(n).legs[0].clone()
                }],
                ..cdr(n)
            };
            store.insert(std::slice::from_ref(&hostile)).await.unwrap();
            let filter = Filter {
                hotline: Some(Hotline::new(text)),
                caller: Some(Number::new(text)),
                queue: Some(QueueId::new(text)),
                agent: Some(AgentId::new(text)),
                ..Filter::default()
            };
            assert_eq!(store.query(&filter).await.unwrap(), [Row::from(&hostile)], "{text:?}");
        }
        assert_eq!(store.query(&Filter::default()).await.unwrap().len(), payloads.len());
    });
}

#[track_caller]
fn check_refused(result: Result<Store, StoreError>, path: &Path, word: &str) {
    let message = result.unwrap_err().to_string();
    assert!(message.contains(&path.display().to_string()), "names the file: {message}");
    assert!(message.contains(word), "says what to do: {message}");
}

#[test]
fn a_file_of_the_first_version_keeps_its_records_and_takes_notes_of_who_saw_them() {
    run(async {
        let (_directory, path) = place();
        let store = Store::open(&path).await.unwrap();
        store.insert(&[cdr(1)]).await.unwrap();
        sqlx::raw_sql("DROP TABLE unmasked; ALTER TABLE cdr DROP COLUMN skipped; PRAGMA user_version = 1")
            .execute(&store.pool)
            .await
            .unwrap();
        store.close().await;
        let store = Store::open_to_note(&path).await.unwrap();
        let note = |at| Unmasked { at, who: "wang".to_owned(), filter: "--limit 50".to_owned(), records: 1 };
        store.note_unmasked(&note(1)).await.unwrap();
        store.note_unmasked(&note(2)).await.unwrap();
        assert_eq!(store.unmasked().await.unwrap(), [note(2), note(1)]);
        assert_eq!(store.query(&Filter::default()).await.unwrap().len(), 1);
        store.close().await;
        // Where nothing can be noted nothing is opened to be shown.
        let missing = Store::open_to_note(path.with_extension("none")).await;
        assert!(matches!(missing, Err(StoreError::Missing { .. })));
    });
}

#[test]
fn a_file_that_cannot_be_used_is_refused_with_its_name_and_what_to_do() {
    run(async {
        let (directory, path) = place();
        let no_directory = directory.path().join("no/such/cdr.db");
        check_refused(Store::open(&no_directory).await, &no_directory, "its directory exists");
        check_refused(Store::open(directory.path()).await, directory.path(), "may write there");
        check_refused(Store::open_to_read(&path).await, &path, "tongjie serve");

        let text = directory.path().join("text");
        std::fs::write(
            &text,
            "this is no database, only a text that is long enough to be read as a header\n".repeat(20),
        )
        .unwrap();
        check_refused(Store::open(&text).await, &text, "move it away");
        // Whoever reads a file he named would move away what he needs.
        for refused in [Store::open_to_read(&text).await, Store::open_to_note(&text).await] {
            let message = refused.as_ref().unwrap_err().to_string();
            assert!(!message.contains("move it away"), "{message}");
            check_refused(refused, &text, "no database; name the file");
        }

        let foreign = directory.path().join("foreign.db");
        let options = SqliteConnectOptions::new().filename(&foreign).create_if_missing(true);
        let mut other = SqliteConnection::connect_with(&options).await.unwrap();
        sqlx::raw_sql("CREATE TABLE accounts (x)").execute(&mut other).await.unwrap();
        check_refused(Store::open(&foreign).await, &foreign, "not of CDRs");

        Store::open(&path).await.unwrap().close().await;
        let mut other =
            SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(&path)).await.unwrap();
        sqlx::raw_sql("PRAGMA user_version = 7").execute(&mut other).await.unwrap();
        check_refused(Store::open(&path).await, &path, "newer version");
    });
}

#[test]
fn two_processes_that_open_a_new_file_at_once_make_one_schema() {
    run(async {
        let (_directory, path) = place();
        let stores = tokio::join!(Store::open(&path), Store::open(&path), Store::open(&path));
        for store in [stores.0, stores.1, stores.2] {
            store.unwrap().insert(&[cdr(1)]).await.unwrap();
        }
        assert_eq!(Store::open(&path).await.unwrap().query(&Filter::default()).await.unwrap().len(), 1);
    });
}

#[test]
fn a_locked_file_is_an_error_that_says_who_and_may_pass() {
    run(async {
        let (_directory, path) = place();
        let store = impatient(&path).await;
        let other = lock(&path).await;
        let error = store.insert(&[cdr(1)]).await.unwrap_err();
        assert!(error.may_pass());
        assert!(error.to_string().contains("another program holds it"), "{error}");
        unlock(other).await;
        assert_eq!(store.insert(&[cdr(1)]).await.unwrap(), 1);
    });
}

#[test]
fn a_full_disk_keeps_none_of_a_batch_and_says_so() {
    run(async {
        let (_directory, path) = place();
        Store::open(&path).await.unwrap().close().await;
        let store = Store::connect(Purpose::Keep, &path, options(&path).pragma("max_page_count", "16"))
            .await
            .unwrap();
        let batch: Vec<Cdr> = (0..500).map(cdr).collect();
        let error = store.insert(&batch).await.unwrap_err();
        assert!(error.may_pass());
        assert!(error.to_string().contains("the disk is full"), "{error}");
        assert_eq!(store.query(&Filter::default()).await.unwrap(), []);
        // A full disk costs what did not fit, not the connection.
        assert_eq!(store.insert(&batch[..1]).await.unwrap(), 1, "there is room for one");
    });
}

#[test]
fn the_writer_writes_everything_it_was_sent_before_it_ends() {
    run(async {
        let (_directory, path) = place();
        let store = Store::open(&path).await.unwrap();
        let (sender, writer) = CdrWriter::start(store.clone(), WriterSettings { batch: 7, ..quick() });
        for n in 0..100 {
            assert!(sender.send(cdr(n)));
        }
        let status = writer.finish().await;
        assert_eq!(status, WriterStatus { written: 100, waiting: 0, dropped: 0, failing: None });
        assert_eq!(store.query(&Filter::default()).await.unwrap().len(), 100);
        assert!(!sender.send(cdr(101)), "after the end nothing is taken");
    });
}

#[test]
fn the_writer_keeps_records_while_the_file_is_locked_and_writes_them_when_it_is_not() {
    run(async {
        let (_directory, path) = place();
        let (sender, writer) = CdrWriter::start(impatient(&path).await, quick());
        let mut status = writer.status();
        let other = lock(&path).await;
        for n in 0..50 {
            assert!(sender.send(cdr(n)), "the sender is never held up");
        }
        let why = status
            .wait_for(|s| s.failing.is_some() && s.waiting == 50)
            .await
            .unwrap()
            .failing
            .clone()
            .unwrap();
        assert!(why.contains("another program holds it") && why.contains("locked"), "{why}");
        unlock(other).await;
        let after = status.wait_for(|s| s.failing.is_none() && s.waiting == 0).await.unwrap().clone();
        assert_eq!(after, WriterStatus { written: 50, waiting: 0, dropped: 0, failing: None });
        writer.finish().await;
    });
}

#[test]
fn a_full_memory_drops_the_newest_and_counts_them_and_keeps_the_rest() {
    run(async {
        let (_directory, path) = place();
        let store = impatient(&path).await;
        let settings = WriterSettings { backlog: 10, channel: 5, ..quick() };
        let (sender, writer) = CdrWriter::start(store.clone(), settings);
        let mut status = writer.status();
        let other = lock(&path).await;
        for n in 0..30 {
            while !sender.send(cdr(n)) {
                // The channel was full; that one was counted. Let the writer take in, and send it again.
                tokio::task::yield_now().await;
            }
        }
        let seen = status.wait_for(|s| s.waiting == 10 && s.dropped >= 20).await.unwrap().clone();
        unlock(other).await;
        status.wait_for(|s| s.waiting == 0).await.unwrap();
        let end = writer.finish().await;
        assert_eq!((end.written, end.waiting), (10, 0));
        assert!(end.dropped >= seen.dropped);
        let kept: BTreeSet<_> =
            store.query(&Filter::default()).await.unwrap().into_iter().map(|row| row.call).collect();
        assert_eq!(kept, (0..10).map(|n| cdr(n).call.to_string()).collect());
    });
}

/// The calls named in what was said.
#[derive(Clone, Default)]
struct Said(Arc<Mutex<Vec<String>>>);

impl Said {
    fn calls(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

impl tracing::field::Visit for Said {
    fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn std::fmt::Debug) {
        if field.name() == "call" {
            self.0.lock().unwrap().push(format!("{value:?}"));
        }
    }
}

impl<S: tracing::Subscriber> tracing_subscriber::Layer<S> for Said {
    fn on_event(&self, event: &tracing::Event<'_>, _: tracing_subscriber::layer::Context<'_, S>) {
        event.record(&mut self.clone());
    }
}

#[test]
fn a_file_that_stays_locked_at_the_end_costs_the_grace_time_and_says_what_is_lost() {
    run(async {
        let (_directory, path) = place();
        let settings = WriterSettings { grace: Duration::from_millis(1), ..quick() };
        let (sender, writer) = CdrWriter::start(impatient(&path).await, settings);
        let mut status = writer.status();
        let other = lock(&path).await;
        sender.send(cdr(1));
        sender.send(cdr(2));
        status.wait_for(|s| s.failing.is_some() && s.waiting == 2).await.unwrap();
        let said = Said::default();
        let listening = tracing::subscriber::set_default(tracing_subscriber::registry().with(said.clone()));
        let end = writer.finish().await;
        drop(listening);
        assert_eq!((end.written, end.waiting, end.dropped), (0, 0, 2));
        assert_eq!(said.calls(), [cdr(1).call.to_string(), cdr(2).call.to_string()], "each is named");
        unlock(other).await;
    });
}
