//! A caller's time in the queues: coming in, becoming eligible, moving on, waiting too long, being there when it closes.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::time::Duration;

use crate::event::CallKey;
use crate::stdx::Instant;

use super::queue::{Place, Queue};
use super::settings::Waiter;
use super::waiter::{Caller, Stage};
use super::{Acd, CLOSED_PAUSE, FULL_PAUSE, MOVES_MAX, Output, QueueKey, RETIRED_PAUSE, Timer};

impl Acd {
    pub(super) fn enter(&mut self, now: Instant, queue: QueueKey, waiter: Waiter) {
        self.arrivals += 1;
        let call = waiter.call;
        let caller = Caller {
            queue,
            place: Place { priority: Reverse(waiter.priority), since: waiter.since, arrival: self.arrivals },
            entered: now,
            moves: 0,
            refused_by: BTreeMap::new(),
            stage: Stage::Hearing,
            wake: None,
            waiter,
        };
        self.callers.insert(call, caller);
        self.count_in(queue);
        self.attend(now, call);
    }

    /// Does for a caller whom no phone rings for all that can be done now, and sets his timer. A free agent
    /// comes before a time limit that has just been reached.
    pub(super) fn attend(&mut self, now: Instant, call: CallKey) {
        self.clear_wake(call);
        loop {
            self.make_eligible(now, call);
            if self.offer(now, call) || self.shut_out(now, call) || self.time_out(now, call) {
                return;
            }
            if !self.overflow(now, call) {
                break;
            }
        }
        let wake = self.callers.get(&call).and_then(|caller| self.next_wake(now, caller));
        if let (Some(at), Some(caller)) = (wake, self.callers.get_mut(&call)) {
            caller.wake = Some(at);
            self.timers.insert((at, Timer::Caller(call)));
        }
    }

    pub(super) fn clear_wake(&mut self, call: CallKey) {
        if let Some(at) = self.callers.get_mut(&call).and_then(|caller| caller.wake.take()) {
            self.timers.remove(&(at, Timer::Caller(call)));
        }
    }

    pub(super) fn remove_caller(&mut self, call: CallKey) -> Option<Caller> {
        self.clear_wake(call);
        let caller = self.callers.remove(&call)?;
        self.take_from_queue(&caller);
        Some(caller)
    }

    pub(super) fn has_room(&self, queue: QueueKey) -> bool {
        self.queues.get(queue).is_some_and(|queue| queue.len < queue.settings.waiting_max)
    }

    fn make_eligible(&mut self, now: Instant, call: CallKey) {
        let Some(caller) = self.callers.get_mut(&call) else { return };
        caller.refused_by.retain(|_, until| *until > now);
        if caller.stage == Stage::Hearing
            && caller.waiter.eligible_from <= now
            && let Some(queue) = self.queues.get_mut(caller.queue)
        {
            caller.stage = Stage::Waiting;
            queue.waiting.insert(caller.place, caller.waiter.skill.as_ref(), call);
        }
    }

    fn shut_out(&mut self, now: Instant, call: CallKey) -> bool {
        let leaves = self.callers.get(&call).and_then(|caller| self.leaves_closed(caller));
        let due = leaves.is_some_and(|at| at <= now);
        if due && let Some(caller) = self.remove_caller(call) {
            self.count(caller.queue, |counts| counts.closed += 1);
            self.outputs.push_back(Output::Closed(caller.waiter));
        }
        due
    }

    /// When he must leave his queue because it is closed.
    fn leaves_closed(&self, caller: &Caller) -> Option<Instant> {
        let queue = self.queues.get(caller.queue)?;
        self.closed.contains(&queue.settings.id).then(|| caller.entered + CLOSED_PAUSE)
    }

