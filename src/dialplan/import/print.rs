//! The plan → TOML files, laid out like dialplan/wuxi.

use std::collections::BTreeSet;

use super::decide::{CARRIER, GENERAL};
use super::{AfterCancel, Draft, Hotline, recording};
use crate::dialplan::json_schema;
use crate::stdx::Rng;

impl Draft {
    /// The files: name and text. `chance` draws the agents' passwords.
    pub fn print(&self, chance: &mut Rng) -> Vec<(&'static str, String)> {
        vec![
            ("plan.toml", self.plan()),
            ("hotlines.toml", self.hotlines()),
            ("queues.toml", self.queues()),
            ("agents.toml", self.agents(chance)),
            ("trunks.toml", self.trunks()),
            ("announcements.toml", self.announcements()),
            ("emergency.toml", self.emergency()),
            ("tests.toml", self.tests()),
        ]
    }

    /// What editors check the files by: its name is in the first line of each.
    pub fn schema() -> (&'static str, String) {
        (SCHEMA, format!("{:#}\n", json_schema()))
    }

    /// The announcements the plan names; all of them come with this program.
    pub fn announcements_used(&self) -> BTreeSet<&str> {
        let mut used = BTreeSet::from([
            "unknown-number",
            "all-busy",
            "music-on-hold",
            "merged-into-12345",
            "number-cancelled",
        ]);
        if self.is_any_told() {
            used.insert(NOT_OURS);
        }
        let own = self.hotlines.iter().filter_map(|h| h.announce.as_deref());
        used.extend(
            own.chain(self.aliases.iter().filter_map(|a| a.announce.as_deref()))
                .filter(|name| *name != "none"),
        );
        used
    }

    /// Whether the plan has numbers that are told and never routed.
    fn is_any_told(&self) -> bool {
        !self.out_of_scope.is_empty() || self.linked.iter().any(|linked| linked.number.is_none())
    }

    fn plan(&self) -> String {
        let mut out =
            Out::new("The plan, as it was imported from a list. `tongjie check` says what is wrong with it.");
        out.table("plan");
        out.text("name", &self.name);
        out.text("time-zone", &self.zone);
        out.text("area-code", &self.area_code);
        out.text("number", &self.number);
        out.text("general-queue", GENERAL);
        out.text("greeting", &format!("您好,{}", self.name));
        out.text("announce", "merged-into-12345");
        out.text("intercept", "number-cancelled");
        out.line("unknown = { announce = \"unknown-number\", status = 404 }");
        if self.is_any_told() {
            out.line(&format!("out-of-scope = {{ announce = {}, status = 404 }}", quoted(NOT_OURS)));
        }
        out.0
    }

    fn hotlines(&self) -> String {
        let mut out = Out::new(
            "Waves, hotlines, other names, and what is only told or transferred to. `cancel` is the first day without service.",
        );
        for wave in &self.waves {
            out.table(&format!("wave.{}", key(&wave.key)));
            for (name, date) in [("trial", &wave.trial), ("formal", &wave.formal), ("cancel", &wave.cancel)] {
                out.date(name, date.as_deref());
            }
        }
        for hotline in &self.hotlines {
            print_hotline(&mut out, hotline);
        }
        if !self.aliases.is_empty() {
            out.table("alias");
        }
        for alias in &self.aliases {
            let announce = alias.announce.as_ref().map(|name| format!(", announce = {}", quoted(name)));
            let (to, name) = (quoted(&alias.to), quoted(&alias.name));
            out.line(&format!(
                "{} = {{ to = {to}, name = {name}{} }}",
                key(&alias.number),
                announce.unwrap_or_default()
            ));
        }
        for linked in &self.linked {
            out.table(&format!("linked.{}", key(&linked.key)));
            out.text("name", &linked.name);
            out.some("owner", Some(linked.owner.as_str()).filter(|owner| !owner.is_empty()));
            out.text("kind", linked.kind);
            out.some("number", linked.number.as_deref());
            out.text("trunk", &linked.trunk);
        }
        if !self.out_of_scope.is_empty() {
            out.table("out-of-scope");
        }
        for (number, name) in &self.out_of_scope {
            out.line(&format!("{} = {}", key(number), quoted(name)));
        }
        out.0
    }

