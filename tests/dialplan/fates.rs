//! `diff` against `decide`: over random pairs of plans, every number and a grid of instants with all edges, what
//! `diff` says is different is exactly what is decided differently, before and after as it says.

use std::collections::BTreeSet;

use proptest::prelude::*;
use tongjie::dialplan::diff::{Diff, Of, Row, diff};
use tongjie::dialplan::{Action, Decision, Facts, HotlineInfo, Ingress, OnFull, Table};
use tongjie::event::{Number, QueueId, Skill};

use super::fixture::Good;

/// What every random plan has beside the small one.
const BASE: &str = r#"
[agent.own]
password = "x"
queues = ["own", "spare"]
skills = ["*"]
[trunk.dept]
address = "127.0.0.1:5090"
[announcement.gone]
file = "g.wav"
[announcement.what]
file = "w.wav"
[queue.spare]
"#;

const NUMBERS: [&str; 4] = ["12301", "12320", "12333", "12366"];
const MODES: [&str; 4] = [
    "mode = \"full-merge\"",
    "mode = \"dual-number\"\nnumber = \"kept\"",
    "mode = \"dual-number\"\nqueue = \"own\"",
    "mode = \"sub-center\"\ntrunk = \"dept\"\noverflow = { to = \"general\" }",
];
const TRIALS: [&str; 3] = ["2021-10-11", "2021-10-25", "2021-10-25T08:30:00"];
const CANCELS: [&str; 3] = ["2022-01-01", "2022-02-01", "2024-02-29"];
/// None, and three that differ in an hour or a holiday.
const HOURS: [&str; 4] = [
    "",
    "week = { mon-fri = [\"08:30-12:00\", \"13:30-17:30\"] }",
    "week = { mon-fri = [\"08:30-12:00\", \"13:30-18:00\"], sat = [\"22:00-06:00\"] }",
    "calendar = \"days\"\nweek = { mon-fri = [\"08:30-12:00\", \"13:30-17:30\"] }",
];
const ZONES: [&str; 2] = ["Asia/Shanghai", "Europe/Berlin"];

#[derive(Clone, Debug)]
struct Hotline {
    there: bool,
    mode: usize,
    trial: usize,
    cancel: usize,
    hours: usize,
    skill: bool,
    silent: bool,
}

#[derive(Clone, Debug)]
struct Plan {
    zone: usize,
    hotlines: Vec<Hotline>,
    waiting: u32,
    spill: bool,
    more_staff: bool,
}

fn hotline() -> impl Strategy<Value = Hotline> {
    (
        prop::bool::weighted(0.8),
        0..4usize,
        0..3usize,
        0..3usize,
        prop_oneof![3 => Just(0), 2 => 1..4usize],
        any::<bool>(),
        prop::bool::weighted(0.2),
    )
        .prop_map(|(there, mode, trial, cancel, hours, skill, silent)| Hotline {
            there,
            mode,
            trial,
            cancel,
            hours,
            skill,
            silent,
        })
}

fn plan() -> impl Strategy<Value = Plan> {
    (0..2usize, prop::collection::vec(hotline(), NUMBERS.len()), 1..3u32, any::<bool>(), any::<bool>())
        .prop_map(|(zone, hotlines, waiting, spill, more_staff)| Plan {
            zone,
            hotlines,
            waiting,
            spill,
            more_staff,
        })
}

/// A plan, and another in which some of its hotlines are others: so that much is the same.
fn pair() -> impl Strategy<Value = (Plan, Plan)> {
    (plan(), plan(), prop::collection::vec(prop::bool::weighted(0.4), NUMBERS.len()), any::<[bool; 3]>())
        .prop_map(|(old, other, other_row, other_rest)| {
            let mut new = old.clone();
            for (i, row) in other.hotlines.into_iter().enumerate().filter(|(i, _)| other_row[*i]) {
                new.hotlines[i] = row;
            }
            if other_rest[0] {
                new.waiting = other.waiting;
            }
            if other_rest[1] {
                new.spill = other.spill;
            }
            if other_rest[2] {
                new.more_staff = other.more_staff;
            }
            (old, new)
        })
}

