//! Sound as a person would judge it: is this tone in it, is this recording in it, for how long was there nothing?
//!
//! Written without the product's own codec or tone detector, which are what is being judged.

use std::path::Path;
use std::time::Duration;

/// Samples a second.
pub(super) const RATE: usize = 8_000;
/// Below this loudness (RMS of a 16-bit sample) a person on a telephone hears nothing.
const AUDIBLE: f32 = 60.0;

/// ITU-T G.711 A-law, one sample.
pub(super) fn decode_alaw(byte: u8) -> i16 {
    let byte = byte ^ 0x55;
    let step = i16::from(byte & 0x0f);
    let exponent = (byte >> 4) & 7;
    let magnitude = if exponent == 0 { (step << 4) + 8 } else { ((step << 4) + 0x108) << (exponent - 1) };
    if byte & 0x80 == 0 { -magnitude } else { magnitude }
}

/// ITU-T G.711 A-law, one sample.
pub(super) fn encode_alaw(sample: i16) -> u8 {
    let sign = if sample < 0 { 0u8 } else { 0x80 };
    let magnitude = i32::from(sample).abs().min(32_635);
    let exponent = (8..15).rev().find(|bit| magnitude >= 1 << bit).map_or(0, |bit| bit - 7);
    let step = if exponent == 0 { magnitude >> 4 } else { magnitude >> (exponent + 3) } & 0x0f;
    (sign | u8::try_from(exponent << 4).unwrap() | u8::try_from(step).unwrap()) ^ 0x55
}

/// Root mean square.
pub(super) fn loudness(samples: &[i16]) -> f32 {
    let power: f32 = samples.iter().map(|s| f32::from(*s).powi(2)).sum();
    (power / samples.len().max(1) as f32).sqrt()
}

/// Whether a person would hear anything.
pub(super) fn audible(samples: &[i16]) -> bool {
    loudness(samples) > AUDIBLE
}

/// The share of the sound's power that is at `hertz` (Goertzel's algorithm).
pub(super) fn share_at(hertz: f32, samples: &[i16]) -> f32 {
    let power: f32 = samples.iter().map(|s| f32::from(*s).powi(2)).sum();
    if power < 1.0 {
        return 0.0;
    }
    let turn = std::f32::consts::TAU * hertz / RATE as f32;
    let (mut last, mut before) = (0.0f32, 0.0f32);
    for sample in samples {
        (last, before) = (f32::from(*sample) + 2.0 * turn.cos() * last - before, last);
    }
    let at = last * last + before * before - 2.0 * turn.cos() * last * before;
    2.0 * at / (samples.len() as f32 * power)
}

/// How long `hertz` is what one hears, in steps of 100 ms.
pub(super) fn tone_time(hertz: f32, samples: &[i16]) -> Duration {
    let steps = samples.chunks_exact(RATE / 10).filter(|s| audible(s) && share_at(hertz, s) > 0.8).count();
    Duration::from_millis(100) * u32::try_from(steps).unwrap()
}

/// Where in `heard` the second of `recording` that begins at `from` is played: sample number, if it is.
///
/// Correlation with a quarter of a second finds the place, correlation with the whole second confirms it.
pub(super) fn find(recording: &[i16], from: Duration, heard: &[i16]) -> Option<usize> {
    let from = usize::try_from(from.as_millis()).unwrap() * RATE / 1000;
    let second = recording.get(from..from + RATE)?;
    let quarter = &second[..RATE / 4];
    let ends = heard.len().checked_sub(quarter.len())?;
    let (at, _) = (0..ends)
        .map(|at| (at, likeness(quarter, &heard[at..at + quarter.len()])))
        .max_by(|(_, a), (_, b)| a.total_cmp(b))?;
    let whole = heard.get(at..at + second.len())?;
    (likeness(second, whole) > 0.9).then_some(at)
}

/// 1: the same but for loudness; 0: nothing in common.
fn likeness(one: &[i16], other: &[i16]) -> f32 {
    let (mut both, mut a, mut b) = (0.0f32, 1.0f32, 1.0f32);
    for (x, y) in one.iter().zip(other) {
        let (x, y) = (f32::from(*x), f32::from(*y));
        both += x * y;
        a += x * x;
        b += y * y;
    }
    both / (a * b).sqrt()
}

/// The samples of a WAV file: 8 kHz, mono, 16 bit.
pub(super) fn read_wav(file: &Path) -> Vec<i16> {
    let mut reader = hound::WavReader::open(file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    assert_eq!((reader.spec().sample_rate, reader.spec().channels), (8_000, 1), "{}", file.display());
    reader.samples::<i16>().map(Result::unwrap).collect()
}

/// A tone as a WAV file, for programs that read one.
pub(super) fn write_tone(file: &Path, hertz: f32, length: Duration) {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 8_000,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut writer = hound::WavWriter::create(file, spec).unwrap();
    for n in 0..length.as_millis() as usize * RATE / 1000 {
        writer.write_sample(tone_sample(hertz, n)).unwrap();
    }
    writer.finalize().unwrap();
}

/// Sample `n` of a tone at a quarter of full scale.
pub(super) fn tone_sample(hertz: f32, n: usize) -> i16 {
    let turn = f64::from(hertz) * n as f64 / RATE as f64;
    ((turn.fract() * std::f64::consts::TAU).sin() * 8_000.0) as i16
}

#[test]
fn the_judge_of_sound_knows_a_tone_and_a_recording_and_is_not_fooled_by_others() {
    let tone = |hertz| (0..RATE).map(|n| decode_alaw(encode_alaw(tone_sample(hertz, n)))).collect::<Vec<_>>();
    assert_eq!(tone_time(440.0, &tone(440.0)), Duration::from_secs(1));
    assert_eq!(tone_time(440.0, &tone(480.0)), Duration::ZERO);
    assert!(!audible(&[0; 800]));
    // A chirp is like itself at one place only.
    let chirp: Vec<i16> = (0..2 * RATE).map(|n| tone_sample(300.0 + n as f32 / 20.0, n)).collect();
    let mut heard = vec![0i16; 5_000];
    heard.extend(&chirp);
    assert_eq!(find(&chirp, Duration::from_millis(500), &heard), Some(9_000));
    assert_eq!(find(&chirp, Duration::from_millis(500), &tone(700.0)), None);
}
