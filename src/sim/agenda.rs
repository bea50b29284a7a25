//! The world's one clock and its ordered list of what happens next.
//!
//! Things due at the same instant happen in the order in which they were put on the list, so that a run
//! depends on nothing but its seed.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use crate::stdx::Instant;

/// What happens next, by time and then by order of entry.
#[derive(Debug)]
pub(crate) struct Agenda<T> {
    now: Instant,
    next: u64,
    heap: BinaryHeap<Entry<T>>,
}

impl<T> Agenda<T> {
    /// Nothing to do, at time zero.
    pub(crate) fn new() -> Self {
        Self { now: Instant::ZERO, next: 0, heap: BinaryHeap::new() }
    }

    /// Puts `what` on the list; the past means at once.
    pub(crate) fn add(&mut self, at: Instant, what: T) {
        self.heap.push(Entry { at: at.max(self.now), order: self.next, what });
        self.next += 1;
    }

    /// Moves the clock to the next thing and hands it out, unless it lies beyond `until`.
    pub(crate) fn next_before(&mut self, until: Instant) -> Option<T> {
        if self.heap.peek()?.at > until {
            return None;
        }
        let entry = self.heap.pop()?;
        self.now = entry.at;
        Some(entry.what)
    }

    /// Moves the clock; nothing earlier may be left on the list.
    pub(crate) fn advance(&mut self, to: Instant) {
        debug_assert!(self.heap.peek().is_none_or(|entry| entry.at >= to), "time would run backwards");
        self.now = self.now.max(to);
    }

    /// The time.
    pub(crate) fn now(&self) -> Instant {
        self.now
    }
}

#[derive(Debug)]
struct Entry<T> {
    at: Instant,
    order: u64,
    what: T,
}

impl<T> PartialEq for Entry<T> {
    fn eq(&self, other: &Self) -> bool {
        self.order == other.order
    }
}

impl<T> Eq for Entry<T> {}

impl<T> PartialOrd for Entry<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Entry<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        (other.at, other.order).cmp(&(self.at, self.order))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_due_at_once_happen_in_the_order_they_were_entered() {
        let mut agenda = Agenda::new();
        agenda.add(Instant::from_millis(2), 'c');
        agenda.add(Instant::from_millis(1), 'a');
        agenda.add(Instant::from_millis(1), 'b');
        let mut seen = String::new();
        while let Some(c) = agenda.next_before(Instant::from_millis(1)) {
            seen.push(c);
        }
        assert_eq!((seen.as_str(), agenda.now()), ("ab", Instant::from_millis(1)));
        assert_eq!(agenda.next_before(Instant::from_millis(5)), Some('c'));
    }
}
