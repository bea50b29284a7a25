//! Facts in an operator's words. A line about a call speaks of its caller: "waits in queue hrss".

use super::escape::mask_runs;
use super::log::Level;
use crate::event::{AgentState, By, EndCause, Fact, LegRole, Number, Severity, TrunkId};

/// How loudly a fact is told.
pub fn level(fact: &Fact) -> Level {
    match fact {
        Fact::CallReleased { cause, .. } => match cause.severity() {
            Severity::Normal => Level::Info,
            Severity::Warning => Level::Warn,
            Severity::Alarm => Level::Error,
        },
        Fact::AnnouncementFailed { .. }
        | Fact::TrunkChanged { up: false, .. }
        | Fact::RefusalsLeftOut { .. }
        | Fact::LimitReached { .. } => Level::Error,
        Fact::TrunkSkipped { .. } => Level::Warn,
        Fact::LegFailed { leg: LegRole::Trunk(_), status } if *status != 487 => Level::Warn,
        Fact::AgentMissed { .. }
        | Fact::RegistrationRefused { .. }
        | Fact::TrunkOnOtherPort { .. }
        | Fact::DrainStarted => Level::Warn,
        Fact::DtmfPassed { .. } => Level::Debug,
        Fact::CallArrived { .. }
        | Fact::CallDecided { .. }
        | Fact::AnnouncementStarted { .. }
        | Fact::AnnouncementEnded { .. }
        | Fact::CallQueued { .. }
        | Fact::CallOverflowed { .. }
        | Fact::LegInvited { .. }
        | Fact::LegRang { .. }
        | Fact::LegAnswered { .. }
        | Fact::LegFailed { .. }
        | Fact::CallConnected { .. }
        | Fact::LegHeld { .. }
        | Fact::LegResumed { .. }
        | Fact::AgentChanged { .. }
        | Fact::AgentRegistered { .. }
        | Fact::AgentUnregistered { .. }
        | Fact::TrunkChanged { up: true, .. }
        | Fact::PlanChanged { .. } => Level::Info,
    }
}

/// The fact as a sentence, numbers masked. What strangers wrote is in it as they wrote it: escape before showing.
pub fn sentence(fact: &Fact) -> String {
    match fact {
        Fact::CallArrived { caller, withheld, dialled, trunk } => {
            arrived(caller, *withheld, dialled, trunk.as_ref())
        }
        Fact::CallDecided { .. } => decided(fact),
        Fact::AnnouncementStarted { prompt } => format!("hears announcement {prompt}"),
        Fact::AnnouncementEnded { prompt, whole: true } => format!("has heard announcement {prompt}"),
        Fact::AnnouncementEnded { prompt, whole: false } => format!("announcement {prompt} is cut short"),
        Fact::AnnouncementFailed { prompt } => {
            format!(
                "announcement {prompt} cannot be played, a short tone stands in; `tongjie check` says why"
            )
        }
        Fact::CallQueued { queue, skill: Some(skill) } => {
            format!("waits in queue {queue} for an agent who knows {skill}")
        }
        Fact::CallQueued { queue, skill: None } => format!("waits in queue {queue}"),
        Fact::CallOverflowed { from, to } => format!("goes on from queue {from} to queue {to}"),
        Fact::LegInvited { leg: LegRole::Trunk(trunk), number } => {
            format!("calls {} on trunk {trunk}", number.masked())
        }
        Fact::LegInvited { leg, .. } => format!("calls {}", who(leg)),
        Fact::TrunkSkipped { trunk, full, put_off } => {
            let why = if *full { "full" } else { "down" };
            match put_off {
                true => format!("puts off trunk {trunk}, which seems {why}: tries the others first"),
                false => format!("passes over trunk {trunk}, which is {why}"),
            }
        }
        Fact::LegRang { leg } => format!("{} rings", who(leg)),
        Fact::LegAnswered { leg: LegRole::Caller } => "is answered".to_owned(),
        Fact::LegAnswered { leg } => format!("{} answers", who(leg)),
        Fact::LegFailed { leg, status } => format!("{} {}", who(leg), failed(*status)),
        Fact::CallConnected { to } => format!("speaks with {}", who(to)),
        Fact::LegHeld { leg } => format!("{} puts the other side on hold", who(leg)),
        Fact::LegResumed { leg } => format!("{} takes the other side back", who(leg)),
        // Which key is the caller's secret.
        Fact::DtmfPassed { leg, .. } => format!("{} presses a key", who(leg)),
        Fact::CallReleased { cause, by } => released(*cause, *by),
        Fact::AgentChanged { agent, state } => format!("agent {agent} is {}", state_words(*state)),
        Fact::AgentMissed { agent, misses } => {
            format!("agent {agent} did not take a call, {misses} in a row")
        }
        Fact::AgentRegistered { agent, contact } => {
            format!("agent {agent} has a phone at {}", mask_runs(contact))
        }
        Fact::AgentUnregistered { agent, expired: true } => {
            format!("agent {agent} has no phone: the registration ran out")
        }
        Fact::AgentUnregistered { agent, expired: false } => {
            format!("agent {agent} has no phone: it logged off")
        }
        Fact::RegistrationRefused { user, source, more } => {
            let more = match more {
                0 => String::new(),
                more => format!("; {more} more were refused since the last that was told"),
            };
            format!("registration refused: user {} from {source}{more}", mask_runs(user))
        }
        Fact::TrunkChanged { trunk, up: true } => format!("trunk {trunk} is up"),
        Fact::TrunkChanged { trunk, up: false } => {
            format!("trunk {trunk} is down; `tongjie trunks` shows its last answer")
        }
        Fact::TrunkOnOtherPort { trunk, source, count } => format!(
            "{count} INVITE(s) so far from trunk {trunk}'s address but another port, the last from {source}, were asked for \
             a password (401); if they are the trunk's, write `from = [\"{source}\"]`, or `from = [\"{}\"]` for any port, \
             in [trunk.{trunk}]",
            source.ip()
        ),
        Fact::LimitReached { what: "media-ports" } => {
            "limit reached: no RTP port is free; `tongjie status` shows how many there are".to_owned()
        }
        Fact::LimitReached { what } => format!("limit reached: {what}"),
        Fact::PlanChanged { name, edition } => format!("plan {name} is in force (edition {edition})"),
        Fact::RefusalsLeftOut { count } => {
            format!("{count} more refused INVITEs have no call record: too many came within a second")
        }
        Fact::DrainStarted => "no new calls are taken; the node stops when the last has ended".to_owned(),
    }
}

