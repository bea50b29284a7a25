//! Two legs that talk: sound, keys, hold, ports.

use super::*;

#[track_caller]
fn check_tone(a: Codec, b: Codec) {
    let mut w = World::bridged(a, b);
    let (mut alice, mut bob) = (Talker::new(A, a, 1000.0), Talker::new(B, b, 400.0));
    w.talk(&mut [&mut alice, &mut bob], 400);
    assert_tone(&w.heard(B, b, 0), 1000.0);
    assert_tone(&w.heard(A, a, 0), 400.0);
    let level = tone::level_at(&w.heard(B, b, 0), 1000.0);
    assert!((level - 0.5).abs() < 0.02, "{level}");
    assert!(w.to(B).all(|s| s.to == remote(B) && s.header.payload_type == b.static_payload_type()));
}

#[test]
fn a_tone_spoken_by_one_is_the_same_tone_for_the_other_in_every_pair_of_codecs() {
    check_tone(Pcma, Pcma);
    check_tone(Pcma, Pcmu);
    check_tone(Pcmu, Pcma);
    check_tone(Pcmu, Pcmu);
}

#[test]
fn a_packet_is_relayed_at_once_and_as_long_as_it_came() {
    let mut w = World::bridged(Pcma, Pcmu);
    w.run(7);
    let talker = Talker::new(A, Pcma, 1000.0);
    let payload = tone::encode(Pcma, &tone::sine(1000.0, 0.5, 0, 480));
    w.packet(A, remote(A), &[&talker.header.to_bytes()[..], &payload].concat());
    assert_eq!(w.to(B).map(|s| (s.ms, s.payload.len())).collect::<Vec<_>>(), [(8, 480)]);
}

#[test]
fn nothing_is_invented_when_the_far_end_is_quiet() {
    let mut w = World::bridged(Pcma, Pcma);
    w.run(5000);
    assert_eq!((w.sent.len(), w.plane.poll_timeout()), (0, None));
}

#[test]
fn a_key_is_passed_on_and_told_once_whatever_is_lost_of_it() {
    let mut w = World::bridged(Pcma, Pcma);
    let mut alice = Talker::new(A, Pcma, 1000.0);
    w.talk(&mut [&mut alice], 40);
    // The marked packet of the first press is lost; of the second, all but a repeated end.
    drop(alice.key('5', 160, false));
    for (digit, duration, end) in [('5', 320, false), ('5', 480, true), ('5', 480, true), ('5', 480, true)] {
        let data = alice.key(digit, duration, end);
        w.packet(A, remote(A), &data);
    }
    (0..3).for_each(|_| alice.advance());
    let data = alice.key('#', 480, true);
    w.packet(A, remote(A), &data);
    let digits: Vec<Event> = w.events().into_iter().filter(|e| matches!(e, Event::Digit { .. })).collect();
    assert_eq!(digits, [Event::Digit { port: A, digit: '5' }, Event::Digit { port: A, digit: '#' }]);

    let keys: Vec<&Sent> = w.to(B).filter(|s| s.header.payload_type == dtmf(B)).collect();
    let audio = w.to(B).find(|s| s.header.payload_type == 8).unwrap();
    let since = |sent: &Sent| sent.header.timestamp.wrapping_sub(audio.header.timestamp);
    assert_eq!(keys.iter().map(|sent| since(sent)).collect::<Vec<_>>(), [320, 320, 320, 320, 800]);
    let ends: Vec<bool> = keys.iter().map(|s| DtmfEvent::parse(&s.payload).unwrap().end).collect();
    assert_eq!(ends, [false, true, true, true, true]);
}

#[test]
fn a_peer_without_key_events_gets_none_and_misses_no_packet() {
    let mut w = World::bridged(Pcma, Pcma);
    let (remote_b, source) = (remote(B), SourcePolicy::Strict);
    w.command(Command::Connect {
        port: B,
        remote: remote_b,
        codec: Pcma,
        payload_type: 8,
        dtmf: None,
        source,
        send: true,
        receive: true,
    });
    let mut alice = Talker::new(A, Pcma, 1000.0);
    w.talk(&mut [&mut alice], 40);
    for end in [false, false, true] {
        let data = alice.key('1', 320, end);
        w.packet(A, remote(A), &data);
    }
    w.talk(&mut [&mut alice], 40);
    let sequences: Vec<u16> = w.to(B).map(|s| s.header.sequence).collect();
    assert_eq!(sequences, (0..4).map(|n| sequences[0].wrapping_add(n)).collect::<Vec<_>>());
    assert!(w.events().contains(&Event::Digit { port: A, digit: '1' }));
}

#[test]
fn keys_count_only_under_the_negotiated_payload_type() {
    let mut w = World::bridged(Pcma, Pcma);
    let mut bob = Talker::new(B, Pcma, 400.0);
    let header = Header { payload_type: 97, ..bob.header };
    w.packet(B, remote(B), &[&header.to_bytes()[..], &[1, 0, 0, 160]].concat());
    assert_eq!((w.events(), w.stats(B).dropped_payload), (vec![], 1));
    let data = bob.key('1', 160, false);
    w.packet(B, remote(B), &data[..14]);
    assert_eq!((w.events(), w.stats(B).dropped_payload), (vec![], 2));
}

