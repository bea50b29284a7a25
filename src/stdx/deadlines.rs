//! Many owners, each with at most one next deadline: which of them is due?
//!
//! Deadlines are kept by the [`SPAN_BITS`] of time they fall in, in no order, and put in order when their span is the next.
//! So each costs the same whether a thousand wait or a hundred thousand: a heap of all of them would be walked
//! from end to end, through memory long cold, for every one that is taken out.
//!
//! Removal is lazy: moving or clearing a deadline leaves the old entry here, and [`Deadlines::pop_due`] hands it out early.
//! That is harmless by the convention of `handle_timeout` (calling it early does nothing), so owners need not be told
//! apart from stale entries here.

use std::collections::{BTreeMap, VecDeque};

use super::Instant;

/// Wake-ups for owners named by `K`. Equal instants are handed out in the order they were set.
#[derive(Debug)]
pub struct Deadlines<K> {
    /// The first span's entries, in order; empty only when nothing waits.
    first: VecDeque<(Instant, u64, K)>,
    /// Which span that is.
    first_span: u64,
    /// Those of later spans.
    later: BTreeMap<u64, Vec<(Instant, u64, K)>>,
    next: u64,
    len: usize,
}

impl<K: Ord + Copy> Deadlines<K> {
    /// No deadlines.
    pub fn new() -> Self {
        Self { first: VecDeque::new(), first_span: 0, later: BTreeMap::new(), next: 0, len: 0 }
    }

    /// Asks for a wake-up of `key` at `at`. Earlier requests stay and lead to harmless early wake-ups.
    pub fn set(&mut self, at: Instant, key: K) {
        let entry = (at, self.next, key);
        self.next += 1;
        self.len += 1;
        let span = span_of(at);
        if self.first.is_empty() {
            self.first_span = span;
        } else if span < self.first_span {
            self.later.insert(self.first_span, std::mem::take(&mut self.first).into());
            self.first_span = span;
        }
        if span == self.first_span {
            let place = self.first.partition_point(|other| *other < entry);
            self.first.insert(place, entry);
        } else {
            self.later.entry(span).or_default().push(entry);
        }
    }

    /// The next owner whose wake-up time has come, if any.
    pub fn pop_due(&mut self, now: Instant) -> Option<K> {
        let (_, _, key) = self.first.pop_front_if(|(at, _, _)| *at <= now)?;
        self.len -= 1;
        if self.first.is_empty()
            && let Some((span, mut entries)) = self.later.pop_first()
        {
            entries.sort_unstable();
            self.first = entries.into();
            self.first_span = span;
        }
        Some(key)
    }

    /// When [`Self::pop_due`] will next have something.
    pub fn next(&self) -> Option<Instant> {
        self.first.front().map(|(at, _, _)| *at)
    }

    /// Entries kept, stale ones included.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether no entry is kept.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
}

impl<K: Ord + Copy> Default for Deadlines<K> {
    fn default() -> Self {
        Self::new()
    }
}

/// A span is 2^23 ns, 8.4 ms: at 500 calls/s some forty deadlines.
const SPAN_BITS: u32 = 23;

fn span_of(at: Instant) -> u64 {
    at.as_nanos() >> SPAN_BITS
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stdx::Rng;

    #[test]
    fn deadlines_come_out_in_the_order_of_a_sorted_list_whatever_the_order_they_are_set_in() {
        let mut rng = Rng::from_seed(7);
        let (mut deadlines, mut model) = (Deadlines::new(), Vec::new());
        let mut now = 0;
        for number in 0..20_000u32 {
            let ahead = [0, 20_000_000, 500_000_000, 32_000_000_000][usize::try_from(rng.below(4)).unwrap()];
            let at = Instant::from_nanos(now + rng.below(ahead + 1) / 1000 * 1000);
            deadlines.set(at, number);
            model.push((at, number));
            if rng.chance(300) {
                now += rng.below(30_000_000);
                let now = Instant::from_nanos(now);
                model.sort();
                let due = model.partition_point(|(at, _)| *at <= now);
                let expected: Vec<u32> = model.drain(..due).map(|(_, number)| number).collect();
                let got: Vec<u32> = std::iter::from_fn(|| deadlines.pop_due(now)).collect();
                assert_eq!(got, expected);
                assert_eq!(deadlines.next(), model.first().map(|(at, _)| *at));
                assert_eq!(deadlines.len(), model.len());
            }
        }
        assert!(!deadlines.is_empty());
    }
}
