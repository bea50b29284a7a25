//! All that can become of a call after its decision, as a tree: the web by which the plan is proved, in words.

mod ending;

use std::collections::BTreeSet;
use std::time::Duration;

use serde::Serialize;

use self::ending::prompt;

use crate::dialplan::Table;
use crate::dialplan::action::Action;
use crate::dialplan::decide::Decision;
use crate::dialplan::fate::Fate;
use crate::dialplan::staff::Queue;
use crate::dialplan::treatment::{Own, in_words};
use crate::dialplan::verify;
use crate::dialplan::verify::staffing::Staffing;
use crate::dialplan::verify::start::Start;
use crate::dialplan::verify::web::{Place, Step, Web, ways_out};
use crate::event::{PromptId, QueueId, Skill, TrunkId};

/// What a caller meets, under a condition.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Meets {
    /// `now`, `while open` or `while closed`.
    pub when: &'static str,
    /// What he hears before anything else.
    pub hears: Option<String>,
    /// What becomes of him.
    pub way: Way,
}

/// A step of a way, and what can follow it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Way {
    /// Under which circumstances; empty when under all.
    pub when: String,
    /// What is done.
    pub what: String,
    /// With what it ends, if it ends here: `person`, `trunk`, `emergency`, `intercept`, `refusal`, or `nobody`, which
    /// `check` refuses.
    pub end: Option<&'static str>,
    /// What can come of it.
    pub then: Vec<Way>,
}

pub(super) fn meets(table: &Table, fate: Option<&Fate>, decision: &Decision<'_>, at_ms: i64) -> Vec<Meets> {
    let staffing = Staffing::new(table);
    let segment = fate.and_then(|fate| fate.segment(at_ms));
    let other = segment.and_then(|segment| {
        let closed = segment.closed?;
        let (when, action) =
            if decision.closed { ("while open", segment.action) } else { ("while closed", &*closed.action) };
        // Which queues are closed then is told for the first instant at which it is so.
        let then = closed.hours.next_change(at_ms).unwrap_or(at_ms);
        Some(Meets { when, ..meet(table, &staffing, decision, action, then) })
    });
    std::iter::once(meet(table, &staffing, decision, decision.action, at_ms)).chain(other).collect()
}

fn meet(
    table: &Table,
    staffing: &Staffing<'_>,
    decision: &Decision<'_>,
    action: &Action,
    at_ms: i64,
) -> Meets {
    let hears = match action {
        Action::Queue { announce: Some(announce), .. } => {
            let least = match announce.must_hear {
                Duration::ZERO => String::new(),
                least => format!(" (the first {least:?} of it at least)"),
            };
            Some(format!("{}{least}", prompt(table, &announce.prompt)))
        }
        Action::Queue { announce: None, .. }
        | Action::Trunk { .. }
        | Action::Emergency { .. }
        | Action::Intercept { .. }
        | Action::Reject { .. } => None,
    };
    let language = decision.hotline.as_ref().and_then(|hotline| hotline.language.as_deref());
    Meets { when: "now", hears, way: way(table, staffing, action, language, at_ms) }
}

fn way(table: &Table, staffing: &Staffing<'_>, action: &Action, language: Option<&str>, at_ms: i64) -> Way {
    let start = Start::of(action);
    let scenes = verify::scenes_of(table, &start, at_ms).unwrap_or_default();
    let mut steps_left = STEPS_MAX;
    let web = Web::spin(table, staffing, &start, language, &scenes, &mut steps_left);
    let Some((web, to)) = web.as_ref().and_then(|web| Some((web, web.spots.first()?.next.first()?.1))) else {
        return end("", in_words(action, Own::Said), None);
    };
    let mut teller = Teller { table, action, language, web, at_ms, told: BTreeSet::new() };
    teller.way(String::new(), to, None)
}

struct Teller<'a> {
    table: &'a Table,
    action: &'a Action,
    /// What its callers are spoken to in.
    language: Option<&'a str>,
    web: &'a Web<'a>,
    at_ms: i64,
    told: BTreeSet<usize>,
}

