//! A 2xx to an INVITE, repeated until its ACK comes: RFC 3261 §13.3.1.4.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;

use crate::sip::transaction::Durations;
use crate::stdx::Instant;

/// A 2xx of ours that waits for its ACK.
#[derive(Debug)]
pub(crate) struct Unacked {
    /// The INVITE's number: the ACK has the same.
    pub(crate) seq: u32,
    /// Whether it answered the first INVITE of the dialog.
    pub(crate) initial: bool,
    /// Whether it carries the offer, so that the ACK must carry the answer.
    pub(crate) offers: bool,
    response: Bytes,
    to: SocketAddr,
    resend_after: Duration,
    resend_at: Instant,
    give_up_at: Instant,
}

/// What became due.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Due {
    /// Send it again.
    Resend(SocketAddr, Bytes),
    /// 64·T1 have passed.
    GiveUp,
}

/// What a 2xx is, to begin with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Answer {
    /// See [`Unacked::seq`].
    pub(crate) seq: u32,
    /// See [`Unacked::initial`].
    pub(crate) initial: bool,
    /// See [`Unacked::offers`].
    pub(crate) offers: bool,
}

impl Unacked {
    /// A 2xx that has just been sent.
    pub(crate) fn new(now: Instant, d: &Durations, answer: Answer, response: Bytes, to: SocketAddr) -> Self {
        Self {
            seq: answer.seq,
            initial: answer.initial,
            offers: answer.offers,
            response,
            to,
            resend_after: d.t1,
            resend_at: now + d.t1,
            give_up_at: now + d.patience(),
        }
    }

    /// What is due now, if anything is.
    pub(crate) fn handle_timeout(&mut self, now: Instant, d: &Durations) -> Option<Due> {
        if now >= self.give_up_at {
            return Some(Due::GiveUp);
        }
        if now < self.resend_at {
            return None;
        }
        self.resend_after = d.doubled(self.resend_after);
        self.resend_at = now + self.resend_after;
        Some(Due::Resend(self.to, self.response.clone()))
    }

    /// When something is due next.
    pub(crate) fn timeout(&self) -> Instant {
        self.resend_at.min(self.give_up_at)
    }
}
