//! Why a call goes where it goes: `decide` with a recorder, in words.
//!
//! There is no second implementation here: what is told is what [`Table::decide_with`] did.

use std::fmt;

use serde::Serialize;

use crate::dialplan::action::{Action, Announce, Back};
use crate::dialplan::table::{Decision, Facts, Fate, Ingress, Recorder, Seen, Table};
use crate::event::{Number, Phase, TrunkId};

/// A decision and all that led to it.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Explanation {
    /// The plan's name.
    pub plan: String,
    /// The instant, in the plan's zone.
    pub at: String,
    /// What was decided.
    pub outcome: Outcome,
    /// What each rule saw, in order.
    pub looked: Vec<Look>,
    /// All that ever happens to the number that decided.
    pub periods: Vec<Period>,
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

/// What a rule saw.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Look {
    /// The rule.
    pub rule: &'static str,
    /// The number it looked at.
    pub number: String,
    /// Whether it decided.
    pub decided: bool,
    /// Why or why not.
    pub why: &'static str,
}

/// A period of a number.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Period {
    /// Its first instant.
    pub from: String,
    /// Its phase.
    pub phase: Option<&'static str>,
    /// What happens in it.
    pub what: String,
    /// Whether the call falls in it.
    pub now: bool,
}

/// Decides and tells why.
pub fn explain(table: &Table, facts: &Facts<'_>, at_ms: i64) -> Explanation {
    let mut looked = Looked(vec![]);
    let decision = table.decide_with(facts, at_ms, &mut looked);
    let fate = decision.ingress.and_then(|_| match decision.ingress {
        // A bound number is not the plan's own; the hotline's periods are what matters.
        Some(Ingress::AccessNumber) => decision.hotline.as_ref().and_then(|h| table.fate(&h.number)),
        Some(_) | None => table.fate(&decision.dialled),
    });
    Explanation {
        plan: table.name().to_owned(),
        at: table.calendar().show(at_ms),
        outcome: Outcome::of(&decision),
        looked: looked.0,
        periods: fate.map_or_else(Vec::new, |fate| periods(table, fate, at_ms)),
    }
}

struct Looked(Vec<Look>);

impl Recorder for Looked {
    fn looked(&mut self, ingress: Ingress, number: &Number, seen: Seen) {
        let (decided, why) = match seen {
            Seen::Unknown => (false, "the plan does not have it"),
            Seen::Hit => (true, "it decides"),
            Seen::General => (false, "the general number; a header may say which hotline was dialled"),
            Seen::SentByThem => (false, "they sent the call to us; sending it back would be a loop"),
            Seen::EmergencyInHeader => (false, "an emergency line only counts as the number called"),
            Seen::Reserve => (true, "nothing said more"),
            Seen::LeftOut => (false, "the trunk's `identify` leaves it out"),
        };
        self.0.push(Look { rule: ingress.as_str(), number: number.to_string(), decided, why });
    }
}

fn periods(table: &Table, fate: &Fate, at_ms: i64) -> Vec<Period> {
    let now = fate.segment(at_ms).map(|segment| segment.from_ms);
    let each = fate.segments.iter().map(|segment| Period {
        from: table.calendar().show(segment.from_ms),
        phase: segment.phase.map(Phase::as_str),
        what: what(&segment.action),
        now: now == Some(segment.from_ms),
    });
    each.collect()
}

impl Outcome {
    /// Of a decision.
    pub fn of(decision: &Decision) -> Self {
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
        outcome.take(&decision.action);
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

/// An action as an operator says it.
pub fn what(action: &Action) -> String {
    let skill = |skill: &Option<crate::event::Skill>| {
        skill.as_ref().map_or_else(String::new, |skill| format!(" with the skill {skill}"))
    };
    match action {
        Action::Queue { queue, skill: needed, announce } => {
            let heard = announce
                .as_ref()
                .map_or_else(String::new, |Announce { prompt, .. }| format!("announce {prompt}, then "));
            format!("{heard}queue {queue}{}", skill(needed))
        }
        Action::Trunk { trunks, number, back, .. } => {
            let back = back.as_ref().map_or_else(String::new, |back| {
                format!("; back to {}{}", back_when(back), skill(&back.skill))
            });
            format!("trunk {}, dialling {number}{back}", names(trunks).join(", then "))
        }
        Action::Emergency { line, trunks, .. } => {
            format!("emergency line {line}: trunk {}", names(trunks).join(", then "))
        }
        Action::Intercept { prompt, status } => format!("intercept: announce {prompt}, then {status}"),
        Action::Reject { status, notice: Some(notice) } => {
            format!("refuse: announce {notice}, then {status}")
        }
        Action::Reject { status, notice: None } => format!("refuse with {status}"),
    }
}

fn back_when(back: &Back) -> String {
    let cases = [(back.on_down, "down"), (back.on_full, "full"), (back.on_no_answer, "not answered")];
    let cases: Vec<&str> = cases.iter().filter(|(on, _)| *on).map(|(_, name)| *name).collect();
    format!("queue {} when {}", back.queue, cases.join(" or "))
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

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} at {}", self.outcome.dialled, self.at)?;
        writeln!(f, "  {}", self.outcome)?;
        if let Some(target) = self.outcome.hotline.as_ref().filter(|_| !self.outcome.via.is_empty()) {
            writeln!(f, "  alias: {} → {target}", self.outcome.via.join(" → "))?;
        }
        writeln!(f, "how it was found")?;
        for look in &self.looked {
            let mark = if look.decided { '*' } else { '-' };
            writeln!(f, "  {mark} {}: {}: {}", look.rule, look.number, look.why)?;
        }
        if !self.looked.iter().any(|look| look.decided) {
            writeln!(f, "  no rule named a number of the plan")?;
        }
        if !self.periods.is_empty() {
            writeln!(f, "what happens to it, and when")?;
        }
        for period in &self.periods {
            let mark = if period.now { '>' } else { ' ' };
            writeln!(
                f,
                "  {mark} {:<26}{:<10}{}",
                period.from,
                period.phase.unwrap_or("always"),
                period.what
            )?;
        }
        Ok(())
    }
}
