//! The plan proved: every number, every interval between two instants at which anything changes, every outcome of
//! queue and trunk.
//!
//! A plan has finitely many numbers, and between two neighbouring instants of its [`interval`]s nothing changes;
//! so nothing is sampled. For each of them [`web`] follows a call as the call layer would carry it
//! (`call::wait`, `call::dial`, `call::announce`, the overflow of `acd`, the failover of `trunk`): room or full,
//! answered or not, down, busy, silent, waited too long, closed. The checks of [`check`](mod@super::check) read the webs; each
//! fault they find is a way through one, from a number and an instant to the step that goes wrong.
//!
//! Numbers that begin alike (the same queue, skill, announcement and language) share a web, so that the work grows with what
//! a plan says and not with how often it says it.
//!
//! *Hours.* What a call can meet at once when it arrives, it meets by the hours of that instant, which are known. But a
//! caller waits, and a sub-center's trunk rings: by the time a call moves on, or comes back, any queue may have opened or
//! closed. So each web knows, beside the scene at the arrival, every scene that occurs while such calls last, and whatever
//! happens after a wait is followed through all of them: a queue closes on who waits in it ([`crate::node`] leads him
//! out), an overflow finds its target closed. Wherever a call waits, in every one of these scenes, someone may come or
//! there is a way on.
//!
//! *Invariant:* the plan's periods that count are those of the instant at which a call arrives: it keeps its decision. So are
//! the recordings it hears at once; what it comes to after a wait must have its time at every instant at which such a call may
//! arrive, which is stricter than the call itself, that looks at the clock (`call::announce`).
//! *Invariant:* the work is bounded ([`STEPS_MAX`]); a plan that needs more is refused (dp039), never passed unproved.

pub(super) mod heard;
pub(super) mod inbound;
pub(super) mod interval;
pub(super) mod reach;
pub(super) mod round;
pub(super) mod rows;
pub(super) mod said;
mod spinner;
pub(super) mod staffing;
pub(super) mod start;
pub(super) mod tell;
pub(super) mod transfer;
pub(super) mod web;

use std::collections::{BTreeMap, BTreeSet};

use crate::dialplan::Table;
use crate::dialplan::draft::Draft;
use crate::dialplan::fate::Fate;
use crate::dialplan::schema::{Entry, HotlineRow};
use crate::event::QueueId;
use interval::{Caller, Scenes};
use reach::Reach;
use rows::Rows;
use staffing::Staffing;
use start::Start;
use web::Web;

/// Most steps of calls that are followed for one plan: what takes less than a second. A province needs a twentieth of it.
pub(super) const STEPS_MAX: usize = 1 << 18;

/// How much was proved.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Proof {
    /// Numbers that can be dialled.
    pub numbers: usize,
    /// Instants at which what happens to a number changes.
    pub instants: usize,
    /// Ways a call can take, from a number to an end.
    pub ways: u64,
}

/// All webs of a plan.
#[derive(Debug)]
pub(super) struct Survey<'t> {
    pub(super) draft: &'t Draft<'t>,
    pub(super) table: &'t Table,
    pub(super) rows: Rows<'t>,
    /// Each web once, with the callers it holds for.
    pub(super) cases: Vec<Case<'t>>,
    /// Whether all ways were followed.
    pub(super) whole: bool,
}

/// Which queues are closed when a call that begins so arrives at an instant, then what else can be so while it lasts.
/// `None`: more than can be followed.
pub(super) fn scenes_of<'t>(table: &'t Table, start: &Start<'t>, at_ms: i64) -> Option<Vec<Closed<'t>>> {
    let mut steps_left = STEPS_MAX;
    let timed = Reach::new(table).of(start, &mut steps_left)?;
    Some(interval::of_call(&timed, at_ms))
}

/// In which callers of a hotline are spoken to.
type Language<'t> = Option<&'t str>;

/// Queues that are closed.
pub(super) type Closed<'t> = BTreeSet<&'t QueueId>;

