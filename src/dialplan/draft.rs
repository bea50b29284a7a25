//! The schema together with what is needed to understand it: zone, numbering, names. Checks and compiler read
//! it; it changes nothing.

use std::collections::BTreeMap;

use toml::value::Datetime;

use crate::dialplan::action::HotlineInfo;
use crate::dialplan::calendar::Calendar;
use crate::dialplan::schema::{AliasRow, BackWhen, Entry, HotlineRow, PlanRow, Schema, Spanned, WaveRow};
use crate::dialplan::{Numbering, Place};
use crate::event::Number;

/// A plan being checked.
#[derive(Debug)]
pub struct Draft<'a> {
    /// As written.
    pub schema: &'a Schema,
    /// `[plan]`, if there is one.
    pub plan: Option<&'a Entry<PlanRow>>,
    /// How the city dials. Without an area code: as a city nobody calls.
    pub numbering: Numbering,
    /// The plan's zone; UTC while that is at fault (dp015 says so).
    pub calendar: Calendar,
    /// Hotlines by number; the first of two.
    pub hotlines: BTreeMap<Number, &'a Entry<HotlineRow>>,
    /// Every hotline a number ever is, as written.
    pub owners: BTreeMap<Number, Vec<&'a Entry<HotlineRow>>>,
    /// Aliases by number; the first of two.
    pub aliases: BTreeMap<Number, &'a Entry<AliasRow>>,
    /// Waves by name; the first of two.
    waves: BTreeMap<&'a str, &'a Entry<WaveRow>>,
}

/// What a hotline's number is written as: `digits`, or its key.
pub(super) fn digits(entry: &Entry<HotlineRow>) -> &str {
    entry.row.digits.as_ref().map_or(entry.key.as_str(), |digits| digits.get_ref())
}

/// An instant of a row and the place that says so.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edge {
    /// First millisecond.
    pub ms: i64,
    /// Where it is written.
    pub at: Place,
}

/// The instants of a hotline, its own before its wave's.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Edges {
    /// Trial run begins.
    pub trial: Option<Edge>,
    /// Formal operation begins.
    pub formal: Option<Edge>,
    /// First instant without service.
    pub cancel: Option<Edge>,
}

impl<'a> Draft<'a> {
    /// Of a schema whose zone may be at fault. `None` only if even UTC is unknown.
    pub fn new(schema: &'a Schema) -> Option<Self> {
        let plan = schema.plan.first();
        let zone = plan.and_then(|p| p.row.time_zone.as_ref());
        let calendar = zone.and_then(|zone| Calendar::of_zone(zone.get_ref()));
        let area = plan.and_then(|p| p.row.area_code.as_ref()).map_or("", |area| area.get_ref());
        let numbering = Numbering::new(area);
        let mut owners: BTreeMap<Number, Vec<&Entry<HotlineRow>>> = BTreeMap::new();
        for entry in &schema.hotline {
            owners.entry(numbering.normalise(digits(entry), None)).or_default().push(entry);
        }
        let first = |(number, owners): (&Number, &Vec<_>)| Some((number.clone(), *owners.first()?));
        let hotlines = owners.iter().filter_map(first).collect();
        let mut aliases = BTreeMap::new();
        for entry in &schema.alias {
            aliases.entry(numbering.normalise(&entry.key, None)).or_insert(entry);
        }
        let mut waves = BTreeMap::new();
        for entry in &schema.wave {
            waves.entry(entry.key.as_str()).or_insert(entry);
        }
        let calendar = calendar.or_else(|| Calendar::of_zone("UTC"))?;
        Some(Self { schema, plan, numbering, calendar, hotlines, owners, aliases, waves })
    }

    /// A number as written somewhere.
    pub fn number(&self, written: &str) -> Number {
        self.numbering.normalise(written, None)
    }

    /// The number the others merge into, if the plan says one.
    pub fn city(&self) -> Option<Number> {
        Some(self.number(self.plan?.row.number.as_ref()?.get_ref()))
    }

