//! RTP ports that another program holds: no call gets one, and who gets none is told so at once.

use std::collections::BTreeSet;
use std::time::Duration;

use tongjie::cdr::Disposition;
use tongjie::event::{EndCause, Fact};
use tongjie::node::{Command, Reply};
use tongjie::sim::{Caller, Options, Seed, World, fixture};

use super::{check, s};

/// The range of the fixture's settings.
const ALL: std::ops::Range<u16> = 20_000..60_000;

/// A world with an agent in which all ports are held but `free`.
fn world_of(free: &[u16]) -> World {
    let held: BTreeSet<u16> = ALL.filter(|port| !free.contains(port)).collect();
    World::new(Seed(7), fixture::plan(1, 0), Options { sound: true, held, ..Options::default() })
}

/// The first so many even ports.
fn first(count: u16) -> Vec<u16> {
    ALL.step_by(2).take(count.into()).collect()
}

#[track_caller]
fn hears(w: &World, who: &Caller, tone: u32) {
    let from = w.now();
    w.run_for(s(1));
    assert!(who.share(tone, from) > 0.8 && who.longest_silence(from) <= Duration::from_millis(200));
}

#[track_caller]
fn refused_for_want_of_a_port(w: &World, caller: &Caller) {
    assert_eq!(caller.statuses().last(), Some(&503), "{}", w.ladder(caller.call()));
    let record = w.record(caller.call());
    assert_eq!((record.cause, record.disposition), (EndCause::NoPort, Disposition::Failed));
    assert!(w.facts(caller.call()).contains(&Fact::LimitReached { what: "media-ports" }));
}

#[test]
fn a_held_port_is_passed_over_and_caller_and_agent_hear_each_other() {
    let held = BTreeSet::from([20_000, 20_004, 20_006]);
    let w = World::new(Seed(7), fixture::plan(1, 0), Options { sound: true, held, ..Options::default() });
    let agent = w.agent("1001").answers_after(500).ready();
    let caller = w.caller("13800000000").dials("12345");
    w.run_for(s(3));
    let agent = agent.last();
    hears(&w, &caller, agent.tone());
    hears(&w, &agent, caller.tone());
    let Reply::Status(status) = w.command(Command::Status) else { panic!("no status") };
    assert_eq!((status.ports_used, status.ports_total, status.ports_unbound), (2, 19_997, 3));
    caller.hangs_up();
    w.settle();
    w.assert_no_leaks();
}

#[test]
fn with_every_port_held_a_caller_gets_503_with_the_cause_and_is_served_once_ports_are_free() {
    let w = world_of(&[]);
    let agent = w.agent("1001").answers_after(500).ready();
    for number in ["12345", "110"] {
        let caller = w.caller("13800000000").dials(number);
        w.run_for(s(1));
        refused_for_want_of_a_port(&w, &caller);
        let refusal = w.ladder(caller.call());
        assert!(refusal.contains("503"), "{refusal}");
    }
    w.frees([20_010, 20_018]);
    let caller = w.caller("13800000001").dials("12345");
    w.run_for(s(3));
    hears(&w, &caller, agent.last().tone());
    caller.hangs_up();
    w.settle();
    w.assert_no_leaks();
}

#[test]
fn of_the_ports_that_are_free_a_tenth_is_kept_for_emergency_lines() {
    let w = world_of(&first(20));
    let police = w.trunk("police-a").answers_after(300);
    let waiting: Vec<Caller> = (10..28).map(|n| w.caller(&format!("138000000{n}")).dials("12345")).collect();
    w.run_for(s(1));
    let late = w.caller("13800000098").dials("12345");
    let urgent = w.caller("13800000099").dials("110");
    w.run_for(s(3));
    assert!(waiting.iter().all(|caller| !caller.is_over()));
    refused_for_want_of_a_port(&w, &late);
    hears(&w, &urgent, police.last().tone());
    waiting.iter().chain([&urgent]).for_each(|caller| _ = caller.hangs_up());
    w.settle();
    w.assert_no_leaks();
}

#[test]
fn a_caller_whose_sub_center_cannot_be_called_for_want_of_a_port_goes_back_to_the_queue() {
    let w = world_of(&first(1));
    let caller = w.caller("13800000000").dials("12366");
    w.run_for(s(3));
    hears(&w, &caller, w.tone_of("music-on-hold"));
    caller.hangs_up();
    w.settle();
    check(
        &w,
        caller.call(),
        "arrive, decide, LimitReached { what: \"media-ports\" }, queue general, answer caller, \
         release Abandoned by Caller",
    );
    w.assert_no_leaks();
}

#[test]
fn an_emergency_call_that_gets_no_second_port_ends_with_503_and_not_in_silence() {
    let w = world_of(&first(1));
    let caller = w.caller("13800000000").dials("110");
    w.run_for(s(1));
    refused_for_want_of_a_port(&w, &caller);
    w.assert_no_leaks();
}
