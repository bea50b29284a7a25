//! What one really hears: tones found by frequency, recordings by correlation, and no silence.

use std::path::Path;
use std::time::Duration;

use super::baresip::Baresip;
use super::ear::Ear;
use super::node::{Node, node};
use super::sound;

const CALLER: f32 = 440.0;
const AGENT: f32 = 1_000.0;

/// Where in what was heard a recording of the plan is played.
fn played(recording: &str, from_ms: u64, heard: &[i16]) -> Option<usize> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("dialplan/wuxi/audio/{recording}.wav"));
    sound::find(&sound::read_wav(&file), Duration::from_millis(from_ms), heard)
}

#[track_caller]
fn hears(ear: &Ear, hertz: f32, at_least: Duration) {
    let time = sound::tone_time(hertz, &ear.samples());
    assert!(time >= at_least, "heard {hertz} Hz for {time:?} only, {} packets", ear.heard().len());
}

#[track_caller]
fn is_never_left_in_silence(ear: &Ear) {
    let silence = ear.longest_silence();
    assert!(silence <= Duration::from_millis(200), "nothing audible for {silence:?}");
}

/// Packets come from the port that the node's SDP named, and nowhere else.
#[track_caller]
fn hears_one_source(ear: &Ear, node: &Node) {
    let mut sources: Vec<_> = ear.heard().into_iter().map(|packet| packet.source.port()).collect();
    sources.sort_unstable();
    sources.dedup();
    assert_eq!(sources.len(), 1, "{sources:?}");
    assert!((node.sip() + 100..node.sip() + 200).contains(&sources[0]));
    assert!(ear.heard().iter().all(|packet| packet.payload_type == 8));
}

#[test]
fn a_caller_hears_the_announcement_then_the_agent_who_hears_him_and_is_never_left_in_silence() {
    let node = node().start();
    let mut agent = node.agent("callee_answers", "1001").pause(Duration::from_millis(300)).start();
    let agent_ear = node.ear(&agent, AGENT);
    let mut caller = node.caller("caller_leaves", 0, "12319").pause(Duration::from_secs(3)).start();
    let caller_ear = node.ear(&caller, CALLER);
    caller.succeeds();
    agent.succeeds();
    let heard = caller_ear.samples();
    let announced = played("merged-into-12345", 500, &heard).expect("the announcement is heard");
    assert!(announced < sound::RATE, "it begins at once, not at sample {announced}");
    hears(&caller_ear, AGENT, Duration::from_millis(2_500));
    hears(&agent_ear, CALLER, Duration::from_millis(2_500));
    is_never_left_in_silence(&caller_ear);
    hears_one_source(&caller_ear, &node);
    hears_one_source(&agent_ear, &node);
}

#[test]
fn a_waiting_caller_hears_music_after_the_announcement_and_until_the_agent() {
    let node = node().start();
    let agent = node.agent("callee_leaves", "1001").pause(Duration::from_secs(2));
    node.set_ready("1001", false);
    let mut agent = agent.start();
    let agent_ear = node.ear(&agent, AGENT);
    let mut caller = node.caller("caller_stays", 0, "12319").start();
    let ear = node.ear(&caller, CALLER);
    node.call_is("waiting");
    super::wait::until("music is heard", Duration::from_secs(10), || {
        let heard = ear.samples();
        let last = &heard[heard.len().saturating_sub(4 * sound::RATE)..];
        played("music-on-hold", 1_000, last)
    });
    node.set_ready("1001", true);
    caller.succeeds();
    agent.succeeds();
    played("merged-into-12345", 5_000, &ear.samples())
        .expect("with nobody free, all of the announcement is heard");
    hears(&ear, AGENT, Duration::from_millis(1_500));
    hears(&agent_ear, CALLER, Duration::from_millis(1_500));
    is_never_left_in_silence(&ear);
}

#[test]
fn an_unknown_number_and_a_cancelled_one_are_told_so() {
    let node = node().at("2022-01-01T12:00:00+08:00").start();
    for (n, number, status, notice) in
        [(0, "99887766", "404", "unknown-number"), (1, "12319", "410", "number-cancelled")]
    {
        let mut caller = node.caller("caller_refused", n, number).with("@STATUS@", status).start();
        let ear = node.ear(&caller, CALLER);
        caller.succeeds();
        played(notice, 500, &ear.samples()).unwrap_or_else(|| panic!("{notice} is heard"));
        is_never_left_in_silence(&ear);
    }
}

#[test]
fn a_sub_centers_people_and_the_caller_hear_each_other() {
    let node = node().start();
    let mut tax = node.trunk("callee_answers", "tax").pause(Duration::from_millis(300)).start();
    let tax_ear = node.ear(&tax, AGENT);
    let mut caller = node.caller("caller_leaves", 0, "12366").pause(Duration::from_secs(2)).start();
    let ear = node.ear(&caller, CALLER);
    caller.succeeds();
    tax.succeeds();
    hears(&ear, AGENT, Duration::from_millis(1_500));
    hears(&tax_ear, CALLER, Duration::from_millis(1_500));
}

