//! 4: a CANCEL ends in exactly one of a failure and a BYE, also when it crosses a 200 (RFC 3261 §9, §15).

use super::{Book, Checker, Due, Node, Seen, Verdict, Violation};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

#[derive(Debug, Default)]
pub(crate) struct Cancels {
    /// Branches of INVITEs we have answered finally.
    answered: BTreeSet<String>,
    /// Cancelled by the caller before we answered: branch → Call-ID.
    by_peer: BTreeMap<String, String>,
    by_peer_due: Due<String>,
    /// Cancelled by us and answered all the same: Call-ID, waits for our BYE.
    crossed: BTreeSet<String>,
    crossed_due: Due<String>,
}

/// Both need nothing but the machine.
const BOUND: Duration = Duration::from_secs(1);

impl Checker for Cancels {
    fn see(&mut self, book: &Book, seen: &Seen<'_>) -> Verdict {
        match seen {
            Seen::In { text, .. } if text.method() == Some("CANCEL") => {
                let branch = text.branch();
                let known = book.legs.get(text.call_id()).is_some_and(|leg| leg.branch == branch);
                if known && !self.answered.contains(branch) && !self.by_peer.contains_key(branch) {
                    self.by_peer.insert(branch.to_owned(), text.call_id().to_owned());
                    self.by_peer_due.set(book.now + BOUND, branch.to_owned());
                }
            }
            Seen::Out { text, .. } if text.cseq().1 == "INVITE" && text.status() >= Some(200) => {
                self.answered.insert(text.branch().to_owned());
                if self.by_peer.remove(text.branch()).is_some() && text.status() < Some(300) {
                    let what = "answered with a 2xx after the caller's CANCEL";
                    return Err(Violation::of_leg(4, text.call_id(), what));
                }
            }
            Seen::In { text, .. } if text.cseq().1 == "INVITE" && matches!(text.status(), Some(200..300)) => {
                let leg = book.legs.get(text.call_id());
                if leg.is_some_and(|leg| !leg.inbound && leg.cancelled.is_some() && leg.ended.is_none()) {
                    self.crossed.insert(text.call_id().to_owned());
                    self.crossed_due.set(book.now + BOUND, text.call_id().to_owned());
                }
            }
            Seen::In { text, .. } | Seen::Out { text, .. } if text.method() == Some("BYE") => {
                self.crossed.remove(text.call_id());
            }
            _ => {}
        }
        Ok(())
    }

    fn step(&mut self, book: &Book, _node: &Node) -> Verdict {
        while let Some(branch) = self.by_peer_due.take(book.now) {
            if let Some(leg) = self.by_peer.remove(&branch) {
                return Err(Violation::of_leg(4, &leg, "the caller's CANCEL was not answered with a 487"));
            }
        }
        while let Some(leg) = self.crossed_due.take(book.now) {
            if self.crossed.remove(&leg) {
                return Err(Violation::of_leg(4, &leg, "a 200 crossed our CANCEL and got no BYE"));
            }
        }
        Ok(())
    }
}
