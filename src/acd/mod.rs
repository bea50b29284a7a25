//! Queues, agents, and who gets the next call: automatic call distribution, agent states after ECMA-269.
//!
//! One machine: [`Acd`]. A caller comes in with [`Acd::handle_enqueue`]; [`Output::Offer`] asks the owner to
//! ring one agent's phone, under a reservation; the owner says how that ended. The ring time, the paperwork
//! time and the caller's longest wait are timers in here.
//!
//! *Invariants.* A caller has at most one reservation, an agent at most one reservation or call, and the
//! two agree. Whenever a method returns, no caller who may be offered waits beside a ready agent who may
//! serve him (an agent who refused that very call is left out for a while, and one whose row of a new plan has
//! not had its turn serves by the old one). Time costs of a match do not grow with the number of callers waiting
//! or of agents, those of a new plan only with what it changes.
//!
//! It places no call, plays nothing, and knows nothing of SIP; that is the call engine's.

mod agent;
mod assign;
mod board;
mod change;
mod queue;
mod reload;
mod select;
mod settings;
mod waiter;
mod waiting;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use crate::event::{AgentId, AgentState, CallKey, QueueId};
use crate::stdx::{Instant, Slab};

use agent::{Agent, Input, State};
use queue::{Place, Queue};
use reload::Work;
use waiter::{Caller, Stage};

pub use board::{AgentView, QueueView};
pub use change::{Change, Plan};
pub use queue::Counts;
pub use select::Strategy;
pub use settings::{AgentSettings, Overflow, QueueFull, QueueSettings, Retirement, Skills, Waiter};

crate::slab_key!(
    /// One offer of one caller to one agent.
    ReservationKey
);
crate::slab_key!(
    /// A queue for as long as it is kept, whatever plans come.
    QueueKey
);
crate::slab_key!(
    /// An agent for as long as he is kept, whatever plans come.
    AgentKey
);

/// Automatic call distribution for the queues of one node.
#[derive(Debug, Default)]
pub struct Acd {
    queues: Slab<QueueKey, Queue>,
    queue_keys: BTreeMap<QueueId, QueueKey>,
    agents: Slab<AgentKey, Agent>,
    agent_keys: BTreeMap<AgentId, AgentKey>,
    /// Plans taken over so far.
    plans: u64,
    /// Where the callers of retired queues go.
    general: Option<QueueKey>,
    /// Kept though the plan does not have them.
    retired_queues: BTreeSet<QueueKey>,
    /// Kept though the plan does not have them.
    retired_agents: BTreeSet<AgentKey>,
    /// What is still to be done for the last plan.
    work: Work,
    /// Queues nobody is moved to now, and nobody waits in.
    closed: BTreeSet<QueueId>,
    callers: BTreeMap<CallKey, Caller>,
    reservations: Slab<ReservationKey, Reservation>,
    timers: BTreeSet<(Instant, Timer)>,
    arrivals: u64,
    outputs: VecDeque<Output>,
}

/// What the owner must do or tell.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Output {
    /// Ring this agent's phone for this call.
    Offer {
        /// The call.
        call: CallKey,
        /// The agent.
        agent: AgentId,
        /// What to name when it ends.
        reservation: ReservationKey,
        /// When it will be withdrawn.
        ring_until: Instant,
    },
    /// Stop ringing that phone. The reservation is void.
    Withdrawn {
        /// The call.
        call: CallKey,
        /// The agent.
        agent: AgentId,
        /// Which offer.
        reservation: ReservationKey,
        /// Why.
        why: Why,
    },
    /// The call moved to another queue, as the plan says.
    Overflowed {
        /// The call.
        call: CallKey,
        /// From here …
        from: QueueId,
        /// … to here.
        to: QueueId,
    },
    /// The call waited as long as the plan allows, and has left its queue.
    TimedOut {
        /// The call.
        call: CallKey,
    },
    /// The queue is closed, and the call has left it: it goes where the plan says, with the place it had.
    Closed(Waiter),
    /// An agent's state changed.
    AgentChanged {
        /// Who.
        agent: AgentId,
        /// Now.
        state: AgentState,
    },
    /// An agent did not take a call offered to him.
    AgentMissed {
        /// Which call.
        call: CallKey,
        /// Who.
        agent: AgentId,
        /// In a row.
        misses: u32,
    },
}

/// Why an offer was withdrawn.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Why {
    /// It rang as long as the plan allows.
    NoAnswer,
    /// The caller left.
    CallerLeft,
    /// The agent logged off.
    LoggedOff,
}

