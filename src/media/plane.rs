//! The machine: streams, the bridges between them, and the wheel that lets them play.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;

use super::player::{Player, Tones};
use super::stream::{Stream, Terms};
use super::table::{Place, Table};
use super::wheel::Wheel;
use super::{Command, Event, Output, Port, Prompts, Source, Stats};
use crate::stdx::{Instant, Rng};

/// All streams of one node.
#[derive(Debug)]
pub struct Plane {
    prompts: Arc<Prompts>,
    tones: Tones,
    rng: Rng,
    table: Table,
    wheel: Wheel,
    outputs: VecDeque<Output>,
    unknown: Unknown,
}

/// What concerned no open stream.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Unknown {
    /// Commands that did nothing.
    pub commands: u64,
    /// Packets that were dropped.
    pub packets: u64,
}

impl Plane {
    /// A plane without streams.
    pub fn new(prompts: Arc<Prompts>, seed: Rng) -> Self {
        Self {
            prompts,
            tones: Tones::new(),
            rng: seed,
            table: Table::new(),
            wheel: Wheel::default(),
            outputs: VecDeque::new(),
            unknown: Unknown::default(),
        }
    }

    /// Uses other recordings from now on; what plays goes on as it was.
    pub fn set_prompts(&mut self, prompts: Arc<Prompts>) {
        self.prompts = prompts;
    }

    /// Does what the node asks.
    pub fn handle_command(&mut self, now: Instant, command: Command) {
        let done = match command {
            Command::Open { port } => self.open(now, port),
            Command::Connect { port, remote, codec, payload_type, dtmf, source, send, receive } => {
                let terms = Terms { remote, codec, payload_type, dtmf, send, receive };
                self.with(port, |stream| stream.connect(terms, source)) && self.connected(now, port)
            }
            Command::Play { port, what, ticket } => self.play(now, port, what, ticket),
            Command::Stop { port } => self.with(port, Self::stop),
            Command::Bridge { a, b } => self.bridge(a, b),
            Command::Unbridge { a, b } => self.unbridge(a, b),
            Command::Close { port } => self.close(port),
            Command::Prompts(prompts) => {
                self.set_prompts(prompts);
                true
            }
        };
        if !done {
            self.unknown.commands += 1;
        }
    }

    /// Takes a datagram that came to `port`. What is to be relayed goes out at once.
    pub fn handle_packet(&mut self, now: Instant, port: Port, source: SocketAddr, data: &[u8]) {
        let Some(stream) = self.table.get_mut(port) else {
            self.unknown.packets += 1;
            return;
        };
        let Some(taken) = stream.take(source, data) else { return };
        let bridge = stream.bridge;
        if taken.first {
            self.outputs.push_back(Output::Event(Event::FirstPacket { port }));
        }
        if let Some(digit) = taken.digit {
            self.outputs.push_back(Output::Event(Event::Digit { port, digit }));
        }
        let other = bridge.and_then(|port| self.table.get_mut(port));
        if let Some(other) = other
            && let Some((to, data)) = other.relay(now, &taken)
        {
            self.outputs.push_back(Output::Send { port: other.port, to, data });
        }
    }

    /// Plays what is due. Harmless when early; when late, what is due is sent at once.
    pub fn handle_timeout(&mut self, now: Instant) {
        while let Some((ms, mut places)) = self.wheel.take_due(now.as_millis()) {
            places.retain(|place| self.play_frame(Instant::from_millis(ms), *place));
            self.wheel.put_back(ms, places);
        }
    }

    /// What is to be sent and told, until `None`.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When to call [`Self::handle_timeout`].
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.wheel.next_occupied().map(Instant::from_millis)
    }

    /// The counters of a stream, if it is open.
    pub fn stats(&self, port: Port) -> Option<Stats> {
        self.table.get(port).map(Stream::stats)
    }

    /// Commands and packets that concerned no open stream.
    pub const fn unknown(&self) -> Unknown {
        self.unknown
    }

    /// How many streams are open.
    pub fn len(&self) -> usize {
        self.table.len()
    }

    /// Whether no stream is open.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn open(&mut self, now: Instant, port: Port) -> bool {
        self.close(port);
        let stream = Stream::new(now, port, &mut self.rng);
        self.table.insert(stream)
    }

    /// After a `Connect`: what waited begins, and both directions begin anew.
    fn connected(&mut self, now: Instant, port: Port) -> bool {
        self.enter_wheel(now, port);
        let bridge = self.table.get_mut(port).and_then(|stream| stream.bridge);
        if let Some(other) = bridge {
            self.with(other, Stream::switch);
        }
        true
    }

    fn play(&mut self, now: Instant, port: Port, what: Source, ticket: u32) -> bool {
        let Some(stream) = self.table.get_mut(port) else { return false };
        let (player, missing) = Player::new(what, ticket, now.as_millis(), &self.prompts, &self.tones);
        stream.player = Some(player);
        stream.switch();
        if let Some(prompt) = missing {
            self.outputs.push_back(Output::Event(Event::PromptMissing { port, prompt, ticket }));
        }
        self.enter_wheel(now, port);
        true
    }

    fn stop(stream: &mut Stream) {
        stream.player = None;
        stream.switch();
    }

    fn bridge(&mut self, a: Port, b: Port) -> bool {
        if a == b || self.table.place(a).is_none() || self.table.place(b).is_none() {
            return false;
        }
        for (port, other) in [(a, b), (b, a)] {
            if let Some(before) =
                self.table.get(port).and_then(|stream| stream.bridge).filter(|p| *p != other)
            {
                self.unbridge(port, before);
            }
            self.with(port, Self::stop);
            self.with(port, |stream| stream.bridge = Some(other));
        }
        true
    }

    fn unbridge(&mut self, a: Port, b: Port) -> bool {
        let bridged = self.table.get(a).is_some_and(|stream| stream.bridge == Some(b));
        if bridged {
            self.with(a, |stream| stream.bridge = None);
            self.with(b, |stream| stream.bridge = None);
        }
        bridged
    }

    fn close(&mut self, port: Port) -> bool {
        let Some((place, stream)) = self.table.remove(port) else { return false };
        if stream.in_wheel {
            self.wheel.remove(stream.phase, place);
        }
        if let Some(other) = stream.bridge {
            self.with(other, |other| other.bridge = None);
        }
        true
    }

    fn enter_wheel(&mut self, now: Instant, port: Port) {
        let Some(place) = self.table.place(port) else { return };
        let Some(stream) = self.table.at_mut(place) else { return };
        if stream.player.is_some() && stream.is_connected() && !stream.in_wheel {
            stream.in_wheel = true;
            self.wheel.insert(now.as_millis(), stream.phase, place);
        }
    }

    /// Plays one frame; `false` if the stream leaves the wheel.
    fn play_frame(&mut self, now: Instant, place: Place) -> bool {
        let Some(stream) = self.table.at_mut(place) else { return false };
        let port = stream.port;
        match stream.play(now) {
            Ok(Some((to, data))) => self.outputs.push_back(Output::Send { port, to, data }),
            Ok(None) => {}
            Err(ticket) => self.outputs.push_back(Output::Event(Event::Played { port, ticket })),
        }
        stream.in_wheel = stream.player.is_some();
        stream.in_wheel
    }

    fn with(&mut self, port: Port, change: impl FnOnce(&mut Stream)) -> bool {
        self.table.get_mut(port).map(change).is_some()
    }
}
