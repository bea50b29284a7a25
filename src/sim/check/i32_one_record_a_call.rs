//! 32: exactly one record a call, its times in order, and in agreement with what passed on the wire.

use std::collections::{BTreeMap, BTreeSet};

use super::{Book, Checker, Node, Seen, Verdict, Violation};
use crate::cdr::{Cdr, Disposition, Fold};
use crate::event::{CallId, Fact};

#[derive(Debug)]
pub(crate) struct Records {
    fold: Fold,
    arrived: BTreeSet<CallId>,
    pub(crate) done: BTreeMap<CallId, Cdr>,
}

impl Default for Records {
    fn default() -> Self {
        Self { fold: Fold::new("sim"), arrived: BTreeSet::new(), done: BTreeMap::new() }
    }
}

impl Checker for Records {
    fn see(&mut self, book: &Book, seen: &Seen<'_>) -> Verdict {
        let Seen::Fact(event) = seen else { return Ok(()) };
        let cdr = self.fold.handle(event);
        let Some(id) = event.call else { return Ok(()) };
        if self.done.contains_key(&id) {
            let what = format!("{:?} was told after the call's last fact", event.fact);
            return Err(Violation::of_call(32, id, what));
        }
        if matches!(event.fact, Fact::CallArrived { .. }) && !self.arrived.insert(id) {
            return Err(Violation::of_call(32, id, "the call arrived twice"));
        }
        if let Some(cdr) = cdr {
            judge(book, &cdr).map_err(|what| Violation::of_call(32, id, what))?;
            self.done.insert(id, cdr);
        }
        Ok(())
    }

    fn finish(&mut self, _book: &Book, _node: &Node) -> Verdict {
        match self.arrived.iter().find(|id| !self.done.contains_key(id)) {
            Some(id) => Err(Violation::of_call(32, *id, "the call has no record")),
            None if self.fold.stray() > 0 => {
                Err(Violation::of_node(32, "facts about calls that never arrived"))
            }
            None => Ok(()),
        }
    }
}

fn judge(book: &Book, cdr: &Cdr) -> Result<(), String> {
    let Some(call) = book.calls.get(&cdr.call) else { return Err("a record of no call".to_owned()) };
    let times = [Some(cdr.arrived), cdr.queued, cdr.rang, cdr.connected, Some(cdr.released)];
    let known: Vec<i64> = times.into_iter().flatten().collect();
    if !known.is_sorted() {
        return Err(format!("the record's times are out of order: {times:?}"));
    }
    let caller = call.legs.iter().filter_map(|leg| book.legs.get(leg)).find(|leg| leg.inbound);
    let on_wire = caller.is_some_and(|leg| leg.answered.is_some());
    if on_wire && cdr.answered.is_none() {
        return Err("the caller was answered and the record does not say so".to_owned());
    }
    if cdr.answered.is_some() && !on_wire && !call.answered {
        return Err("the record says the caller was answered; he was not".to_owned());
    }
    let talked = call.connected.is_some();
    if (cdr.disposition == Disposition::Connected) != talked {
        return Err(format!("the record says {} and connected is {talked}", cdr.disposition.as_str()));
    }
    let talk = cdr.connected.map_or(0, |connected| cdr.released - connected);
    if cdr.talk_ms != talk {
        return Err(format!("the record says {} ms of talk; it was {talk}", cdr.talk_ms));
    }
    match call.released {
        Some((_, cause, by)) if (cause, by) == (cdr.cause, cdr.by) => Ok(()),
        released => Err(format!("the record says {:?} by {:?}; told was {released:?}", cdr.cause, cdr.by)),
    }
}
