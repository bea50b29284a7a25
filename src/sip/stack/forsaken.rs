//! Invitations of ours that we have given up while the peer may still answer: RFC 3261 §13.2.2.4.
//!
//! After Timer B, or 64·T1 after a CANCEL, the transaction and the usage are gone. A phone that was out of reach
//! and answers now would wait for an ACK, ring off nobody, and be busy for its agent until it gives up itself. So
//! the dialog to be is remembered for another 64·T1: a 2xx gets its ACK and a BYE at once.
//!
//! Only what was really invited is answered (Call-ID and our tag must match): a forged 2xx makes us send nothing.

use std::net::SocketAddr;

use bytes::Bytes;

use super::{Owner, Stack};
use crate::sip::dialog::{Dialog, Tag};
use crate::sip::transaction::Branch;
use crate::sip::wire::{Message, Method};
use crate::stdx::Instant;

/// Invitations remembered; beyond it the oldest is forgotten, as it would be a little later anyway.
const FORSAKEN_MAX: usize = 4096;

/// One invitation given up.
#[derive(Debug)]
pub(super) struct Forsaken {
    until: Instant,
    dialog: Dialog,
    /// The ACK of the 2xx that came after all, for its repetitions.
    ack: Option<(SocketAddr, Bytes)>,
}

impl Stack {
    /// Remembers an invitation that is given up without a final answer.
    pub(super) fn forsake(&mut self, now: Instant, dialog: Dialog) {
        self.forget_forsaken(now);
        if self.forsaken.len() >= FORSAKEN_MAX {
            self.forsaken.pop_front();
        }
        self.forsaken.push_back(Forsaken { until: now + self.durations.patience(), dialog, ack: None });
    }

    /// A 2xx to an INVITE that no transaction waits for.
    pub(super) fn answered_too_late(&mut self, now: Instant, source: SocketAddr, response: &Message) {
        self.forget_forsaken(now);
        let Some(tag) = response.from_tag().and_then(Tag::parse) else { return };
        let Some(one) = self.forsaken.iter_mut().find(|one| one.dialog.local_tag == tag) else { return };
        if let Some((to, ack)) = one.ack.clone() {
            return self.send(to, ack);
        }
        let (Some(mut dialog), Ok(cseq)) = (one.dialog.answered(response, source), response.cseq()) else {
            return;
        };
        let to = dialog.next_hop();
        let ack = dialog.ack(&mut self.ua, cseq.seq, Branch::draw(&mut self.rng)).finish();
        one.ack = Some((to, Bytes::copy_from_slice(&ack)));
        self.send(to, ack);
        let branch = Branch::draw(&mut self.rng);
        let bye = dialog.request(&mut self.ua, Method::Bye, branch, 70).0.finish();
        self.transactions.begin_client(now, Method::Bye, branch, to, &bye, Owner::Nobody);
        self.send(to, bye);
    }

    fn forget_forsaken(&mut self, now: Instant) {
        while self.forsaken.front().is_some_and(|one| one.until <= now) {
            self.forsaken.pop_front();
        }
    }
}
