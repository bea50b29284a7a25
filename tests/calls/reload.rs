//! A new plan while calls go on: what each rule in `node::plan` means to a caller and to an agent.

use std::sync::Arc;

use tongjie::cdr::Cdr;
use tongjie::dialplan::Table;
use tongjie::event::{AgentState, EndCause, Fact};
use tongjie::node::{Command, NextPlan, Reply};
use tongjie::sim::{Hash, LegState, Link, Manner, Options, Seed, World, fixture};
use tongjie::stdx::Instant;

use super::{s, story};

/// The small city with changes, and agents `1001`… for the general queue and `2001`… for a queue of their own.
fn plan(changes: &[(&str, &str)], general: usize, (own, count): (&str, usize)) -> Arc<Table> {
    let mut text = fixture::PLAN.to_owned();
    for (from, to) in changes {
        assert!(text.contains(from), "the small city has no {from}");
        text = text.replace(from, to);
    }
    let own = format!("\"{own}\", \"general\"");
    for (first, count, queues) in [(1001, general, "\"general\""), (2001, count, own.as_str())] {
        for id in first..first + count {
            text += &format!(
                "[agent.{id}]\nname = \"坐席{id}\"\npassword = \"secret-{id}\"\nqueues = [{queues}]\nskills = [\"*\"]\n"
            );
        }
    }
    fixture::compiled(&text)
}

/// 12333 goes to 12345's own queue; there is no queue of its own any more.
const WITHOUT_HRSS: [(&str, &str); 2] = [
    ("queue = \"hrss\"\n", "queue = \"general\"\n"),
    (
        "[queue.hrss]\nstrategy = \"longest-idle\"\nring = \"20s\"\nmisses = 2\nwaiting = 50\nwrap-up = \"2s\"\n\
         music = \"music-on-hold\"\noverflow = [{ after = \"30s\", to = \"general\" }]\nfull = { to = \"general\" }\n",
        "",
    ),
];

/// The same city, but nobody leaves the queue `hrss` by overflow.
const PATIENT: [(&str, &str); 1] = [("overflow = [{ after = \"30s\", to = \"general\" }]\n", "")];

fn world_of(table: Arc<Table>) -> World {
    World::new(Seed(7), table, Options::default())
}

#[track_caller]
fn status(w: &World) -> tongjie::node::view::StatusView {
    match w.command(Command::Status) {
        Reply::Status(view) => *view,
        other => panic!("{other:?}"),
    }
}

#[test]
fn status_names_the_trunks_that_are_down() {
    let w = world_of(fixture::plan(1, 0));
    w.run_for(s(90));
    let view = status(&w);
    assert_eq!((view.trunks, view.trunks_down), (fixture::plan(1, 0).trunks().count(), vec![]));
    w.link("tax", Link { cut: true, ..Link::GOOD });
    w.run_for(s(90));
    assert_eq!(status(&w).trunks_down, ["tax"]);
}

#[test]
fn status_says_which_plan_runs_and_since_when() {
    let w = world_of(fixture::plan(1, 0));
    w.run_for(s(90));
    let before = status(&w);
    assert_eq!((before.plan_edition, before.plan_since.as_str()), (1, "2021-10-28T10:00:00+08:00"));
    w.reload(&plan(&[("小城12345", "大城12345")], 1, ("hrss", 0)));
    w.run_for(s(5));
    let after = status(&w);
    assert_eq!((after.plan.as_str(), after.plan_edition), ("大城12345", 2));
    assert_eq!(after.plan_since, "2021-10-28T10:01:30+08:00");
    let told = w.other_facts();
    assert!(told.contains(&Fact::PlanChanged { name: "大城12345".to_owned(), edition: 2 }));
}

