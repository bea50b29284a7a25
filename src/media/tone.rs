//! Tones made and tones found: the signal tones we play, test tones, and the Goertzel filter that finds a
//! frequency in sound, so that tests hear instead of counting packets.

use std::f64::consts::TAU;

use super::command::Tone;
use crate::rtp::g711;
use crate::sdp::Codec;

/// Samples in 20 ms.
pub const FRAME_SAMPLES: usize = 160;

/// A sine of `hz`, `samples` long, beginning `offset` samples after its zero. `level` 1.0 is full scale.
pub fn sine(hz: f64, level: f64, offset: u32, samples: u32) -> Vec<i16> {
    let at = |n: u32| {
        let value = (TAU * hz * f64::from(n) / RATE).sin() * level.clamp(0.0, 1.0) * f64::from(i16::MAX);
        rounded(value)
    };
    (offset..offset.saturating_add(samples)).map(at).collect()
}

/// How loud `hz` is in `samples`: the amplitude of that component, 1.0 for a sine of full scale (Goertzel).
/// Resolution is the reciprocal of the time covered: 50 Hz for one packet of 20 ms.
pub fn level_at(samples: &[i16], hz: f64) -> f64 {
    if samples.is_empty() {
        return 0.0;
    }
    let factor = 2.0 * (TAU * hz / RATE).cos();
    let (mut before, mut last) = (0.0, 0.0);
    for sample in samples {
        (before, last) = (last, f64::from(*sample) + factor * last - before);
    }
    let power = last * last + before * before - factor * last * before;
    2.0 * power.max(0.0).sqrt() / (count(samples) * f64::from(i16::MAX))
}

/// What part of the sound's power is at `hz`, 0.0–1.0; 0.0 for silence.
pub fn share_at(samples: &[i16], hz: f64) -> f64 {
    let total: f64 = samples.iter().map(|sample| f64::from(*sample) * f64::from(*sample)).sum();
    let amplitude = level_at(samples, hz) * f64::from(i16::MAX);
    if total < count(samples) * SILENCE_POWER {
        0.0
    } else {
        amplitude * amplitude / 2.0 * count(samples) / total
    }
}

/// Whether there is any sound above the noise of an idle G.711 line.
pub fn is_silent(samples: &[i16]) -> bool {
    samples.iter().all(|sample| sample.unsigned_abs() < 64)
}

/// Encodes samples.
pub fn encode(codec: Codec, samples: &[i16]) -> Vec<u8> {
    let encode = match codec {
        Codec::Pcma => g711::alaw_from_linear,
        Codec::Pcmu => g711::ulaw_from_linear,
    };
    samples.iter().map(|sample| encode(*sample)).collect()
}

/// Decodes a payload.
pub fn decode(codec: Codec, payload: &[u8]) -> Vec<i16> {
    let decode = match codec {
        Codec::Pcma => g711::alaw_to_linear,
        Codec::Pcmu => g711::ulaw_to_linear,
    };
    payload.iter().map(|byte| decode(*byte)).collect()
}

/// One period of a signal tone, in A-law.
pub(super) fn signal(tone: Tone) -> Vec<u8> {
    let (hz, on_ms, off_ms) = match tone {
        Tone::Ringback => (450.0, 1000, 4000),
        Tone::Busy => (450.0, 350, 350),
        Tone::Short => (800.0, 400, 0),
    };
    let mut samples = encode(Codec::Pcma, &sine(hz, SIGNAL_LEVEL, 0, on_ms * 8));
    samples.extend(std::iter::repeat_n(g711::ALAW_SILENCE, off_ms * 8));
    samples
}

#[expect(clippy::cast_possible_truncation, reason = "the value is clamped to the range of a sample")]
fn rounded(value: f64) -> i16 {
    value.round().clamp(f64::from(i16::MIN), f64::from(i16::MAX)) as i16
}

fn count(samples: &[i16]) -> f64 {
    f64::from(u32::try_from(samples.len()).unwrap_or(u32::MAX))
}

const RATE: f64 = 8000.0;
/// −10 dBm0, the level of China's tones (full scale is +3.14 dBm0).
const SIGNAL_LEVEL: f64 = 0.22;
/// Mean square below which there is no sound.
const SILENCE_POWER: f64 = 64.0 * 64.0;
