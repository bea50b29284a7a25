//! The compiled plan and the one function that decides a call.
//!
//! Every number of the plan, alias or hotline, has a list of [`Segment`]s: from this millisecond on, this is
//! what happens. The list is sorted, begins at the beginning of time and has no gap, so an instant finds
//! exactly one. Which number was dialled is found by the ordered rules of [`Table::decide`].
//!
//! *Invariant:* nothing here is a default to be looked up later; the compiler wrote every value down.

use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use crate::dialplan::action::{Action, Closed, HotlineInfo};
use crate::dialplan::calendar::Calendar;
use crate::dialplan::hours::Hours;
use crate::dialplan::number::{EMERGENCY, Numbering};
use crate::dialplan::peers::{Prompt, Target, Trunk};
use crate::dialplan::staff::{Agent, Queue};
use crate::event::{AgentId, Number, Phase, PromptId, QueueId, TrunkId};
use crate::stdx::SeededMap;

/// The checked plan. Immutable; a call keeps the table it began with.
#[derive(Clone, Debug)]
pub struct Table {
    pub(super) name: String,
    pub(super) zone: String,
    pub(super) calendar: Calendar,
    pub(super) number: Number,
    pub(super) numbering: Numbering,
    pub(super) general_queue: QueueId,
    pub(super) unknown: Arc<Action>,
    /// The empty alias chain, so that a decision need not make one.
    pub(super) no_via: Arc<[Number]>,
    pub(super) fates: Vec<Fate>,
    pub(super) index: SeededMap<Number, u32>,
    pub(super) hours: BTreeMap<String, Arc<Hours>>,
    pub(super) queues: BTreeMap<QueueId, Queue>,
    pub(super) agents: BTreeMap<AgentId, Agent>,
    pub(super) trunks: BTreeMap<TrunkId, Trunk>,
    pub(super) prompts: BTreeMap<PromptId, Prompt>,
    pub(super) targets: Vec<Target>,
}

/// What the call layer knows about an INVITE, already normalised by [`Table::numbering`].
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The trunk the call came in on; `None` for an agent's phone or an unknown source.
    pub trunk: Option<&'a TrunkId>,
    /// Who calls; empty when withheld.
    pub caller: &'a Number,
    /// Numbers that may name the hotline, in the order of [`Ingress`]: Request-URI first, then, only from a
    /// trusted trunk, oldest History-Info … To. Access numbers and the trunk's default are the plan's own and
    /// need not be offered.
    pub candidates: &'a [(Ingress, Number)],
}

/// Which rule found the hotline: in this order, first hit wins.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Ingress {
    /// The number dialled is one the carrier bound to the hotline on this trunk, or the trunk carries only it.
    AccessNumber,
    /// The Request-URI.
    RequestUri,
    /// The oldest entry of History-Info (RFC 7044).
    HistoryInfo,
    /// The bottom entry of Diversion (RFC 5806): the first diversion.
    Diversion,
    /// P-Called-Party-ID (RFC 7315).
    CalledPartyId,
    /// The To header.
    To,
    /// What the plan says calls on this trunk are for.
    TrunkDefault,
}

/// What is to become of a call, and why.
#[derive(Clone, PartialEq, Debug)]
pub struct Decision {
    /// The hotline found.
    pub hotline: Option<Arc<HotlineInfo>>,
    /// The number that decided, as dialled: an alias keeps its own number here. For an unknown number the
    /// first candidate.
    pub dialled: Number,
    /// Names passed on the way from `dialled` to the hotline: empty, or the alias chain (`12331`).
    pub via: Arc<[Number]>,
    /// The rule that found it; `None` when nothing did.
    pub ingress: Option<Ingress>,
    /// The phase the call belongs to and keeps.
    pub phase: Option<Phase>,
    /// What to do; rows that do the same share it.
    pub action: Arc<Action>,
    /// Whether that is what is done because the hotline or its queue is closed.
    pub closed: bool,
}

