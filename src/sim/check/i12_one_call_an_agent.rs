//! 12: an agent's phone has at most one call that rings or is connected.

use super::{Book, Checker, Seen, Verdict, Violation};
use crate::event::LegRole;

#[derive(Debug, Default)]
pub(crate) struct OneCall;

impl Checker for OneCall {
    fn see(&mut self, book: &Book, seen: &Seen<'_>) -> Verdict {
        let Seen::Out { text, .. } = seen else { return Ok(()) };
        if text.method() != Some("INVITE") || text.to_tag().is_some() {
            return Ok(());
        }
        let user = super::super::text::user_of(text.uri());
        // A repeated INVITE rings nothing anew; for a leg that was given up before its phone gave a sign of life
        // it is the only way to get the provisional answer that a CANCEL needs.
        let new = book.legs.get(text.call_id()).is_some_and(|leg| leg.invited == book.now);
        if !new || !book.agents.contains_key(user) {
            return Ok(());
        }
        let other = |leg: &super::super::book::LegBook| {
            !leg.inbound && leg.user == user && !matches!(leg.role, Some(LegRole::Trunk(_)))
        };
        match book.live_legs(other).find(|(id, _)| *id != text.call_id()) {
            Some((other, _)) => {
                let what = format!("agent {user} is rung and still has {other}");
                let violation = Violation::of_leg(12, text.call_id(), what);
                Err(Violation { also: Some(other.clone()), ..violation })
            }
            None => Ok(()),
        }
    }
}
