//! Emergency lines: straight to their trunk, never announced, never queued.

use tongjie::event::{EndCause, Mode};
use tongjie::sim::Manner;

use super::{check, s, world};

#[test]
fn a_call_for_110_goes_straight_to_its_trunk() {
    let w = world(1);
    let agent = w.agent("1001").ready();
    let _police = w.trunk("police-a").answers_after(300);
    let caller = w.caller("13800000000").dials("110");
    w.run_for(s(2));
    assert!(caller.is_connected());
    caller.hangs_up();
    w.settle();
    check(
        &w,
        caller.call(),
        "arrive, decide, invite trunk police-a, ring trunk police-a, answer trunk police-a, answer caller, \
         connect trunk police-a, release NormalClearing by Caller",
    );
    assert_eq!((w.record(caller.call()).mode, agent.rang()), (Some(Mode::Emergency), 0));
    w.assert_no_leaks();
}

#[test]
fn an_emergency_line_whose_first_trunk_fails_is_tried_on_the_second() {
    let w = world(0);
    let _a = w.trunk("police-a").treats_calls(Manner::is(503));
    let b = w.trunk("police-b").answers_after(300);
    let caller = w.caller("13800000000").dials("110");
    w.run_for(s(3));
    assert!(caller.is_connected() && b.last().is_connected());
    caller.hangs_up();
    w.settle();
    w.assert_no_leaks();
}

#[test]
fn an_emergency_line_whose_first_trunk_is_silent_is_tried_on_the_second_within_five_seconds() {
    let w = world(0);
    let _a = w.trunk("police-a").treats_calls(Manner::silent());
    let b = w.trunk("police-b").answers_after(100);
    let caller = w.caller("13800000000").dials("110");
    w.run_for(s(5));
    assert!(caller.is_connected() && b.last().is_connected(), "{}", w.ladder(caller.call()));
    caller.hangs_up();
    w.settle();
    w.assert_no_leaks();
}

#[test]
fn an_emergency_call_is_never_queued_even_when_every_trunk_fails() {
    let w = world(1);
    let agent = w.agent("1001").ready();
    let _a = w.trunk("police-a").treats_calls(Manner::is(503));
    let _b = w.trunk("police-b").treats_calls(Manner::is(503));
    let caller = w.caller("13800000000").dials("110");
    w.run_for(s(5));
    let record = w.record(caller.call());
    assert_eq!((record.cause, record.queues.len(), record.prompts.len()), (EndCause::TrunkFailed, 0, 0));
    assert_eq!((caller.statuses().last(), agent.rang()), (Some(&503), 0));
    w.assert_no_leaks();
}