/// One number of the plan and all that ever happens to it.
#[derive(Clone, PartialEq, Debug)]
pub struct Fate {
    /// The number.
    pub number: Number,
    /// The alias chain from here to the hotline, this number first; empty for a hotline.
    pub via: Arc<[Number]>,
    /// What kind of row it is at first; see [`Segment::kind`].
    pub kind: Kind,
    /// Sorted by `from_ms`; the first begins at `i64::MIN`.
    pub segments: Box<[Segment]>,
}

/// What kind of row a number is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// 12345 itself: where forwarded calls arrive, so a header that names a merged hotline says more.
    Direct,
    /// Its seats moved to 12345; the carrier may forward it to 12345.
    Merged,
    /// Its seats stayed: a call diverted from there was sent to us by the people there.
    Elsewhere,
    /// 110, 119, 120, 122.
    Emergency,
    /// Linked or out of scope: told, never routed.
    Told,
}

/// From an instant on, this happens.
#[derive(Clone, PartialEq, Debug)]
pub struct Segment {
    /// First millisecond.
    pub from_ms: i64,
    /// The hotline in this period.
    pub hotline: Option<Arc<HotlineInfo>>,
    /// Its phase.
    pub phase: Option<Phase>,
    /// What kind of row the number is in this period; decides which rules may find it.
    pub kind: Kind,
    /// What to do; rows that do the same share it.
    pub action: Arc<Action>,
    /// What to do instead outside the hours of the hotline or its queue; `None`: open day and night.
    pub closed: Option<Arc<Closed>>,
}

/// Told of every step of a decision. `()` hears nothing and costs nothing.
pub trait Recorder {
    /// A rule looked at a number.
    fn looked(&mut self, ingress: Ingress, number: &Number, seen: Seen);
}

impl Recorder for () {
    #[inline(always)]
    fn looked(&mut self, _: Ingress, _: &Number, _: Seen) {}
}

/// What a rule found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Seen {
    /// The plan does not have the number.
    Unknown,
    /// It decides.
    Hit,
    /// 12345 itself: kept, unless a header names a merged hotline the caller was forwarded from.
    General,
    /// A header names a place whose people sent the call to us: sending it back would be a loop.
    SentByThem,
    /// A header names an emergency line: only followed if nothing else is known.
    EmergencyInHeader,
    /// Kept in reserve earlier, and nothing better came.
    Reserve,
    /// The trunk's `identify` does not name this rule.
    LeftOut,
}

impl Table {
    /// What becomes of a call that arrived at `at_ms` (milliseconds since 1970). No allocation.
    ///
    /// First hit wins, in the order of [`Ingress`] or of the trunk's `identify`, with three exceptions that keep calls
    /// from going wrong: whoever dials an emergency line gets it, whatever his trunk carries and the headers say;
    /// 12345 in the Request-URI is where forwarded calls arrive, so a merged hotline in a later (trusted)
    /// candidate says more; and a header that names an emergency line or a sub-center on a call that was
    /// addressed to 12345 says that *they* sent it here, so it is not sent back.
    pub fn decide(&self, facts: &Facts<'_>, at_ms: i64) -> Decision {
        self.decide_with(facts, at_ms, &mut ())
    }

    /// The same, telling `recorder` every step.
    pub fn decide_with<R: Recorder>(&self, facts: &Facts<'_>, at_ms: i64, recorder: &mut R) -> Decision {
        match self.identify(facts, at_ms, recorder) {
            Some((ingress, number, fate)) => fate.decision(ingress, number, at_ms),
            None => Decision {
                hotline: None,
                dialled: facts.candidates.first().map_or_else(|| self.number.clone(), |(_, n)| n.clone()),
                via: Arc::clone(&self.no_via),
                ingress: None,
                phase: None,
                action: Arc::clone(&self.unknown),
                closed: false,
            },
        }
    }

