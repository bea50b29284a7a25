//! A random plan: small, but with everything in it that can go wrong together.

use std::collections::BTreeSet;
use std::fmt::Write;

use tongjie::stdx::Rng;

/// A plan and what the walker must know of it beside the table.
pub(super) struct Plan {
    pub(super) text: String,
    /// Dates worth looking at, as written.
    pub(super) dates: Vec<String>,
    /// Hotlines that say something of their trunk's failure.
    pub(super) come_back: BTreeSet<String>,
    /// Hotlines with hours of their own, and their name.
    pub(super) hours: Vec<(String, String)>,
}

const ZONES: [(&str, &str); 4] = [
    ("Asia/Shanghai", "2021-10-11"),
    // Summer time ends in the night before, on the day, or half an hour at a time.
    ("Europe/Berlin", "2021-10-31"),
    ("America/New_York", "2021-11-07"),
    ("Australia/Lord_Howe", "2021-10-03"),
];
/// What only the alias says.
pub(super) const OF_ALIAS: &str = "of-alias";
const SKILLS: [&str; 3] = ["tax", "land", "youth"];
const HOURS: [&str; 3] = ["day", "late", "night"];
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

struct Maker {
    rng: Rng,
    text: String,
}

impl Maker {
    /// 12345, which may close: its hours.
    fn city(&mut self, timed: bool) -> Option<(String, String)> {
        self.line("[hotline.12345]\nname = \"city\"\nmode = \"direct\"");
        let closes = timed && self.one_in(4);
        closes.then(|| {
            let (hours, closed) = (self.pick(&HOURS), self.closed());
            self.line(&format!("hours = \"{hours}\"\nclosed = {closed}"));
            ("12345".to_owned(), hours.to_owned())
        })
    }

    fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        let i = usize::try_from(self.rng.below(from.len() as u64)).unwrap();
        from[i]
    }

    fn one_in(&mut self, n: u64) -> bool {
        self.rng.below(n) == 0
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }
}

impl Plan {
    pub(super) fn random(seed: u64) -> Self {
        let mut make = Maker { rng: Rng::from_seed(seed), text: String::new() };
        let (zone, edge) = ZONES[usize::try_from(make.rng.below(4)).unwrap()];
        let timed = make.one_in(2);
        make.line(&format!(
            "[plan]\nname = \"city\"\ntime-zone = \"{zone}\"\narea-code = \"0510\"\nnumber = \"12345\"\ngeneral-queue = \"general\"\nannounce = \"merged\"\nintercept = \"gone\""
        ));
        match make.rng.below(4) {
            0 => make.line("unknown = { announce = \"busy\" }"),
            1 => make.line(
                "unknown = { announce = \"closed\", status = 480 }\nout-of-scope = { announce = \"busy\" }",
            ),
            _ => {}
        }
        let city = make.city(timed);
        make.line(&format!("[wave.one]\ntrial = {edge}\nformal = 2021-12-01\ncancel = 2022-01-01"));
        make.line("[trunk.police]\naddress = \"10.0.0.2\"\n[trunk.tax]\naddress = \"10.0.0.1\"");
        match make.rng.below(20) {
            0 => make.line("hotline = \"12301\""),
            1 => make.line("identify = [\"access\"]"),
            2 => make.line("identify = [\"access\", \"default\"]\ndefault-hotline = \"12302\""),
            _ => {}
        }
        make.line("[emergency]\n110 = { trunks = [\"police\"] }\n119 = { trunks = [\"police\"] }\n120 = { trunks = [\"police\"] }\n122 = { trunks = [\"police\"] }");
        let mut dates = vec![edge.to_owned(), "2021-12-01".to_owned(), "2022-01-01".to_owned()];
        make.announcements(&mut dates);
        if timed {
            make.hours(&mut dates);
        }
        make.queues(timed);
        make.agents();
        let (come_back, mut hours) = make.hotlines(timed, &mut dates);
        hours.extend(city);
        Self { text: make.text, dates, come_back, hours }
    }
}