#[test]
fn who_is_held_by_the_caller_hears_music_and_both_hear_each_other_again_after() {
    let node = node().start();
    let mut agent = node.agent("callee_answers", "1001").pause(Duration::from_millis(100)).start();
    let agent_ear = node.ear(&agent, AGENT);
    let mut caller = node.caller("caller_holds", 0, "12345").pause(Duration::from_secs(2)).start();
    let ear = node.ear(&caller, CALLER);
    caller.succeeds();
    agent.succeeds();
    played("music-on-hold", 200, &agent_ear.samples()).expect("the agent hears music while he is held");
    // Two seconds before the hold and two after it, of six.
    let tone = |ear: &Ear, hertz| sound::tone_time(hertz, &ear.samples());
    for time in [tone(&ear, AGENT), tone(&agent_ear, CALLER)] {
        assert!((3_200..=4_700).contains(&time.as_millis()), "{time:?}");
    }
    assert_eq!(node.cdr()["holds"], 1);
    node.is_at_rest();
}

#[test]
fn who_is_held_by_the_agent_hears_music_and_both_hear_each_other_again_after() {
    let node = node().start();
    let mut agent = node.agent("callee_holds", "1001").pause(Duration::from_secs(2)).start();
    let agent_ear = node.ear(&agent, AGENT);
    let mut caller = node.caller("caller_leaves", 0, "12345").pause(Duration::from_secs(6)).start();
    let ear = node.ear(&caller, CALLER);
    caller.succeeds();
    agent.succeeds();
    played("music-on-hold", 200, &ear.samples()).expect("the caller hears music while he is held");
    hears(&ear, AGENT, Duration::from_millis(3_000));
    hears(&agent_ear, CALLER, Duration::from_millis(3_000));
    is_never_left_in_silence(&ear);
    assert_eq!(node.cdr()["holds"], 1);
}

#[test]
fn baresip_as_the_agents_phone_and_the_caller_hear_each_other() {
    let node = node().start();
    let phone = Baresip::start(node.dir(), "1001", "demo-1001", node.sip(), node.phone_port(0), AGENT);
    node.agent_is("1001", "ready");
    let mut caller = node.caller("caller_leaves", 0, "12345").pause(Duration::from_secs(3)).start();
    let ear = node.ear(&caller, CALLER);
    caller.succeeds();
    assert_eq!(node.cdr()["agent"], "1001", "{}", phone.screen());
    hears(&ear, AGENT, Duration::from_millis(2_000));
    let heard = phone.heard();
    let time = sound::tone_time(CALLER, &heard);
    assert!(time >= Duration::from_millis(2_000), "the agent heard the caller for {time:?}");
    node.agent_is("1001", "logged-off");
}

#[test]
fn a_caller_who_would_have_the_node_send_rtp_to_itself_is_refused() {
    let node = node().start();
    let own = (node.sip() + 150).to_string();
    node.caller("caller_refused", 0, "12345")
        .with("@STATUS@", "488")
        .with("[sdp_port]", &own)
        .start()
        .succeeds();
    assert_eq!(node.cdr()["cause"], "ec21");
    node.is_at_rest();
}

#[test]
fn a_phone_behind_nat_is_heard_and_hears_where_its_rtp_really_comes_from() {
    let node = node().start();
    let mut agent = node.agent("callee_answers", "1001").pause(Duration::from_millis(100)).start();
    // Its SDP names another port than the one that the NAT gave its RTP.
    let agent_ear = Ear::new(agent.sdp_port() + 10, AGENT, &agent.log());
    let mut caller = node.caller("caller_leaves", 0, "12345").pause(Duration::from_secs(3)).start();
    let caller_ear = node.ear(&caller, CALLER);
    caller.succeeds();
    agent.succeeds();
    hears(&caller_ear, AGENT, Duration::from_millis(2_000));
    hears(&agent_ear, CALLER, Duration::from_millis(2_000));
}

#[test]
fn from_a_trunk_nothing_is_taken_that_does_not_come_from_where_its_sdp_says() {
    let node = node().start();
    let mut agent = node.agent("callee_answers", "1001").pause(Duration::from_millis(100)).start();
    let agent_ear = node.ear(&agent, AGENT);
    let mut caller = node.caller("caller_leaves", 0, "12345").pause(Duration::from_secs(2)).start();
    let stranger = Ear::new(caller.sdp_port() + 10, CALLER, &caller.log());
    caller.succeeds();
    agent.succeeds();
    assert_eq!(sound::tone_time(CALLER, &agent_ear.samples()), Duration::ZERO);
    assert_eq!(stranger.heard().len(), 0, "what was meant for the caller went to a stranger");
}

#[test]
fn a_damaged_recording_becomes_a_short_tone_and_an_alarm_and_the_call_goes_on() {
    let node = node().breaks("merged-into-12345").start();
    // The agent lets it ring for longer than the tone lasts; the caller stays for longer than that.
    let mut agent = node.agent("callee_answers", "1001").pause(Duration::from_secs(1)).start();
    let mut caller = node.caller("caller_leaves", 0, "12319").pause(Duration::from_secs(5)).start();
    let ear = node.ear(&caller, CALLER);
    caller.succeeds();
    agent.succeeds();
    // 800 Hz for 0.4 s, once.
    let tone = sound::tone_time(800.0, &ear.samples());
    assert!((200..=500).contains(&tone.as_millis()), "{tone:?}");
    let log = node.log();
    assert!(log.contains("error[dp011]") || log.contains("warning[dp011]"), "at the start: {log}");
    assert!(log.contains("announcement merged-into-12345 cannot be played"), "{log}");
    let cdr = node.cdr();
    assert_eq!((&cdr["disposition"], &cdr["agent"]), (&"connected".into(), &"1001".into()));
}