impl Teller<'_> {
    /// The spot `at`, reached by `step`.
    fn way(&mut self, when: String, at: usize, step: Option<&Step<'_>>) -> Way {
        let Some(spot) = self.web.spots.get(at) else { return end(&when, String::new(), None) };
        match &spot.place {
            Place::Start => end(&when, String::new(), None),
            Place::End(ended) => self.end(&when, ended, step),
            Place::Dial { trunks } => {
                let then = self.failing(&spot.next);
                Way { when, what: self.dialling(trunks), end: None, then }
            }
            Place::Enter { queue, .. } if spot.next.iter().any(|(step, _)| *step == Step::Closed) => {
                let then = spot.next.iter().map(|(step, to)| self.way(String::new(), *to, Some(step)));
                let then = then.collect();
                Way { when, what: format!("queue {queue} is closed"), end: None, then }
            }
            Place::Enter { queue, skill, announce, .. } => {
                let room = spot.next.iter().find(|(step, _)| *step == Step::Room).map(|(_, to)| *to);
                let full = spot.next.iter().find(|(step, _)| *step == Step::Full).map(|(_, to)| *to);
                let mut way = self.queue(when, room, queue, *skill);
                if let Some((prompt, _)) = announce.filter(|announce| self.is_new(at, announce.0)) {
                    way.what = format!("announce {prompt}, then {}", way.what);
                }
                if let Some(full) = full.filter(|_| !way.then.is_empty()) {
                    let waiting = self.table.queue(queue).map_or(0, |queue| queue.waiting_max);
                    way.then.push(self.way(format!("it is full ({waiting} wait)"), full, None));
                }
                way
            }
            Place::Wait { queue, skill, .. } => self.queue(when, Some(at), queue, *skill),
        }
    }

    /// Whether a queue that closed has this announced, and not what the decision announced before.
    fn is_new(&self, at: usize, prompt: &PromptId) -> bool {
        let from = self.web.spots.get(at).and_then(|spot| spot.from);
        let before = from.and_then(|(before, step)| Some((self.web.spots.get(before)?.place, step)));
        match before {
            Some((Place::Enter { announce, .. }, Step::Closed)) => {
                announce.is_none_or(|first| first.0 != prompt)
            }
            Some((Place::Wait { announce, .. }, Step::Closes)) => announce != Some(prompt),
            _ => false,
        }
    }

    /// Waiting at a spot. What was told above is not told again.
    fn queue(&mut self, when: String, at: Option<usize>, id: &QueueId, skill: Option<&Skill>) -> Way {
        let who = skill.map_or_else(String::new, |skill| format!(", someone who knows {skill}"));
        let what = format!("queue {id}{who}");
        let Some(at) = at.filter(|at| self.told.insert(*at)) else {
            return end(&when, format!("{what}: as above"), None);
        };
        let Some(queue) = self.table.queue(id) else { return end(&when, what, None) };
        let mut then = vec![self.answered(queue, skill), waits(queue)];
        let mut closes = false;
        for (step, to) in self.web.spots.get(at).map_or(&[] as &[_], |spot| &spot.next) {
            match step {
                Step::Answered => continue,
                // Told below: now it is passed over.
                Step::Overflow(_) if !self.opens(*to) => continue,
                Step::Closes if std::mem::replace(&mut closes, true) => continue,
                Step::Overflow(after) => {
                    let when = self.overflow(*after, *to);
                    then.push(self.way(when, *to, Some(step)));
                }
                Step::Closes => {
                    let closing = self.change(id).filter(|_| self.is_open(id) == Some(true));
                    let at = closing.map_or_else(String::new, |(_, at)| format!(" at {at}"));
                    then.push(self.way(format!("it closes{at}"), *to, Some(step)));
                }
                Step::Decided
                | Step::Room
                | Step::Full
                | Step::Closed
                | Step::WaitedTooLong(_)
                | Step::Down
                | Step::Busy
                | Step::NoAnswer
                | Step::Heard(_) => then.push(self.way(self.when(step), *to, Some(step))),
            }
        }
        then.extend(ways_out(queue).filter(|step| self.is_open(&step.to) == Some(false)).map(|step| {
            let until = self.change(&step.to).map_or_else(String::new, |(_, at)| format!(" until {at}"));
            let what = format!("queue {} is closed{until} and passed over", step.to);
            end(&format!("after {:?}", step.after), what, None)
        }));
        Way { when, what, end: None, then }
    }

    /// What follows a trunk: once for each way it can fail, and once more where the queue it comes back to opens or closes
    /// while the trunk may ring.
    fn failing(&mut self, next: &[(Step<'_>, usize)]) -> Vec<Way> {
        let mut told: Vec<(Step<'_>, bool)> = vec![];
        let mut then = vec![];
        for (step, to) in next {
            let Some(spot) = self.web.spots.get(*to) else { continue };
            let closed = spot.next.iter().any(|(step, _)| *step == Step::Closed);
            if told.contains(&(*step, closed)) {
                continue;
            }
            let mut when = self.when(step);
            if told.iter().any(|(before, _)| before == step) {
                let Place::Enter { queue, .. } = &spot.place else { continue };
                let Some((_, at)) = self.change(queue).filter(|(ms, _)| *ms <= self.rings_until_ms()) else {
                    continue;
                };
                let turned = if closed { "closes" } else { "opens" };
                when = format!("{when} after queue {queue} {turned} at {at}");
            }
            told.push((*step, closed));
            then.push(self.way(when, *to, Some(step)));
        }
        then
    }

    /// Whether a queue is open now; `None` of one that always is.
    fn is_open(&self, id: &QueueId) -> Option<bool> {
        Some(self.table.queue(id)?.closed.as_ref()?.hours.open(self.at_ms))
    }

    /// When a queue opens or closes next.
    fn change(&self, id: &QueueId) -> Option<(i64, String)> {
        let at = self.table.queue(id)?.closed.as_ref()?.hours.next_change(self.at_ms)?;
        Some((at, self.table.calendar().show(at)))
    }

    /// By then every trunk has rung as long as it may.
    fn rings_until_ms(&self) -> i64 {
        let Action::Trunk { trunks, no_answer, .. } = self.action else { return self.at_ms };
        let each = i64::try_from(no_answer.as_millis()).unwrap_or(i64::MAX);
        let all = i64::try_from(trunks.len()).unwrap_or(i64::MAX).saturating_mul(each);
        self.at_ms.saturating_add(all)
    }

    fn queue_at(&self, at: usize) -> Option<&QueueId> {
        match self.web.spots.get(at)?.place {
            Place::Wait { queue, .. } => Some(queue),
            Place::Start | Place::Dial { .. } | Place::Enter { .. } | Place::End(_) => None,
        }
    }

    fn opens(&self, at: usize) -> bool {
        self.queue_at(at).and_then(|queue| self.is_open(queue)) != Some(false)
    }

    fn overflow(&self, after: Duration, to: usize) -> String {
        let queue = self.queue_at(to).filter(|queue| self.is_open(queue).is_some());
        match queue.map(|queue| self.change(queue)) {
            None => format!("after {after:?}, if there is room"),
            Some(Some((_, at))) => {
                format!("after {after:?}, if there is room and it is still open, until {at}")
            }
            Some(None) => format!("after {after:?}, if there is room"),
        }
    }

    fn answered(&self, queue: &Queue, skill: Option<&Skill>) -> Way {
        let who: Vec<String> = self
            .table
            .agents()
            .filter(|agent| agent.may_take(queue, skill))
            .map(|agent| {
                if agent.name == agent.id.as_str() {
                    agent.name.clone()
                } else {
                    format!("{} {}", agent.id, agent.name)
                }
            })
            .collect();
        let shown = who.get(..AGENTS_MAX.min(who.len())).unwrap_or(&who).join(", ");
        match who.len().saturating_sub(AGENTS_MAX) {
            _ if who.is_empty() => {
                end("whoever is free", "nobody may take the call".to_owned(), Some("nobody"))
            }
            0 => end("someone is free", format!("a person: {shown}"), Some("person")),
            more => end("someone is free", format!("a person: {shown} or {more} more"), Some("person")),
        }
    }

    fn dialling(&self, trunks: &[TrunkId]) -> String {
        match self.action {
            Action::Trunk { number, no_answer, .. } => {
                format!("trunk {}, dialling {number}, for {no_answer:?} at most", self.trunks(trunks))
            }
            Action::Queue { .. }
            | Action::Emergency { .. }
            | Action::Intercept { .. }
            | Action::Reject { .. } => {
                format!("trunk {}", self.trunks(trunks))
            }
        }
    }

    fn trunks(&self, trunks: &[TrunkId]) -> String {
        let named = trunks.iter().map(|id| match self.table.trunk(id) {
            Some(trunk) if trunk.name != id.as_str() => format!("{id} {}", trunk.name),
            Some(_) | None => id.to_string(),
        });
        named.collect::<Vec<_>>().join(", then ")
    }

    fn when(&self, step: &Step<'_>) -> String {
        match step {
            Step::Decided | Step::Room => String::new(),
            Step::Full => "it is full".to_owned(),
            Step::Closed => "it is closed".to_owned(),
            Step::Answered => "it answers".to_owned(),
            Step::Closes => "it closes".to_owned(),
            Step::Overflow(after) => format!("after {after:?}, if there is room"),
            Step::WaitedTooLong(after) => format!("after {after:?}"),
            Step::Down => "it is down, silent or refuses".to_owned(),
            Step::Busy => "it is busy or at its capacity".to_owned(),
            Step::NoAnswer => "nobody answers".to_owned(),
            Step::Heard(prompt) => format!("hears {prompt}"),
        }
    }
}

fn waits(queue: &Queue) -> Way {
    let hears = queue.music.as_ref().map_or_else(|| "ringback".to_owned(), ToString::to_string);
    let long = if queue.wait_max.is_some() { "" } else { ", as long as he likes" };
    end("nobody is free", format!("waits, hearing {hears}{long}"), None)
}

fn end(when: &str, what: String, end: Option<&'static str>) -> Way {
    Way { when: when.to_owned(), what, end, then: vec![] }
}

/// Agents a line names.
const AGENTS_MAX: usize = 4;
/// As much as one way can need; see [`crate::dialplan::verify`].
const STEPS_MAX: usize = 1 << 16;
