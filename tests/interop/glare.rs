//! Changes of a session that meet: by both sides at once, and by one side that does not wait (RFC 3261 §14).

use std::time::Duration;

use super::ear::Ear;
use super::node::node;
use super::sound;

const CALLER: f32 = 440.0;
const AGENT: f32 = 1_000.0;

#[track_caller]
fn hears(ear: &Ear, hertz: f32, at_least_ms: u128, at_most_ms: u128) {
    let time = sound::tone_time(hertz, &ear.samples());
    assert!((at_least_ms..=at_most_ms).contains(&time.as_millis()), "heard {hertz} Hz for {time:?}");
}

#[test]
fn caller_and_agent_hold_each_other_at_once_and_both_hear_each_other_again_after() {
    let node = node().start();
    let mut agent = node.agent("callee_holds", "1001").pause(Duration::from_secs(2)).start();
    let agent_ear = node.ear(&agent, AGENT);
    let mut caller = node.caller("caller_holds", 0, "12345").pause(Duration::from_secs(2)).start();
    let caller_ear = node.ear(&caller, CALLER);
    caller.succeeds();
    agent.succeeds();
    // Two seconds before the holds and two after them, of six.
    hears(&caller_ear, AGENT, 3_200, 4_700);
    hears(&agent_ear, CALLER, 3_200, 4_700);
    let log = node.log();
    let at = |words: &str| log.match_indices(words).map(|(at, _)| at).collect::<Vec<_>>();
    let (held, back) = (at("puts the other side on hold"), at("takes the other side back"));
    assert_eq!((held.len(), back.len()), (2, 2), "{log}");
    assert!(held[1] < back[0], "the holds met: {log}");
    assert_eq!(node.cdr()["holds"], 2);
    node.is_at_rest();
}

#[test]
fn a_caller_who_sends_a_second_invite_too_early_is_told_to_wait_and_his_call_goes_on() {
    let node = node().start();
    let agent = node.agent("callee_answers", "1001").pause(Duration::from_millis(100));
    node.set_ready("1001", false);
    let mut agent = agent.start();
    let agent_ear = node.ear(&agent, AGENT);
    let mut caller = node.caller("caller_hurries", 0, "12319").pause(Duration::from_secs(2)).start();
    let caller_ear = node.ear(&caller, CALLER);
    super::wait::until(&format!("500\n{}", caller.story()), Duration::from_secs(20), || {
        caller.logged().contains("Retry-After").then_some(())
    });
    node.set_ready("1001", true);
    caller.succeeds();
    agent.succeeds();
    // RFC 3261 §14.2: between 0 and 10.
    let waits: Vec<u32> = caller
        .logged()
        .lines()
        .filter_map(|line| line.strip_prefix("Retry-After ")?.trim().parse().ok())
        .collect();
    assert!(waits.len() == 2 && waits.iter().all(|wait| *wait <= 10), "{waits:?}");
    hears(&caller_ear, AGENT, 3_000, 6_000);
    hears(&agent_ear, CALLER, 3_000, 6_000);
    let cdr = node.cdr();
    assert_eq!((&cdr["disposition"], &cdr["holds"]), (&"connected".into(), &1.into()));
    node.is_at_rest();
}

#[test]
fn an_agents_phone_that_offers_a_change_while_it_rings_gets_491_and_the_call_is_answered_all_the_same() {
    let node = node().start();
    let mut agent = node.agent("callee_hurries", "1001").start();
    let agent_ear = node.ear(&agent, AGENT);
    let mut caller = node.caller("caller_leaves", 0, "12345").pause(Duration::from_secs(2)).start();
    let caller_ear = node.ear(&caller, CALLER);
    caller.succeeds();
    agent.succeeds();
    hears(&caller_ear, AGENT, 1_500, 3_000);
    hears(&agent_ear, CALLER, 1_500, 3_000);
    assert_eq!(node.cdr()["holds"], 0);
    node.is_at_rest();
}