fn compiled(plan: &Plan) -> Table {
    let mut text = format!("{BASE}[queue.own]\n");
    if plan.spill {
        text.push_str("overflow = [{ after = \"30s\", to = \"general\" }]\nfull = { to = \"spare\" }\n");
    }
    if plan.more_staff {
        text.push_str("[agent.2]\npassword = \"x\"\nqueues = [\"general\"]\nskills = [\"*\"]\n");
    }
    text.push_str("[calendar.days]\nholidays = [\"2021-11-16\", \"2022-01-03..2022-01-04\"]\nworking = [\"2021-11-20\"]\n");
    for (i, hours) in HOURS.iter().enumerate().skip(1) {
        text.push_str(&format!("[hours.h{i}]\n{hours}\n"));
    }
    for (number, row) in NUMBERS.iter().zip(&plan.hotlines).filter(|(_, row)| row.there) {
        text.push_str(&format!("[hotline.{number}]\nname = \"h{number}\"\n{}\n", MODES[row.mode]));
        text.push_str(&format!("trial = {}\nformal = 2021-12-01\n", TRIALS[row.trial]));
        if row.mode == 0 {
            text.push_str(&format!("cancel = {}\n", CANCELS[row.cancel]));
        }
        if row.hours > 0 {
            text.push_str(&format!(
                "hours = \"h{}\"\nclosed = {{ announce = \"what\", status = 480 }}\n",
                row.hours
            ));
        }
        if row.skill {
            text.push_str("skill = \"s\"\n");
        }
        if row.silent && row.mode == 0 {
            text.push_str("announce = \"none\"\n");
        }
    }
    Good::new()
        .with(
            "[plan]",
            "greeting = \"hello\"\nintercept = \"gone\"\nunknown = { announce = \"what\", status = 404 }",
        )
        .with("[queue.general]", &format!("waiting = {}", plan.waiting))
        .instead("Asia/Shanghai", ZONES[plan.zone])
        .and(&text)
        .table()
}

fn decide<'t>(table: &'t Table, number: &Number, at: i64) -> Decision<'t> {
    let candidates = [(Ingress::RequestUri, number.clone())];
    table.decide(&Facts { trunk: None, caller: &Number::new(""), candidates: &candidates }, at)
}

/// Everything a caller, an agent or a record can tell of a decision, worked out anew: nothing here knows `diff`.
fn met(table: &Table, number: &Number, at: i64) -> String {
    let decision = decide(table, number, at);
    // What an agent would say first, nobody hears where no agent answers.
    let greeted = matches!(*decision.action, Action::Queue { .. } | Action::Trunk { back: Some(_), .. });
    let hotline = decision.hotline.as_ref().map(|hotline| {
        let greeting = if greeted { hotline.greeting.clone() } else { String::new() };
        HotlineInfo { greeting, ..HotlineInfo::clone(hotline) }
    });
    let mut text = format!("{hotline:?} {:?} {:?} {:?}", decision.phase, decision.via, decision.action);
    match decision.action {
        Action::Queue { queue, skill, .. } => {
            behind(table, queue, skill.as_ref(), &mut BTreeSet::new(), &mut text)
        }
        Action::Trunk { back: Some(back), .. } => {
            behind(table, &back.queue, back.skill.as_ref(), &mut BTreeSet::new(), &mut text);
        }
        Action::Trunk { .. }
        | Action::Emergency { .. }
        | Action::Intercept { .. }
        | Action::Reject { .. } => {}
    }
    text
}

fn behind(
    table: &Table,
    id: &QueueId,
    skill: Option<&Skill>,
    seen: &mut BTreeSet<(QueueId, Option<Skill>)>,
    text: &mut String,
) {
    if !seen.insert((id.clone(), skill.cloned())) {
        return;
    }
    let queue = table.queue(id).unwrap();
    text.push_str(&format!(" {id} {:?} {} {:?} {:?}", skill, queue.waiting_max, queue.overflow, queue.full));
    for agent in table.agents().filter(|agent| agent.may_take(queue, skill)) {
        text.push_str(&format!(" {}", agent.id));
    }
    for step in &queue.overflow {
        behind(table, &step.to, skill.filter(|_| step.keep_skill), seen, text);
    }
    if let OnFull::Queue(to) = &queue.full {
        behind(table, to, skill, seen, text);
    }
}

fn holds(row: &Row, number: &Number, at: i64) -> bool {
    row.trunk.is_none()
        && row.numbers.contains(number)
        && row.from_ms <= at
        && at < row.until_ms
        && row.when.as_ref().is_none_or(|when| when.holds(at))
}

