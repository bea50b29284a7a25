//! One caller's whole affair.
//!
//! | state      | what goes on                                | leaves to                                     |
//! |------------|---------------------------------------------|-----------------------------------------------|
//! | Offering   | the INVITE had no offer; ours waits for ACK  | whatever the decision says                     |
//! | Noticing   | a notice is played, then the call is refused | Released                                       |
//! | Waiting    | in a queue; perhaps an agent's phone rings   | Connected, Noticing (it closed), Released      |
//! | Dialling   | a trunk was invited                          | Connected, Waiting (back to 12345), Released   |
//! | Connected  | caller and far end talk                      | Released                                       |
//! | Released   | told to everyone; dialogs wind up            | –                                              |

use std::sync::Arc;
use std::time::Duration;

use smallvec::SmallVec;

use super::Edition;
use super::leg::{Leg, Progress};
use super::means::Hand;
use crate::acd::ReservationKey;
use crate::dialplan::{Action, Back, Decision, HotlineInfo, Ingress, OnFull};
use crate::event::{
    AgentId, CallId, CallKey, EndCause, Fact, LegRole, Number, PromptId, QueueId, Skill, TrunkId,
};
use crate::sip::stack::DialogKey;
use crate::stdx::Instant;
use crate::trunk::Attempt;

/// One caller's whole affair.
#[derive(Debug)]
pub struct Call {
    /// Its handle.
    pub key: CallKey,
    /// Its name.
    pub id: CallId,
    /// Who calls.
    pub caller: Caller,
    /// What the plan said when its INVITE arrived.
    pub decided: Decided,
    /// When that was.
    pub arrived: Instant,
    /// What goes on.
    pub state: State,
    /// The caller's leg.
    pub caller_leg: Leg,
    /// The far leg: an agent's or a trunk's, ringing or connected.
    pub far: Option<Leg>,
    /// The plan it began with and keeps.
    pub(super) table: Arc<Edition>,
    /// Far legs given up whose dialogs are not over yet.
    pub(super) leaving: SmallVec<[(DialogKey, LegRole); 2]>,
    /// The last ticket given to the media plane; older ones are of no interest.
    pub(super) ticket: u32,
    /// The announcement that plays to the caller.
    pub(super) announcing: Option<PromptId>,
    /// Those played to him, that one too.
    pub(super) heard: Vec<PromptId>,
    pub(super) timers: [Option<Instant>; Timer::COUNT],
    /// The wake-up that stands in the desk's list for it.
    pub(super) wake: Option<Instant>,
}

/// What a call keeps of its [`Decision`].
#[derive(Clone, Debug)]
pub struct Decided {
    /// The hotline found.
    pub hotline: Option<Arc<HotlineInfo>>,
    /// The number that decided, as dialled.
    pub dialled: Number,
    /// The rule that found it; `None` when nothing did.
    pub rule: Option<Ingress>,
    /// What to do.
    pub action: Action,
    /// Whether that is what is done because the hotline or its queue is closed.
    pub closed: bool,
}

impl Decided {
    pub(super) fn keep(decision: Decision<'_>) -> Self {
        let Decision { hotline, dialled, ingress: rule, action, closed, via: _, phase: _ } = decision;
        Self { hotline: hotline.cloned(), dialled, rule, action: action.clone(), closed }
    }
}

/// Who calls, and how he may be shown.
#[derive(Clone, Debug)]
pub struct Caller {
    /// His number; empty when there is none.
    pub number: Number,
    /// He asked not to be shown (RFC 3323).
    pub withheld: bool,
    /// The agent account whose digest the INVITE carried.
    pub account: Option<AgentId>,
    /// The same, if he was ready for calls and is not while he makes one.
    pub(super) rested: Option<AgentId>,
    /// The trunk it came in on.
    pub trunk: Option<TrunkId>,
    /// Max-Forwards of his INVITE.
    pub max_forwards: u8,
}

/// What goes on.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "a call has one, and changes it a few times")]
pub enum State {
    /// Our offer waits for the caller's ACK.
    Offering,
    /// A notice is played, then the call is refused.
    Noticing(Noticing),
    /// In a queue.
    Waiting(Waiting),
    /// A trunk was invited.
    Dialling(Dialling),
    /// Caller and far end talk.
    Connected(Connected),
    /// Told to everyone; dialogs wind up.
    Released {
        /// Since when.
        since: Instant,
    },
}

/// See [`State::Noticing`].
#[derive(Debug)]
pub struct Noticing {
    pub(super) status: u16,
    pub(super) cause: EndCause,
}

/// See [`State::Waiting`].
#[derive(Debug)]
pub struct Waiting {
    /// The queue.
    pub queue: QueueId,
    pub(super) skill: Option<Skill>,
    /// The agent whose phone rings.
    pub ringing: Option<Ringing>,
}

/// An agent's phone rings for this call.
#[derive(Debug)]
pub struct Ringing {
    /// Whose.
    pub agent: AgentId,
    pub(super) reservation: ReservationKey,
}

/// See [`State::Dialling`].
#[derive(Debug)]
pub struct Dialling {
    /// The trunk invited.
    pub trunk: TrunkId,
    pub(super) order: Order,
    /// The places invited so far, the present one last.
    pub(super) tried: SmallVec<[Attempt; 2]>,
    /// The trunks told to have been passed over.
    pub(super) skipped: Vec<TrunkId>,
}

