//! Promises that are checked while the world runs: one file a promise, named by its number. Numbers that
//! are missing belong to promises that nothing here can break yet.
//!
//! A checker knows what a bystander can know (`book`), judges after every step, and says what is wrong in
//! words a person can act on. None of them knows how a fault could be planted.

mod i01_one_final_answer;
mod i02_calls_end;
mod i03_successes_are_acknowledged;
mod i04_cancel_crossing;
mod i05_no_leg_outlives_its_call;
mod i06_sequence;
mod i10_unknown_dialog;
mod i11_agent_and_call_agree;
mod i12_one_call_an_agent;
mod i13_one_agent_a_caller;
mod i14_offers_only_to_those_who_may;
mod i15_first_come_first_served;
mod i16_nobody_waits_beside_a_free_agent;
mod i18_no_agent_is_stuck;
mod i25_ports;
mod i30_nothing_is_left;
mod i32_one_record_a_call;

use std::collections::BTreeSet;

use super::book::{Book, Seen};
use crate::event::CallId;
use crate::node::Node;
use crate::stdx::Instant;

pub(crate) use i32_one_record_a_call::Records;

/// A promise that was broken.
#[derive(Clone, Debug)]
pub(crate) struct Violation {
    /// The number of the promise.
    pub(crate) invariant: u8,
    /// What is wrong.
    pub(crate) what: String,
    /// The call concerned.
    pub(crate) call: Option<CallId>,
    /// The SIP Call-ID concerned.
    pub(crate) leg: Option<String>,
    /// The SIP Call-ID of another leg that has to do with it.
    pub(crate) also: Option<String>,
}

impl Violation {
    fn of_leg(invariant: u8, leg: &str, what: impl Into<String>) -> Self {
        Self { invariant, what: what.into(), call: None, leg: Some(leg.to_owned()), also: None }
    }

    fn of_call(invariant: u8, call: CallId, what: impl Into<String>) -> Self {
        Self { invariant, what: what.into(), call: Some(call), leg: None, also: None }
    }

    fn of_node(invariant: u8, what: impl Into<String>) -> Self {
        Self { invariant, what: what.into(), call: None, leg: None, also: None }
    }
}

/// What a checker says.
type Verdict = Result<(), Violation>;

/// One promise.
pub(crate) trait Checker: std::fmt::Debug {
    /// Judges what was seen; `book` knows it already.
    fn see(&mut self, book: &Book, seen: &Seen<'_>) -> Verdict;

    /// Judges after a step, with the node at hand for what only it can tell.
    fn step(&mut self, _book: &Book, _node: &Node) -> Verdict {
        Ok(())
    }

    /// Judges when everything has healed and every call has had time to end.
    fn finish(&mut self, _book: &Book, _node: &Node) -> Verdict {
        Ok(())
    }
}

/// All of them, in the order of their numbers.
pub(crate) fn all() -> Vec<Box<dyn Checker>> {
    vec![
        Box::<i01_one_final_answer::Finals>::default(),
        Box::<i02_calls_end::Ends>::default(),
        Box::<i03_successes_are_acknowledged::Acks>::default(),
        Box::<i04_cancel_crossing::Cancels>::default(),
        Box::<i05_no_leg_outlives_its_call::Outliving>::default(),
        Box::<i06_sequence::Sequence>::default(),
        Box::<i10_unknown_dialog::Strays>::default(),
        Box::<i11_agent_and_call_agree::Pointers>::default(),
        Box::<i12_one_call_an_agent::OneCall>::default(),
        Box::<i13_one_agent_a_caller::OneAgent>::default(),
        Box::<i14_offers_only_to_those_who_may::Offers>::default(),
        Box::<i15_first_come_first_served::Fifo>::default(),
        Box::<i16_nobody_waits_beside_a_free_agent::Idle>::default(),
        Box::<i18_no_agent_is_stuck::Stuck>::default(),
        Box::<i25_ports::Ports>::default(),
        Box::<i30_nothing_is_left::Leaks>::default(),
    ]
}

/// Things that must have happened by an instant.
#[derive(Debug)]
struct Due<K>(BTreeSet<(Instant, K)>);

impl<K> Default for Due<K> {
    fn default() -> Self {
        Self(BTreeSet::new())
    }
}

impl<K: Ord + Clone> Due<K> {
    fn set(&mut self, at: Instant, key: K) {
        self.0.insert((at, key));
    }

    /// What is due, one at a time.
    fn take(&mut self, now: Instant) -> Option<K> {
        let first = self.0.first().filter(|(at, _)| *at <= now)?.clone();
        self.0.remove(&first);
        Some(first.1)
    }
}
