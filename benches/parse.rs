//! The parser's budget: a 1 kB INVITE in half a microsecond without allocation, forwarded in one (README,
//! "Numbers"). `rsip` reads the same message in the same run.
#![allow(missing_docs, reason = "a bench has no readers of its interface")]
#![allow(clippy::unwrap_used, reason = "a bench that cannot read its own message has failed")]

use std::hint::black_box;

use bytes::Bytes;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use rsip::headers::ToTypedHeader;
use rsip::message::HeadersExt;
use tongjie::sip::wire::header::OwnVia;
use tongjie::sip::wire::{Address, HeaderName, Host, Message, Method, Status, Writer};

/// What a trunk sends: 16 header lines and a session description, 1 kB.
const INVITE: &[u8] = include_bytes!("invite.sip");

fn parse(c: &mut Criterion) {
    let datagram = Bytes::from_static(INVITE);
    let mut group = c.benchmark_group("parse");
    group.throughput(Throughput::Bytes(INVITE.len() as u64));
    group.bench_function("index", |b| b.iter(|| Message::parse(black_box(datagram.clone())).unwrap()));
    group.bench_function("index_and_typed", |b| {
        b.iter(|| {
            let message = Message::parse(black_box(datagram.clone())).unwrap();
            read(&message);
            message
        });
    });
    group.bench_function("validate", |b| {
        let message = Message::parse(datagram.clone()).unwrap();
        b.iter(|| black_box(&message).validate().unwrap());
    });
    group.bench_function("rsip_index", |b| {
        b.iter(|| rsip::SipMessage::try_from(black_box(INVITE)).unwrap());
    });
    group.bench_function("rsip_index_and_typed", |b| {
        b.iter(|| {
            let message = rsip::SipMessage::try_from(black_box(INVITE)).unwrap();
            black_box(message.via_header().unwrap().typed().unwrap());
            black_box(message.from_header().unwrap().typed().unwrap());
            black_box(message.to_header().unwrap().typed().unwrap());
            black_box(message.cseq_header().unwrap().typed().unwrap());
            black_box(message.contact_header().unwrap().typed().unwrap());
            black_box(message.max_forwards_header().unwrap().num().unwrap());
            black_box(message.call_id_header().unwrap());
            message
        });
    });
    group.finish();
}

/// What the stack reads of every INVITE.
fn read(message: &Message) {
    black_box(message.via().unwrap().branch());
    black_box(message.from().unwrap().tag());
    black_box(message.to().unwrap().tag());
    black_box(message.cseq().unwrap());
    black_box(message.contact().unwrap());
    black_box(message.max_forwards().unwrap());
    black_box(message.call_id().unwrap());
    black_box(message.uri().unwrap());
}

fn write(c: &mut Criterion) {
    let datagram = Bytes::from_static(INVITE);
    let mut group = c.benchmark_group("write");
    group.bench_function("forward", |b| {
        let mut writer = Writer::new();
        b.iter(|| {
            let message = Message::parse(black_box(datagram.clone())).unwrap();
            forward(&message, &mut writer)
        });
    });
    group.bench_function("respond", |b| {
        let mut writer = Writer::new();
        let message = Message::parse(datagram.clone()).unwrap();
        let source = "192.0.2.7:5060".parse().unwrap();
        b.iter(|| {
            let request = black_box(&message);
            writer.respond(request, Status::RINGING, Some(b"8a7b6c5d"), Some(source)).finish()
        });
    });
    group.finish();
}

/// The other leg's INVITE: our own Via, tags and Contact, the caller's names and body.
fn forward(message: &Message, writer: &mut Writer) -> Bytes {
    let host = Host::Ip([192, 0, 2, 1].into());
    let from = message.from().unwrap();
    let name = from.display_name();
    let mut draft = writer.request(Method::Invite, message.raw_uri());
    draft
        .header(
            HeaderName::Via,
            OwnVia {
                transport: "UDP",
                host,
                port: Some(5060),
                branch: b"z9hG4bK0123456789abcdef",
                rport: true,
            },
        )
        .header(HeaderName::MaxForwards, u32::from(message.max_forwards().unwrap().unwrap_or(70)) - 1)
        .header(
            HeaderName::From,
            Address { display: Some(&name), uri: from.uri.raw, tag: Some(b"9fxced76sl") },
        )
        .header(HeaderName::To, Address { display: None, uri: message.to().unwrap().uri.raw, tag: None })
        .header(HeaderName::CallId, b"f81d4fae7dec11d0a76500a0c91e6bf6")
        .header(HeaderName::CSeq, b"1 INVITE")
        .header(HeaderName::Contact, b"<sip:192.0.2.1:5060>")
        .copy(message, HeaderName::PAssertedIdentity)
        .copy(message, HeaderName::Allow)
        .copy(message, HeaderName::Supported);
    draft.finish_with("application/sdp", message.body())
}

criterion_group!(benches, parse, write);
criterion_main!(benches);
