//! The plane as its peers hear it: packets and time go in, sound is judged by frequency.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use super::*;
use crate::event::PromptId;
use crate::rtp::{DtmfEvent, Header, RtpPacket};
use crate::sdp::Codec::{self, Pcma, Pcmu};
use crate::stdx::{Instant, Rng};

mod continuity;
mod guarding;
mod playing;
mod recordings;
mod relaying;

const A: Port = Port(20_000);
const B: Port = Port(20_002);

/// A plane with its time, and all that came out of it.
struct World {
    plane: Plane,
    now: Instant,
    sent: Vec<Sent>,
    events: Vec<(u64, Event)>,
}

struct Sent {
    ms: u64,
    port: Port,
    to: SocketAddr,
    header: Header,
    payload: Vec<u8>,
}

/// A peer that sends a tone in 20 ms packets.
struct Talker {
    port: Port,
    from: SocketAddr,
    codec: Codec,
    hz: f64,
    sent: u32,
    header: Header,
}

impl World {
    fn new() -> Self {
        Self::seeded(1)
    }

    fn seeded(seed: u64) -> Self {
        let plane = Plane::new(Arc::new(prompts()), Rng::from_seed(seed));
        Self { plane, now: Instant::from_millis(1), sent: Vec::new(), events: Vec::new() }
    }

    /// Two strict legs, A and B, and a bridge between them.
    fn bridged(a: Codec, b: Codec) -> Self {
        let mut w = Self::new();
        w.leg(A, a);
        w.leg(B, b);
        w.command(Command::Bridge { a: A, b: B });
        w
    }

    fn leg(&mut self, port: Port, codec: Codec) {
        self.command(Command::Open { port });
        self.connect(port, codec, true, true);
    }

    fn connect(&mut self, port: Port, codec: Codec, send: bool, receive: bool) {
        self.connect_from(port, codec, SourcePolicy::Strict, send, receive);
    }

    fn connect_from(&mut self, port: Port, codec: Codec, source: SourcePolicy, send: bool, receive: bool) {
        let payload_type = codec.static_payload_type();
        let dtmf = Some(dtmf(port));
        let remote = remote(port);
        self.command(Command::Connect { port, remote, codec, payload_type, dtmf, source, send, receive });
    }

    fn play(&mut self, port: Port, what: Source, ticket: u32) {
        self.command(Command::Play { port, what, ticket });
    }

    fn command(&mut self, command: Command) {
        self.plane.handle_command(self.now, command);
        self.drain();
    }

    fn packet(&mut self, port: Port, from: SocketAddr, data: &[u8]) {
        self.plane.handle_packet(self.now, port, from, data);
        self.drain();
    }

    /// Lets time pass as `io` would.
    fn run(&mut self, ms: u64) {
        let end = Instant::from_millis(self.now.as_millis() + ms);
        while let Some(at) = self.plane.poll_timeout().filter(|at| *at <= end) {
            self.now = at.max(self.now);
            self.plane.handle_timeout(self.now);
            self.drain();
        }
        self.now = end;
    }

    /// Lets the talkers talk for a time, every 20 ms.
    fn talk(&mut self, talkers: &mut [&mut Talker], ms: u64) {
        for _ in 0..ms / 20 {
            for talker in talkers.iter_mut() {
                let data = talker.next();
                self.packet(talker.port, talker.from, &data);
            }
            self.run(20);
        }
    }

    fn drain(&mut self) {
        let ms = self.now.as_millis();
        while let Some(output) = self.plane.poll_output() {
            match output {
                Output::Event(event) => self.events.push((ms, event)),
                Output::Send { port, to, data } => {
                    let packet = RtpPacket::parse(&data).unwrap();
                    let payload = packet.payload.to_vec();
                    self.sent.push(Sent { ms, port, to, header: packet.header, payload });
                }
            }
        }
    }

    fn to(&self, port: Port) -> impl Iterator<Item = &Sent> {
        self.sent.iter().filter(move |sent| sent.port == port)
    }

    /// What the peer of `port` heard since `ms`.
    fn heard(&self, port: Port, codec: Codec, since_ms: u64) -> Vec<i16> {
        let audio = codec.static_payload_type();
        let packets = self.to(port).filter(|s| s.ms >= since_ms && s.header.payload_type == audio);
        packets.flat_map(|sent| tone::decode(codec, &sent.payload)).collect()
    }

    fn events(&self) -> Vec<Event> {
        self.events.iter().map(|(_, event)| event.clone()).collect()
    }

    fn stats(&self, port: Port) -> Stats {
        self.plane.stats(port).unwrap()
    }
}

impl Talker {
    fn new(port: Port, codec: Codec, hz: f64) -> Self {
        let payload_type = codec.static_payload_type();
        let ssrc = 0xaaaa_0000 | u32::from(port.0);
        let header = Header { marker: true, payload_type, sequence: 65_530, timestamp: u32::MAX - 500, ssrc };
        Self { port, from: remote(port), codec, hz, sent: 0, header }
    }

    fn next(&mut self) -> Vec<u8> {
        let samples = tone::sine(self.hz, 0.5, self.sent, 160);
        let data = [&self.header.to_bytes()[..], &tone::encode(self.codec, &samples)].concat();
        self.advance();
        data
    }

    /// One packet of 20 ms is not sent, or lost.
    fn advance(&mut self) {
        self.sent += 160;
        self.header.marker = false;
        self.header.sequence = self.header.sequence.wrapping_add(1);
        self.header.timestamp = self.header.timestamp.wrapping_add(160);
    }

    /// A packet of a key press that began at the talker's present timestamp.
    fn key(&mut self, digit: char, duration: u16, end: bool) -> Vec<u8> {
        let event = DtmfEvent { event: DtmfEvent::of_digit(digit).unwrap(), end, volume: 10, duration };
        let header = Header { payload_type: dtmf(self.port), marker: duration == 160, ..self.header };
        self.header.sequence = self.header.sequence.wrapping_add(1);
        [&header.to_bytes()[..], &event.to_bytes()].concat()
    }
}

fn remote(port: Port) -> SocketAddr {
    SocketAddr::new(host(1), port.0 + 10_000)
}

fn host(n: u8) -> IpAddr {
    IpAddr::V4(Ipv4Addr::new(198, 51, 100, n))
}

fn dtmf(port: Port) -> u8 {
    if port == A { 96 } else { 101 }
}

/// `welcome`: 1 s of 700 Hz. `music`: 0.5 s of 600 Hz. `odd`: 250 samples.
fn prompts() -> Prompts {
    let mut prompts = Prompts::new();
    for (name, hz, samples) in [("welcome", 700.0, 8000), ("music", 600.0, 4000), ("odd", 700.0, 250)] {
        prompts.insert(PromptId::new(name), tone::encode(Pcma, &tone::sine(hz, 0.5, 0, samples)));
    }
    prompts
}

fn prompt(name: &str) -> Source {
    Source::Prompt { prompt: PromptId::new(name), from: Duration::ZERO }
}

fn music() -> Source {
    Source::Loop { prompt: PromptId::new("music") }
}

#[track_caller]
fn assert_tone(samples: &[i16], hz: f64) {
    let share = tone::share_at(samples, hz);
    assert!(share > 0.95, "{hz} Hz is {share} of {} samples", samples.len());
}

/// The longest time without a packet to `port`, from `since_ms` on.
fn longest_gap(w: &World, port: Port, since_ms: u64) -> u64 {
    let times: Vec<u64> =
        w.to(port).map(|sent| sent.ms).filter(|ms| *ms >= since_ms).chain([w.now.as_millis()]).collect();
    times.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap()
}
