//! A drain: nobody new comes in, those who are here may end, and the longest wait or a second word ends it.

use tongjie::event::{By, EndCause};
use tongjie::node::view::{CallView, DrainView};
use tongjie::node::{Command, Reply};
use tongjie::sim::{Caller, LegState, Link, Manner, World};

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

fn drains(w: &World) -> DrainView {
    let Reply::Draining(view) = w.command(Command::Drain) else { panic!("no word of the drain") };
    view
}

fn listed(w: &World) -> Vec<CallView> {
    let Reply::Calls(views) = w.command(Command::Calls { unmask: false }) else { panic!("no calls") };
    views
}

fn cut(w: &World, peer: &str) {
    w.link(peer, Link { cut: true, ..Link::GOOD });
}

#[test]
fn a_drain_is_over_as_soon_as_the_last_call_is() {
    let w = world(1);
    let caller = talking(&w);
    assert_eq!(drains(&w), DrainView { since_ms: None, calls: 1, releasing: 0, ends_in_ms: 60_000 });
    w.run_for(s(5));
    assert_eq!(w.stopped(), None);
    let hung_up = w.now();
    caller.hangs_up();
    w.run_for(s(1));
    assert!(w.stopped().is_some_and(|at| at <= hung_up + s(1)), "{:?}", w.stopped());
}

#[test]
fn an_agent_who_does_not_answer_our_bye_is_named_and_holds_a_drain_four_seconds_and_not_thirty() {
    let w = world(1);
    let caller = talking(&w);
    cut(&w, "1001");
    caller.hangs_up();
    w.run_for(s(1));
    let released = w.when(caller.call(), |fact| matches!(fact, tongjie::event::Fact::CallReleased { .. }));
    let [call] = &listed(&w)[..] else { panic!("{:?}", listed(&w)) };
    assert_eq!((call.state.as_str(), call.at.as_str()), ("releasing", "agent 1001"));
    assert!(call.releasing_ms.is_some_and(|ms| (900..=1000).contains(&ms)), "{call:?}");
    let view = drains(&w);
    assert_eq!((view.calls, view.releasing), (0, 1));
    w.run_for(s(2));
    assert_eq!(w.stopped(), None, "his answer may still come");
    w.run_for(s(3));
    assert_eq!(w.stopped(), released.map(|at| at + s(4)));
    // The transaction goes on alone.
    assert_eq!(listed(&w).len(), 1);
    w.run_for(s(40));
    assert_eq!(listed(&w).len(), 0);
}

#[test]
fn a_trunk_that_does_not_answer_our_cancel_holds_a_drain_no_longer() {
    let w = world(1);
    let _tax = w.trunk("tax").treats_calls(Manner::rings());
    let caller = w.caller("13800000000").dials("12366");
    w.run_for(s(2));
    cut(&w, "tax");
    caller.hangs_up();
    w.run_ms(500);
    let [call] = &listed(&w)[..] else { panic!("{:?}", listed(&w)) };
    assert_eq!((call.state.as_str(), call.at.as_str()), ("releasing", "trunk tax"));
    drains(&w);
    w.run_for(s(5));
    assert!(w.stopped().is_some());
}

#[test]
fn a_call_that_goes_on_holds_a_drain_whoever_else_is_silent() {
    let w = world(2);
    let first = talking(&w);
    let _second = w.agent("1002").answers_after(100).ready();
    let other = w.caller("13800000001").dials("12345");
    w.run_for(s(2));
    assert!(other.is_connected());
    cut(&w, "1001");
    first.hangs_up();
    drains(&w);
    w.run_for(s(10));
    assert_eq!(w.stopped(), None);
    other.hangs_up();
    w.run_for(s(1));
    assert!(w.stopped().is_some());
}

#[test]
fn a_second_word_learns_since_when_the_first_holds() {
    let w = world(1);
    let _caller = talking(&w);
    drains(&w);
    w.run_for(s(12));
    assert_eq!(drains(&w), DrainView { since_ms: Some(12_000), calls: 1, releasing: 0, ends_in_ms: 0 });
    assert!(w.stopped().is_some());
}
