//! The books: every caller who dials is entered once, and his record closes the entry.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use super::arrivals::exponential;
use super::report::{Entry, Fate, Report, Unbalanced};
use super::{Day, Step};
use crate::cdr::{Cdr, Disposition, Fold};
use crate::dialplan::{Action, Facts, Ingress, Table};
use crate::event::{AgentState, CallId, Event, Fact, LegRole, Number, PromptId, TrunkId};
use crate::sim::book::Book;
use crate::sim::ua::leg::LegNo;
use crate::stdx::{Instant, Rng};

/// Everybody of the day.
#[derive(Debug)]
pub(crate) struct Ledger {
    table: Arc<Table>,
    day: Day,
    callers: Vec<Caller>,
    by_leg: BTreeMap<String, usize>,
    by_call: BTreeMap<CallId, usize>,
    fold: Fold,
    entries: Vec<Entry>,
    settled: usize,
    records: usize,
    strays: usize,
    cut_off: u32,
    transitions: BTreeSet<PromptId>,
    intercepts: BTreeSet<PromptId>,
}

/// One of them.
#[derive(Clone, Debug)]
struct Caller {
    talk: Duration,
    patience: Duration,
    leg: Option<(usize, LegNo)>,
    stage: Stage,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Stage {
    /// Nobody has been asked to serve him: he hears a notice, or nothing yet.
    Listens,
    Waits,
    Talks,
    Settled,
}

impl Ledger {
    pub(super) fn new(table: &Arc<Table>, day: Day, rng: &mut Rng) -> Self {
        let caller = |talk: Option<Duration>| Caller {
            talk: talk.unwrap_or_else(|| by_chance(rng, day.talk)),
            patience: by_chance(rng, day.patience),
            leg: None,
            stage: Stage::Listens,
        };
        let callers: Vec<Caller> = day.arrivals.iter().map(|a| a.talk).map(caller).collect();
        let entries = day.arrivals.iter().map(|arrival| Entry { at_ms: arrival.at_ms, ..Entry::default() });
        let entries = entries.collect();
        let mut ledger = Self {
            table: Arc::clone(table),
            callers,
            entries,
            by_leg: BTreeMap::new(),
            by_call: BTreeMap::new(),
            fold: Fold::new("rehearsal"),
            settled: 0,
            records: 0,
            strays: 0,
            cut_off: 0,
            transitions: BTreeSet::new(),
            intercepts: BTreeSet::new(),
            day,
        };
        ledger.read_prompts();
        ledger
    }

    fn read_prompts(&mut self) {
        let table = Arc::clone(&self.table);
        let segments = table.fates().iter().flat_map(|fate| fate.segments());
        for action in segments.flat_map(|segment| segment.actions()) {
            match action {
                Action::Queue { announce: Some(announce), .. } => {
                    self.transitions.insert(announce.prompt.clone());
                }
                Action::Intercept { prompt, .. } => {
                    self.intercepts.insert(prompt.clone());
                }
                Action::Queue { announce: None, .. }
                | Action::Trunk { .. }
                | Action::Emergency { .. }
                | Action::Reject { .. } => {}
            }
        }
    }

    /// The trunk, the number and the caller of a call to be made.
    pub(super) fn call(&self, i: usize) -> Option<(String, String, String)> {
        let arrival = self.day.arrivals.get(i)?;
        let trunk = arrival.trunk.as_ref().filter(|id| self.table.trunk(id).is_some());
        let plain = |text: &str| -> String {
            text.chars().filter(|c| c.is_ascii_alphanumeric() || "+*-".contains(*c)).take(40).collect()
        };
        let caller = plain(&arrival.caller);
        let caller = if caller.is_empty() { "anonymous".to_owned() } else { caller };
        Some((trunk.unwrap_or(&self.day.trunk).to_string(), plain(&arrival.dialled), caller))
    }

    /// He has dialled. How long he has patience.
    pub(super) fn dialled(&mut self, i: usize, peer: usize, leg: LegNo, call_id: &str) -> Duration {
        self.by_leg.insert(call_id.to_owned(), i);
        let Some(caller) = self.callers.get_mut(i) else { return Duration::ZERO };
        caller.leg = Some((peer, leg));
        caller.patience
    }