    pub(super) fn identify<'t, R: Recorder>(
        &'t self,
        facts: &Facts<'_>,
        at_ms: i64,
        recorder: &mut R,
    ) -> Option<(Ingress, Number, &'t Fate)> {
        if let Some(hit) = self.emergency(facts, recorder) {
            return Some(hit);
        }
        let trunk = facts.trunk.and_then(|id| self.trunks.get(id));
        let order = trunk.map_or(&Ingress::ALL[..], |trunk| &trunk.identify);
        for (ingress, number) in facts.candidates.iter().filter(|(ingress, _)| !order.contains(ingress)) {
            recorder.looked(*ingress, number, Seen::LeftOut);
        }
        let mut reserve: Option<(Ingress, &Number, &Fate)> = None;
        for rule in order {
            let of_rule = facts.candidates.iter().filter(|(ingress, _)| ingress == rule);
            match rule {
                Ingress::AccessNumber => {
                    if let Some(hit) = self.access(trunk, facts, recorder) {
                        return Some(hit);
                    }
                }
                Ingress::TrunkDefault => break,
                Ingress::RequestUri
                | Ingress::HistoryInfo
                | Ingress::Diversion
                | Ingress::CalledPartyId
                | Ingress::To => {
                    for (ingress, number) in of_rule {
                        if let Some(fate) = self.look(*ingress, number, at_ms, &mut reserve, recorder) {
                            return Some((*ingress, number.clone(), fate));
                        }
                    }
                }
            }
        }
        self.last_resort(reserve, trunk.filter(|_| order.contains(&Ingress::TrunkDefault)), recorder)
    }

    /// The number dialled is an emergency line: no rule of a trunk comes before that.
    fn emergency<'t, R: Recorder>(
        &'t self,
        facts: &Facts<'_>,
        recorder: &mut R,
    ) -> Option<(Ingress, Number, &'t Fate)> {
        let dialled = facts.candidates.iter().filter(|(ingress, _)| *ingress == Ingress::RequestUri);
        // Few calls are for one: nobody else's number is looked up twice.
        let lines = dialled.filter(|(_, number)| EMERGENCY.contains(&number.as_str()));
        let mut lines = lines.filter_map(|(_, number)| self.fate(number));
        let fate = lines.find(|fate| fate.kind == Kind::Emergency)?;
        recorder.looked(Ingress::RequestUri, &fate.number, Seen::Hit);
        Some((Ingress::RequestUri, fate.number.clone(), fate))
    }

    /// The trunk carries one hotline only, or the number dialled is bound to one.
    fn access<'t, R: Recorder>(
        &'t self,
        trunk: Option<&Trunk>,
        facts: &Facts<'_>,
        recorder: &mut R,
    ) -> Option<(Ingress, Number, &'t Fate)> {
        let trunk = trunk?;
        if let Some(fate) = trunk.only.and_then(|i| self.fate_at(i)) {
            recorder.looked(Ingress::AccessNumber, &fate.number, Seen::Hit);
            return Some((Ingress::AccessNumber, fate.number.clone(), fate));
        }
        let mut called = facts.candidates.iter().filter(|(ingress, _)| *ingress <= Ingress::RequestUri);
        let (number, bound) = called.find_map(|(_, number)| Some((number, trunk.access.get(number)?)))?;
        let fate = self.fate_at(*bound)?;
        recorder.looked(Ingress::AccessNumber, number, Seen::Hit);
        Some((Ingress::AccessNumber, fate.number.clone(), fate))
    }

    /// Whether a number decides; one that may do so later is kept in reserve.
    fn look<'t, 'f, R: Recorder>(
        &'t self,
        ingress: Ingress,
        number: &'f Number,
        at_ms: i64,
        reserve: &mut Option<(Ingress, &'f Number, &'t Fate)>,
        recorder: &mut R,
    ) -> Option<&'t Fate> {
        let Some(fate) = self.fate(number) else {
            recorder.looked(ingress, number, Seen::Unknown);
            return None;
        };
        let seen = see(ingress, fate.kind_at(at_ms), reserve.map(|(_, _, fate)| fate.kind_at(at_ms)));
        recorder.looked(ingress, number, seen);
        match seen {
            Seen::Hit => return Some(fate),
            Seen::General | Seen::EmergencyInHeader if reserve.is_none() => {
                *reserve = Some((ingress, number, fate));
            }
            Seen::General
            | Seen::EmergencyInHeader
            | Seen::SentByThem
            | Seen::LeftOut
            | Seen::Unknown
            | Seen::Reserve => {}
        }
        None
    }

    /// 12345 in the Request-URI; else the trunk's default; else an emergency line that only a header names.
    fn last_resort<'t, R: Recorder>(
        &'t self,
        reserve: Option<(Ingress, &Number, &'t Fate)>,
        trunk: Option<&Trunk>,
        recorder: &mut R,
    ) -> Option<(Ingress, Number, &'t Fate)> {
        if let Some((ingress, number, fate)) = reserve {
            recorder.looked(ingress, number, Seen::Reserve);
            return Some((ingress, number.clone(), fate));
        }
        let fate = self.fate_at(trunk?.default?)?;
        recorder.looked(Ingress::TrunkDefault, &fate.number, Seen::Hit);
        Some((Ingress::TrunkDefault, fate.number.clone(), fate))
    }

    /// All that ever happens to a number of the plan.
    pub fn fate(&self, number: &Number) -> Option<&Fate> {
        self.index.get(number).and_then(|i| self.fate_at(*i))
    }

    fn fate_at(&self, index: u32) -> Option<&Fate> {
        self.fates.get(usize::try_from(index).ok()?)
    }

    /// Every number of the plan, sorted.
    pub fn fates(&self) -> &[Fate] {
        &self.fates
    }

    /// What becomes of every number the plan does not have: the fate of no number.
    pub(super) fn fate_of_unknown(&self) -> Fate {
        Fate::told(Number::new(""), &self.unknown)
    }

    /// The plan's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The plan's time zone, as IANA names it.
    pub fn zone(&self) -> &str {
        &self.zone
    }

    /// Its calendar: reads and shows instants as its people write them.
    pub fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    /// The one number, 12345.
    pub fn number(&self) -> &Number {
        &self.number
    }

    /// Reads numbers as this plan's city dials them.
    pub fn numbering(&self) -> &Numbering {
        &self.numbering
    }

    /// The queue merged hotlines share.
    pub fn general_queue(&self) -> &QueueId {
        &self.general_queue
    }

    /// All hours, by name.
    pub fn hours(&self) -> impl Iterator<Item = &Arc<Hours>> {
        self.hours.values()
    }

    /// Hours by their name.
    pub(super) fn hours_named(&self, name: &str) -> Option<&Arc<Hours>> {
        self.hours.get(name)
    }

    /// A queue.
    pub fn queue(&self, id: &QueueId) -> Option<&Queue> {
        self.queues.get(id)
    }

    /// All queues, by name.
    pub fn queues(&self) -> impl Iterator<Item = &Queue> {
        self.queues.values()
    }

    /// An agent.
    pub fn agent(&self, id: &AgentId) -> Option<&Agent> {
        self.agents.get(id)
    }

    /// All agents, by id.
    pub fn agents(&self) -> impl Iterator<Item = &Agent> {
        self.agents.values()
    }

    /// A trunk.
    pub fn trunk(&self, id: &TrunkId) -> Option<&Trunk> {
        self.trunks.get(id)
    }

    /// All trunks, by name.
    pub fn trunks(&self) -> impl Iterator<Item = &Trunk> {
        self.trunks.values()
    }

    /// A recording.
    pub fn announcement(&self, id: &PromptId) -> Option<&Prompt> {
        self.prompts.get(id)
    }

    /// A recording as it is spoken in this language, if it has that; else as it is.
    pub fn spoken(&self, name: &str, language: Option<&str>) -> Option<&Prompt> {
        let variant = language.and_then(|language| self.prompts.get(&Prompt::variant(name, language)));
        variant.or_else(|| self.prompts.get(name))
    }

    /// All recordings, by name.
    pub fn announcements(&self) -> impl Iterator<Item = &Prompt> {
        self.prompts.values()
    }

    /// All transfer targets and told numbers, in the plan's order.
    pub fn targets(&self) -> &[Target] {
        &self.targets
    }

    /// The trunk that sends from this address: one that names the port before one that does not.
    pub fn trunk_of_source(&self, ip: IpAddr, port: u16) -> Option<&Trunk> {
        let ip = ip.to_canonical();
        let from = |wanted: Option<u16>| self.trunks.values().find(|t| t.sources.contains(&(ip, wanted)));
        from(Some(port)).or_else(|| from(None))
    }

    /// A trunk whose requests come from that address, if only from another port.
    pub fn trunk_beside(&self, ip: IpAddr) -> Option<&Trunk> {
        let ip = ip.to_canonical();
        self.trunks.values().find(|trunk| trunk.sources.iter().any(|(source, _)| *source == ip))
    }
}

