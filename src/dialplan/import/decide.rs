//! Cells → the plan meant. Whatever the sheet leaves open gets a note: the row, the column, why, and what was taken.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::sheet::{BadSheet, Column, Row, Sheet};
use super::{
    AfterCancel, Alias, Draft, Hotline, Line, Linked, Note, Queue, Settings, Trunk, Wave, recording,
};
use crate::dialplan::Numbering;

/// The plan, and everything that was in doubt.
///
/// # Errors
/// When the city has no area code anywhere.
pub fn decide(sheet: &Sheet, settings: &Settings) -> Result<(Draft, Vec<Note>), BadSheet> {
    let area_code =
        if settings.area_code.is_empty() { area_code(sheet)? } else { settings.area_code.clone() };
    let mut city = City {
        numbering: Numbering::new(&area_code),
        draft: Draft { area_code, zone: settings.zone.clone(), ..Draft::default() },
        notes: sheet.notes.clone(),
        seen: BTreeMap::new(),
        aliases: vec![],
        dates: vec![],
    };
    city.draft.trunks.push(Trunk { key: CARRIER.to_owned(), name: "运营商".to_owned() });
    for row in &sheet.rows {
        city.row(row);
    }
    city.anchor(settings);
    city.aliases();
    city.waves();
    city.missing_emergency_lines();
    city.general();
    city.notes.sort();
    Ok((city.draft, city.notes))
}

/// The plan while it grows.
struct City {
    numbering: Numbering,
    draft: Draft,
    notes: Vec<Note>,
    /// Numbers taken, and by which line.
    seen: BTreeMap<String, u64>,
    /// Aliases wait until every hotline is known.
    aliases: Vec<(u64, Alias)>,
    /// The dates of the hotline of the same index.
    dates: Vec<Dates>,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
struct Dates {
    trial: Option<String>,
    formal: Option<String>,
    cancel: Option<String>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Meant {
    Anchor,
    Full,
    Dual,
    SubCenter,
    AliasOf(String),
    Emergency,
    Utility,
    Peer,
    OutOfScope,
    Unknown,
}

impl City {
    fn note(&mut self, row: Option<&Row>, column: &str, why: impl Into<String>, chose: impl Into<String>) {
        let line = row.map(|row| row.line);
        self.notes.push(Note { line, column: column.to_owned(), why: why.into(), chose: chose.into() });
    }

    fn row(&mut self, row: &Row) {
        let written = row.get(Column::Number);
        let (written, place) = written.split_once('@').map_or((written, None), |(n, place)| (n, Some(place)));
        let plain: String =
            written.chars().filter(|c| !c.is_whitespace() && !"()\u{ff08}\u{ff09}".contains(*c)).collect();
        let number = self.numbering.normalise(&plain, None);
        let key_like = plain.chars().all(|c| c.is_ascii_digit() || "+-".contains(c)) && plain.len() <= 20;
        if number.as_str().is_empty() || !key_like {
            let why =
                if plain.is_empty() { "no number".to_owned() } else { format!("`{plain}` is no number") };
            return self.note(Some(row), "number", why, "the row is left out");
        }
        let meant = self.meant(row, number.as_str());
        if meant == Meant::Peer {
            return self.peer(row, &plain, place);
        }
        if let Some(line) = self.seen.get(number.as_str()) {
            let why = format!("{plain} stands in line {line} already");
            return self.note(
                Some(row),
                "number",
                why,
                "the row is left out; see `from` and `until` for re-used numbers",
            );
        }
        self.seen.insert(number.to_string(), row.line);
        match meant {
            Meant::Emergency => self.emergency(row, number.as_str()),
            Meant::Utility => self.utility(row, plain),
            Meant::OutOfScope => {
                self.draft.out_of_scope.insert(plain.clone(), name(row, &plain));
            }
            Meant::AliasOf(to) => {
                let alias = Alias { name: name(row, &plain), number: plain, to, announce: None };
                self.aliases.push((row.line, alias));
            }
            Meant::Anchor | Meant::Full | Meant::Dual | Meant::SubCenter | Meant::Unknown | Meant::Peer => {
                self.hotline(row, plain, &meant);
            }
        }
    }

