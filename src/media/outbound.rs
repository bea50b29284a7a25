//! What one peer sees as one RTP sender (RFC 3550 §5.1): our SSRC for good, whatever the source. A run is a row
//! of packets from one source; inside a run the distances of sequence and timestamp are the source's own (so a
//! loss upstream can be concealed downstream), and a new run goes on where the last one ended, by the time
//! that passed, with the marker set (RFC 3551 §4.1).
//!
//! | run     | packet played           | packet relayed                                   | `switch` |
//! |---------|-------------------------|--------------------------------------------------|----------|
//! | Ended   | → Played, marker        | → Relayed, marker                                | –        |
//! | Played  | goes on                 | → Relayed, marker                                | → Ended  |
//! | Relayed | → Played, marker        | same source, no jump: goes on; else anew, marker | → Ended  |

use crate::rtp::{Arrival, Header};
use crate::stdx::{Instant, Rng};

use super::tone::FRAME_SAMPLES;

#[derive(Debug)]
pub(super) struct Outbound {
    ssrc: u32,
    next_sequence: u16,
    /// The first timestamp that nothing sent so far covers.
    next_timestamp: u32,
    opened: Instant,
    /// The timestamp at `opened`.
    base: u32,
    run: Run,
}

#[derive(Clone, Copy, Debug)]
enum Run {
    Ended,
    Played,
    Relayed(Relayed),
}

#[derive(Clone, Copy, Debug)]
struct Relayed {
    source: u32,
    /// Late packets from before this one are not passed on: their numbers are taken. It follows the row, so that
    /// it is never half a turn of the counter away.
    first: u16,
    sequence_offset: u16,
    timestamp_offset: u32,
}

impl Outbound {
    pub(super) fn new(now: Instant, rng: &mut Rng) -> Self {
        let [a, b, c, d, e, f, g, h] = rng.next_u64().to_be_bytes();
        let [i, j, ..] = rng.next_u64().to_be_bytes();
        let base = u32::from_be_bytes([e, f, g, h]);
        Self {
            ssrc: u32::from_be_bytes([a, b, c, d]),
            next_sequence: u16::from_be_bytes([i, j]),
            next_timestamp: base,
            opened: now,
            base,
            run: Run::Ended,
        }
    }

    /// The source changes or pauses: the next packet begins a run.
    pub(super) const fn switch(&mut self) {
        self.run = Run::Ended;
    }

    /// The header of the next packet we play.
    pub(super) fn play(&mut self, now: Instant, payload_type: u8) -> Header {
        let marker = match self.run {
            Run::Played => false,
            Run::Ended | Run::Relayed(_) => true,
        };
        let timestamp = if marker { self.begin(now) } else { self.next_timestamp };
        self.run = Run::Played;
        self.next_timestamp = timestamp.wrapping_add(u32::try_from(FRAME_SAMPLES).unwrap_or(0));
        let sequence = self.next_sequence;
        self.next_sequence = sequence.wrapping_add(1);
        Header { marker, payload_type, sequence, timestamp, ssrc: self.ssrc }
    }

    /// The header under which a packet of `source` goes on, which covers `samples`; `None` if it came too late.
    pub(super) fn relay(
        &mut self,
        now: Instant,
        source: &Header,
        arrival: Arrival,
        samples: u32,
    ) -> Option<Header> {
        let row = match self.run {
            Run::Relayed(row) if row.source == source.ssrc && !self.jumps(&row, source, arrival) => Some(row),
            Run::Ended | Run::Played | Run::Relayed(_) => None,
        };
        if arrival == Arrival::Late && row.is_none_or(|row| is_before(source.sequence, row.first)) {
            return None;
        }
        let marker = source.marker || row.is_none();
        let mut row = row.unwrap_or_else(|| self.row_of(now, source));
        let sequence = source.sequence.wrapping_add(row.sequence_offset);
        let timestamp = source.timestamp.wrapping_add(row.timestamp_offset);
        if arrival != Arrival::Late {
            self.next_sequence = sequence.wrapping_add(1);
            let late_max = source.sequence.wrapping_sub(LATE_MAX);
            row.first = if is_before(row.first, late_max) { late_max } else { row.first };
        }
        self.next_timestamp = later(self.next_timestamp, timestamp.wrapping_add(samples));
        self.run = Run::Relayed(row);
        Some(Header { marker, payload_type: source.payload_type, sequence, timestamp, ssrc: self.ssrc })
    }

    /// A packet of `source` is not passed on; the peer shall not miss its number.
    pub(super) fn skip(&mut self, source: &Header, arrival: Arrival) {
        if let Run::Relayed(row) = &mut self.run
            && row.source == source.ssrc
            && arrival == Arrival::Newest
        {
            row.sequence_offset = row.sequence_offset.wrapping_sub(1);
            row.first = source.sequence.wrapping_add(1);
        }
    }

    fn row_of(&self, now: Instant, source: &Header) -> Relayed {
        Relayed {
            source: source.ssrc,
            first: source.sequence,
            sequence_offset: self.next_sequence.wrapping_sub(source.sequence),
            timestamp_offset: self.begin(now).wrapping_sub(source.timestamp),
        }
    }

    /// Whether the source left its own row, so that passing the distance on would tear ours.
    fn jumps(&self, row: &Relayed, source: &Header, arrival: Arrival) -> bool {
        let sequence = source.sequence.wrapping_add(row.sequence_offset);
        let timestamp = source.timestamp.wrapping_add(row.timestamp_offset);
        let ahead = sequence.wrapping_sub(self.next_sequence);
        let distance = timestamp.wrapping_sub(self.next_timestamp).cast_signed().unsigned_abs();
        match arrival {
            Arrival::Restarted => true,
            Arrival::Newest => ahead > GAP_MAX || distance > DISTANCE_MAX,
            Arrival::Late | Arrival::Duplicate => distance > DISTANCE_MAX,
        }
    }

    /// Where a run begins: by the clock, but never on what was covered.
    fn begin(&self, now: Instant) -> u32 {
        let samples = now.since(self.opened).as_nanos() / 125_000 % (1 << 32);
        let clock = self.base.wrapping_add(u32::try_from(samples).unwrap_or(0));
        later(clock, self.next_timestamp)
    }
}

fn later(a: u32, b: u32) -> u32 {
    if a.wrapping_sub(b).cast_signed() > 0 { a } else { b }
}

fn is_before(a: u16, b: u16) -> bool {
    a.wrapping_sub(b).cast_signed() < 0
}

/// Missing packets that are shown to the peer as missing; more is a pause (1 s).
const GAP_MAX: u16 = 50;
/// How late a packet may be and still be passed on.
const LATE_MAX: u16 = 64;
/// A step of the timestamp that is passed on; more is another clock (10 s).
const DISTANCE_MAX: u32 = 80_000;