/// How an offer ended without an answer, as the phone told.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Refusal {
    /// It rang out (480, 408 after ringing).
    NoAnswer,
    /// Busy (486).
    Busy,
    /// The agent declined (603, 480 at once).
    Rejected,
    /// The phone cannot be reached.
    Unreachable,
    /// It was never rung, for want of a port or a dialog of ours: nobody's miss.
    NotRung,
}

#[derive(Debug)]
struct Reservation {
    call: CallKey,
    agent: AgentKey,
    ring_until: Instant,
}

/// How long a call is not offered again to an agent who has just not taken it. Other agents get it at once;
/// when there is no other, this is the pause before he is tried again.
const REFUSED_PAUSE: Duration = Duration::from_secs(5);

/// How long a caller who is due to move on waits before a full queue is looked at again.
const FULL_PAUSE: Duration = Duration::from_secs(1);

/// How long a caller may be in a closed queue with no phone ringing for him: who comes in the very instant it opens is
/// there before the word of it.
const CLOSED_PAUSE: Duration = Duration::from_secs(1);

/// How long a caller waits in a queue that left the plan but still has agents, before he goes on to the general queue.
const RETIRED_PAUSE: Duration = Duration::from_secs(30);

/// Queues one caller is moved through by overflow: a plan whose queues overflow into one another ends here.
pub const MOVES_MAX: u8 = 8;

/// What can be due.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Timer {
    /// The paperwork time of this agent is over: he is ready.
    WrapUp(AgentId),
    /// This phone has rung long enough: the offer is withdrawn and the next agent tried.
    Ring(ReservationKey),
    /// Something is due for this caller: he may be offered, moves on, or has waited too long.
    Caller(CallKey),
}

impl Acd {
    /// No queues and no agents.
    pub fn new() -> Self {
        Self::default()
    }

    /// A caller begins to wait. A call that is in a queue already leaves it for this one.
    pub fn handle_enqueue(&mut self, now: Instant, waiter: Waiter) -> Result<(), QueueFull> {
        self.handle_leave(now, waiter.call);
        let room = self.queue_key(&waiter.queue).filter(|queue| self.has_room(*queue));
        let Some(queue) = room else {
            return Err(QueueFull { queue: waiter.queue });
        };
        self.enter(now, queue, waiter);
        Ok(())
    }

    /// Says which queues are closed until the next word: no overflow leads to them, and whoever waits in one leaves it
    /// ([`Output::Closed`]), those first whose turn would have come first, but nobody within [`CLOSED_PAUSE`] of his coming. A
    /// phone that rings may still be answered; he for whom it rings leaves when it is not.
    pub fn set_closed(&mut self, now: Instant, queues: BTreeSet<QueueId>) {
        let new: BTreeSet<QueueKey> =
            queues.difference(&self.closed).filter_map(|queue| self.queue_key(queue)).collect();
        self.closed = queues;
        let inside = self
            .callers
            .iter()
            .filter(|(_, caller)| new.contains(&caller.queue) && !matches!(caller.stage, Stage::Reserved(_)));
        let inside: BTreeSet<(Place, CallKey)> = inside.map(|(call, caller)| (caller.place, *call)).collect();
        for (_, call) in inside {
            self.attend(now, call);
        }
    }

    /// A caller is gone, or was connected elsewhere. A phone that rings for him is stopped.
    pub fn handle_leave(&mut self, now: Instant, call: CallKey) {
        let Some(caller) = self.remove_caller(call) else { return };
        self.count(caller.queue, |counts| counts.abandoned += 1);
        if let Stage::Reserved(key) = caller.stage
            && let Some(reservation) = self.take_reservation(key)
        {
            self.tell_withdrawn(key, &reservation, Why::CallerLeft);
            self.change(now, reservation.agent, Input::Withdrawn);
            self.seek(now, reservation.agent);
        }
    }

    /// The agent answered: the caller leaves the queue. `None` if the reservation is void; then his phone
    /// must be released.
    pub fn handle_answered(&mut self, now: Instant, key: ReservationKey) -> Option<(CallKey, AgentId)> {
        let reservation = self.take_reservation(key)?;
        let caller = self.remove_caller(reservation.call)?;
        self.count(caller.queue, |counts| counts.answered += 1);
        let wrap_up = self.queues.get(caller.queue).map_or(Duration::ZERO, |queue| queue.settings.wrap_up);
        let agent = self.agents.get_mut(reservation.agent)?;
        agent.misses = 0;
        let id = agent.id.clone();
        self.change(now, reservation.agent, Input::Answered { call: reservation.call, wrap_up });
        Some((reservation.call, id))
    }

