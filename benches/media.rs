//! The media plane's two hot paths: a relayed packet, and a tick of 5,000 playing streams.
//! Sockets are not in it.

#![allow(missing_docs, reason = "criterion's macros write undocumented functions")]
#![allow(clippy::unwrap_used, reason = "a bench that panics has failed, which is what it should do")]

use std::hint::black_box;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tongjie::event::PromptId;
use tongjie::media::{Command, Output, Plane, Port, Prompts, Source, SourcePolicy, tone};
use tongjie::rtp::Header;
use tongjie::sdp::Codec;
use tongjie::stdx::{Instant, Rng};

fn plane() -> Plane {
    let mut prompts = Prompts::new();
    let music = tone::encode(Codec::Pcma, &tone::sine(600.0, 0.3, 0, 80_000));
    prompts.insert(PromptId::new("music"), music);
    Plane::new(Arc::new(prompts), Rng::from_seed(1))
}

fn remote(port: Port) -> SocketAddr {
    SocketAddr::new(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)), port.0)
}

fn leg(plane: &mut Plane, port: Port, codec: Codec) {
    let now = Instant::ZERO;
    plane.handle_command(now, Command::Open { port });
    let payload_type = codec.static_payload_type();
    let (remote, source) = (remote(port), SourcePolicy::Strict);
    let connect = Command::Connect {
        port,
        remote,
        codec,
        payload_type,
        dtmf: Some(101),
        source,
        send: true,
        receive: true,
    };
    plane.handle_command(now, connect);
}

fn relay(c: &mut Criterion, name: &str, codecs: (Codec, Codec)) {
    let mut plane = plane();
    let (a, b) = (Port(20_000), Port(20_002));
    leg(&mut plane, a, codecs.0);
    leg(&mut plane, b, codecs.1);
    plane.handle_command(Instant::ZERO, Command::Bridge { a, b });
    let payload_type = codecs.0.static_payload_type();
    let mut header = Header { marker: false, payload_type, sequence: 0, timestamp: 0, ssrc: 7 };
    let mut data = [0x55; 172];
    let mut now = Instant::ZERO;
    // The first packet is also an event.
    plane.handle_packet(now, a, remote(a), &[&header.to_bytes()[..], &[0x55; 160]].concat());
    while plane.poll_output().is_some() {}
    c.bench_function(name, |bencher| {
        bencher.iter(|| {
            header.sequence = header.sequence.wrapping_add(1);
            header.timestamp = header.timestamp.wrapping_add(160);
            now += Duration::from_millis(20);
            data.iter_mut().zip(header.to_bytes()).for_each(|(to, from)| *to = from);
            plane.handle_packet(now, a, remote(a), &data);
            let output = plane.poll_output();
            assert!(matches!(output, Some(Output::Send { .. })));
            black_box(output);
        });
    });
}

fn play(c: &mut Criterion, name: &str, codec: Codec) {
    let mut plane = plane();
    for n in 0..5000 {
        let port = Port(20_000 + 2 * n);
        leg(&mut plane, port, codec);
        let what = Source::Loop { prompt: PromptId::new("music") };
        plane.handle_command(Instant::ZERO, Command::Play { port, what, ticket: 0 });
    }
    let mut group = c.benchmark_group("play");
    group.throughput(Throughput::Elements(5000));
    let mut now = Instant::ZERO;
    group.bench_function(name, |bencher| {
        bencher.iter(|| {
            let mut sent = 0;
            for _ in 0..20 {
                now += Duration::from_millis(1);
                plane.handle_timeout(now);
                while let Some(output) = plane.poll_output() {
                    sent += 1;
                    black_box(output);
                }
            }
            assert!((4500..5500).contains(&sent));
        });
    });
    group.finish();
}

fn media(c: &mut Criterion) {
    relay(c, "relay one packet", (Codec::Pcma, Codec::Pcma));
    relay(c, "relay one packet, transcoded", (Codec::Pcma, Codec::Pcmu));
    play(c, "20 ms of 5000 A-law streams", Codec::Pcma);
    play(c, "20 ms of 5000 µ-law streams", Codec::Pcmu);
}

criterion_group!(benches, media);
criterion_main!(benches);
