//! A stand-in for the media plane in runs without sound: it only knows when a recording would have ended.
//!
//! A city's busy hour has millions of frames, and none of them changes what the node does.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use crate::media::{Command, Event, Port, Prompts, Source};
use crate::stdx::Instant;

#[derive(Debug)]
pub(crate) struct Shadow {
    prompts: Arc<Prompts>,
    ports: BTreeMap<Port, Line>,
    events: VecDeque<Event>,
}

#[derive(Debug, Default)]
struct Line {
    connected: bool,
    /// Waits for `Connect`: how long it plays, and its ticket.
    next: Option<(Duration, u32)>,
    /// Plays: until when, and its ticket.
    playing: Option<(Instant, u32)>,
}

/// How long the tone lasts that stands in for a missing recording.
const SHORT: Duration = Duration::from_millis(400);

impl Shadow {
    pub(crate) fn new(prompts: Arc<Prompts>) -> Self {
        Self { prompts, ports: BTreeMap::new(), events: VecDeque::new() }
    }

    pub(crate) fn handle_command(&mut self, now: Instant, command: &Command) {
        match command {
            Command::Open { port } => {
                self.ports.insert(*port, Line::default());
            }
            Command::Connect { port, .. } => self.line(*port, |line| {
                line.connected = true;
                line.begin(now);
            }),
            Command::Play { port, what, ticket } => self.play(now, *port, what, *ticket),
            Command::Stop { port } => self.line(*port, Line::stop),
            Command::Bridge { a, b } => {
                self.line(*a, Line::stop);
                self.line(*b, Line::stop);
            }
            Command::Unbridge { .. } => {}
            Command::Close { port } => {
                self.ports.remove(port);
            }
            Command::Prompts(prompts) => self.prompts = Arc::clone(prompts),
        }
    }

    fn play(&mut self, now: Instant, port: Port, what: &Source, ticket: u32) {
        let length = match what {
            Source::Prompt { prompt, from } => match self.prompts.duration(prompt) {
                Some(length) => Some(length.saturating_sub(*from)),
                None => {
                    let prompt = prompt.clone();
                    self.events.push_back(Event::PromptMissing { port, prompt, ticket });
                    Some(SHORT)
                }
            },
            Source::Tone(crate::media::Tone::Short) => Some(SHORT),
            Source::Loop { .. } | Source::Tone(_) | Source::Silence => None,
        };
        self.line(port, |line| {
            line.stop();
            line.next = length.map(|length| (length, ticket));
            line.begin(now);
        });
    }

    fn line(&mut self, port: Port, act: impl FnOnce(&mut Line)) {
        if let Some(line) = self.ports.get_mut(&port) {
            act(line);
        }
    }

    pub(crate) fn handle_timeout(&mut self, now: Instant) {
        for (port, line) in &mut self.ports {
            if let Some((at, ticket)) = line.playing.filter(|(at, _)| *at <= now) {
                debug_assert!(at <= now);
                line.playing = None;
                self.events.push_back(Event::Played { port: *port, ticket });
            }
        }
    }

    pub(crate) fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    pub(crate) fn poll_timeout(&self) -> Option<Instant> {
        self.ports.values().filter_map(|line| line.playing.map(|(at, _)| at)).min()
    }
}

impl Line {
    fn begin(&mut self, now: Instant) {
        if let (true, Some((length, ticket))) = (self.connected, self.next.take_if(|_| self.connected)) {
            self.playing = Some((now + length, ticket));
        }
    }

    fn stop(&mut self) {
        (self.next, self.playing) = (None, None);
    }
}
