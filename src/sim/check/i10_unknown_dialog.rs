//! 10: a request within a dialog that we do not have is answered 481, never otherwise and never not at all;
//! one within a dialog that lives never is (RFC 3261 §12.2.2).

use std::collections::BTreeMap;
use std::time::Duration;

use super::{Book, Checker, Due, Node, Seen, Verdict, Violation};

#[derive(Debug, Default)]
pub(crate) struct Strays {
    /// Branch → Call-ID of requests for unknown dialogs without an answer.
    open: BTreeMap<String, String>,
    due: Due<String>,
    /// Branch → Call-ID of requests for dialogs that lived when they came.
    live: BTreeMap<String, String>,
}

const BOUND: Duration = Duration::from_millis(500);

impl Checker for Strays {
    fn see(&mut self, book: &Book, seen: &Seen<'_>) -> Verdict {
        match seen {
            Seen::In { text, .. } => {
                let (Some(method), Some(to_tag)) = (text.method(), text.to_tag()) else { return Ok(()) };
                if matches!(method, "ACK" | "CANCEL" | "REGISTER") {
                    return Ok(());
                }
                let branch = text.branch().to_owned();
                match book.legs.get(text.call_id()) {
                    Some(leg) if leg.tags.contains(to_tag) && leg.tags.contains(text.from_tag()) => {
                        let ended = leg.ended.is_some_and(|at| at < book.now);
                        if !ended && leg.answered.is_some() && leg.cancelled.is_none() {
                            self.live.insert(branch, text.call_id().to_owned());
                        }
                    }
                    _ => {
                        if self.open.insert(branch.clone(), text.call_id().to_owned()).is_none() {
                            self.due.set(book.now + BOUND, branch);
                        }
                    }
                }
                Ok(())
            }
            Seen::Out { text, .. } => {
                let Some(status) = text.status().filter(|status| *status >= 200) else { return Ok(()) };
                if self.open.contains_key(text.branch()) {
                    self.open.insert(text.branch().to_owned(), String::new());
                    if status != 481 {
                        let what = format!("a {} for an unknown dialog was answered {status}", text.cseq().1);
                        return Err(Violation::of_leg(10, text.call_id(), what));
                    }
                } else if status == 481 && self.live.contains_key(text.branch()) {
                    let what = format!("a {} in a living dialog was answered 481", text.cseq().1);
                    return Err(Violation::of_leg(10, text.call_id(), what));
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn step(&mut self, book: &Book, _node: &Node) -> Verdict {
        while let Some(branch) = self.due.take(book.now) {
            if let Some(leg) = self.open.get(&branch).filter(|leg| !leg.is_empty()) {
                return Err(Violation::of_leg(10, leg, "a request for an unknown dialog was not answered"));
            }
        }
        Ok(())
    }
}
