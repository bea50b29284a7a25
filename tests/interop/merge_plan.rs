//! What each kind of number does when it is really called: the merge plan on the wire.

use std::net::UdpSocket;
use std::time::Duration;

use super::node::{Node, node};
use super::sipp::Sipp;

const TALK: Duration = Duration::from_millis(400);

/// A short call of this number to whoever answers.
fn short_call(node: &Node, number: &str) -> Sipp {
    node.caller("caller_leaves", 0, number).pause(TALK)
}

#[track_caller]
fn is_announced_and_queued(number: &str, skill: &str) {
    let node = node().start();
    let mut agent = node.agent("callee_answers", "1001").with("@HEADER@", "X-Tongjie-Mode").start();
    short_call(&node, number).start().succeeds();
    agent.succeeds();
    let cdr = node.cdr();
    assert_eq!(cdr["phase"], "trial", "{cdr:#}");
    assert_eq!(cdr["prompts"], serde_json::json!(["merged-into-12345"]), "{cdr:#}");
    assert_eq!(
        (&cdr["queue"], &cdr["skill"], &cdr["agent"]),
        (&"general".into(), &skill.into(), &"1001".into())
    );
    assert_eq!((&cdr["dialled"], &cdr["disposition"]), (&number.into(), &"connected".into()));
    assert!(
        agent.logged().contains(&format!("\"{number} ")),
        "the phone shows the hotline\n{}",
        agent.logged()
    );
    assert!(agent.logged().contains("<sip:13800001234@"), "and who calls\n{}", agent.logged());
    node.is_at_rest();
}

#[test]
fn in_the_trial_12318_is_announced_and_queued_with_its_skill() {
    is_announced_and_queued("12318", "culture-tourism");
}

#[test]
fn in_the_trial_12319_is_announced_and_queued_with_its_skill() {
    is_announced_and_queued("12319", "city-management");
}

/// One node lives through the midnight on which both numbers end.
#[track_caller]
fn ends_at_midnight(number: &'static str) {
    // A program may take longer to start than the second has left: then the evening is played again. What is
    // asserted is the very last second and the very first.
    let exact = (0..4).any(|_| plays_midnight(number));
    assert!(exact, "no call arrived in the last second, in four evenings");
}

/// Whether the two calls arrived in the last second and in the first; if so, everything about them holds.
fn plays_midnight(number: &'static str) -> bool {
    let node = node().at("2021-12-31T23:59:52+08:00").start();
    let mut agent = node.agent("callee_answers", "1001").start();
    clock_is_past(&node, "2021-12-31T23:59:59");
    let mut last = node.caller("caller_leaves", 0, number).pause(Duration::from_secs(2)).start();
    clock_is_past(&node, "2022-01-01T00:00:00");
    let mut first = node.caller("caller_refused", 1, number).with("@STATUS@", "410").start();
    let cdrs = node.cdrs(2);
    let at = |n: usize| cdrs[n]["arrived"].as_str().unwrap()[..19].to_owned();
    if (at(0).as_str(), at(1).as_str()) != ("2021-12-31T23:59:59", "2022-01-01T00:00:00") {
        return false;
    }
    first.succeeds();
    last.succeeds();
    agent.succeeds();
    assert_eq!((&cdrs[0]["phase"], &cdrs[0]["disposition"]), (&"formal".into(), &"connected".into()));
    assert_eq!(cdrs[0]["queue"], "general", "a call keeps the phase it arrived in");
    assert_eq!((&cdrs[1]["phase"], &cdrs[1]["disposition"]), (&"cancelled".into(), &"intercepted".into()));
    assert_eq!(cdrs[1]["prompts"], serde_json::json!(["number-cancelled"]));
    node.is_at_rest();
    true
}

#[track_caller]
fn clock_is_past(node: &Node, second: &str) {
    node.see(&format!("the clock is past {second}"), "status", |status| {
        (status["clock"].as_str().unwrap() >= second).then_some(())
    });
}

#[test]
fn the_last_12318_call_before_midnight_is_served_and_the_first_after_it_intercepted() {
    ends_at_midnight("12318");
}

#[test]
fn the_last_12319_call_before_midnight_is_served_and_the_first_after_it_intercepted() {
    ends_at_midnight("12319");
}

#[test]
fn a_number_with_dedicated_seats_goes_to_its_own_queue_without_announcement() {
    let node = node().start();
    let mut agent = node.agent("callee_answers", "1002").with("@HEADER@", "X-Tongjie-Greeting").start();
    short_call(&node, "12333").start().succeeds();
    agent.succeeds();
    assert!(agent.logged().contains("您好,人社12333"), "{}", agent.logged());
    let cdr = node.cdr();
    assert_eq!(
        (&cdr["queue"], &cdr["mode"], &cdr["agent"]),
        (&"hrss".into(), &"dual-number".into(), &"1002".into())
    );
    assert_eq!(cdr["prompts"], serde_json::json!([]));
}

