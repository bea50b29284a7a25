//! Somebody hangs up: at every stage both sides get the right message, and nothing is left.

use std::time::Duration;

use super::node::node;

const SHORT: Duration = Duration::from_millis(300);

#[test]
fn a_caller_who_hangs_up_during_the_announcement_is_gone_with_487() {
    let node = node().start();
    node.caller("caller_cancels", 0, "12319").with("@WHEN@", "183").pause(SHORT).start().succeeds();
    let cdr = node.cdr();
    assert_eq!((&cdr["disposition"], &cdr["by"]), (&"abandoned".into(), &"caller".into()));
    assert_eq!((&cdr["answered"], &cdr["queue"]), (&serde_json::Value::Null, &"general".into()));
    node.is_at_rest();
}

#[test]
fn a_caller_who_hangs_up_while_waiting_is_gone_with_bye() {
    let node = node().start();
    let mut caller = node.caller("caller_leaves", 0, "12345").pause(Duration::from_secs(2)).start();
    node.call_is("waiting");
    caller.succeeds();
    let cdr = node.cdr();
    assert_eq!((&cdr["disposition"], &cdr["cause"]), (&"abandoned".into(), &"ec02".into()));
    node.is_at_rest();
}

#[test]
fn a_caller_who_hangs_up_while_a_phone_rings_silences_it() {
    let node = node().edit("queues.toml", r#"ring = "3s""#, r#"ring = "20s""#).start();
    let mut agent = node.agent("callee_silent", "1001").start();
    let mut caller = node.caller("caller_leaves", 0, "12345").pause(Duration::from_secs(2)).start();
    node.call_is("ringing");
    caller.succeeds();
    agent.succeeds();
    assert_eq!(node.cdr()["disposition"], "abandoned");
    node.agent_is("1001", "ready");
    node.is_at_rest();
}

#[test]
fn a_caller_who_hangs_up_while_a_sub_center_rings_silences_it() {
    let node = node().start();
    let mut tax = node.trunk("callee_silent", "tax").start();
    node.caller("caller_cancels", 0, "12366").with("@WHEN@", "183").pause(SHORT).start().succeeds();
    tax.succeeds();
    assert_eq!(node.cdr()["disposition"], "abandoned");
    node.is_at_rest();
}

#[test]
fn an_agent_who_hangs_up_ends_the_callers_leg_with_bye() {
    let node = node().start();
    let mut agent = node.agent("callee_leaves", "1001").pause(SHORT).start();
    node.caller("caller_stays", 0, "12345").start().succeeds();
    agent.succeeds();
    let cdr = node.cdr();
    assert_eq!((&cdr["disposition"], &cdr["by"]), (&"connected".into(), &"agent".into()));
    node.is_at_rest();
}

#[test]
fn a_bye_for_a_dialog_nobody_knows_gets_481() {
    let node = node().start();
    node.caller("stray_bye", 0, "12345").start().succeeds();
}

#[test]
fn sigterm_drains_new_calls_get_503_and_what_is_left_gets_bye() {
    let mut node = node().start();
    let mut agent = node.agent("callee_answers", "1001").start();
    let mut caller = node.caller("caller_stays", 0, "12345").start();
    node.call_is("connected");
    node.signal(nix::sys::signal::Signal::SIGTERM);
    node.see("it drains", "status", |status| (!status["draining_ms"].is_null()).then_some(()));
    node.caller("caller_refused", 1, "12345").with("@STATUS@", "503").start().succeeds();
    caller.succeeds();
    agent.succeeds();
    assert_eq!(node.ends(), Some(0), "{}", node.log());
    let causes: Vec<_> = node.cdrs(2).into_iter().map(|cdr| cdr["cause"].clone()).collect();
    assert_eq!(causes, ["ec15", "ec14"]);
}