    fn meant(&mut self, row: &Row, number: &str) -> Meant {
        let written = row.get(Column::Mode);
        let word = written.to_lowercase().replace([' ', '_'], "-");
        let known =
            MODES.iter().find(|(_, words)| words.contains(&word.as_str())).map(|(meant, _)| meant.clone());
        let alias = ALIAS_OF.iter().find_map(|prefix| word.strip_prefix(prefix));
        let meant = known.or_else(|| {
            let to: String = alias?.chars().filter(|c| c.is_ascii_digit() || *c == '-').collect();
            (!to.is_empty()).then_some(Meant::AliasOf(to))
        });
        if EMERGENCY.iter().any(|(line, _)| *line == number) {
            if meant.as_ref().is_some_and(|meant| *meant != Meant::Emergency) {
                let why = format!("`{written}`, but {number} is an emergency line and is never merged");
                self.note(Some(row), "mode", why, "an emergency line");
            }
            return Meant::Emergency;
        }
        match meant {
            Some(Meant::Emergency) => {
                self.note(
                    Some(row),
                    "mode",
                    format!("{number} is none of 110, 119, 120, 122"),
                    "a linked utility",
                );
                Meant::Utility
            }
            Some(meant) => meant,
            None => {
                let why = if written.is_empty() {
                    "no mode".to_owned()
                } else {
                    format!("unknown mode `{written}`")
                };
                let chose = "mode = \"dual-number\", number = \"kept\": its callers reach the general queue";
                self.note(Some(row), "mode", why, chose);
                Meant::Unknown
            }
        }
    }

    fn hotline(&mut self, row: &Row, number: String, meant: &Meant) {
        let dates = self.row_dates(row);
        let mut hotline = Hotline {
            name: self.named(row, &number),
            owner: row.get(Column::Owner).to_owned(),
            mode: match meant {
                Meant::Anchor => "direct",
                Meant::Full => "full-merge",
                Meant::SubCenter => "sub-center",
                _ => "dual-number",
            },
            ..Hotline::default()
        };
        match meant {
            Meant::Anchor => self.draft.number.clone_from(&number),
            Meant::SubCenter => {
                hotline.trunk = Some(self.trunk("sub", &number, row));
                if row.get(Column::Ingress).starts_with("not_routed") {
                    let chose = "a call that comes all the same goes to its trunk; ingress = \"transfer-only\" would refuse it";
                    self.note(Some(row), "ingress", "calls are not expected here", chose);
                }
            }
            _ => {
                hotline.skill = self.skill(row);
                if *meant != Meant::Unknown && self.dedicated(row, meant) {
                    hotline.queue = Some(self.queue(row, &number, hotline.skill.clone()));
                } else {
                    self.number_state(row, meant, &dates, &mut hotline);
                }
                self.announce(row, &mut hotline);
            }
        }
        hotline.number = number;
        self.draft.hotlines.push(hotline);
        self.dates.push(dates);
    }

    fn named(&mut self, row: &Row, number: &str) -> String {
        if row.get(Column::Name).is_empty() {
            self.note(Some(row), "name", format!("{number} has no name"), "its number is its name");
        }
        name(row, number)
    }

    fn dedicated(&mut self, row: &Row, meant: &Meant) -> bool {
        let written = row.get(Column::DedicatedQueue).to_lowercase();
        match written.as_str() {
            "yes" | "y" | "true" | "1" | "是" | "有" | "√" => *meant == Meant::Dual,
            "no" | "n" | "false" | "0" | "否" | "无" | "n/a" | "-" => false,
            "" if *meant == Meant::Dual => {
                self.note(
                    Some(row),
                    "dedicated_queue",
                    "nothing says whether it has seats of its own",
                    "none: the general queue",
                );
                false
            }
            "" => false,
            other => {
                self.note(
                    Some(row),
                    "dedicated_queue",
                    format!("`{other}` is neither yes nor no"),
                    "no: the general queue",
                );
                false
            }
        }
    }

