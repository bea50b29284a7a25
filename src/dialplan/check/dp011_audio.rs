//! dp011: a recording that is missing or cannot be played. What can be played: WAV, 8 kHz, mono, 16-bit PCM
//! or A-law (RFC 2361), and raw A-law (`.alaw`).

use std::path::{Component, Path};
use std::time::Duration;

use crate::dialplan::schema::{AnnouncementRow, Entry, Length, Schema, Spanned, Text};
use crate::dialplan::{Audio, Diagnostic};

const HELP: &str = "convert it: `sox IN -r 8000 -c 1 -b 16 OUT.wav`";
const MISSING: &str =
    "put it there, below the plan's directory; `tools/announcements PLAN` speaks what a plan lacks";

pub(super) fn check(schema: &Schema, audio: &dyn Audio, found: &mut Vec<Diagnostic>) {
    let spoken = schema.spoken();
    for entry in &schema.announcement {
        let mut recordings = Recordings { entry, audio, spoken: spoken.contains(entry.key.as_str()), found };
        let must_hear = entry.row.must_hear.as_ref();
        recordings.check(&entry.row.file, must_hear);
        for variant in entry.row.variants.iter().flatten().map(Spanned::get_ref) {
            recordings.check(&variant.file, variant.must_hear.as_ref().or(must_hear));
        }
    }
}

/// The recordings of an announcement, one a language.
struct Recordings<'a> {
    entry: &'a Entry<AnnouncementRow>,
    audio: &'a dyn Audio,
    /// Whether callers hear it once, from end to end; music may last as long as it likes.
    spoken: bool,
    found: &'a mut Vec<Diagnostic>,
}

impl Recordings<'_> {
    fn check(&mut self, file: &Text, must_hear: Option<&Spanned<Length>>) {
        let Some(file) = file else { return };
        let name = file.get_ref();
        let inside = |part| matches!(part, Component::Normal(_) | Component::CurDir);
        if !Path::new(name).components().all(inside) {
            let message = format!("`{name}` leaves the plan directory");
            return self.say(file, message, "put the recording below the plan, in audio/");
        }
        let bytes = match self.audio.read(name) {
            Ok(bytes) => bytes,
            Err(error) => {
                let help = if error.kind() == std::io::ErrorKind::NotFound { MISSING } else { HELP };
                return self.say(file, format!("cannot read the recording `{name}`: {error}"), help);
            }
        };
        let raw = Path::new(name).extension().is_some_and(|ext| ext == "alaw");
        let length = match if raw { length_of(bytes.len(), 1) } else { wav(&bytes) } {
            Ok(length) => length,
            Err(why) => return self.say(file, format!("`{name}` cannot be played: {why}"), HELP),
        };
        let must_hear = must_hear.map(|must| must.get_ref().0);
        if must_hear.is_some_and(|must| must > length) {
            let message = format!("`{name}` lasts {} ms, less than its `must-hear`", length.as_millis());
            self.say(file, message, "shorten `must-hear`, or see whether the recording is whole");
        }
        if self.spoken && length > SPOKEN_MAX {
            let message =
                format!("`{name}` lasts {} s, and a call goes on after {SPOKEN_MAX:?}", length.as_secs());
            self.say(file, message, "say it in fewer words: the end of it would not be heard");
        }
    }

    fn say(&mut self, file: &Spanned<String>, message: String, help: &str) {
        self.found.push(Diagnostic::error("dp011", self.entry.place(file), message).help(help));
    }
}

/// Longest announcement that is heard to its end; `call::announce` goes on a little later.
const SPOKEN_MAX: Duration = Duration::from_secs(60);

/// Why a recording cannot be played.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
enum BadAudio {
    #[error("it is not a WAV file")]
    NotWav,
    #[error("it ends too early")]
    Short,
    #[error("it has no `fmt ` chunk")]
    NoFormat,
    #[error("it has {0} samples a second, not 8000")]
    Rate(u32),
    #[error("it has {0} channels, not one")]
    Channels(u16),
    #[error("it is neither 16-bit PCM nor A-law (format {0}, {1} bits)")]
    Format(u16, u16),
    #[error("there is no sound in it")]
    Empty,
}

fn length_of(bytes: usize, bytes_a_sample: u64) -> Result<Duration, BadAudio> {
    let samples = u64::try_from(bytes).unwrap_or(u64::MAX) / bytes_a_sample;
    if samples == 0 { Err(BadAudio::Empty) } else { Ok(Duration::from_micros(samples.saturating_mul(125))) }
}