    fn time_out(&mut self, now: Instant, call: CallKey) -> bool {
        let due = self.callers.get(&call).is_some_and(|caller| {
            let wait_max = self.queues.get(caller.queue).and_then(|queue| queue.settings.wait_max);
            wait_max.is_some_and(|longest| caller.entered + longest <= now)
        });
        if due && let Some(caller) = self.remove_caller(call) {
            self.count(caller.queue, |counts| counts.timed_out += 1);
            self.outputs.push_back(Output::TimedOut { call });
        }
        due
    }

    fn overflow(&mut self, now: Instant, call: CallKey) -> bool {
        let Some((to, keep_skill)) = self.callers.get(&call).and_then(|caller| self.way_out(now, caller))
        else {
            return false;
        };
        let Some(mut caller) = self.remove_caller(call) else { return false };
        let from = caller.queue;
        if !keep_skill {
            caller.waiter.skill = None;
        }
        caller.queue = to;
        caller.entered = now;
        caller.moves += 1;
        caller.stage = Stage::Hearing;
        self.count(from, |counts| counts.overflowed += 1);
        self.count_in(to);
        let ids = [from, to].map(|key| self.queues.get(key).map(|queue| queue.settings.id.clone()));
        if let [Some(from), Some(to)] = ids {
            caller.waiter.queue = to.clone();
            self.outputs.push_back(Output::Overflowed { call, from, to });
        }
        self.callers.insert(call, caller);
        true
    }

    /// The first overflow that is due, not closed, and has room.
    fn way_out(&self, now: Instant, caller: &Caller) -> Option<(QueueKey, bool)> {
        let queue = self.queues.get(caller.queue)?;
        let open = |to: QueueKey| to != caller.queue && self.has_room(to);
        let due = |after| caller.entered + after <= now;
        let mut overflow = queue.settings.overflow.iter().filter(|overflow| due(overflow.after));
        let planned = overflow.find_map(|overflow| {
            let to =
                self.queue_key(&overflow.to).filter(|to| open(*to) && !self.closed.contains(&overflow.to))?;
            Some((to, overflow.keep_skill))
        });
        // The last way out of a queue that left the plan is none of the plan's moves.
        let retired = || {
            let to = retired_after(queue).filter(|after| due(*after)).and(self.general)?;
            open(to).then_some((to, false))
        };
        planned.filter(|_| caller.moves < MOVES_MAX).or_else(retired)
    }

    fn next_wake(&self, now: Instant, caller: &Caller) -> Option<Instant> {
        let queue = self.queues.get(caller.queue)?;
        let settings = &queue.settings;
        let closed = self.leaves_closed(caller);
        let eligible = (caller.stage == Stage::Hearing).then_some(caller.waiter.eligible_from);
        let longest = settings.wait_max.map(|longest| caller.entered + longest);
        let again = caller.refused_by.values().copied();
        let planned = settings.overflow.iter().filter(|_| caller.moves < MOVES_MAX).map(|step| step.after);
        let retired = self.general.and(retired_after(queue));
        let overflow = planned.chain(retired).map(|after| {
            // Due but full, closed or unknown: look again later.
            let at = caller.entered + after;
            if at <= now { now + FULL_PAUSE } else { at }
        });
        eligible.into_iter().chain(closed).chain(longest).chain(again).chain(overflow).min()
    }

    fn count_in(&mut self, queue: QueueKey) {
        if let Some(queue) = self.queues.get_mut(queue) {
            queue.len += 1;
            queue.counts.entered += 1;
        }
    }

    fn take_from_queue(&mut self, caller: &Caller) {
        if let Some(queue) = self.queues.get_mut(caller.queue) {
            queue.len = queue.len.saturating_sub(1);
            if caller.stage == Stage::Waiting {
                queue.waiting.remove(caller.place, caller.waiter.skill.as_ref());
            }
        }
    }
}

/// After what time a caller leaves a queue for the general one because the plan does not have it any more.
fn retired_after(queue: &Queue) -> Option<Duration> {
    let after = if queue.forsaken { Duration::ZERO } else { RETIRED_PAUSE };
    queue.retired.then_some(after)
}
