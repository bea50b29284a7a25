//! Agents' phones register with digest, refresh, expire, and leave.

use tongjie::event::{AgentState, Fact};
use tongjie::sim::{Hash, Link, World, fixture};

use super::{s, world};

fn told(w: &World, is_it: impl Fn(&Fact) -> bool) -> usize {
    w.other_facts().iter().filter(|fact| is_it(fact)).count()
}

#[test]
fn a_phone_registers_with_either_hash() {
    for hash in [Hash::Md5, Hash::Sha256] {
        let w = world(1);
        let phone = w.agent("1001").logs_on(hash, 300);
        w.run_for(s(2));
        assert_eq!((phone.status(), phone.state()), (Some(200), AgentState::Ready), "{hash:?}");
    }
}

#[test]
fn a_wrong_password_is_refused_and_told() {
    let w = world(1);
    let phone = w.agent("1001").logs_on_as("wrong", Hash::Sha256, 300);
    w.run_for(s(5));
    assert_eq!((phone.status(), phone.state()), (Some(401), AgentState::LoggedOff));
    assert_eq!(
        told(&w, |f| matches!(f, Fact::RegistrationRefused { user, more: 0, .. } if user == "1001")),
        1
    );
    // It tries again and again, each time a line in the log: now it is told once a minute.
    for _ in 0..12 {
        let _again = w.agent("1001").logs_on_as("wrong", Hash::Sha256, 300);
        w.run_for(s(10));
    }
    let told = w.other_facts().into_iter().filter_map(|fact| match fact {
        Fact::RegistrationRefused { more, .. } => Some(more),
        _ => None,
    });
    let told: Vec<u64> = told.collect();
    assert_eq!((told.len(), told[0]), (2, 0), "{told:?}");
    assert!(told[1] >= 5, "{told:?}");
}

#[test]
fn a_phone_that_refreshes_stays_and_is_not_told_as_new() {
    let w = world(1);
    let phone = w.agent("1001").logs_on(Hash::Md5, 60);
    w.run_for(s(600));
    assert_eq!((phone.status(), phone.state()), (Some(200), AgentState::Ready));
    assert_eq!(told(&w, |f| matches!(f, Fact::AgentUnregistered { .. })), 0);
    assert_eq!(told(&w, |f| matches!(f, Fact::AgentChanged { state: AgentState::Ready, .. })), 1);
}

#[test]
fn a_phone_that_falls_silent_expires_and_is_not_rung() {
    let w = world(1);
    let phone = w.agent("1001").logs_on(Hash::Md5, 60);
    w.run_for(s(2));
    w.link("1001", Link { cut: true, ..Link::GOOD });
    w.run_for(s(70));
    assert_eq!(phone.state(), AgentState::LoggedOff);
    assert_eq!(told(&w, |f| matches!(f, Fact::AgentUnregistered { expired: true, .. })), 1);
    w.link("1001", Link::GOOD);
    let caller = w.caller("13800000000").dials("12345");
    w.run_ms(500);
    assert_eq!(phone.rang(), 0);
    // It comes back by itself and is rung for the caller who waits.
    w.run_for(s(60));
    assert_eq!((phone.state(), phone.rang()), (AgentState::Busy, 1));
    caller.hangs_up();
    w.settle();
}

#[test]
fn a_phone_that_unregisters_leaves_at_once() {
    let w = world(1);
    let phone = w.agent("1001").ready().logs_on(Hash::Sha256, 0);
    w.run_for(s(2));
    assert_eq!((phone.status(), phone.state()), (Some(200), AgentState::LoggedOff));
    assert_eq!(told(&w, |f| matches!(f, Fact::AgentUnregistered { expired: false, .. })), 1);
    w.assert_no_leaks();
}

#[test]
fn an_agent_whom_a_plan_drops_and_the_next_has_again_takes_calls_without_registering_anew() {
    let w = world(1);
    let phone = w.agent("1001").logs_on(Hash::Sha256, 3600);
    w.run_for(s(2));
    w.reload(&fixture::plan(0, 0));
    w.run_for(s(2));
    w.reload(&fixture::plan(1, 0));
    w.run_for(s(2));
    assert_eq!(phone.state(), AgentState::Ready);
    let caller = w.caller("13800000000").dials("12345");
    w.run_for(s(2));
    assert_eq!(phone.rang(), 1);
    caller.hangs_up();
    w.settle();
}
