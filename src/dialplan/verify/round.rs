//! Calls that go out on a carrier's trunk under a number the carrier brings to this plan.
//!
//! Which trunks are carriers' shows in what is read of their calls ([`Sign`]); where one trunk alone could bring calls, it does.
//! A carrier brings a number's calls once the plan serves it, or says where they go before; while the plan answers it like
//! any unknown number, it is somebody else's.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::dialplan::action::Action;
use crate::dialplan::fate::{Fate, Kind, Segment};
use crate::dialplan::schema::{Entry, Names, Spanned};
use crate::dialplan::verify::Survey;
use crate::dialplan::verify::inbound::{self, Sign};
use crate::dialplan::{Ingress, Place};
use crate::event::{Number, TrunkId};

/// Its call comes back.
#[derive(Debug)]
pub(in crate::dialplan) struct Back<'s> {
    pub(in crate::dialplan) way: Rc<Way<'s>>,
    pub(in crate::dialplan) trunk: &'s str,
    /// Why that is taken to be a carrier's.
    pub(in crate::dialplan) sign: Sign,
    /// Whose call it is then, and from when on.
    pub(in crate::dialplan) fate: &'s Fate,
    pub(in crate::dialplan) at_ms: i64,
    /// Whether it goes out there again.
    pub(in crate::dialplan) round: bool,
}

/// A row that leads calls out.
#[derive(Debug)]
pub(in crate::dialplan) struct Way<'s> {
    pub(in crate::dialplan) key: &'s str,
    trunks: &'s Spanned<Names>,
    /// What is dialled there.
    pub(in crate::dialplan) number: Number,
    /// Where the number stands, or else the trunk.
    pub(in crate::dialplan) at: Place,
    /// The number whose callers may go there; `None` for a place that is only transferred to.
    pub(in crate::dialplan) of: Option<&'s Fate>,
}

/// Which trunks bring calls, and why one thinks so.
type Signs<'s> = BTreeMap<&'s TrunkId, Sign>;

/// Each row whose calls come back, with the trunk on which they do.
pub(in crate::dialplan) fn backs<'s>(survey: &Survey<'s>) -> Vec<Back<'s>> {
    let ways: Vec<Rc<Way<'s>>> = ways_out(survey).into_iter().map(Rc::new).collect();
    let mut signs: Signs<'s> =
        survey.table.trunks().filter_map(|trunk| Some((&trunk.id, Sign::of(trunk)?))).collect();
    signs.extend(only_way_in(survey, &signs).map(|only| (only, Sign::OnlyOne)));
    // A neighbour's 12345 may be dialled where alone calls come from.
    let counts = |back: &Back<'s>| back.round || back.sign != Sign::OnlyOne;
    ways.iter().filter_map(|way| way.backs(survey, &signs).find(counts)).collect()
}

/// The one trunk that could bring calls does, whatever is read of them. Of several nobody knows which.
fn only_way_in<'s>(survey: &Survey<'s>, signs: &Signs<'s>) -> Option<&'s TrunkId> {
    let mut ways_in = inbound::ways_in(survey);
    let only = ways_in.next()?;
    (signs.is_empty() && ways_in.next().is_none()).then_some(&only.id)
}

fn ways_out<'s>(survey: &Survey<'s>) -> Vec<Way<'s>> {
    let draft = survey.draft;
    let mut ways = vec![];
    for entry @ Entry { key, row, .. } in &draft.schema.hotline {
        let of = survey.table.fate(&draft.number_of(entry));
        let legacy = row.legacy.as_ref().map(|legacy| (&legacy.get_ref().trunk, &legacy.get_ref().dial));
        for (trunks, dial) in legacy.into_iter().chain([(&row.trunk, &row.dial)]) {
            let Some(trunks) = trunks else { continue };
            let dialled = |dial: &Spanned<String>| (draft.number(dial.get_ref()), entry.place(dial));
            let own = || (draft.number_of(entry), entry.place(trunks));
            let (number, at) = dial.as_ref().map_or_else(own, dialled);
            ways.push(Way { key, trunks, number, at, of });
        }
    }
    for entry @ Entry { key, row, .. } in &draft.schema.linked {
        if let Some(trunks) = &row.trunk {
            let number = draft.number(row.number.as_ref().map_or(key.as_str(), |number| number.get_ref()));
            let at = row.number.as_ref().map_or(entry.place(trunks), |number| entry.place(number));
            ways.push(Way { key, trunks, number, at, of: None });
        }
    }
    ways
}

