//! Provisional responses made reliable: RFC 3262.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;

use crate::sip::transaction::Durations;
use crate::stdx::Instant;

/// The UAS side (RFC 3262 §3): one response at a time is repeated until its PRACK; the others wait.
#[derive(Debug)]
pub(crate) struct ReliableResponses {
    next_rseq: u32,
    outstanding: Option<Outstanding>,
    backlog: VecDeque<(u32, Bytes)>,
    /// The 2xx that must wait until the description in a provisional response is known to have arrived.
    accept: Option<(Bytes, bool)>,
}

#[derive(Debug)]
struct Outstanding {
    rseq: u32,
    response: Bytes,
    resend_after: Duration,
    resend_at: Instant,
    give_up_at: Instant,
}

/// What became due, or may be sent after a PRACK.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Due {
    /// A provisional response, again or for the first time.
    Provisional(Bytes),
    /// The 2xx that waited, and whether it carries an offer.
    Accept(Bytes, bool),
    /// No PRACK came within 64·T1: the INVITE must be refused with 5xx.
    GiveUp,
}

/// Provisional responses that may wait; more are not worth keeping.
const BACKLOG_MAX: usize = 4;

impl ReliableResponses {
    /// None yet. The first RSeq is drawn by the caller, below 2^31 (RFC 3262 §3).
    pub(crate) fn new(first_rseq: u32) -> Self {
        Self { next_rseq: first_rseq.max(1), outstanding: None, backlog: VecDeque::new(), accept: None }
    }

    /// The RSeq for the next response.
    pub(crate) fn rseq(&mut self) -> u32 {
        let rseq = self.next_rseq;
        self.next_rseq = self.next_rseq.wrapping_add(1).max(1);
        rseq
    }

    /// Takes a response with that RSeq; returns it if it may be sent now.
    pub(crate) fn send(&mut self, now: Instant, d: &Durations, rseq: u32, response: Bytes) -> Option<Bytes> {
        if self.outstanding.is_some() {
            if self.backlog.len() < BACKLOG_MAX {
                self.backlog.push_back((rseq, response));
            }
            return None;
        }
        self.outstanding = Some(Outstanding {
            rseq,
            response: response.clone(),
            resend_after: d.t1,
            resend_at: now + d.t1,
            give_up_at: now + d.patience(),
        });
        Some(response)
    }

    /// Takes the 2xx; returns it if it may be sent now.
    pub(crate) fn accept(&mut self, response: Bytes, offers: bool) -> Option<(Bytes, bool)> {
        if self.outstanding.is_none() {
            return Some((response, offers));
        }
        self.accept = Some((response, offers));
        None
    }

    /// Whether a 2xx waits here already.
    pub(crate) fn is_accepting(&self) -> bool {
        self.accept.is_some()
    }

    /// A PRACK came: false when it acknowledges nothing outstanding (answer 481), else what may be sent now.
    pub(crate) fn handle_prack(&mut self, now: Instant, d: &Durations, rseq: u32) -> (bool, Option<Due>) {
        if self.outstanding.as_ref().is_none_or(|outstanding| outstanding.rseq != rseq) {
            return (false, None);
        }
        self.outstanding = None;
        if let Some((response, offers)) = self.accept.take() {
            return (true, Some(Due::Accept(response, offers)));
        }
        let next = self.backlog.pop_front();
        (true, next.and_then(|(rseq, response)| self.send(now, d, rseq, response)).map(Due::Provisional))
    }

    /// What is due now, if anything is.
    pub(crate) fn handle_timeout(&mut self, now: Instant) -> Option<Due> {
        let outstanding = self.outstanding.as_mut()?;
        if now >= outstanding.give_up_at {
            return Some(Due::GiveUp);
        }
        if now < outstanding.resend_at {
            return None;
        }
        // RFC 3262 §3: doubles, without the bound of T2.
        outstanding.resend_after *= 2;
        outstanding.resend_at = now + outstanding.resend_after;
        Some(Due::Provisional(outstanding.response.clone()))
    }

    /// When something is due next.
    pub(crate) fn timeout(&self) -> Option<Instant> {
        self.outstanding.as_ref().map(|outstanding| outstanding.resend_at.min(outstanding.give_up_at))
    }
}

/// The UAC side (RFC 3262 §4): the last RSeq taken in one early dialog.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct LastRseq(Option<u32>);

impl LastRseq {
    /// Whether a reliable response comes in order and must be acknowledged; others are dropped.
    pub(crate) fn take(&mut self, rseq: u32) -> bool {
        let in_order = self.0.is_none_or(|last| rseq == last.wrapping_add(1));
        if in_order {
            self.0 = Some(rseq);
        }
        in_order
    }
}
