//! Which rules of identification were asked, what each saw, and why the others were not.

use serde::Serialize;

use crate::dialplan::Trunk;
use crate::dialplan::decide::{Decision, Facts, Ingress, Recorder, Seen};
use crate::dialplan::fate::Kind;
use crate::dialplan::table::Table;
use crate::event::Number;

/// A rule of identification.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Rule {
    /// Its name.
    pub rule: &'static str,
    /// The number it looked at, or would have.
    pub number: Option<String>,
    /// Whether it decided.
    pub decided: bool,
    /// Why or why not.
    pub why: String,
}

pub(super) fn explain<'t>(
    table: &'t Table,
    facts: &Facts<'_>,
    named: &[(Ingress, Number)],
    at_ms: i64,
) -> (Decision<'t>, Vec<Rule>) {
    let mut looked = Looked(vec![]);
    let decision = table.decide_with(facts, at_ms, &mut looked);
    let trunk = facts.trunk.and_then(|id| table.trunk(id));
    let told = Teller { table, at_ms, named, trunk, looked: &looked.0, decided: decision.ingress };
    (decision, order(trunk).map(|rule| told.rule(rule)).collect())
}

/// All rules: those the trunk goes by in its order, then those it leaves out.
fn order(trunk: Option<&Trunk>) -> impl Iterator<Item = Ingress> {
    let own = trunk.map_or(&Ingress::ALL[..], |trunk| &trunk.identify);
    own.iter().copied().chain(Ingress::ALL.into_iter().filter(|rule| !own.contains(rule)))
}

struct Looked(Vec<(Ingress, Number, Seen)>);

impl Recorder for Looked {
    fn looked(&mut self, ingress: Ingress, number: &Number, seen: Seen) {
        self.0.push((ingress, number.clone(), seen));
    }
}

struct Teller<'a> {
    table: &'a Table,
    at_ms: i64,
    named: &'a [(Ingress, Number)],
    trunk: Option<&'a Trunk>,
    looked: &'a [(Ingress, Number, Seen)],
    decided: Option<Ingress>,
}

impl Teller<'_> {
    fn rule(&self, rule: Ingress) -> Rule {
        // The last word counts: what was kept in reserve may have decided after all.
        match self.looked.iter().rev().find(|(ingress, _, _)| *ingress == rule) {
            Some((_, number, seen)) => self.asked(rule, number, *seen),
            None => self.not_asked(rule),
        }
    }

    fn asked(&self, rule: Ingress, number: &Number, seen: Seen) -> Rule {
        let why = match seen {
            Seen::Unknown if number.as_str().is_empty() => "it names no telephone number".to_owned(),
            Seen::Unknown => "the plan does not have it".to_owned(),
            Seen::Hit => format!("it decides: {}", self.meant(rule, number)),
            Seen::General => "the general number; a header says which hotline was dialled".to_owned(),
            Seen::SentByThem => self.not_followed(number).to_owned(),
            Seen::EmergencyInHeader => "an emergency line only counts as the number called".to_owned(),
            Seen::Reserve => "it decides: nothing said more".to_owned(),
            Seen::LeftOut => format!("trunk {} leaves it out", self.trunk_name()),
        };
        let decided = matches!(seen, Seen::Hit | Seen::Reserve);
        Rule { rule: rule.as_str(), number: Some(number.to_string()), decided, why }
    }

    /// Why a number that only a header names leads no call to 12345 away from it.
    fn not_followed(&self, number: &Number) -> &'static str {
        match self.table.fate(number).map(|fate| fate.kind_at(self.at_ms)) {
            Some(Kind::Told) => "nobody is served under it now: the call stays with the general number",
            Some(Kind::Elsewhere | Kind::Direct | Kind::Merged | Kind::Emergency) | None => {
                "they sent the call to us; sending it back would be a loop"
            }
        }
    }

    fn trunk_name(&self) -> &str {
        self.trunk.map_or("", |trunk| trunk.id.as_str())
    }

    /// What a rule that hit has found.
    fn meant(&self, rule: Ingress, number: &Number) -> String {
        let trunk = self.trunk.filter(|trunk| rule == Ingress::AccessNumber && trunk.only.is_none());
        if let Some(bound) = trunk.and_then(|trunk| trunk.access.get(number)) {
            // Whether or not the plan has the number as well.
            let fate = usize::try_from(*bound).ok().and_then(|index| self.table.fates().get(index));
            return fate.map_or_else(String::new, |fate| format!("it is bound to {}", fate.number));
        }
        let Some(fate) = self.table.fate(number) else { return String::new() };
        let hotline = fate.segment(self.at_ms).and_then(|segment| segment.hotline);
        match (rule, hotline) {
            (_, Some(hotline)) if fate.kind == Kind::Emergency => {
                format!("{}, an emergency line: it comes before every rule", hotline.name)
            }
            (Ingress::AccessNumber, _) => "the trunk carries only this hotline".to_owned(),
            (_, Some(hotline)) if !fate.via().is_empty() => format!("an alias of {}", hotline.id),
            (_, Some(hotline)) => hotline.name.clone(),
            (_, None) if fate.segments().len() > 1 => "it has no owner now".to_owned(),
            (_, None) => "linked or out of scope".to_owned(),
        }
    }

    fn not_asked(&self, rule: Ingress) -> Rule {
        let named = self.named.iter().find(|(ingress, _)| *ingress == rule).map(|(_, number)| number);
        let why = match (rule, self.trunk) {
            (_, Some(trunk)) if !trunk.identify.contains(&rule) => {
                format!("trunk {} leaves it out", trunk.id)
            }
            (Ingress::AccessNumber | Ingress::TrunkDefault, None) => {
                "the call comes in on no trunk".to_owned()
            }
            (Ingress::AccessNumber, Some(trunk)) if trunk.only.is_some() => self.not_needed(),
            (Ingress::AccessNumber, Some(trunk)) if trunk.access.is_empty() => {
                format!("trunk {} binds no number", trunk.id)
            }
            (Ingress::AccessNumber, Some(trunk)) => {
                let bound: Vec<&str> = trunk.access.keys().map(Number::as_str).take(LISTED_MAX).collect();
                let more = if trunk.access.len() > LISTED_MAX { " and more" } else { "" };
                format!("trunk {} binds {}{more}", trunk.id, bound.join(", "))
            }
            (Ingress::TrunkDefault, Some(trunk)) if trunk.default.is_none() => {
                format!("trunk {} names none", trunk.id)
            }
            (Ingress::RequestUri, _) | (Ingress::TrunkDefault, Some(_)) => self.not_needed(),
            (_, _) if named.is_none() => "the call has none".to_owned(),
            (_, None) => "headers count only on a trunk that is trusted".to_owned(),
            (_, Some(trunk)) if !trunk.trusted => format!("trunk {} is not trusted", trunk.id),
            (_, Some(_)) => self.not_needed(),
        };
        Rule { rule: rule.as_str(), number: named.map(ToString::to_string), decided: false, why }
    }

    fn not_needed(&self) -> String {
        self.decided.map_or_else(|| "not asked".to_owned(), |rule| format!("not needed: {rule} decided"))
    }
}

/// Bound numbers a message lists.
const LISTED_MAX: usize = 4;
