//! 25: an RTP port belongs to at most one leg, and to none while another program holds it; it is given back when its
//! call ends.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::{Book, Checker, Due, Node, Seen, Verdict, Violation};
use crate::event::{CallId, Fact};
use crate::media::{Command, Port};

#[derive(Debug, Default)]
pub(crate) struct Ports {
    open: BTreeMap<Port, Option<CallId>>,
    new: BTreeSet<Port>,
    due: Due<CallId>,
}

const BOUND: Duration = Duration::from_millis(33_000);

impl Checker for Ports {
    fn see(&mut self, book: &Book, seen: &Seen<'_>) -> Verdict {
        match seen {
            Seen::Media(Command::Open { port }) if book.held.contains(&port.0) => {
                let what = format!("port {} was opened, which another program holds", port.0);
                return Err(Violation::of_node(25, what));
            }
            Seen::Media(Command::Open { port }) => {
                self.new.insert(*port);
                if let Some(owner) = self.open.insert(*port, None) {
                    let what = format!("port {} was opened while {owner:?} had it", port.0);
                    return Err(Violation::of_node(25, what));
                }
            }
            Seen::Media(Command::Close { port }) => {
                self.open.remove(port);
            }
            Seen::Fact(event) => {
                if let (Fact::CallReleased { .. }, Some(call)) = (&event.fact, event.call) {
                    self.due.set(book.now + BOUND, call);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn step(&mut self, book: &Book, node: &Node) -> Verdict {
        for port in std::mem::take(&mut self.new) {
            let owner = node.calls().ports().owner(port.0).and_then(|key| node.calls().get(key));
            if let (Some(slot), Some(call)) = (self.open.get_mut(&port), owner) {
                *slot = Some(call.id);
            }
        }
        while let Some(call) = self.due.take(book.now) {
            if let Some((port, _)) = self.open.iter().find(|(_, owner)| **owner == Some(call)) {
                return Err(Violation::of_call(25, call, format!("port {} was not given back", port.0)));
            }
        }
        Ok(())
    }

    fn finish(&mut self, _book: &Book, node: &Node) -> Verdict {
        let used = node.calls().ports().used();
        match (self.open.first_key_value(), used) {
            (Some((port, owner)), _) => {
                Err(Violation::of_node(25, format!("port {} is still open for {owner:?}", port.0)))
            }
            (None, 0) => Ok(()),
            (None, used) => Err(Violation::of_node(25, format!("{used} ports are closed and still taken"))),
        }
    }
}
