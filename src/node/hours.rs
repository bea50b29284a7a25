//! Queues that close: the ACD knows no calendar, so it is told at each change which queues are closed. The wall clock
//! may be set meanwhile; then everything is looked at again.

use std::collections::BTreeSet;
use std::time::Duration;

use super::Node;
use crate::event::QueueId;
use crate::stdx::Instant;

impl Node {
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
        self.acd.set_closed(closed);
        let ms = next.and_then(|at_ms| u64::try_from(at_ms.saturating_sub(wall_ms)).ok());
        self.hours_change = ms.map(|ms| now + Duration::from_millis(ms.min(LOOK_MS_MAX)));
    }
}

/// Looked at once a day at least, so that no deadline is absurdly far.
const LOOK_MS_MAX: u64 = 86_400_000;
