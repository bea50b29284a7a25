//! Which trunks bring the calls of citizens. No key says so in a word; what a trunk is for shows in what is read of its
//! calls. A department's own trunk needs neither of the two: there the number dialled says what a call is for.

use std::collections::BTreeSet;

use crate::dialplan::fate::Fate;
use crate::dialplan::schema::{Entry, LinkedKind, Spanned, TrunkRow, names};
use crate::dialplan::verify::Survey;
use crate::dialplan::{Facts, Ingress, Table, Trunk};
use crate::event::{Number, TrunkId};

/// Why a trunk is taken to be a carrier's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::dialplan) enum Sign {
    /// Its headers say from which number a call was forwarded.
    Believed,
    /// It has numbers the carrier bound to hotlines.
    Bound,
    /// There is no other that could bring calls.
    OnlyOne,
}

impl Sign {
    /// What shows that a trunk is a carrier's.
    pub(in crate::dialplan) fn of(trunk: &Trunk) -> Option<Self> {
        if trunk.sources.is_empty() {
            return None;
        }
        let bound = !trunk.access.is_empty() && trunk.identify.contains(&Ingress::AccessNumber);
        if headers(trunk).next().is_some() { Some(Self::Believed) } else { bound.then_some(Self::Bound) }
    }

    /// For the trunk's row.
    pub(in crate::dialplan) const fn label(self) -> &'static str {
        match self {
            Self::Believed => "its headers are believed: a carrier's trunk, which brings the city's calls",
            Self::Bound => "the carrier bound numbers on it: it brings the city's calls",
            Self::OnlyOne => "the city's calls come in here: there is no other trunk for them",
        }
    }
}

/// Rules that read a header of its calls.
pub(in crate::dialplan) fn headers(trunk: &Trunk) -> impl Iterator<Item = Ingress> {
    let rules = trunk.identify.iter().filter(|_| trunk.trusted).copied();
    rules.filter(|rule| match rule {
        Ingress::HistoryInfo | Ingress::Diversion | Ingress::CalledPartyId | Ingress::To => true,
        Ingress::AccessNumber | Ingress::RequestUri | Ingress::TrunkDefault => false,
    })
}

/// Whose a call is that comes in on this trunk with these numbers at an instant: the number of the fate found.
pub(in crate::dialplan) fn found<'t>(
    table: &'t Table,
    trunk: &TrunkId,
    candidates: &[(Ingress, Number)],
    at_ms: i64,
) -> Option<&'t Fate> {
    let facts = Facts { trunk: Some(trunk), caller: &Number::new(""), candidates };
    table.identify(&facts, at_ms, &mut ()).map(|(_, _, fate)| fate)
}

/// Trunks that can bring the city's calls: an emergency line's never does, nor one with `from = []`.
pub(in crate::dialplan) fn ways_in<'t>(survey: &Survey<'t>) -> impl Iterator<Item = &'t Trunk> {
    let lines = survey.draft.schema.emergency.iter().flat_map(|entry| names(&entry.row.trunks));
    let lines: BTreeSet<&str> = lines.collect();
    survey.table.trunks().filter(move |trunk| !trunk.sources.is_empty() && !lines.contains(trunk.id.as_str()))
}

/// Trunks that lead to nobody's people, and so can only bring calls: not to a sub-center, an emergency line or another
/// city.
pub(in crate::dialplan) fn only_bring<'s>(survey: &Survey<'s>) -> Vec<&'s Entry<TrunkRow>> {
    let schema = survey.draft.schema;
    let peers = schema
        .linked
        .iter()
        .filter(|entry| entry.row.kind.as_ref().map(Spanned::get_ref) == Some(&LinkedKind::Peer));
    let hotlines = schema.hotline.iter().flat_map(|entry| names(&entry.row.trunk));
    let lines = schema.emergency.iter().flat_map(|entry| names(&entry.row.trunks));
    let beyond: BTreeSet<&str> =
        hotlines.chain(lines).chain(peers.flat_map(|entry| names(&entry.row.trunk))).collect();
    let takes_only =
        |entry: &Entry<TrunkRow>| entry.row.from.as_ref().is_some_and(|from| from.get_ref().0.is_empty());
    schema.trunk.iter().filter(|entry| !beyond.contains(entry.key.as_str()) && !takes_only(entry)).collect()
}