#[test]
fn a_key_of_a_new_sender_is_new_even_at_the_same_timestamp() {
    let mut w = World::bridged(Pcma, Pcma);
    let mut alice = Talker::new(A, Pcma, 1000.0);
    let data = alice.key('1', 480, true);
    w.packet(A, remote(A), &data);
    alice.header.ssrc = 5;
    let data = alice.key('1', 480, true);
    w.packet(A, remote(A), &data);
    let digits = w.events().into_iter().filter(|e| matches!(e, Event::Digit { .. })).count();
    assert_eq!(digits, 2);
}

/// (A may send, A may be heard) → (what reaches B, what reaches A) of 10 packets each way.
#[track_caller]
fn check_hold(send: bool, receive: bool, reaches: (usize, usize)) {
    let mut w = World::bridged(Pcma, Pcma);
    w.connect(A, Pcma, send, receive);
    w.talk(&mut [&mut Talker::new(A, Pcma, 1000.0), &mut Talker::new(B, Pcma, 400.0)], 200);
    assert_eq!((w.to(B).count(), w.to(A).count()), reaches);
    assert_eq!(w.stats(A).dropped_held, if receive { 0 } else { 10 });
}

#[test]
fn a_held_leg_is_neither_heard_nor_spoken_to() {
    check_hold(true, true, (10, 10));
    check_hold(false, true, (10, 0));
    check_hold(true, false, (0, 10));
    check_hold(false, false, (0, 0));
}

#[test]
fn music_for_a_held_party_replaces_the_far_end_until_it_stops() {
    let mut w = World::bridged(Pcma, Pcma);
    let mut bob = Talker::new(B, Pcma, 400.0);
    w.play(A, music(), 1);
    w.talk(&mut [&mut bob], 1000);
    assert_tone(&w.heard(A, Pcma, 0), 600.0);
    let stopped = w.now.as_millis();
    w.command(Command::Stop { port: A });
    w.talk(&mut [&mut bob], 1000);
    assert_tone(&w.heard(A, Pcma, stopped), 400.0);
    assert!(longest_gap(&w, A, 0) <= 40);
}

#[test]
fn a_bridge_ends_at_once_and_a_new_one_replaces_the_old() {
    let c = Port(20_004);
    let mut w = World::bridged(Pcma, Pcma);
    w.leg(c, Pcma);
    w.command(Command::Bridge { a: A, b: c });
    w.talk(&mut [&mut Talker::new(A, Pcma, 1000.0), &mut Talker::new(B, Pcma, 400.0)], 100);
    assert_eq!((w.to(c).count(), w.to(B).count(), w.to(A).count()), (5, 0, 0));
    w.command(Command::Unbridge { a: c, b: A });
    w.talk(&mut [&mut Talker::new(A, Pcma, 1000.0)], 100);
    assert_eq!(w.to(c).count(), 5);
}

#[test]
fn a_bridge_to_itself_or_to_nobody_does_nothing() {
    let mut w = World::new();
    w.leg(A, Pcma);
    w.command(Command::Bridge { a: A, b: A });
    w.command(Command::Bridge { a: A, b: B });
    w.command(Command::Unbridge { a: A, b: B });
    w.talk(&mut [&mut Talker::new(A, Pcma, 1000.0)], 100);
    assert_eq!((w.sent.len(), w.plane.unknown().commands), (0, 3));
}

#[test]
fn a_port_used_again_knows_nothing_of_its_last_leg() {
    let mut w = World::bridged(Pcma, Pcma);
    w.play(A, music(), 1);
    w.talk(&mut [&mut Talker::new(B, Pcma, 400.0)], 100);
    let before = w.to(A).next().unwrap().header.ssrc;
    w.command(Command::Close { port: A });
    assert_eq!((w.plane.len(), w.plane.stats(A), w.plane.poll_timeout()), (1, None, None));
    w.sent.clear();
    w.command(Command::Open { port: A });
    w.talk(&mut [&mut Talker::new(B, Pcma, 400.0), &mut Talker::new(A, Pcma, 1000.0)], 100);
    assert_eq!((w.sent.len(), w.stats(A).dropped_source), (0, 5));
    w.connect(A, Pcma, true, true);
    w.play(A, music(), 2);
    w.run(100);
    assert_eq!(w.to(A).count(), 5);
    assert!(w.to(A).all(|sent| sent.header.ssrc != before));
    w.command(Command::Close { port: A });
    w.command(Command::Close { port: B });
    assert!(w.plane.is_empty());
}

#[test]
fn packets_and_commands_for_closed_ports_are_counted() {
    let mut w = World::new();
    w.packet(A, remote(A), b"x");
    w.connect(A, Pcma, true, true);
    w.play(A, music(), 1);
    w.command(Command::Close { port: A });
    assert_eq!(w.plane.unknown(), Unknown { commands: 3, packets: 1 });
}

#[test]
fn there_is_one_stream_for_each_even_port_and_no_more() {
    let mut w = World::new();
    (0..=u16::MAX).for_each(|port| w.command(Command::Open { port: Port(port) }));
    assert_eq!(w.plane.len(), 32_768);
    w.command(Command::Close { port: A });
    w.command(Command::Open { port: Port(u16::MAX) });
    assert_eq!((w.plane.len(), w.plane.stats(Port(u16::MAX))), (32_768, Some(Stats::default())));
}
