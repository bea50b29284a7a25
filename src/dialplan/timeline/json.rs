//! A picture as JSON: its rows and periods, instants in the plan's zone.

use serde::{Serialize, Serializer};

use crate::dialplan::timeline::{Begins, Look, Timeline};
use crate::event::Phase;

impl Serialize for Timeline {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let instant = |ms: i64, open: i64| (ms != open).then(|| self.calendar.show(ms));
        let bar = |bar: &super::Bar| JsonBar {
            from: instant(bar.from_ms, i64::MIN),
            until: instant(bar.until_ms, i64::MAX),
            goes_to: look(bar.look),
            phase: bar.phase.map(Phase::as_str),
            what: Some(&bar.place).filter(|place| !place.is_empty()).cloned(),
            skill: bar.skill.clone(),
            announce: bar.announce.clone(),
            hours: bar.note.and_then(|note| self.notes.get(note)).cloned(),
        };
        let rows = self.groups.iter().flat_map(|group| group.rows.iter().map(move |row| (group, row)));
        let rows = rows.map(|(group, row)| JsonRow {
            number: &row.number,
            name: &row.name,
            owner: &row.owner,
            group: &group.title,
            fallback: &row.fallback,
            periods: row.bars.iter().map(bar).collect(),
        });
        let cuts = self
            .cuts
            .iter()
            .flat_map(|cut| cut.begins.iter().map(move |(begins, numbers)| (cut, begins, numbers)));
        let cuts = cuts.map(|(cut, what, numbers)| JsonCut {
            at: self.calendar.show(cut.at_ms),
            begins: begins(*what),
            numbers,
        });
        let (numbers, cut_overs) = (rows.collect(), cuts.collect());
        JsonTimeline { plan: &self.plan, zone: &self.zone, numbers, cut_overs }.serialize(serializer)
    }
}

fn look(look: Look) -> &'static str {
    match look {
        Look::General => "general-queue",
        Look::Own => "own-queue",
        Look::Trunk => "trunk",
        Look::Legacy => "legacy",
        Look::Emergency => "emergency",
        Look::Intercept => "intercept",
        Look::Cancelled => "cancelled",
        Look::Closed => "closed",
        Look::Told => "told",
        Look::NotOurs => "not-ours",
        Look::Gap => "gap",
    }
}

fn begins(begins: Begins) -> &'static str {
    match begins {
        Begins::Trial => "trial",
        Begins::Formal => "formal",
        Begins::Cancelled => "cancelled",
        Begins::Gap => "gap",
        Begins::Other => "other",
    }
}

#[derive(Serialize)]
struct JsonTimeline<'a> {
    plan: &'a str,
    zone: &'a str,
    numbers: Vec<JsonRow<'a>>,
    cut_overs: Vec<JsonCut<'a>>,
}

#[derive(Serialize)]
struct JsonRow<'a> {
    number: &'a str,
    name: &'a str,
    owner: &'a str,
    group: &'a str,
    fallback: &'a str,
    periods: Vec<JsonBar>,
}

/// `null` for since ever and for never.
#[derive(Serialize)]
struct JsonBar {
    from: Option<String>,
    until: Option<String>,
    goes_to: &'static str,
    phase: Option<&'static str>,
    what: Option<String>,
    skill: Option<String>,
    announce: Option<String>,
    hours: Option<String>,
}

#[derive(Serialize)]
struct JsonCut<'a> {
    at: String,
    begins: &'static str,
    numbers: &'a [String],
}