    fn queues(&self) -> String {
        let mut out = Out::new("Queues: the general one, and one for each hotline with seats of its own.");
        out.table("queue.general");
        out.line("ring = \"20s\"\nmisses = 2\nwaiting = 200\nmusic = \"music-on-hold\"");
        out.line("full = { status = 486, announce = \"all-busy\" }");
        for queue in &self.queues {
            out.table(&format!("queue.{}", key(&queue.key)));
            if let Some(skill) = &queue.skill {
                out.line(&format!("skills = {{ {} = 1 }}", key(skill)));
            }
            out.line("ring = \"20s\"\nmisses = 2\nwaiting = 50\nmusic = \"music-on-hold\"");
            out.line("overflow = [{ after = \"30s\", to = \"general\" }]\nfull = { to = \"general\" }");
        }
        out.0
    }

    fn agents(&self, chance: &mut Rng) -> String {
        let mut out = Out::new("Stand-ins: one agent a queue. Put the people of your hall in their place.");
        let mut agent = |id: usize, name: &str, queues: &str, skills: &str| {
            out.table(&format!("agent.{id}"));
            out.text("name", name);
            out.text("password", &format!("{:016x}", chance.next_u64()));
            out.line(&format!("queues = [{queues}]\nskills = [{skills}]"));
        };
        agent(1001, "座席1001", "\"general\"", "\"*\"");
        for (i, queue) in self.queues.iter().enumerate() {
            let id = 1002 + i;
            let skills = self
                .hotlines
                .iter()
                .filter(|h| h.queue.as_ref() == Some(&queue.key))
                .filter_map(|h| h.skill.as_deref());
            let skills: BTreeSet<&str> = skills.chain(queue.skill.as_deref()).collect();
            let skills: Vec<String> = skills.into_iter().map(quoted).collect();
            agent(id, &format!("座席{id}"), &quoted(&queue.key), &skills.join(", "));
        }
        out.0
    }

    fn trunks(&self) -> String {
        let mut out = Out::new(
            "Trunks. EVERY ADDRESS IS A STAND-IN (RFC 5737) THAT LEADS NOWHERE: put the real ones in their place.",
        );
        for (i, trunk) in self.trunks.iter().enumerate() {
            out.table(&format!("trunk.{}", key(&trunk.key)));
            out.text("name", &trunk.name);
            out.text("address", &stand_in(i));
            if trunk.key == CARRIER {
                out.line("trusted = true");
            }
        }
        out.0
    }

    fn announcements(&self) -> String {
        let mut out = Out::new(
            "Recordings: WAV, 8 kHz, mono, 16-bit or A-law. These come with the program; record your own.",
        );
        for name in self.announcements_used() {
            out.table(&format!("announcement.{}", key(name)));
            out.text("file", &format!("audio/{name}.wav"));
            out.some("text", recording(name).map(|(text, _)| text).filter(|text| !text.is_empty()));
            if name.starts_with("merged-into-") {
                out.text("must-hear", "3s");
            }
        }
        out.0
    }

    fn emergency(&self) -> String {
        let mut out = Out::new(
            "Emergency lines: handed straight to their trunks. Nothing else may be said about them.",
        );
        for line in &self.emergency {
            out.table(&format!("emergency.{}", key(&line.number)));
            out.text("name", &line.name);
            out.some("owner", Some(line.owner.as_str()).filter(|owner| !owner.is_empty()));
            out.line(&format!("trunks = [{}]", quoted(&line.trunk)));
        }
        out.0
    }

    /// What the sheet says of every number that ends: the last second of service, and the first without.
    fn tests(&self) -> String {
        let mut out = Out::new(
            "What the list says, as tests: `tongjie check` runs them, and a reload that fails one is refused.",
        );
        for hotline in &self.hotlines {
            let wave = self.waves.iter().find(|wave| Some(&wave.key) == hotline.wave.as_ref());
            let starts = wave.and_then(|wave| wave.trial.as_ref().or(wave.formal.as_ref()));
            if let Some(start) = starts {
                let expect = match (&hotline.trunk, &hotline.queue) {
                    (Some(_), _) => "trunk",
                    (None, _) => "queue",
                };
                let to = hotline.trunk.as_deref().or(hotline.queue.as_deref()).unwrap_or(GENERAL);
                out.test(&hotline.number, "begins", start, &format!("{expect} = {}", quoted(to)));
            }
            let cancel = hotline.cancel.as_ref().or(wave.and_then(|wave| wave.cancel.as_ref()));
            let cancel = cancel.filter(|_| hotline.ends());
            let Some(cancel) = cancel else { continue };
            let expect = match hotline.after_cancel {
                None => "intercept = \"number-cancelled\", status = 410, queue = \"none\"".to_owned(),
                Some(AfterCancel::Reject(status)) => format!("status = {status}, queue = \"none\""),
                Some(AfterCancel::Keep) => {
                    format!("queue = {}", quoted(hotline.queue.as_deref().unwrap_or(GENERAL)))
                }
            };
            // A day too early in the plan is found by the evening before, one too late by the morning after.
            if let Some(evening) = evening_before(cancel) {
                out.test(
                    &hotline.number,
                    "still goes",
                    &evening,
                    &format!("queue = {}", quoted(hotline.queue.as_deref().unwrap_or(GENERAL))),
                );
            }
            out.test(&hotline.number, "has ended", cancel, &format!("phase = \"cancelled\", {expect}"));
        }
        for line in &self.emergency {
            out.table("[test]");
            out.text("name", &format!("{} goes straight to its trunk", line.number));
            out.line("at = 2020-01-01");
            out.line(&format!("call = {{ to = {} }}\nexpect = {{ emergency = {0} }}", quoted(&line.number)));
        }
        out.0
    }
}

