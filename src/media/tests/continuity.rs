//! What one peer sees of us as an RTP sender, through every switch.

use super::*;

/// The peer of A sees one SSRC; numbers without a hole; time that never runs back over what was covered; a mark
/// where the source changed and nowhere else.
#[track_caller]
fn check_row(w: &World, marks: &[usize]) {
    let sent: Vec<&Sent> = w.to(A).collect();
    for (n, pair) in sent.windows(2).enumerate() {
        let (before, after) = (pair[0].header, pair[1].header);
        assert_eq!(after.ssrc, before.ssrc);
        assert_eq!(after.sequence, before.sequence.wrapping_add(1), "packet {}", n + 1);
        let step = after.timestamp.wrapping_sub(before.timestamp);
        let passed = u32::try_from(pair[1].ms - pair[0].ms).unwrap() * 8;
        assert!((160..=passed.max(160) + 160).contains(&step), "packet {}: {step} in {passed}", n + 1);
    }
    let marked: Vec<usize> = (0..sent.len()).filter(|n| sent[*n].header.marker).collect();
    assert_eq!(marked, marks);
}

#[test]
fn prompt_person_music_and_person_again_are_one_row() {
    let mut w = World::new();
    w.leg(A, Pcma);
    w.leg(B, Pcmu);
    let mut bob = Talker::new(B, Pcmu, 400.0);
    w.play(A, prompt("welcome"), 1);
    w.run(200);
    w.command(Command::Bridge { a: A, b: B });
    w.run(7);
    w.talk(&mut [&mut bob], 200);
    w.run(1);
    w.play(A, music(), 2);
    w.talk(&mut [&mut bob], 200);
    w.command(Command::Stop { port: A });
    w.talk(&mut [&mut bob], 200);
    check_row(&w, &[0, 10, 20, 30]);
}

#[test]
fn a_pause_moves_the_timestamp_by_the_time_that_passed() {
    let mut w = World::new();
    w.leg(A, Pcma);
    w.play(A, prompt("odd"), 1);
    w.run(5000);
    w.play(A, prompt("odd"), 2);
    w.run(100);
    check_row(&w, &[0, 2]);
    let sent: Vec<&Sent> = w.to(A).collect();
    let step = sent[2].header.timestamp.wrapping_sub(sent[1].header.timestamp);
    assert_eq!(u64::from(step), (sent[2].ms - sent[1].ms) * 8);
}

#[test]
fn hold_and_resume_leave_no_hole_in_the_row() {
    let mut w = World::bridged(Pcma, Pcma);
    let mut bob = Talker::new(B, Pcma, 400.0);
    w.talk(&mut [&mut bob], 100);
    w.connect(A, Pcma, false, true);
    w.talk(&mut [&mut bob], 3000);
    w.connect(A, Pcma, true, true);
    w.talk(&mut [&mut bob], 100);
    w.connect(B, Pcma, true, false);
    w.talk(&mut [&mut bob], 300);
    w.connect(B, Pcma, true, true);
    w.talk(&mut [&mut bob], 100);
    check_row(&w, &[0, 5, 10]);
}

#[test]
fn another_sender_behind_the_bridge_is_not_seen_as_one() {
    let mut w = World::bridged(Pcma, Pcma);
    let mut bob = Talker::new(B, Pcma, 400.0);
    w.talk(&mut [&mut bob], 100);
    bob.header = Header { ssrc: 5, sequence: 9, timestamp: 77, ..bob.header };
    w.talk(&mut [&mut bob], 100);
    // The same sender, whose clock and numbers jump.
    bob.header.timestamp = bob.header.timestamp.wrapping_add(1 << 30);
    w.talk(&mut [&mut bob], 100);
    bob.header.sequence = bob.header.sequence.wrapping_add(20_000);
    w.talk(&mut [&mut bob], 100);
    check_row(&w, &[0, 5, 10, 15]);
}

#[test]
fn loss_and_disorder_of_the_source_are_shown_as_they_are_for_hours() {
    let mut w = World::bridged(Pcma, Pcma);
    let mut bob = Talker::new(B, Pcma, 400.0);
    let first = bob.header;
    let mut expected = Vec::new();
    for n in 0..70_000u32 {
        let (number, data) = (bob.header.sequence, bob.header.to_bytes());
        bob.advance();
        let send = |w: &mut World, data: &[u8]| w.packet(B, remote(B), &[data, &[0xd5; 160]].concat());
        match n % 100 {
            50 => {}
            // Two packets change places.
            60 => {
                let late = data;
                let (next, data) = (bob.header.sequence, bob.header.to_bytes());
                bob.advance();
                send(&mut w, &data);
                send(&mut w, &late);
                expected.extend([next, number]);
            }
            _ => {
                send(&mut w, &data);
                expected.push(number);
            }
        }
        w.now += Duration::from_millis(20);
    }
    let sent: Vec<&Sent> = w.to(A).collect();
    let start = sent[0].header;
    assert_eq!(sent.len(), expected.len());
    for (sent, number) in sent.iter().zip(expected) {
        let ahead = number.wrapping_sub(first.sequence);
        assert_eq!(sent.header.sequence.wrapping_sub(start.sequence), ahead);
        let samples = sent.header.timestamp.wrapping_sub(start.timestamp);
        assert_eq!(samples / 160 % 65_536, u32::from(ahead));
    }
    assert_eq!(sent.iter().filter(|sent| sent.header.marker).count(), 1);
}

#[test]
fn a_packet_from_before_the_switch_comes_too_late() {
    let mut w = World::bridged(Pcma, Pcma);
    let mut bob = Talker::new(B, Pcma, 400.0);
    let overtaken = bob.next();
    let second = bob.next();
    w.packet(B, remote(B), &second);
    w.packet(B, remote(B), &overtaken);
    w.talk(&mut [&mut bob], 100);
    check_row(&w, &[0]);
}

#[test]
fn equal_seeds_give_equal_packets_and_others_do_not() {
    let trace = |seed| {
        let mut w = World::seeded(seed);
        w.leg(A, Pcma);
        w.leg(B, Pcmu);
        w.play(A, music(), 1);
        w.run(100);
        w.command(Command::Bridge { a: A, b: B });
        w.talk(&mut [&mut Talker::new(B, Pcmu, 400.0)], 100);
        w.sent.iter().map(|s| (s.ms, s.port, s.header)).collect::<Vec<_>>()
    };
    assert_eq!(trace(5), trace(5));
    assert_ne!(trace(5), trace(6));
}
