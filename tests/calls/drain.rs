//! A drain: nobody new comes in, those who are here may end, and the longest wait or a second word ends it.

use tongjie::event::{By, EndCause};
use tongjie::node::Command;
use tongjie::sim::{Caller, LegState, World};

use super::{s, world};

fn talking(w: &World) -> Caller {
    w.agent("1001").answers_after(100).ready();
    let caller = w.caller("13800000000").dials("12345");
    w.run_for(s(2));
    assert!(caller.is_connected());
    caller
}

/// Both sides got a BYE that says why.
#[track_caller]
fn ended_by_the_operator(w: &World, caller: &Caller) {
    for side in [caller, &w.agent("1001").last()] {
        assert_eq!(side.state(), LegState::Over { status: 200, by_us: false });
        let reason = side.goodbye("Reason").unwrap_or_default();
        let cause = format!("Q.850;cause={};", EndCause::EndedByOperator.q850());
        assert!(reason.starts_with(&cause), "{reason}");
    }
    let record = w.record(caller.call());
    assert_eq!((record.cause, record.by), (EndCause::EndedByOperator, By::Operator));
}

#[test]
fn new_calls_are_refused_but_not_those_to_emergency_lines_and_who_talks_may_end() {
    let w = world(1);
    let _police = w.trunk("police-a").answers_after(300);
    let caller = talking(&w);
    w.command(Command::Drain);
    let late = w.caller("13800000001").dials("12319");
    let urgent = w.caller("13800000002").dials("110");
    w.run_for(s(2));
    assert_eq!(late.statuses().last(), Some(&503));
    assert_eq!(w.record(late.call()).cause, EndCause::Draining);
    assert!(caller.is_connected() && urgent.is_connected());
    urgent.hangs_up();
    caller.hangs_up();
    w.settle();
    assert_eq!(w.record(caller.call()).cause, EndCause::NormalClearing);
    w.assert_no_leaks();
}

#[test]
fn when_its_time_is_over_everyone_left_gets_a_bye() {
    let w = world(1);
    let caller = talking(&w);
    w.command(Command::Drain);
    w.run_for(s(59));
    assert!(caller.is_connected(), "a minute is not over");
    w.run_for(s(2));
    ended_by_the_operator(&w, &caller);
    w.assert_no_leaks();
}

#[test]
fn a_second_word_ends_it_at_once() {
    let w = world(1);
    let caller = talking(&w);
    w.command(Command::Drain);
    w.command(Command::Drain);
    w.run_ms(500);
    ended_by_the_operator(&w, &caller);
    w.assert_no_leaks();
}