#[test]
fn a_plan_made_ready_for_another_than_the_one_that_runs_holds_as_well() {
    let (old, new) = (plan(&[], 1, ("hrss", 1)), plan(&[], 0, ("hrss", 2)));
    let w = world_of(plan(&WITHOUT_HRSS, 2, ("general", 1)));
    w.agent("1001").ready();
    w.agent("2001").ready();
    w.run_for(s(2));
    // Against `old` only agent 1001 would go and 2002 come.
    let next = NextPlan::following(7, &old, Arc::clone(&new), Arc::default());
    w.command(Command::Replan(Box::new(next)));
    w.run_for(s(1));
    let Reply::Agents(agents) = w.command(Command::Agents) else { panic!() };
    let agents: Vec<_> = agents
        .iter()
        .map(|agent| (agent.agent.as_str(), agent.state.as_str(), agent.queues.join(" ")))
        .collect();
    let expected = [("2001", "ready"), ("2002", "logged-off")];
    assert_eq!(agents, expected.map(|(id, state)| (id, state, "general hrss".to_owned())));
    assert_eq!(status(&w).plan_edition, 8);
}

#[test]
fn callers_who_wait_keep_their_places_in_a_queue_that_stays() {
    let w = world_of(fixture::plan(1, 0));
    let callers = ["13800000001", "13800000002", "13800000003"].map(|number| {
        let caller = w.caller(number).dials("12345");
        w.run_for(s(2));
        caller
    });
    w.reload(&plan(&[("小城12345", "大城12345")], 1, ("hrss", 0)));
    w.run_for(s(2));
    let agent = w.agent("1001").answers_after(300).ready();
    for (nth, caller) in callers.iter().enumerate() {
        w.run_until(|_| agent.rang() > nth && agent.last().is_connected());
        assert_eq!(agent.last().header("X-Tongjie-Call"), Some(caller.call().to_string()));
        caller.hangs_up();
        w.run_for(s(4));
    }
    w.settle();
    w.assert_no_leaks();
}

#[test]
fn a_caller_in_a_queue_that_goes_is_served_by_its_agent_who_stays() {
    let w = world_of(plan(&PATIENT, 0, ("hrss", 1)));
    let caller = w.caller("13800000000").dials("12333");
    w.run_for(s(5));
    w.reload(&plan(&WITHOUT_HRSS, 0, ("general", 1)));
    w.run_for(s(2));
    let agent = w.agent("2001").ready();
    w.run_for(s(3));
    assert!(caller.is_connected() && agent.rang() == 1, "{}", w.ladder(caller.call()));
    assert_eq!(agent.last().header("X-Tongjie-Hotline").as_deref(), Some("12333"));
    caller.hangs_up();
    w.settle();
    assert_eq!(queues(&w.record(caller.call())), ["hrss"]);
    w.assert_no_leaks();
}

#[test]
fn who_waits_long_in_a_queue_that_has_gone_goes_on_to_the_general_one() {
    let w = world_of(plan(&PATIENT, 1, ("hrss", 1)));
    // Somebody else's caller keeps the only agent of the queue busy.
    let own = w.agent("2001").treats_calls(Manner::is(486)).ready();
    w.command(Command::SetReady(tongjie::event::AgentId::new("2001"), false));
    let general = w.agent("1001").ready();
    let caller = w.caller("13800000000").dials("12333");
    w.run_for(s(5));
    w.reload(&plan(&WITHOUT_HRSS, 1, ("general", 1)));
    w.run_for(s(24));
    assert_eq!((general.rang(), own.rang()), (0, 0));
    w.run_for(s(3));
    assert!(caller.is_connected() && general.rang() == 1, "{}", w.ladder(caller.call()));
    caller.hangs_up();
    w.settle();
    assert_eq!(queues(&w.record(caller.call())), ["hrss", "general"]);
    w.assert_no_leaks();
}

#[test]
fn a_queue_that_goes_with_all_its_agents_gives_its_callers_to_the_general_one_at_once() {
    let w = world_of(plan(&PATIENT, 1, ("hrss", 1)));
    let general = w.agent("1001").ready();
    let caller = w.caller("13800000000").dials("12333");
    w.run_for(s(5));
    assert_eq!(general.rang(), 0);
    w.reload(&plan(&WITHOUT_HRSS, 1, ("general", 0)));
    w.run_for(s(2));
    assert!(caller.is_connected() && general.rang() == 1, "{}", w.ladder(caller.call()));
    caller.hangs_up();
    w.settle();
    w.assert_no_leaks();
}

