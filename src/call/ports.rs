//! Which RTP port belongs to which call. The node chooses ports itself, so that SDP is written without
//! waiting for the media plane.
//!
//! *Invariant (25 of `sim::check`):* a leg gets only a port that is known to be bound, so that no session description
//! names one which another program holds. A port has at most one owner; a closed port rests for the quarantine, so
//! that a late packet of the last call is never taken for the next one's.

use std::collections::VecDeque;
use std::time::Duration;

use crate::event::CallKey;
use crate::stdx::Instant;

/// The even RTP ports of this node. The odd port above each is kept free for its RTCP (RFC 3550 §11).
#[derive(Debug)]
pub struct Ports {
    first: u16,
    slots: Vec<Slot>,
    /// Bound and never used.
    fresh: VecDeque<u16>,
    /// Closed ports, by when they have rested.
    resting: VecDeque<(u16, Instant)>,
    bound: usize,
    quarantine: Duration,
}

/// What is known of one port.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Slot {
    /// Nobody has said that it can be used.
    Unbound,
    /// No leg has it.
    Free,
    /// A leg of this call has it.
    Taken(CallKey),
}

/// The ports a range offers to legs: the even ones whose odd neighbour lies in the range too.
pub fn rtp_ports(min: u16, max: u16) -> impl Iterator<Item = u16> {
    (min.checked_next_multiple_of(2).unwrap_or(max)..max).step_by(2)
}

impl Ports {
    /// The ports of this range, none of them bound yet.
    pub fn new(min: u16, max: u16, quarantine: Duration) -> Self {
        let slots = vec![Slot::Unbound; rtp_ports(min, max).count()];
        let first = rtp_ports(min, max).next().unwrap_or(0);
        Self { first, slots, fresh: VecDeque::new(), resting: VecDeque::new(), bound: 0, quarantine }
    }

    /// `port` is bound and stays so: from now on legs may have it.
    pub fn add(&mut self, port: u16) {
        let Some(index) = self.index(port) else { return };
        if let Some(slot @ Slot::Unbound) = self.slots.get_mut(usize::from(index)) {
            *slot = Slot::Free;
            self.fresh.push_back(index);
            self.bound += 1;
        }
    }

    /// The same, but leaves the reserve of calls to emergency lines alone.
    pub fn take_unreserved(&mut self, now: Instant, call: CallKey, reserve: usize) -> Option<u16> {
        // Of a small range no more than a tenth is kept.
        let kept = reserve.min(self.bound() / 10);
        if self.bound() - self.used() <= kept { None } else { self.take(now, call) }
    }

    /// A bound, free, rested port for `call`; `None` when all are in use.
    pub fn take(&mut self, now: Instant, call: CallKey) -> Option<u16> {
        let rested = self.resting.pop_front_if(|(_, rested)| *rested <= now).map(|(index, _)| index);
        let index = rested.or_else(|| self.fresh.pop_front())?;
        *self.slots.get_mut(usize::from(index))? = Slot::Taken(call);
        Some(self.first + 2 * index)
    }

    /// `port`, already taken, belongs to `call`: its key was not known when the port was taken.
    pub(super) fn give_to(&mut self, port: u16, call: CallKey) {
        let slot = self.index(port).and_then(|index| self.slots.get_mut(usize::from(index)));
        if let Some(Slot::Taken(owner)) = slot {
            *owner = call;
        }
    }

    /// The leg that had `port` is over.
    pub fn give_back(&mut self, now: Instant, port: u16) {
        let Some(index) = self.index(port) else { return };
        if let Some(slot @ Slot::Taken(_)) = self.slots.get_mut(usize::from(index)) {
            *slot = Slot::Free;
            self.resting.push_back((index, now + self.quarantine));
        }
    }

    /// Whose port is it?
    pub fn owner(&self, port: u16) -> Option<CallKey> {
        match self.slots.get(usize::from(self.index(port)?))? {
            Slot::Taken(call) => Some(*call),
            Slot::Unbound | Slot::Free => None,
        }
    }

    /// Ports in use.
    pub fn used(&self) -> usize {
        self.bound - self.fresh.len() - self.resting.len()
    }

    /// Ports that legs may have.
    pub const fn bound(&self) -> usize {
        self.bound
    }

    /// Ports of the range that they may not have, because nobody could bind them.
    pub fn unbound(&self) -> usize {
        self.slots.len() - self.bound
    }

    /// The odd port belongs to the even one below it.
    fn index(&self, port: u16) -> Option<u16> {
        Some(port.checked_sub(self.first)? / 2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stdx::slab::{Key, RawKey};

    fn call() -> CallKey {
        CallKey::from_raw(RawKey::default())
    }

    /// All of the range are bound.
    fn ports(min: u16, max: u16) -> Ports {
        let mut ports = Ports::new(min, max, Duration::from_secs(5));
        rtp_ports(min, max).for_each(|port| ports.add(port));
        ports
    }

    #[test]
    fn a_port_has_one_owner_and_rests_before_the_next() {
        let (mut ports, call, now) = (ports(20001, 20005), call(), Instant::from_millis(1));
        assert_eq!(ports.bound(), 2);
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
        let (mut ports, call, now) = (ports(20000, 20008), call(), Instant::from_millis(1));
        assert_eq!(ports.take(now, call), Some(20000));
        ports.give_back(now, 20000);
        assert_eq!(ports.take(now, call), Some(20002));
        assert_eq!(ports.take(now + Duration::from_secs(5), call), Some(20000));
        assert_eq!(ports.used(), 2);
    }

    #[test]
    fn a_port_nobody_could_bind_is_never_taken_until_somebody_can() {
        let (call, now) = (call(), Instant::from_millis(1));
        let mut ports = Ports::new(20000, 20006, Duration::from_secs(5));
        assert_eq!((ports.take(now, call), ports.bound(), ports.unbound()), (None, 0, 3));
        for port in [20004, 20004, 19998, 20006] {
            ports.add(port);
        }
        assert_eq!((ports.bound(), ports.unbound(), ports.used()), (1, 2, 0));
        assert_eq!((ports.take(now, call), ports.take(now, call)), (Some(20004), None));
        ports.add(20000);
        assert_eq!((ports.take(now, call), ports.owner(20002)), (Some(20000), None));
        // What is in use is not free again because somebody says that it is bound.
        ports.add(20000);
        assert_eq!((ports.take(now, call), ports.used()), (None, 2));
    }

    #[test]
    fn the_reserve_is_kept_from_what_is_bound() {
        let (call, now) = (call(), Instant::from_millis(1));
        let mut ports = Ports::new(20000, 20100, Duration::from_secs(5));
        (0..20u16).for_each(|n| ports.add(20000 + 4 * n));
        let taken = std::iter::from_fn(|| ports.take_unreserved(now, call, 32)).count();
        assert_eq!((taken, ports.take(now, call), ports.take(now, call)), (18, Some(20072), Some(20076)));
    }

    #[test]
    fn an_odd_neighbour_outside_the_range_leaves_its_port_out() {
        let of = |min, max| rtp_ports(min, max).collect::<Vec<_>>();
        assert_eq!(of(20000, 20003), [20000, 20002]);
        assert_eq!(of(20001, 20004), [20002]);
        assert_eq!(of(65534, 65535), [65534]);
        assert_eq!(of(65535, 65535), [0u16; 0]);
    }
}
