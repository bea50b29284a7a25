//! Which RTP port belongs to which call. The node chooses ports itself, so that SDP is written without
//! waiting for the media plane.
//!
//! *Invariant (25 of `sim::check`):* a port has at most one owner; a closed port rests for the quarantine, so that a
//! late packet of the last call is never taken for the next one's.

use std::collections::VecDeque;
use std::time::Duration;

use crate::event::CallKey;
use crate::stdx::Instant;

/// The even RTP ports of this node. The odd port above each is kept free for its RTCP (RFC 3550 §11).
#[derive(Debug)]
pub struct Ports {
    first: u16,
    owners: Vec<Option<CallKey>>,
    /// Ports from this index on were never used.
    unused: u16,
    /// Closed ports, by when they have rested.
    resting: VecDeque<(u16, Instant)>,
    quarantine: Duration,
}

impl Ports {
    /// The even ports from `min` up to `max`.
    pub fn new(min: u16, max: u16, quarantine: Duration) -> Self {
        let first = min.next_multiple_of(2);
        let count = max.saturating_sub(first).div_ceil(2);
        let owners = vec![None; usize::from(count)];
        Self { first, owners, unused: 0, resting: VecDeque::new(), quarantine }
    }

    /// The same, but leaves the reserve of calls to emergency lines alone.
    pub fn take_unreserved(&mut self, now: Instant, call: CallKey, reserve: usize) -> Option<u16> {
        // Of a small range no more than a tenth is kept.
        let kept = reserve.min(self.total() / 10);
        if self.total() - self.used() <= kept { None } else { self.take(now, call) }
    }

    /// A free, rested port for `call`; `None` when all are in use. One that was used before is preferred: its
    /// socket is open.
    pub fn take(&mut self, now: Instant, call: CallKey) -> Option<u16> {
        let rested = self.resting.pop_front_if(|(_, rested)| *rested <= now).map(|(index, _)| index);
        let index = rested.or_else(|| {
            let fresh = Some(self.unused).filter(|index| usize::from(*index) < self.owners.len());
            self.unused += u16::from(fresh.is_some());
            fresh
        })?;
        *self.owners.get_mut(usize::from(index))? = Some(call);
        Some(self.first + 2 * index)
    }

    /// `port`, already taken, belongs to `call`: its key was not known when the port was taken.
    pub(super) fn give_to(&mut self, port: u16, call: CallKey) {
        let index = port.wrapping_sub(self.first) / 2;
        if let Some(owner) = self.owners.get_mut(usize::from(index)).filter(|owner| owner.is_some()) {
            *owner = Some(call);
        }
    }

    /// The leg that had `port` is over.
    pub fn give_back(&mut self, now: Instant, port: u16) {
        let index = port.wrapping_sub(self.first) / 2;
        if let Some(owner) = self.owners.get_mut(usize::from(index))
            && owner.take().is_some()
        {
            self.resting.push_back((index, now + self.quarantine));
        }
    }

    /// Whose port is it?
    pub fn owner(&self, port: u16) -> Option<CallKey> {
        *self.owners.get(usize::from(port.checked_sub(self.first)? / 2))?
    }

    /// Ports in use.
    pub fn used(&self) -> usize {
        usize::from(self.unused) - self.resting.len()
    }

    /// Ports in all.
    pub fn total(&self) -> usize {
        self.owners.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stdx::slab::{Key, RawKey};

    #[test]
    fn a_port_has_one_owner_and_rests_before_the_next() {
        let mut ports = Ports::new(20001, 20005, Duration::from_secs(5));
        let call = CallKey::from_raw(RawKey::default());
        let now = Instant::from_millis(1);
        assert_eq!(ports.total(), 2);
        assert_eq!(
            (ports.take(now, call), ports.take(now, call), ports.take(now, call)),
            (Some(20002), Some(20004), None)
        );
        assert_eq!(
            (ports.owner(20002), ports.owner(20003), ports.owner(20006)),
            (Some(call), Some(call), None)
        );
        ports.give_back(now, 20002);
        ports.give_back(now, 20002);
        assert_eq!((ports.used(), ports.owner(20002)), (1, None));
        assert_eq!(ports.take(now + Duration::from_secs(4), call), None);
        assert_eq!(ports.take(now + Duration::from_secs(5), call), Some(20002));
    }
    #[test]
    fn a_rested_port_is_taken_before_one_never_used() {
        let mut ports = Ports::new(20000, 20008, Duration::from_secs(5));
        let call = CallKey::from_raw(RawKey::default());
        let now = Instant::from_millis(1);
        assert_eq!(ports.take(now, call), Some(20000));
        ports.give_back(now, 20000);
        assert_eq!(ports.take(now, call), Some(20002));
        assert_eq!(ports.take(now + Duration::from_secs(5), call), Some(20000));
        assert_eq!(ports.used(), 2);
    }
}