fn arrived(caller: &Number, withheld: bool, dialled: &Number, trunk: Option<&TrunkId>) -> String {
    let caller = if withheld { "a withheld number".to_owned() } else { shown(caller) };
    let trunk = trunk.map(|trunk| format!(" on trunk {trunk}")).unwrap_or_default();
    format!("{caller} calls {}{trunk}", shown(dialled))
}

fn shown(number: &Number) -> String {
    if number.as_str().is_empty() { "no number".to_owned() } else { number.masked() }
}

fn decided(fact: &Fact) -> String {
    let Fact::CallDecided { hotline, name, mode, phase, rule } = fact else { return String::new() };
    let rule = mask_runs(rule);
    let Some(hotline) = hotline else { return format!("no hotline found: {rule}") };
    let merge = mode.map(|mode| format!(", {}", mode.as_str())).unwrap_or_default();
    let phase = phase.map(|phase| format!(", {}", phase.as_str())).unwrap_or_default();
    format!("is for {hotline} {name}{merge}{phase}: {rule}")
}

fn who(leg: &LegRole) -> String {
    match leg {
        LegRole::Caller => "the caller".to_owned(),
        LegRole::Agent(agent) => format!("agent {agent}"),
        LegRole::Trunk(trunk) => format!("trunk {trunk}"),
    }
}

fn failed(status: u16) -> String {
    match status {
        408 | 480 => "does not answer".to_owned(),
        486 | 600 => "is busy".to_owned(),
        487 => "is no longer called".to_owned(),
        603 => "declines".to_owned(),
        _ => format!("fails: {status}"),
    }
}

fn released(cause: EndCause, by: By) -> String {
    let by = match by {
        By::Caller => "by the caller",
        By::Agent => "by the agent",
        By::Trunk => "by the trunk",
        By::Node => "by us",
        By::Operator => "by an operator",
    };
    let remedy = if cause.remedy().is_empty() { String::new() } else { format!("; {}", cause.remedy()) };
    format!("is over, {by}: {} ({}){remedy}", cause.sentence(), cause.code())
}

fn state_words(state: AgentState) -> &'static str {
    match state {
        AgentState::LoggedOff => "logged off",
        AgentState::NotReady => "not ready",
        AgentState::Ready => "ready",
        AgentState::Busy => "busy",
        AgentState::WorkingAfterCall => "working after the call",
    }
}
