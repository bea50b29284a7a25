//! The SIP stack's one door: datagrams and commands in, datagrams and events out.
//!
//! A pure machine (RFC 3261 UAS, UAC and registrar over UDP; RFC 6026, RFC 3262 and RFC 3311 as far as the
//! call engine needs them). It decides nothing about calls: it never picks an answer that policy could pick,
//! and it never parses SDP.
//!
//! *Invariant:* each [`DialogKey`] sees exactly one terminal [`Event`] (none after [`Stack::refuse`]); after
//! it the key is invalid and every method given that key does nothing.

mod event;
mod settings;

use std::collections::{BTreeMap, VecDeque};
use std::net::{IpAddr, SocketAddr};

use bytes::Bytes;

use crate::stdx::{Instant, Rng};

pub use event::{Event, Output};
pub use settings::{Binding, Invite, LimitReached, Limits, Settings, Usage};

crate::slab_key!(
    /// One INVITE usage, from its first INVITE on, whichever side sent it.
    DialogKey
);
crate::slab_key!(
    /// One OPTIONS of ours that waits for its answer.
    PingKey
);

/// The SIP side of one node.
#[derive(Debug)]
pub struct Stack {
    settings: Settings,
    outputs: VecDeque<Output>,
}

impl Stack {
    /// A stack without accounts or trusted peers.
    pub fn new(settings: Settings, _rng: Rng) -> Self {
        Self { settings, outputs: VecDeque::new() }
    }

    /// Who may REGISTER, and call with digest: user name → password.
    pub fn set_accounts(&mut self, _accounts: BTreeMap<String, String>) {}

    /// Peers whose INVITE needs no digest: address and, if given, port.
    pub fn set_trusted(&mut self, _trusted: Vec<(IpAddr, Option<u16>)>) {}

    /// Takes in one UDP datagram.
    pub fn handle_datagram(&mut self, _now: Instant, _source: SocketAddr, _data: Bytes) {}

    /// Fires what is due.
    pub fn handle_timeout(&mut self, _now: Instant) {}

    /// Answers an invitation provisionally (101–199). `sdp` is early media.
    pub fn provisional(
        &mut self,
        _now: Instant,
        _dialog: DialogKey,
        _status: u16,
        _sdp: Option<Bytes>,
        _headers: &[(&str, &str)],
    ) {
    }

    /// Answers an invitation with 200.
    pub fn accept(&mut self, _now: Instant, _dialog: DialogKey, _sdp: Bytes, _headers: &[(&str, &str)]) {}

    /// Answers an invitation with a final status of 300 or more. The key is invalid at once; no event follows.
    pub fn refuse(&mut self, _now: Instant, _dialog: DialogKey, _status: u16, _headers: &[(&str, &str)]) {}

    /// Invites.
    pub fn invite(&mut self, _now: Instant, _invite: Invite) -> Result<DialogKey, LimitReached> {
        Err(LimitReached)
    }

    /// Gives an unanswered invitation of ours up. [`Event::Failed`] with 487, or [`Event::Ended`] when an
    /// answer crossed, follows. `reason` is the value of a Reason header (RFC 3326).
    pub fn cancel(&mut self, _now: Instant, _dialog: DialogKey, _reason: Option<&str>) {}

    /// Ends an answered call. [`Event::Ended`] follows. `reason` is the value of a Reason header (RFC 3326).
    pub fn bye(&mut self, _now: Instant, _dialog: DialogKey, _reason: Option<&str>) {}

    /// Offers a change of the session. [`Event::ReinviteAnswered`] or [`Event::ReinviteFailed`] follows.
    pub fn reinvite(&mut self, _now: Instant, _dialog: DialogKey, _sdp: Bytes) {}

    /// Answers [`Event::Reinvited`]: with a description, or a status of 300 or more.
    pub fn answer_reinvite(&mut self, _now: Instant, _dialog: DialogKey, _answer: Result<Bytes, u16>) {}

    /// Asks a peer for a sign of life. [`Event::Pong`] follows.
    pub fn options(&mut self, _now: Instant, _destination: SocketAddr, _uri: &str) -> PingKey {
        PingKey::default()
    }

    /// The next thing to do for the owner of the socket and of the calls.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When to call [`Self::handle_timeout`] next.
    pub fn poll_timeout(&self) -> Option<Instant> {
        None
    }

    /// Where `user` is registered: his newest binding.
    pub fn contact_of(&self, _user: &str) -> Option<Binding> {
        None
    }

    /// All bindings, by user, for listings.
    pub fn bindings(&self) -> impl Iterator<Item = (&str, &Binding)> {
        std::iter::empty()
    }

    /// What is kept just now: all zero (bindings aside) when nothing goes on and 64·T1 have passed.
    pub fn usage(&self) -> Usage {
        Usage::default()
    }

    /// The settings given.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }
}
