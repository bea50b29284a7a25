//! 12345, the numbers merged into it with their owners, and aliases.

use super::people::OF_ALIAS;
use super::{Maker, SKILLS};

/// A row of a hotline.
#[derive(Clone, Default)]
pub(in super::super) struct Hotline {
    pub(in super::super) number: String,
    pub(in super::super) hours: Option<String>,
    pub(in super::super) language: Option<String>,
    /// Whether it says something of its trunk's failure.
    pub(in super::super) comes_back: bool,
    /// Whether callers from outside are refused.
    pub(in super::super) only_transferred: bool,
    /// The trunks to the department, where its seats stay there.
    pub(in super::super) department: Vec<String>,
    pub(in super::super) from: Option<&'static str>,
    pub(in super::super) until: Option<&'static str>,
    /// Whether the old destination hangs on our trunks.
    pub(in super::super) legacy: bool,
}

/// How long a row has its number, and whether it has the wave's dates.
#[derive(Clone, Copy, Default)]
struct Time {
    from: Option<&'static str>,
    until: Option<&'static str>,
    wave: bool,
}

const ALWAYS: Time = Time { from: None, until: None, wave: true };
/// After every date of a row.
const END: &str = "2024-06-01";

impl Maker {
    /// 12345, which may close, and in some plans is not what it must be.
    pub(super) fn city(&mut self) {
        self.line("[hotline.12345]\nname = \"city\"\nmode = \"direct\"");
        let mut row = Hotline { number: "12345".to_owned(), ..Hotline::default() };
        match self.rng.below(60) {
            0 => {
                row.until = Some(END);
                self.date(END);
                self.line(&format!("until = {END}"));
            }
            1 => {
                row.only_transferred = true;
                self.line("ingress = \"transfer-only\"");
            }
            2 => {
                self.line("number = \"cancelled\"\ncancel = 2022-01-01");
            }
            3 => {
                row.department.push("tax".to_owned());
                self.line("seats = \"department\"\ntrunk = \"tax\"");
            }
            _ => {}
        }
        if self.timed && self.one_in(4) {
            row.hours = Some(self.closes());
        }
        self.plan.hotlines.insert("12345".to_owned(), row);
    }

    pub(super) fn hotlines(&mut self) {
        // With 12345 and the aliases no more numbers than a message lists.
        for number in ["12301", "12302", "12303", "12304"] {
            let (old, new) = (format!("old-{number}"), format!("new-{number}"));
            match self.rng.below(14) {
                0 | 1 => {
                    let (until, from) = self.turns();
                    let last = self.one_in(4).then_some(END);
                    self.hotline(number, &old, Time { until: Some(until), ..ALWAYS });
                    self.hotline(number, &new, Time { from: Some(from), until: last, wave: false });
                }
                2 => self.hotline(number, number, Time { until: Some(END), ..ALWAYS }),
                3 => {
                    self.hotline(number, number, Time { from: Some("2022-06-01"), until: None, wave: false })
                }
                _ => self.hotline(number, number, ALWAYS),
            }
        }
        self.line("[out-of-scope]\n12388 = \"told\"");
    }

    /// When one owner ends and when the next begins: mostly together, or later, seldom before.
    fn turns(&mut self) -> (&'static str, &'static str) {
        match self.rng.below(20) {
            0 => ("2023-01-01", "2022-06-01"),
            1..8 => ("2022-06-01", "2023-01-01"),
            _ => ("2022-06-01", "2022-06-01"),
        }
    }

