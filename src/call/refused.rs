//! INVITEs that the SIP stack refused by itself (RFC 3261 §8.2): no call began, but each leaves a record.
//!
//! A flood of them must not flood the store: of those within a second only the first few are told, the others are
//! counted, and the count is told when the second is over.

use std::net::SocketAddr;
use std::time::Duration;

use super::arrive::{read_caller, read_candidates};
use super::means::Hand;
use super::{Calls, Means, Output};
use crate::dialplan::Table;
use crate::event::{By, EndCause, Event, Fact, Number};
use crate::sip::wire::Message;
use crate::stdx::Instant;

/// An INVITE the stack has not let in.
#[derive(Debug)]
pub struct Refused {
    /// The INVITE, as far as it could be read.
    pub request: Message,
    /// Where it came from.
    pub source: SocketAddr,
    /// Whose digest it carried; `None` from a trunk.
    pub account: Option<String>,
    /// The status it got.
    pub status: u16,
}

/// How many were told in the second that began at `since`, and how many were not.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    since: Option<Instant>,
    told: u32,
    left_out: u32,
}

impl Calls {
    /// Leaves a record of an INVITE that never became a call.
    pub fn refused(&mut self, means: &mut Means<'_>, table: &Table, refused: Refused) {
        self.tell_refusals_left_out(means);
        if !self.refusals.has_room(means.now) {
            return;
        }
        let Refused { request, source, account, status } = refused;
        let trunk = account.is_none().then(|| table.trunk_of_source(source.ip(), source.port())).flatten();
        let caller = read_caller(table, &request, account.as_deref(), trunk.map(|trunk| trunk.id.clone()));
        let dialled = read_candidates(table, &request, caller.trunk.as_ref()).into_iter().next();
        let arrived = Fact::CallArrived {
            caller: caller.number,
            withheld: caller.withheld,
            dialled: dialled.map_or_else(|| Number::new(""), |(_, number)| number),
            trunk: caller.trunk,
        };
        let rule = format!("refused with {status} {BEFORE_THE_PLAN}");
        let decided = Fact::CallDecided { hotline: None, name: String::new(), mode: None, phase: None, rule };
        let id = self.next_id(means.wall_ms);
        let mut hand = Hand { now: means.now, means, desk: &mut self.desk };
        for fact in [arrived, decided, Fact::CallReleased { cause: cause_of(status), by: By::Node }] {
            hand.tell(id, fact);
        }
    }

    /// Tells how many were left out, once their second is over.
    pub(super) fn tell_refusals_left_out(&mut self, means: &Means<'_>) {
        if self.refusals.timeout().is_some_and(|at| at <= means.now) {
            let count = std::mem::take(&mut self.refusals.left_out);
            let fact = Fact::RefusalsLeftOut { count };
            let event = Event { now: means.now, wall_ms: means.wall_ms, call: None, fact };
            self.desk.outputs.push_back(Output::Event(event));
        }
    }
}

impl Ledger {
    /// Whether one more may be told; else it is counted.
    fn has_room(&mut self, now: Instant) -> bool {
        if self.since.is_none_or(|since| now.since(since) >= SECOND) {
            self.since = Some(now);
            self.told = 0;
        }
        if self.told < TOLD_MAX {
            self.told += 1;
            return true;
        }
        self.left_out = self.left_out.saturating_add(1);
        false
    }

    pub(super) fn timeout(&self) -> Option<Instant> {
        self.since.filter(|_| self.left_out > 0).map(|since| since + SECOND)
    }
}

fn cause_of(status: u16) -> EndCause {
    match status {
        482 | 483 => EndCause::Loop,
        503 => EndCause::Overloaded,
        _ => EndCause::BadRequest,
    }
}

/// How the rule ends that the record of such an INVITE names: whatever the plan says, it would have been refused.
pub const BEFORE_THE_PLAN: &str = "before the plan was asked";
const SECOND: Duration = Duration::from_secs(1);
/// Records a second.
const TOLD_MAX: u32 = 20;
