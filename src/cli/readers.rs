//! The thread that reads what happened: writes the log, folds call records, tells followers.
//!
//! *Invariant:* nobody waits for it. It takes what gathered in a pause, so that a busy node wakes it fifty times a
//! second and not once an event.

use std::collections::VecDeque;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use tokio::sync::broadcast;

use crate::cdr::Fold;
use crate::event::Event;
use crate::io::Clock;
use crate::io::feed::{Item, Notice};
use crate::io::inbox::Inbox;
use crate::store::CdrSender;
use crate::telemetry::{Level, Log};

/// All readers of one node.
pub(super) struct Readers {
    pub(super) inbox: Inbox<Item>,
    pub(super) log: Log,
    pub(super) fold: Fold,
    pub(super) records: CdrSender,
    pub(super) followers: broadcast::Sender<Arc<str>>,
    pub(super) clock: Clock,
}

impl Readers {
    /// Reads until nobody writes any more and everything is read.
    pub(super) fn run(mut self) {
        let mut items = VecDeque::new();
        loop {
            let last = self.inbox.is_orphaned();
            self.inbox.wait(if last { Duration::ZERO } else { IDLE }, &mut items);
            if items.is_empty() && last {
                return;
            }
            for item in items.drain(..) {
                match item {
                    Item::Event(event) => self.event(&event),
                    Item::Notice(notice) => self.notice(&notice),
                }
            }
            self.log.flush();
            if !last {
                thread::sleep(PAUSE);
            }
        }
    }

    fn event(&mut self, event: &Event) {
        self.log.event(event);
        if let Some(cdr) = self.fold.handle(event) {
            // A full channel drops the record; the writer counts it and says so.
            self.records.send(cdr);
        }
        if self.followers.receiver_count() > 0 {
            let line = format!("{{\"event\":{}}}", self.log.json(event));
            self.followers.send(Arc::from(line)).ok();
        }
    }

    fn notice(&mut self, notice: &Notice) {
        let wall = self.clock.wall().ms_at(self.clock.now());
        let (level, text) = words(notice);
        self.log.line(level, wall, &text);
        if let Notice::PlanRefused { faults, .. } = notice {
            faults.iter().for_each(|fault| self.log.line(level, wall, &format!("plan refused: {fault}")));
        }
    }
}

fn words(notice: &Notice) -> (Level, String) {
    match notice {
        Notice::EventsLost(count) => (
            Level::Error,
            format!("{count} events were lost: log and call records did not keep up; calls were not held up"),
        ),
        Notice::PortsUnbound { count, bound, first, why, exhausted } => {
            let effect = match bound {
                0 => "every call gets 503".to_owned(),
                bound => format!("calls take the other {bound}"),
            };
            let remedy = match exhausted {
                true => "allow this process more descriptors (`ulimit -n`, LimitNOFILE)",
                false => "`ss -lunp` shows who holds them: end that program, or change [media] ports",
            };
            let text = format!(
                "{count} RTP ports cannot be bound, {effect} ({first}: {why}); {remedy}; they are tried again every few seconds"
            );
            (Level::Error, text)
        }
        Notice::PortsBound { count, unbound } => {
            (Level::Info, format!("{count} more RTP ports are bound; {unbound} still cannot be"))
        }
        Notice::MediaCommandsLost(count) => (
            Level::Error,
            format!("the media thread does not keep up: {count} commands lost; calls may lack sound"),
        ),
        Notice::DatagramsDropped(count) => {
            (Level::Error, format!("the network does not take what we send: {count} SIP messages dropped"))
        }
        Notice::NumbersShown { uid } => {
            (Level::Warn, format!("whole numbers of callers were shown to user {uid}"))
        }
        Notice::Reloaded { by, edition, changes, pause_us } => {
            let changes = match changes {
                0 => "nothing changes for callers".to_owned(),
                changes => format!("{changes} change(s) for callers"),
            };
            (
                Level::Info,
                format!("reload ({by}): edition {edition}, {changes}; calls were held up for {pause_us} µs"),
            )
        }
        Notice::Unchanged { by, edition } => {
            (Level::Info, format!("reload ({by}): the plan is the one that runs: edition {edition}"))
        }
        Notice::PlanRefused { by, faults } => (
            Level::Error,
            format!("reload ({by}): the plan is refused, {} fault(s); the old plan runs on", faults.len()),
        ),
        // Who asked by a signal reads it here or nowhere.
        Notice::NotReloaded { by, why } => (Level::Error, format!("reload ({by}): {why}")),
        Notice::PlanScheduled { by, plan, at } => {
            (Level::Warn, format!("reload ({by}): plan {plan} is checked and will be in force from {at} on"))
        }
        Notice::ScheduleDropped { by, plan, at } => {
            (Level::Warn, format!("reload ({by}): plan {plan} will not be in force from {at} on"))
        }
        Notice::CutOver { at, begins } => (Level::Info, format!("cut-over of {at}: {}", begins.join("; "))),
        Notice::PlansNotKept { why } => (
            Level::Error,
            format!(
                "the plans cannot be kept on disk: {why}; a restart would forget the last change; it is tried again"
            ),
        ),
        Notice::PlansKept => (Level::Warn, "the plans are kept on disk again".to_owned()),
        Notice::SignalReceived { name, times } => {
            let what = match times {
                1 => "no new calls; again ends at once",
                2 => "what is left is ended now",
                _ => "the process ends without waiting",
            };
            (Level::Warn, format!("{name}: {what}"))
        }
    }
}

/// How long items may gather.
const PAUSE: Duration = Duration::from_millis(20);
/// An idle reader looks up once a minute; the end of all writers wakes it.
const IDLE: Duration = Duration::from_secs(60);
