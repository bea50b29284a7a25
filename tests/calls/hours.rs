//! Hours in the life of calls: the instant a hotline closes, what its callers meet then, and queues that are passed
//! over while they are closed. 2021-11-08 is a Monday.

use tongjie::event::EndCause;
use tongjie::sim::{Manner, Options, Seed, World, fixture};

use super::{check, s};

const OFFICE: &str = "\n[hours.office]\nweek = { mon-fri = [\"08:30-17:30\"] }\n\
    [announcement.office-hours]\nfile = \"audio/office-hours.wav\"\ntext = \"请于工作时间来电。\"\n";

/// The small city with one general agent and one of the hotline's own, at this instant of a Monday.
fn world(at: &str, change: impl Fn(String) -> String) -> World {
    let mut text = change(fixture::PLAN.to_owned() + OFFICE);
    for (id, queue) in [("1001", "general"), ("2001", "hrss")] {
        text +=
            &format!("[agent.{id}]\npassword = \"secret-{id}\"\nqueues = [\"{queue}\"]\nskills = [\"*\"]\n");
    }
    let wall_ms = format!("2021-11-08T{at}+08:00").parse::<jiff::Timestamp>().unwrap().as_millisecond();
    World::new(Seed(7), fixture::compiled(&text), Options { wall_ms, ..Options::default() })
}

fn hotline(keys: &str) -> impl Fn(String) -> String {
    move |plan| plan.replace("[hotline.12333]\n", &format!("[hotline.12333]\nhours = \"office\"\n{keys}\n"))
}

fn queue(keys: &str) -> impl Fn(String) -> String {
    move |plan| plan.replace("[queue.hrss]\n", &format!("[queue.hrss]\nhours = \"office\"\n{keys}\n"))
}

#[test]
fn a_hotline_is_open_up_to_its_last_millisecond_and_closed_from_the_next() {
    // A call needs a few milliseconds to arrive.
    for (from, expected) in [
        ("17:29:59.9", "arrive, decide, queue hrss, release Abandoned by Caller"),
        ("17:30:00", "arrive, decide, announce office-hours, announced, release Closed by Node"),
    ] {
        let w = world(from, hotline("closed = { announce = \"office-hours\", status = 480 }"));
        let caller = w.caller("13800000000").dials("12333");
        w.run_for(s(1));
        if expected.contains("Caller") {
            caller.hangs_up();
        }
        w.run_for(s(6));
        w.settle();
        let told: String = super::story(&w, caller.call());
        assert!(told.starts_with(expected.split(", release").next().unwrap()), "{from}: {told}");
        assert!(told.ends_with(expected.rsplit(", ").next().unwrap()), "{from}: {told}");
        w.assert_no_leaks();
    }
}

#[test]
fn at_half_past_five_a_closed_hotlines_callers_go_to_the_general_queue() {
    for (at, queue) in [("17:29:40", "hrss"), ("17:30:00", "general")] {
        let w = world(at, hotline("closed = { to = \"general\" }"));
        w.agent("1001").ready();
        w.agent("2001").ready();
        let caller = w.caller("13800000000").dials("12333");
        w.run_for(s(5));
        assert!(caller.is_connected(), "{}", w.ladder(caller.call()));
        caller.hangs_up();
        w.settle();
        let agent = if queue == "hrss" { "2001" } else { "1001" };
        check(
            &w,
            caller.call(),
            &format!(
                "arrive, decide, queue {queue}, invite agent {agent}, ring agent {agent}, answer agent {agent}, \
                 answer caller, connect agent {agent}, release NormalClearing by Caller"
            ),
        );
        w.assert_no_leaks();
    }
}

#[test]
fn who_waits_when_the_queue_closes_hears_so_and_is_released() {
    let w = world("17:29:50", queue("closed = { announce = \"office-hours\", status = 480 }"));
    let caller = w.caller("13800000000").dials("12333");
    w.run_for(s(9));
    assert!(!super::story(&w, caller.call()).contains("office-hours"));
    w.run_for(s(10));
    w.settle();
    check(
        &w,
        caller.call(),
        "arrive, decide, queue hrss, answer caller, announce office-hours, announced, release Closed by Node",
    );
    let late = w.caller("13800000001").dials("12333");
    w.run_for(s(8));
    assert_eq!(w.record(late.call()).cause, EndCause::Closed);
    assert_eq!(late.statuses().last(), Some(&480));
    w.settle();
    w.assert_no_leaks();
}

