//! What is done with a call, in the words of an operator: in full, or without what is each hotline's own, so that
//! hotlines that are treated alike read alike.

use crate::dialplan::action::{Action, Announce, Back};
use crate::event::{Number, Skill, TrunkId};

/// How a hotline's own values are said: its skill, and its number where that is dialled.
#[derive(Clone, Copy)]
pub(super) enum Own<'n> {
    /// As they are.
    Said,
    /// As its own; this is its number.
    LeftOut(Option<&'n Number>),
}

/// An action.
pub(super) fn in_words(action: &Action, own: Own<'_>) -> String {
    match action {
        Action::Queue { queue, skill: needed, announce } => {
            let heard = announce
                .as_ref()
                .map_or_else(String::new, |Announce { prompt, .. }| format!("announce {prompt}, then "));
            format!("{heard}queue {queue}{}", skill(needed.as_ref(), own))
        }
        Action::Trunk { trunks, number, back: way, .. } => {
            let back = way.as_ref().map_or_else(String::new, |way| format!("; back to {}", back(way, own)));
            format!("trunk {}, dialling {}{back}", each(trunks), dialled(number, own))
        }
        Action::Emergency { line, trunks, .. } => {
            let line = match own {
                Own::Said => format!(" {line}"),
                Own::LeftOut(_) => String::new(),
            };
            format!("emergency line{line}: trunk {}", each(trunks))
        }
        Action::Intercept { prompt, status } => format!("intercept: announce {prompt}, then {status}"),
        Action::Reject { status, notice: Some(notice) } => {
            format!("refuse: announce {notice}, then {status}")
        }
        Action::Reject { status, notice: None } => format!("refuse with {status}"),
    }
}

/// The way back from a trunk.
pub(super) fn back(way: &Back, own: Own<'_>) -> String {
    let cases = [(way.on_down, "down"), (way.on_full, "full"), (way.on_no_answer, "not answered")];
    let cases: Vec<&str> = cases.iter().filter(|(on, _)| *on).map(|(_, name)| *name).collect();
    format!("queue {}{} when {}", way.queue, skill(way.skill.as_ref(), own), cases.join(" or "))
}

/// The number that is dialled.
pub(super) fn dialled(number: &Number, own: Own<'_>) -> String {
    match own {
        Own::LeftOut(Some(its)) if its == number => ITS_OWN.to_owned(),
        Own::LeftOut(_) | Own::Said => number.to_string(),
    }
}

fn skill(skill: Option<&Skill>, own: Own<'_>) -> String {
    match (skill, own) {
        (None, _) => String::new(),
        (Some(skill), Own::Said) => format!(" with the skill {skill}"),
        (Some(_), Own::LeftOut(_)) => " with its own skill".to_owned(),
    }
}

fn each(trunks: &[TrunkId]) -> String {
    let names: Vec<&str> = trunks.iter().map(TrunkId::as_str).collect();
    names.join(", then ")
}

/// What is each hotline's own.
pub(super) const ITS_OWN: &str = "its own";
