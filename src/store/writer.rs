//! The one who writes: takes records from a bounded channel, writes them in batches, and keeps them in memory
//! while the file cannot be written. Whoever sends never waits.
//!
//! What is kept has a limit. Beyond it the newest records are dropped, counted in [`WriterStatus::dropped`] and
//! cried out in the log with their call ids, so that they can be found among the events.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::{Notify, mpsc, watch};
use tokio::task::JoinHandle;

use super::{Store, StoreError};
use crate::cdr::Cdr;

/// How the writer works.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WriterSettings {
    /// Records on their way to it.
    pub channel: usize,
    /// Records it keeps while the file cannot be written: about 2 kB each.
    pub backlog: usize,
    /// Records in one transaction.
    pub batch: usize,
    /// How long a record may wait for others to share its transaction.
    pub gather: Duration,
    /// The first pause after a failure; each further one is twice as long …
    pub pause: Duration,
    /// … up to this.
    pub pause_max: Duration,
    /// How long [`CdrWriter::finish`] tries to write what is left.
    pub grace: Duration,
}

impl Default for WriterSettings {
    fn default() -> Self {
        Self {
            channel: 4096,
            backlog: 100_000,
            batch: 500,
            gather: Duration::from_millis(200),
            pause: Duration::from_millis(200),
            pause_max: Duration::from_secs(30),
            grace: Duration::from_secs(10),
        }
    }
}

/// How it stands.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct WriterStatus {
    /// Records in the file.
    pub written: u64,
    /// Records kept in memory.
    pub waiting: usize,
    /// Records lost: there was no room in memory, or they cannot be written at all. Any is an alarm.
    pub dropped: u64,
    /// Why the file cannot be written just now.
    pub failing: Option<String>,
}

/// Where the node puts its records.
#[derive(Clone, Debug)]
pub struct CdrSender {
    records: mpsc::Sender<Cdr>,
    refused: Arc<AtomicU64>,
}

/// The task that writes.
#[derive(Debug)]
pub struct CdrWriter {
    task: JoinHandle<()>,
    status: watch::Receiver<WriterStatus>,
    stop: Arc<Notify>,
    grace: Duration,
}

impl CdrSender {
    /// Hands a record over, at once. False if there was no room: it is dropped and counted.
    pub fn send(&self, cdr: Cdr) -> bool {
        let sent = self.records.try_send(cdr).is_ok();
        if !sent {
            self.refused.fetch_add(1, Ordering::Relaxed);
        }
        sent
    }
}

impl CdrWriter {
    /// Starts it on the current tokio runtime.
    pub fn start(store: Store, settings: WriterSettings) -> (CdrSender, Self) {
        let (records, inbox) = mpsc::channel(settings.channel.max(1));
        let (report, status) = watch::channel(WriterStatus::default());
        let (refused, stop) = (Arc::new(AtomicU64::new(0)), Arc::new(Notify::new()));
        let grace = settings.grace;
        let intake = Intake {
            inbox,
            stop: Arc::clone(&stop),
            open: true,
            backlog: VecDeque::new(),
            backlog_max: settings.backlog,
            refused: Arc::clone(&refused),
            lost: 0,
            report,
        };
        let task = tokio::spawn(work(store, settings, intake));
        (CdrSender { records, refused }, Self { task, status, stop, grace })
    }

    /// How it stands, now and as it changes.
    pub fn status(&self) -> watch::Receiver<WriterStatus> {
        self.status.clone()
    }

    /// Takes in no more, writes what is left, and says how it ended. What is not known to be written within the grace
    /// time is taken for lost and counted as dropped.
    pub async fn finish(self) -> WriterStatus {
        self.stop.notify_one();
        let mut task = self.task;
        let ended = tokio::time::timeout(self.grace, &mut task).await;
        if ended.is_err() {
            task.abort();
            // Then it has named what is left.
            task.await.ok();
        }
        let mut status = self.status.borrow().clone();
        if !matches!(ended, Ok(Ok(()))) {
            status.dropped += u64::try_from(status.waiting).unwrap_or(u64::MAX);
            status.waiting = 0;
            tracing::error!(
                dropped = status.dropped,
                "CDRs were not seen to be written before the end: lost, but for those the file has"
            );
        }
        status
    }
}

/// What comes in and is not written yet.
struct Intake {
    inbox: mpsc::Receiver<Cdr>,
    stop: Arc<Notify>,
    open: bool,
    backlog: VecDeque<Cdr>,
    backlog_max: usize,
    refused: Arc<AtomicU64>,
    lost: u64,
    report: watch::Sender<WriterStatus>,
}

