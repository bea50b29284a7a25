//! Queues that close: the ACD knows no calendar, so it is told at each change which queues are closed. The wall clock
//! may be set meanwhile; then everything is looked at again.
//!
//! *What closing means to whoever waits.* A queue's hours are those in which its people are there. When they end, who
//! still waits has nobody to wait for: he meets the queue's `closed` at that instant, as whoever calls then does, but with
//! the place in the line that his wait has earned. (A phone that rings at that instant may be answered.) The alternatives
//! are worse: were he to keep his place, he would wait all night when the last agent has gone home; did a call keep the
//! hours of its arrival in all it does, a sub-center that rings for a minute would send it back to a dark hall. Who wants
//! every caller served who came in time gives the hotline shorter hours than its queue.
//!
//! [`crate::dialplan`] proves a plan by the same rule: what can be closed at arrival is closed or not for sure, but after
//! any wait a queue may have opened or closed.

use std::collections::BTreeSet;
use std::time::Duration;

use super::Node;
use crate::acd::Waiter;
use crate::dialplan::{Hears, OnClosed};
use crate::event::QueueId;
use crate::stdx::Instant;

impl Node {
    /// Before anything is decided: a call that arrives in the very millisecond finds everyone of one mind.
    pub(super) fn look_if_due(&mut self, now: Instant) {
        if self.hours_change.is_some_and(|at| at <= now) {
            self.look_at_hours(now);
        }
    }

    /// Leads a caller out of a queue that is closed, as the plan that closes it says.
    pub(super) fn queue_closed(&mut self, now: Instant, waiter: &Waiter) {
        let closing = self.edition.queue(&waiter.queue).and_then(|queue| queue.closed.as_ref());
        // A queue is only closed by the plan that runs; were that not so, the general queue never closes.
        let then = closing.map_or_else(
            || OnClosed::Queue {
                to: self.edition.general_queue().clone(),
                keep_skill: false,
                hears: Hears::Nothing,
            },
            |closing| closing.then.clone(),
        );
        self.with_calls(now, |calls, means| calls.queue_closed(means, waiter, &then));
    }

    /// Tells the ACD which queues are closed now, and notes when that will change.
    pub(super) fn look_at_hours(&mut self, now: Instant) {
        let wall_ms = self.wall.ms_at(now);
        let mut closed: BTreeSet<QueueId> = BTreeSet::new();
        let mut next: Option<i64> = None;
        for queue in self.edition.queues() {
            let Some(closing) = &queue.closed else { continue };
            if !closing.hours.open(wall_ms) {
                closed.insert(queue.id.clone());
            }
            next = closing.hours.next_change(wall_ms).into_iter().chain(next).min();
        }
        self.acd.set_closed(now, closed);
        let ms = next.and_then(|at_ms| u64::try_from(at_ms.saturating_sub(wall_ms)).ok());
        self.hours_change = ms.map(|ms| now + Duration::from_millis(ms.min(LOOK_MS_MAX)));
    }
}

/// Looked at once a day at least, so that no deadline is absurdly far.
const LOOK_MS_MAX: u64 = 86_400_000;
