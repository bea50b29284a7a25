//! Sequence numbers of one source (RFC 3550 appendix A.1 and A.3): what is new, late, double or a restart,
//! and how many packets never came.

/// What a packet is in the order of its source.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Arrival {
    /// The first of this source, or the first after it jumped: nothing before it counts.
    Restarted,
    /// Newer than all before it.
    Newest,
    /// Overtaken by others on the way.
    Late,
    /// Seen before, or so late that we cannot tell.
    Duplicate,
}

/// The packets received from one source.
#[derive(Clone, Copy, Debug, Default)]
pub struct Received {
    highest: u16,
    /// Bit `i`: packet `highest - i` was seen.
    seen: u64,
    /// Packets that should have come since the first, without those of earlier restarts.
    expected: u64,
    received: u64,
    /// Lost before the last restart.
    lost_before: u64,
}

impl Received {
    /// Takes note of a packet with this sequence number.
    pub fn update(&mut self, sequence: u16) -> Arrival {
        let ahead = sequence.wrapping_sub(self.highest);
        let behind = self.highest.wrapping_sub(sequence);
        if self.seen == 0 || (ahead > DROPOUT_MAX && behind > MISORDER_MAX) {
            *self = Self { highest: sequence, seen: 1, expected: 1, received: 1, lost_before: self.lost() };
            return Arrival::Restarted;
        }
        if ahead == 0 || (ahead > DROPOUT_MAX && behind >= WINDOW) {
            return Arrival::Duplicate;
        }
        if ahead <= DROPOUT_MAX {
            self.seen = self.seen.checked_shl(u32::from(ahead)).unwrap_or(0) | 1;
            self.highest = sequence;
            self.expected += u64::from(ahead);
            self.received += 1;
            return Arrival::Newest;
        }
        let bit = 1 << behind;
        if self.seen & bit != 0 {
            return Arrival::Duplicate;
        }
        self.seen |= bit;
        self.received += 1;
        Arrival::Late
    }

    /// Another source takes over: nothing before it counts.
    pub const fn restart(&mut self) {
        self.seen = 0;
    }

    /// Packets that never came, or have not yet.
    pub const fn lost(&self) -> u64 {
        self.lost_before + self.expected.saturating_sub(self.received)
    }
}

/// A larger step forward is a restart of the source (RFC 3550 appendix A.1, `MAX_DROPOUT`).
const DROPOUT_MAX: u16 = 3000;
/// A larger step back is a restart of the source (`MAX_MISORDER`).
const MISORDER_MAX: u16 = 100;
/// How far back we remember single packets.
const WINDOW: u16 = 64;

#[cfg(test)]
mod tests {
    use super::Arrival::{Duplicate, Late, Newest, Restarted};
    use super::*;

    #[track_caller]
    fn check(sequences: &[u16], arrivals: &[Arrival], lost: u64) {
        let mut received = Received::default();
        let got: Vec<Arrival> = sequences.iter().map(|s| received.update(*s)).collect();
        assert_eq!((got.as_slice(), received.lost()), (arrivals, lost));
    }

    #[test]
    fn packets_are_told_apart_by_their_order() {
        check(&[65_534, 65_535, 0, 1], &[Restarted, Newest, Newest, Newest], 0);
        check(&[10, 13, 11, 11, 13], &[Restarted, Newest, Late, Duplicate, Duplicate], 1);
        check(&[10, 110, 47, 46], &[Restarted, Newest, Late, Duplicate], 98);
        check(&[10, 10_000, 10_001], &[Restarted, Restarted, Newest], 0);
        check(&[10, 12, 10_000, 10_002], &[Restarted, Newest, Restarted, Newest], 2);
        check(&[500, 300], &[Restarted, Restarted], 0);
    }
}
