//! 13: a caller is connected to at most one far end.

use super::{Book, Checker, Seen, Verdict, Violation};

#[derive(Debug, Default)]
pub(crate) struct OneAgent {
    changed: Vec<String>,
}

impl Checker for OneAgent {
    fn see(&mut self, book: &Book, seen: &Seen<'_>) -> Verdict {
        match seen {
            Seen::In { text, .. } if matches!(text.status(), Some(200..300)) && text.cseq().1 == "INVITE" => {
                self.changed.push(text.call_id().to_owned());
            }
            Seen::Drained => {
                for leg in std::mem::take(&mut self.changed) {
                    let Some(id) = book.legs.get(&leg).and_then(|leg| leg.call) else { continue };
                    let Some(call) = book.calls.get(&id) else { continue };
                    let far = call.legs.iter().filter_map(|leg| book.legs.get(leg));
                    let connected =
                        far.filter(|leg| !leg.inbound && leg.answered.is_some() && leg.ended.is_none());
                    if connected.count() > 1 {
                        return Err(Violation::of_call(13, id, "two far ends are connected to one caller"));
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }
}