    /// Whether the number ends, where the preset is "cancelled".
    fn number_state(&mut self, row: &Row, meant: &Meant, dates: &Dates, hotline: &mut Hotline) {
        let after = row.get(Column::NumberAfter).to_lowercase();
        let kept = ["retained", "kept", "keep", "保留", "保留号码"].contains(&after.as_str());
        match (&dates.cancel, kept) {
            (None, kept) => {
                hotline.state = Some("kept");
                if !kept && *meant != Meant::Unknown {
                    self.note(
                        Some(row),
                        "cancel_after",
                        "nothing says when the number ends",
                        "number = \"kept\"",
                    );
                }
            }
            (Some(_), true) => {
                let why = "`number_after` keeps the number, and `cancel_after` ends it";
                self.note(Some(row), "number_after", why, "it is cancelled after that day");
            }
            (Some(_), false) => {}
        }
        if *meant == Meant::Unknown {
            hotline.state = Some("kept");
        }
        if hotline.state.is_none() {
            hotline.after_cancel = self.after_cancel(row);
        }
    }

    fn after_cancel(&mut self, row: &Row) -> Option<AfterCancel> {
        let written = row.get(Column::AfterCancel).to_lowercase();
        match written.as_str() {
            "" | "carrier_intercept" | "intercept" | "提示" | "语音提示" => None,
            "keep" | "forward" | "继续转接" | "保留转接" => Some(AfterCancel::Keep),
            "reject" | "拒绝" => Some(AfterCancel::Reject(410)),
            other => {
                self.note(
                    Some(row),
                    "after_cancel",
                    format!("`{other}` is none of intercept, keep, reject"),
                    "an intercept announcement",
                );
                None
            }
        }
    }

    fn announce(&mut self, row: &Row, hotline: &mut Hotline) {
        let own_queue = hotline.queue.is_some();
        match row.get(Column::Announce).to_lowercase().as_str() {
            "" => {}
            "none" | "no" | "无" | "否" => {
                if !own_queue {
                    hotline.announce = Some("none".to_owned());
                }
            }
            "merged" | "yes" | "是" | "有" => {
                if own_queue {
                    hotline.announce = Some("merged-into-12345".to_owned());
                }
            }
            other => {
                let chose = if own_queue { "none" } else { "merged-into-12345" };
                let why = format!("`{other}` is no announcement that comes with this program");
                self.note(Some(row), "announce", why, chose);
            }
        }
    }

    fn skill(&mut self, row: &Row) -> Option<String> {
        let written = row.get(Column::Skills);
        let mut parts = written
            .split([',', '\u{ff0c}', ';', '\u{ff1b}', '|', '、', '/'])
            .map(word)
            .filter(|skill| !skill.is_empty());
        let first = parts.next();
        if parts.next().is_some() {
            let chose = format!("the first: {}", first.clone().unwrap_or_default());
            self.note(Some(row), "skills", "more than one skill, and a hotline asks for one", chose);
        }
        first
    }

    fn queue(&mut self, row: &Row, number: &str, skill: Option<String>) -> String {
        let written = word(row.get(Column::Queue));
        let key = if written.is_empty() || written == GENERAL {
            self.note(Some(row), "queue", "seats of its own, and no queue is named", format!("q{number}"));
            format!("q{number}")
        } else {
            written
        };
        match self.draft.queues.iter().find(|queue| queue.key == key) {
            Some(queue) if queue.skill != skill => {
                let why = format!("another hotline of the queue `{key}` needs another skill");
                self.note(Some(row), "skills", why, "the people of that queue are to know both");
            }
            Some(_) => {}
            None => self.draft.queues.push(Queue { key: key.clone(), skill }),
        }
        key
    }

    fn trunk(&mut self, prefix: &str, number: &str, row: &Row) -> String {
        let key = format!("{prefix}-{}", word(number));
        self.draft.trunks.push(Trunk { key: key.clone(), name: name(row, number) });
        key
    }

    fn emergency(&mut self, row: &Row, number: &str) {
        let trunk = self.trunk("line", number, row);
        let (name, owner) = (self.named(row, number), row.get(Column::Owner).to_owned());
        self.draft.emergency.push(Line { number: number.to_owned(), name, owner, trunk });
    }

