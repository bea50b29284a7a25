//! One call: every outcome tried, nothing remembered but what was found.

use std::collections::BTreeSet;
use std::time::Duration;

use tongjie::dialplan::{Action, Announce, Hears, OnClosed, OnFull, Prompt, Table};
use tongjie::event::{PromptId, QueueId, Skill};

use super::found::{Found, recording};
use super::grid::Scene;
use super::transfers::Seats;

/// What one decision can come to at one instant.
#[derive(Default)]
pub(super) struct Walk {
    pub(super) found: BTreeSet<Found>,
    pub(super) heard: BTreeSet<Heard>,
    pub(super) lost: bool,
    /// Where someone can answer.
    pub(super) answered: BTreeSet<Seats>,
    /// Whether he can come to where nobody ever will.
    pub(super) hopeless: bool,
    /// Where he waits first: whether someone can answer there, and whether there or later.
    pub(super) first: Option<(bool, bool)>,
    /// Queues that may be asked on the way whether they are open.
    pub(super) asked: BTreeSet<QueueId>,
}

/// A recording, and whether it is played again and again.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Heard {
    pub(super) prompt: PromptId,
    pub(super) music: bool,
}

/// What plays to the caller, and for how long he is not spared it.
type Playing<'t> = Option<(&'t PromptId, Duration)>;

/// Where a call is.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum At<'t> {
    /// At a queue's door: `left` full ones may still send him on.
    Door {
        closed: &'t Scene,
        queue: &'t QueueId,
        skill: Option<&'t Skill>,
        heard: Playing<'t>,
        /// What played before that, where he waited until that queue closed.
        earlier: Option<&'t PromptId>,
        left: u32,
        asked: bool,
    },
    /// In it.
    Queue {
        queue: &'t QueueId,
        skill: Option<&'t Skill>,
        heard: Playing<'t>,
        earlier: Option<&'t PromptId>,
        moves_left: u32,
    },
    /// With an agent.
    Person,
}

struct Walker<'t> {
    table: &'t Table,
    /// In which callers of the hotline are spoken to.
    language: Option<&'t str>,
    /// The one at the arrival first; after a while it can be any.
    scenes: &'t [Scene],
}

impl Walk {
    pub(super) fn of(table: &Table, action: &Action, language: Option<&str>, scenes: Vec<Scene>) -> Self {
        let walker = Walker { table, language, scenes: &scenes };
        let mut walk = Self::default();
        let door = |closed, queue, skill, heard, asked| At::Door {
            closed,
            queue,
            skill,
            heard,
            earlier: None,
            left: 8,
            asked,
        };
        match action {
            Action::Queue { queue, skill, announce } => {
                let heard = announce.as_ref().map(|announce| (&announce.prompt, announce.must_hear));
                let skill = skill.as_ref();
                walk.everywhere(&walker, door(&scenes[0], queue, skill, heard, false));
                let inside = At::Queue { queue, skill, heard, earlier: None, moves_left: 8 };
                walk.first = Some((walker.answered(queue, skill, heard), walker.comes_to_someone(inside)));
            }
            Action::Trunk { back, .. } => {
                for on in [
                    back.as_ref().is_some_and(|back| back.on_down),
                    back.as_ref().is_some_and(|back| back.on_full),
                    back.as_ref().is_some_and(|back| back.on_no_answer),
                ] {
                    let Some(back) = back.as_ref().filter(|_| on) else {
                        walk.lost = true;
                        continue;
                    };
                    // It rang a while: the hours may have changed.
                    for closed in &scenes {
                        walk.everywhere(&walker, door(closed, &back.queue, back.skill.as_ref(), None, true));
                    }
                }
            }
            Action::Emergency { .. } | Action::Reject { notice: None, .. } => {}
            Action::Intercept { prompt, .. } | Action::Reject { notice: Some(prompt), .. } => {
                walk.heard.insert(Heard { prompt: walker.spoken(prompt).clone(), music: false });
            }
        }
        walk
    }

    fn everywhere<'t>(&mut self, walker: &Walker<'t>, from: At<'t>) {
        for at in walker.reached(from) {
            self.heard.extend(walker.hears(&at));
            self.found.extend(walker.wrong(&at));
            self.asked.extend(walker.asks(&at));
            if let At::Queue { queue, skill, heard, .. } = at {
                if walker.answered(queue, skill, heard) {
                    self.answered.insert((queue.clone(), skill.cloned()));
                }
                self.hopeless |= !walker.comes_to_someone(at);
            }
        }
    }
}

