//! 1: every INVITE gets exactly one final answer, never two different ones (RFC 3261 §17.2.1).

use std::collections::BTreeMap;
use std::time::Duration;

use super::{Book, Checker, Due, Node, Seen, Verdict, Violation};

#[derive(Debug, Default)]
pub(crate) struct Finals {
    /// By branch: the Call-ID and the status and tag given.
    invites: BTreeMap<String, (String, Option<(u16, String)>)>,
    /// A re-INVITE is a matter of the machine alone: it is answered at once.
    due: Due<String>,
}

const REINVITE: Duration = Duration::from_secs(5);

impl Checker for Finals {
    fn see(&mut self, book: &Book, seen: &Seen<'_>) -> Verdict {
        match seen {
            Seen::In { text, .. } if text.method() == Some("INVITE") => {
                let branch = text.branch().to_owned();
                if text.to_tag().is_some() && !self.invites.contains_key(&branch) {
                    self.due.set(book.now + REINVITE, branch.clone());
                }
                self.invites.entry(branch).or_insert_with(|| (text.call_id().to_owned(), None));
                Ok(())
            }
            Seen::Out { text, .. } if text.cseq().1 == "INVITE" => {
                let Some(status) = text.status().filter(|status| *status >= 200) else { return Ok(()) };
                let Some((leg, given)) = self.invites.get_mut(text.branch()) else { return Ok(()) };
                let new = (status, text.to_tag().unwrap_or_default().to_owned());
                match given {
                    Some(old) if *old != new => {
                        let what = format!("the INVITE was answered {} and then {}", old.0, new.0);
                        Err(Violation::of_leg(1, leg, what))
                    }
                    given => {
                        *given = Some(new);
                        Ok(())
                    }
                }
            }
            _ => Ok(()),
        }
    }

    fn step(&mut self, book: &Book, _node: &Node) -> Verdict {
        while let Some(branch) = self.due.take(book.now) {
            if let Some((leg, None)) = self.invites.get(&branch) {
                return Err(Violation::of_leg(1, leg, "a re-INVITE has had no final answer for 5 s"));
            }
        }
        Ok(())
    }

    fn finish(&mut self, _book: &Book, _node: &Node) -> Verdict {
        match self.invites.values().find(|(_, given)| given.is_none()) {
            Some((leg, _)) => Err(Violation::of_leg(1, leg, "the INVITE never got a final answer")),
            None => Ok(()),
        }
    }
}