    /// The phone did not take the call: the agent missed it (unless it was never rung), the caller keeps his
    /// place. A void reservation is ignored.
    pub fn handle_refused(&mut self, now: Instant, key: ReservationKey, refusal: Refusal) {
        match refusal {
            Refusal::NoAnswer | Refusal::Busy | Refusal::Rejected | Refusal::Unreachable => {
                if let Some(reservation) = self.take_reservation(key) {
                    self.missed(now, &reservation, |out| Input::Refused { out });
                }
            }
            Refusal::NotRung => {
                if let Some(reservation) = self.take_reservation(key) {
                    self.give_back(now, &reservation, Input::Refused { out: false });
                }
            }
        }
    }

    /// The agent's call ended.
    pub fn handle_released(&mut self, now: Instant, agent: &AgentId) {
        self.handle_agent(now, agent, Input::Released);
    }

    /// The agent's phone is there. Harmless when repeated.
    pub fn handle_logged_on(&mut self, now: Instant, agent: &AgentId) {
        self.handle_agent(now, agent, Input::LogOn);
    }

    /// The agent's phone is gone. What rings there is withdrawn; what is talked there goes on.
    pub fn handle_logged_off(&mut self, now: Instant, agent: &AgentId) {
        self.finish_agent(now, agent);
        let Some(key) = self.agent_key(agent) else { return };
        let ringing = self.agents.get(key).and_then(|agent| match agent.state {
            State::Ringing { reservation, .. } => Some(reservation),
            State::LoggedOff
            | State::NotReady
            | State::Ready { .. }
            | State::Talking { .. }
            | State::WorkingAfterCall { .. } => None,
        });
        match ringing.and_then(|key| Some((key, self.take_reservation(key)?))) {
            Some((key, reservation)) => {
                self.tell_withdrawn(key, &reservation, Why::LoggedOff);
                self.missed(now, &reservation, |_| Input::LogOff);
            }
            None => self.change(now, key, Input::LogOff),
        }
    }

    /// The agent takes calls. While he talks or a phone rings: after that.
    pub fn handle_ready(&mut self, now: Instant, agent: &AgentId) {
        self.handle_agent(now, agent, Input::Ready);
    }

    /// The agent takes no calls. While he talks or a phone rings: after that.
    pub fn handle_not_ready(&mut self, now: Instant, agent: &AgentId) {
        self.handle_agent(now, agent, Input::NotReady);
    }

    /// Does what is due.
    pub fn handle_timeout(&mut self, now: Instant) {
        while let Some(timer) = self.take_due(now) {
            match timer {
                Timer::WrapUp(agent) => {
                    let Some(agent) = self.agent_key(&agent) else { continue };
                    self.change(now, agent, Input::WrapUpOver);
                    self.seek(now, agent);
                }
                Timer::Ring(key) => {
                    if let Some(reservation) = self.take_reservation(key) {
                        self.tell_withdrawn(key, &reservation, Why::NoAnswer);
                        self.missed(now, &reservation, |out| Input::Refused { out });
                    }
                }
                Timer::Caller(call) => self.attend(now, call),
            }
        }
        self.go_on(now);
    }

    /// The next thing to do or tell; drained after every other call.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When [`Self::handle_timeout`] has something to do.
    pub fn poll_timeout(&self) -> Option<Instant> {
        let timer = self.timers.first().map(|(at, _)| *at);
        timer.into_iter().chain(self.work.due()).min()
    }

    fn handle_agent(&mut self, now: Instant, agent: &AgentId, input: Input) {
        self.finish_agent(now, agent);
        let Some(key) = self.agent_key(agent) else { return };
        // Who left the plan finishes his call and takes no other.
        let retired = self.agents.get(key).is_some_and(|agent| agent.retired);
        if !retired || input == Input::Released {
            self.change(now, key, input);
            self.seek(now, key);
        }
    }

    fn take_due(&mut self, now: Instant) -> Option<Timer> {
        self.timers.first().filter(|(at, _)| *at <= now)?;
        self.timers.pop_first().map(|(_, timer)| timer)
    }

    fn agent_key(&self, id: &AgentId) -> Option<AgentKey> {
        self.agent_keys.get(id).copied()
    }

    fn queue_key(&self, id: &QueueId) -> Option<QueueKey> {
        self.queue_keys.get(id).copied()
    }

    fn count(&mut self, queue: QueueKey, add: impl FnOnce(&mut Counts)) {
        if let Some(queue) = self.queues.get_mut(queue) {
            add(&mut queue.counts);
        }
    }
}