impl Intake {
    /// Waits for the next record, or for the end, and keeps it. May be cancelled at any time.
    async fn take_in(&mut self) {
        tokio::select! {
            () = self.stop.notified() => self.inbox.close(),
            next = self.inbox.recv() => match next {
                Some(cdr) => self.keep(cdr),
                None => self.open = false,
            },
        }
    }

    /// Lets records gather, until it is to stop.
    async fn gather(&mut self, time: Duration) {
        tokio::select! {
            () = self.stop.notified() => self.inbox.close(),
            () = tokio::time::sleep(time) => {}
        }
    }

    fn keep(&mut self, cdr: Cdr) {
        if self.backlog.len() < self.backlog_max {
            self.backlog.push_back(cdr);
        } else {
            self.lost += 1;
            tracing::error!(call = %cdr.call, "no room for this CDR in memory while the file cannot be written: lost");
        }
        self.tell(|_| {});
    }

    fn written(&self, count: usize) {
        if self.report.borrow().failing.is_some() {
            tracing::warn!(waiting = self.backlog.len(), dropped = self.dropped(), "CDRs are written again");
        }
        self.tell(|status| {
            status.written += u64::try_from(count).unwrap_or(u64::MAX);
            status.failing = None;
        });
    }

    fn failing(&self, error: &StoreError) {
        let source =
            std::error::Error::source(error).map(|source| format!(" ({source})")).unwrap_or_default();
        let why = format!("{error}{source}");
        let (waiting, room, dropped) = (self.backlog.len(), self.backlog_max, self.dropped());
        tracing::error!(waiting, room, dropped, "CDRs are kept in memory: {why}");
        self.tell(|status| status.failing = Some(why));
    }

    fn tell(&self, change: impl FnOnce(&mut WriterStatus)) {
        self.report.send_modify(|status| {
            change(status);
            status.waiting = self.backlog.len();
            status.dropped = self.dropped();
        });
    }

    fn dropped(&self) -> u64 {
        self.lost + self.refused.load(Ordering::Relaxed)
    }
}

/// Who ends while there are records has lost them; a transaction that was on its way may still have been done.
impl Drop for Intake {
    fn drop(&mut self) {
        let on_their_way = std::iter::from_fn(|| self.inbox.try_recv().ok());
        for cdr in self.backlog.drain(..).chain(on_their_way) {
            tracing::error!(call = %cdr.call, "this CDR was not seen to be written before the end: lost, unless the file has it");
        }
    }
}

async fn work(store: Store, settings: WriterSettings, mut intake: Intake) {
    let mut pause = settings.pause;
    let mut size = settings.batch.max(1);
    while intake.open || !intake.backlog.is_empty() {
        while let Ok(cdr) = intake.inbox.try_recv() {
            intake.keep(cdr);
        }
        let count = intake.backlog.len().min(size);
        if count == 0 {
            intake.take_in().await;
            // One transaction for all that come soon costs a fraction of one for each; they gather in the channel, so
            // that none of them wakes this task.
            if intake.open && !settings.gather.is_zero() {
                intake.gather(settings.gather).await;
            }
            continue;
        }
        let batch: Vec<Cdr> = intake.backlog.range(..count).cloned().collect();
        let result = alongside(store.insert(&batch), &mut intake).await;
        match result {
            Ok(_) => {
                intake.backlog.drain(..count);
                (pause, size) = (settings.pause, settings.batch.max(1));
                intake.written(count);
            }
            Err(error) if !error.may_pass() && count > 1 => size = 1,
            Err(error) if !error.may_pass() => {
                intake.lost += 1;
                if let Some(cdr) = intake.backlog.pop_front() {
                    tracing::error!(call = %cdr.call, %error, "this CDR cannot be written: lost");
                }
                intake.tell(|_| {});
            }
            Err(error) => {
                intake.failing(&error);
                alongside(tokio::time::sleep(pause), &mut intake).await;
                pause = (pause * 2).min(settings.pause_max);
            }
        }
    }
}

/// Waits for `done` and takes records in meanwhile, so that the channel does not fill while the disk is slow.
async fn alongside<T>(done: impl Future<Output = T>, intake: &mut Intake) -> T {
    let mut done = std::pin::pin!(done);
    loop {
        tokio::select! {
            biased;
            result = &mut done => return result,
            () = intake.take_in(), if intake.open => {}
        }
    }
}
