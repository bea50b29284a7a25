//! dp005: something that must be there is missing.

use toml::Spanned;

use crate::dialplan::draft::Draft;
use crate::dialplan::schema::{Entry, ModeRow, Names, Text};
use crate::dialplan::{Diagnostic, Place};

pub(super) fn check(draft: &Draft<'_>, found: &mut Vec<Diagnostic>) {
    let mut need = Need(found);
    plan(draft, &mut need);
    rows(draft, &mut need);
    numbers(draft, &mut need);
    tests(draft, &mut need);
}

struct Need<'a>(&'a mut Vec<Diagnostic>);

impl Need<'_> {
    fn key(&mut self, there: bool, at: Place, what: &str, help: &str) {
        if !there {
            self.0.push(Diagnostic::error("dp005", at, format!("{what} is missing")).help(help));
        }
    }

    fn text(&mut self, text: &Text, at: Place, what: &str, help: &str) {
        self.key(text.as_ref().is_some_and(|text| !text.get_ref().trim().is_empty()), at, what, help);
    }
}

fn some(names: &Option<Spanned<Names>>) -> bool {
    names.as_ref().is_some_and(|names| !names.get_ref().0.is_empty())
}

fn plan(draft: &Draft<'_>, need: &mut Need<'_>) {
    let Some(entry) = draft.plan else {
        let help = "plan.toml begins with it; see dialplan/wuxi/plan.toml";
        need.0.push(Diagnostic::error("dp005", None, "`[plan]` is missing").help(help));
        return;
    };
    let row = &entry.row;
    need.text(&row.name, entry.at(), "`name`", "name = \"无锡12345\"");
    need.text(&row.time_zone, entry.at(), "`time-zone`", "time-zone = \"Asia/Shanghai\"");
    need.text(&row.area_code, entry.at(), "`area-code`", "area-code = \"0510\"");
    need.text(&row.number, entry.at(), "`number`", "number = \"12345\"");
    need.text(&row.general_queue, entry.at(), "`general-queue`", "general-queue = \"general\"");
}

fn rows(draft: &Draft<'_>, need: &mut Need<'_>) {
    for entry in &draft.schema.hotline {
        need.text(&entry.row.name, entry.at(), "the hotline's `name`", "agents and records show it");
        let help = "one of direct, full-merge, dual-number, sub-center";
        need.key(entry.row.mode.is_some(), entry.at(), "the hotline's `mode`", help);
        if let Some(back) = &entry.row.overflow {
            need.text(
                &back.get_ref().to,
                entry.place(back),
                "`to`, the queue to come back to,",
                "to = \"general\"",
            );
        }
        if let Some(legacy) = &entry.row.legacy {
            let help = "legacy = { trunk = \"…\" } says where calls go before the trial";
            need.key(some(&legacy.get_ref().trunk), entry.place(legacy), "`trunk`", help);
        }
    }
    for entry in &draft.schema.emergency {
        need.key(
            some(&entry.row.trunks),
            entry.at(),
            "`trunks` of the emergency line",
            "trunks = [\"police-a\"]",
        );
    }
    for entry in &draft.schema.linked {
        need.text(&entry.row.name, entry.at(), "`name`", "agents see it when they transfer");
        need.key(entry.row.kind.is_some(), entry.at(), "`kind`", "utility or peer");
    }
    for entry in &draft.schema.alias {
        need.text(&entry.row.to, entry.at(), "`to`, the hotline it stands for,", "12331 = \"12315\"");
    }
    for entry in &draft.schema.trunk {
        need.key(
            some(&entry.row.address),
            entry.at(),
            "the trunk's `address`",
            "address = \"10.0.0.1:5060\"",
        );
    }
    for entry in &draft.schema.agent {
        need.text(&entry.row.password, entry.at(), "the agent's `password`", "his phone registers with it");
    }
    for entry in &draft.schema.announcement {
        need.text(&entry.row.file, entry.at(), "the announcement's `file`", "file = \"audio/….wav\"");
    }
    for entry in &draft.schema.queue {
        for step in entry.row.overflow.iter().flatten() {
            need.text(&step.get_ref().to, entry.place(step), "`to`", "{ after = \"30s\", to = \"general\" }");
            need.key(
                step.get_ref().after.is_some(),
                entry.place(step),
                "`after`",
                "{ after = \"30s\", to = \"general\" }",
            );
        }
    }
}

/// The one number must be a hotline, or nobody can dial it.
fn numbers(draft: &Draft<'_>, need: &mut Need<'_>) {
    let Some((entry, number)) = draft.plan.and_then(|entry| Some((entry, entry.row.number.as_ref()?))) else {
        return;
    };
    let direct = |row: &crate::dialplan::schema::HotlineRow| {
        row.mode.as_ref().is_none_or(|mode| *mode.get_ref() == ModeRow::Direct)
    };
    let hotline = draft.hotlines.get(&draft.number(number.get_ref()));
    let help = format!("add [hotline.{}] with mode = \"direct\"", number.get_ref());
    let there = hotline.is_some_and(|entry| direct(&entry.row));
    need.key(there, entry.place(number), "the hotline of the plan's own number", &help);
}

fn tests(draft: &Draft<'_>, need: &mut Need<'_>) {
    for entry @ Entry { row, .. } in &draft.schema.test {
        need.text(&row.name, entry.at(), "the test's `name`", "say what it shows");
        need.key(row.at.is_some(), entry.at(), "the test's `at`", "at = 2021-12-31T23:59:59+08:00");
        let to = row.call.as_ref().is_some_and(|call| call.get_ref().to.is_some());
        need.key(to, entry.at(), "the test's `call`", "call = { to = \"12319\" }");
        need.key(row.expect.is_some(), entry.at(), "the test's `expect`", "expect = { queue = \"general\" }");
    }
}
