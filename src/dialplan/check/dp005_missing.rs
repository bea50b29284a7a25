//! dp005: something that must be there is missing.

use crate::dialplan::draft::Draft;
use crate::dialplan::number::EMERGENCY;
use crate::dialplan::schema::{ClosedRow, Entry, ModeRow, Names, Spanned, Text, names};
use crate::dialplan::{Diagnostic, Place};

pub(super) fn check(draft: &Draft<'_>, found: &mut Vec<Diagnostic>) {
    let mut need = Need(found);
    plan(draft, &mut need);
    rows(draft, &mut need);
    numbers(draft, &mut need);
    emergency(draft, &mut need);
    tests(draft, &mut need);
}

struct Need<'a>(&'a mut Vec<Diagnostic>);

impl Need<'_> {
    /// `key` of an entry, unless it was written badly and has been reported as that.
    fn key<T>(&mut self, entry: &Entry<T>, key: &str, there: bool, help: &str) {
        if !there && !entry.excuses(key) {
            self.0.push(Diagnostic::error("dp005", entry.at(), format!("`{key}` is missing")).help(help));
        }
    }

    fn text<T>(&mut self, entry: &Entry<T>, key: &str, text: &Text, help: &str) {
        self.key(entry, key, text.as_ref().is_some_and(|text| !text.get_ref().trim().is_empty()), help);
    }

    fn inner(&mut self, at: Place, key: &str, there: bool, help: &str) {
        if !there {
            self.0.push(Diagnostic::error("dp005", at, format!("`{key}` is missing")).help(help));
        }
    }
}

fn some(written: &Option<Spanned<Names>>) -> bool {
    names(written).next().is_some()
}

fn plan(draft: &Draft<'_>, need: &mut Need<'_>) {
    let Some(entry) = draft.plan else {
        let help = "plan.toml begins with it; see dialplan/wuxi/plan.toml";
        need.0.push(Diagnostic::error("dp005", None, "`[plan]` is missing").help(help));
        return;
    };
    let row = &entry.row;
    need.text(entry, "name", &row.name, "name = \"无锡12345\"");
    need.text(entry, "time-zone", &row.time_zone, "time-zone = \"Asia/Shanghai\"");
    need.text(entry, "area-code", &row.area_code, "area-code = \"0510\"");
    need.text(entry, "number", &row.number, "number = \"12345\"");
    need.text(entry, "general-queue", &row.general_queue, "general-queue = \"general\"");
}

fn rows(draft: &Draft<'_>, need: &mut Need<'_>) {
    for entry @ Entry { row, .. } in &draft.schema.hotline {
        need.text(entry, "name", &row.name, "agents and records show it");
        need.key(entry, "mode", row.mode.is_some(), "one of direct, full-merge, dual-number, sub-center");
        if let Some(back) = &row.overflow {
            let help = "the queue its calls come back to: to = \"general\"";
            need.inner(entry.place(back), "to", back.get_ref().to.is_some(), help);
        }
        if let Some(legacy) = &row.legacy {
            let help = "legacy = { trunk = \"…\" } says where calls go before the trial";
            need.inner(entry.place(legacy), "trunk", some(&legacy.get_ref().trunk), help);
        }
    }
    for entry in &draft.schema.hours {
        need.key(entry, "week", entry.row.week.is_some(), "week = { mon-fri = [\"08:30-17:30\"] }");
    }
    closed(draft, need);
    for entry in &draft.schema.emergency {
        need.key(entry, "trunks", some(&entry.row.trunks), "trunks = [\"police-a\"]");
    }
    for entry in &draft.schema.linked {
        need.text(entry, "name", &entry.row.name, "agents see it when they transfer");
        need.key(entry, "kind", entry.row.kind.is_some(), "utility or peer");
    }
    for entry in &draft.schema.alias {
        need.text(entry, "to", &entry.row.to, "the hotline it stands for: 12331 = \"12315\"");
    }
    for entry in &draft.schema.trunk {
        need.key(entry, "address", some(&entry.row.address), "address = \"10.0.0.1:5060\"");
    }
    for entry in &draft.schema.agent {
        need.text(entry, "password", &entry.row.password, "his phone registers with it");
    }
    for entry in &draft.schema.announcement {
        need.text(entry, "file", &entry.row.file, "file = \"audio/….wav\"");
        for variant in entry.row.variants.iter().flatten() {
            let (at, row) = (entry.place(variant), variant.get_ref());
            need.inner(
                at.clone(),
                "language",
                row.language.is_some(),
                "{ language = \"en\", file = \"audio/….wav\" }",
            );
            need.inner(at, "file", row.file.is_some(), "{ language = \"en\", file = \"audio/….wav\" }");
        }
    }
    for entry in &draft.schema.queue {
        for step in entry.row.overflow.iter().flatten() {
            let help = "{ after = \"30s\", to = \"general\" }";
            need.inner(entry.place(step), "to", step.get_ref().to.is_some(), help);
            need.inner(entry.place(step), "after", step.get_ref().after.is_some(), help);
        }
    }
}

