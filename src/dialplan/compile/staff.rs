//! Queues and agents, every default written out.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use crate::dialplan::Table;
use crate::dialplan::draft::Draft;
use crate::dialplan::schema::{
    AgentRow, AnswerRow, ClosedRow, Entry, FullRow, Length, OverflowRow, QueueRow, Spanned, StrategyRow,
};
use crate::dialplan::staff::{
    Agent, AnswerWhen, Closing, Hears, OnClosed, OnFull, Overflow, Queue, Secret, SkillNeed, Strategy,
};
use crate::event::{AgentId, PromptId, QueueId, Skill};

/// How long an agent's phone rings.
const RING: Duration = Duration::from_secs(20);
/// Callers that wait in one queue.
const WAITING_MAX: u32 = 100;
/// What a caller gets who finds it closed: unavailable for now.
const CLOSED_STATUS: u16 = 480;
/// Missed calls after which an agent is taken out.
const MISSES_MAX: u32 = 2;

pub(super) fn queues(draft: &Draft<'_>, table: &Table) -> Option<BTreeMap<QueueId, Queue>> {
    draft.schema.queue.iter().map(|entry| Some((QueueId::new(&entry.key), queue(entry, table)?))).collect()
}

fn queue(entry: &Entry<QueueRow>, table: &Table) -> Option<Queue> {
    let row = &entry.row;
    let mut overflow =
        row.overflow.iter().flatten().map(|step| step_of(step.get_ref())).collect::<Option<Vec<_>>>()?;
    overflow.sort_by_key(|step| step.after);
    Some(Queue {
        id: QueueId::new(&entry.key),
        skills: row.skills.iter().flatten().map(|(skill, level)| need(skill, level)).collect(),
        strategy: match row.strategy.as_ref().map(Spanned::get_ref) {
            Some(StrategyRow::LongestIdle) | None => Strategy::LongestIdle,
        },
        ring: length(row.ring.as_ref()).unwrap_or(RING),
        waiting_max: row.waiting.as_ref().map_or(WAITING_MAX, |n| *n.get_ref()),
        wait_max: length(row.wait_max.as_ref()),
        music: row.music.as_ref().map(|name| PromptId::new(name.get_ref())),
        overflow,
        answer: match row.answer.as_ref().map(Spanned::get_ref) {
            Some(AnswerRow::OnArrival) => AnswerWhen::OnArrival,
            Some(AnswerRow::OnQueue) | None => AnswerWhen::OnQueue,
            Some(AnswerRow::OnAgent) => AnswerWhen::OnAgent,
        },
        wrap_up: length(row.wrap_up.as_ref()).unwrap_or(Duration::ZERO),
        misses_max: row.misses.as_ref().map_or(MISSES_MAX, |n| *n.get_ref()),
        full: full(row.full.as_ref().map(Spanned::get_ref)),
        closed: match &row.hours {
            Some(hours) => Some(Closing {
                hours: Arc::clone(table.hours.get(hours.get_ref())?),
                then: on_closed(table, row.closed.as_ref()?.get_ref(), None)?,
            }),
            None => None,
        },
    })
}

fn need(skill: &Spanned<String>, level: &Spanned<u8>) -> SkillNeed {
    SkillNeed { skill: Skill::new(skill.get_ref()), level: *level.get_ref() }
}

fn step_of(row: &OverflowRow) -> Option<Overflow> {
    Some(Overflow {
        after: row.after.as_ref()?.get_ref().0,
        to: QueueId::new(row.to.as_ref()?.get_ref()),
        keep_skill: row.keep_skill.unwrap_or(false),
    })
}

fn full(row: Option<&FullRow>) -> OnFull {
    match row.and_then(|row| row.to.as_ref()) {
        Some(to) => OnFull::Queue(QueueId::new(to.get_ref())),
        None => OnFull::Reject {
            status: row.and_then(|row| row.status.as_ref()).map_or(486, |status| *status.get_ref()),
            notice: row.and_then(|row| row.announce.as_ref()).map(|name| PromptId::new(name.get_ref())),
        },
    }
}

/// What `closed` says.
pub(super) fn on_closed(table: &Table, row: &ClosedRow, language: Option<&str>) -> Option<OnClosed> {
    let named = row.announce.as_ref().map(|name| name.get_ref().as_str());
    let prompt = match named {
        None | Some("none") => None,
        Some(name) => Some(table.spoken(name, language)?),
    };
    Some(match &row.to {
        Some(to) => OnClosed::Queue {
            to: QueueId::new(to.get_ref()),
            keep_skill: row.keep_skill.as_ref().is_some_and(|keep| *keep.get_ref()),
            hears: match (named, prompt) {
                (None, _) => Hears::AsOpen,
                (Some(_), None) => Hears::Nothing,
                (Some(_), Some(prompt)) => Hears::This(prompt.announce()),
            },
        },
        None => OnClosed::Reject {
            status: row.status.as_ref().map_or(CLOSED_STATUS, |status| *status.get_ref()),
            notice: prompt.map(|prompt| prompt.id.clone()),
        },
    })
}

pub(super) fn length(written: Option<&Spanned<Length>>) -> Option<Duration> {
    written.map(|length| length.get_ref().0)
}

pub(super) fn agents(draft: &Draft<'_>) -> Option<BTreeMap<AgentId, Agent>> {
    draft.schema.agent.iter().map(|entry| Some((AgentId::new(&entry.key), agent(entry)?))).collect()
}

fn agent(entry: &Entry<AgentRow>) -> Option<Agent> {
    let row = &entry.row;
    let skills = || row.skills.iter().flatten().map(Spanned::get_ref);
    Some(Agent {
        id: AgentId::new(&entry.key),
        name: row.name.as_ref().map_or_else(|| entry.key.clone(), |name| name.get_ref().clone()),
        password: Secret::new(row.password.as_ref()?.get_ref()),
        queues: row
            .queues
            .iter()
            .flat_map(Spanned::get_ref)
            .map(|name| QueueId::new(name.get_ref()))
            .collect(),
        skills: skills().filter(|s| s.skill != "*").map(|s| (Skill::new(&s.skill), s.level)).collect(),
        all_skills: skills().any(|s| s.skill == "*"),
    })
}
