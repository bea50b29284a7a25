//! The machine.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;

use super::{Command, Output, Port, Prompts, Stats};
use crate::stdx::{Instant, Rng};

/// All streams of one node.
#[derive(Debug)]
pub struct Plane {
    prompts: Arc<Prompts>,
    rng: Rng,
    outputs: VecDeque<Output>,
}

impl Plane {
    /// A plane without streams.
    pub fn new(prompts: Arc<Prompts>, seed: Rng) -> Self {
        Self { prompts, rng: seed, outputs: VecDeque::new() }
    }

    /// Uses other recordings from now on; what plays goes on as it was.
    pub fn set_prompts(&mut self, prompts: Arc<Prompts>) {
        self.prompts = prompts;
    }

    /// Does what the node asks.
    pub fn handle_command(&mut self, now: Instant, command: Command) {
        drop((now, command, self.rng.next_u64()));
    }

    /// Takes a datagram that came to `port`.
    pub fn handle_packet(&mut self, now: Instant, port: Port, source: SocketAddr, data: &[u8]) {
        let _ = (now, port, source, data);
    }

    /// Plays what is due. Harmless when early.
    pub fn handle_timeout(&mut self, now: Instant) {
        let _ = now;
    }

    /// What is to be sent and told, until `None`.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When to call [`Self::handle_timeout`].
    pub fn poll_timeout(&self) -> Option<Instant> {
        None
    }

    /// The counters of a stream, if it is open.
    pub fn stats(&self, port: Port) -> Option<Stats> {
        let _ = port;
        None
    }

    /// How many streams are open.
    pub fn len(&self) -> usize {
        0
    }

    /// Whether no stream is open.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
