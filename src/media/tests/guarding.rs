//! Forged packets, wrong packets, learned addresses.

use super::*;

fn stranger(n: u16) -> SocketAddr {
    SocketAddr::new(host(66), 1024 + n)
}

#[test]
fn a_trunk_leg_relays_nothing_but_what_comes_from_the_negotiated_address() {
    let mut w = World::bridged(Pcma, Pcma);
    let mut alice = Talker::new(A, Pcma, 1000.0);
    w.talk(&mut [&mut alice], 100);
    let before = w.sent.len();
    for n in 0..1000 {
        let mut forged = Talker { header: alice.header, ..Talker::new(A, Pcma, 400.0) };
        w.packet(A, stranger(n), &forged.next());
        // Right host, wrong port.
        w.packet(A, SocketAddr::new(host(1), 1024 + n), &forged.next());
    }
    assert_eq!((w.sent.len(), w.stats(A).dropped_source), (before, 2000));
    w.talk(&mut [&mut alice], 100);
    assert!(w.to(B).all(|sent| sent.to == remote(B)));
    assert_tone(&w.heard(B, Pcma, 0), 1000.0);
}

#[test]
fn the_first_valid_packet_of_the_signalling_host_locks_a_phone_behind_nat() {
    let mut w = World::bridged(Pcma, Pcma);
    let nat = |port| SocketAddr::new(host(9), port);
    w.connect_from(A, Pcma, SourcePolicy::LearnFrom(host(9)), true, true);
    let (mut alice, mut bob) = (Talker::new(A, Pcma, 1000.0), Talker::new(B, Pcma, 400.0));
    // Not from the host, not RTP, not a negotiated payload type: nothing is learned.
    w.packet(A, stranger(1), &alice.next());
    w.packet(A, remote(A), &alice.next());
    w.packet(A, nat(7), b"noise");
    let wrong = Header { payload_type: 18, ..alice.header };
    w.packet(A, nat(7), &[&wrong.to_bytes()[..], &[0; 20]].concat());
    w.talk(&mut [&mut bob], 20);
    assert_eq!(w.to(A).last().unwrap().to, remote(A));
    assert_eq!(w.to(B).count(), 0);

    alice.from = nat(5);
    w.talk(&mut [&mut alice, &mut bob], 100);
    assert_eq!(w.to(A).last().unwrap().to, nat(5));
    assert_eq!(w.to(B).count(), 5);
    // Locked: even the same host has no second port.
    w.packet(A, nat(6), &alice.next());
    let stats = w.stats(A);
    assert_eq!(
        (w.to(B).count(), stats.dropped_source, stats.dropped_invalid, stats.dropped_payload),
        (5, 3, 1, 1)
    );

    // A new Connect unlocks; until a packet comes, the old lock is the target.
    w.connect_from(A, Pcma, SourcePolicy::LearnFrom(host(9)), true, true);
    w.talk(&mut [&mut bob], 20);
    assert_eq!(w.to(A).last().unwrap().to, nat(5));
    alice.from = nat(6);
    w.talk(&mut [&mut alice, &mut bob], 20);
    assert_eq!(w.to(A).last().unwrap().to, nat(6));
}

#[test]
fn a_phone_whose_sdp_names_another_place_is_followed_there() {
    let mut w = World::bridged(Pcma, Pcma);
    w.connect_from(A, Pcma, SourcePolicy::LearnFrom(host(9)), true, true);
    let mut alice = Talker { from: SocketAddr::new(host(9), 5), ..Talker::new(A, Pcma, 1000.0) };
    w.talk(&mut [&mut alice], 20);
    let moved = SocketAddr::new(host(9), 777);
    w.command(Command::Connect {
        port: A,
        remote: moved,
        codec: Pcma,
        payload_type: 8,
        dtmf: None,
        source: SourcePolicy::LearnFrom(host(9)),
        send: true,
        receive: true,
    });
    w.talk(&mut [&mut Talker::new(B, Pcma, 400.0)], 20);
    assert_eq!(w.to(A).last().unwrap().to, moved);
}

#[test]
fn invalid_and_double_packets_are_counted_and_change_nothing() {
    let mut w = World::bridged(Pcma, Pcma);
    let mut alice = Talker::new(A, Pcma, 1000.0);
    let data = alice.next();
    w.packet(A, remote(A), &data);
    for bad in [&data[..], &data[..11], b"", &[0x16; 200], &[0x80; 1501]] {
        w.packet(A, remote(A), bad);
    }
    assert_eq!((w.to(B).count(), w.stats(A).dropped_invalid, w.stats(A).received), (1, 5, 1));
}

