//! Emergency lines: straight to their trunk, never announced, never queued.

use tongjie::cdr::SkippedTrunk;
use tongjie::event::{EndCause, Mode, TrunkId};
use tongjie::sim::{Link, Manner, Options, Seed, World, fixture};

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

#[test]
fn an_emergency_call_is_tried_on_a_trunk_that_our_count_says_is_full_and_says_who_calls() {
    let text = fixture::PLAN.replace("capacity = 30", "capacity = 1");
    let w = World::new(Seed(7), fixture::compiled(&text), Options::default());
    let fire = w.trunk("fire").answers_after(300);
    let first = w.caller("13800000001").dials("119");
    let second = w.caller("13800000002").withheld().dials("119");
    w.run_for(s(3));
    assert!(first.is_connected() && second.is_connected(), "{}", w.ladder(second.call()));
    let leg = fire.last();
    assert!(leg.header("P-Asserted-Identity").unwrap_or_default().contains("13800000002"));
    assert_eq!(leg.header("Privacy").as_deref(), Some("id"));
    first.hangs_up();
    second.hangs_up();
    w.settle();
    w.assert_no_leaks();
}

/// Silent until the node has noticed.
fn falls_silent(w: &World, trunks: &[&str]) {
    for trunk in trunks {
        w.link(trunk, Link { cut: true, ..Link::GOOD });
    }
    w.run_for(s(90));
}

#[test]
fn an_emergency_trunk_that_is_down_is_put_off_while_there_is_another() {
    let w = world(0);
    let _b = w.trunk("police-b").answers_after(300);
    falls_silent(&w, &["police-a"]);
    let caller = w.caller("13800000000").dials("110");
    w.run_for(s(2));
    caller.hangs_up();
    w.settle();
    check(
        &w,
        caller.call(),
        "arrive, decide, put off police-a down, invite trunk police-b, ring trunk police-b, answer trunk police-b, \
         answer caller, connect trunk police-b, release NormalClearing by Caller",
    );
    let skipped = SkippedTrunk { trunk: TrunkId::new("police-a"), full: false };
    assert_eq!(w.record(caller.call()).skipped, [skipped]);
    w.assert_no_leaks();
}

#[test]
fn an_emergency_trunk_that_is_called_was_not_passed_over() {
    let w = world(0);
    falls_silent(&w, &["police-a", "police-b"]);
    let caller = w.caller("13800000000").dials("110");
    w.run_for(s(10));
    check(
        &w,
        caller.call(),
        "arrive, decide, invite trunk police-a, fail trunk police-a 408, invite trunk police-b, \
         fail trunk police-b 408, release TrunkFailed by Trunk",
    );
    assert_eq!(w.record(caller.call()).skipped, []);
    w.run_for(s(30));
    w.assert_no_leaks();
}
