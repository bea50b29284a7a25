//! Who hears whom: by the frequency of the tone each of them is, and never silence.

use std::time::Duration;

use tongjie::event::Fact;
use tongjie::sim::{Caller, Link, Manner, Options, Seed, World, fixture};

use super::s;

fn world(agents: usize) -> World {
    World::new(Seed(7), fixture::plan(agents, 0), Options { sound: true, ..Options::default() })
}

/// Lets a second pass, then listens for another: `who` hears `tone` and nothing else to speak of.
#[track_caller]
fn hears(w: &World, who: &Caller, tone: u32) {
    w.run_for(s(1));
    let from = w.now();
    w.run_for(s(1));
    assert!(who.share(tone, from) > 0.8, "{tone} Hz is {:.2} of what is heard", who.share(tone, from));
    assert!(who.longest_silence(from) <= Duration::from_millis(200));
}

#[test]
fn caller_and_agent_hear_each_other() {
    let w = world(1);
    let agent = w.agent("1001").answers_after(500).ready();
    let caller = w.caller("13800000000").dials("12345");
    w.run_for(s(2));
    let agent = agent.last();
    hears(&w, &caller, agent.tone());
    hears(&w, &agent, caller.tone());
    caller.hangs_up();
    w.settle();
    let from = w.now();
    w.run_for(s(1));
    assert_eq!(agent.frames(from), 0, "sound after the end");
    w.assert_no_leaks();
}

#[test]
fn the_caller_hears_the_announcement_then_music_then_the_agent_and_never_silence() {
    let w = world(1);
    let caller = w.caller("13800000000").dials("12319");
    w.run_ms(100);
    let begun = w.now();
    hears(&w, &caller, w.tone_of("merged-into-12345"));
    w.run_for(s(6));
    hears(&w, &caller, w.tone_of("music-on-hold"));
    let agent = w.agent("1001").answers_after(500).ready();
    w.run_for(s(2));
    assert!(agent.last().is_connected());
    hears(&w, &caller, agent.last().tone());
    hears(&w, &agent.last(), caller.tone());
    assert!(
        caller.longest_silence(begun) <= Duration::from_millis(200),
        "{:?}",
        caller.longest_silence(begun)
    );
    caller.hangs_up();
    w.settle();
    w.assert_no_leaks();
}

#[test]
fn the_announcement_stops_within_40_ms_of_the_agents_answer() {
    let w = world(1);
    w.agent("1001").answers_after(200).ready();
    let caller = w.caller("13800000000").dials("12319");
    w.run_until(|w| w.agent("1001").rang() > 0 && w.agent("1001").last().is_connected());
    w.run_ms(45);
    let from = w.now();
    w.run_for(s(1));
    assert!(caller.share(w.tone_of("merged-into-12345"), from) < 0.05);
    assert!(caller.share(w.agent("1001").last().tone(), from) > 0.8);
}

#[test]
fn a_caller_hears_ringback_while_a_phone_rings() {
    let w = world(1);
    let _agent = w.agent("1001").treats_calls(Manner::rings()).ready();
    let caller = w.caller("13800000000").dials("12345");
    w.run_for(s(1));
    let from = w.now();
    w.run_for(s(5));
    let heard = caller.share(450, from);
    assert!(heard > 0.8, "ringback is {heard:.2} of what is heard");
}

#[test]
fn who_is_held_hears_music_and_the_holder_is_not_disturbed() {
    let w = world(1);
    let agent = w.agent("1001").answers_after(200).ready();
    let caller = w.caller("13800000000").dials("12345");
    w.run_for(s(2));
    agent.last().holds();
    hears(&w, &caller, w.tone_of("music-on-hold"));
    let from = w.now();
    w.run_for(s(1));
    assert_eq!(agent.last().frames(from), 0, "the holder asked for silence");
    agent.last().resumes();
    hears(&w, &caller, agent.last().tone());
    hears(&w, &agent.last(), caller.tone());
}

#[test]
fn music_whose_time_has_passed_is_heard_by_nobody_waiting_or_held() {
    let row = "[announcement.music-on-hold]\n";
    let mut text = fixture::PLAN.replace(row, &format!("{row}until = 2021-11-08T12:00:00\n"));
    text += "[agent.1001]\npassword = \"secret-1001\"\nqueues = [\"general\"]\nskills = [\"*\"]\n";
    let from = |time: &str| {
        let at = format!("2021-11-08T{time}+08:00").parse::<jiff::Timestamp>().unwrap();
        let options = Options { sound: true, wall_ms: at.as_millisecond(), ..Options::default() };
        World::new(Seed(7), fixture::compiled(&text), options)
    };
    for (time, plays) in [("11:59:00", true), ("12:00:00", false)] {
        let w = from(time);
        let music = w.tone_of("music-on-hold");
        let caller = w.caller("13800000000").dials("12345");
        let listen = |tone: u32| {
            w.run_for(s(1));
            let from = w.now();
            w.run_for(s(5));
            caller.share(tone, from)
        };
        // Waiting, he hears ringback instead.
        let heard = listen(if plays { music } else { 450 });
        assert!(heard > 0.8, "{time}: {heard:.2}");
        let agent = w.agent("1001").answers_after(200).ready();
        w.run_for(s(2));
        agent.last().holds();
        let heard = listen(music);
        assert!(if plays { heard > 0.8 } else { heard < 0.05 }, "{time}: {heard:.2}");
    }
}