    /// A sheet of hotlines may leave them out, but no plan does.
    fn missing_emergency_lines(&mut self) {
        for (number, name) in EMERGENCY {
            if self.draft.emergency.iter().any(|line| line.number == number) {
                continue;
            }
            let (trunk, name) = (format!("line-{number}"), name.to_owned());
            self.draft.trunks.push(Trunk { key: trunk.clone(), name: name.clone() });
            self.note(
                None,
                "emergency.toml",
                format!("the sheet has no {number}, and every plan must"),
                format!("trunk `{trunk}`"),
            );
            let (number, owner) = (number.to_owned(), String::new());
            self.draft.emergency.push(Line { number, name, owner, trunk });
        }
    }

    fn utility(&mut self, row: &Row, number: String) {
        let (name, owner) = (self.named(row, &number), row.get(Column::Owner).to_owned());
        let trunk = CARRIER.to_owned();
        self.draft.linked.push(Linked { key: number, name, owner, kind: "utility", number: None, trunk });
    }

    fn peer(&mut self, row: &Row, number: &str, place: Option<&str>) {
        let mut key = word(place.unwrap_or_default());
        if !key.is_ascii() || key.is_empty() {
            key = format!("peer-{}", row.line);
            self.note(
                Some(row),
                "number",
                "a peer platform without a name like 12345@jiangyin",
                format!("`{key}`"),
            );
        }
        if self.draft.linked.iter().any(|linked| linked.key == key) {
            return self.note(
                Some(row),
                "number",
                format!("a second peer platform `{key}`"),
                "the row is left out",
            );
        }
        let trunk = self.trunk("peer", &key, row);
        let (name, owner) = (self.named(row, &key), row.get(Column::Owner).to_owned());
        self.draft.linked.push(Linked {
            key,
            name,
            owner,
            kind: "peer",
            number: Some(number.to_owned()),
            trunk,
        });
    }

    fn row_dates(&mut self, row: &Row) -> Dates {
        let mut read = |column: Column, heading: &str, after: bool| {
            let written = row.get(column);
            if written.is_empty() {
                return None;
            }
            match date(written) {
                Some((day, serial)) => {
                    if serial {
                        let why = format!("`{written}` is a spreadsheet's count of days");
                        self.note(Some(row), heading, why, format!("{day}"));
                    }
                    let day = if after { day.tomorrow().ok()? } else { day };
                    Some(day.to_string())
                }
                None => {
                    self.note(
                        Some(row),
                        heading,
                        format!("`{written}` is no date"),
                        "as if the cell were empty",
                    );
                    None
                }
            }
        };
        let trial = read(Column::TrialFrom, "trial_from", false);
        let formal = read(Column::FormalFrom, "formal_from", false);
        let cancel = read(Column::CancelAfter, "cancel_after", true);
        self.in_order(row, Dates { trial, formal, cancel })
    }

    /// Dates that stand in the wrong order cannot all be meant.
    fn in_order(&mut self, row: &Row, mut dates: Dates) -> Dates {
        // ISO dates compare as they follow one another.
        if let (Some(trial), Some(formal)) = (&dates.trial, &dates.formal)
            && trial >= formal
        {
            self.note(
                Some(row),
                "formal_from",
                format!("{formal} is not after the trial of {trial}"),
                "no formal date",
            );
            dates.formal = None;
        }
        let last = dates.formal.as_ref().or(dates.trial.as_ref());
        if let (Some(cancel), Some(last)) = (&dates.cancel, last)
            && cancel <= last
        {
            self.note(Some(row), "cancel_after", format!("the number would end before {last}"), "no end");
            dates.cancel = None;
        }
        dates
    }

