//! 12345's queues: who is rung, in which order, and what callers meet meanwhile.

use tongjie::event::{AgentState, EndCause};
use tongjie::sim::{Manner, Options, Seed, World, fixture};

use super::{check, s, world};

#[test]
fn a_caller_of_12345_talks_to_the_agent_who_is_ready() {
    let w = world(1);
    let agent = w.agent("1001").answers_after(1000).ready();
    let caller = w.caller("13800000000").dials("12345");
    w.run_for(s(3));
    assert!(caller.is_connected() && agent.last().is_connected());
    caller.hangs_up();
    w.settle();
    check(
        &w,
        caller.call(),
        "arrive, decide, queue general, invite agent 1001, ring agent 1001, answer agent 1001, answer caller, \
         connect agent 1001, release NormalClearing by Caller",
    );
    w.assert_no_leaks();
}

#[test]
fn an_alias_reaches_the_hotline_it_stands_for() {
    let w = world(1);
    let agent = w.agent("1001").ready();
    let caller = w.caller("13800000000").dials("12331");
    w.run_for(s(8));
    caller.hangs_up();
    w.settle();
    let record = w.record(caller.call());
    assert_eq!(record.hotline.unwrap().as_str(), "12315");
    assert_eq!((record.dialled.as_str(), agent.rang()), ("12331", 1));
    w.assert_no_leaks();
}

#[test]
fn an_unknown_number_is_told_so_and_refused_with_404() {
    let w = world(1);
    let agent = w.agent("1001").ready();
    let caller = w.caller("13800000000").dials("19999");
    w.run_for(s(10));
    check(
        &w,
        caller.call(),
        "arrive, decide, announce unknown-number, announced, release UnknownNumber by Node",
    );
    assert_eq!((caller.statuses(), agent.rang()), (vec![100, 183, 404], 0));
    w.assert_no_leaks();
}

#[test]
fn a_dedicated_queue_has_no_announcement_and_its_own_agents() {
    let w = World::new(Seed(7), fixture::plan(1, 1), Options::default());
    let (general, own) = (w.agent("1001").ready(), w.agent("2001").ready());
    let caller = w.caller("13800000000").dials("12333");
    w.run_for(s(3));
    caller.hangs_up();
    w.settle();
    check(
        &w,
        caller.call(),
        "arrive, decide, queue hrss, invite agent 2001, ring agent 2001, answer agent 2001, answer caller, \
         connect agent 2001, release NormalClearing by Caller",
    );
    assert_eq!((general.rang(), own.rang()), (0, 1));
    w.assert_no_leaks();
}

#[test]
fn a_dedicated_queue_spills_to_the_general_one_after_its_time_and_the_hotline_is_still_known() {
    let w = World::new(Seed(7), fixture::plan(1, 1), Options::default());
    let general = w.agent("1001").ready();
    let caller = w.caller("13800000000").dials("12333");
    w.run_for(s(29));
    assert_eq!(general.rang(), 0);
    w.run_for(s(3));
    assert_eq!(general.last().header("X-Tongjie-Hotline").as_deref(), Some("12333"));
    caller.hangs_up();
    w.settle();
    let record = w.record(caller.call());
    assert_eq!((record.overflows, record.hotline.unwrap().as_str()), (1, "12333"));
    assert_eq!(record.queues.iter().map(|q| q.as_str()).collect::<Vec<_>>(), ["hrss", "general"]);
    w.assert_no_leaks();
}

#[test]
fn who_has_been_free_the_longest_is_rung() {
    let w = world(3);
    for id in ["1003", "1001", "1002"] {
        w.agent(id).ready();
        w.run_for(s(1));
    }
    let callers: Vec<_> = ["1003", "1001", "1002"]
        .map(|id| {
            let caller = w.caller("13800000000").dials("12345");
            w.run_for(s(2));
            assert!(w.agent(id).rang() == 1, "{id} was not rung");
            caller
        })
        .into();
    // 1001 is free again first, then 1003, then 1002: that is the next order.
    for index in [1, 0, 2] {
        callers[index].hangs_up();
        w.run_for(s(4));
    }
    for id in ["1001", "1003", "1002"] {
        let _caller = w.caller("13800000000").dials("12345");
        w.run_for(s(2));
        assert_eq!(w.agent(id).rang(), 2, "{id} was not rung");
    }
}

#[test]
fn nobody_answers_and_the_next_agent_gets_the_caller_at_the_head_of_the_line() {
    let w = world(2);
    let silent = w.agent("1001").treats_calls(Manner::rings()).ready();
    w.run_for(s(1));
    let first = w.caller("13800000001").dials("12345");
    w.run_for(s(1));
    let second = w.caller("13800000002").dials("12345");
    w.run_for(s(1));
    let good = w.agent("1002").treats_calls(Manner::rings()).ready();
    // 1002 is rung for the second; the first, refused by nobody yet, still rings at 1001.
    w.run_for(s(18));
    assert!(silent.last().is_over(), "the phone still rings after 20 s");
    assert_eq!(silent.last().state(), tongjie::sim::LegState::Over { status: 487, by_us: false });
    let good_call = good.last().header("X-Tongjie-Call").unwrap();
    assert_eq!(good_call, second.call().to_string());
    good.last().answers();
    w.run_for(s(1));
    second.hangs_up();
    w.run_for(s(4));
    assert_eq!(good.last().header("X-Tongjie-Call").unwrap(), first.call().to_string());
    good.last().answers();
    w.run_for(s(1));
    first.hangs_up();
    w.settle();
    w.assert_no_leaks();
}

