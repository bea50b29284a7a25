//! A sub-center: its trunk, and the way back to 12345 when that is down, full or nobody answers.

use tongjie::node::{Command, Reply};
use tongjie::sim::{Manner, World};

use super::{check, s, world};

#[track_caller]
fn calls_tax(w: &World, tax: Manner, run: u64, expected: &str) {
    let _tax = w.trunk("tax").treats_calls(tax);
    w.agent("1001").ready();
    let caller = w.caller("13800000000").dials("12366");
    w.run_for(s(run));
    assert!(caller.is_connected(), "{}", w.ladder(caller.call()));
    caller.hangs_up();
    w.settle();
    check(w, caller.call(), expected);
    assert_eq!(w.record(caller.call()).hotline.unwrap().as_str(), "12366");
    w.assert_no_leaks();
}

const BACK: &str = "queue general, invite agent 1001, ring agent 1001, answer agent 1001, answer caller, \
                    connect agent 1001, release NormalClearing by Caller";

#[test]
fn a_sub_centers_call_goes_to_its_trunk() {
    calls_tax(
        &world(1),
        Manner::answers(s(1)),
        3,
        "arrive, decide, invite trunk tax, ring trunk tax, answer trunk tax, answer caller, connect trunk tax, \
         release NormalClearing by Caller",
    );
}

#[test]
fn a_trunk_that_answers_503_sends_the_call_back_to_12345() {
    calls_tax(
        &world(1),
        Manner::is(503),
        3,
        &format!("arrive, decide, invite trunk tax, fail trunk tax 503, {BACK}"),
    );
}

#[test]
fn a_busy_trunk_sends_the_call_back_to_12345() {
    calls_tax(
        &world(1),
        Manner::is(486),
        3,
        &format!("arrive, decide, invite trunk tax, fail trunk tax 486, {BACK}"),
    );
}

#[test]
fn a_silent_trunk_sends_the_call_back_to_12345() {
    calls_tax(
        &world(1),
        Manner::silent(),
        8,
        &format!("arrive, decide, invite trunk tax, fail trunk tax 408, {BACK}"),
    );
}

#[test]
fn a_trunk_known_to_be_down_is_passed_over_at_once_and_the_call_says_so() {
    let w = world(1);
    calls_tax(
        &w,
        Manner::silent(),
        8,
        &format!("arrive, decide, invite trunk tax, fail trunk tax 408, {BACK}"),
    );
    w.run_for(s(20));
    calls_tax(&w, Manner::silent(), 3, &format!("arrive, decide, skip tax down, {BACK}"));
}

#[test]
fn a_trunk_where_nobody_answers_sends_the_call_back_to_12345() {
    calls_tax(
        &world(1),
        Manner::rings(),
        23,
        &format!("arrive, decide, invite trunk tax, ring trunk tax, fail trunk tax 487, {BACK}"),
    );
}

#[test]
fn a_caller_who_gives_up_while_the_trunk_rings_cancels_there_too() {
    let w = world(0);
    let tax = w.trunk("tax").treats_calls(Manner::rings());
    let caller = w.caller("13800000000").dials("12366");
    w.run_for(s(2));
    caller.hangs_up();
    w.settle();
    assert_eq!(caller.statuses().last(), Some(&487));
    assert_eq!(tax.last().state(), tongjie::sim::LegState::Over { status: 487, by_us: false });
    w.assert_no_leaks();
}

#[test]
fn the_trunk_hangs_up_and_the_caller_gets_a_bye() {
    let w = world(0);
    let tax = w.trunk("tax").answers_after(500);
    let caller = w.caller("13800000000").dials("12366");
    w.run_for(s(2));
    tax.last().hangs_up();
    w.settle();
    assert!(caller.is_over());
    assert!(w.ladder(caller.call()).contains("telecom    < BYE"));
    w.assert_no_leaks();
}

#[test]
fn a_call_counts_on_the_trunk_it_came_in_on_and_on_the_one_it_goes_out_on() {
    let w = world(0);
    let _tax = w.trunk("tax").answers_after(300);
    let counts = || {
        let Reply::Trunks(trunks) = w.command(Command::Trunks) else { panic!("no list") };
        ["telecom", "tax"].map(|name| trunks.iter().find(|trunk| trunk.trunk == name).unwrap().calls)
    };
    let caller = w.caller("13800000000").dials("12366");
    w.run_for(s(2));
    assert_eq!(counts(), [1, 1]);
    caller.hangs_up();
    w.settle();
    assert_eq!(counts(), [0, 0]);
}