    /// The number of a hotline.
    pub fn number_of(&self, entry: &Entry<HotlineRow>) -> Number {
        self.number(digits(entry))
    }

    /// When the number is this hotline's: from, and up to. Dates that are none are left out (dp004 says so).
    pub fn ownership(&self, row: &HotlineRow) -> (i64, i64) {
        let instant = |date: &Option<Spanned<Datetime>>, otherwise| {
            date.as_ref().and_then(|date| self.calendar.instant(date.get_ref()).ok()).unwrap_or(otherwise)
        };
        (instant(&row.from, i64::MIN), instant(&row.until, i64::MAX))
    }

    /// Whether several hotlines share this number one after the other, so that dp021 judges them.
    pub fn in_turn(&self, number: &Number) -> bool {
        let dated = |entry: &&Entry<HotlineRow>| entry.row.from.is_some() || entry.row.until.is_some();
        self.owners.get(number).is_some_and(|owners| owners.len() > 1 && owners.iter().any(dated))
    }

    /// The row of a hotline.
    pub fn row_of(&self, info: &HotlineInfo) -> Option<&'a Entry<HotlineRow>> {
        let owners = self.owners.get(&info.number)?;
        owners.iter().find(|entry| entry.key == info.id.as_str()).or_else(|| owners.first()).copied()
    }

    /// The wave a row belongs to.
    pub fn wave(&self, row: &HotlineRow) -> Option<&'a Entry<WaveRow>> {
        let name = row.wave.as_ref()?.get_ref();
        self.waves.get(name.as_str()).copied()
    }

    /// Whether a sub-center's `overflow` says where its calls go outside its hours.
    pub fn comes_back_when_closed(&self, row: &HotlineRow) -> bool {
        let Some(back) = row.overflow.as_ref().map(Spanned::get_ref) else { return false };
        back.when.as_ref().is_none_or(|when| when.get_ref().contains(&BackWhen::Closed))
    }

    /// The instants of a hotline. Dates that are none are left out (dp004 says so).
    pub fn edges(&self, entry: &Entry<HotlineRow>) -> Edges {
        let wave = self.wave(&entry.row);
        let edge = |own: Option<&Spanned<Datetime>>, of_wave: fn(&WaveRow) -> Option<&Spanned<Datetime>>| {
            let (file, date) = match (own, wave) {
                (Some(date), _) => (entry.file, date),
                (None, Some(wave)) => (wave.file, of_wave(&wave.row)?),
                (None, None) => return None,
            };
            let ms = self.calendar.instant(date.get_ref()).ok()?;
            Some(Edge { ms, at: Place::new(file, date.span()) })
        };
        Edges {
            trial: edge(entry.row.trial.as_ref(), |w| w.trial.as_ref()),
            formal: edge(entry.row.formal.as_ref(), |w| w.formal.as_ref()),
            cancel: edge(entry.row.cancel.as_ref(), |w| w.cancel.as_ref()),
        }
    }

    /// Follows a number through aliases to a hotline: the aliases passed, and the hotline's number. `None` when they
    /// lead nowhere, or not within [`ALIASES_MAX`] (dp007 and dp008 say so).
    pub fn resolve(&self, number: &Number) -> Option<(Vec<Number>, Number)> {
        let mut via: Vec<Number> = vec![];
        let mut here = number.clone();
        while !self.hotlines.contains_key(&here) {
            if via.len() == ALIASES_MAX {
                return None;
            }
            let next = self.alias_target(&here)?;
            via.push(std::mem::replace(&mut here, next));
        }
        Some((via, here))
    }

    /// The number an alias names.
    pub fn alias_target(&self, number: &Number) -> Option<Number> {
        let to = self.aliases.get(number)?.row.to.as_ref()?;
        Some(self.number(to.get_ref()))
    }
}

/// Most aliases in a row between a number and its hotline. More than a few are a mistake, and each is a way to follow.
pub const ALIASES_MAX: usize = 8;
