//! RTP ports that another program holds: nobody is left in silence.

use std::time::Duration;

use super::node::node;
use super::sound;

#[test]
fn a_call_takes_the_next_port_when_another_program_holds_the_first_ones_and_both_sides_hear() {
    let node = node().without_ports(3).start();
    let mut agent = node.agent("callee_answers", "1001").pause(Duration::from_millis(300)).start();
    let agent_ear = node.ear(&agent, 1_000.0);
    let mut caller = node.caller("caller_leaves", 0, "12345").pause(Duration::from_secs(2)).start();
    let caller_ear = node.ear(&caller, 440.0);
    caller.succeeds();
    agent.succeeds();
    for (ear, hertz) in [(&caller_ear, 1_000.0), (&agent_ear, 440.0)] {
        let time = sound::tone_time(hertz, &ear.samples());
        assert!(time >= Duration::from_millis(1_000), "heard {hertz} Hz for {time:?} only\n{}", node.log());
    }
    let log = node.log();
    assert!(log.contains("3 RTP ports cannot be bound, calls take the other 47"), "{log}");
    node.see("three ports are missing", "status", |status| {
        (status["ports_unbound"] == 3 && status["ports_total"] == 47).then_some(())
    });
}

#[test]
fn with_every_port_held_a_caller_gets_503_and_the_next_is_served_once_they_are_free() {
    let mut node = node().without_ports(50).start();
    node.caller("caller_refused", 0, "12345").with("@STATUS@", "503").start().succeeds();
    node.caller("caller_refused", 1, "110").with("@STATUS@", "503").start().succeeds();
    let causes: Vec<_> = node.cdrs(2).into_iter().map(|cdr| cdr["cause"].clone()).collect();
    assert_eq!(causes, ["ec22", "ec22"]);
    node.frees_ports();
    node.see("ports are bound again", "status", |status| (status["ports_unbound"] == 0).then_some(()));
    let mut agent = node.agent("callee_answers", "1001").pause(Duration::from_millis(300)).start();
    let mut caller = node.caller("caller_leaves", 0, "12345").pause(Duration::from_secs(2)).start();
    let caller_ear = node.ear(&caller, 440.0);
    let _agent_ear = node.ear(&agent, 1_000.0);
    caller.succeeds();
    agent.succeeds();
    let time = sound::tone_time(1_000.0, &caller_ear.samples());
    assert!(time >= Duration::from_millis(1_000), "heard for {time:?} only");
}
