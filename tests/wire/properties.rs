//! Properties: no bytes make us panic; what is written reads back as it was meant; no value adds a line.

use std::hint::black_box;

use bytes::Bytes;
use proptest::prelude::*;
use tongjie::sip::wire::framing::Framer;
use tongjie::sip::wire::header::{CSeq, Challenge, Credentials, OwnVia};
use tongjie::sip::wire::{Address, HeaderName, Host, Message, Method, NameAddr, Status, Uri, Writer};

use super::parse;

/// Keeps the optimiser from skipping the call that made the value.
fn used<T>(value: T) {
    drop(black_box(value));
}

/// Calls everything a message offers, as the core and the logs would.
fn read_all(message: &Message) {
    used(message.validate().is_ok());
    used((message.start(), message.uri(), message.body_bytes(), message.to_bytes(), format!("{message:?}")));
    for line in message.header_lines() {
        used(line.value());
        used(message.headers(line.name).count());
    }
    if let Ok(via) = message.via() {
        used((via.received(), via.rport(), via.ttl(), via.maddr(), via.transaction_id()));
    }
    for addr in [message.from(), message.to()].into_iter().flatten() {
        used((
            addr.display_lossy(),
            addr.tag(),
            addr.uri.number(),
            addr.uri.phone_context(),
            addr.uri.user_text(),
        ));
        used(addr.uri.matches(&addr.uri));
    }
    used((
        message.contacts().count(),
        message.routes().count(),
        message.record_routes().count(),
        message.paths().count(),
    ));
    for contact in message.contacts().flatten() {
        used((contact.expires(), contact.q_millis(), contact.instance(), contact.reg_id()));
    }
    used((message.authorizations().count(), message.proxy_authorizations().count()));
    used((message.www_authenticates().count(), message.proxy_authenticates().count()));
    used((message.history_info().count(), message.diversions().count(), message.reasons().count()));
    used((message.p_asserted_identities().count(), message.p_called_party_id(), message.privacy()));
    used((
        message.session_expires(),
        message.min_se(),
        message.rack(),
        message.rseq(),
        message.retry_after(),
    ));
    used((
        message.replaces(),
        message.refer_to(),
        message.referred_by(),
        message.date(),
        message.content_type(),
    ));
    let source = "192.0.2.1:5060".parse().unwrap();
    used(Writer::new().respond(message, Status::OK, Some(b"t"), Some(source)).finish());
}

fn read_bytes(bytes: &[u8]) {
    match parse(bytes) {
        Ok(message) => read_all(&message),
        Err(error) => {
            assert!(error.at <= bytes.len());
            if let Some(partial) = error.partial {
                read_all(&partial);
            }
        }
    }
    let mut framer = Framer::new();
    framer.push(bytes);
    while let Ok(Some(_)) = framer.next_frame() {}
    used((Uri::parse(bytes), NameAddr::parse(bytes), Host::parse(bytes)));
}

const SEEDS: &[&str] = &[
    include_str!("../../benches/invite.sip"),
    "REGISTER sip:h SIP/2.0\r\nv:SIP/2.0/UDP [2001:db8::1]:5060;rport;received=1.2.3.4\r\nf:\"a\\\"b\"<sip:a@h>;tag=1\r\nt:sip:a@h;tag=2\r\ni:c\r\nCSeq:1 REGISTER\r\nm:*\r\nm:<sip:a@h;x=%41?y=z>;q=0.5;expires=60;+sip.instance=\"<urn:x>\"\r\nAuthorization:Digest username=\"a\",realm=\"r\",nonce=\"n\",uri=\"sip:h\",response=\"0\",nc=00000001\r\nRoute:<sip:p;lr>\r\nReason:Q.850;cause=16\r\nHistory-Info:<sip:1@h>;index=1.1\r\nRefer-To:<sip:a@h?Replaces=a%3Bto-tag%3D1%3Bfrom-tag%3D2>\r\nReplaces:a;to-tag=1;from-tag=2\r\nSession-Expires:90;refresher=uac\r\nRAck:1 1 INVITE\r\nDate:Sat, 01 Jan 2022 00:00:00 GMT\r\nl:0\r\n\r\n",
    "SIP/2.0 401 x\r\nVia:SIP/2.0/UDP h\r\nFrom:<tel:110>;tag=1\r\nTo:<sip:a@h>\r\nCall-ID:c\r\nCSeq:1 REGISTER\r\nWWW-Authenticate:Digest realm=\"r\",nonce=\"n\",qop=\"auth\"\r\nSubject:a\r\n b\r\n\r\n",
];