#[test]
fn a_call_that_comes_back_from_a_trunk_many_plans_later_still_finds_the_queue_of_its_plan() {
    let back = ("overflow = { to = \"general\", when", "overflow = { to = \"hrss\", when");
    let w = world_of(plan(&[back, PATIENT[0]], 1, ("hrss", 1)));
    _ = w.trunk("tax").treats_calls(Manner::rings());
    let general = w.agent("1001").ready();
    let caller = w.caller("13800000000").dials("12366");
    for _ in 0..5 {
        w.run_for(s(3));
        w.reload(&plan(&WITHOUT_HRSS, 1, ("general", 0)));
    }
    w.run_for(s(8));
    assert!(caller.is_connected() && general.rang() == 1, "{}", w.ladder(caller.call()));
    caller.hangs_up();
    w.settle();
    let record = w.record(caller.call());
    assert_eq!((queues(&record), record.cause), (vec!["hrss", "general"], EndCause::NormalClearing));
    w.assert_no_leaks();
}

#[test]
fn an_agent_who_leaves_the_plan_finishes_his_call_and_is_then_logged_off() {
    let w = world_of(fixture::plan(2, 0));
    let agent = w.agent("1002").ready();
    let caller = w.caller("13800000000").dials("12345");
    w.run_for(s(3));
    w.reload(&fixture::plan(1, 0));
    w.run_for(s(30));
    assert!(caller.is_connected() && agent.last().is_connected());
    caller.hangs_up();
    w.run_for(s(3));
    assert_eq!(agent.state(), AgentState::LoggedOff);
    let second = w.caller("13800000001").dials("12345");
    w.run_for(s(5));
    assert_eq!(agent.rang(), 1, "he is offered no other");
    second.hangs_up();
    let again = w.agent("1002").logs_on(Hash::Sha256, 300);
    w.run_for(s(3));
    assert_eq!(again.status(), Some(401), "he cannot register any more");
    w.settle();
    w.assert_no_leaks();
}

#[test]
fn a_new_agent_may_register_at_once() {
    let w = world_of(fixture::plan(0, 0));
    let caller = w.caller("13800000000").dials("12345");
    w.run_for(s(2));
    w.reload(&fixture::plan(1, 0));
    let agent = w.agent("1001").ready();
    w.run_for(s(3));
    assert!(caller.is_connected() && agent.rang() == 1);
    caller.hangs_up();
    w.settle();
    w.assert_no_leaks();
}

#[test]
fn a_new_password_counts_from_the_next_registration_on() {
    let w = world_of(fixture::plan(1, 0));
    let agent = w.agent("1001").logs_on(Hash::Sha256, 300);
    w.run_for(s(2));
    w.reload(&plan(&[], 0, ("hrss", 0)));
    let text = format!(
        "{}[agent.1001]\nname = \"甲\"\npassword = \"new-word\"\nqueues = [\"general\"]\nskills = [\"*\"]\n",
        fixture::PLAN
    );
    w.reload(&fixture::compiled(&text));
    w.run_for(s(2));
    assert_eq!(agent.state(), AgentState::Ready, "the registration made with the old one runs on");
    let agent = agent.logs_on(Hash::Sha256, 300);
    w.run_for(s(2));
    assert_eq!(agent.status(), Some(401));
    let agent = agent.logs_on_as("new-word", Hash::Sha256, 300);
    w.run_for(s(2));
    assert_eq!(agent.status(), Some(200));
}

