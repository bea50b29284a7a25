//! A way through a [`Web`] in words, step by step: the counterexample a person reads.

use crate::dialplan::draft::Draft;
use crate::dialplan::verify::interval::Caller;
use crate::dialplan::verify::web::{End, Place, Step, Web};
use crate::event::{Number, Phase, Skill, TrunkId};

/// Most numbers a message lists.
const LISTED_MAX: usize = 8;

/// From the number dialled to this spot.
pub(in crate::dialplan) fn way(draft: &Draft<'_>, caller: &Caller<'_>, web: &Web<'_>, to: usize) -> String {
    way_from(first(draft, caller), web, to)
}

/// From what a line says to this spot.
pub(in crate::dialplan) fn way_from(first: String, web: &Web<'_>, to: usize) -> String {
    let mut lines = vec![];
    let mut at = to;
    while let Some(spot) = web.spots.get(at) {
        let Some((from, step)) = &spot.from else { break };
        let before = web.spots.get(*from).map(|spot| &spot.place);
        lines.push(line(before, step, &spot.place));
        at = *from;
    }
    lines.push(first);
    lines.reverse();
    lines.join("\n  → ")
}

/// Who calls, and when.
pub(in crate::dialplan) fn first(draft: &Draft<'_>, caller: &Caller<'_>) -> String {
    if !caller.is_known() {
        return format!("a number the plan does not have is dialled {}", when(draft, caller));
    }
    let number = &caller.fate.number;
    let phase =
        caller.segment.phase.map_or_else(String::new, |phase| format!(" (phase {})", Phase::as_str(phase)));
    let alias = match (caller.fate.via().is_empty(), &caller.segment.hotline) {
        (false, Some(hotline)) => format!(", an alias of {}", hotline.number),
        (_, _) => String::new(),
    };
    let closed = if caller.closed { ", while it is closed" } else { "" };
    format!("{number}{alias} is dialled {}{phase}{closed}", when(draft, caller))
}

/// The instant of the counterexample; of an interval without a beginning, that it holds until its end.
pub(in crate::dialplan) fn when(draft: &Draft<'_>, caller: &Caller<'_>) -> String {
    match (caller.at_ms, caller.until_ms) {
        (i64::MIN, i64::MAX) => "at any time".to_owned(),
        (i64::MIN, until) => format!("before {}", draft.calendar.show(until)),
        (at, _) => format!("at {}", draft.calendar.show(at)),
    }
}

/// From its instant on, and to its end if it has one.
pub(in crate::dialplan) fn during(draft: &Draft<'_>, caller: &Caller<'_>) -> String {
    let show = |ms| draft.calendar.show(ms);
    match (caller.at_ms, caller.ends()) {
        (i64::MIN, None) => "at any time".to_owned(),
        (at, None) => format!("from {}", show(at)),
        (at, Some(until)) => format!("from {} to {}", show(at), show(until)),
    }
}

/// The first few, and how many more.
pub(in crate::dialplan) fn listed<'n>(numbers: impl IntoIterator<Item = &'n Number>) -> String {
    let numbers: Vec<&str> = numbers.into_iter().map(Number::as_str).collect();
    let shown = numbers.get(..LISTED_MAX).unwrap_or(&numbers);
    match numbers.len().saturating_sub(shown.len()) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// ` with the skill …`, if one is asked for.
pub(in crate::dialplan) fn with_skill(skill: Option<&Skill>) -> String {
    skill.map_or_else(String::new, |skill| format!(" with the skill `{skill}`"))
}

/// `a is`, `a and b are`.
pub(in crate::dialplan) fn are(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [name] => format!("{name} is"),
        [first @ .., last] => format!("{} and {last} are", first.join(", ")),
    }
}

/// `a, then b`.
pub(in crate::dialplan) fn in_order(trunks: &[TrunkId]) -> String {
    trunks.iter().map(|trunk| format!("`{trunk}`")).collect::<Vec<_>>().join(", then ")
}

fn line(before: Option<&Place<'_>>, step: &Step<'_>, place: &Place<'_>) -> String {
    // The first scene is that of the arrival.
    let later = matches!(before, Some(Place::Enter { scene: 1.., .. }));
    let what = match step {
        Step::Decided => String::new(),
        Step::Room => "there is room: ".to_owned(),
        Step::Full => "it is full: ".to_owned(),
        Step::Closed if later => "it is closed by then: ".to_owned(),
        Step::Closed => "it is closed: ".to_owned(),
        Step::Closes => "it closes while he waits: ".to_owned(),
        Step::Answered => "answered: ".to_owned(),
        Step::Overflow(after) => format!("after {after:?}: "),
        Step::WaitedTooLong(after) => format!("after {after:?} of waiting: "),
        Step::Down => "the trunk is down, silent or refuses: ".to_owned(),
        Step::Busy => "the trunk is busy or at its capacity: ".to_owned(),
        Step::NoAnswer => "the trunk rings and nobody answers: ".to_owned(),
        Step::Heard(prompt) => format!("hears `{prompt}`: "),
    };
    format!("{what}{}", there(place))
}

fn there(place: &Place<'_>) -> String {
    match place {
        Place::Start => "the decision".to_owned(),
        Place::Dial { trunks } => format!("trunk {}", in_order(trunks)),
        Place::Enter { queue, skill, .. } => format!("to queue `{queue}`, for an agent{}", any_or(*skill)),
        Place::Wait { queue, skill, .. } => {
            format!("waits in queue `{queue}` for an agent{}", any_or(*skill))
        }
        Place::End(end) => match end {
            End::Agent(queue) => format!("an agent of `{queue}`"),
            End::Trunk => "whoever is there".to_owned(),
            End::Emergency => "the emergency line's trunks".to_owned(),
            End::Intercepted => "intercepted".to_owned(),
            End::Refused => "refused".to_owned(),
            End::Full(queue) => format!("refused, as `{queue}` says"),
            End::Closed(queue) => format!("refused, as `{queue}` says"),
            End::TimedOut(queue) => format!("released, as `{queue}` says"),
            End::Lost => "refused".to_owned(),
            End::TooManyHops(queue) => format!("refused after `{queue}`: no call is sent through more"),
        },
    }
}

fn any_or(skill: Option<&Skill>) -> String {
    skill.map_or_else(String::new, |skill| format!(" with `{skill}`"))
}