    /// Where his telephone is, while he is on it.
    pub(super) fn leg(&self, i: usize) -> Option<(usize, LegNo)> {
        self.callers.get(i).filter(|caller| caller.stage != Stage::Settled)?.leg
    }

    /// Whether he waits for somebody.
    pub(super) fn waits(&self, i: usize) -> bool {
        self.callers.get(i).is_some_and(|caller| caller.stage == Stage::Waits)
    }

    /// How many callers are through.
    pub(super) fn settled(&self) -> usize {
        self.settled
    }

    /// Whoever is on the telephone now is counted as one who did not finish by himself.
    pub(super) fn cut_off(&mut self) -> Vec<usize> {
        let there: Vec<usize> = self.by_call.values().copied().collect();
        self.cut_off = u32::try_from(there.len()).unwrap_or(u32::MAX);
        there
    }

    /// Takes a fact in, after the book did, and says what comes of it.
    pub(crate) fn note(&mut self, book: &Book, event: &Event) -> Option<(Instant, Step)> {
        if let Fact::AgentChanged { agent, state: AgentState::NotReady } = &event.fact {
            return Some((event.now + BACK_AFTER, Step::Back(agent.clone())));
        }
        if let Some(cdr) = self.fold.handle(event) {
            self.settle(&cdr);
            return None;
        }
        let call = event.call?;
        if let Fact::CallArrived { caller, dialled, trunk, .. } = &event.fact {
            let leg = book.calls.get(&call).and_then(|call| call.legs.first());
            if let Some(i) = leg.and_then(|leg| self.by_leg.get(leg)).copied() {
                self.by_call.insert(call, i);
                let planned = self.planned((caller, dialled, trunk.as_ref()), event.wall_ms);
                if let Some(entry) = self.entries.get_mut(i) {
                    (entry.planned, entry.trunk) = (Some(planned), trunk.clone());
                }
            }
            return None;
        }
        let i = *self.by_call.get(&call)?;
        let caller = self.callers.get_mut(i)?;
        match event.fact {
            Fact::CallQueued { .. } | Fact::LegInvited { .. } if caller.stage == Stage::Listens => {
                caller.stage = Stage::Waits;
                None
            }
            Fact::CallConnected { .. } if caller.stage != Stage::Talks => {
                caller.stage = Stage::Talks;
                Some((event.now + caller.talk, Step::HangUp(i)))
            }
            _ => None,
        }
    }

    fn settle(&mut self, cdr: &Cdr) {
        self.records += 1;
        let place = self.by_call.remove(&cdr.call);
        let Some((i, caller)) = place.and_then(|i| Some((i, self.callers.get_mut(i)?))) else {
            self.strays += 1;
            return;
        };
        if caller.stage == Stage::Settled {
            self.strays += 1;
            return;
        }
        caller.stage = Stage::Settled;
        self.settled += 1;
        let (met, announced) = self.met(cdr);
        let key = self.key(cdr);
        let Some(entry) = self.entries.get_mut(i) else { return };
        entry.key = key;
        entry.fate = Some(fate(cdr));
        (entry.met, entry.announced) = (met, announced);
        entry.waited_ms = cdr.wait_ms.and_then(|ms| u64::try_from(ms).ok());
    }

    /// The row of the report: the number as the plan has it, else the hotline that was found, else none.
    fn key(&self, cdr: &Cdr) -> Option<String> {
        let known = self.table.fate(&cdr.dialled).map(|fate| fate.number.to_string());
        known.or_else(|| cdr.hotline.as_ref().map(ToString::to_string))
    }

    /// What the plan wants done with such a call, in the words of [`Self::met`]. It is the decision the node takes, whatever
    /// is full by then.
    fn planned(&self, (caller, dialled, trunk): (&Number, &Number, Option<&TrunkId>), at_ms: i64) -> String {
        let candidates = [(Ingress::RequestUri, dialled.clone())];
        let action = self.table.decide(&Facts { trunk, caller, candidates: &candidates }, at_ms).action;
        match action {
            Action::Queue { queue, announce: Some(announce), .. } => {
                format!("{}, then queue {queue}", announce.prompt)
            }
            Action::Queue { queue, announce: None, .. } => format!("queue {queue}"),
            Action::Trunk { trunks, .. } | Action::Emergency { trunks, .. } => {
                trunks.first().map_or_else(|| "trunk".to_owned(), |trunk| format!("trunk {trunk}"))
            }
            Action::Intercept { prompt, .. } => format!("intercept {prompt}"),
            Action::Reject { notice: Some(notice), .. } => format!("refused, {notice}"),
            Action::Reject { notice: None, .. } => "refused".to_owned(),
        }
    }

