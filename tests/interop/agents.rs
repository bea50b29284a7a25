//! Agents' phones: who rings, who rings next, who is taken out; and their registrations.

use std::time::Duration;

use super::linphone::Linphone;
use super::node::node;

const TALK: Duration = Duration::from_millis(400);

#[test]
fn an_agent_who_lets_it_ring_is_passed_over_and_the_next_one_answers() {
    let node = node().start();
    let mut silent = node.agent("callee_silent", "1001").start();
    let mut answers = node.agent("callee_answers", "1002").start();
    node.caller("caller_leaves", 0, "12345").pause(TALK).start().succeeds();
    silent.succeeds();
    answers.succeeds();
    let cdr = node.cdr();
    assert_eq!((&cdr["missed"], &cdr["agent"]), (&serde_json::json!(["1001"]), &"1002".into()));
    node.is_at_rest();
}

#[test]
fn a_busy_agent_is_passed_over_and_the_next_one_answers() {
    let node = node().start();
    let mut busy = node.agent("callee_refuses", "1001").with("@STATUS@", "486 Busy Here").start();
    let mut answers = node.agent("callee_answers", "1002").start();
    node.caller("caller_leaves", 0, "12345").pause(TALK).start().succeeds();
    busy.succeeds();
    answers.succeeds();
    assert_eq!(node.cdr()["agent"], "1002");
}

#[test]
fn an_agent_who_misses_two_calls_in_a_row_is_taken_out() {
    let node = node().start();
    let mut silent = node.agent("callee_silent", "1001").calls(2).start();
    let mut caller = node.caller("caller_leaves", 0, "12345").pause(Duration::from_secs(9)).start();
    silent.succeeds();
    node.agent_is("1001", "not-ready");
    caller.succeeds();
    assert_eq!(node.cdr()["disposition"], "abandoned");
    node.is_at_rest();
}

#[test]
fn callers_are_served_first_come_first_served_and_a_free_agent_is_rung_at_once() {
    let node = node()
        .edit("queues.toml", r#"answer = "on-queue""#, "answer = \"on-queue\"\nwrap-up = \"0s\"")
        .start();
    let agent = node.agent("callee_leaves", "1001").calls(2).pause(TALK);
    node.set_ready("1001", false);
    let mut agent = agent.start();
    let mut first = node.caller("caller_stays", 0, "12345").start();
    node.call_is("waiting");
    let mut second = node.caller("caller_stays", 1, "12345").start();
    node.see("two wait", "status", |status| (status["waiting"] == 2).then_some(()));
    node.set_ready("1001", true);
    first.succeeds();
    second.succeeds();
    agent.succeeds();
    let cdrs = node.cdrs(2);
    let invited = cdrs[1]["legs"][1]["invited"].as_str().unwrap();
    let gap = millis(invited) - millis(cdrs[0]["released"].as_str().unwrap());
    assert!((0..=200).contains(&gap), "the next caller's agent was rung after {gap} ms");
    assert!(cdrs[0]["connected"].as_str() < cdrs[1]["connected"].as_str());
}

fn millis(at: &str) -> i64 {
    at.parse::<jiff::Timestamp>().unwrap().as_millisecond()
}

#[test]
fn a_phone_registers_with_md5_refreshes_and_takes_it_back() {
    let node = node().start();
    node.agent_is("1001", "logged-off");
    for _ in 0..2 {
        node.register("1001", "3600", "200");
        node.agent_is("1001", "ready");
    }
    node.register("1001", "0", "200");
    node.agent_is("1001", "logged-off");
}

#[test]
fn a_registration_of_less_than_a_minute_is_refused() {
    let node = node().start();
    // Shorter wishes than a minute are answered with 423 and the shortest time (RFC 3261 §10.3).
    node.register("1001", "5", "423");
    node.agent_is("1001", "logged-off");
}

#[test]
fn a_wrong_password_and_an_unknown_user_get_the_same_answer() {
    let node = node().start();
    node.register_with("1001", "wrong", "3600", "401");
    node.register_with("nobody", "wrong", "3600", "401");
    node.agent_is("1001", "logged-off");
}

#[test]
fn a_phone_registers_with_sha_256_and_takes_it_back() {
    for offered in ["sha-256", "sha-256, md5"] {
        let node = node().digest(offered).start();
        let mut phone =
            Linphone::start(node.dir(), "1001", "demo-1001", "12345.wuxi", node.sip(), node.phone_port(0));
        node.agent_is("1001", "ready");
        // Asked to unregister before it has read our 200, it does nothing.
        phone.shows("to [LinphoneRegistrationOk]");
        phone.unregister();
        node.agent_is("1001", "logged-off");
    }
}
