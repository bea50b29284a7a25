//! Agents' phones: who rings, who rings next, who is taken out; and their registrations.

use std::time::Duration;

use super::baresip::Baresip;
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
    // Each record rounds its instants to the millisecond for itself.
    assert!((-1..=200).contains(&gap), "the next caller's agent was rung after {gap} ms");
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
fn a_registration_shorter_than_the_shortest_is_refused_and_told_how_long_it_must_be() {
    for (shortest, too_short, told) in [("60s", "59", "60"), ("3s", "2", "3")] {
        let node = node().register_min(shortest).start();
        let mut phone = node.registers("register", "1001", "demo-1001", too_short, "423").start();
        phone.succeeds();
        // RFC 3261 §10.3 step 7.
        assert!(phone.logged().contains(&format!("Min-Expires: {told}\n")), "{}", phone.story());
        node.agent_is("1001", "logged-off");
        node.register("1001", told, "200");
    }
}

#[test]
fn an_agent_whose_phone_dies_is_logged_off_when_its_registration_ends_and_the_next_caller_waits() {
    let node = node().register_min("1s").start();
    // The caller is there first, so the phone is rung within the two seconds that its registration lasts.
    let mut served = node.caller("caller_leaves", 0, "12345").pause(Duration::from_millis(500)).start();
    node.call_is("waiting");
    let mut phone =
        Baresip::start_for(node.dir(), "1001", "demo-1001", node.sip(), node.phone_port(0), 1_000.0, 2);
    served.succeeds();
    assert_eq!(node.cdr()["agent"], "1001", "{}", phone.screen());
    phone.dies();
    node.agent_is("1001", "logged-off");
    let listed = String::from_utf8(node.tongjie(&["agents"]).stdout).unwrap();
    let line = listed.lines().find(|line| line.contains("1001")).unwrap();
    assert!(line.contains("logged-off"), "{listed}");
    let mut waits = node.caller("caller_leaves", 1, "12345").pause(Duration::from_millis(500)).start();
    node.call_is("waiting");
    waits.succeeds();
    let cdr = node.cdrs(2).remove(1);
    assert_eq!((&cdr["disposition"], &cdr["agent"]), (&"abandoned".into(), &serde_json::Value::Null));
    node.is_at_rest();
}

#[test]
fn a_phone_that_refreshes_in_time_stays_longer_than_its_registration_and_leaves_when_it_falls_silent() {
    let node = node().register_min("1s").start();
    // Three seconds, twelve times, more than 300 ms apart.
    node.registers("register_again", "1001", "demo-1001", "3", "200")
        .pause(Duration::from_millis(300))
        .start()
        .succeeds();
    let log = node.log();
    assert_eq!(log.matches("agent 1001 has a phone at").count(), 12, "{log}");
    assert!(!log.contains("agent 1001 has no phone"), "{log}");
    node.agent_is("1001", "logged-off");
    node.logs("agent 1001 has no phone: the registration ran out");
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
