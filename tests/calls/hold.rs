//! Hold and resume by either side, glare, and both at once.

use tongjie::sim::{Caller, Direction, World};

use super::{check, s, world};

fn talking(w: &World) -> (Caller, Caller) {
    w.agent("1001").answers_after(100).ready();
    let caller = w.caller("13800000000").dials("12345");
    w.run_for(s(2));
    assert!(caller.is_connected());
    (caller, w.agent("1001").last())
}

#[track_caller]
fn holds_and_resumes(who: &str, pick: impl Fn((Caller, Caller)) -> (Caller, Caller)) {
    let w = world(1);
    let (holder, other) = pick(talking(&w));
    holder.holds();
    w.run_for(s(2));
    assert_eq!((holder.direction(), other.is_connected()), (Direction::SendOnly, true));
    holder.resumes();
    w.run_for(s(2));
    assert_eq!((holder.direction(), other.direction()), (Direction::SendRecv, Direction::SendRecv));
    assert!(holder.versions_rose() && other.versions_rose());
    holder.hangs_up();
    w.settle();
    let (by, call) = if who == "caller" { ("Caller", holder.call()) } else { ("Agent", other.call()) };
    check(
        &w,
        call,
        &format!(
            "arrive, decide, queue general, invite agent 1001, ring agent 1001, answer agent 1001, answer caller, \
             connect agent 1001, hold {who}, resume {who}, release NormalClearing by {by}"
        ),
    );
    assert_eq!(w.record(call).holds, 1);
    w.assert_no_leaks();
}

#[test]
fn the_caller_holds_and_resumes() {
    holds_and_resumes("caller", |pair| pair);
}

#[test]
fn the_agent_holds_and_resumes() {
    holds_and_resumes("agent 1001", |(caller, agent)| (agent, caller));
}

#[test]
fn both_sides_hold_at_once_and_nothing_collides() {
    let w = world(1);
    let (caller, agent) = talking(&w);
    caller.holds();
    agent.holds();
    w.run_for(s(5));
    assert_eq!((caller.direction(), agent.direction()), (Direction::SendOnly, Direction::SendOnly));
    caller.resumes();
    agent.resumes();
    w.run_for(s(5));
    assert_eq!((caller.direction(), agent.direction()), (Direction::SendRecv, Direction::SendRecv));
    caller.hangs_up();
    w.settle();
    assert_eq!(w.record(caller.call()).holds, 2);
    w.assert_no_leaks();
}

#[test]
fn a_caller_who_hangs_up_while_held_is_released() {
    let w = world(1);
    let (caller, agent) = talking(&w);
    agent.holds();
    w.run_for(s(1));
    caller.hangs_up();
    w.settle();
    assert!(agent.is_over());
    w.assert_no_leaks();
}
