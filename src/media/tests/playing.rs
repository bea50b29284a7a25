//! One leg that is played to.

use super::*;

#[track_caller]
fn check_prompt(codec: Codec) {
    let mut w = World::new();
    w.leg(A, codec);
    let begun = w.now.as_millis();
    w.play(A, prompt("welcome"), 7);
    w.run(1100);
    assert_tone(&w.heard(A, codec, 0), 700.0);
    let times: Vec<u64> = w.to(A).map(|sent| sent.ms).collect();
    assert_eq!(times.len(), 50);
    assert!(times[0] - begun < 20);
    assert!(times.windows(2).all(|pair| pair[1] - pair[0] == 20));
    assert_eq!(w.events, [(times[49] + 20, Event::Played { port: A, ticket: 7 })]);
    assert_eq!(w.plane.poll_timeout(), None);
}

#[test]
fn a_prompt_is_heard_whole_in_20_ms_packets_and_then_told() {
    check_prompt(Pcma);
    check_prompt(Pcmu);
}

#[test]
fn a_prompt_can_begin_inside_and_its_last_packet_is_filled_with_silence() {
    let mut w = World::new();
    w.leg(A, Pcmu);
    w.play(A, Source::Prompt { prompt: PromptId::new("odd"), from: Duration::from_millis(10) }, 1);
    w.run(100);
    let heard = w.heard(A, Pcmu, 0);
    assert_eq!(heard.len(), 320);
    assert!(heard[170..].iter().all(|sample| *sample == 0));
    let past_the_end = Duration::from_secs(100);
    w.play(A, Source::Prompt { prompt: PromptId::new("odd"), from: past_the_end }, 2);
    w.run(20);
    let told = [1, 2].map(|ticket| Event::Played { port: A, ticket });
    assert_eq!(w.events(), told);
}

#[test]
fn a_missing_prompt_becomes_a_short_tone_and_counts_as_played() {
    let mut w = World::new();
    w.leg(A, Pcma);
    w.play(A, prompt("lost"), 3);
    w.run(1000);
    assert_tone(&w.heard(A, Pcma, 0), 800.0);
    assert_eq!(w.to(A).count(), 20);
    let lost = PromptId::new("lost");
    let events =
        [Event::PromptMissing { port: A, prompt: lost, ticket: 3 }, Event::Played { port: A, ticket: 3 }];
    assert_eq!(w.events(), events);
}

#[test]
fn missing_music_becomes_ringback() {
    let mut w = World::new();
    w.leg(A, Pcma);
    w.play(A, Source::Loop { prompt: PromptId::new("lost") }, 3);
    w.run(20_000);
    assert_eq!(w.events(), [Event::PromptMissing { port: A, prompt: PromptId::new("lost"), ticket: 3 }]);
    let heard = w.heard(A, Pcma, 0);
    assert_tone(&heard[..8000], 450.0);
    assert!(tone::is_silent(&heard[8000..40_000]));
    assert_tone(&heard[40_000..48_000], 450.0);
    assert_eq!(longest_gap(&w, A, 0), 20);
}

#[test]
fn music_has_no_seam_and_no_end() {
    let mut w = World::new();
    w.leg(A, Pcma);
    w.play(A, music(), 1);
    w.run(10_000);
    let heard = w.heard(A, Pcma, 0);
    assert_eq!(heard.len(), 80_000);
    assert!(heard.chunks(160).all(|frame| tone::level_at(frame, 600.0) > 0.45));
    assert_eq!(w.events(), []);
}

#[test]
fn busy_tone_and_silence_are_what_they_are() {
    let mut w = World::new();
    w.leg(A, Pcmu);
    w.play(A, Source::Tone(Tone::Busy), 1);
    w.run(700);
    let heard = w.heard(A, Pcmu, 0);
    assert_tone(&heard[..2800], 450.0);
    assert!(tone::is_silent(&heard[2800..]));
    let quiet = w.now.as_millis();
    w.play(A, Source::Silence, 2);
    w.run(500);
    let heard = w.heard(A, Pcmu, quiet);
    assert!(heard.len() == 4000 && tone::is_silent(&heard));
}

#[test]
fn an_announcement_stops_at_once_when_a_person_is_connected() {
    let mut w = World::new();
    w.leg(A, Pcma);
    w.leg(B, Pcma);
    w.play(A, prompt("welcome"), 1);
    w.run(300);
    let connected = w.now.as_millis();
    w.command(Command::Bridge { a: A, b: B });
    w.talk(&mut [&mut Talker::new(B, Pcma, 400.0)], 1000);
    assert_tone(&w.heard(A, Pcma, connected), 400.0);
    assert_eq!(w.to(A).filter(|sent| sent.ms >= connected).count(), 50);
    assert!(longest_gap(&w, A, 0) <= 40);
    assert_eq!(w.events(), [Event::FirstPacket { port: B }]);
}