fn see(ingress: Ingress, kind: Kind, reserve: Option<Kind>) -> Seen {
    let addressed = ingress <= Ingress::RequestUri;
    match (kind, reserve) {
        (Kind::Direct, _) if addressed => Seen::General,
        (Kind::Emergency, _) if !addressed => Seen::EmergencyInHeader,
        (Kind::Elsewhere | Kind::Told, Some(Kind::Direct)) => Seen::SentByThem,
        (Kind::Direct, Some(_)) => Seen::General,
        (Kind::Direct | Kind::Merged | Kind::Elsewhere | Kind::Emergency | Kind::Told, _) => Seen::Hit,
    }
}

impl Segment {
    /// What is done in it: open, and closed.
    pub fn actions(&self) -> impl Iterator<Item = &Action> {
        std::iter::once(&*self.action).chain(self.closed.iter().map(|closed| &*closed.action))
    }
}

impl Fate {
    /// Of a number that is never routed.
    pub(super) fn told(number: Number, action: &Arc<Action>) -> Self {
        let (from_ms, kind, action) = (i64::MIN, Kind::Told, Arc::clone(action));
        let segment = Segment { from_ms, hotline: None, phase: None, kind, action, closed: None };
        Self { number, via: Arc::from([]), kind, segments: Box::new([segment]) }
    }