#[test]
fn a_trunk_that_leaves_the_plan_finishes_its_calls_and_new_calls_go_elsewhere() {
    let moved = [
        ("trunk = \"tax\"", "trunk = \"tax-new\""),
        ("[trunk.tax]", "[trunk.tax-new]"),
        ("10.2.0.1", "10.2.0.9"),
    ];
    let w = world_of(fixture::plan(1, 0));
    let old = w.trunk("tax").answers_after(300);
    let first = w.caller("13800000000").dials("12366");
    w.run_for(s(2));
    w.reload(&plan(&moved, 1, ("hrss", 0)));
    let new = w.trunk("tax-new").answers_after(300);
    let second = w.caller("13800000001").dials("12366");
    w.run_for(s(20));
    assert!(first.is_connected() && second.is_connected());
    assert_eq!((old.rang(), new.rang()), (1, 1));
    old.last().hangs_up();
    second.hangs_up();
    w.settle();
    assert_eq!(
        first.state(),
        LegState::Over { status: 200, by_us: false },
        "the BYE of a trunk that left is taken"
    );
    w.assert_no_leaks();
}

#[test]
fn a_trunk_that_was_found_down_is_still_down_after_a_reload_and_a_new_one_is_asked_at_once() {
    let w = world_of(fixture::plan(1, 0));
    _ = w.trunk("tax").treats_calls(Manner::silent());
    w.link("tax", tongjie::sim::Link { cut: true, ..tongjie::sim::Link::GOOD });
    w.run_for(s(120));
    let up = |w: &World, name: &str| match w.command(Command::Trunks) {
        Reply::Trunks(trunks) => trunks.into_iter().find(|trunk| trunk.trunk == name).map(|trunk| trunk.up),
        other => panic!("{other:?}"),
    };
    assert_eq!(up(&w, "tax"), Some(false));
    let more = ("[trunk.police-a]", "[trunk.new]\naddress = \"10.2.0.7:5060\"\n\n[trunk.police-a]");
    w.reload(&plan(&[more, ("trunk = \"tax\"", "trunk = [\"tax\", \"new\"]")], 1, ("hrss", 0)));
    assert_eq!((up(&w, "tax"), up(&w, "new")), (Some(false), Some(true)));
    w.run_for(s(2));
    let asked = |line: &str| line.contains("new ") && line.contains("< OPTIONS");
    assert!(w.tail(40).lines().any(asked), "{}", w.tail(40));
}

#[test]
fn a_plan_may_come_while_the_node_is_drained() {
    let w = world_of(fixture::plan(1, 0));
    let agent = w.agent("1001").ready();
    let caller = w.caller("13800000000").dials("12345");
    w.run_for(s(3));
    w.command(Command::Drain);
    w.reload(&plan(&[("小城12345", "大城12345")], 1, ("hrss", 0)));
    let late = w.caller("13800000001").dials("12345");
    w.run_for(s(3));
    assert!(caller.is_connected() && agent.rang() == 1);
    assert_eq!(w.record(late.call()).cause, EndCause::Draining);
    caller.hangs_up();
    w.settle();
    w.assert_no_leaks();
}

fn queues(record: &Cdr) -> Vec<&str> {
    record.queues.iter().map(|queue| queue.as_str()).collect()
}

/// What one of two plans says of 12319, 12333 and 12366: the announcement, the queues, the trunk.
#[derive(Clone, Copy)]
struct Says {
    announce: &'static str,
    own: &'static str,
    trunk: &'static str,
}

const FIRST: Says = Says { announce: "merged-into-12345", own: "hrss", trunk: "tax" };
const SECOND: Says = Says { announce: "moved", own: "social", trunk: "tax-new" };
/// A plan that is half of each: what a torn decision would look like.
const TORN: Says = Says { announce: "moved", own: "hrss", trunk: "tax" };

fn plan_that(says: Says) -> Arc<Table> {
    let mut changes = vec![("capacity = 30\n", "capacity = 1000\n")];
    let (announcement, queue, own, trunk) = (
        format!("announce = \"{}\"\nintercept", says.announce),
        format!("[queue.{}]", says.own),
        format!("queue = \"{}\"\n", says.own),
        format!("trunk = \"{}\"\n", says.trunk),
    );
    changes.push(("announce = \"merged-into-12345\"\nintercept", &announcement));
    let recording = format!("[announcement.{}]", says.announce);
    changes.push(("[announcement.merged-into-12345]", &recording));
    changes.push(("[queue.hrss]", &queue));
    changes.push(("queue = \"hrss\"\n", &own));
    changes.push(("trunk = \"tax\"\n", &trunk));
    let (row, address) = (format!("[trunk.{}]", says.trunk), format!("10.2.0.{}:5060", says.trunk.len()));
    changes.push(("[trunk.tax]", &row));
    changes.push(("10.2.0.1:5060", &address));
    plan(&changes, 160, (says.own, 160))
}

