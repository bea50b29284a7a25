//! Sound as tests can check it: every mouth has a tone of its own, every ear remembers what it heard and when.
//!
//! A-law and µ-law (ITU-T G.711) are written here a second time, by their formulas, because the media plane's
//! tables are what is under test.

use std::time::Duration;

use bytes::Bytes;

use crate::stdx::Instant;

/// Samples in 20 ms.
const FRAME: usize = 160;
const RATE: f64 = 8000.0;
/// The payload type of keys in every description of a simulated peer.
const KEYS: u8 = 101;
/// The keys in the order of their events (RFC 4733 §3.2).
pub(crate) const DIGITS: &str = "0123456789*#ABCD";

/// Which tones a peer speaks: its first leg `base`, each further one `step` higher.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub(crate) struct Mouth {
    pub(crate) base: u32,
    pub(crate) step: u32,
}

impl Mouth {
    pub(crate) fn tone(self, leg: usize) -> u32 {
        self.base + self.step * u32::try_from(leg % 16).unwrap_or(0)
    }
}

/// What came in on one leg, and where its own speech is.
#[derive(Debug, Default)]
pub(crate) struct Ear {
    pub(crate) speaking: bool,
    sequence: u16,
    frames: Vec<(Instant, Vec<i16>)>,
    /// Keys heard: the timestamp of the press, and the event.
    keys: Vec<(u32, u8)>,
}

impl Ear {
    /// The next 20 ms of our own tone as an RTP packet (RFC 3550 §5.1).
    pub(crate) fn next_frame(&mut self, payload: u8, tone: u32) -> Bytes {
        let start = self.start();
        let mut data = self.header([0x80, payload], start, tone);
        for i in 0..160 {
            let sample = sine(tone, start.wrapping_add(i));
            data.push(if payload == 0 { to_ulaw(sample) } else { to_alaw(sample) });
        }
        Bytes::from(data)
    }

    /// A key of 60 ms as one sends it: three packets of the press, the end three times (RFC 4733 §2.5.1).
    pub(crate) fn next_key(&mut self, event: u8, tone: u32) -> Vec<Bytes> {
        let start = self.start();
        let steps = [(0, 160), (0, 320), (0x80, 480), (0x80, 480), (0x80, 480)];
        let packet = |(index, (end, length)): (usize, (u8, u16))| {
            let marker = if index == 0 { 0x80 } else { 0 };
            let mut data = self.header([0x80, marker | KEYS], start, tone);
            data.extend([event, end | 10]);
            data.extend(length.to_be_bytes());
            Bytes::from(data)
        };
        steps.into_iter().enumerate().map(packet).collect()
    }

    fn start(&self) -> u32 {
        u32::from(self.sequence) * 160
    }

    fn header(&mut self, first: [u8; 2], start: u32, tone: u32) -> Vec<u8> {
        let mut data = Vec::with_capacity(12 + FRAME);
        data.extend(first);
        data.extend(self.sequence.to_be_bytes());
        data.extend(start.to_be_bytes());
        data.extend((tone + 7).to_be_bytes());
        self.sequence = self.sequence.wrapping_add(1);
        data
    }

    /// Takes an RTP packet in; anything but plain G.711 and keys is not heard.
    pub(crate) fn hear(&mut self, now: Instant, data: &[u8]) {
        let (Some(&first), Some(&second), Some(sound)) = (data.first(), data.get(1), data.get(12..)) else {
            return;
        };
        let decode: fn(u8) -> i16 = match second & 0x7f {
            0 => from_ulaw,
            8 => from_alaw,
            KEYS => return self.hear_key(data),
            _ => return,
        };
        if first == 0x80 {
            self.frames.push((now, sound.iter().map(|byte| decode(*byte)).collect()));
        }
    }

    fn hear_key(&mut self, data: &[u8]) {
        let (Some(start), Some(&event)) = (data.get(4..8), data.get(12)) else { return };
        let start = start.iter().fold(0, |sum, byte| sum << 8 | u32::from(*byte));
        if self.keys.last().is_none_or(|(last, _)| *last != start) {
            self.keys.push((start, event));
        }
    }

    /// The keys heard, as they stand on a telephone.
    pub(crate) fn keys(&self) -> String {
        let name = |event: &u8| DIGITS.chars().nth(usize::from(*event)).unwrap_or('?');
        self.keys.iter().map(|(_, event)| name(event)).collect()
    }

    /// How much of what was heard between two instants is the tone: 0 nothing, 1 all of the power.
    pub(crate) fn share(&self, tone: u32, from: Instant, to: Instant) -> f64 {
        let samples: Vec<f64> =
            self.between(from, to).flat_map(|(_, s)| s.iter().map(|s| f64::from(*s))).collect();
        let power: f64 = samples.iter().map(|s| s * s).sum();
        if power < 1.0 {
            return 0.0;
        }
        // Goertzel's recurrence, in blocks so that a lost frame's phase jump spoils only one block.
        let found: f64 = samples.chunks(4 * FRAME).map(|block| goertzel(block, tone)).sum();
        (found / power).min(1.0)
    }

