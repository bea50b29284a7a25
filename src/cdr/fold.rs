//! The fold: events in, a [`Cdr`] out when its call is released. Events of one call come in order; those of
//! different calls may be mixed.
//!
//! *Invariant:* one record a call, with its `CallReleased`. Facts about a call that did not arrive or is
//! released already yield nothing; they are counted in [`Fold::stray`].

use std::collections::BTreeMap;

use super::record::{Cdr, Disposition, LegCdr, SkippedTrunk};
use crate::event::{By, CallId, EndCause, Event, Fact, LegRole, Number};
use crate::stdx::Instant;

/// Calls in progress, as records in the making.
#[derive(Debug)]
pub struct Fold {
    node: String,
    open: BTreeMap<CallId, Open>,
    stray: u64,
}

#[derive(Debug)]
struct Open {
    began: Instant,
    cdr: Cdr,
}

impl Fold {
    /// For the records of the node of that name.
    pub fn new(node: impl Into<String>) -> Self {
        Self { node: node.into(), open: BTreeMap::new(), stray: 0 }
    }

    /// Takes one event in; yields the record of the call it ends.
    pub fn handle(&mut self, event: &Event) -> Option<Cdr> {
        let call = event.call?;
        if let Fact::CallArrived { .. } = event.fact {
            self.open(call, event);
            return None;
        }
        let Some(open) = self.open.get_mut(&call) else {
            self.stray += 1;
            return None;
        };
        // Saturating and never before the last instant: the owner's monotonic clock only moves on.
        let at = open.at(event.now);
        if let Fact::CallReleased { cause, by } = event.fact {
            let open = self.open.remove(&call)?;
            return Some(open.close(at, cause, by));
        }
        open.cdr.note(at, &event.fact);
        None
    }

    /// Calls whose record is in the making.
    pub fn len(&self) -> usize {
        self.open.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    /// Facts that belonged to no open call, and calls that arrived twice or beyond the limit: 0 unless
    /// events were lost.
    pub fn stray(&self) -> u64 {
        self.stray
    }

    fn open(&mut self, call: CallId, event: &Event) {
        if self.open.contains_key(&call) || self.open.len() >= OPEN_MAX {
            self.stray += 1;
            return;
        }
        if let Fact::CallArrived { caller, withheld, dialled, trunk } = &event.fact {
            let mut cdr = blank(call, event.wall_ms);
            cdr.node.clone_from(&self.node);
            cdr.caller = caller.clone();
            cdr.withheld = *withheld;
            cdr.dialled = dialled.clone();
            cdr.final_number = dialled.clone();
            cdr.trunk_in.clone_from(trunk);
            cdr.invite(event.wall_ms, LegRole::Caller, caller.clone());
            self.open.insert(call, Open { began: event.now, cdr });
        }
    }
}

impl Open {
    fn at(&self, now: Instant) -> i64 {
        let passed = i64::try_from((now - self.began).as_millis()).unwrap_or(i64::MAX);
        self.cdr.arrived.saturating_add(passed)
    }

