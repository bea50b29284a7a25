//! Another parser's opinion: where `rsip` and we both accept a message, both must read the same; where only
//! one accepts, the case stands in a table here.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use rsip::headers::ToTypedHeader;
use rsip::message::HeadersExt;
use tongjie::sip::wire::Message;

use super::{crlf, parse};

/// What both are asked for.
#[derive(Debug, PartialEq, Eq)]
struct Read {
    method: String,
    uri: String,
    via_transport: String,
    via_host: String,
    branch: Option<String>,
    from_uri: String,
    from_tag: Option<String>,
    from_name: Option<String>,
    to_uri: String,
    to_tag: Option<String>,
    call_id: String,
    cseq: (u32, String),
    max_forwards: u32,
    contact: String,
    header_lines: usize,
    body: Vec<u8>,
}

fn ours(message: &Message) -> Read {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let (via, from, to, cseq) =
        (message.via().unwrap(), message.from().unwrap(), message.to().unwrap(), message.cseq().unwrap());
    Read {
        method: message.method().unwrap().to_string(),
        uri: text(message.raw_uri()),
        via_transport: text(via.transport),
        via_host: format!("{}{}", via.host, via.port.map(|p| format!(":{p}")).unwrap_or_default()),
        branch: via.branch().map(text),
        from_uri: text(from.uri.raw),
        from_tag: from.tag().map(text),
        from_name: Some(from.display_lossy()).filter(|name| !name.is_empty()),
        to_uri: text(to.uri.raw),
        to_tag: to.tag().map(text),
        call_id: text(message.call_id().unwrap()),
        cseq: (cseq.seq, cseq.method.to_string()),
        max_forwards: message.max_forwards().unwrap().unwrap().into(),
        contact: text(message.contact().unwrap().unwrap().addr().unwrap().uri.raw),
        header_lines: message.header_lines().count(),
        body: message.body().to_vec(),
    }
}

/// `None` when rsip does not accept the message or one of the headers.
fn theirs(bytes: &[u8]) -> Option<Read> {
    let rsip::SipMessage::Request(request) = rsip::SipMessage::try_from(bytes).ok()? else { return None };
    let via = request.via_header().ok()?.typed().ok()?;
    let from = request.from_header().ok()?.typed().ok()?;
    let to = request.to_header().ok()?.typed().ok()?;
    let cseq = request.cseq_header().ok()?.typed().ok()?;
    let contact = request.contact_header().ok()?.typed().ok()?;
    Some(Read {
        method: request.method.to_string(),
        uri: request.uri.to_string(),
        via_transport: via.transport.to_string(),
        via_host: via.uri.host_with_port.to_string(),
        branch: via.branch().map(|b| b.value().to_owned()),
        from_uri: from.uri.to_string(),
        from_tag: from.tag().map(|t| t.value().to_owned()),
        // rsip keeps the quotes.
        from_name: from.display_name.as_ref().map(|name| name.trim_matches('"').to_owned()),
        to_uri: to.uri.to_string(),
        to_tag: to.tag().map(|t| t.value().to_owned()),
        call_id: rsip::headers::UntypedHeader::value(request.call_id_header().ok()?).to_owned(),
        cseq: (cseq.seq, cseq.method.to_string()),
        max_forwards: request.max_forwards_header().ok()?.num().ok()?,
        contact: contact.uri.to_string(),
        header_lines: request.headers.iter().count(),
        body: request.body.clone(),
    })
}

fn uri() -> impl Strategy<Value = String> {
    let host = prop_oneof!["[a-z]{1,8}\\.(example|cn)", "10\\.[1-9]\\.0\\.[1-9]"];
    let port = prop_oneof![Just(String::new()), (1024u16..60000).prop_map(|p| format!(":{p}"))];
    let params = prop_oneof![Just(""), Just(";transport=UDP"), Just(";user=phone"), Just(";lr")];
    ("(sip|sips)", "(\\+86)?[0-9]{3,11}|[a-z]{1,10}", host, port, params)
        .prop_map(|(scheme, user, host, port, params)| format!("{scheme}:{user}@{host}{port}{params}"))
}

fn message() -> impl Strategy<Value = String> {
    let method = prop_oneof![
        Just("INVITE"),
        Just("BYE"),
        Just("REGISTER"),
        Just("OPTIONS"),
        Just("UPDATE"),
        Just("REFER")
    ];
    let name = prop_oneof![Just(String::new()), "\"[A-Za-z]{1,8}( [A-Za-z]{1,8})?\" "];
    let vias = prop::collection::vec(
        ("(UDP|TCP|TLS)", "[a-z]{1,8}\\.example(:[1-9][0-9]{3})?", "z9hG4bK[a-zA-Z0-9]{1,20}"),
        1..4,
    );
    let extra = prop::collection::vec("X-[A-Z][a-z]{1,8}: [a-z0-9 ]{0,20}[a-z]\n", 0..4);
    let to_tag = prop_oneof![Just(String::new()), ";tag=[a-z0-9]{1,12}"];
    let spelling = prop_oneof![4 => Just(("From", "To", "Call-ID")), 1 => Just(("FROM", "to", "call-id")), 1 => Just(("f", "t", "i"))];
    (
        (method, uri(), uri(), uri(), uri()),
        (name, "[a-z0-9]{1,12}", to_tag, "[a-z0-9]{4,20}(@[a-z]{1,8}\\.example)?"),
        (vias, extra, 0u32..0x7fff_ffff, 0u8..=255, "[ -~]{0,60}", spelling),
    )
        .prop_map(|((method, target, from, to, contact), (name, tag, to_tag, call_id), (vias, extra, seq, hops, body, spelling))| {
            let vias: String = vias.iter().map(|(t, host, branch)| format!("Via: SIP/2.0/{t} {host};branch={branch}\n")).collect();
            let (f, t, i) = spelling;
            let length = body.len();
            format!(
                "{method} {target} SIP/2.0\n{vias}Max-Forwards: {hops}\n{f}: {name}<{from}>;tag={tag}\n{t}: <{to}>{to_tag}\n{i}: {call_id}\nCSeq: {seq} {method}\nContact: <{contact}>\n{}Content-Length: {length}\n\n{body}",
                extra.concat()
            )
        })
}

