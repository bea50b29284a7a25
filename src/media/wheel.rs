//! Which streams play in which millisecond of the 20. A stream keeps its place for life, so that 5,000 of them
//! are 250 at a time and not a burst.

use super::table::Place;

/// Milliseconds in a turn: the length of a frame.
pub(super) const TURN_MS: u64 = 20;

#[derive(Debug, Default)]
pub(super) struct Wheel {
    slots: [Vec<Place>; 20],
    count: usize,
    /// The next millisecond to play.
    next_ms: u64,
}

impl Wheel {
    /// Lets `place` play from now on.
    pub(super) fn insert(&mut self, now_ms: u64, phase: u8, place: Place) {
        if self.count == 0 {
            self.next_ms = self.next_ms.max(now_ms);
        }
        if let Some(slot) = self.slots.get_mut(usize::from(phase)) {
            slot.push(place);
            self.count += 1;
        }
    }

    /// Forgets it.
    pub(super) fn remove(&mut self, phase: u8, place: Place) {
        if let Some(slot) = self.slots.get_mut(usize::from(phase))
            && let Some(at) = slot.iter().position(|other| *other == place)
        {
            slot.remove(at);
            self.count -= 1;
        }
    }

    /// The next millisecond in which somebody plays, if it has come, and who: to be given back with
    /// [`Self::put_back`]. After a standstill, what could not be played in time is left out.
    pub(super) fn take_due(&mut self, now_ms: u64) -> Option<(u64, Vec<Place>)> {
        self.next_ms = self.next_ms.max(now_ms.saturating_sub(STANDSTILL_MS));
        let ms = self.next_occupied().filter(|ms| *ms <= now_ms)?;
        self.next_ms = ms + 1;
        let slot = std::mem::take(self.slots.get_mut(slot_of(ms))?);
        self.count -= slot.len();
        Some((ms, slot))
    }

    /// Gives back who goes on.
    pub(super) fn put_back(&mut self, ms: u64, places: Vec<Place>) {
        if let Some(slot) = self.slots.get_mut(slot_of(ms)) {
            self.count += places.len();
            *slot = places;
        }
    }

    /// The next millisecond in which somebody plays.
    pub(super) fn next_occupied(&self) -> Option<u64> {
        if self.count == 0 {
            return None;
        }
        (self.next_ms..self.next_ms + TURN_MS)
            .find(|ms| self.slots.get(slot_of(*ms)).is_some_and(|s| !s.is_empty()))
    }
}

fn slot_of(ms: u64) -> usize {
    usize::try_from(ms % TURN_MS).unwrap_or(0)
}

/// How far behind we may be and still play everything, in bursts.
const STANDSTILL_MS: u64 = 100;
