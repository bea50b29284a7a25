//! Many owners, each with at most one next deadline: which of them is due?
//!
//! A binary heap with lazy removal: moving or clearing a deadline leaves the old entry in the heap, and
//! [`Deadlines::pop_due`] hands it out early. That is harmless by the convention of `handle_timeout`
//! (calling it early does nothing), so owners need not be told apart from stale entries here.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::Instant;

/// Wake-ups for owners named by `K`. Equal instants are handed out in the order they were set.
#[derive(Debug)]
pub struct Deadlines<K> {
    heap: BinaryHeap<Reverse<(Instant, u64, K)>>,
    next: u64,
}

impl<K: Ord + Copy> Deadlines<K> {
    /// No deadlines.
    pub fn new() -> Self {
        Self { heap: BinaryHeap::new(), next: 0 }
    }

    /// Asks for a wake-up of `key` at `at`. Earlier requests stay and lead to harmless early wake-ups.
    pub fn set(&mut self, at: Instant, key: K) {
        self.heap.push(Reverse((at, self.next, key)));
        self.next += 1;
    }

    /// The next owner whose wake-up time has come, if any.
    pub fn pop_due(&mut self, now: Instant) -> Option<K> {
        let &Reverse((at, _, key)) = self.heap.peek()?;
        if at > now {
            return None;
        }
        self.heap.pop();
        Some(key)
    }

    /// When [`Self::pop_due`] will next have something.
    pub fn next(&self) -> Option<Instant> {
        self.heap.peek().map(|Reverse((at, _, _))| *at)
    }

    /// Entries kept, stale ones included.
    pub fn len(&self) -> usize {
        self.heap.len()
    }

    /// Whether no entry is kept.
    pub fn is_empty(&self) -> bool {
        self.heap.is_empty()
    }
}

impl<K: Ord + Copy> Default for Deadlines<K> {
    fn default() -> Self {
        Self::new()
    }
}
