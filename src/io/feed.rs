//! From the threads that serve calls to those who read about them: log, call records, live views.
//!
//! *Invariant:* a reader never holds up a call. The queue is long (a minute of a busy node); when a reader stands still for
//! longer, events are thrown away and counted, and the reader is told how many before it gets the next.

use std::collections::VecDeque;
use std::net::SocketAddr;

use super::inbox::{Inbox, Post, inbox};
use crate::event::Event;

/// What a reader gets.
#[derive(Clone, PartialEq, Debug)]
pub enum Item {
    /// A fact about calls, agents, trunks.
    Event(Event),
    /// Something about this process.
    Notice(Notice),
}

/// Something about this process that an operator should know.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Notice {
    /// The reader was too slow: so many events are missing here, call records among them.
    EventsLost(u64),
    /// Some of the RTP ports could not be bound: calls take the others.
    PortsUnbound {
        /// How many.
        count: usize,
        /// How many are bound.
        bound: usize,
        /// One of those that are not.
        first: SocketAddr,
        /// Why.
        why: String,
        /// Descriptors ran out, too.
        exhausted: bool,
    },
    /// RTP ports that could not be bound before are bound now.
    PortsBound {
        /// How many.
        count: usize,
        /// How many still are not.
        unbound: usize,
    },
    /// The media thread cannot keep up: so many of the node's wishes were thrown away.
    MediaCommandsLost(u64),
    /// The kernel did not take what was to be sent on the SIP socket: so many datagrams were thrown away.
    DatagramsDropped(u64),
    /// Somebody used the right to see whole numbers.
    NumbersShown {
        /// The Unix user.
        uid: u32,
    },
    /// A reload was asked for, and put another plan in force.
    Reloaded {
        /// Who asked: `user 0`, `SIGHUP`, or that a scheduled plan's hour has come.
        by: String,
        /// The edition in force.
        edition: u64,
        /// How many changes callers meet.
        changes: usize,
        /// For how long calls were held up, in microseconds.
        pause_us: u64,
    },
    /// A reload was asked for, and the plan is the one that runs.
    Unchanged {
        /// Who asked for it.
        by: String,
        /// The edition that runs on.
        edition: u64,
    },
    /// A plan was refused; the one that ran runs on.
    PlanRefused {
        /// Who asked for it.
        by: String,
        /// Everything wrong with it, a line each.
        faults: Vec<String>,
    },
    /// A reload that was asked for was not done.
    NotReloaded {
        /// Who asked for it.
        by: String,
        /// Why not.
        why: String,
    },
    /// A plan was checked and waits for its hour.
    PlanScheduled {
        /// Who asked for it.
        by: String,
        /// Its name.
        plan: String,
        /// Its hour.
        at: String,
    },
    /// It will not come.
    ScheduleDropped {
        /// Who said so.
        by: String,
        /// Its name.
        plan: String,
        /// Its hour.
        at: String,
    },
    /// The plan that runs changes what happens to numbers, as it is written.
    CutOver {
        /// When.
        at: String,
        /// What begins and for which numbers, one a kind.
        begins: Vec<String>,
    },
    /// What a restart must not forget could not be written; it is tried again.
    PlansNotKept {
        /// Why.
        why: String,
    },
    /// Now it is written.
    PlansKept,
    /// A signal asked for a drain.
    SignalReceived {
        /// `SIGTERM` or `SIGINT`.
        name: &'static str,
        /// For the how-manieth time.
        times: u32,
    },
}

/// The writing end, one a thread.
pub struct Feed {
    post: Post<Item>,
    waiting: VecDeque<Item>,
    lost: u64,
}

/// A feed and the end to read it from.
///
/// # Errors
/// When the process has no file descriptor left.
pub fn feed() -> std::io::Result<(Feed, Inbox<Item>)> {
    let (post, inbox) = inbox(ITEMS_MAX)?;
    Ok((Feed { post, waiting: VecDeque::new(), lost: 0 }, inbox))
}

impl Feed {
    /// Keeps an event for the next [`Self::flush`].
    pub fn event(&mut self, event: Event) {
        self.waiting.push_back(Item::Event(event));
    }

    /// Keeps a notice for the next [`Self::flush`].
    pub fn notice(&mut self, notice: Notice) {
        self.waiting.push_back(Item::Notice(notice));
    }

    /// Hands everything over. What the queue does not take is thrown away and counted: a call must not wait.
    pub fn flush(&mut self) {
        if self.lost > 0 && self.post.send(Item::Notice(Notice::EventsLost(self.lost))).is_ok() {
            self.lost = 0;
        }
        if self.lost == 0 {
            self.post.send_all(&mut self.waiting);
        }
        self.lost = self.lost.saturating_add(u64::try_from(self.waiting.len()).unwrap_or(u64::MAX));
        self.waiting.clear();
    }

    /// Another writing end of the same queue.
    pub fn fork(&self) -> Self {
        Self { post: self.post.clone(), waiting: VecDeque::new(), lost: 0 }
    }
}

/// Events that may wait for a reader: about half a minute at 500 calls/s.
const ITEMS_MAX: usize = 1 << 18;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Fact;
    use crate::stdx::Instant;

    fn event() -> Event {
        Event { now: Instant::ZERO, wall_ms: 0, call: None, fact: Fact::DrainStarted }
    }

    #[test]
    fn a_reader_that_stands_still_loses_events_and_is_told_how_many_before_the_next() {
        let (post, mut inbox) = inbox(3).unwrap();
        let mut feed = Feed { post, waiting: VecDeque::new(), lost: 0 };
        for _ in 0..5 {
            feed.event(event());
        }
        feed.flush();
        feed.event(event());
        feed.flush();
        let mut got = VecDeque::new();
        inbox.receive_all(&mut got);
        assert_eq!(got, vec![Item::Event(event()); 3]);
        got.clear();
        feed.event(event());
        feed.flush();
        inbox.receive_all(&mut got);
        assert_eq!(got, [Item::Notice(Notice::EventsLost(3)), Item::Event(event())]);
    }
}