    /// The longest time between two instants in which nothing audible came.
    pub(crate) fn longest_silence(&self, from: Instant, to: Instant) -> Duration {
        let audible = |samples: &[i16]| samples.iter().any(|s| s.unsigned_abs() > 64);
        let mut last = from;
        let mut longest = Duration::ZERO;
        for (at, _) in self.between(from, to).filter(|(_, samples)| audible(samples)) {
            longest = longest.max(*at - last);
            last = *at;
        }
        longest.max(to - last)
    }

    /// Frames heard between two instants.
    pub(crate) fn count(&self, from: Instant, to: Instant) -> usize {
        self.between(from, to).count()
    }

    fn between(&self, from: Instant, to: Instant) -> impl Iterator<Item = &(Instant, Vec<i16>)> {
        self.frames.iter().filter(move |(at, _)| (from..to).contains(at))
    }
}

fn goertzel(block: &[f64], tone: u32) -> f64 {
    let w = 2.0 * std::f64::consts::PI * f64::from(tone) / RATE;
    let k = 2.0 * w.cos();
    let (mut s1, mut s2) = (0.0, 0.0);
    for sample in block {
        (s1, s2) = (sample + k * s1 - s2, s1);
    }
    let n = f64::from(u32::try_from(block.len()).unwrap_or(1).max(1));
    2.0 * (s1 * s1 + s2 * s2 - k * s1 * s2) / n
}

/// A sample of a tone.
#[expect(clippy::cast_possible_truncation, reason = "a sine of amplitude 8000 fits 16 bits")]
pub(crate) fn sine(tone: u32, index: u32) -> i16 {
    let phase = 2.0 * std::f64::consts::PI * f64::from(tone) * f64::from(index % 8000) / RATE;
    (phase.sin() * 8000.0) as i16
}

/// G.711 A-law, by its definition: sign, three bits of exponent, four of mantissa, even bits inverted.
pub(crate) fn to_alaw(sample: i16) -> u8 {
    let magnitude = (if sample < 0 { !sample } else { sample } >> 3).unsigned_abs();
    let exponent = u16::try_from(16 - magnitude.leading_zeros()).unwrap_or(0).saturating_sub(5);
    let mantissa = if exponent == 0 { magnitude >> 1 } else { magnitude >> exponent } & 15;
    let code = u8::try_from(exponent << 4 | mantissa).unwrap_or(127);
    (if sample < 0 { code } else { code | 0x80 }) ^ 0x55
}

fn from_alaw(code: u8) -> i16 {
    let code = code ^ 0x55;
    let (exponent, mantissa) = (code >> 4 & 7, i16::from(code & 15));
    let magnitude = match exponent {
        0 => (mantissa << 4) + 8,
        e => ((mantissa << 4) + 264) << (e - 1),
    };
    if code & 0x80 == 0 { -magnitude } else { magnitude }
}

/// G.711 µ-law, by its definition: bias 132, logarithmic, all bits inverted.
fn to_ulaw(sample: i16) -> u8 {
    let magnitude = sample.unsigned_abs().min(32_635) + 132;
    let exponent = u16::try_from(8u32.saturating_sub(magnitude.leading_zeros())).unwrap_or(0);
    let mantissa = magnitude >> (exponent + 3) & 15;
    let code = u8::try_from(exponent << 4 | mantissa).unwrap_or(127);
    !(if sample < 0 { code | 0x80 } else { code })
}

fn from_ulaw(code: u8) -> i16 {
    let code = !code;
    let (exponent, mantissa) = (code >> 4 & 7, i16::from(code & 15));
    let magnitude = (((mantissa << 3) + 132) << exponent) - 132;
    if code & 0x80 == 0 { magnitude } else { -magnitude }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_laws_give_back_nearly_what_they_were_given() {
        for sample in (-32_000i16..32_000).step_by(37) {
            let near =
                |back: i16| (i32::from(back) - i32::from(sample)).abs() <= i32::from(sample).abs() / 16 + 16;
            assert!(near(from_alaw(to_alaw(sample))), "A-law {sample} → {}", from_alaw(to_alaw(sample)));
            assert!(near(from_ulaw(to_ulaw(sample))), "µ-law {sample} → {}", from_ulaw(to_ulaw(sample)));
        }
        assert_eq!((to_alaw(0), to_ulaw(0)), (0xd5, 0xff));
    }

    #[test]
    fn an_ear_tells_one_mouth_from_another_and_notices_silence() {
        let mut mouth = Ear::default();
        let mut ear = Ear::default();
        for i in 0..50u64 {
            let frame = mouth.next_frame(8, 440);
            if !(20..30).contains(&i) {
                ear.hear(Instant::from_millis(i * 20), &frame);
            }
        }
        let (from, to) = (Instant::ZERO, Instant::from_millis(1000));
        assert!(ear.share(440, from, to) > 0.9, "{}", ear.share(440, from, to));
        assert!(ear.share(620, from, to) < 0.1);
        assert_eq!(ear.longest_silence(from, to), Duration::from_millis(220));
        assert_eq!(ear.count(from, to), 40);
    }
}
