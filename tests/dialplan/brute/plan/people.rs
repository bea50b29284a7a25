//! Queues, agents, hours, and what callers hear.

use super::{HOURS, Maker, SKILLS};

/// What only the alias says.
pub(in super::super) const OF_ALIAS: &str = "of-alias";
const WEEKS: [&str; 7] = [
    "{ mon-fri = [\"08:30-12:00\", \"13:30-17:30\"] }",
    "{ mon-sun = [\"22:00-06:00\"] }",
    "{ sat-sun = [\"00:00-24:00\"] }",
    "{ mon-sun = [\"01:30-02:30\"] }",
    "{ mon = [\"09:00-12:00\"], wed = [\"12:00-24:00\"] }",
    "{ tue-thu = [\"12:00-18:00\"] }",
    "{}",
];
const AFTER: [&str; 5] = ["1s", "2s", "30s", "1m", "5m"];
const LONGEST: [&str; 5] = ["3s", "4s", "30s", "1m", "5m"];
/// Holidays after the year of the mergers: a year, and one day of it that lies near another date of the plans.
const LATER: [(i16, &str); 3] = [(2022, "2022-01-01"), (2023, "2023-01-01"), (2024, "2024-02-28")];

impl Maker {
    pub(super) fn announcements(&mut self) {
        for name in ["merged", "gone", "busy", "closed", "music", OF_ALIAS] {
            self.line(&format!("[announcement.{name}]\nfile = \"{name}.wav\""));
            if self.one_in(3) {
                let must = self.pick(&["0s", "3s", "40s"]);
                self.line(&format!("must-hear = \"{must}\""));
            }
            for (key, date) in [("from", "2021-11-15"), ("until", "2021-12-20T13:07:00")] {
                if self.one_in(12) {
                    self.line(&format!("{key} = {date}"));
                    self.date(date);
                }
            }
            let english = self.one_in(8);
            let own = if english { "en" } else { "zh-CN" };
            let languages = self.plan.spoken.entry(name.to_owned()).or_default();
            languages.insert(own.to_owned());
            if english {
                self.line("language = \"en\"");
            } else if self.one_in(2) {
                let least = self.pick(&["", ", must-hear = \"1s\"", ", must-hear = \"45s\""]);
                self.line(&format!("variants = [{{ language = \"en\", file = \"{name}-en.wav\"{least} }}]"));
                self.plan.spoken.get_mut(name).unwrap().insert("en".to_owned());
            }
        }
    }

    pub(super) fn hours(&mut self) {
        let mut holidays = vec!["2021-12-06..2021-12-08"];
        self.plan.years.insert(2021);
        for (year, day) in LATER {
            // Where a year of which nothing is said may begin.
            self.date(&format!("{year}-01-01"));
            if self.one_in(2) {
                holidays.push(day);
                self.plan.years.insert(year);
                self.date(day);
            }
        }
        self.line(&format!("[calendar.feasts]\nholidays = {holidays:?}\nworking = [\"2021-12-11\"]"));
        for day in ["2021-12-05", "2021-12-10"] {
            self.date(day);
        }
        for name in HOURS {
            let week = self.pick(&WEEKS);
            self.line(&format!("[hours.{name}]\nweek = {week}"));
            if self.one_in(2) {
                self.plan.by_calendar.insert(name.to_owned());
                self.line("calendar = \"feasts\"");
                if self.one_in(2) {
                    self.line("holiday = [\"10:00-11:00\"]");
                }
            }
        }
    }

    pub(super) fn queues(&mut self) {
        let queues = ["general", "a", "b", "c"];
        for name in queues {
            self.line(&format!("[queue.{name}]"));
            let closes = self.timed && name != "general" && self.one_in(2);
            if self.one_in(4) {
                let skill = self.pick(&SKILLS);
                self.line(&format!("skills = {{ {skill} = 1 }}"));
            }
            if self.one_in(4) {
                let longest = self.pick(&LONGEST);
                self.line(&format!("wait-max = \"{longest}\""));
            }
            if self.one_in(3) {
                let music = self.pick(&["music", "merged", "busy"]);
                self.line(&format!("music = \"{music}\""));
            }
            let mut steps = vec![];
            // Only to later ones, mostly, so that not every plan goes in circles.
            let later: Vec<&str> = queues.into_iter().filter(|other| *other > name).collect();
            for _ in 0..self.rng.below(3) {
                let from: &[&str] = if self.one_in(6) || later.is_empty() { &queues } else { &later };
                let (to, after) = (self.pick(from), self.pick(&AFTER));
                let keep = if self.one_in(2) { ", keep-skill = true" } else { "" };
                steps.push(format!("{{ after = \"{after}\", to = \"{to}\"{keep} }}"));
            }
            if !steps.is_empty() {
                let steps = steps.join(", ");
                self.line(&format!("overflow = [{steps}]"));
            }
            match self.rng.below(4) {
                0 => self.line("full = { status = 486, announce = \"busy\" }"),
                1 if !later.is_empty() => {
                    let to = self.pick(&later);
                    self.line(&format!("full = {{ to = \"{to}\" }}"));
                }
                _ => {}
            }
            if closes {
                let hours = self.closes();
                self.plan.queue_hours.insert(name.to_owned(), hours);
            }
        }
    }

    /// Gives a row hours, and says what is so outside them.
    pub(super) fn closes(&mut self) -> String {
        let hours = self.pick(&HOURS);
        let closed = self.pick(&[
            "{ to = \"general\" }",
            "{ to = \"general\", keep-skill = true, announce = \"closed\" }",
            "{ to = \"general\", announce = \"none\" }",
            "{ status = 480 }",
            "{ announce = \"closed\" }",
        ]);
        self.line(&format!("hours = \"{hours}\"\nclosed = {closed}"));
        hours.to_owned()
    }

    pub(super) fn agents(&mut self) {
        // In some cities everyone does everything.
        let all = self.one_in(5);
        for id in 1..=3 {
            self.line(&format!("[agent.{id}]\npassword = \"x\""));
            if all {
                self.line("queues = [\"general\", \"a\", \"b\", \"c\"]\nskills = [\"*\"]");
                continue;
            }
            let mut queues: Vec<String> = ["general", "a", "b", "c"]
                .into_iter()
                .filter(|_| self.one_in(2))
                .map(|q| format!("\"{q}\""))
                .collect();
            if id == 1 {
                queues.push("\"general\"".to_owned());
                queues.dedup();
            }
            let queues = queues.join(", ");
            let skills = match self.rng.below(3) {
                0 => "\"*\"".to_owned(),
                _ => format!("\"{}\", {{ skill = \"{}\", level = 2 }}", self.pick(&SKILLS), "extra"),
            };
            self.line(&format!("queues = [{queues}]\nskills = [{skills}]"));
        }
    }
}
