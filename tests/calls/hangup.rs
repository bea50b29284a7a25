//! Hanging up at every stage, by either side, and when the two cross.

use tongjie::event::{By, EndCause};
use tongjie::sim::{LegState, Link, Manner, Options, Seed, World, fixture};

use super::{s, world};

/// Calls `number`, hangs up after `ms`; what the caller saw, and why it ended.
#[track_caller]
fn gives_up(w: &World, number: &str, ms: u64, statuses: &[u16]) {
    let caller = w.caller("13800000000").dials(number);
    w.run_ms(ms);
    caller.hangs_up();
    w.settle();
    assert_eq!(caller.statuses(), statuses, "\n{}", w.ladder(caller.call()));
    assert!(caller.is_over());
    let record = w.record(caller.call());
    assert_eq!((record.cause, record.by), (EndCause::Abandoned, By::Caller));
    w.assert_no_leaks();
}

#[test]
fn the_caller_hangs_up_during_the_announcement() {
    gives_up(&world(1), "12319", 1500, &[100, 183, 487]);
}

#[test]
fn the_caller_hangs_up_while_waiting() {
    gives_up(&world(1), "12345", 5000, &[100, 200]);
}

#[test]
fn the_caller_hangs_up_while_a_phone_rings() {
    let w = world(1);
    let agent = w.agent("1001").treats_calls(Manner::rings()).ready();
    gives_up(&w, "12345", 5000, &[100, 183, 487]);
    assert_eq!(agent.last().state(), LegState::Over { status: 487, by_us: false });
}

#[test]
fn the_caller_hangs_up_during_the_unknown_number_notice() {
    gives_up(&world(1), "19999", 1000, &[100, 183, 487]);
}

#[test]
fn the_agent_hangs_up_and_the_caller_gets_a_bye() {
    let w = world(1);
    let agent = w.agent("1001").ready();
    let caller = w.caller("13800000000").dials("12345");
    w.run_for(s(3));
    agent.last().hangs_up();
    w.settle();
    assert_eq!(caller.state(), LegState::Over { status: 200, by_us: false });
    let record = w.record(caller.call());
    assert_eq!((record.cause, record.by), (EndCause::NormalClearing, By::Agent));
    w.assert_no_leaks();
}

#[test]
fn answer_and_hang_up_cross_in_every_order_and_have_one_outcome() {
    // The links have different delays, so that every interleaving of CANCEL, 200, ACK and BYE is met.
    for caller_ms in [1, 30, 60, 120] {
        for agent_ms in [1, 30, 60, 120] {
            for hangs_up_at in (900..1400).step_by(20) {
                let w = world(1);
                let slow = |ms: u64| Link { delay_min: ms_of(ms), delay_max: ms_of(ms), ..Link::GOOD };
                let agent = w.agent("1001").answers_after(1000).ready();
                w.link("telecom", slow(caller_ms));
                w.link("1001", slow(agent_ms));
                let caller = w.caller("13800000000").dials("12345");
                w.run_ms(hangs_up_at);
                caller.hangs_up();
                w.settle();
                assert!(caller.is_over() && agent.last().is_over());
                let story = super::story(&w, caller.call());
                assert_eq!(story.matches("release").count(), 1, "{story}");
                w.assert_no_leaks();
            }
        }
    }
}

fn ms_of(ms: u64) -> std::time::Duration {
    std::time::Duration::from_millis(ms)
}

#[test]
fn both_hang_up_at_once() {
    let w = world(1);
    let agent = w.agent("1001").ready();
    let caller = w.caller("13800000000").dials("12345");
    w.run_for(s(3));
    caller.hangs_up();
    agent.last().hangs_up();
    w.settle();
    assert!(caller.is_over() && agent.last().is_over());
    w.assert_no_leaks();
}

#[test]
fn a_caller_who_is_cut_off_does_not_hold_the_agent_for_ever() {
    let w = World::new(Seed(7), fixture::plan(1, 0), Options::default());
    let agent = w.agent("1001").ready();
    let caller = w.caller("13800000000").dials("12345");
    w.run_for(s(3));
    w.link("telecom", Link { cut: true, ..Link::GOOD });
    agent.last().hangs_up();
    w.run_for(s(40));
    assert_eq!(w.record(caller.call()).by, By::Agent);
    w.link("telecom", Link::GOOD);
    caller.hangs_up();
    w.settle();
    w.assert_no_leaks();
}

#[test]
fn a_request_for_a_dialog_that_nobody_has_gets_481() {
    let w = world(0);
    for method in ["BYE", "INFO", "INVITE", "UPDATE"] {
        assert_eq!(w.trunk("telecom").sends_stray(method), Some(481), "{method}");
    }
    w.assert_no_leaks();
}