/// Which trunks to try, and what then.
#[derive(Debug)]
pub(super) struct Order {
    pub(super) trunks: Arc<[TrunkId]>,
    pub(super) number: Number,
    pub(super) no_answer: Duration,
    pub(super) back: Option<Back>,
    pub(super) emergency: bool,
}

/// See [`State::Connected`].
#[derive(Debug)]
pub struct Connected {
    /// Since when.
    pub since: Instant,
}

/// Every timer of a call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Timer {
    /// The ACD has spoken (or not): choose what a caller without announcement hears. Due at once.
    Settle,
    /// The media plane should have told the end of an announcement: go on without it.
    Announced,
    /// A trunk sent not even a 100: take it for down.
    Silent,
    /// A trunk rang long enough.
    NoAnswer,
    /// The time of the music that plays is over: what is right from then on is heard instead.
    Music,
    /// The longest call is over.
    Length,
}

impl Timer {
    pub(super) const COUNT: usize = 6;
    pub(super) const ALL: [Self; Self::COUNT] =
        [Self::Settle, Self::Announced, Self::Silent, Self::NoAnswer, Self::Music, Self::Length];
}

impl Call {
    /// Fires what is due.
    pub(super) fn handle_timeout(&mut self, hand: &mut Hand<'_, '_>) {
        for timer in Timer::ALL {
            if self.timer(timer).is_some_and(|at| at <= hand.now) {
                self.stop(timer);
                self.fire(hand, timer);
            }
        }
    }

    fn fire(&mut self, hand: &mut Hand<'_, '_>, timer: Timer) {
        match timer {
            Timer::Settle => self.settle_wait(hand),
            Timer::Announced => self.announcement_over(hand, false),
            Timer::Silent => self.trunk_silent(hand),
            Timer::NoAnswer => self.trunk_unanswered(hand),
            Timer::Music => self.music_over(hand),
            Timer::Length => self.release(hand, EndCause::TooLong, crate::event::By::Node),
        }
    }

    fn timer(&self, timer: Timer) -> Option<Instant> {
        self.timers.get(timer as usize).copied().flatten()
    }

    pub(super) fn stop(&mut self, timer: Timer) {
        if let Some(slot) = self.timers.get_mut(timer as usize) {
            *slot = None;
        }
    }

    pub(super) fn stop_all(&mut self) {
        self.timers = [None; Timer::COUNT];
    }

    /// The next of its timers.
    pub(super) fn timeout(&self) -> Option<Instant> {
        self.timers.iter().flatten().min().copied()
    }

    pub(super) fn start(&mut self, hand: &mut Hand<'_, '_>, timer: Timer, after: Duration) {
        let at = hand.now + after;
        if let Some(slot) = self.timers.get_mut(timer as usize) {
            *slot = Some(at);
        }
    }

    pub(super) fn tell(&self, hand: &mut Hand<'_, '_>, fact: Fact) {
        hand.tell(self.id, fact);
    }

    /// Whether every dialog of the call is over, so that it can be forgotten.
    pub(super) fn is_over(&self) -> bool {
        matches!(self.state, State::Released { .. })
            && self.caller_leg.progress == Progress::Over
            && self.far.is_none()
            && self.leaving.is_empty()
    }

    /// Since when the call is released and only the last answers of its peers are missing.
    pub const fn released_since(&self) -> Option<Instant> {
        match self.state {
            State::Released { since } => Some(since),
            State::Offering
            | State::Noticing(_)
            | State::Waiting(_)
            | State::Dialling(_)
            | State::Connected(_) => None,
        }
    }

    /// The leg a dialog belongs to, unless it was given up.
    pub(super) fn leg_mut(&mut self, dialog: DialogKey) -> Option<&mut Leg> {
        if self.caller_leg.dialog == dialog {
            return Some(&mut self.caller_leg);
        }
        self.far.as_mut().filter(|leg| leg.dialog == dialog)
    }

    /// What a full queue means for this caller.
    pub(super) fn on_full(&self, queue: &QueueId) -> OnFull {
        let fallback = OnFull::Reject { status: EndCause::QueueFull.status(), notice: None };
        self.table.queue(queue).map_or(fallback, |queue| queue.full.clone())
    }

    /// `announcing`, `waiting`, `ringing` … for listings.
    pub fn state_word(&self) -> &'static str {
        match &self.state {
            State::Offering => "arriving",
            State::Noticing(_) => "notice",
            State::Waiting(waiting) if waiting.ringing.is_some() => "ringing",
            State::Waiting(_) if self.announcing.is_some() => "announcing",
            State::Waiting(_) => "waiting",
            State::Dialling(_) => "dialling",
            State::Connected(_) => "connected",
            State::Released { .. } => "releasing",
        }
    }

    /// The queue, agent or trunk concerned, for listings; of a released call, whose last answers are missing.
    pub fn place(&self) -> String {
        match &self.state {
            State::Waiting(waiting) => match &waiting.ringing {
                Some(ringing) => ringing.agent.to_string(),
                None => waiting.queue.to_string(),
            },
            State::Dialling(dialling) => dialling.trunk.to_string(),
            State::Connected(_) => self.far.as_ref().map_or_else(String::new, |leg| leg.role.to_string()),
            State::Offering | State::Noticing(_) => String::new(),
            State::Released { .. } => {
                let caller = (self.caller_leg.progress != Progress::Over).then_some(&self.caller_leg.role);
                let silent = caller.into_iter().chain(self.leaving.iter().map(|(_, role)| role));
                silent.map(ToString::to_string).collect::<Vec<_>>().join(", ")
            }
        }
    }
}