#[test]
fn music_whose_time_ends_while_it_plays_ends_with_it() {
    // It played on to whoever heard it already, until something else was played to him.
    let row = "[announcement.music-on-hold]\n";
    let mut text = fixture::PLAN.replace(row, &format!("{row}until = 2021-11-08T12:00:00\n"));
    text += "[agent.1001]\npassword = \"secret-1001\"\nqueues = [\"general\"]\nskills = [\"*\"]\n";
    let world = || {
        let at = "2021-11-08T11:59:50+08:00".parse::<jiff::Timestamp>().unwrap();
        let options = Options { sound: true, wall_ms: at.as_millisecond(), ..Options::default() };
        World::new(Seed(7), fixture::compiled(&text), options)
    };
    let share = |w: &World, who: &Caller, tone: u32, until_s: u64| {
        let from = w.now();
        w.run_until(|w| w.now().as_millis() >= until_s * 1000);
        who.share(tone, from)
    };
    // Waiting: he hears ringback from that instant on, and no silence.
    let w = world();
    let music = w.tone_of("music-on-hold");
    let caller = w.caller("13800000000").dials("12345");
    w.run_for(s(1));
    assert!(share(&w, &caller, music, 9) > 0.8);
    w.run_until(|w| w.now().as_millis() >= 10_100);
    let from = w.now();
    w.run_until(|w| w.now().as_millis() >= 20_100);
    assert!(caller.share(music, from) < 0.05 && caller.share(450, from) > 0.8);
    // Held: as one who is held where there is no music.
    let w = world();
    w.agent("1001").answers_after(100).ready();
    let caller = w.caller("13800000000").dials("12345");
    w.run_for(s(2));
    w.agent("1001").last().holds();
    w.run_for(s(1));
    assert!(share(&w, &caller, music, 9) > 0.8);
    w.run_until(|w| w.now().as_millis() >= 10_100);
    assert!(share(&w, &caller, music, 15) < 0.05);
    // Back from hold, the two hear one another.
    w.agent("1001").last().resumes();
    w.run_for(s(1));
    hears(&w, &caller, w.agent("1001").last().tone());
}

#[test]
fn a_sub_center_is_heard_through_its_trunk() {
    let w = world(0);
    let tax = w.trunk("tax").answers_after(500);
    let caller = w.caller("13800000000").dials("12366");
    w.run_for(s(2));
    hears(&w, &caller, tax.last().tone());
    hears(&w, &tax.last(), caller.tone());
}

#[test]
fn a_key_pressed_by_either_side_reaches_the_other_and_is_told_once() {
    let w = world(1);
    w.agent("1001").answers_after(200).ready();
    let caller = w.caller("13800000000").dials("12345");
    w.run_for(s(2));
    let agent = w.agent("1001").last();
    caller.presses('5');
    w.run_ms(200);
    agent.presses('#');
    w.run_ms(200);
    assert_eq!((agent.keys().as_str(), caller.keys().as_str()), ("5", "#"));
    let told = w.facts(caller.call()).into_iter().filter_map(|fact| match fact {
        Fact::DtmfPassed { leg, digit } => Some((leg.to_string(), digit)),
        _ => None,
    });
    assert_eq!(told.collect::<Vec<_>>(), [("caller".to_owned(), '5'), ("agent 1001".to_owned(), '#')]);
    hears(&w, &agent, caller.tone());
}

#[test]
fn a_trunk_is_heard_from_where_its_description_says_and_from_nowhere_else() {
    const FORGED: u32 = 3000;
    let w = world(1);
    w.agent("1001").answers_after(500).ready();
    let slow = Duration::from_millis(100);
    w.link("telecom", Link { delay_min: slow, delay_max: slow, ..Link::GOOD });
    let caller = w.caller("13800000000").dials("12319");
    // The caller's own first packet is still under way: whoever learned addresses would learn this one.
    w.run_until(|_| caller.statuses().contains(&183));
    caller.is_impersonated(FORGED);
    w.run_for(s(5));
    let agent = w.agent("1001").last();
    hears(&w, &agent, caller.tone());
    let from = w.now();
    for _ in 0..50 {
        caller.is_impersonated(FORGED);
        agent.is_impersonated(FORGED);
        w.run_ms(20);
    }
    assert!(agent.share(FORGED, from) < 0.05 && caller.share(FORGED, from) < 0.05);
}

#[test]
fn a_missing_recording_is_a_short_tone_an_alarm_and_the_call_goes_on() {
    let missing = vec!["merged-into-12345".to_owned()];
    let w = World::new(Seed(7), fixture::plan(1, 0), Options { sound: true, missing, ..Options::default() });
    let caller = w.caller("13800000000").dials("12319");
    w.run_for(s(3));
    assert!(w.facts(caller.call()).iter().any(|f| matches!(f, Fact::AnnouncementFailed { .. })));
    hears(&w, &caller, w.tone_of("music-on-hold"));
    caller.hangs_up();
    w.settle();
    w.assert_no_leaks();
}