#[test]
fn both_read_the_same_where_both_accept() {
    let mut runner = TestRunner::deterministic();
    let strategy = message();
    let mut both = 0;
    for _ in 0..1000 {
        let text = strategy.new_tree(&mut runner).unwrap().current();
        let bytes = crlf(&text);
        let message = parse(&bytes).unwrap();
        message.validate().unwrap();
        if let Some(theirs) = theirs(&bytes) {
            assert_eq!(ours(&message), theirs, "{text}");
            both += 1;
        }
    }
    assert!(both >= 500, "rsip accepted only {both} of 1000: the comparison says little");
}

/// Each line: what is special, how the plain message is changed, do we accept it, does rsip.
#[test]
fn what_only_one_of_the_two_accepts() {
    let plain = "OPTIONS sip:12345@h.example SIP/2.0\nVia: SIP/2.0/UDP h.example;branch=z9hG4bK1\nMax-Forwards: 70\nFrom: <sip:a@h.example>;tag=1\nTo: <sip:b@h.example>\nCall-ID: c\nCSeq: 1 OPTIONS\nContact: <sip:a@h.example>\nSubject: x\n\n";
    let mut wrong = Vec::new();
    for (what, from, to, we, they) in CASES {
        let text = plain.replace(from, to);
        assert!(from.is_empty() || text != plain, "{what}: nothing changed");
        let bytes = crlf(&text);
        let ours = parse(&bytes).and_then(|m| m.validate().map(|()| m));
        let found = (ours.is_ok(), theirs(&bytes).is_some());
        if found != (*we, *they) {
            wrong.push((what, found));
        }
    }
    assert!(wrong.is_empty(), "(we, rsip): {wrong:?}");
}

/// What is special; the text replaced and its replacement; whether we accept it; whether `rsip` does.
type Case = (&'static str, &'static str, &'static str, bool, bool);

const CASES: &[Case] = &[
    // Both accept. One (*) is against the letter, harmless, and met in the field.
    ("the plain message", "", "", true, true),
    ("two Vias on a line", "z9hG4bK1", "z9hG4bK1, SIP/2.0/TCP i.example;branch=z9hG4bK2", true, true),
    ("a tel From", "<sip:a@h.example>;tag", "<tel:110>;tag", true, true),
    ("UTF-8 display name", "From: <", "From: \"张三\" <", true, true),
    ("escaped quote in a display name", "From: <", "From: \"a\\\"b\" <", true, true),
    ("display name without quotes", "From: <", "From: Bob B <", true, true),
    ("From without brackets", "<sip:a@h.example>;tag=1", "sip:a@h.example;tag=1", true, true),
    ("URI with phone-context", "sip:12345@h", "sip:12345;phone-context=+86510@h", true, true),
    ("Contact is a star", "Contact: <sip:a@h.example>", "Contact: *", true, true),
    ("rport without a value", "z9hG4bK1", "z9hG4bK1;rport", true, true),
    ("Max-Forwards above 255 *", "70", "300", true, true),
    ("body of GBK bytes, no Content-Length", "Subject: x\n\n", "Subject: x\n\n\u{80}", true, true),
    // Only we accept: all legal.
    ("folded header", "Subject: x", "Subject: x\n y", true, false),
    ("folded From", "From: <sip:a@h.example>", "From:\n <sip:a@h.example>", true, false),
    ("space before the colon", "Subject:", "X-bypass :", true, false),
    ("compact names", "From:", "f:", true, false),
    ("spaces in a Via", "SIP/2.0/UDP h.example;", "SIP / 2.0 / UDP h.example ; ", true, false),
    ("an unknown transport", "2.0/UDP", "2.0/FOO", true, false),
    ("an unknown method", "OPTIONS", "FROB", true, false),
    ("IPv6 in a Via", "UDP h.example", "UDP [2001:db8::1]:5060", true, false),
    ("IPv6 in the Request-URI", "sip:12345@h.example", "sip:12345@[2001:db8::1]", true, false),
    ("a tel Request-URI", "sip:12345@h.example", "tel:+8651012345", true, false),
    ("an unknown scheme", "sip:12345@h.example", "urn:service:sos", true, false),
    // Only rsip accepts: all of these are illegal, and some are attacks.
    ("CSeq of another method", "1 OPTIONS", "1 INVITE", false, true),
    ("CSeq out of range", "1 OPTIONS", "2147483648 OPTIONS", false, true),
    ("a second From", "Subject: x", "From: <sip:evil@h>;tag=2", false, true),
    ("Content-Length beyond the end", "Subject: x", "Content-Length: 5", false, true),
    ("negative Content-Length", "Subject: x", "Content-Length: -5", false, true),
    ("Content-Length in hexadecimal", "Subject: x", "Content-Length: 0x0", false, true),
    ("empty header parameters", "tag=1", "tag=1;;", false, true),
    ("Route without brackets", "Subject: x", "Route: sip:a@b;lr", false, true),
    ("space in the Request-URI", "12345@h", "12345 @h", false, true),
    // Neither accepts.
    ("version 7", "SIP/2.0\n", "SIP/7.0\n", false, false),
    ("no Via", "Via: SIP/2.0/UDP h.example;branch=z9hG4bK1\n", "", false, false),
    ("header without a colon", "Subject: x", "Subject", false, false),
];
