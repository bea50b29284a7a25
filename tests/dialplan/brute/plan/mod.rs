//! A random plan: small, but with everything in it that can go wrong together. Beside its text it keeps what was written,
//! so that the walker need not ask the program.

mod numbers;
mod people;
mod trunks;

use std::collections::{BTreeMap, BTreeSet};

use tongjie::stdx::Rng;

pub(super) use numbers::Hotline;
pub(super) use people::OF_ALIAS;
pub(super) use trunks::{Linked, Trunk};

/// A plan, and what was written in it.
#[derive(Default)]
pub(super) struct Plan {
    pub(super) text: String,
    /// Dates worth looking at, as written.
    pub(super) dates: Vec<String>,
    /// By the key of the row.
    pub(super) hotlines: BTreeMap<String, Hotline>,
    /// What each stands for.
    pub(super) aliases: BTreeMap<String, String>,
    /// An alias that has something announced though the people of its hotline are with the department.
    pub(super) unheard: Option<&'static str>,
    pub(super) trunks: BTreeMap<String, Trunk>,
    /// Places beside the city.
    pub(super) linked: BTreeMap<String, Linked>,
    /// Rows that dial a number on a trunk: the row, the number, the trunks.
    pub(super) dialled: Vec<(String, String, Vec<String>)>,
    /// Hours that go by the calendar.
    pub(super) by_calendar: BTreeSet<String>,
    /// The hours of queues that have some.
    pub(super) queue_hours: BTreeMap<String, String>,
    /// Years of which the calendar says something.
    pub(super) years: BTreeSet<i16>,
    /// In which languages each announcement is there.
    pub(super) spoken: BTreeMap<String, BTreeSet<String>>,
}

const ZONES: [(&str, &str); 4] = [
    ("Asia/Shanghai", "2021-10-11"),
    // Summer time ends in the night before, on the day, or half an hour at a time.
    ("Europe/Berlin", "2021-10-31"),
    ("America/New_York", "2021-11-07"),
    ("Australia/Lord_Howe", "2021-10-03"),
];
const SKILLS: [&str; 3] = ["tax", "land", "youth"];
const HOURS: [&str; 3] = ["day", "late", "night"];

impl Plan {
    pub(super) fn random(seed: u64) -> Self {
        let mut make = Maker { rng: Rng::from_seed(seed), plan: Self::default(), timed: false };
        let (zone, edge) = ZONES[usize::try_from(make.rng.below(4)).unwrap()];
        make.timed = make.one_in(2);
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
        make.line(&format!("[wave.one]\ntrial = {edge}\nformal = 2021-12-01\ncancel = 2022-01-01"));
        for date in [edge, "2021-12-01", "2022-01-01"] {
            make.date(date);
        }
        make.city();
        make.trunks();
        make.announcements();
        if make.timed {
            make.hours();
        }
        make.queues();
        make.agents();
        make.hotlines();
        make.aliases();
        make.plan
    }
}

struct Maker {
    rng: Rng,
    plan: Plan,
    /// Whether anything has hours.
    timed: bool,
}

impl Maker {
    fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        let i = usize::try_from(self.rng.below(from.len() as u64)).unwrap();
        from[i]
    }

    fn one_in(&mut self, n: u64) -> bool {
        self.rng.below(n) == 0
    }

    fn line(&mut self, line: &str) {
        self.plan.text.push_str(line);
        self.plan.text.push('\n');
    }

    /// A date that is worth looking at.
    fn date(&mut self, date: &str) {
        if !self.plan.dates.iter().any(|known| known == date) {
            self.plan.dates.push(date.to_owned());
        }
    }
}
