//! Values of a plan in words, for a change's before and after.

use std::fmt::Display;
use std::net::IpAddr;
use std::time::Duration;

use crate::dialplan::action::Announce;
use crate::dialplan::diff::meets::NONE;
use crate::dialplan::fate::Kind;
use crate::dialplan::opening;
use crate::dialplan::peers::NumberForm;
use crate::dialplan::staff::{AnswerWhen, Closing, Hears, OnClosed, OnFull, Overflow, SkillNeed, Strategy};
use crate::event::TrunkId;

pub(super) fn or_none(value: Option<&impl Display>) -> String {
    value.map_or_else(|| NONE.to_owned(), ToString::to_string)
}

pub(super) fn announce(announce: Option<&Announce>) -> String {
    let Some(announce) = announce else { return NONE.to_owned() };
    format!("{} (all hear {})", announce.prompt, length(announce.must_hear))
}

pub(super) fn trunks(trunks: &[TrunkId]) -> String {
    list(trunks, ", then ")
}

pub(super) fn list<T: Display>(values: impl IntoIterator<Item = T>, between: &str) -> String {
    let values: Vec<String> = values.into_iter().map(|value| value.to_string()).collect();
    if values.is_empty() { NONE.to_owned() } else { values.join(between) }
}

/// `1m30s`, `20s`, `500ms`: as the plan writes it.
pub(super) fn length(length: Duration) -> String {
    let ms = length.as_millis();
    let parts = [(ms / 3_600_000, "h"), (ms / 60_000 % 60, "m"), (ms / 1000 % 60, "s"), (ms % 1000, "ms")];
    let text: String = parts.iter().filter(|(n, _)| *n > 0).map(|(n, unit)| format!("{n}{unit}")).collect();
    if text.is_empty() { "0s".to_owned() } else { text }
}

pub(super) fn overflow(step: &Overflow) -> String {
    let skill = if step.keep_skill { ", the skill kept" } else { "" };
    format!("to {} after {}{skill}", step.to, length(step.after))
}

pub(super) fn full(full: &OnFull) -> String {
    match full {
        OnFull::Queue(to) => format!("queue {to}"),
        OnFull::Reject { status, notice: Some(notice) } => format!("announce {notice}, then {status}"),
        OnFull::Reject { status, notice: None } => format!("refuse with {status}"),
    }
}

/// A queue's hours, as a caller who comes to it from elsewhere or waits in it meets them.
pub(super) fn closing(closing: Option<&Closing>) -> String {
    let Some(closing) = closing else { return "day and night".to_owned() };
    let then = match &closing.then {
        OnClosed::Queue { to, keep_skill, hears } => {
            let hears = match hears {
                Hears::AsOpen => String::new(),
                Hears::Nothing => "nothing announced, ".to_owned(),
                Hears::This(announce) => format!("announce {}, ", announce.prompt),
            };
            format!("{hears}queue {to}{}", if *keep_skill { ", the skill kept" } else { "" })
        }
        OnClosed::Reject { status, notice: Some(notice) } => format!("announce {notice}, then {status}"),
        OnClosed::Reject { status, notice: None } => format!("refuse with {status}"),
    };
    format!("{} ({}), else {then}", closing.hours.name(), opening::written(&closing.hours))
}

pub(super) fn need(need: &SkillNeed) -> String {
    format!("{} from level {}", need.skill, need.level)
}

pub(super) fn strategy(strategy: Strategy) -> &'static str {
    match strategy {
        Strategy::LongestIdle => "longest-idle",
    }
}

pub(super) fn answer(when: AnswerWhen) -> &'static str {
    match when {
        AnswerWhen::OnArrival => "on-arrival",
        AnswerWhen::OnQueue => "on-queue",
        AnswerWhen::OnAgent => "on-agent",
    }
}

pub(super) fn form(form: NumberForm) -> &'static str {
    match form {
        NumberForm::Local => "local",
        NumberForm::National => "national",
        NumberForm::E164 => "e164",
    }
}

pub(super) fn source((ip, port): &(IpAddr, Option<u16>)) -> String {
    match port {
        Some(port) => std::net::SocketAddr::new(*ip, *port).to_string(),
        None => ip.to_string(),
    }
}

/// What [`crate::dialplan::Table::decide`] makes of a number that a trusted header names.
pub(super) fn in_headers(kind: Option<Kind>) -> &'static str {
    match kind {
        Some(Kind::Direct) => "it is the general number",
        Some(Kind::Merged) => "the call is its hotline's",
        Some(Kind::Elsewhere | Kind::Told) => "the call is not sent back there",
        Some(Kind::Emergency) => "it counts if nothing else is known",
        None => "it is passed over",
    }
}