    fn close(self, at: i64, cause: EndCause, by: By) -> Cdr {
        let mut cdr = self.cdr;
        cdr.released = at;
        cdr.cause = cause;
        cdr.by = by;
        cdr.wait_ms = cdr.queued.map(|queued| cdr.connected.unwrap_or(at).max(queued) - queued);
        cdr.talk_ms = cdr.connected.map_or(0, |connected| at - connected);
        cdr.disposition = Disposition::of(cdr.connected.is_some(), cause);
        cdr.legs.iter_mut().filter(|leg| leg.ended == OPEN_LEG).for_each(|leg| leg.ended = at);
        cdr
    }
}

impl Cdr {
    fn note(&mut self, at: i64, fact: &Fact) {
        match fact {
            Fact::CallDecided { hotline, name, mode, phase, rule } => {
                if let Some(hotline) = hotline {
                    self.final_number = Number::new(hotline.as_str());
                }
                self.hotline.clone_from(hotline);
                self.hotline_name = bounded(name);
                self.mode = *mode;
                self.phase = *phase;
                self.rule = bounded(rule);
            }
            Fact::AnnouncementStarted { prompt } => {
                self.announced.get_or_insert(at);
                push(&mut self.prompts, prompt);
            }
            Fact::CallQueued { queue, skill } => {
                if self.queued.is_none() && self.connected.is_none() {
                    self.queued = Some(at);
                    // What rang before was given up; its leg keeps the time.
                    self.rang = None;
                }
                if self.queues.last() != Some(queue) {
                    push(&mut self.queues, queue);
                }
                self.skill.clone_from(skill);
            }
            Fact::CallOverflowed { to, .. } => {
                self.overflows = self.overflows.saturating_add(1);
                push(&mut self.queues, to);
            }
            Fact::LegInvited { leg, number } => {
                if let LegRole::Trunk(trunk) = leg
                    && self.connected.is_none()
                {
                    self.trunk_out = Some(trunk.clone());
                }
                self.invite(at, leg.clone(), number.clone());
            }
            Fact::LegRang { leg } => {
                if *leg != LegRole::Caller && self.connected.is_none() {
                    self.rang = Some(at);
                }
                self.on_leg(leg, |leg| _ = leg.rang.get_or_insert(at));
            }
            Fact::LegAnswered { leg } => {
                if *leg == LegRole::Caller {
                    self.answered.get_or_insert(at);
                }
                self.on_leg(leg, |leg| _ = leg.answered.get_or_insert(at));
            }
            Fact::LegFailed { leg, status } => self.on_leg(leg, |leg| {
                leg.ended = at;
                leg.status = Some(*status);
            }),
            Fact::TrunkSkipped { trunk, full, .. } => {
                push(&mut self.skipped, &SkippedTrunk { trunk: trunk.clone(), full: *full });
            }
            Fact::CallConnected { to } => self.connect(at, to),
            Fact::LegHeld { .. } => self.holds = self.holds.saturating_add(1),
            Fact::DtmfPassed { .. } => self.digits = self.digits.saturating_add(1),
            Fact::AgentMissed { agent, .. } => push(&mut self.missed, agent),
            Fact::CallArrived { .. }
            | Fact::CallReleased { .. }
            | Fact::AnnouncementEnded { .. }
            | Fact::AnnouncementFailed { .. }
            | Fact::LegResumed { .. }
            | Fact::AgentChanged { .. }
            | Fact::AgentRegistered { .. }
            | Fact::AgentUnregistered { .. }
            | Fact::RegistrationRefused { .. }
            | Fact::TrunkChanged { .. }
            | Fact::TrunkOnOtherPort { .. }
            | Fact::LimitReached { .. }
            | Fact::RefusalsLeftOut { .. }
            | Fact::PlanChanged { .. }
            | Fact::DrainStarted => {}
        }
    }

    fn connect(&mut self, at: i64, to: &LegRole) {
        self.connected.get_or_insert(at);
        match to {
            LegRole::Caller => {}
            LegRole::Agent(agent) => self.agent = Some(agent.clone()),
            LegRole::Trunk(trunk) => {
                self.trunk_out = Some(trunk.clone());
                if let Some(leg) = self.legs.iter().rev().find(|leg| leg.role == *to) {
                    self.final_number = leg.number.clone();
                }
            }
        }
    }

    fn invite(&mut self, at: i64, role: LegRole, number: Number) {
        if self.legs.len() < LIST_MAX {
            let leg = LegCdr {
                role,
                number,
                invited: at,
                rang: None,
                answered: None,
                ended: OPEN_LEG,
                status: None,
            };
            self.legs.push(leg);
        } else {
            self.legs_left_out = self.legs_left_out.saturating_add(1);
        }
    }

    /// The latest leg of that role that has not ended.
    fn on_leg(&mut self, role: &LegRole, act: impl FnOnce(&mut LegCdr)) {
        let mut open = self.legs.iter_mut().rev();
        if let Some(leg) = open.find(|leg| leg.role == *role && leg.ended == OPEN_LEG) {
            act(leg);
        }
    }
}

fn push<T: Clone>(list: &mut Vec<T>, item: &T) {
    if list.len() < LIST_MAX {
        list.push(item.clone());
    }
}

fn bounded(text: &str) -> String {
    text.chars().take(TEXT_MAX).collect()
}

fn blank(call: CallId, arrived: i64) -> Cdr {
    Cdr {
        call,
        node: String::new(),
        caller: Number::new(""),
        withheld: false,
        dialled: Number::new(""),
        final_number: Number::new(""),
        hotline: None,
        hotline_name: String::new(),
        mode: None,
        phase: None,
        rule: String::new(),
        trunk_in: None,
        trunk_out: None,
        skipped: Vec::new(),
        queues: Vec::new(),
        skill: None,
        agent: None,
        missed: Vec::new(),
        prompts: Vec::new(),
        overflows: 0,
        holds: 0,
        digits: 0,
        arrived,
        answered: None,
        announced: None,
        queued: None,
        rang: None,
        connected: None,
        released: arrived,
        wait_ms: None,
        talk_ms: 0,
        legs: Vec::new(),
        legs_left_out: 0,
        cause: EndCause::Internal,
        by: By::Node,
        disposition: Disposition::Failed,
    }
}

/// Calls in progress at once; a node carries fewer.
const OPEN_MAX: usize = 1 << 20;
/// Entries of a record's lists.
const LIST_MAX: usize = 64;
/// Characters of a text that comes from the plan.
const TEXT_MAX: usize = 512;
/// The `ended` of a leg that has not.
const OPEN_LEG: i64 = i64::MAX;