/// Callers whose calls go the same ways.
#[derive(Debug)]
pub(super) struct Case<'t> {
    /// What the decision says.
    pub(super) start: Start<'t>,
    /// Who, and from when to when; hotlines before aliases, then by number.
    pub(super) callers: Vec<Caller<'t>>,
    /// Which queues are closed when they arrive, then what else can be so while their calls last.
    pub(super) scenes: Vec<Closed<'t>>,
    /// All that can become of them.
    pub(super) web: Web<'t>,
}

impl<'t> Survey<'t> {
    /// Follows every call. `unknown`: the fate of the numbers the plan does not have, of which there are always some.
    pub(super) fn new(draft: &'t Draft<'t>, table: &'t Table, unknown: &'t Fate) -> Self {
        let rows = Rows::new(draft.schema);
        let mut steps_left = STEPS_MAX;
        let cases = Self::cases(table, unknown, &mut steps_left);
        Self { draft, table, rows, whole: cases.is_some(), cases: cases.unwrap_or_default() }
    }

    fn cases(table: &'t Table, unknown: &'t Fate, steps_left: &mut usize) -> Option<Vec<Case<'t>>> {
        let staffing = Staffing::new(table);
        let mut reach = Reach::new(table);
        let mut scenes = Scenes::new(table);
        let mut groups: BTreeMap<(Start<'t>, Language<'t>, Vec<Closed<'t>>), Vec<Caller<'t>>> =
            BTreeMap::new();
        for caller in interval::callers_of(table.fates().iter().chain([unknown])) {
            let start = Start::of(caller.action);
            let language = caller.segment.hotline.and_then(|hotline| hotline.language.as_deref());
            let queues = reach.of(&start, steps_left)?;
            let hours: Vec<_> = queues.iter().map(|(_, hours)| *hours).collect();
            let closed = |scene: &[bool]| -> Closed<'t> {
                let closed = queues.iter().zip(scene).filter(|(_, open)| !**open);
                closed.map(|((queue, _), _)| *queue).collect()
            };
            let later = scenes.later(&caller, &hours, steps_left)?;
            for (scene, at_ms) in scenes.of(&caller, &hours, steps_left)?.iter() {
                let others = later.iter().map(|(other, _)| other).filter(|other| *other != scene);
                let all = std::iter::once(scene).chain(others).map(|scene| closed(scene)).collect();
                let now = queues.iter().map(|(_, hours)| &***hours).zip(scene.iter().copied());
                let conditions = caller.conditions.iter().copied().chain(now).collect();
                let caller = Caller { at_ms: *at_ms, conditions, ..caller.clone() };
                groups.entry((start.clone(), language, all)).or_default().push(caller);
            }
        }
        let mut cases = vec![];
        for ((start, language, scenes), mut callers) in groups {
            let order =
                |caller: &Caller<'t>| (!caller.fate.via().is_empty(), &caller.fate.number, caller.from_ms);
            callers.sort_by(|a, b| order(a).cmp(&order(b)));
            let web = Web::spin(table, &staffing, &start, language, &scenes, steps_left)?;
            cases.push(Case { start, callers, scenes, web });
        }
        Some(cases)
    }

    /// The row that says what happens to a caller.
    pub(super) fn row(&self, caller: &Caller<'_>) -> Option<&'t Entry<HotlineRow>> {
        let hotline = caller.segment.hotline?;
        self.draft.row_of(hotline)
    }

    /// How much it holds.
    pub(super) fn proof(&self) -> Proof {
        let known = |callers: &[Caller<'_>]| callers.iter().filter(|caller| caller.is_known()).count();
        let callers = || self.cases.iter().flat_map(|case| &case.callers);
        let instants: BTreeSet<i64> = callers()
            .flat_map(|caller| [caller.from_ms, caller.at_ms])
            .filter(|from| *from != i64::MIN)
            .collect();
        let ways = self.cases.iter().map(|case| {
            let callers = u64::try_from(known(&case.callers)).unwrap_or(u64::MAX);
            case.web.ways.saturating_mul(callers)
        });
        Proof {
            numbers: self.table.fates().len(),
            instants: instants.len(),
            ways: ways.fold(0, u64::saturating_add),
        }
    }
}
