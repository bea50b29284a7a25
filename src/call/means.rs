//! What a call acts with, and how it tells what it did.

use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

use super::{Call, Ports};
use crate::acd::Acd;
use crate::event::{CallId, CallKey, Event, Fact};
use crate::media;
use crate::sdp::Reach;
use crate::sip::stack::{DialogKey, Stack};
use crate::stdx::{Instant, SeededMap};
use crate::trunk::Trunks;

/// How calls are handled on this node.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where peers send RTP to, and where we may.
    pub reach: Reach,
    /// Host and port of the URIs we write: `192.0.2.1:5060`.
    pub host: String,
    /// Most calls at once.
    pub calls_max: usize,
    /// Of them, kept for calls to emergency lines.
    pub calls_reserved: usize,
    /// Longest call.
    pub call_length_max: Duration,
    /// A trunk that sends not even a 100 for this long is taken for down, well before Timer B (32 s): a caller
    /// waits for it.
    pub trunk_silent: Duration,
}

/// What comes out of the calls, in order.
#[derive(Debug)]
pub enum Output {
    /// For the media plane.
    Media(media::Command),
    /// A fact.
    Event(Event),
}

/// The calls' own belongings that one call may need.
#[derive(Debug)]
pub(super) struct Desk {
    pub(super) settings: Settings,
    pub(super) ports: Ports,
    pub(super) dialogs: SeededMap<DialogKey, CallKey>,
    /// One entry a call at most: a call's longest timer would stand in a lazy list for hours after its end.
    pub(super) wakes: BTreeSet<(Instant, CallKey)>,
    pub(super) outputs: VecDeque<Output>,
}

/// Everything outside the calls that a call acts with.
#[derive(Debug)]
pub struct Means<'a> {
    /// Monotonic time.
    pub now: Instant,
    /// The same as civil time, ms since 1970.
    pub wall_ms: i64,
    /// SIP.
    pub stack: &'a mut Stack,
    /// Queues and agents.
    pub acd: &'a mut Acd,
    /// Trunks.
    pub trunks: &'a mut Trunks,
}

/// [`Means`] and [`Desk`] together, as the methods of a call get them.
#[derive(Debug)]
pub(super) struct Hand<'a, 'm> {
    pub(super) now: Instant,
    pub(super) means: &'a mut Means<'m>,
    pub(super) desk: &'a mut Desk,
}

impl Desk {
    /// Lets the list say when `call` is to be woken next.
    pub(super) fn rearm(&mut self, call: &mut Call, at: Option<Instant>) {
        if call.wake == at {
            return;
        }
        if let Some(before) = std::mem::replace(&mut call.wake, at) {
            self.wakes.remove(&(before, call.key));
        }
        if let Some(at) = at {
            self.wakes.insert((at, call.key));
        }
    }

    /// A port for a leg: the last ones are for calls to emergency lines, two a call.
    pub(super) fn take_port(&mut self, now: Instant, call: CallKey, emergency: bool) -> Option<u16> {
        if emergency {
            return self.ports.take(now, call);
        }
        self.ports.take_unreserved(now, call, self.settings.calls_reserved.saturating_mul(2))
    }
}

impl Hand<'_, '_> {
    /// Tells a fact about a call.
    pub(super) fn tell(&mut self, call: CallId, fact: Fact) {
        let event = Event { now: self.now, wall_ms: self.means.wall_ms, call: Some(call), fact };
        self.desk.outputs.push_back(Output::Event(event));
    }

    /// Commands the media plane.
    pub(super) fn media(&mut self, command: media::Command) {
        self.desk.outputs.push_back(Output::Media(command));
    }
}