#[test]
fn who_waits_hears_no_recording_whose_time_has_passed_meanwhile() {
    let until = "[announcement.office-hours]\nuntil = 2021-11-08T17:30:00\n";
    let ends = |plan: String| plan.replace("[announcement.office-hours]\n", until);
    let closed = queue("closed = { announce = \"office-hours\", status = 480 }");
    let w = world("17:29:50", |plan| closed(ends(plan)));
    let caller = w.caller("13800000000").dials("12333");
    w.run_for(s(19));
    w.settle();
    check(&w, caller.call(), "arrive, decide, queue hrss, answer caller, release Closed by Node");
    w.assert_no_leaks();

    // Led on to another queue, he waits there with music.
    let led = queue("closed = { to = \"general\", announce = \"office-hours\" }");
    let w = world("17:29:50", |plan| led(ends(plan)));
    let caller = w.caller("13800000000").dials("12333");
    w.run_for(s(15));
    w.agent("1001").ready();
    w.run_for(s(5));
    assert!(caller.is_connected(), "{}", w.ladder(caller.call()));
    caller.hangs_up();
    w.settle();
    assert!(!super::story(&w, caller.call()).contains("announce"));
    w.assert_no_leaks();
}

#[test]
fn a_phone_that_rings_when_the_queue_closes_may_still_be_answered() {
    let w = world("17:29:55", queue("closed = { status = 480 }"));
    w.agent("2001").treats_calls(Manner::answers(s(10))).ready();
    let caller = w.caller("13800000000").dials("12333");
    w.run_for(s(15));
    caller.hangs_up();
    w.settle();
    let told = super::story(&w, caller.call());
    assert!(told.contains("queue hrss") && told.contains("connect agent 2001"), "{told}");
    w.assert_no_leaks();
}

#[test]
fn who_waits_when_the_queue_closes_goes_where_it_leads_with_the_place_he_has() {
    let keys = "closed = { to = \"general\", announce = \"office-hours\" }";
    let w = world("17:29:30", |plan| {
        queue(keys)(plan.replace("overflow = [{ after = \"30s\", to = \"general\" }]\n", ""))
    });
    let first = w.caller("13800000000").dials("12333");
    w.run_for(s(20));
    let second = w.caller("13800000001").dials("12345");
    w.run_for(s(20));
    // He came to the general queue later, but has waited longer.
    w.agent("1001").ready();
    w.run_for(s(3));
    let connected = |call| super::story(&w, call).contains("connect agent 1001");
    assert!(connected(first.call()) && !connected(second.call()), "{}", w.ladder(first.call()));
    first.hangs_up();
    second.hangs_up();
    w.settle();
    let told = super::story(&w, first.call());
    assert!(told.contains("queue hrss, answer caller, queue general, announce office-hours"), "{told}");
    w.assert_no_leaks();
}

#[test]
fn what_was_announced_already_is_not_announced_again_when_the_queue_closes() {
    // In English it was announced twice: the queue's own word for it was taken for another recording.
    for (language, recording) in [("zh-CN", "office-hours"), ("en", "office-hours@en")] {
        let office = |plan: String| {
            let plan = plan.replace("overflow = [{ after = \"30s\", to = \"general\" }]\n", "");
            let plan = plan.replace("[hotline.12333]\n", "[hotline.12333]\nannounce = \"office-hours\"\n");
            let plan =
                plan.replace("[hotline.12333]\n", &format!("[hotline.12333]\nlanguage = \"{language}\"\n"));
            let english = "file = \"audio/office-hours.wav\"\nvariants = [{ language = \"en\", file = \"audio/en.wav\" }]";
            let plan = plan.replace("file = \"audio/office-hours.wav\"", english);
            queue("closed = { to = \"general\", announce = \"office-hours\" }")(plan)
        };
        let w = world("17:29:40", office);
        let caller = w.caller("13800000000").dials("12333");
        w.run_for(s(40));
        caller.hangs_up();
        w.settle();
        let told = super::story(&w, caller.call());
        assert_eq!(told.matches("announce office-hours").count(), 1, "{told}");
        assert!(told.contains(&format!("announce {recording},")), "{told}");
        assert!(told.contains("queue general"), "{told}");
        w.assert_no_leaks();
    }
}

/// A queue that closes announces the same recording under a name of its own.
#[test]
fn what_was_announced_is_not_announced_again_under_another_name() {
    let office = |plan: String| {
        let plan = plan.replace("overflow = [{ after = \"30s\", to = \"general\" }]\n", "");
        let plan = plan.replace("[hotline.12333]\n", "[hotline.12333]\nannounce = \"office-hours\"\n");
        let again = "[announcement.again]\nfile = \"./audio/office-hours.wav\"\n";
        queue("closed = { to = \"general\", announce = \"again\" }")(plan) + again
    };
    let w = world("17:29:40", office);
    let caller = w.caller("13800000000").dials("12333");
    w.run_for(s(40));
    caller.hangs_up();
    w.settle();
    let told = super::story(&w, caller.call());
    assert_eq!(told.matches("announce ").count(), 1, "{told}");
    assert!(told.contains("queue general"), "{told}");
    w.assert_no_leaks();
}

