//! Two stacks, or one and a scripted peer, on a small network with a seed.

mod auth;
mod calls;
mod changes;
mod faults;
mod fuzz;
mod refusals;
mod registrations;

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;

use super::{Event, Invite, Output, Settings, Stack};
use crate::sip::wire::Message;
use crate::stdx::{Instant, Rng};

const SDP: &[u8] = b"v=0\r\no=- 1 1 IN IP4 10.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\n";

/// Addresses: stacks are 0 and 1, scripted peers higher.
fn addr(n: u8) -> SocketAddr {
    SocketAddr::from(([10, 0, 0, n + 1], 5060))
}

fn sdp() -> Bytes {
    Bytes::from_static(SDP)
}

type Tamper = Box<dyn FnMut(&Message) -> bool>;

struct World {
    now: Instant,
    stacks: Vec<Stack>,
    flight: BTreeMap<(Instant, u64), (SocketAddr, SocketAddr, Bytes)>,
    sent: u64,
    rng: Rng,
    loss: u32,
    twice: u32,
    jitter: u64,
    /// Loses the messages for which it says true.
    lose: Tamper,
    events: Vec<VecDeque<Event>>,
    /// How often 100 was told: seldom what a test is about.
    tryings: usize,
    /// What scripted peers received.
    mail: VecDeque<(SocketAddr, Message)>,
    /// Every datagram ever sent: start line and destination.
    log: Vec<(SocketAddr, Bytes)>,
}

impl World {
    fn new(seed: u64) -> Self {
        let mut rng = Rng::from_seed(seed);
        let stacks = (0..2)
            .map(|n| {
                let mut stack = Stack::new(Settings::new(addr(n)), rng.fork());
                stack.set_trusted((0..4).map(|peer| (addr(peer).ip(), None)).collect());
                stack
            })
            .collect();
        Self {
            now: Instant::from_millis(1000),
            stacks,
            flight: BTreeMap::new(),
            sent: 0,
            rng,
            loss: 0,
            twice: 0,
            jitter: 0,
            lose: Box::new(|_| false),
            events: vec![VecDeque::new(), VecDeque::new()],
            tryings: 0,
            mail: VecDeque::new(),
            log: Vec::new(),
        }
    }

    fn at(&mut self, n: usize) -> &mut Stack {
        &mut self.stacks[n]
    }

    fn drain(&mut self) {
        for n in 0..self.stacks.len() {
            while let Some(output) = self.stacks[n].poll_output() {
                match output {
                    Output::Send { to, data } => self.put(addr(u8::try_from(n).unwrap()), to, data),
                    Output::Event(Event::Progress { status: 100, .. }) => self.tryings += 1,
                    Output::Event(event) => self.events[n].push_back(event),
                }
            }
        }
    }

    fn put(&mut self, from: SocketAddr, to: SocketAddr, data: Bytes) {
        self.log.push((to, data.clone()));
        let Ok(message) = Message::parse(data.clone()) else {
            // Only the answer to what cannot be read repeats what cannot be read.
            assert!(data.starts_with(b"SIP/2.0 400") || data.starts_with(b"SIP/2.0 505"), "{data:?}");
            return;
        };
        if (self.lose)(&message) || self.rng.chance(self.loss) {
            return;
        }
        let copies = if self.rng.chance(self.twice) { 2 } else { 1 };
        for _ in 0..copies {
            let delay = Duration::from_millis(5 + self.rng.below(self.jitter + 1));
            self.flight.insert((self.now + delay, self.sent), (from, to, data.clone()));
            self.sent += 1;
        }
    }

    /// A scripted peer sends.
    fn peer_sends(&mut self, peer: u8, to: u8, text: &str) {
        self.put_raw(addr(peer), addr(to), text);
    }

    fn put_raw(&mut self, from: SocketAddr, to: SocketAddr, text: &str) {
        let data = Bytes::from(text.replace('\n', "\r\n"));
        self.flight.insert((self.now + Duration::from_millis(5), self.sent), (from, to, data));
        self.sent += 1;
    }

    fn next(&self) -> Option<Instant> {
        let flight = self.flight.keys().next().map(|(at, _)| *at);
        self.stacks.iter().map(Stack::poll_timeout).chain([flight]).flatten().min()
    }

    fn step(&mut self) {
        if let Some((&(at, n), _)) = self.flight.iter().next()
            && at <= self.now
        {
            let (from, to, data) = self.flight.remove(&(at, n)).unwrap();
            let now = self.now;
            match (0..self.stacks.len()).find(|n| addr(u8::try_from(*n).unwrap()) == to) {
                Some(n) => self.stacks[n].handle_datagram(now, from, data),
                None => self.mail.push_back((to, Message::parse(data).unwrap())),
            }
        }
        for stack in &mut self.stacks {
            if stack.poll_timeout().is_some_and(|at| at <= self.now) {
                stack.handle_timeout(self.now);
            }
        }
        self.drain();
    }

