//! One thing that is played, 20 ms at a time. Everything is A-law in memory; µ-law is made on the way out.

use std::sync::Arc;
use std::time::Duration;

use super::tone::{self, FRAME_SAMPLES};
use super::{Prompts, Source, Tone};
use crate::event::PromptId;
use crate::rtp::g711;
use crate::sdp::Codec;

#[derive(Debug)]
pub(super) struct Player {
    alaw: Arc<[u8]>,
    position: usize,
    repeats: bool,
    pub(super) ticket: u32,
    /// No frame before this millisecond: it was not playing then.
    pub(super) from_ms: u64,
}

impl Player {
    /// Begins, and names the recording that is missing if one is.
    pub(super) fn new(
        what: Source,
        ticket: u32,
        now_ms: u64,
        prompts: &Prompts,
        tones: &Tones,
    ) -> (Self, Option<PromptId>) {
        let (alaw, from, repeats, missing) = match what {
            Source::Prompt { prompt, from } => match prompts.get(&prompt) {
                Some(alaw) => (alaw, from, false, None),
                None => (&tones.short, Duration::ZERO, false, Some(prompt)),
            },
            Source::Loop { prompt } => match prompts.get(&prompt).filter(|alaw| !alaw.is_empty()) {
                Some(alaw) => (alaw, Duration::ZERO, true, None),
                None => (&tones.ringback, Duration::ZERO, true, Some(prompt)),
            },
            Source::Tone(Tone::Ringback) => (&tones.ringback, Duration::ZERO, true, None),
            Source::Tone(Tone::Busy) => (&tones.busy, Duration::ZERO, true, None),
            Source::Tone(Tone::Short) => (&tones.short, Duration::ZERO, false, None),
            Source::Silence => (&tones.silence, Duration::ZERO, true, None),
        };
        let position = usize::try_from(from.as_nanos() / 125_000).unwrap_or(usize::MAX);
        (Self { alaw: Arc::clone(alaw), position, repeats, ticket, from_ms: now_ms }, missing)
    }

    /// Writes the next 20 ms; `false` if there is nothing more.
    pub(super) fn next_frame(&mut self, codec: Codec, frame: &mut [u8; FRAME_SAMPLES]) -> bool {
        let mut filled = 0;
        while filled < FRAME_SAMPLES {
            let rest = self.alaw.get(self.position..).unwrap_or_default();
            let room = frame.get_mut(filled..).unwrap_or_default();
            let count = rest.len().min(room.len());
            match codec {
                Codec::Pcma => room.iter_mut().zip(rest).for_each(|(to, from)| *to = *from),
                Codec::Pcmu => g711::translate(&g711::ALAW_TO_ULAW, rest, room),
            }
            filled += count;
            self.position = self.position.saturating_add(count);
            if count == 0 && self.repeats && !self.alaw.is_empty() {
                self.position = 0;
            } else if count == 0 {
                room.fill(silence(codec));
                return filled > 0;
            }
        }
        true
    }

    /// Lets the next 20 ms pass unheard; `false` if there is nothing more.
    pub(super) fn skip_frame(&mut self) -> bool {
        if !self.repeats && self.position >= self.alaw.len() {
            return false;
        }
        self.position = self.position.saturating_add(FRAME_SAMPLES);
        if self.repeats {
            self.position = self.position.checked_rem(self.alaw.len()).unwrap_or(0);
        }
        true
    }
}

/// The signal tones, made once.
#[derive(Debug)]
pub(super) struct Tones {
    ringback: Arc<[u8]>,
    busy: Arc<[u8]>,
    short: Arc<[u8]>,
    silence: Arc<[u8]>,
}

impl Tones {
    pub(super) fn new() -> Self {
        Self {
            ringback: tone::signal(Tone::Ringback).into(),
            busy: tone::signal(Tone::Busy).into(),
            short: tone::signal(Tone::Short).into(),
            silence: [g711::ALAW_SILENCE; FRAME_SAMPLES].into(),
        }
    }
}

const fn silence(codec: Codec) -> u8 {
    match codec {
        Codec::Pcma => g711::ALAW_SILENCE,
        Codec::Pcmu => g711::ULAW_SILENCE,
    }
}