#[test]
fn a_dedicated_queue_without_people_spills_to_the_general_one_and_the_hotline_stays_known() {
    let node = node().edit("queues.toml", r#"after = "30s""#, r#"after = "2s""#).start();
    let mut agent = node.agent("callee_answers", "1001").with("@HEADER@", "X-Tongjie-Hotline").start();
    node.caller("caller_leaves", 0, "12333").pause(Duration::from_secs(4)).start().succeeds();
    agent.succeeds();
    assert!(agent.logged().contains("X-Tongjie-Hotline: 12333"), "{}", agent.logged());
    let cdr = node.cdr();
    assert_eq!((&cdr["queues"], &cdr["overflows"]), (&serde_json::json!(["hrss", "general"]), &1.into()));
    assert_eq!((&cdr["hotline"], &cdr["agent"]), (&"12333".into(), &"1001".into()));
    let wait = cdr["wait_ms"].as_i64().unwrap();
    assert!((2_000..3_500).contains(&wait), "spilled after 2 s, not {wait} ms");
}

#[test]
fn a_sub_centers_call_goes_to_its_trunk() {
    let node = node().start();
    let mut tax = node.trunk("callee_answers", "tax").start();
    short_call(&node, "12366").start().succeeds();
    tax.succeeds();
    let cdr = node.cdr();
    assert_eq!((&cdr["trunk_in"], &cdr["trunk_out"]), (&"telecom".into(), &"tax".into()));
    assert_eq!((&cdr["mode"], &cdr["disposition"]), (&"sub-center".into(), &"connected".into()));
    assert_eq!((&cdr["queue"], &cdr["by"]), (&serde_json::Value::Null, &"caller".into()));
    node.is_at_rest();
}

#[test]
fn a_sub_center_that_answers_503_sends_the_caller_back_to_12345() {
    let node = node().start();
    let mut tax = node.trunk("callee_refuses", "tax").with("@STATUS@", "503 Service Unavailable").start();
    let mut agent = node.agent("callee_answers", "1001").start();
    short_call(&node, "12366").start().succeeds();
    tax.succeeds();
    agent.succeeds();
    let cdr = node.cdr();
    assert_eq!(
        (&cdr["queue"], &cdr["agent"], &cdr["hotline"]),
        (&"general".into(), &"1001".into(), &"12366".into())
    );
}

#[test]
fn a_sub_center_that_is_silent_sends_the_caller_back_to_12345() {
    let node = node().start();
    let _silent = UdpSocket::bind(("127.0.0.1", node.trunk_port("tax"))).unwrap();
    let mut agent = node.agent("callee_answers", "1001").start();
    short_call(&node, "12366").start().succeeds();
    agent.succeeds();
    let cdr = node.cdr();
    assert_eq!((&cdr["queue"], &cdr["disposition"]), (&"general".into(), &"connected".into()));
}

#[test]
fn the_one_number_itself_goes_to_the_general_queue() {
    let node = node().start();
    let mut agent = node.agent("callee_answers", "1001").start();
    short_call(&node, "12345").start().succeeds();
    agent.succeeds();
    let cdr = node.cdr();
    assert_eq!(
        (&cdr["mode"], &cdr["queue"], &cdr["prompts"]),
        (&"direct".into(), &"general".into(), &serde_json::json!([]))
    );
    node.is_at_rest();
}

#[test]
fn an_alias_is_announced_and_goes_where_its_hotline_goes_under_both_names() {
    let node = node().start();
    let mut agent = node.agent("callee_answers", "1003").with("@HEADER@", "X-Tongjie-Dialled").start();
    short_call(&node, "12331").start().succeeds();
    agent.succeeds();
    assert!(agent.logged().contains("X-Tongjie-Dialled: 12331"), "{}", agent.logged());
    let cdr = node.cdr();
    assert_eq!((&cdr["dialled"], &cdr["final_number"]), (&"12331".into(), &"12315".into()));
    assert_eq!((&cdr["hotline"], &cdr["queue"]), (&"12315".into(), &"market".into()));
}

#[test]
fn an_unknown_number_gets_404_after_a_spoken_notice() {
    let node = node().start();
    node.caller("caller_refused", 0, "99887766").with("@STATUS@", "404").start().succeeds();
    let cdr = node.cdr();
    assert_eq!((&cdr["disposition"], &cdr["cause"]), (&"refused".into(), &"ec04".into()));
    assert_eq!(
        (&cdr["prompts"], &cdr["hotline"]),
        (&serde_json::json!(["unknown-number"]), &serde_json::Value::Null)
    );
    node.is_at_rest();
}

#[test]
fn a_call_to_an_emergency_line_goes_straight_to_its_trunks_and_never_waits_or_hears_an_announcement() {
    let node = node().start();
    let mut first =
        node.trunk("callee_refuses", "police-a").with("@STATUS@", "503 Service Unavailable").start();
    let mut second = node.trunk("callee_answers", "police-b").start();
    short_call(&node, "110").start().succeeds();
    first.succeeds();
    second.succeeds();
    let cdr = node.cdr();
    assert_eq!((&cdr["mode"], &cdr["trunk_out"]), (&"emergency".into(), &"police-b".into()));
    assert_eq!((&cdr["queues"], &cdr["prompts"]), (&serde_json::json!([]), &serde_json::json!([])));
}