    fn run_ms(&mut self, ms: u64) {
        let end = self.now + Duration::from_millis(ms);
        self.drain();
        while let Some(at) = self.next().filter(|at| *at <= end) {
            self.now = self.now.max(at);
            self.step();
        }
        self.now = end;
    }

    /// Until nothing is left but registrations.
    fn settle(&mut self) {
        self.run_ms(200_000);
    }

    fn event(&mut self, n: usize) -> Event {
        self.events[n].pop_front().expect("an event")
    }

    #[track_caller]
    fn nothing_more(&self) {
        assert!(self.events.iter().all(VecDeque::is_empty), "{:#?}", self.events);
    }

    #[track_caller]
    fn no_leaks(&mut self) {
        self.settle();
        for stack in &self.stacks {
            let usage = stack.usage();
            assert_eq!((usage.transactions, usage.dialogs, usage.timers), (0, 0, 0), "{usage:?}");
        }
    }

    /// Messages of that first word sent so far.
    fn count(&self, first: &str) -> usize {
        self.log.iter().filter(|(_, data)| data.starts_with(first.as_bytes())).count()
    }

    /// Stack 0 invites stack 1; both keys.
    fn ring(&mut self) -> (super::DialogKey, super::DialogKey) {
        let now = self.now;
        let ours = self.at(0).invite(now, invite(addr(1))).unwrap();
        self.run_ms(40);
        let Event::Invited { dialog: theirs, .. } = self.event(1) else { panic!("no invitation") };
        (ours, theirs)
    }

    /// The same, answered and acknowledged.
    fn connect(&mut self) -> (super::DialogKey, super::DialogKey) {
        let (ours, theirs) = self.ring();
        let now = self.now;
        self.at(1).accept(now, theirs, sdp(), &[]);
        self.run_ms(40);
        assert!(matches!(self.event(0), Event::Answered { .. }));
        assert!(matches!(self.event(1), Event::Acked { .. }));
        self.nothing_more();
        (ours, theirs)
    }

    /// The next message a scripted peer received.
    #[track_caller]
    fn mail(&mut self) -> Message {
        self.mail.pop_front().expect("a message").1
    }
}

fn invite(to: SocketAddr) -> Invite {
    Invite {
        uri: format!("sip:12345@{to}"),
        destination: to,
        from_display: "市民".as_bytes().to_vec(),
        from_uri: "sip:13800000000@10.0.0.1".to_owned(),
        to_uri: "sip:12345@example.com".to_owned(),
        headers: vec![("X-Hotline".to_owned(), b"12319".to_vec())],
        sdp: sdp(),
        max_forwards: 70,
    }
}

/// A request of a scripted peer at `addr(2)`.
fn request(line: &str, branch: &str, to_tag: &str, cseq: &str, more: &str, body: &str) -> String {
    let to_tag = if to_tag.is_empty() { String::new() } else { format!(";tag={to_tag}") };
    format!(
        "{line} SIP/2.0\nVia: SIP/2.0/UDP 10.0.0.3:5060;rport;branch=z9hG4bK{branch}\nMax-Forwards: 70\n\
         From: <sip:13900000000@10.0.0.3>;tag=peer\nTo: <sip:12345@10.0.0.1>{to_tag}\nCall-ID: script\n\
         CSeq: {cseq}\n{more}Content-Length: {}\n\n{body}",
        body.len() + body.matches('\n').count()
    )
}

/// The INVITE of a scripted peer.
fn peer_invite(branch: &str, more: &str) -> String {
    let more = format!("Contact: <sip:13900000000@10.0.0.3>\nContent-Type: application/sdp\n{more}");
    request("INVITE sip:12345@10.0.0.1", branch, "", "1 INVITE", &more, "v=0\n")
}

/// A scripted peer's response to what it received.
fn response(to: &Message, status: &str, tag: &str, more: &str) -> String {
    let mut text = format!("SIP/2.0 {status}\n");
    for line in to.header_lines() {
        let name = String::from_utf8_lossy(line.raw_name).into_owned();
        let value = String::from_utf8_lossy(line.raw_value).into_owned();
        match name.as_str() {
            "Via" | "From" | "Call-ID" | "CSeq" => text.push_str(&format!("{name}: {value}\n")),
            "To" if value.contains("tag=") || tag.is_empty() => text.push_str(&format!("To: {value}\n")),
            "To" => text.push_str(&format!("To: {value};tag={tag}\n")),
            _ => {}
        }
    }
    text.push_str(more);
    text.push_str("Content-Length: 0\n\n");
    text
}

fn status(message: &Message) -> u16 {
    message.status().expect("a response").code()
}

fn to_tag(message: &Message) -> String {
    String::from_utf8_lossy(message.to().unwrap().tag().expect("a To tag")).into_owned()
}