    /// The one number itself.
    fn anchor(&mut self, settings: &Settings) {
        let anchors: Vec<usize> = self
            .draft
            .hotlines
            .iter()
            .enumerate()
            .filter(|(_, h)| h.mode == "direct")
            .map(|(i, _)| i)
            .collect();
        match anchors.as_slice() {
            [] => {
                self.draft.number = "12345".to_owned();
                // Whatever else the sheet calls it, it cannot be both.
                self.aliases.retain(|(_, alias)| alias.number != "12345");
                self.draft.out_of_scope.remove("12345");
                self.draft.linked.retain(|linked| linked.key != "12345");
                let own = Hotline {
                    number: "12345".to_owned(),
                    name: "政务服务便民热线".to_owned(),
                    mode: "direct",
                    ..Hotline::default()
                };
                let at = self.draft.hotlines.iter().position(|h| h.number == "12345");
                let chose = "12345, mode = \"direct\"";
                self.note(None, "mode", "no row says that it is the one number the others merge into", chose);
                match at.and_then(|at| self.draft.hotlines.get_mut(at)) {
                    Some(there) => {
                        *there = Hotline { name: there.name.clone(), owner: there.owner.clone(), ..own }
                    }
                    None => {
                        self.draft.hotlines.insert(0, own);
                        self.dates.insert(0, Dates::default());
                    }
                }
            }
            [first, more @ ..] => {
                self.draft.number =
                    self.draft.hotlines.get(*first).map(|h| h.number.clone()).unwrap_or_default();
                for at in more {
                    let Some(hotline) = self.draft.hotlines.get_mut(*at) else { continue };
                    let why = format!("{} says too that it is the one number", hotline.number);
                    (hotline.mode, hotline.state) = ("dual-number", Some("kept"));
                    self.note(None, "mode", why, "mode = \"dual-number\", number = \"kept\"");
                }
            }
        }
        let number = self.draft.number.clone();
        self.draft.name = if settings.name.is_empty() { number } else { settings.name.clone() };
    }

    fn aliases(&mut self) {
        let waiting = std::mem::take(&mut self.aliases);
        let targets: BTreeMap<String, String> =
            waiting.iter().map(|(_, a)| (a.number.clone(), a.to.clone())).collect();
        for (line, mut alias) in waiting {
            let mut row_note = |column: &str, why: String, chose: String| {
                self.notes.push(Note { line: Some(line), column: column.to_owned(), why, chose });
            };
            let mut to = alias.to.clone();
            let mut passed = BTreeSet::from([alias.number.clone()]);
            while let Some(next) = targets.get(&to).filter(|_| passed.insert(to.clone())) {
                to.clone_from(next);
            }
            let known = self.draft.hotlines.iter().any(|h| h.number == to && h.mode != "sub-center");
            if !known {
                let why = format!(
                    "{} is to be another name of {}, which is no hotline of this sheet",
                    alias.number, alias.to
                );
                row_note("mode", why, format!("of {}", self.draft.number));
                alias.to.clone_from(&self.draft.number);
            }
            let announcement = format!("merged-into-{}", alias.to);
            if recording(&announcement).is_some() {
                alias.announce = Some(announcement);
            } else {
                let chose =
                    format!("no announcement of its own; record audio/{announcement}.wav and name it");
                row_note(
                    "announce",
                    format!("no recording says that {} was merged into {}", alias.number, alias.to),
                    chose,
                );
            }
            self.draft.aliases.push(alias);
        }
    }

    /// Rows with the same beginning are one wave; its end is the one most of them have.
    fn waves(&mut self) {
        let mut waves: BTreeMap<(Option<String>, Option<String>), BTreeMap<String, usize>> = BTreeMap::new();
        for dates in self.dates.iter().filter(|dates| **dates != Dates::default()) {
            let ends = waves.entry((dates.trial.clone(), dates.formal.clone())).or_default();
            if let Some(cancel) = &dates.cancel {
                *ends.entry(cancel.clone()).or_default() += 1;
            }
        }
        let mut keys = BTreeMap::new();
        for (i, ((trial, formal), ends)) in waves.into_iter().enumerate() {
            let cancel = ends.into_iter().rev().max_by_key(|(_, rows)| *rows).map(|(cancel, _)| cancel);
            let key = format!("wave-{}", i + 1);
            keys.insert((trial.clone(), formal.clone()), (key.clone(), cancel.clone()));
            self.draft.waves.push(Wave { key, trial, formal, cancel });
        }
        for (hotline, dates) in self.draft.hotlines.iter_mut().zip(&self.dates) {
            let Some((key, end)) = keys.get(&(dates.trial.clone(), dates.formal.clone())) else { continue };
            hotline.wave = Some(key.clone());
            // Only a number that ends has an end of its own.
            let ends =
                hotline.mode == "full-merge" || hotline.mode == "dual-number" && hotline.queue.is_none();
            if ends && hotline.state.is_none() && dates.cancel != *end {
                hotline.cancel.clone_from(&dates.cancel);
            }
        }
    }

