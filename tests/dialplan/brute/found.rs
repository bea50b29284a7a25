//! What can be wrong with a plan, as facts; and the diagnostics of `check` read as such.

use std::collections::BTreeSet;

use tongjie::dialplan::{Diagnostic, Level};

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Found {
    Stuck {
        queue: String,
        skill: Option<String>,
    },
    OnlyOverflow {
        queue: String,
        skill: Option<String>,
    },
    OutOfTime {
        number: String,
        prompt: String,
    },
    Lost {
        hotline: String,
    },
    Twice {
        prompt: String,
        queue: String,
    },
    NoNightCover {
        queue: String,
    },
    NeverOpen {
        number: String,
    },
    NoSeats {
        queue: String,
        skill: Option<String>,
    },
    Alone {
        queue: String,
    },
    NoWayBack {
        number: String,
    },
    TakenFor {
        trunk: String,
    },
    /// A number that has had an owner is nobody's.
    Nobodys {
        number: String,
        from: String,
        until: Option<String>,
    },
    /// And somebody is still led there.
    LedToNobody {
        number: String,
        who: String,
    },
    /// A number's next owner has it and does not serve it yet.
    NotServedYet {
        number: String,
        from: String,
        until: String,
    },
    /// What a trunk's people send on to 12345 comes back to them.
    SentBack {
        trunk: String,
    },
    /// 12345 is dialled where it is this plan's own.
    DialsItself {
        row: String,
        trunk: String,
    },
    /// Others than its callers are led to an emergency line, or to its trunks.
    EmergencyDoor {
        who: String,
    },
    /// Hours go by a calendar that says nothing of the year.
    NoHolidays {
        number: String,
        years: Vec<i16>,
    },
    /// 12345 comes to no queue.
    CityNowhere,
    /// 12345 closes and refuses.
    CityRefuses,
    NoWayIn {
        trunks: BTreeSet<String>,
    },
    /// A carrier's trunk on which no rule can hit, beside one that brings 12345.
    RefusesAll {
        trunk: String,
    },
    OtherLanguage {
        hotline: String,
        prompt: String,
    },
    /// Refused before anything is proved:
    LedToTransferred {
        number: String,
    },
    TwoOwners {
        number: String,
    },
    RuleNeverCounts {
        trunk: String,
    },
    /// All its calls are one hotline's, and more is said of them.
    NothingElseCounts {
        trunk: String,
    },
    /// Only transferred to, and its people are here.
    TransferredToNobody {
        hotline: String,
    },
    /// What an alias has announced in front of a department.
    Unheard {
        alias: String,
    },
}

impl Found {
    /// Whether it is so bad that the plan is not even built.
    pub(super) fn is_refused_as_written(&self) -> bool {
        matches!(
            self,
            Self::LedToTransferred { .. }
                | Self::TwoOwners { .. }
                | Self::RuleNeverCounts { .. }
                | Self::NothingElseCounts { .. }
                | Self::TransferredToNobody { .. }
                | Self::Unheard { .. }
                | Self::EmergencyDoor { .. }
        )
    }
}

/// The name of a recording, in whatever language.
pub(super) fn recording(prompt: &str) -> String {
    prompt.split('@').next().unwrap().to_owned()
}

/// The diagnostics as facts, in the walker's words.
pub(super) fn read(diagnostics: &[Diagnostic]) -> BTreeSet<Found> {
    let mut found = BTreeSet::new();
    for diagnostic in diagnostics {
        said(&Said { diagnostic, message: &diagnostic.message }, &mut found);
    }
    found
}

struct Said<'d> {
    diagnostic: &'d Diagnostic,
    message: &'d str,
}

impl Said<'_> {
    /// What stands between quotation marks.
    fn names(&self) -> Vec<String> {
        self.message.split('`').skip(1).step_by(2).map(str::to_owned).collect()
    }

    fn name(&self, i: usize) -> String {
        self.names().get(i).cloned().unwrap_or_default()
    }

    fn word(&self, i: usize) -> String {
        self.message.split(' ').nth(i).unwrap().to_owned()
    }

    /// The text between two others.
    fn between(&self, before: &str, after: &str) -> String {
        let (_, rest) = self.message.split_once(before).unwrap_or_else(|| panic!("{}", self.message));
        rest.split_once(after).unwrap_or_else(|| panic!("{}", self.message)).0.to_owned()
    }

    fn says(&self, text: &str) -> bool {
        self.message.contains(text)
    }

    fn notes(&self, text: &str) -> bool {
        self.diagnostic.notes.iter().any(|note| note.contains(text))
    }

    fn listed(&self, before: &str, after: &str) -> Vec<String> {
        self.between(before, after).split(", ").map(str::to_owned).collect()
    }
}