#[test]
fn between_prompt_and_music_and_person_there_is_no_silence() {
    let mut w = World::new();
    w.leg(A, Pcma);
    w.leg(B, Pcma);
    let mut bob = Talker::new(B, Pcma, 400.0);
    w.play(A, prompt("welcome"), 1);
    w.run(1020);
    // The node hears of the end and reacts at once.
    assert_eq!(w.events.last().map(|(_, e)| e.clone()), Some(Event::Played { port: A, ticket: 1 }));
    w.play(A, music(), 2);
    w.run(500);
    w.command(Command::Bridge { a: A, b: B });
    w.talk(&mut [&mut bob], 500);
    w.play(A, prompt("odd"), 3);
    w.talk(&mut [&mut bob], 500);
    assert!(longest_gap(&w, A, 0) <= 60, "{}", longest_gap(&w, A, 0));
    assert_tone(&w.heard(A, Pcma, w.now.as_millis() - 300), 400.0);
}

#[test]
fn never_two_sources_into_one_leg() {
    let mut w = World::bridged(Pcma, Pcma);
    w.play(A, prompt("welcome"), 1);
    w.play(A, music(), 2);
    w.talk(&mut [&mut Talker::new(B, Pcma, 400.0)], 1000);
    assert_eq!(w.to(A).count(), 50);
    assert_tone(&w.heard(A, Pcma, 0), 600.0);
}

#[test]
fn what_is_played_before_the_leg_is_connected_waits_and_loses_nothing() {
    let mut w = World::new();
    w.command(Command::Open { port: A });
    w.play(A, prompt("welcome"), 1);
    w.run(500);
    assert_eq!((w.sent.len(), w.plane.poll_timeout()), (0, None));
    w.connect(A, Pcma, true, true);
    w.run(1100);
    assert_eq!((w.to(A).count(), w.events()), (50, vec![Event::Played { port: A, ticket: 1 }]));
}

#[test]
fn a_prompt_goes_on_unheard_while_nothing_may_be_sent() {
    let mut w = World::new();
    w.leg(A, Pcma);
    w.play(A, prompt("welcome"), 1);
    w.run(400);
    w.connect(A, Pcma, false, true);
    w.run(200);
    w.connect(A, Pcma, true, true);
    w.run(500);
    assert_eq!((w.to(A).count(), w.events()), (40, vec![Event::Played { port: A, ticket: 1 }]));
}

#[test]
fn new_recordings_do_not_disturb_what_plays() {
    let mut w = World::new();
    w.leg(A, Pcma);
    w.play(A, prompt("welcome"), 1);
    w.run(200);
    w.plane.set_prompts(Arc::new(Prompts::new()));
    w.run(900);
    assert_tone(&w.heard(A, Pcma, 0), 700.0);
    w.play(A, prompt("welcome"), 2);
    w.run(10);
    assert!(w.events().contains(&Event::PromptMissing {
        port: A,
        prompt: PromptId::new("welcome"),
        ticket: 2
    }));
}

#[test]
fn many_streams_are_spread_over_the_20_ms() {
    let mut w = World::new();
    (0..1000).for_each(|n| {
        let port = Port(10_000 + 2 * n);
        w.leg(port, Pcma);
        w.play(port, music(), 1);
    });
    w.run(200);
    w.sent.clear();
    w.run(200);
    assert_eq!(w.sent.len(), 10_000);
    let in_ms = |ms: u64| w.sent.iter().filter(|sent| sent.ms % 20 == ms).count();
    assert!((0..20).all(|ms| (200..800).contains(&in_ms(ms))));
}

#[test]
fn after_a_standstill_there_is_no_flood() {
    let mut w = World::new();
    w.leg(A, Pcma);
    w.play(A, music(), 1);
    w.run(100);
    w.sent.clear();
    w.now += Duration::from_secs(3600);
    w.plane.handle_timeout(w.now);
    w.drain();
    assert!((5..=6).contains(&w.sent.len()), "{}", w.sent.len());
    w.plane.handle_timeout(w.now);
    w.drain();
    assert!(w.sent.len() <= 6);
}

#[test]
fn a_stream_that_plays_again_and_again_keeps_one_place_in_the_wheel() {
    let mut w = World::new();
    w.leg(A, Pcma);
    for ticket in 0..10 {
        w.play(A, music(), ticket);
        w.command(Command::Stop { port: A });
    }
    w.play(A, music(), 10);
    w.run(200);
    assert_eq!(w.to(A).count(), 10);
}