    /// What no sheet knows.
    fn general(&mut self) {
        if self.draft.waves.is_empty() {
            self.note(None, "trial_from", "no row has dates", "everything is in formal operation");
        }
        for i in 0..self.draft.trunks.len() {
            let Some(trunk) = self.draft.trunks.get(i) else { continue };
            let why = format!("a sheet has no addresses; trunk `{}`", trunk.key);
            self.note(None, "trunks.toml", why, super::print::stand_in(i));
        }
        let chose = "one agent a queue, with a password by chance";
        self.note(None, "agents.toml", "a sheet has no people", chose);
    }
}

fn name(row: &Row, number: &str) -> String {
    let written = row.get(Column::Name);
    if written.is_empty() { number.to_owned() } else { written.to_owned() }
}

/// A name as plans write them: `culture_tourism` → `culture-tourism`.
fn word(text: &str) -> String {
    let text = text.trim().to_lowercase();
    let text: String = text.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).take(40).collect();
    text.trim_matches('-').to_owned()
}

/// `2021-10-11`, `2021/10/11`, `2021.10.11`, `2021年10月11日`, `20211011`, or a spreadsheet's day number; whether it was one.
fn date(text: &str) -> Option<(Date, bool)> {
    let text = text.split([' ', 'T']).next().unwrap_or_default();
    let parts: Vec<&str> =
        text.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    let day = |year: &str, month: &str, day: &str| {
        Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
    };
    let found = match parts.as_slice() {
        [y, m, d] if y.len() == 4 => day(y, m, d).map(|day| (day, false)),
        [all] if all.len() == 8 => day(all.get(..4)?, all.get(4..6)?, all.get(6..)?).map(|day| (day, false)),
        [days] if days.len() == 5 && *days == text => {
            // Days since 1899-12-30, from 2009 to 2064.
            let days = days.parse::<i64>().ok().filter(|days| (40_000..60_000).contains(days))?;
            let epoch = Date::new(1899, 12, 30).ok()?;
            epoch.checked_add(jiff::Span::new().try_days(days).ok()?).ok().map(|day| (day, true))
        }
        _ => None,
    };
    found.filter(|(day, _)| (1990..2200).contains(&day.year()))
}

/// The area code most numbers of the sheet carry.
fn area_code(sheet: &Sheet) -> Result<String, BadSheet> {
    let mut codes: BTreeMap<String, usize> = BTreeMap::new();
    for row in &sheet.rows {
        let code = row.get(Column::Number).split_once('-').map(|(code, _)| code);
        let good = |code: &&str| {
            (3..=4).contains(&code.len()) && code.starts_with('0') && code.bytes().all(|b| b.is_ascii_digit())
        };
        if let Some(code) = code.filter(good) {
            *codes.entry(code.to_owned()).or_default() += 1;
        }
    }
    codes.into_iter().rev().max_by_key(|(_, rows)| *rows).map(|(code, _)| code).ok_or(BadSheet::NoAreaCode)
}

pub(super) const GENERAL: &str = "general";
pub(super) const CARRIER: &str = "carrier";
const EMERGENCY: [(&str, &str); 4] =
    [("110", "公安报警"), ("119", "火警"), ("120", "医疗急救"), ("122", "交通事故")];
const ALIAS_OF: &[&str] = &["alias-of-", "alias-", "并入", "归并至", "别名"];

const MODES: &[(Meant, &[&str])] = &[
    (Meant::Anchor, &["anchor", "direct", "主号", "总号", "主热线"]),
    (Meant::Full, &["full", "full-merge", "整体并入", "并入", "整体归并", "取消号码"]),
    (Meant::Dual, &["dual", "dual-number", "双号并行", "双号", "并行"]),
    (Meant::SubCenter, &["subcenter", "sub-center", "sub-centre", "设分中心", "分中心"]),
    (Meant::Emergency, &["linked-emergency", "emergency", "紧急热线", "紧急", "应急联动", "紧急类"]),
    (Meant::Utility, &["linked-utility", "utility", "公用事业", "公共事业", "联动"]),
    (Meant::Peer, &["peer-platform", "peer", "对接平台", "县级平台", "平级平台"]),
    (Meant::OutOfScope, &["out-of-scope", "不纳入", "不归并", "范围外"]),
];