fn print_hotline(out: &mut Out, hotline: &Hotline) {
    out.table(&format!("hotline.{}", key(&hotline.number)));
    out.text("name", &hotline.name);
    out.some("owner", Some(hotline.owner.as_str()).filter(|owner| !owner.is_empty()));
    out.text("mode", hotline.mode);
    out.some("wave", hotline.wave.as_deref());
    out.date("cancel", hotline.cancel.as_deref());
    out.some("number", hotline.state);
    out.some("queue", hotline.queue.as_deref());
    out.some("skill", hotline.skill.as_deref());
    out.some("announce", hotline.announce.as_deref());
    match hotline.after_cancel {
        Some(AfterCancel::Keep) => out.text("after-cancel", "keep"),
        Some(AfterCancel::Reject(status)) => out.line(&format!("after-cancel = {{ reject = {status} }}")),
        None => {}
    }
    if let Some(trunk) = &hotline.trunk {
        out.text("trunk", trunk);
        out.line("overflow = { to = \"general\", when = [\"down\", \"full\"] }");
    }
}

/// A file that grows.
struct Out(String);

impl Out {
    /// `about` is ours: nothing of the sheet stands in a comment.
    fn new(about: &str) -> Self {
        Self(format!("#:schema ./{SCHEMA}\n# {about}\n"))
    }

    fn table(&mut self, name: &str) {
        self.0.push_str(&format!("\n[{name}]\n"));
    }

    fn line(&mut self, line: &str) {
        self.0.push_str(line);
        self.0.push('\n');
    }

    fn text(&mut self, name: &str, value: &str) {
        self.line(&format!("{name} = {}", quoted(value)));
    }

    fn some(&mut self, name: &str, value: Option<&str>) {
        value.into_iter().for_each(|value| self.text(name, value));
    }

    /// Dates were read, so they hold digits and hyphens.
    fn date(&mut self, name: &str, date: Option<&str>) {
        date.into_iter().for_each(|date| self.line(&format!("{name} = {date}")));
    }

    fn test(&mut self, number: &str, what: &str, at: &str, expect: &str) {
        self.table("[test]");
        self.text("name", &format!("{number} {what}"));
        self.line(&format!("at = {at}\ncall = {{ to = {} }}\nexpect = {{ {expect} }}", quoted(number)));
    }
}

/// The last second before a day.
fn evening_before(day: &str) -> Option<String> {
    let day: jiff::civil::Date = day.parse().ok()?;
    Some(format!("{}T23:59:59", day.yesterday().ok()?))
}

/// A basic string of TOML 1.0: whatever the text holds, it stays one string on one line.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if c.is_control()
                || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') =>
            {
                out.push_str(&format!("\\u{:04X}", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A key: bare where TOML allows it.
fn key(text: &str) -> String {
    let bare = !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    if bare { text.to_owned() } else { quoted(text) }
}

/// An address of the documentation ranges (RFC 5737), another for every trunk.
pub(super) fn stand_in(i: usize) -> String {
    let nets = ["192.0.2", "198.51.100", "203.0.113"];
    let net = nets.get(i / 250 % nets.len()).copied().unwrap_or("192.0.2");
    format!("{net}.{}:{}", i % 250 + 1, 5060 + i / 750)
}

/// What callers of numbers hear that are not served here.
const NOT_OURS: &str = "not-ours";
const SCHEMA: &str = "schema.json";
