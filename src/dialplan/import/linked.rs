//! A row that is no hotline of ours: an emergency line, a place to transfer to, another name.

use std::collections::{BTreeMap, BTreeSet};

use super::decide::{CARRIER, City, EMERGENCY, word};
use super::headings::Column;
use super::sheet::Row;
use super::{Line, Linked, Trunk, recording};
use crate::dialplan::draft::ALIASES_MAX;

impl City<'_> {
    pub(super) fn emergency(&mut self, row: &Row, number: &str) {
        let trunk = self.trunk("line", number, row);
        let (name, owner) = (self.named(row, number), row.filled(Column::Owner).to_owned());
        self.draft.emergency.push(Line { number: number.to_owned(), name, owner, trunk });
    }

    /// A sheet of hotlines may leave them out, but no plan does.
    pub(super) fn missing_emergency_lines(&mut self) {
        for (number, name) in EMERGENCY {
            if self.draft.emergency.iter().any(|line| line.number == number) {
                continue;
            }
            let (trunk, name) = (format!("line-{number}"), name.to_owned());
            self.draft.trunks.push(Trunk { key: trunk.clone(), name: name.clone() });
            let why = format!("the sheet has no {number}, and every plan must");
            self.note_of("emergency.toml", why, format!("trunk `{trunk}`"));
            let (number, owner) = (number.to_owned(), String::new());
            self.draft.emergency.push(Line { number, name, owner, trunk });
        }
    }

    pub(super) fn utility(&mut self, row: &Row, number: String) {
        let (name, owner) = (self.named(row, &number), row.filled(Column::Owner).to_owned());
        let trunk = CARRIER.to_owned();
        self.draft.linked.push(Linked { key: number, name, owner, kind: "utility", number: None, trunk });
    }

    pub(super) fn peer(&mut self, row: &Row, number: &str, place: Option<&str>) {
        let mut key = word(place.unwrap_or_default());
        if !key.is_ascii() || key.is_empty() {
            key = format!("peer-{}", row.line);
            let why = "a peer platform without a name like 12345@jiangyin";
            self.note(row, Column::Number, why, format!("`{key}`"));
        }
        if self.draft.linked.iter().any(|linked| linked.key == key) {
            let why = format!("a second peer platform `{key}`");
            return self.note(row, Column::Number, why, "the row is left out");
        }
        let trunk = self.trunk("peer", &key, row);
        let (name, owner) = (self.named(row, &key), row.filled(Column::Owner).to_owned());
        let number = Some(number.to_owned());
        self.draft.linked.push(Linked { key, name, owner, kind: "peer", number, trunk });
    }

    /// Each alias with a hotline behind it, as near as a plan demands.
    pub(super) fn aliases(&mut self) {
        let waiting = std::mem::take(&mut self.aliases);
        let targets: BTreeMap<String, String> =
            waiting.iter().map(|(_, a)| (a.number.clone(), a.to.clone())).collect();
        let hotlines = self.draft.hotlines.iter().filter(|hotline| hotline.mode != "sub-center");
        let hotlines: BTreeSet<String> = hotlines.map(|hotline| hotline.number.clone()).collect();
        let ends = ends(&targets, &hotlines);
        for (line, mut alias) in waiting {
            let mut chain = std::iter::successors(Some(&alias.to), |to| targets.get(*to)).take(ALIASES_MAX);
            if !chain.any(|to| hotlines.contains(to)) {
                let (number, to) = (&alias.number, &alias.to);
                let (why, to) = match ends.get(number.as_str()).copied().flatten() {
                    Some(hotline) => (
                        format!(
                            "{number} stands more than {ALIASES_MAX} names before {hotline}, and a plan follows no more"
                        ),
                        hotline.to_owned(),
                    ),
                    None => (
                        format!(
                            "{number} is to be another name of {to}, which leads to no hotline of this sheet"
                        ),
                        self.draft.number.clone(),
                    ),
                };
                self.note_at(line, Column::Mode, why, format!("of {to}"));
                alias.to = to;
            }
            let announcement = format!("merged-into-{}", alias.to);
            if recording(&announcement).is_some() {
                alias.announce = Some(announcement);
            } else {
                let why = format!("no recording says that {} was merged into {}", alias.number, alias.to);
                let chose =
                    format!("no announcement of its own; record audio/{announcement}.wav and name it");
                self.note_at(line, Column::Announce, why, chose);
            }
            self.draft.aliases.push(alias);
        }
    }
}

/// The hotline each alias leads to in the end, whatever the length of the way; `None`: to none, or in a circle.
fn ends<'a>(
    targets: &'a BTreeMap<String, String>,
    hotlines: &BTreeSet<String>,
) -> BTreeMap<&'a str, Option<&'a str>> {
    let mut ends = BTreeMap::new();
    for start in targets.keys() {
        let (mut at, mut way) = (start.as_str(), vec![]);
        let end = loop {
            if let Some(end) = ends.get(at) {
                break *end;
            }
            if hotlines.contains(at) {
                break Some(at);
            }
            let Some(next) = targets.get(at) else { break None };
            // Whoever comes here again on this way goes in a circle.
            ends.insert(at, None);
            way.push(at);
            at = next;
        };
        ends.extend(way.into_iter().map(|alias| (alias, end)));
    }
    ends
}