    /// The segment an instant falls in.
    pub fn segment(&self, at_ms: i64) -> Option<&Segment> {
        // The lists are short and most calls come late in them: walking back touches less memory than halving.
        self.segments.iter().rev().find(|segment| segment.from_ms <= at_ms)
    }

    /// What kind of row the number is at an instant.
    pub fn kind_at(&self, at_ms: i64) -> Kind {
        self.segment(at_ms).map_or(self.kind, |segment| segment.kind)
    }

    fn decision(&self, ingress: Ingress, dialled: Number, at_ms: i64) -> Decision {
        let segment = self.segment(at_ms);
        let closed = segment.and_then(|s| s.closed.as_ref()).filter(|closed| !closed.hours.open(at_ms));
        let action = closed.map(|closed| &closed.action).or_else(|| segment.map(|s| &s.action));
        Decision {
            hotline: segment.and_then(|s| s.hotline.clone()),
            dialled,
            via: Arc::clone(&self.via),
            ingress: Some(ingress),
            phase: segment.and_then(|s| s.phase),
            // The compiler begins every list at i64::MIN, so there is always a segment.
            action: action.map_or_else(|| Arc::new(Action::Reject { status: 404, notice: None }), Arc::clone),
            closed: closed.is_some(),
        }
    }
}

impl Ingress {
    /// Every rule, in the order in which they count where a trunk does not say otherwise.
    pub const ALL: [Self; 7] = [
        Self::AccessNumber,
        Self::RequestUri,
        Self::HistoryInfo,
        Self::Diversion,
        Self::CalledPartyId,
        Self::To,
        Self::TrunkDefault,
    ];

    /// For an operator.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AccessNumber => "access number",
            Self::RequestUri => "Request-URI",
            Self::HistoryInfo => "History-Info",
            Self::Diversion => "Diversion",
            Self::CalledPartyId => "P-Called-Party-ID",
            Self::To => "To",
            Self::TrunkDefault => "the trunk's default",
        }
    }
}

impl fmt::Display for Ingress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