impl Maker {
    fn announcements(&mut self, dates: &mut Vec<String>) {
        for name in ["merged", "gone", "busy", "closed", "music", OF_ALIAS] {
            self.line(&format!("[announcement.{name}]\nfile = \"{name}.wav\""));
            if self.one_in(3) {
                let must = self.pick(&["0s", "3s", "40s"]);
                self.line(&format!("must-hear = \"{must}\""));
            }
            for (key, date) in [("from", "2021-11-15"), ("until", "2021-12-20T13:07:00")] {
                if self.one_in(12) {
                    self.line(&format!("{key} = {date}"));
                    dates.push(date.to_owned());
                }
            }
        }
    }

    fn hours(&mut self, dates: &mut Vec<String>) {
        self.line("[calendar.feasts]\nholidays = [\"2021-12-06..2021-12-08\"]\nworking = [\"2021-12-11\"]");
        dates.extend(["2021-12-05", "2021-12-10"].map(str::to_owned));
        for name in HOURS {
            let week = self.pick(&WEEKS);
            self.line(&format!("[hours.{name}]\nweek = {week}"));
            if self.one_in(2) {
                self.line("calendar = \"feasts\"");
                if self.one_in(2) {
                    self.line("holiday = [\"10:00-11:00\"]");
                }
            }
        }
    }

    fn queues(&mut self, timed: bool) {
        let queues = ["general", "a", "b", "c"];
        for name in queues {
            self.line(&format!("[queue.{name}]"));
            let closes = timed && name != "general" && self.one_in(2);
            if self.one_in(4) {
                let skill = self.pick(&SKILLS);
                self.line(&format!("skills = {{ {skill} = 1 }}"));
            }
            if self.one_in(4) {
                let longest = self.pick(&AFTER);
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
                let (hours, closed) = (self.pick(&HOURS), self.closed());
                self.line(&format!("hours = \"{hours}\"\nclosed = {closed}"));
            }
        }
    }

    fn closed(&mut self) -> &'static str {
        self.pick(&[
            "{ to = \"general\" }",
            "{ to = \"general\", keep-skill = true, announce = \"closed\" }",
            "{ to = \"general\", announce = \"none\" }",
            "{ status = 480 }",
            "{ announce = \"closed\" }",
        ])
    }

    fn agents(&mut self) {
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

    fn hotlines(
        &mut self,
        timed: bool,
        dates: &mut Vec<String>,
    ) -> (BTreeSet<String>, Vec<(String, String)>) {
        let (mut come_back, mut with_hours) = (BTreeSet::new(), vec![]);
        for number in ["12301", "12302", "12303", "12304", "12305"] {
            let mode = self.pick(&["full-merge", "dual-number", "sub-center"]);
            self.line(&format!("[hotline.{number}]\nname = \"n\"\nmode = \"{mode}\"\nwave = \"one\""));
            let sub_center = mode == "sub-center";
            if self.one_in(2) {
                let skill = self.pick(&SKILLS);
                self.line(&format!("skill = \"{skill}\""));
            }
            if sub_center {
                self.line("trunk = \"tax\"");
            } else if self.one_in(2) {
                let queue = self.pick(&["a", "b", "c"]);
                self.line(&format!("queue = \"{queue}\""));
                if self.one_in(2) {
                    self.line("announce = \"merged\"");
                }
            }
            let hours = timed && self.one_in(3);
            if sub_center && self.one_in(2) {
                let to = self.pick(&["general", "a", "b"]);
                let when = self.pick(&["[\"down\"]", "[\"full\", \"no-answer\"]", "[\"down\", \"full\"]"]);
                self.line(&format!("overflow = {{ to = \"{to}\", when = {when} }}"));
                come_back.insert(number.to_owned());
            }
            if hours {
                let (hours, closed) = (self.pick(&HOURS), self.closed());
                self.line(&format!("hours = \"{hours}\"\nclosed = {closed}"));
                with_hours.push((number.to_owned(), hours.to_owned()));
            }
            if mode == "full-merge" && self.one_in(5) {
                let (date, after) = ("2024-02-29T00:00:00", self.pick(&["\"keep\"", "{ reject = 410 }"]));
                self.line(&format!("cancel = {date}\nafter-cancel = {after}"));
                dates.push(date.to_owned());
            }
        }
        let mut aliases = String::new();
        write!(
            aliases,
            "[alias]\n12398 = \"12302\"\n12399 = {{ to = \"12301\", announce = \"{OF_ALIAS}\" }}"
        )
        .unwrap();
        self.line(&aliases);
        self.line("[out-of-scope]\n12388 = \"told\"");
        (come_back, with_hours)
    }
}