#[test]
fn an_agent_who_misses_two_calls_in_a_row_is_taken_out() {
    let w = world(1);
    let agent = w.agent("1001").treats_calls(Manner::rings()).ready();
    let caller = w.caller("13800000000").dials("12345");
    w.run_for(s(21));
    assert_eq!((agent.rang(), agent.state()), (1, AgentState::Ready));
    w.run_for(s(30));
    assert_eq!((agent.rang(), agent.state()), (2, AgentState::NotReady));
    w.run_for(s(60));
    assert_eq!(agent.rang(), 2);
    caller.hangs_up();
    w.settle();
    assert_eq!(w.record(caller.call()).missed.len(), 2);
    w.assert_no_leaks();
}

#[track_caller]
fn refused_by_the_first_taken_by_the_second(manner: Manner, status: u16) {
    let w = world(2);
    w.agent("1001").treats_calls(manner).ready();
    w.run_for(s(1));
    w.agent("1002").ready();
    let caller = w.caller("13800000000").dials("12345");
    w.run_for(s(4));
    assert!(caller.is_connected(), "{}", w.ladder(caller.call()));
    caller.hangs_up();
    w.settle();
    let rang = if manner.rings.is_some() { "ring agent 1001, " } else { "" };
    check(
        &w,
        caller.call(),
        &format!(
            "arrive, decide, queue general, invite agent 1001, {rang}fail agent 1001 {status}, miss 1001, invite agent 1002, \
             ring agent 1002, answer agent 1002, answer caller, connect agent 1002, release NormalClearing by Caller"
        ),
    );
    w.assert_no_leaks();
}

#[test]
fn a_busy_phone_passes_the_caller_to_the_next_agent() {
    refused_by_the_first_taken_by_the_second(Manner::is(486), 486);
}

#[test]
fn a_rejected_call_passes_to_the_next_agent() {
    refused_by_the_first_taken_by_the_second(Manner::refuses(603, s(1)), 603);
}

#[test]
fn waiting_callers_are_served_in_the_order_they_came_within_200_ms() {
    let w = world(1);
    let callers: Vec<_> = (0..4)
        .map(|i| {
            let caller = w.caller(&format!("1380000000{i}")).dials("12345");
            w.run_ms(700);
            caller
        })
        .collect();
    w.run_for(s(10));
    assert!(callers.iter().all(|c| c.is_connected()), "waiting begins with a 200");
    let agent = w.agent("1001").answers_after(300).ready();
    for caller in &callers {
        w.run_for(s(1));
        assert_eq!(agent.last().header("X-Tongjie-Call"), Some(caller.call().to_string()));
        let before = w.now();
        caller.hangs_up();
        w.run_until(|w| w.agent("1001").state() == AgentState::Ready || w.now() > before + s(3));
        w.run_ms(200);
    }
    assert_eq!(agent.rang(), 4);
    w.settle();
    w.assert_no_leaks();
}

#[test]
fn a_full_queue_refuses_with_486() {
    let text = fixture::PLAN.replace("waiting = 200", "waiting = 1");
    let w = World::new(Seed(7), fixture::compiled(&text), Options::default());
    let first = w.caller("13800000000").dials("12345");
    w.run_for(s(1));
    let second = w.caller("13800000001").dials("12345");
    w.run_for(s(2));
    assert_eq!(second.statuses().last(), Some(&486));
    assert_eq!(w.record(second.call()).cause, EndCause::QueueFull);
    first.hangs_up();
    w.settle();
    w.assert_no_leaks();
}

#[test]
fn what_a_full_queue_says_is_said_in_the_language_of_the_hotline_that_was_called() {
    let plan = fixture::PLAN
        .replace("waiting = 200", "waiting = 1")
        .replace("full = { status = 486 }", "full = { status = 486, announce = \"unknown-number\" }")
        .replace("[hotline.12319]\n", "[hotline.12319]\nlanguage = \"en\"\n")
        .replace(
            "[announcement.unknown-number]\n",
            "[announcement.unknown-number]\nvariants = [{ language = \"en\", file = \"audio/en.wav\" }]\n",
        );
    for (number, heard) in [("12345", "unknown-number,"), ("12319", "unknown-number@en,")] {
        let w = World::new(Seed(7), fixture::compiled(&plan), Options::default());
        let first = w.caller("13800000000").dials("12345");
        w.run_for(s(1));
        let second = w.caller("13800000001").dials(number);
        w.run_for(s(10));
        let told = super::story(&w, second.call());
        assert!(told.contains(&format!("announce {heard} announced")), "{number}: {told}");
        first.hangs_up();
        w.settle();
        w.assert_no_leaks();
    }
}
