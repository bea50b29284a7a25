//! Facts as names and values, for JSON: the same facts as [`super::words`], numbers masked.

use serde_json::Value;

use super::escape::{self, mask_runs};
use crate::event::{Fact, LegRole};

/// The fact's name in kebab-case, as in JSON logs.
pub fn name(fact: &Fact) -> &'static str {
    match fact {
        Fact::CallArrived { .. } => "call-arrived",
        Fact::CallDecided { .. } => "call-decided",
        Fact::AnnouncementStarted { .. } => "announcement-started",
        Fact::AnnouncementEnded { .. } => "announcement-ended",
        Fact::AnnouncementFailed { .. } => "announcement-failed",
        Fact::CallQueued { .. } => "call-queued",
        Fact::CallOverflowed { .. } => "call-overflowed",
        Fact::LegInvited { .. } => "leg-invited",
        Fact::LegRang { .. } => "leg-rang",
        Fact::LegAnswered { .. } => "leg-answered",
        Fact::TrunkSkipped { .. } => "trunk-skipped",
        Fact::LegFailed { .. } => "leg-failed",
        Fact::CallConnected { .. } => "call-connected",
        Fact::LegHeld { .. } => "leg-held",
        Fact::LegResumed { .. } => "leg-resumed",
        Fact::DtmfPassed { .. } => "dtmf-passed",
        Fact::CallReleased { .. } => "call-released",
        Fact::AgentChanged { .. } => "agent-changed",
        Fact::AgentMissed { .. } => "agent-missed",
        Fact::AgentRegistered { .. } => "agent-registered",
        Fact::AgentUnregistered { .. } => "agent-unregistered",
        Fact::RegistrationRefused { .. } => "registration-refused",
        Fact::TrunkChanged { .. } => "trunk-changed",
        Fact::TrunkOnOtherPort { .. } => "trunk-on-other-port",
        Fact::LimitReached { .. } => "limit-reached",
        Fact::RefusalsLeftOut { .. } => "refusals-left-out",
        Fact::PlanChanged { .. } => "plan-changed",
        Fact::DrainStarted => "drain-started",
    }
}

/// What the fact says, value by value.
pub fn fields(fact: &Fact) -> Vec<(&'static str, Value)> {
    let text = |text: &dyn ToString| Value::from(escape::printable(&text.to_string()));
    match fact {
        Fact::CallArrived { caller, withheld, dialled, trunk } => {
            let caller = if *withheld { String::new() } else { caller.masked() };
            let mut fields = vec![
                ("caller", caller.into()),
                ("withheld", (*withheld).into()),
                ("dialled", dialled.masked().into()),
            ];
            fields.extend(trunk.as_ref().map(|trunk| ("trunk", text(trunk))));
            fields
        }
        Fact::CallDecided { hotline, name, mode, phase, rule } => {
            let mut fields = vec![("name", text(name)), ("rule", text(&mask_runs(rule)))];
            fields.extend(hotline.as_ref().map(|hotline| ("hotline", text(hotline))));
            fields.extend(mode.map(|mode| ("mode", mode.as_str().into())));
            fields.extend(phase.map(|phase| ("phase", phase.as_str().into())));
            fields
        }
        Fact::AnnouncementStarted { prompt } | Fact::AnnouncementFailed { prompt } => {
            vec![("announcement", text(prompt))]
        }
        Fact::AnnouncementEnded { prompt, whole } => {
            vec![("announcement", text(prompt)), ("whole", (*whole).into())]
        }
        Fact::CallQueued { queue, skill } => {
            let mut fields = vec![("queue", text(queue))];
            fields.extend(skill.as_ref().map(|skill| ("skill", text(skill))));
            fields
        }
        Fact::CallOverflowed { from, to } => vec![("from", text(from)), ("to", text(to))],
        Fact::LegInvited { leg, number } => {
            // An agent is called by his name; the number is a trunk's affair.
            let number = matches!(leg, LegRole::Trunk(_)).then(|| ("number", number.masked().into()));
            role(leg).into_iter().chain(number).collect()
        }
        Fact::LegRang { leg }
        | Fact::LegAnswered { leg }
        | Fact::LegHeld { leg }
        | Fact::LegResumed { leg }
        | Fact::DtmfPassed { leg, .. }
        | Fact::CallConnected { to: leg } => role(leg),
        Fact::LegFailed { leg, status } => {
            role(leg).into_iter().chain([("status", (*status).into())]).collect()
        }
        Fact::CallReleased { cause, by } => {
            let by = format!("{by:?}").to_lowercase();
            vec![("cause", cause.code().into()), ("by", by.into()), ("status", cause.status().into())]
        }
        Fact::AgentChanged { agent, state } => vec![("agent", text(agent)), ("state", state.as_str().into())],
        Fact::AgentMissed { agent, misses } => vec![("agent", text(agent)), ("misses", (*misses).into())],
        Fact::AgentRegistered { agent, contact } => {
            vec![("agent", text(agent)), ("contact", text(&mask_runs(contact)))]
        }
        Fact::AgentUnregistered { agent, expired } => {
            vec![("agent", text(agent)), ("expired", (*expired).into())]
        }
        Fact::RegistrationRefused { user, source, more } => {
            vec![("user", text(&mask_runs(user))), ("source", text(source)), ("more", (*more).into())]
        }
        Fact::TrunkSkipped { trunk, full, put_off } => {
            vec![("trunk", text(trunk)), ("full", (*full).into()), ("put_off", (*put_off).into())]
        }
        Fact::TrunkChanged { trunk, up } => vec![("trunk", text(trunk)), ("up", (*up).into())],
        Fact::TrunkOnOtherPort { trunk, source, count } => {
            vec![("trunk", text(trunk)), ("source", text(source)), ("count", (*count).into())]
        }
        Fact::LimitReached { what } => vec![("what", (*what).into())],
        Fact::PlanChanged { name, edition } => vec![("plan", text(name)), ("edition", (*edition).into())],
        Fact::RefusalsLeftOut { count } => vec![("count", (*count).into())],
        Fact::DrainStarted => vec![],
    }
}

fn role(leg: &LegRole) -> Vec<(&'static str, Value)> {
    match leg {
        LegRole::Caller => vec![("leg", "caller".into())],
        LegRole::Agent(agent) => vec![("leg", "agent".into()), ("agent", agent.as_str().into())],
        LegRole::Trunk(trunk) => vec![("leg", "trunk".into()), ("trunk", trunk.as_str().into())],
    }
}
