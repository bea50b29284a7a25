//! One side's telephone set for the SIP programs that have none: plays a tone and records what it hears.
//!
//! It binds the RTP port that stands in SIPp's SDP. Where to send it reads from SIPp's log, where the scenario
//! writes the port of the node's SDP; so what is heard proves that the SDP was right.

use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::sound;

/// A packet as it was heard.
#[derive(Clone)]
pub(super) struct Heard {
    /// When.
    pub(super) at: Instant,
    /// Where it came from.
    pub(super) source: SocketAddr,
    /// RTP payload type.
    pub(super) payload_type: u8,
    /// Its sound.
    pub(super) samples: Vec<i16>,
}

/// A telephone set.
pub(super) struct Ear {
    heard: Arc<Mutex<Vec<Heard>>>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Ear {
    /// On this port; once `log` names the node's, a tone of `hertz` is played there.
    pub(super) fn new(port: u16, hertz: f32, log: &Path) -> Self {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, port)).expect("the test's own port is free");
        socket.set_read_timeout(Some(Duration::from_millis(2))).unwrap();
        let heard = Arc::new(Mutex::new(vec![]));
        let stop = Arc::new(AtomicBool::new(false));
        let mut set =
            Set { socket, hertz, log: log.to_owned(), toward: None, packets: 0, heard: Arc::clone(&heard) };
        let stopped = Arc::clone(&stop);
        let thread = std::thread::spawn(move || set.run(&stopped));
        Self { heard, stop, thread: Some(thread) }
    }

    /// All it heard so far.
    pub(super) fn heard(&self) -> Vec<Heard> {
        self.heard.lock().unwrap().clone()
    }

    /// The same as one piece of sound.
    pub(super) fn samples(&self) -> Vec<i16> {
        self.heard().into_iter().flat_map(|packet| packet.samples).collect()
    }

    /// The longest time between two audible packets.
    pub(super) fn longest_silence(&self) -> Duration {
        let audible: Vec<_> =
            self.heard().into_iter().filter(|p| sound::audible(&p.samples)).map(|p| p.at).collect();
        audible.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or(Duration::MAX)
    }
}

impl Drop for Ear {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}

struct Set {
    socket: UdpSocket,
    hertz: f32,
    log: PathBuf,
    toward: Option<u16>,
    packets: usize,
    heard: Arc<Mutex<Vec<Heard>>>,
}

impl Set {
    fn run(&mut self, stop: &AtomicBool) {
        let mut next = Instant::now();
        while !stop.load(Ordering::Relaxed) {
            if Instant::now() >= next {
                self.play();
                next += Duration::from_millis(20);
            }
            self.listen();
        }
    }

    fn play(&mut self) {
        if self.packets.is_multiple_of(5) {
            self.toward = last_port(&self.log).or(self.toward);
        }
        self.packets += 1;
        let Some(port) = self.toward else { return };
        let mut packet = vec![0x80, 8];
        packet.extend((self.packets as u16).to_be_bytes());
        packet.extend((self.packets as u32 * 160).to_be_bytes());
        packet.extend(u32::from(self.socket.local_addr().unwrap().port()).to_be_bytes());
        packet.extend(
            (0..160).map(|n| sound::encode_alaw(sound::tone_sample(self.hertz, self.packets * 160 + n))),
        );
        // The node's port may be closed already: then nobody listens any more.
        self.socket.send_to(&packet, (Ipv4Addr::LOCALHOST, port)).ok();
    }

    fn listen(&self) {
        let mut bytes = [0u8; 2048];
        let Ok((length, source)) = self.socket.recv_from(&mut bytes) else { return };
        if length < 12 || bytes[0] >> 6 != 2 {
            return;
        }
        let samples = bytes[12..length].iter().map(|b| sound::decode_alaw(*b)).collect();
        let heard = Heard { at: Instant::now(), source, payload_type: bytes[1] & 0x7f, samples };
        self.heard.lock().unwrap().push(heard);
    }
}

/// The port in the last line `PORT N …` of a SIPp log.
fn last_port(log: &Path) -> Option<u16> {
    let text = std::fs::read_to_string(log).ok()?;
    text.lines().rev().find_map(|line| line.strip_prefix("PORT ")?.split(' ').next()?.parse().ok())
}
