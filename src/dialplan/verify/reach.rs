//! Which queues with hours of their own a call may come to: only their opening and closing can matter to it.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use crate::dialplan::Table;
use crate::dialplan::hours::Hours;
use crate::dialplan::staff::{OnClosed, OnFull, Queue};
use crate::dialplan::verify::start::{Return, Start};
use crate::event::QueueId;

/// Queues and their hours, by name.
pub(super) type Timed<'t> = Rc<[(&'t QueueId, &'t Arc<Hours>)]>;

/// Asked once for each queue a call can begin in.
#[derive(Debug)]
pub(super) struct Reach<'t> {
    table: &'t Table,
    any: bool,
    known: BTreeMap<&'t QueueId, Timed<'t>>,
}

impl<'t> Reach<'t> {
    pub(super) fn new(table: &'t Table) -> Self {
        let any = table.queues().any(|queue| queue.closed.is_some());
        Self { table, any, known: BTreeMap::new() }
    }

    /// The queues a call that begins so may come to and that are not always open. `None` when there are no steps left.
    pub(super) fn of(&mut self, start: &Start<'t>, steps_left: &mut usize) -> Option<Timed<'t>> {
        let first = match start {
            Start::Queue { queue, .. } | Start::Trunk { back: Some(Return { queue, .. }), .. } => *queue,
            Start::Trunk { back: None, .. }
            | Start::Emergency { .. }
            | Start::Intercept { .. }
            | Start::Reject { .. } => return Some(Rc::from([])),
        };
        if !self.any {
            return Some(Rc::from([]));
        }
        if let Some(known) = self.known.get(first) {
            return Some(Rc::clone(known));
        }
        let mut seen = BTreeSet::from([first]);
        let mut open = vec![first];
        while let Some(queue) = open.pop().and_then(|id| self.table.queue(id)) {
            for next in onward(queue) {
                *steps_left = steps_left.checked_sub(1)?;
                if seen.insert(next) {
                    open.push(next);
                }
            }
        }
        let timed = seen.into_iter().filter_map(|id| {
            let closing = self.table.queue(id)?.closed.as_ref()?;
            Some((id, &closing.hours))
        });
        let timed: Timed<'t> = timed.collect();
        self.known.insert(first, Rc::clone(&timed));
        Some(timed)
    }
}

fn onward(queue: &Queue) -> impl Iterator<Item = &QueueId> {
    let full = match &queue.full {
        OnFull::Queue(next) => Some(next),
        OnFull::Reject { .. } => None,
    };
    let closed = match queue.closed.as_ref().map(|closing| &closing.then) {
        Some(OnClosed::Queue { to, .. }) => Some(to),
        Some(OnClosed::Reject { .. }) | None => None,
    };
    queue.overflow.iter().map(|step| &step.to).chain(full).chain(closed)
}