/// All edges of both plans and of all rows with a millisecond on both sides, every change of hours in a few weeks,
/// and a grid of an odd step.
fn instants(old: &Table, new: &Table, diff: &Diff) -> BTreeSet<i64> {
    let mut edges: BTreeSet<i64> = BTreeSet::new();
    for segment in [old, new].iter().flat_map(|table| table.fates()).flat_map(|fate| fate.segments()) {
        edges.insert(segment.from_ms);
        let Some(closed) = &segment.closed else { continue };
        for start in ["2021-10-09", "2021-11-12", "2021-12-30", "2024-02-27"] {
            let mut at = old.calendar().parse(start).unwrap();
            for _ in 0..20 {
                let Some(next) = closed.hours.next_change(at) else { break };
                edges.insert(next);
                at = next;
            }
        }
    }
    for row in diff.changes.iter().flat_map(|change| &change.rows) {
        edges.extend([row.from_ms, row.until_ms]);
        edges.extend(row.when.iter().flat_map(|when| [when.first.0, when.first.1]));
    }
    let edges = edges.into_iter().filter(|at| (0..4_000_000_000_000).contains(at));
    let mut instants: BTreeSet<i64> = edges.flat_map(|at| [at - 1, at, at + 1]).collect();
    let (from, until) =
        (old.calendar().parse("2021-08-01").unwrap(), old.calendar().parse("2024-04-01").unwrap());
    instants.extend((from..until).step_by(75 * 3_600_000 + 1_234_567));
    instants
}

fn agree(old: &Plan, new: &Plan) {
    let (old, new) = (compiled(old), compiled(new));
    let diff = diff(&old, &new);
    let numbers: BTreeSet<&Number> = old.fates().iter().chain(new.fates()).map(|fate| &fate.number).collect();
    let mut any = false;
    for at in instants(&old, &new, &diff) {
        for number in &numbers {
            let differs = met(&old, number, at) != met(&new, number, at);
            any |= differs;
            let told = diff.changes.iter().any(|change| change.rows.iter().any(|row| holds(row, number, at)));
            assert_eq!(differs, told, "{number} at {}\n{diff}", old.calendar().show(at));
            before_and_after(&old, &new, &diff, number, at);
        }
    }
    assert_eq!(any, !diff.is_empty(), "{diff}");
}

/// What a row says was before and is after is what is decided.
fn before_and_after(old: &Table, new: &Table, diff: &Diff, number: &Number, at: i64) {
    let changes = diff.changes.iter().filter(|change| change.rows.iter().any(|row| holds(row, number, at)));
    for facet in changes.filter(|change| change.of == Of::Call).flat_map(|change| &change.facets) {
        for (table, told) in [(old, &facet.before), (new, &facet.after)] {
            let decision = decide(table, number, at);
            let is = match (facet.aspect, decision.action) {
                ("phase", _) => decision.phase.map_or("none", |phase| phase.as_str()).to_owned(),
                ("queue", Action::Queue { queue, .. }) => queue.to_string(),
                ("skill", Action::Queue { skill, .. }) => {
                    skill.as_ref().map_or("none".to_owned(), ToString::to_string)
                }
                ("status", Action::Reject { status, .. } | Action::Intercept { status, .. }) => {
                    status.to_string()
                }
                ("treatment", Action::Queue { queue, .. }) => {
                    assert!(told.contains(&format!("queue {queue}")), "{told}");
                    continue;
                }
                ("treatment", Action::Trunk { .. }) => {
                    assert!(told.starts_with("trunk dept, dialling its own"), "{told}");
                    continue;
                }
                ("treatment", Action::Intercept { prompt, status }) => {
                    format!("intercept: announce {prompt}, then {status}")
                }
                ("treatment", Action::Reject { status, notice: Some(notice) }) => {
                    format!("refuse: announce {notice}, then {status}")
                }
                (_, _) => continue,
            };
            assert_eq!(*told, is, "{number} at {}: {}", old.calendar().show(at), facet.aspect);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn what_diff_tells_is_what_is_decided_otherwise((old, new) in pair()) {
        agree(&old, &new);
    }

    #[test]
    fn a_plan_never_differs_from_itself(plan in plan()) {
        let (old, new) = (compiled(&plan), compiled(&plan));
        prop_assert!(diff(&old, &new).is_empty());
    }
}

#[test]
fn plans_of_two_zones_are_compared_instant_by_instant() {
    let row =
        |hours| Hotline { there: true, mode: 0, trial: 0, cancel: 0, hours, skill: true, silent: false };
    let old = Plan {
        zone: 0,
        hotlines: vec![row(1), row(0), row(3), row(2)],
        waiting: 1,
        spill: true,
        more_staff: false,
    };
    agree(&old, &Plan { zone: 1, ..old.clone() });
}