impl<'t> Walker<'t> {
    fn reached(&self, from: At<'t>) -> BTreeSet<At<'t>> {
        let (mut reached, mut open) = (BTreeSet::new(), vec![from]);
        while let Some(at) = open.pop() {
            if reached.insert(at.clone()) {
                open.extend(self.scenes.iter().flat_map(|closed| self.next(&at, closed)));
            }
        }
        reached
    }

    fn comes_to_someone(&self, from: At<'t>) -> bool {
        let (mut reached, mut open) = (BTreeSet::new(), vec![from]);
        while let Some(at) = open.pop() {
            if at == At::Person {
                return true;
            }
            if reached.insert(at.clone()) {
                open.extend(self.scenes.iter().flat_map(|closed| self.next(&at, closed)));
            }
        }
        false
    }

    /// Where he can be next, if these queues are closed when he moves.
    fn next(&self, at: &At<'t>, closed: &'t Scene) -> Vec<At<'t>> {
        match *at {
            At::Person => vec![],
            At::Door { left: 0, .. } => vec![],
            // At the door nothing changes.
            At::Door { closed: now, .. } if now != closed => vec![],
            At::Door { queue, skill, heard, earlier, asked: true, left, .. } if closed.contains(queue) => {
                let then = &self.table.queue(queue).unwrap().closed.as_ref().unwrap().then;
                let OnClosed::Queue { to, keep_skill, hears } = then else { return vec![] };
                let heard = match hears {
                    Hears::AsOpen => heard,
                    Hears::Nothing => None,
                    Hears::This(this) => Some(self.plays(this)),
                };
                let skill = skill.filter(|_| *keep_skill);
                vec![At::Door { closed, queue: to, skill, heard, earlier, left, asked: false }]
            }
            At::Door { queue, skill, heard, earlier, left, .. } => {
                let inside = At::Queue { queue, skill, heard, earlier, moves_left: 8 };
                match &self.table.queue(queue).unwrap().full {
                    OnFull::Queue(next) => {
                        let left = left - 1;
                        vec![
                            inside,
                            At::Door { closed, queue: next, skill, heard, earlier, left, asked: true },
                        ]
                    }
                    OnFull::Reject { .. } => vec![inside],
                }
            }
            At::Queue { queue, skill, heard, earlier, .. } if closed.contains(queue) => {
                let then = &self.table.queue(queue).unwrap().closed.as_ref().unwrap().then;
                let OnClosed::Queue { to, keep_skill, hears } = then else { return vec![] };
                // What plays goes on, and nothing is played twice.
                let next = match hears {
                    Hears::This(this) => Some(self.plays(this)),
                    Hears::AsOpen | Hears::Nothing => None,
                };
                let next = next.filter(|(next, _)| earlier != Some(*next));
                let (heard, earlier) = match (next, heard) {
                    (Some((next, must_hear)), Some((prompt, least))) if next != prompt => {
                        (Some((next, must_hear.max(least))), Some(prompt))
                    }
                    (next, heard) => (heard.or(next), earlier),
                };
                let skill = skill.filter(|_| *keep_skill);
                vec![At::Door { closed, queue: to, skill, heard, earlier, left: 8, asked: false }]
            }
            At::Queue { queue, skill, heard, .. } => {
                let mut next = self.onward(at, closed);
                next.extend(self.answered(queue, skill, heard).then_some(At::Person));
                next
            }
        }
    }

    fn answered(&self, queue: &QueueId, skill: Option<&Skill>, heard: Playing<'_>) -> bool {
        let queue = self.table.queue(queue).unwrap();
        let hearing = heard.map_or(Duration::ZERO, |(_, least)| least);
        self.table.agents().any(|agent| agent.may_take(queue, skill))
            && queue.wait_max.is_none_or(|longest| hearing <= longest)
    }

    /// Where he overflows to, if these queues are closed: whatever is due is asked in the order of the plan.
    fn onward(&self, at: &At<'t>, closed: &Scene) -> Vec<At<'t>> {
        let At::Queue { queue, skill, heard, earlier, moves_left: left @ 1.. } = *at else { return vec![] };
        let queue = self.table.queue(queue).unwrap();
        let over = |after: Duration| queue.wait_max.is_some_and(|longest| after >= longest);
        let mut gone: BTreeSet<&QueueId> = BTreeSet::from([&queue.id]);
        let due = queue.overflow.iter().filter(|step| !over(step.after));
        let due = due.filter(|step| gone.insert(&step.to) && !closed.contains(&step.to));
        due.map(|step| At::Queue {
            queue: &step.to,
            skill: skill.filter(|_| step.keep_skill),
            heard: heard.map(|(prompt, least)| (prompt, least.saturating_sub(step.after))),
            earlier,
            moves_left: left - 1,
        })
        .collect()
    }

    fn hears(&self, at: &At<'t>) -> BTreeSet<Heard> {
        let mut said: Vec<&PromptId> = vec![];
        let mut music = None;
        match *at {
            At::Door { closed, queue, asked: true, .. } if closed.contains(queue) => {
                said.extend(self.refusal(queue));
            }
            At::Door { left: 0, .. } | At::Person => {}
            At::Door { queue, heard, .. } => {
                said.extend(heard.map(|(prompt, _)| prompt));
                if let OnFull::Reject { notice, .. } = &self.table.queue(queue).unwrap().full {
                    said.extend(notice);
                }
            }
            At::Queue { queue, .. } => {
                music = self.table.queue(queue).unwrap().music.clone();
                if self.scenes.iter().any(|closed| closed.contains(queue)) {
                    said.extend(self.refusal(queue));
                }
            }
        }
        let said = said.into_iter().map(|prompt| Heard { prompt: self.spoken(prompt).clone(), music: false });
        said.chain(music.map(|prompt| Heard { prompt, music: true })).collect()
    }

    /// A recording in the caller's language, where it is there in it.
    fn variant(&self, prompt: &PromptId) -> Option<&'t Prompt> {
        let name = recording(prompt.as_str());
        self.table.announcement(&PromptId::new(format!("{name}@{}", self.language?)))
    }

