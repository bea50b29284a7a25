//! Why a call goes where it goes, and all that can become of it: `decide` with a recorder, in words.
//!
//! There is no second implementation here. What is told of a decision is what [`Table::decide_with`] did; what can
//! become of the call afterwards is the web by which [`super::verify`] proves the plan.

mod path;
mod rules;
mod text;
mod when;

use std::fmt;

use serde::Serialize;

use crate::dialplan::action::Action;
use crate::dialplan::decide::{Decision, Facts, Ingress};
use crate::dialplan::fate::{Fate, Kind, Segment};
use crate::dialplan::suggest;
use crate::dialplan::table::Table;
use crate::dialplan::{Target, TargetKind};
use crate::event::{Number, Phase, TrunkId};

pub use path::{Meets, Way};
pub use rules::Rule;
pub use when::{Change, Open, Period};

/// A decision, all that led to it, all that did not, and what can follow.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Explanation {
    /// The plan's name.
    pub plan: String,
    /// The instant, in the plan's zone.
    pub at: String,
    /// Its weekday.
    pub weekday: &'static str,
    /// What was decided.
    pub outcome: Outcome,
    /// Whose hotline it is.
    pub owner: Option<String>,
    /// What its agents say first.
    pub greeting: Option<String>,
    /// What the plan says of a number that is told and never routed, or does not know.
    pub remark: Option<String>,
    /// What each rule saw, in the order they are asked, those that were not needed included.
    pub rules: Vec<Rule>,
    /// When its people take calls, if not always.
    pub open: Option<Open>,
    /// What callers meet, now first; then, if it has hours, at the other times of this period.
    pub meets: Vec<Meets>,
    /// All that ever happens to the number that decided.
    pub periods: Vec<Period>,
    /// When this caller would be treated differently for the next time; `None`: never.
    pub next: Option<Change>,
}

/// A decision, flat: what a listing, a test and `--json` show.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Outcome {
    /// The hotline found.
    pub hotline: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// How it was merged.
    pub mode: Option<&'static str>,
    /// In which phase.
    pub phase: Option<&'static str>,
    /// The rule that found it.
    pub rule: Option<&'static str>,
    /// The number that decided.
    pub dialled: String,
    /// Aliases passed.
    pub via: Vec<String>,
    /// Whether the hotline or its queue is closed then.
    pub closed: bool,
    /// `queue`, `trunk`, `emergency`, `intercept` or `reject`.
    pub action: &'static str,
    /// The queue it waits in, or comes back to.
    pub queue: Option<String>,
    /// What the agent must know.
    pub skill: Option<String>,
    /// The announcement or notice the caller hears first.
    pub announce: Option<String>,
    /// The trunks it goes to, in order.
    pub trunks: Vec<String>,
    /// The emergency line.
    pub emergency: Option<String>,
    /// The intercept announcement.
    pub intercept: Option<String>,
    /// The final status of a refusal.
    pub status: Option<u16>,
}

/// Decides and tells why. `named`: every number the INVITE names, also where `facts` may not believe it.
pub fn explain(table: &Table, facts: &Facts<'_>, named: &[(Ingress, Number)], at_ms: i64) -> Explanation {
    let (decision, rules) = rules::explain(table, facts, named, at_ms);
    let fate = decision.ingress.and_then(|_| table.fate(&decision.dialled));
    Explanation {
        plan: table.name().to_owned(),
        at: table.calendar().show(at_ms),
        weekday: table.calendar().weekday(at_ms),
        outcome: Outcome::of(&decision),
        owner: decision.hotline.as_ref().map(|hotline| hotline.owner.clone()).filter(|o| !o.is_empty()),
        greeting: decision.hotline.as_ref().map(|hotline| hotline.greeting.clone()).filter(|g| !g.is_empty()),
        remark: remark(table, &decision, fate, at_ms),
        rules,
        open: fate.and_then(|fate| when::open(table, fate, at_ms)),
        meets: path::meets(table, fate, &decision, at_ms),
        periods: fate.map_or_else(Vec::new, |fate| when::periods(table, fate, at_ms)),
        next: fate.and_then(|fate| when::next(table, fate, facts, at_ms)),
    }
}