    fn hotline(&mut self, number: &str, key: &str, time: Time) {
        let mode = self.pick(&["full-merge", "dual-number", "sub-center"]);
        self.line(&format!("[hotline.{key}]\nname = \"n\"\nmode = \"{mode}\""));
        let mut row = Hotline { number: number.to_owned(), ..Hotline::default() };
        if number != key {
            self.line(&format!("digits = \"{number}\""));
        }
        self.time(&mut row, time);
        if self.one_in(2) {
            let skill = self.pick(&SKILLS);
            self.line(&format!("skill = \"{skill}\""));
        }
        let sub_center = mode == "sub-center";
        match sub_center {
            true => self.department(key, &mut row),
            false => self.seats(mode, time),
        }
        if self.timed && self.one_in(3) {
            row.hours = Some(self.closes());
        }
        // Seldom where nobody would be transferred there.
        if self.one_in(50) && (sub_center || self.one_in(4)) {
            row.only_transferred = true;
            self.line("ingress = \"transfer-only\"");
        }
        if self.one_in(4) {
            let language = self.pick(&["en", "en", "zh-CN"]);
            row.language = Some(language.to_owned());
            self.line(&format!("language = \"{language}\""));
        }
        if time.wave && self.one_in(12) {
            let trunk = self.somewhere(&["old", "carrier"]);
            let dial = self.pick(&["12345", "051066667777"]);
            row.legacy = true;
            self.plan.dialled.push((key.to_owned(), dial.to_owned(), vec![trunk.to_owned()]));
            self.line(&format!("legacy = {{ trunk = \"{trunk}\", dial = \"{dial}\" }}"));
        }
        self.plan.hotlines.insert(key.to_owned(), row);
    }

    fn time(&mut self, row: &mut Hotline, time: Time) {
        (row.from, row.until) = (time.from, time.until);
        for (key, date) in [("from", time.from), ("until", time.until)] {
            if let Some(date) = date {
                self.line(&format!("{key} = {date}"));
                self.date(date);
            }
        }
        if time.wave {
            self.line("wave = \"one\"");
        } else if self.one_in(4) {
            // Its own, and not served at first.
            self.line("trial = 2024-01-01");
            self.date("2024-01-01");
        }
    }

    fn seats(&mut self, mode: &str, time: Time) {
        let queue = self.one_in(2);
        if queue {
            let queue = self.pick(&["a", "b", "c"]);
            self.line(&format!("queue = \"{queue}\""));
            if self.one_in(2) {
                self.line("announce = \"merged\"");
            }
        }
        let ends = mode == "full-merge" || !queue;
        if ends && !time.wave {
            self.line("number = \"kept\"");
        } else if mode == "full-merge" && time.until.is_none() && self.one_in(5) {
            let (date, after) = ("2024-02-29T00:00:00", self.pick(&["\"keep\"", "{ reject = 410 }"]));
            self.line(&format!("cancel = {date}\nafter-cancel = {after}"));
            self.date(date);
        }
    }

    fn department(&mut self, key: &str, row: &mut Hotline) {
        row.department.push(self.somewhere(&["tax", "tax", "tax", "old"]).to_owned());
        if self.one_in(5) {
            let second = self.somewhere(&["tax", "old", "carrier"]).to_owned();
            if !row.department.contains(&second) {
                row.department.push(second);
            }
        }
        self.line(&format!("trunk = {:?}", row.department));
        if self.one_in(10) {
            let dial = self.pick(&["12345", "12345", "051066667777", "051066667777", "110"]);
            self.line(&format!("dial = \"{dial}\""));
            self.plan.dialled.push((key.to_owned(), dial.to_owned(), row.department.clone()));
        }
        if self.one_in(2) {
            let to = self.pick(&["general", "a", "b"]);
            let when = self.pick(&["[\"down\"]", "[\"full\", \"no-answer\"]", "[\"down\", \"full\"]"]);
            self.line(&format!("overflow = {{ to = \"{to}\", when = {when} }}"));
            row.comes_back = true;
        }
    }

    pub(super) fn aliases(&mut self) {
        // Callers who are led to a number that is only transferred to are another fault than that it is the city's.
        let city = if self.plan.hotlines["12345"].only_transferred { "12303" } else { "12345" };
        // Mostly the hotline's; else in front of another alias.
        let first = self.pick(&["12301", "12301", "12398"]);
        let hotline = if first == "12398" { "12302" } else { first };
        let mut owners = self.plan.hotlines.values().filter(|row| row.number == hotline);
        let away = owners.all(|row| !row.department.is_empty());
        // Seldom where no caller would hear it.
        let said = (!away || self.one_in(20)).then(|| format!(", announce = \"{OF_ALIAS}\""));
        self.plan.unheard = (away && said.is_some()).then_some("12399");
        let rows = [("12398", "12302", None), ("12399", first, said), ("12397", city, None)];
        self.line("[alias]");
        for (alias, to, said) in rows {
            let announce = said.unwrap_or_default();
            self.line(&format!("{alias} = {{ to = \"{to}\"{announce} }}"));
            self.plan.aliases.insert(alias.to_owned(), to.to_owned());
        }
    }
}