    fn spoken<'p>(&self, prompt: &'p PromptId) -> &'p PromptId
    where
        't: 'p,
    {
        self.variant(prompt).map_or(prompt, |variant| &variant.id)
    }

    fn plays(&self, announce: &'t Announce) -> (&'t PromptId, Duration) {
        let variant = self.variant(&announce.prompt).map(|variant| (&variant.id, variant.must_hear));
        variant.unwrap_or((&announce.prompt, announce.must_hear))
    }

    /// Whether a queue is open is asked at its door, of who waits in it, and before anyone is moved to it.
    fn asks(&self, at: &At<'t>) -> BTreeSet<QueueId> {
        match *at {
            At::Door { queue, asked, .. } => asked.then(|| queue.clone()).into_iter().collect(),
            At::Queue { queue, .. } => {
                let moves = self.onward(at, &Scene::new()).into_iter().filter_map(|next| match next {
                    At::Queue { queue, .. } => Some(queue.clone()),
                    At::Door { .. } | At::Person => None,
                });
                moves.chain([queue.clone()]).collect()
            }
            At::Person => BTreeSet::new(),
        }
    }

    fn refusal(&self, queue: &QueueId) -> Option<&PromptId> {
        match &self.table.queue(queue).unwrap().closed.as_ref().unwrap().then {
            OnClosed::Reject { notice, .. } => notice.as_ref(),
            OnClosed::Queue { .. } => None,
        }
    }

    /// What is said, and by which queue, to who waits there, when it closes and there is no room where he is sent.
    fn refused_with(&self, at: &At<'t>) -> BTreeSet<(&PromptId, &QueueId)> {
        let At::Queue { queue, .. } = *at else { return BTreeSet::new() };
        let mut said = BTreeSet::new();
        for closed in self.scenes.iter().filter(|closed| closed.contains(queue)) {
            said.extend(self.refusal(queue).map(|notice| (notice, queue)));
            let mut doors = self.next(at, closed);
            while let Some(door) = doors.pop() {
                let At::Door { queue, asked, left: 1.., .. } = door else { continue };
                let notice = match &self.table.queue(queue).unwrap().full {
                    _ if asked && closed.contains(queue) => self.refusal(queue),
                    OnFull::Reject { notice, .. } => notice.as_ref(),
                    OnFull::Queue(_) => None,
                };
                said.extend(notice.map(|notice| (notice, queue)));
                doors.extend(self.next(&door, closed));
            }
        }
        said
    }

    fn wrong(&self, at: &At<'t>) -> Vec<Found> {
        let At::Queue { queue, skill, heard, earlier, .. } = *at else { return vec![] };
        let mut wrong = vec![];
        let name = |prompt: &PromptId| recording(prompt.as_str());
        let again = self.table.queue(queue).unwrap().music.as_ref().map(name);
        for first in heard.map(|(prompt, _)| prompt).into_iter().chain(earlier) {
            if again == Some(name(first)) {
                wrong.push(Found::Twice { prompt: name(first), queue: queue.to_string() });
            }
            let again = self.refused_with(at).into_iter().filter(|(notice, _)| name(notice) == name(first));
            wrong.extend(
                again.map(|(notice, by)| Found::Twice { prompt: name(notice), queue: by.to_string() }),
            );
        }
        if !self.answered(queue, skill, heard) {
            // In every scene in which he can be here there must be a way on to someone.
            let helped =
                |closed: &Scene| self.onward(at, closed).into_iter().any(|next| self.comes_to_someone(next));
            let mut here = self.scenes.iter().filter(|closed| !closed.contains(queue));
            let (queue, skill) = (queue.to_string(), skill.map(ToString::to_string));
            wrong.push(match here.all(helped) {
                true => Found::OnlyOverflow { queue, skill },
                false => Found::Stuck { queue, skill },
            });
        }
        wrong
    }
}
