//! One number, three instants: what a merged hotline's caller meets before and after the cut-off.

use expect_test::expect;
use tongjie::event::{EndCause, Mode, Phase};

use super::{check, s, world_at};

/// Calls `number` at an instant with one agent ready, talks for a second, hangs up.
#[track_caller]
fn announced_and_served(number: &str, at: &str, phase: Phase, skill: &str) {
    let w = world_at(at);
    w.agent("1001").answers_after(500).ready();
    let caller = w.caller("13800000000").dials(number);
    w.run_for(s(5));
    caller.hangs_up();
    w.settle();
    check(
        &w,
        caller.call(),
        "arrive, decide, queue general, announce merged-into-12345, invite agent 1001, ring agent 1001, \
         answer agent 1001, cut, answer caller, connect agent 1001, release NormalClearing by Caller",
    );
    assert_eq!(caller.statuses(), [100, 183, 200]);
    let record = w.record(caller.call());
    assert_eq!((record.phase, record.skill.unwrap().as_str()), (Some(phase), skill));
    assert_eq!((record.dialled.as_str(), record.agent.unwrap().as_str()), (number, "1001"));
    w.assert_no_leaks();
}

#[track_caller]
fn intercepted(number: &str) {
    let w = world_at("2022-01-01T00:00:00+08:00");
    w.agent("1001").ready();
    // The world began a moment ago; the phase holds from its first instant on.
    let caller = w.caller("13800000000").dials(number);
    w.settle();
    w.run_for(s(8));
    check(
        &w,
        caller.call(),
        "arrive, decide, announce number-cancelled, announced, release Intercepted by Node",
    );
    assert_eq!(caller.statuses().first_chunk(), Some(&[100, 183]));
    assert!(caller.statuses()[2] >= 400, "{:?}", caller.statuses());
    let record = w.record(caller.call());
    assert_eq!((record.phase, record.cause), (Some(Phase::Cancelled), EndCause::Intercepted));
    w.assert_no_leaks();
}

#[test]
fn a_full_merge_hotline_is_announced_and_queued_in_the_trial_run() {
    announced_and_served("12318", "2021-10-28T10:00:00+08:00", Phase::Trial, "culture");
}

#[test]
fn a_full_merge_hotline_is_announced_and_queued_in_its_last_second() {
    // A second of registration passes first.
    announced_and_served("12318", "2021-12-31T23:59:58.5+08:00", Phase::Formal, "culture");
}

#[test]
fn a_full_merge_hotline_is_intercepted_from_the_first_instant_of_the_new_year() {
    intercepted("12318");
}

#[test]
fn a_dual_number_without_seats_is_announced_and_queued_in_the_trial_run() {
    announced_and_served("12319", "2021-10-28T10:00:00+08:00", Phase::Trial, "city");
}

#[test]
fn a_dual_number_without_seats_is_announced_and_queued_in_its_last_second() {
    announced_and_served("12319", "2021-12-31T23:59:58.5+08:00", Phase::Formal, "city");
}

#[test]
fn a_dual_number_without_seats_is_intercepted_from_the_first_instant_of_the_new_year() {
    intercepted("12319");
}

#[test]
fn a_call_in_the_queue_at_midnight_keeps_its_phase_and_is_served() {
    let w = world_at("2021-12-31T23:59:55+08:00");
    let caller = w.caller("13800000000").dials("12319");
    w.run_for(s(20));
    w.agent("1001").ready();
    w.run_for(s(2));
    assert!(caller.is_connected());
    caller.hangs_up();
    w.settle();
    let record = w.record(caller.call());
    assert_eq!((record.phase, record.mode), (Some(Phase::Formal), Some(Mode::DualNumber)));
    w.assert_no_leaks();
}

#[test]
fn a_number_written_with_its_area_code_is_the_same_hotline() {
    for uri in ["sip:051012319@10.0.0.1", "sip:+8651012319@10.0.0.1", "tel:12319;phone-context=0510"] {
        let w = world_at("2021-10-28T10:00:00+08:00");
        let caller = w.caller("13800000000").dials_uri(uri);
        w.run_for(s(1));
        caller.hangs_up();
        w.settle();
        assert_eq!(w.record(caller.call()).hotline.unwrap().as_str(), "12319", "{uri}");
    }
}

#[test]
fn the_ladder_of_a_merged_hotline_reads_like_this() {
    let w = world_at("2021-10-28T10:00:00+08:00");
    w.agent("1001").answers_after(500).ready();
    w.run_until(|w| w.now().as_millis() >= 3000);
    let caller = w.caller("13800000000").dials("12319");
    w.run_for(s(5));
    caller.hangs_up();
    w.settle();
    let wire: String = w
        .ladder(caller.call())
        .lines()
        .filter(|l| !l.contains('*'))
        .map(|l| format!("{}\n", l.trim()))
        .collect();
    expect![[r#"
        5.003  telecom    > INVITE sip:12319@10.0.0.1:5060
        5.003  telecom    < 100 Trying
        5.003  telecom    < 183 Session Progress
        8.003  1001       < INVITE sip:1001@10.9.0.1:5060
        8.025  1001       > 180 Ringing
        8.505  1001       > 200 OK
        8.505  1001       < ACK
        8.505  telecom    < 200 OK
        8.507  telecom    > ACK
        10.003  telecom    > BYE
        10.003  telecom    < 200 OK (BYE)
        10.003  1001       < BYE
        10.005  1001       > 200 OK (BYE)
    "#]]
    .assert_eq(&wire);
}