#[test]
fn an_ipv4_peer_is_known_through_an_ipv6_socket() {
    let mut w = World::bridged(Pcma, Pcma);
    let IpAddr::V4(v4) = host(1) else { unreachable!() };
    let mapped = SocketAddr::new(IpAddr::V6(v4.to_ipv6_mapped()), remote(A).port());
    w.packet(A, mapped, &Talker::new(A, Pcma, 1000.0).next());
    assert_eq!(w.to(B).count(), 1);
}

#[test]
fn nothing_is_sent_to_what_is_not_a_host() {
    for remote in [
        "0.0.0.0:4000",
        "224.0.0.1:4000",
        "255.255.255.255:4000",
        "198.51.100.1:0",
        "[::]:4000",
        "[ff02::1]:9",
    ] {
        let mut w = World::new();
        w.command(Command::Open { port: A });
        w.command(Command::Connect {
            port: A,
            remote: remote.parse().unwrap(),
            codec: Pcma,
            payload_type: 8,
            dtmf: None,
            source: SourcePolicy::Strict,
            send: true,
            receive: true,
        });
        w.play(A, prompt("welcome"), 1);
        w.run(1100);
        assert_eq!((w.sent.len(), w.events()), (0, vec![Event::Played { port: A, ticket: 1 }]), "{remote}");
    }
}

#[test]
fn lost_packets_are_counted() {
    let mut w = World::bridged(Pcma, Pcma);
    let mut alice = Talker::new(A, Pcma, 1000.0);
    w.talk(&mut [&mut alice], 100);
    alice.advance();
    alice.advance();
    w.talk(&mut [&mut alice], 100);
    let stats = w.stats(A);
    assert_eq!((stats.received, stats.lost, w.stats(B).sent), (10, 2, 10));
}

/// Commands and packets of any kind on three ports.
fn any_step() -> impl proptest::strategy::Strategy<Value = (u8, u16, u16, bool, Vec<u8>)> {
    use proptest::prelude::*;
    let rtp = (0..4u8, prop::num::u16::ANY, prop::collection::vec(prop::num::u8::ANY, 0..180)).prop_map(
        |(pt, seq, rest)| {
            let payload_type = [0, 8, 96, 101][usize::from(pt)];
            let header = Header {
                marker: false,
                payload_type,
                sequence: seq % 300,
                timestamp: u32::from(seq) * 40,
                ssrc: 1,
            };
            [&header.to_bytes()[..], &rest].concat()
        },
    );
    let bytes = prop::collection::vec(prop::num::u8::ANY, 0..40);
    (0..12u8, 0..3u16, 0..3u16, prop::bool::ANY, prop_oneof![rtp, bytes])
}

proptest::proptest! {
    #[test]
    fn no_order_of_commands_and_bytes_makes_it_panic_or_send_elsewhere(steps in proptest::collection::vec(any_step(), 0..80)) {
        let mut w = World::new();
        for (what, a, b, flag, data) in steps {
            let (port, other) = (Port(A.0 + a), Port(A.0 + b));
            let codec = if flag { Pcma } else { Pcmu };
            match what {
                0 => w.command(Command::Open { port }),
                1 => w.connect(port, codec, flag, true),
                2 => w.connect_from(port, codec, SourcePolicy::LearnFrom(host(1)), true, flag),
                3 => w.play(port, prompt("odd"), 1),
                4 => w.play(port, music(), 1),
                5 => w.command(Command::Stop { port }),
                6 => w.command(Command::Bridge { a: port, b: other }),
                7 => w.command(Command::Unbridge { a: port, b: other }),
                8 => w.command(Command::Close { port }),
                9 => w.run(u64::from(b) * 17),
                10 => w.packet(port, remote(other), &data),
                _ => w.packet(port, if flag { remote(port) } else { stranger(1) }, &data),
            }
        }
        let learnable = [Port(A.0), Port(A.0 + 1), Port(A.0 + 2)].map(remote);
        proptest::prop_assert!(w.sent.iter().all(|sent| learnable.contains(&sent.to)));
    }
}