/// Whoever is not open day and night must say what a caller meets then.
fn closed(draft: &Draft<'_>, need: &mut Need<'_>) {
    const HELP: &str = "closed = { to = \"general\" }, or { status = 480, announce = … } with a recording that says when it is open";
    let says_nothing = |row: &ClosedRow| row.to.is_none() && row.announce.is_none() && row.status.is_none();
    for entry @ Entry { row, .. } in &draft.schema.hotline {
        if row.hours.is_some() && !draft.comes_back_when_closed(row) {
            need.key(entry, "closed", row.closed.is_some(), HELP);
        }
        if let Some(closed) = row.closed.as_ref().filter(|closed| says_nothing(closed.get_ref())) {
            need.inner(entry.place(closed), "to", false, HELP);
        }
    }
    for entry @ Entry { row, .. } in &draft.schema.queue {
        if row.hours.is_some() {
            need.key(entry, "closed", row.closed.is_some(), HELP);
        }
        if let Some(closed) = row.closed.as_ref().filter(|closed| says_nothing(closed.get_ref())) {
            need.inner(entry.place(closed), "to", false, HELP);
        }
    }
}

/// The one number must be a hotline, or nobody can dial it; and whoever has it is where forwarded calls arrive.
fn numbers(draft: &Draft<'_>, need: &mut Need<'_>) {
    let Some((entry, number)) = draft.plan.and_then(|entry| Some((entry, entry.row.number.as_ref()?))) else {
        return;
    };
    let normal = draft.number(number.get_ref());
    if EMERGENCY.contains(&normal.as_str()) {
        let message = format!("{normal} is an emergency line, and is not the number that others merge into");
        let help = "write the one number they merge into: number = \"12345\"";
        return need.0.push(Diagnostic::error("dp005", entry.place(number), message).help(help));
    }
    let Some(owners) = draft.owners.get(&normal) else {
        let help = format!("add [hotline.{}] with mode = \"direct\"", number.get_ref());
        let message = "the plan's own number is no hotline";
        return need.0.push(Diagnostic::error("dp005", entry.place(number), message).help(help));
    };
    for owner in owners {
        let Some(mode) = owner.row.mode.as_ref().filter(|mode| *mode.get_ref() != ModeRow::Direct) else {
            continue;
        };
        let message =
            "the plan's own number, under which forwarded calls arrive, is of another mode than `direct`";
        need.0.push(
            Diagnostic::error("dp005", owner.place(mode), message).also(owner.at(), "who has it").help(
                "say mode = \"direct\": no header would be read of its calls, and all be taken for its own",
            ),
        );
    }
}

/// Whoever dials 110 must get it, and an agent must be able to hand a caller over at any minute (国办发〔2022〕12号).
fn emergency(draft: &Draft<'_>, need: &mut Need<'_>) {
    let Some(plan) = draft.plan else { return };
    let has =
        |line: &str| draft.schema.emergency.iter().any(|entry| draft.number(&entry.key).as_str() == line);
    let absent: Vec<&str> = EMERGENCY.into_iter().filter(|line| !has(line)).collect();
    if !absent.is_empty() {
        let (what, it) = match absent[..] {
            [line] => (format!("[emergency.{line}] is"), "it"),
            [..] => (format!("the emergency lines {} are", absent.join(", ")), "one"),
        };
        let message =
            format!("{what} missing: whoever dials {it} is refused, and no agent can hand a caller over");
        let help = "add [emergency.NUMBER] with its `trunks`; where it has none of its own, a [trunk] to the carrier for it alone";
        need.0.push(Diagnostic::error("dp005", plan.at(), message).help(help));
    }
}

fn tests(draft: &Draft<'_>, need: &mut Need<'_>) {
    for entry @ Entry { row, .. } in &draft.schema.test {
        need.text(entry, "name", &row.name, "say what the test shows");
        need.key(entry, "at", row.at.is_some(), "at = 2021-12-31T23:59:59+08:00");
        let to = row.call.as_ref().is_some_and(|call| call.get_ref().to.is_some());
        need.key(entry, "call", to, "call = { to = \"12319\" }");
        need.key(entry, "expect", row.expect.is_some(), "expect = { queue = \"general\" }");
    }
}
