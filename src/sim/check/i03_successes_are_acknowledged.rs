//! 3: a 2xx we sent is ACKed or BYEd by 64·T1; a 2xx we received is ACKed every time it comes
//! (RFC 3261 §13.3.1.4, §13.2.2.4).

use std::collections::BTreeMap;
use std::time::Duration;

use super::{Book, Checker, Due, Node, Seen, Verdict, Violation};
use crate::stdx::Instant;

type Dialog = (String, u32);

#[derive(Debug, Default)]
pub(crate) struct Acks {
    /// 2xx we sent without ACK.
    sent: BTreeMap<Dialog, Instant>,
    sent_due: Due<Dialog>,
    /// 2xx we received without ACK.
    received: BTreeMap<Dialog, Instant>,
    received_due: Due<Dialog>,
}

/// 64·T1, and a moment for the BYE.
const SENT: Duration = Duration::from_millis(33_000);
/// The ACK needs nothing but the machine.
const RECEIVED: Duration = Duration::from_millis(200);

impl Checker for Acks {
    fn see(&mut self, book: &Book, seen: &Seen<'_>) -> Verdict {
        let (text, inbound) = match seen {
            Seen::In { text, .. } => (text, true),
            Seen::Out { text, .. } => (text, false),
            _ => return Ok(()),
        };
        let (cseq, method) = text.cseq();
        let dialog = (text.call_id().to_owned(), cseq);
        match (text.method(), text.status(), inbound) {
            (None, Some(200..300), false) if method == "INVITE" => {
                let first = self.sent.insert(dialog.clone(), book.now).is_none();
                if first {
                    self.sent_due.set(book.now + SENT, dialog);
                }
            }
            (None, Some(200..300), true) if method == "INVITE" => {
                self.received.entry(dialog.clone()).or_insert(book.now);
                self.received_due.set(book.now + RECEIVED, dialog);
            }
            // A later request of the same peer shows that it has seen the 2xx before.
            (Some("ACK" | "INVITE"), _, true) => {
                let seen = |c: u32| c < cseq || c == cseq && text.method() == Some("ACK");
                self.sent.retain(|(id, c), _| *id != dialog.0 || !seen(*c));
            }
            (Some("ACK"), _, false) => {
                self.received.remove(&dialog);
            }
            (Some("BYE"), _, _) => self.sent.retain(|(id, _), _| *id != dialog.0),
            _ => {}
        }
        Ok(())
    }

    fn step(&mut self, book: &Book, _node: &Node) -> Verdict {
        while let Some(dialog) = self.sent_due.take(book.now) {
            if self.sent.remove(&dialog).is_some() {
                let what = "our 2xx was neither ACKed nor followed by a BYE for 64·T1";
                return Err(Violation::of_leg(3, &dialog.0, what));
            }
        }
        while let Some(dialog) = self.received_due.take(book.now) {
            if self.received.get(&dialog).is_some_and(|since| *since + RECEIVED <= book.now) {
                return Err(Violation::of_leg(3, &dialog.0, "a 2xx we received was not ACKed"));
            }
        }
        Ok(())
    }
}
