//! What an agent's phone is told: who calls, which hotline was dialled, how to greet. And what it is not.

use super::{s, world};

#[test]
fn the_agents_phone_shows_the_hotline_and_the_caller() {
    let w = world(1);
    let agent = w.agent("1001").ready();
    let caller = w.caller("13800000000").dials("12319");
    w.run_for(s(5));
    let (leg, call) = (agent.last(), caller.call().to_string());
    let header = |name: &str| leg.header(name).unwrap_or_default();
    assert!(header("From").starts_with("\"12319 城建服务热线\" <sip:13800000000@"), "{}", header("From"));
    assert!(header("P-Asserted-Identity").contains("13800000000"));
    assert_eq!(header("X-Tongjie-Call"), call);
    assert_eq!(header("X-Tongjie-Hotline"), "12319");
    assert_eq!(header("X-Tongjie-Name"), "城建服务热线");
    assert_eq!(header("X-Tongjie-Mode"), "dual-number");
    assert_eq!(header("X-Tongjie-Greeting"), "您好,12345");
    assert_eq!(header("Max-Forwards"), "69");
}

#[test]
fn a_dedicated_queue_greets_with_its_own_name() {
    let w = world(1);
    let agent = w.agent("1001").ready();
    let _caller = w.caller("13800000000").dials("12333");
    w.run_for(s(33));
    assert_eq!(agent.last().header("X-Tongjie-Greeting").as_deref(), Some("您好,人社12333"));
    assert_eq!(agent.last().header("X-Tongjie-Mode").as_deref(), Some("dual-number"));
}

#[test]
fn a_caller_who_withholds_his_number_is_shown_to_nobody() {
    let w = world(1);
    let agent = w.agent("1001").ready();
    let caller = w.caller("13812345678").withheld().dials("12345");
    w.run_for(s(3));
    let headers = agent.last().headers();
    assert!(!headers.contains("13812345678"), "{headers}");
    assert!(agent.last().header("From").unwrap().contains("anonymous"));
    caller.hangs_up();
    w.settle();
    let record = w.record(caller.call());
    assert!(record.withheld);
    assert_eq!(record.caller.as_str(), "13812345678");
}

#[test]
fn the_asserted_number_of_a_trusted_trunk_is_the_callers() {
    let w = world(1);
    let agent = w.agent("1001").ready();
    let _caller =
        w.caller("051088880000").with("P-Asserted-Identity", "<sip:13811112222@telecom>").dials("12345");
    w.run_for(s(3));
    assert!(agent.last().header("From").unwrap().contains("13811112222"));
}

#[test]
fn a_trunk_that_is_not_trusted_asserts_nothing() {
    let w = world(1);
    let agent = w.agent("1001").ready();
    let caller = w
        .caller_on("tax", "051088880000")
        .with("P-Asserted-Identity", "<sip:110@tax>")
        .with("Diversion", "<sip:12319@tax>")
        .dials("12345");
    w.run_for(s(3));
    assert!(agent.last().header("From").unwrap().contains("051088880000"));
    caller.hangs_up();
    w.settle();
    assert_eq!(w.record(caller.call()).hotline.unwrap().as_str(), "12345");
}

#[test]
fn a_forwarded_call_is_known_by_its_diversion_and_by_its_history() {
    for (name, value) in [
        ("Diversion", "<sip:12319@telecom>;reason=unconditional"),
        ("History-Info", "<sip:12319@telecom>;index=1, <sip:12345@telecom>;index=1.1"),
    ] {
        let w = world(1);
        let agent = w.agent("1001").ready();
        let _caller = w.caller("13800000000").with(name, value).dials("12345");
        w.run_for(s(5));
        assert_eq!(agent.last().header("X-Tongjie-Hotline").as_deref(), Some("12319"), "{name}");
    }
}
