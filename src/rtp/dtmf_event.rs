//! Telephone events (RFC 4733 §2.3): keys of a telephone as packets, and each press told once.
//!
//! Not done here: redundancy (RFC 2198), tones in the audio itself.

/// One event block.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DtmfEvent {
    /// 0–9, 10 `*`, 11 `#`, 12–15 `A`–`D`; others are no keys.
    pub event: u8,
    /// The key was released.
    pub end: bool,
    /// Level in −dBm0, 0–63.
    pub volume: u8,
    /// So far, in samples.
    pub duration: u16,
}

impl DtmfEvent {
    /// Reads the first block of a payload.
    pub fn parse(payload: &[u8]) -> Option<Self> {
        let [event, flags, d0, d1] = *payload.first_chunk::<4>()?;
        let duration = u16::from_be_bytes([d0, d1]);
        Some(Self { event, end: flags & 0x80 != 0, volume: flags & 0x3f, duration })
    }

    /// The payload as sent.
    pub const fn to_bytes(&self) -> [u8; 4] {
        let [d0, d1] = self.duration.to_be_bytes();
        [self.event, (self.end as u8) << 7 | self.volume & 0x3f, d0, d1]
    }

    /// The event of a key.
    pub fn of_digit(digit: char) -> Option<u8> {
        u8::try_from(DIGITS.iter().position(|d| char::from(*d) == digit)?).ok()
    }

    /// The key, if it is one.
    pub fn digit(&self) -> Option<char> {
        DIGITS.get(usize::from(self.event)).map(|digit| char::from(*digit))
    }
}

/// Tells each press once, at the first packet of it that arrives, whichever that is: the marked one, a
/// later one, or only one of the three that end it (RFC 4733 §2.5.1.4).
#[derive(Clone, Copy, Debug, Default)]
pub struct Detector {
    last: Option<Seen>,
}

#[derive(Clone, Copy, Debug)]
struct Seen {
    timestamp: u32,
    event: DtmfEvent,
}

impl Detector {
    /// The key that was just pressed, if `event` is the first news of it. All packets of a press carry the
    /// timestamp of its beginning.
    pub fn handle_event(&mut self, timestamp: u32, event: DtmfEvent) -> Option<char> {
        let known = self.last.is_some_and(|last| last.covers(timestamp, event));
        let older = self.last.is_some_and(|last| last.timestamp.wrapping_sub(timestamp) < RECENT);
        if !older || self.last.is_some_and(|last| last.timestamp == timestamp) {
            self.last = Some(Seen { timestamp, event });
        }
        (!known && !older).then(|| event.digit())?
    }
}

impl Seen {
    /// RFC 4733 §2.5.1.3: a press longer than the duration field goes on under a new timestamp that begins
    /// where the last segment ended.
    fn covers(self, timestamp: u32, event: DtmfEvent) -> bool {
        let goes_on = !self.event.end
            && self.event.duration == u16::MAX
            && self.event.event == event.event
            && timestamp == self.timestamp.wrapping_add(u32::from(u16::MAX));
        self.timestamp == timestamp || goes_on
    }
}

const DIGITS: &[u8; 16] = b"0123456789*#ABCD";
/// Timestamps up to this far before the last belong to packets that were overtaken (30 s).
const RECENT: u32 = 240_000;

#[cfg(test)]
mod tests {
    use super::*;

    /// (timestamp, event, end, duration) …
    #[track_caller]
    fn check(packets: &[(u32, u8, bool, u16)], digits: &str) {
        let mut detector = Detector::default();
        let told: String = packets
            .iter()
            .filter_map(|&(timestamp, event, end, duration)| {
                let event = DtmfEvent { event, end, volume: 10, duration };
                detector.handle_event(timestamp, DtmfEvent::parse(&event.to_bytes()).unwrap())
            })
            .collect();
        assert_eq!(told, digits);
    }

    #[test]
    fn a_press_is_told_once_whatever_arrives_of_it() {
        check(&[(0, 5, false, 160), (0, 5, false, 320), (0, 5, true, 480), (0, 5, true, 480)], "5");
        check(&[(0, 5, true, 480)], "5");
        check(&[(0, 1, true, 480), (800, 1, false, 160), (800, 1, true, 480)], "11");
        check(&[(u32::MAX, 11, true, 480), (700, 10, true, 480)], "#*");
    }

    #[test]
    fn an_end_that_was_overtaken_is_not_a_new_press() {
        check(&[(0, 1, false, 160), (800, 2, false, 160), (0, 1, true, 480), (800, 2, true, 320)], "12");
    }

    #[test]
    fn a_press_longer_than_the_field_is_one_press() {
        check(&[(0, 3, false, u16::MAX), (65_535, 3, false, 160), (65_535, 3, true, 320)], "3");
        check(&[(0, 3, true, u16::MAX), (65_535, 3, false, 160)], "33");
    }

    #[test]
    fn what_is_no_key_is_no_digit() {
        check(&[(0, 16, true, 480), (800, 255, true, 480)], "");
        assert_eq!(DtmfEvent::parse(b"\0\0\0"), None);
        assert_eq!(DtmfEvent::of_digit('#'), Some(11));
    }
}
