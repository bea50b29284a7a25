//! The recordings that can be played, as A-law at 8,000 samples a second. Made of bytes that `io` read; no file
//! is opened here.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::event::PromptId;
use crate::rtp::g711;

/// Recordings by name.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Prompts(BTreeMap<PromptId, Arc<[u8]>>);

/// Why a file cannot be played.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PromptError {
    /// Not a sample in it.
    #[error("the recording is empty")]
    Empty,
    /// Longer than [`PROMPT_MAX`].
    #[error("the recording is longer than 30 minutes")]
    TooLong,
    /// A WAV file that ends too early or lies about its parts.
    #[error("the WAV file is damaged")]
    Damaged,
    /// Another rate.
    #[error("{0} samples a second where 8000 are needed")]
    Rate(u32),
    /// Not mono.
    #[error("{0} channels where one is needed")]
    Channels(u16),
    /// Another encoding.
    #[error("WAV format {format} with {bits} bits; 16-bit PCM, A-law and µ-law can be played")]
    Encoding {
        /// The format tag of the file.
        format: u16,
        /// Bits of a sample.
        bits: u16,
    },
    /// Neither WAV nor A-law.
    #[error("neither a WAV file nor raw A-law")]
    NotAudio,
}

impl Prompts {
    /// No recordings.
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// Keeps a recording in A-law, as [`decode`] returns it.
    pub fn insert(&mut self, prompt: PromptId, alaw: impl Into<Arc<[u8]>>) {
        self.0.insert(prompt, alaw.into());
    }

    /// A recording in A-law.
    pub fn get(&self, prompt: &PromptId) -> Option<&Arc<[u8]>> {
        self.0.get(prompt)
    }

    /// Whether it can be played.
    pub fn contains(&self, prompt: &PromptId) -> bool {
        self.0.contains_key(prompt)
    }

    /// How long it plays.
    pub fn duration(&self, prompt: &PromptId) -> Option<Duration> {
        let samples = u64::try_from(self.get(prompt)?.len()).unwrap_or(u64::MAX);
        Some(Duration::from_micros(samples.saturating_mul(125)))
    }

    /// All, in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (&PromptId, &Arc<[u8]>)> {
        self.0.iter()
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Prompts {
    /// Names only: minutes of sound are nothing to read.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// Turns the bytes of a file into A-law: a WAV file (8 kHz, mono; 16-bit PCM, A-law or µ-law) or raw A-law.
pub fn decode(file: &[u8]) -> Result<Vec<u8>, PromptError> {
    let alaw = match file {
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E', chunks @ ..] => wav(chunks)?,
        _ if file.is_empty() => return Err(PromptError::Empty),
        _ if is_alaw(file) => file.to_vec(),
        _ => return Err(PromptError::NotAudio),
    };
    match alaw.len() {
        0 => Err(PromptError::Empty),
        n if n > PROMPT_MAX => Err(PromptError::TooLong),
        _ => Ok(alaw),
    }
}

fn wav(mut chunks: &[u8]) -> Result<Vec<u8>, PromptError> {
    let mut format = None;
    loop {
        let (head, rest) = chunks.split_first_chunk::<8>().ok_or(PromptError::Damaged)?;
        let [a, b, c, d, s0, s1, s2, s3] = *head;
        let size = usize::try_from(u32::from_le_bytes([s0, s1, s2, s3])).unwrap_or(usize::MAX);
        let body = rest.get(..size);
        match &[a, b, c, d] {
            b"fmt " => format = Some(Format::parse(body.ok_or(PromptError::Damaged)?)?),
            b"data" => {
                let format = format.ok_or(PromptError::Damaged)?;
                // Recorders that write to a pipe leave the size at its maximum.
                let body = body.or((size >= UNKNOWN_SIZE).then_some(rest)).ok_or(PromptError::Damaged)?;
                return format.to_alaw(body);
            }
            _ => {}
        }
        // Chunks begin at even places.
        chunks = rest.get(size.saturating_add(size & 1)..).ok_or(PromptError::Damaged)?;
    }
}

#[derive(Clone, Copy)]
enum Format {
    Pcm,
    Alaw,
    Ulaw,
}

impl Format {
    fn parse(body: &[u8]) -> Result<Self, PromptError> {
        let (fixed, rest) = body.split_first_chunk::<16>().ok_or(PromptError::Damaged)?;
        let [f0, f1, c0, c1, r0, r1, r2, r3, _, _, _, _, _, _, b0, b1] = *fixed;
        let (channels, rate) = (u16::from_le_bytes([c0, c1]), u32::from_le_bytes([r0, r1, r2, r3]));
        let bits = u16::from_le_bytes([b0, b1]);
        let format = match (u16::from_le_bytes([f0, f1]), rest) {
            (EXTENSIBLE, [_, _, _, _, _, _, _, _, e0, e1, ..]) => u16::from_le_bytes([*e0, *e1]),
            (format, _) => format,
        };
        if rate != 8000 {
            return Err(PromptError::Rate(rate));
        }
        if channels != 1 {
            return Err(PromptError::Channels(channels));
        }
        match (format, bits) {
            (1, 16) => Ok(Self::Pcm),
            (6, 8) => Ok(Self::Alaw),
            (7, 8) => Ok(Self::Ulaw),
            (format, bits) => Err(PromptError::Encoding { format, bits }),
        }
    }

    fn to_alaw(self, body: &[u8]) -> Result<Vec<u8>, PromptError> {
        let mut alaw = vec![0; body.len()];
        match self {
            Self::Alaw => alaw.copy_from_slice(body),
            Self::Ulaw => g711::translate(&g711::ULAW_TO_ALAW, body, &mut alaw),
            Self::Pcm => {
                let (samples, odd) = body.as_chunks::<2>();
                if !odd.is_empty() {
                    return Err(PromptError::Damaged);
                }
                alaw = samples.iter().map(|s| g711::alaw_from_linear(i16::from_le_bytes(*s))).collect();
            }
        }
        Ok(alaw)
    }
}

/// Raw A-law has no mark of its own, but sound goes to both sides of zero and text does not, and other formats
/// begin with theirs.
fn is_alaw(file: &[u8]) -> bool {
    let foreign = FOREIGN.iter().any(|magic| file.starts_with(magic));
    let sample = file.get(..4096).unwrap_or(file);
    !foreign
        && sample.iter().any(|byte| byte & 0x80 != 0)
        && !(file.len() > 64 && std::str::from_utf8(file).is_ok())
}

/// Bytes of the longest recording: 30 minutes.
pub const PROMPT_MAX: usize = 8000 * 60 * 30;
/// WAVE_FORMAT_EXTENSIBLE.
const EXTENSIBLE: u16 = 0xfffe;
const UNKNOWN_SIZE: usize = 0x7fff_0000;
/// MP3 (with and without tags), Ogg, FLAC, AU, AMR, RIFF of another kind, big-endian RIFF, Matroska.
const FOREIGN: [&[u8]; 11] = [
    b"ID3",
    b"\xff\xfb",
    b"\xff\xf3",
    b"OggS",
    b"fLaC",
    b".snd",
    b"#!AMR",
    b"RIFF",
    b"RIFX",
    b"\x1aE\xdf\xa3",
    b"FORM",
];