/// The way of the plan that let a caller wait for fifteen hours: nobody serves his queue, and the one it overflows to
/// closes before he comes to it.
#[test]
fn nobody_waits_all_night_because_two_queues_close_while_he_is_on_his_way() {
    let office = |plan: String| {
        let plan = plan.replace(
            "overflow = [{ after = \"30s\", to = \"general\" }]",
            "overflow = [{ after = \"30s\", to = \"late\" }]",
        );
        let late = "[queue.late]\nhours = \"office\"\nclosed = { to = \"general\" }\n";
        queue("closed = { to = \"general\" }")(plan) + late
    };
    let w = world("17:29:45", office);
    let caller = w.caller("13800000000").dials("12333");
    w.run_for(s(60));
    w.agent("1001").ready();
    w.run_for(s(5));
    caller.hangs_up();
    w.settle();
    let told = super::story(&w, caller.call());
    assert!(told.contains("queue hrss, answer caller, queue general, invite agent 1001"), "{told}");
    assert!(told.contains("connect agent 1001"), "{told}");
    w.assert_no_leaks();
}

/// General spills into `hrss` after two seconds, which has hours.
fn spills(keys: &'static str) -> impl Fn(String) -> String {
    move |plan| {
        let plan = plan
            .replace("overflow = [{ after = \"30s\", to = \"general\" }]\nfull = { to = \"general\" }\n", "");
        let spill = "[queue.general]\noverflow = [{ after = \"2s\", to = \"hrss\" }]";
        queue(keys)(plan.replace("[queue.general]", spill))
    }
}

#[test]
fn an_overflow_passes_over_a_closed_queue_and_takes_it_when_it_opens() {
    let w = world("08:29:00", spills("closed = { status = 480 }"));
    let agent = w.agent("2001").ready();
    let caller = w.caller("13800000000").dials("12345");
    w.run_for(s(8));
    assert_eq!(agent.rang(), 0, "hrss is closed:\n{}", w.ladder(caller.call()));
    // It opens at 08:30:00; within the second who should have moved on does.
    w.run_for(s(60));
    assert_eq!(agent.rang(), 1, "{}", w.ladder(caller.call()));
    caller.hangs_up();
    w.settle();
    let told = super::story(&w, caller.call());
    assert!(told.contains("overflow hrss, queue hrss, invite agent 2001"), "{told}");
    w.assert_no_leaks();
}

#[test]
fn a_full_queue_that_sends_on_to_a_closed_one_does_what_that_one_does_when_closed() {
    let full = |plan: String| {
        let plan = plan
            .replace("full = { to = \"general\" }\n", "")
            .replace("overflow = [{ after = \"30s\", to = \"general\" }]\n", "");
        let plan = plan
            .replace("waiting = 200", "waiting = 1")
            .replace("full = { status = 486 }", "full = { to = \"hrss\" }");
        queue("closed = { announce = \"office-hours\" }")(plan)
    };
    let w = world("20:00:00", full);
    let first = w.caller("13800000000").dials("12345");
    w.run_for(s(1));
    let second = w.caller("13800000001").dials("12345");
    w.run_for(s(8));
    check(&w, second.call(), "arrive, decide, announce office-hours, announced, release Closed by Node");
    assert_eq!(second.statuses().last(), Some(&480));
    first.hangs_up();
    w.settle();
    w.assert_no_leaks();
}

#[test]
fn a_sub_center_that_is_closed_is_not_dialled() {
    let closed = |plan: String| {
        plan.replace("[hotline.12366]\n", "[hotline.12366]\nhours = \"office\"\n").replace(
            "when = [\"down\", \"full\", \"no-answer\"]",
            "when = [\"down\", \"full\", \"no-answer\", \"closed\"]",
        )
    };
    for (at, expected) in [("12:00:00", "invite trunk tax"), ("17:30:00", "queue general")] {
        let w = world(at, closed);
        let _tax = w.trunk("tax").treats_calls(Manner::answers(s(1)));
        w.agent("1001").ready();
        let caller = w.caller("13800000000").dials("12366");
        w.run_for(s(5));
        assert!(caller.is_connected(), "{}", w.ladder(caller.call()));
        caller.hangs_up();
        w.settle();
        let told = super::story(&w, caller.call());
        assert!(told.starts_with(&format!("arrive, decide, {expected}")), "{at}: {told}");
        w.assert_no_leaks();
    }
}

#[test]
fn a_sub_center_that_fails_at_night_comes_back_to_who_is_there() {
    let back = |plan: String| {
        let plan = plan.replace("overflow = { to = \"general\", when", "overflow = { to = \"hrss\", when");
        queue("closed = { to = \"general\" }")(plan)
    };
    let w = world("22:00:00", back);
    let _tax = w.trunk("tax").treats_calls(Manner::is(503));
    w.agent("1001").ready();
    let caller = w.caller("13800000000").dials("12366");
    w.run_for(s(5));
    caller.hangs_up();
    w.settle();
    let told = super::story(&w, caller.call());
    assert!(told.contains("fail trunk tax 503, queue general, invite agent 1001"), "{told}");
    w.assert_no_leaks();
}