/// What of a record does not agree with what a plan says.
fn disagrees(number: &str, record: &Cdr, says: Says) -> Option<String> {
    let prompts: Vec<&str> = record.prompts.iter().map(|prompt| prompt.as_str()).collect();
    let found = (prompts, queues(record), record.trunk_out.as_ref().map(|trunk| trunk.as_str()));
    let said = match number {
        "12319" => (vec![says.announce], vec!["general"], None),
        "12333" => (vec![], vec![says.own], None),
        _ => (vec![], vec![], Some(says.trunk)),
    };
    let well = record.cause == EndCause::NormalClearing && record.connected.is_some();
    (!well || found != said).then(|| format!("{number}: {found:?}, {:?}, not {said:?}", record.cause))
}

/// 50 calls/s with a reload every second; what disagrees with the plan that ran when a call arrived. `plans` are run in
/// turn, `says` is what they should say.
fn minute_of_reloads(seconds: u64, plans: [Says; 2], says: [Says; 2]) -> (usize, Vec<String>) {
    let tables = plans.map(plan_that);
    let w = world_of(Arc::clone(&tables[0]));
    for id in (1001..1161).chain(2001..2161) {
        _ = w.agent(&id.to_string()).logs_on(Hash::Sha256, 300);
    }
    w.run_for(s(4));
    let mut reloads: Vec<Instant> = Vec::new();
    let mut callers = Vec::new();
    let numbers = ["12319", "12333", "12366"];
    let ticks = usize::try_from(seconds).unwrap() * 50;
    for tick in 0..ticks + 400 {
        if tick % 50 == 0 && tick < ticks {
            reloads.push(w.now());
            w.reload(&tables[reloads.len() % 2]);
        }
        if tick < ticks {
            let number = numbers[tick % 3];
            callers.push((number, w.caller(&format!("138{tick:08}")).dials(number)));
        }
        w.run_ms(20);
        if let Some((_, caller)) = tick.checked_sub(300).and_then(|ended| callers.get(ended)) {
            caller.hangs_up();
        }
    }
    w.settle();
    let mut wrong = Vec::new();
    for (number, caller) in &callers {
        let arrived = w.when(caller.call(), |fact| matches!(fact, Fact::CallArrived { .. })).unwrap();
        let plan = says[reloads.iter().filter(|at| **at < arrived).count() % 2];
        let failed =
            w.facts(caller.call()).iter().any(|fact| matches!(fact, Fact::AnnouncementFailed { .. }));
        let found = disagrees(number, &w.record(caller.call()), plan);
        let found = found.or_else(|| failed.then(|| format!("{number}: a recording was not there")));
        wrong.extend(found.map(|found| format!("{arrived}: {found}\n{}", story(&w, caller.call()))));
    }
    w.assert_no_leaks();
    (callers.len(), wrong)
}

#[test]
fn a_reload_every_second_for_a_minute_fails_no_call_and_tears_no_decision() {
    let (calls, wrong) = minute_of_reloads(60, [FIRST, SECOND], [FIRST, SECOND]);
    assert_eq!((calls, wrong.len()), (3000, 0), "{}", wrong[..wrong.len().min(5)].join("\n"));
}

#[test]
fn a_plan_that_is_half_of_each_would_be_seen() {
    let (calls, wrong) = minute_of_reloads(6, [FIRST, TORN], [FIRST, SECOND]);
    // Half of the calls met the torn plan; those whose part of it is the wrong one are told, and no others.
    let told = |number: &str| wrong.iter().filter(|text| text.contains(&format!(": {number}:"))).count();
    assert_eq!((calls, told("12319")), (300, 0), "{wrong:#?}");
    assert!(told("12333") >= 45 && told("12366") >= 45, "{} and {}", told("12333"), told("12366"));
}