/// A good message with some bytes changed, removed or doubled.
fn mutated() -> impl Strategy<Value = Vec<u8>> {
    let interesting =
        prop_oneof![any::<u8>(), prop::sample::select(&b"\r\n\0 \t,;:<>\"\\=@%[]()/?*0\x80\xff"[..])];
    (
        prop::sample::select(SEEDS),
        prop::collection::vec((any::<prop::sample::Index>(), 0..4u8, interesting), 1..12),
    )
        .prop_map(|(seed, changes)| {
            let mut bytes = seed.as_bytes().to_vec();
            for (index, kind, byte) in changes {
                let at = index.index(bytes.len().max(1)).min(bytes.len().saturating_sub(1));
                match kind {
                    0 => bytes[at] = byte,
                    1 => bytes.insert(at, byte),
                    2 if bytes.len() > 1 => drop(bytes.remove(at)),
                    _ => bytes.truncate(at + 1),
                }
            }
            bytes
        })
}

/// Anything a caller may hand to the writer.
fn hostile() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just(b"\r\n".to_vec()),
        Just(b"\r\nRoute: <sip:evil>\r\n\r\n".to_vec()),
        prop::collection::vec(any::<u8>(), 0..12)
    ];
    prop::collection::vec(piece, 0..4).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn any_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        read_bytes(&bytes);
    }

    #[test]
    fn damaged_messages_never_panic(bytes in mutated()) {
        read_bytes(&bytes);
    }

    #[test]
    fn any_header_value_never_panics(value in prop::collection::vec(any::<u8>(), 0..120), name in prop::sample::select(HeaderName::ALL)) {
        let mut bytes = b"OPTIONS sip:h SIP/2.0\r\n".to_vec();
        bytes.extend_from_slice(name.as_bytes());
        bytes.extend_from_slice(b": ");
        bytes.extend(value);
        bytes.extend_from_slice(b"\r\nVia: SIP/2.0/UDP h\r\nFrom: <sip:a@h>\r\nTo: <sip:a@h>\r\nCall-ID: c\r\nCSeq: 1 OPTIONS\r\n\r\n");
        read_bytes(&bytes);
    }

    #[test]
    fn what_is_written_reads_back(
        method in "[A-Z]{1,20}",
        user in "[a-z0-9+._-]{1,20}",
        display in prop::collection::vec(any::<char>().prop_filter("no control", |c| !c.is_control()), 0..12),
        (tag, branch, call_id) in ("[a-zA-Z0-9.-]{1,20}", "z9hG4bK[a-zA-Z0-9]{1,20}", "[!-:<-~]{1,30}"),
        seq in 0u32..0x8000_0000,
        port in proptest::option::of(1u16..),
        ip: std::net::IpAddr,
        body in prop::collection::vec(any::<u8>(), 0..100),
    ) {
        let display: String = display.into_iter().collect();
        let uri = format!("sip:{user}@h.example;user=phone");
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let mut writer = Writer::new();
        let bytes = writer.request(method, uri.as_str())
            .header(HeaderName::Via, OwnVia { transport: "UDP", host: Host::Ip(ip), port, branch: branch.as_bytes(), rport: true })
            .header(HeaderName::From, Address { display: Some(display.as_bytes()), uri: uri.as_bytes(), tag: Some(tag.as_bytes()) })
            .header(HeaderName::To, Address { display: None, uri: b"tel:+8651012345", tag: None })
            .header(HeaderName::CallId, call_id.as_str())
            .header(HeaderName::CSeq, CSeq { seq, method })
            .finish_with("application/octet-stream", &body);
        let m = parse(&bytes).unwrap();
        m.validate().unwrap();
        prop_assert_eq!(m.method(), Some(method));
        prop_assert_eq!(m.raw_uri(), uri.as_bytes());
        let via = m.via().unwrap();
        prop_assert_eq!((via.host.ip(), via.port, via.branch()), (Some(ip), port, Some(branch.as_bytes())));
        let from = m.from().unwrap();
        prop_assert_eq!(from.display_lossy(), display);
        prop_assert_eq!((from.tag(), from.uri.raw), (Some(tag.as_bytes()), uri.as_bytes()));
        prop_assert_eq!(m.call_id().unwrap(), call_id.as_bytes());
        prop_assert_eq!(m.cseq().unwrap(), CSeq { seq, method });
        prop_assert_eq!(m.body(), &body[..]);
        // Written again from what was read, it is the same message.
        let mut draft = writer.request(method, m.raw_uri());
        for line in m.header_lines().filter(|l| l.name != HeaderName::ContentLength && l.name != HeaderName::ContentType) {
            draft.line(&line);
        }
        prop_assert_eq!(draft.finish_with("application/octet-stream", m.body()), bytes);
    }

    #[test]
    fn digests_read_back(fields in prop::collection::vec("[ -~]{0,20}", 5), stale: bool) {
        let field = |at: usize| fields[at].as_bytes().into();
        let credentials = Credentials { username: field(0), realm: field(1), nonce: field(2), uri: field(3), response: field(4), nc: Some(b"00000001"[..].into()), ..Credentials::default() };
        let challenge = Challenge { realm: field(0), nonce: field(1), opaque: Some(field(2)), qop: Some(b"auth"[..].into()), stale, ..Challenge::default() };
        let mut writer = Writer::new();
        let bytes = writer.request(Method::Options, "sip:h")
            .header(HeaderName::Via, "SIP/2.0/UDP h").header(HeaderName::From, "<sip:a@h>").header(HeaderName::To, "<sip:a@h>")
            .header(HeaderName::CallId, "c").header(HeaderName::CSeq, "1 OPTIONS")
            .header(HeaderName::Authorization, &credentials).header(HeaderName::WwwAuthenticate, &challenge).finish();
        let m = parse(&bytes).unwrap();
        prop_assert_eq!(m.authorizations().next().unwrap().unwrap(), credentials);
        prop_assert_eq!(m.www_authenticates().next().unwrap().unwrap(), challenge);
    }

    #[test]
    fn no_value_adds_a_line(a in hostile(), b in hostile(), c in hostile()) {
        let mut writer = Writer::new();
        let mut draft = writer.request(Method::Options, a.as_slice());
        draft
            .header(HeaderName::Via, OwnVia { transport: "UDP", host: Host::Name(&a), port: None, branch: &b, rport: false })
            .header(HeaderName::From, Address { display: Some(&a), uri: &b, tag: Some(&c) })
            .header(HeaderName::Subject, b.as_slice())
            .header(HeaderName::Authorization, Credentials { username: a.as_slice().into(), algorithm: Some(b.as_slice().into()), ..Credentials::default() })
            .header_named(&String::from_utf8_lossy(&c), a.as_slice());
        let bytes: Bytes = draft.finish();
        let head = bytes.strip_suffix(b"\r\n\r\n").unwrap();
        prop_assert!(!head.contains(&0));
        let lines: Vec<_> = head.split(|&b| b == b'\n').collect();
        prop_assert_eq!(lines.len(), 7);
        for line in &lines[..6] {
            let line = line.strip_suffix(b"\r").unwrap();
            prop_assert!(!line.contains(&b'\r'));
        }
    }
}
