//! Queues and the people who serve them, as the plan says. How callers are shared out is not decided here.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::dialplan::action::{Action, Announce};
use crate::dialplan::hours::Hours;
use crate::event::{AgentId, PromptId, QueueId, Skill};

/// Full queues a call is sent through before it is refused. `check` proves for just as many.
pub const FULL_HOPS_MAX: u8 = 8;
/// Queues a waiting call is moved through. `check` proves for just as many.
pub const MOVES_MAX: u8 = 8;

/// A queue.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Queue {
    /// Its name.
    pub id: QueueId,
    /// What everyone serving it must know.
    pub skills: Vec<SkillNeed>,
    /// Who gets the next call.
    pub strategy: Strategy,
    /// How long one agent's phone rings.
    pub ring: Duration,
    /// Most callers that wait.
    pub waiting_max: u32,
    /// Longest wait; then the caller is told and released. `None`: as long as he likes.
    pub wait_max: Option<Duration>,
    /// What a waiting caller hears; `None`: a comfort tone.
    pub music: Option<PromptId>,
    /// Where he goes when it takes too long, by growing time since he entered this queue.
    pub overflow: Vec<Overflow>,
    /// When the caller's leg is answered.
    pub answer: AnswerWhen,
    /// Time an agent has after a call.
    pub wrap_up: Duration,
    /// Missed calls in a row after which an agent is taken out.
    pub misses_max: u32,
    /// What a caller meets who finds it full.
    pub full: OnFull,
    /// When its people are there, if not always, and what a caller meets who comes when they are not, or still waits
    /// when they leave.
    pub closed: Option<Closing>,
}

/// One skill a queue asks for, and how well.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SkillNeed {
    /// Which.
    pub skill: Skill,
    /// The lowest level that will do.
    pub level: u8,
}

/// Who gets the next call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Strategy {
    /// Who has been free the longest.
    LongestIdle,
}

/// A step of a queue's overflow.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Overflow {
    /// Time since the caller entered the queue.
    pub after: Duration,
    /// Where to.
    pub to: QueueId,
    /// Whether the agent there must have the hotline's skill too. If not, anyone serving that queue will do.
    pub keep_skill: bool,
}

/// When the caller's leg is answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AnswerWhen {
    /// Before the announcement.
    OnArrival,
    /// When waiting begins; announcements are early media.
    OnQueue,
    /// When an agent answers.
    OnAgent,
}

/// What a caller meets who finds the queue full.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum OnFull {
    /// Another queue.
    Queue(QueueId),
    /// This status, after a spoken notice if there is one.
    Reject {
        /// 486 or 480.
        status: u16,
        /// What he hears first.
        notice: Option<PromptId>,
    },
}

/// A queue's hours.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Closing {
    /// When it is open.
    pub hours: Arc<Hours>,
    /// What happens when not.
    pub then: OnClosed,
}

/// What a caller meets who finds a hotline or queue closed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum OnClosed {
    /// Another queue, one that is always open.
    Queue {
        /// Which.
        to: QueueId,
        /// Whether the agent there must know what the caller came with. If not, anyone serving it will do.
        keep_skill: bool,
        /// What he hears first.
        hears: Hears,
    },
    /// This status, after a spoken notice if there is one.
    Reject {
        /// 480 mostly.
        status: u16,
        /// What he hears first.
        notice: Option<PromptId>,
    },
}

/// What a caller hears on the way to a queue he did not choose.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Hears {
    /// What he would have heard otherwise.
    AsOpen,
    /// Nothing.
    Nothing,
    /// This.
    This(Announce),
}

impl OnClosed {
    /// What to do with a caller who would have gone to a queue with this skill and announcement.
    pub fn action(&self, skill: Option<&Skill>, announce: Option<&Announce>) -> Action {
        match self {
            Self::Queue { to, keep_skill, hears } => Action::Queue {
                queue: to.clone(),
                skill: skill.filter(|_| *keep_skill).cloned(),
                announce: match hears {
                    Hears::AsOpen => announce.cloned(),
                    Hears::Nothing => None,
                    Hears::This(announce) => Some(announce.clone()),
                },
            },
            Self::Reject { status, notice } => Action::Reject { status: *status, notice: notice.clone() },
        }
    }
}

/// A person taking calls.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Agent {
    /// His id, also his SIP user name.
    pub id: AgentId,
    /// His name.
    pub name: String,
    /// His SIP password.
    pub password: Secret,
    /// The queues he serves, as the plan lists them.
    pub queues: Vec<QueueId>,
    /// What he knows, by level; empty with `all_skills`.
    pub skills: BTreeMap<Skill, u8>,
    /// `skills = ["*"]`: he may be asked anything.
    pub all_skills: bool,
}

impl Agent {
    /// Whether he knows `skill` at least to `level`.
    pub fn has(&self, skill: &Skill, level: u8) -> bool {
        self.all_skills || self.skills.get(skill).is_some_and(|own| *own >= level)
    }

    /// Whether he may take a call of `queue` that asks for `skill`.
    pub fn may_take(&self, queue: &Queue, skill: Option<&Skill>) -> bool {
        self.queues.contains(&queue.id)
            && queue.skills.iter().all(|need| self.has(&need.skill, need.level))
            && skill.is_none_or(|skill| self.has(skill, 1))
    }
}

/// A password. It never shows itself.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Arc<str>);

impl Secret {
    /// Takes it in.
    pub fn new(secret: &str) -> Self {
        Self(Arc::from(secret))
    }

    /// The one way to read it: for the digest.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}