fn said(said: &Said<'_>, found: &mut BTreeSet<Found>) {
    let error = said.diagnostic.level == Level::Error;
    let skill = || said.names().get(1).cloned();
    match said.diagnostic.code {
        "dp012" => {
            let queue = said.name(0);
            found.insert(match error {
                true => Found::Stuck { queue, skill: skill() },
                false => Found::OnlyOverflow { queue, skill: skill() },
            });
        }
        "dp017" if said.says("is only transferred to") => {
            let number = number_of(&said.word(0));
            found.insert(Found::LedToTransferred { number });
        }
        "dp017" if said.says("all calls of ") => {
            found.insert(Found::NothingElseCounts { trunk: said.name(0) });
        }
        "dp017" if said.says("nobody is transferred there") => {
            found.insert(Found::TransferredToNobody {
                hotline: said.between("the seats of ", " are in 12345"),
            });
        }
        "dp017" if said.says(" are handed to the department of ") => {
            found.insert(Found::Unheard { alias: said.between("callers of ", " are handed") });
        }
        "dp017" if said.says("rule") => {
            // These messages name the trunk only sometimes; the plan has one trunk with such a rule.
            found.insert(Found::RuleNeverCounts { trunk: String::new() });
        }
        "dp018" => {
            let numbers = said.between("callers of ", " hear `").replace(" and of ", ", ");
            // Those the plan does not have are no number.
            let numbers = numbers.replace("numbers the plan does not have", "");
            let prompt = recording(&said.name(0));
            let heard = |number: &str| Found::OutOfTime { number: number.to_owned(), prompt: prompt.clone() };
            found.extend(numbers.split(", ").map(heard));
        }
        "dp021" => owners(said, found),
        "dp025" => {
            let others = said.diagnostic.again.iter().map(|(_, hotline)| hotline.clone());
            for hotline in [said.word(2)].into_iter().chain(others) {
                found.insert(Found::OtherLanguage { hotline, prompt: said.name(0) });
            }
        }
        "dp030" if !error => {
            found.insert(Found::Lost { hotline: said.word(2) });
        }
        "dp032" => {
            let names = said.names();
            let (prompt, queue) = (recording(&names[0]), names.last().unwrap().clone());
            found.insert(Found::Twice { prompt, queue });
        }
        "dp033" => {
            found.insert(Found::NoNightCover { queue: said.name(0) });
        }
        "dp034" if error => {
            found.insert(Found::SentBack { trunk: said.name(0) });
        }
        // Of all that a carrier brings back, 12345 dialled for others is judged here; `second_look.rs` has plans for the rest.
        "dp034" if said.says(", 12345 is dialled on ") && said.name(0) != "12345" => {
            found.insert(Found::DialsItself { row: said.name(0), trunk: said.name(1) });
        }
        "dp034" if said.notes(", dialling 12345\n") => {
            let rows = said.listed("calls of ", " go out on ").into_iter();
            found.extend(rows.map(|row| Found::DialsItself { row, trunk: said.name(0) }));
        }
        "dp034" => {}
        "dp035" => transfers(said, found),
        "dp036" => {
            let who = match said.message.split_once(" would be led to ") {
                Some((who, _)) => who.to_owned(),
                None => said.between("to bind ", " would mean nothing"),
            };
            found.insert(Found::EmergencyDoor { who: who.replace('`', "") });
        }
        "dp037" => {
            found.insert(Found::NeverOpen { number: said.word(0) });
        }
        "dp040" => {
            let years = said.diagnostic.help.split_once("for them of ").unwrap().1;
            let years: Vec<i16> = years.split(", ").map(|year| year.parse().unwrap()).collect();
            let numbers = said.listed("to callers of ", " every day then");
            let none = |number| Found::NoHolidays { number, years: years.clone() };
            found.extend(numbers.into_iter().map(none));
        }
        "dp041" => {
            found.insert(if error { Found::CityNowhere } else { Found::CityRefuses });
        }
        "dp042" if said.says("nothing says what a call on the trunk") => {
            found.insert(Found::RefusesAll { trunk: said.name(0) });
        }
        "dp042" => {
            let others = said.diagnostic.also.iter().map(|(_, label)| label.split('`').nth(1).unwrap());
            let trunks = others.map(str::to_owned).chain([said.name(0)]).collect();
            found.insert(Found::NoWayIn { trunks });
        }
        _ => {}
    }
}

fn transfers(said: &Said<'_>, found: &mut BTreeSet<Found>) {
    if said.message.starts_with("agents of") {
        found.insert(Found::NoSeats { queue: said.name(0), skill: said.names().get(1).cloned() });
    } else if said.message.starts_with("agent ") {
        found.insert(Found::Alone { queue: said.name(0) });
    } else if said.message.starts_with("callers of ") {
        let numbers = said.listed("callers of ", " cannot");
        found.extend(numbers.into_iter().map(|number| Found::NoWayBack { number }));
    } else {
        found.insert(Found::TakenFor { trunk: said.name(0) });
    }
}

fn owners(said: &Said<'_>, found: &mut BTreeSet<Found>) {
    let number = said.word(0);
    if said.says(" belongs to ") {
        found.insert(Found::TwoOwners { number });
    } else if said.says("served from ") {
        let (from, until) = (said.between("'s from ", " on and"), said.between("served from ", " on: until"));
        found.insert(Found::NotServedYet { number, from, until });
    } else if said.says(" on: its callers") {
        for (_, label) in &said.diagnostic.also {
            if let Some((who, _)) = label.split_once(" still led there") {
                let who = who.replace('`', "");
                found.insert(Found::LedToNobody { number: number.clone(), who });
            }
        }
        let from = said.between("nobody's from ", " on: its callers");
        found.insert(Found::Nobodys { number, from, until: None });
    } else {
        let (from, until) = (said.between("nobody's from ", " to "), said.between(" to ", ": its callers"));
        found.insert(Found::Nobodys { number, from, until: Some(until) });
    }
}

/// Owners in turn are named by their keys: `old-12301`.
pub(super) fn number_of(key: &str) -> String {
    key.rsplit('-').next().unwrap().to_owned()
}
