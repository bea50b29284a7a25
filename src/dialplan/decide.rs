//! The one function that decides a call: which number was dialled, by ordered rules, and what happens to it now.

use std::fmt;
use std::sync::Arc;

use crate::dialplan::Table;
use crate::dialplan::action::{Action, HotlineInfo};
use crate::dialplan::fate::{Fate, Kind};
use crate::dialplan::number::EMERGENCY;
use crate::dialplan::peers::Trunk;
use crate::event::{Number, Phase, TrunkId};

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

/// What is to become of a call, and why: a view of the table, which whoever keeps it copies what he needs of.
#[derive(Clone, PartialEq, Debug)]
pub struct Decision<'t> {
    /// The hotline found.
    pub hotline: Option<&'t Arc<HotlineInfo>>,
    /// The number that decided, as dialled: an alias keeps its own number here. For an unknown number the
    /// first candidate.
    pub dialled: Number,
    /// Names passed on the way from `dialled` to the hotline: empty, or the alias chain (`12331`).
    pub via: &'t [Number],
    /// The rule that found it; `None` when nothing did.
    pub ingress: Option<Ingress>,
    /// The phase the call belongs to and keeps.
    pub phase: Option<Phase>,
    /// What to do.
    pub action: &'t Action,
    /// Whether that is what is done because the hotline or its queue is closed.
    pub closed: bool,
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
    pub fn decide(&self, facts: &Facts<'_>, at_ms: i64) -> Decision<'_> {
        self.decide_with(facts, at_ms, &mut ())
    }

    /// The same, telling `recorder` every step.
    pub fn decide_with<R: Recorder>(&self, facts: &Facts<'_>, at_ms: i64, recorder: &mut R) -> Decision<'_> {
        match self.identify(facts, at_ms, recorder) {
            Some((ingress, number, fate)) => fate.decision(ingress, number, at_ms, &self.unknown),
            None => Decision {
                hotline: None,
                dialled: facts.candidates.first().map_or_else(|| self.number.clone(), |(_, n)| n.clone()),
                via: &[],
                ingress: None,
                phase: None,
                action: &self.unknown,
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
        if let Some(fate) = trunk.only.and_then(|place| self.fates.at(place)) {
            recorder.looked(Ingress::AccessNumber, &fate.number, Seen::Hit);
            return Some((Ingress::AccessNumber, fate.number.clone(), fate));
        }
        let mut called = facts.candidates.iter().filter(|(ingress, _)| *ingress <= Ingress::RequestUri);
        let (number, bound) = called.find_map(|(_, number)| Some((number, trunk.access.get(number)?)))?;
        let fate = self.fates.at(*bound)?;
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
        let fate = self.fates.at(trunk?.default?)?;
        recorder.looked(Ingress::TrunkDefault, &fate.number, Seen::Hit);
        Some((Ingress::TrunkDefault, fate.number.clone(), fate))
    }
}

impl Fate {
    fn decision<'t>(
        &'t self,
        ingress: Ingress,
        dialled: Number,
        at_ms: i64,
        unknown: &'t Arc<Action>,
    ) -> Decision<'t> {
        let segment = self.segment(at_ms);
        let closed = segment.and_then(|s| s.closed).filter(|closed| !closed.hours.open(at_ms));
        let action = closed.map(|closed| &*closed.action).or_else(|| segment.map(|s| s.action));
        Decision {
            hotline: segment.and_then(|s| s.hotline),
            dialled,
            via: self.via(),
            ingress: Some(ingress),
            phase: segment.and_then(|s| s.phase),
            // The compiler begins every list at i64::MIN, so there is always a segment.
            action: action.unwrap_or(unknown),
            closed: closed.is_some(),
        }
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