impl<'s> Way<'s> {
    /// What becomes of its call on each of its trunks, where it comes back.
    fn backs<'w>(
        self: &'w Rc<Self>,
        survey: &'w Survey<'s>,
        signs: &'w Signs<'s>,
    ) -> impl Iterator<Item = Back<'s>> + 'w {
        let trunks = self.trunks.get_ref().0.iter().take(TRUNKS_MAX);
        trunks.filter_map(move |trunk| self.back(survey, signs, trunk))
    }

    /// At the first instant at which it goes out there again; else the first at which it comes.
    fn back(self: &Rc<Self>, survey: &Survey<'s>, signs: &Signs<'s>, trunk: &'s str) -> Option<Back<'s>> {
        let id = TrunkId::new(trunk);
        let sign = *signs.get(&id)?;
        let out = Out { trunk: &id, number: &self.number };
        let fate = out.comes_to(survey)?;
        let own = || self.of.into_iter().flat_map(Fate::segments);
        // Who is only transferred to is dialled at any time.
        let waits = own().any(|segment| out.is_led_to_by(segment));
        let leads = |at| self.of.and_then(|of| of.segment(at)).is_some_and(|now| out.is_led_to_by(now));
        let mut instants: Vec<i64> = own().chain(fate.segments()).map(|segment| segment.from_ms).collect();
        instants.sort_unstable();
        instants.retain(|at| (!waits || leads(*at)) && is_ours(survey, fate, *at));
        let round = instants.iter().find(|at| out.comes_round(survey, signs, **at)).copied();
        let at_ms = round.or_else(|| instants.first().copied())?;
        Some(Back { way: Rc::clone(self), trunk, sign, fate, at_ms, round: round.is_some() })
    }
}

/// A number dialled on a trunk.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Out<'a> {
    trunk: &'a TrunkId,
    number: &'a Number,
}

impl Out<'_> {
    /// Whose such a call is, when the trunk brings it.
    fn comes_to<'s>(self, survey: &Survey<'s>) -> Option<&'s Fate> {
        let dialled = [(Ingress::RequestUri, self.number.clone())];
        inbound::found(survey.table, self.trunk, &dialled, i64::MAX)
    }

    fn is_led_to_by(self, segment: Segment<'_>) -> bool {
        segment.actions().any(|action| leads_out(action).any(|out| out == self))
    }

    /// Whether it goes out on this trunk under this number again, be it by way of others.
    fn comes_round(self, survey: &Survey<'_>, signs: &Signs<'_>, at_ms: i64) -> bool {
        let mut seen: Vec<Out<'_>> = vec![];
        let mut next = vec![self];
        while let Some(out) = next.pop() {
            let fate = out.comes_to(survey).filter(|fate| is_ours(survey, fate, at_ms));
            let now = fate.filter(|_| signs.contains_key(out.trunk)).and_then(|fate| fate.segment(at_ms));
            for again in now.into_iter().flat_map(Segment::actions).flat_map(leads_out) {
                if again == self {
                    return true;
                }
                if !seen.contains(&again) && seen.len() < ROUND_MAX {
                    seen.push(again);
                    next.push(again);
                }
            }
        }
        false
    }
}

/// What an action dials, on each of its trunks.
fn leads_out(action: &Action) -> impl Iterator<Item = Out<'_>> {
    let (trunks, number) = match action {
        Action::Trunk { trunks, number, .. } => (&**trunks, Some(number)),
        Action::Queue { .. }
        | Action::Emergency { .. }
        | Action::Intercept { .. }
        | Action::Reject { .. } => (&[][..], None),
    };
    trunks.iter().take(TRUNKS_MAX).filter_map(move |trunk| Some(Out { trunk, number: number? }))
}

/// Whether a carrier brings us the calls of this number then: it is a hotline's, and not answered like any unknown one.
fn is_ours(survey: &Survey<'_>, fate: &Fate, at_ms: i64) -> bool {
    let now = fate.segment(at_ms).filter(|now| now.hotline.is_some() && fate.kind != Kind::Emergency);
    now.is_some_and(|now| *now.action != *survey.table.unknown)
}

/// Trunks of one row that are looked at: more than anybody has to choose from.
const TRUNKS_MAX: usize = 16;
/// Numbers followed from one call.
const ROUND_MAX: usize = 64;