/// What there is to say of a number no hotline has.
fn remark(table: &Table, decision: &Decision<'_>, fate: Option<&Fate>, at_ms: i64) -> Option<String> {
    let number = &decision.dialled;
    let Some(fate) = fate else {
        if table.fate(number).is_some() {
            return Some(format!("the plan has {number}, but no rule of this trunk asks for it"));
        }
        let known: Vec<&str> = table.fates().iter().map(|fate| fate.number.as_str()).collect();
        let near = suggest::nearest(number.as_str(), known.iter().copied());
        let near = near.map_or_else(String::new, |near| format!("; the nearest it has is {near}"));
        return Some(format!("the plan does not have {number}{near}"));
    };
    if decision.hotline.is_none() && fate.segments().len() > 1 {
        let owned = |segment: &Segment<'_>| segment.hotline.is_some();
        let before = fate.segments().filter(owned).any(|segment| segment.from_ms <= at_ms);
        let later = fate.segments().filter(owned).any(|segment| segment.from_ms > at_ms);
        return Some(match (before, later) {
            (true, false) => format!("{number} had an owner, and has none any more"),
            (false, true) => format!("{number} has no owner yet"),
            (_, _) => format!("{number} has other owners at other times, and none now"),
        });
    }
    let target = table.targets().iter().find(|target| target.number == *number)?;
    (fate.kind_at(at_ms) == Kind::Told).then(|| told(target))
}

fn told(target: &Target) -> String {
    let what = match target.kind {
        TargetKind::Utility => "a linked utility",
        TargetKind::Peer => "a peer platform",
        TargetKind::OutOfScope => "out of scope",
        TargetKind::Emergency => "an emergency line",
        TargetKind::SubCenter => "a sub-center",
    };
    let reach = match target.trunks.is_empty() {
        true => "callers are told so".to_owned(),
        false => format!("calls are transferred there by trunk {}", names(&target.trunks).join(", then ")),
    };
    format!("{} is {what}: {reach}, never routed", target.name)
}

impl Outcome {
    /// Of a decision.
    pub fn of(decision: &Decision<'_>) -> Self {
        let mut outcome = Self {
            hotline: decision.hotline.as_ref().map(|hotline| hotline.id.to_string()),
            name: decision.hotline.as_ref().map(|hotline| hotline.name.clone()),
            mode: decision.hotline.as_ref().map(|hotline| hotline.mode.as_str()),
            phase: decision.phase.map(Phase::as_str),
            rule: decision.ingress.map(Ingress::as_str),
            dialled: decision.dialled.to_string(),
            via: decision.via.iter().map(ToString::to_string).collect(),
            closed: decision.closed,
            ..Self::default()
        };
        outcome.take(decision.action);
        outcome
    }

    fn take(&mut self, action: &Action) {
        match action {
            Action::Queue { queue, skill, announce } => {
                self.action = "queue";
                self.queue = Some(queue.to_string());
                self.skill = skill.as_ref().map(ToString::to_string);
                self.announce = announce.as_ref().map(|announce| announce.prompt.to_string());
            }
            Action::Trunk { trunks, back, .. } => {
                self.action = "trunk";
                self.trunks = names(trunks);
                self.queue = back.as_ref().map(|back| back.queue.to_string());
                self.skill = back.as_ref().and_then(|back| back.skill.as_ref()).map(ToString::to_string);
            }
            Action::Emergency { line, trunks, .. } => {
                self.action = "emergency";
                self.emergency = Some(line.to_string());
                self.trunks = names(trunks);
            }
            Action::Intercept { prompt, status } => {
                self.action = "intercept";
                self.intercept = Some(prompt.to_string());
                self.status = Some(*status);
            }
            Action::Reject { status, notice } => {
                self.action = "reject";
                self.announce = notice.as_ref().map(ToString::to_string);
                self.status = Some(*status);
            }
        }
    }
}

fn names(trunks: &[TrunkId]) -> Vec<String> {
    trunks.iter().map(ToString::to_string).collect()
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.hotline, &self.name) {
            (Some(hotline), Some(name)) => write!(f, "{hotline} {name}")?,
            (_, _) => write!(f, "{} is not routed", self.dialled)?,
        }
        for (label, value) in [("mode", self.mode), ("phase", self.phase), ("action", Some(self.action))] {
            if let Some(value) = value {
                write!(f, ", {label} {value}")?;
            }
        }
        if self.closed {
            f.write_str(", closed")?;
        }
        let texts = [
            ("announce", &self.announce),
            ("queue", &self.queue),
            ("skill", &self.skill),
            ("emergency", &self.emergency),
            ("intercept", &self.intercept),
        ];
        for (label, value) in texts {
            if let Some(value) = value {
                write!(f, ", {label} {value}")?;
            }
        }
        if let Some(trunk) = self.trunks.first() {
            write!(f, ", trunk {trunk}")?;
        }
        self.status.map_or(Ok(()), |status| write!(f, ", status {status}"))
    }
}