fn wav(bytes: &[u8]) -> Result<Duration, BadAudio> {
    if bytes.get(..4) != Some(b"RIFF") || bytes.get(8..12) != Some(b"WAVE") {
        return Err(BadAudio::NotWav);
    }
    let mut rest = bytes.get(12..).unwrap_or_default();
    let mut bytes_a_sample = None;
    while let (Some(id), Some(size)) = (rest.get(..4), word(rest, 4)) {
        let size = usize::try_from(size).map_err(|_| BadAudio::Short)?;
        let body = rest.get(8..).unwrap_or_default();
        match id {
            b"fmt " => bytes_a_sample = Some(format(body)?),
            b"data" => {
                let bytes_a_sample = bytes_a_sample.ok_or(BadAudio::NoFormat)?;
                let sound = body.get(..size).ok_or(BadAudio::Short)?;
                return length_of(sound.len(), bytes_a_sample);
            }
            _ => {}
        }
        // Chunks begin on even bytes.
        rest = body.get(size.saturating_add(size % 2)..).ok_or(BadAudio::Short)?;
    }
    Err(if bytes_a_sample.is_some() { BadAudio::Empty } else { BadAudio::NoFormat })
}

fn format(body: &[u8]) -> Result<u64, BadAudio> {
    let (tag, channels) = (half(body, 0).ok_or(BadAudio::Short)?, half(body, 2).ok_or(BadAudio::Short)?);
    let (rate, bits) = (word(body, 4).ok_or(BadAudio::Short)?, half(body, 14).ok_or(BadAudio::Short)?);
    match (rate, channels, tag, bits) {
        (8000, 1, 1, 16) => Ok(2),
        (8000, 1, 6, 8) => Ok(1),
        (8000, 1, _, _) => Err(BadAudio::Format(tag, bits)),
        (8000, _, _, _) => Err(BadAudio::Channels(channels)),
        (_, _, _, _) => Err(BadAudio::Rate(rate)),
    }
}

fn half(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at.checked_add(2)?)?.try_into().ok().map(u16::from_le_bytes)
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at.checked_add(4)?)?.try_into().ok().map(u32::from_le_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(tag: u16, channels: u16, rate: u32, bits: u16, sound: usize) -> Vec<u8> {
        let mut bytes = b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0".to_vec();
        bytes.extend(tag.to_le_bytes());
        bytes.extend(channels.to_le_bytes());
        bytes.extend(rate.to_le_bytes());
        bytes.extend([0; 6]);
        bytes.extend(bits.to_le_bytes());
        // A chunk nobody needs, of odd length.
        bytes.extend(b"LIST\x03\0\0\0abc\0data");
        bytes.extend(u32::try_from(sound).unwrap().to_le_bytes());
        bytes.resize(bytes.len() + sound, 0);
        bytes
    }

    #[test]
    fn only_what_can_be_played_passes() {
        assert_eq!(wav(&file(1, 1, 8000, 16, 16_000)), Ok(Duration::from_secs(1)));
        assert_eq!(wav(&file(6, 1, 8000, 8, 16_000)), Ok(Duration::from_secs(2)));
        assert_eq!(wav(&file(1, 1, 44_100, 16, 16_000)), Err(BadAudio::Rate(44_100)));
        assert_eq!(wav(&file(1, 2, 8000, 16, 16_000)), Err(BadAudio::Channels(2)));
        assert_eq!(wav(&file(7, 1, 8000, 8, 16_000)), Err(BadAudio::Format(7, 8)));
        assert_eq!(wav(&file(1, 1, 8000, 16, 0)), Err(BadAudio::Empty));
        assert_eq!(wav(b"ID3"), Err(BadAudio::NotWav));
        assert_eq!(wav(b"RIFF\0\0\0\0WAVE"), Err(BadAudio::NoFormat));
        let whole = file(1, 1, 8000, 16, 100);
        assert_eq!(wav(&whole[..whole.len() - 1]), Err(BadAudio::Short));
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_judged_without_a_panic(mut bytes: Vec<u8>) {
            let head = b"RIFF\0\0\0\0WAVE";
            bytes.splice(0..0, head.iter().copied());
            let _judged = wav(&bytes);
        }
    }
}