    /// What was done with the call first, in words; and whether it heard the transition announcement.
    fn met(&self, cdr: &Cdr) -> (Option<String>, bool) {
        let heard = cdr.prompts.iter().find(|prompt| self.transitions.contains(*prompt));
        let heard = heard.filter(|_| cdr.queued.is_some() || cdr.connected.is_some());
        let first_leg = cdr.legs.iter().find(|leg| leg.role != LegRole::Caller);
        let place = match (cdr.queues.first(), cdr.queued, first_leg) {
            (_, queued, Some(leg)) if queued.is_none_or(|at| leg.invited < at) => match &leg.role {
                LegRole::Trunk(trunk) => format!("trunk {trunk}"),
                LegRole::Agent(_) | LegRole::Caller => return (None, heard.is_some()),
            },
            (Some(queue), _, _) => format!("queue {queue}"),
            (None, _, _) => return (self.told(cdr), false),
        };
        match heard {
            Some(prompt) => (Some(format!("{prompt}, then {place}")), true),
            None => (Some(place), false),
        }
    }

    fn told(&self, cdr: &Cdr) -> Option<String> {
        match (cdr.prompts.first(), cdr.disposition) {
            (Some(prompt), _) if self.intercepts.contains(prompt) => Some(format!("intercept {prompt}")),
            (None, Disposition::Intercepted) => Some("intercept".to_owned()),
            (Some(prompt), Disposition::Refused | Disposition::Abandoned) => {
                Some(format!("refused, {prompt}"))
            }
            (None, Disposition::Refused) => Some("refused".to_owned()),
            // Nobody free is not what the plan does with the number: the figures show it.
            (_, _) => None,
        }
    }

    /// Closes the books.
    pub(super) fn report(self) -> Result<Report, Unbalanced> {
        let dialled = self.callers.iter().filter(|caller| caller.leg.is_some()).count();
        // Whoever dialled and was never taken in has a fate too: it failed.
        let mut entries = self.entries;
        let mut fates = 0;
        for ((entry, caller), arrival) in entries.iter_mut().zip(&self.callers).zip(&self.day.arrivals) {
            if entry.fate.is_none() && caller.leg.is_some() && caller.stage == Stage::Listens {
                let number = self.table.numbering().normalise(&arrival.dialled, None);
                entry.key = self.table.fate(&number).map(|fate| fate.number.to_string());
                entry.fate = Some(Fate::Failed);
            }
            fates += usize::from(entry.fate.is_some());
        }
        let balanced = fates == dialled && dialled == self.callers.len() && self.strays == 0;
        if !balanced || self.records != self.settled {
            let (records, strays) = (self.records, self.strays + self.callers.len() - dialled);
            return Err(Unbalanced { dialled, fates, records, strays });
        }
        Ok(Report { cut_off: self.cut_off, ..Report::of(&self.table, &self.day, &entries) })
    }
}

fn fate(cdr: &Cdr) -> Fate {
    match cdr.disposition {
        Disposition::Connected if cdr.agent.is_some() => Fate::Answered,
        Disposition::Connected => Fate::ToTrunk,
        Disposition::Abandoned => Fate::Abandoned,
        Disposition::Intercepted => Fate::Intercepted,
        Disposition::Refused => Fate::Refused,
        Disposition::Unserved => Fate::Unserved,
        Disposition::Failed => Fate::Failed,
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most 21 times the mean")]
fn by_chance(rng: &mut Rng, mean: Duration) -> Duration {
    Duration::from_millis(exponential(rng, mean.as_secs_f64() * 1000.0) as u64)
}

/// An agent who was taken out comes back.
const BACK_AFTER: Duration = Duration::from_secs(20);
