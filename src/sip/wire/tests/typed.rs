//! Typed headers, one by one.

use super::*;

#[test]
fn via() {
    let v = Via::parse(
        b"SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK87asdks7;rport;received=192.0.2.9;ttl=3;maddr=224.2.0.1",
    )
    .unwrap();
    assert_eq!(
        (v.transport, v.host.ip(), v.port),
        (&b"UDP"[..], Some("192.0.2.1".parse().unwrap()), Some(5060))
    );
    assert_eq!(v.branch(), Some(&b"z9hG4bK87asdks7"[..]));
    assert_eq!((v.rport(), v.received(), v.ttl()), (Some(None), Some("192.0.2.9".parse().unwrap()), Some(3)));
    assert_eq!(v.maddr(), Some(Host::Ip([224, 2, 0, 1].into())));
    let v = Via::parse(b"SIP / 2.0 / TCP  spaced.example.com : 5070 ; branch = z9hG4bKx ; rport=9").unwrap();
    assert_eq!((v.host, v.port, v.rport()), (Host::Name(b"spaced.example.com"), Some(5070), Some(Some(9))));
    assert_eq!(v.branch(), Some(&b"z9hG4bKx"[..]));
    for bad in [
        "",
        "SIP/2.0/UDP",
        "SIP/2.0 h",
        "SIP/1.0/UDP h",
        "HTTP/2.0/UDP h",
        "SIP/2.0/UDP h:99999",
        "SIP/2.0/UDP h;",
        "SIP/2.0/UDP h;;a",
        "SIP/2.0/UDP h x",
        "SIP/2.0/UDP h;branch=",
    ] {
        assert!(Via::parse(bad.as_bytes()).is_none(), "{bad}");
    }
}

#[test]
fn every_via_in_order_on_one_line_or_many() {
    let m = parsed(with("v: SIP/2.0/TCP a, SIP/2.0/TLS b\r\nVia: SIP/2.0/WS c\r\n"));
    let transports: Vec<_> = m.vias().map(|v| v.unwrap().transport.to_vec()).collect();
    assert_eq!(transports, [&b"UDP"[..], b"TCP", b"TLS", b"WS"]);
    assert_eq!(m.via().unwrap().branch(), Some(&b"z9hG4bK1"[..]));
}

#[test]
fn from_and_to() {
    let addr = NameAddr::parse(
        b"\"\xe5\xbc\xa0\xe4\xb8\x89 \\\"A\\\"\" <sip:13800000000@h;user=phone> ; tag = ab.c ;x",
    )
    .unwrap();
    assert_eq!(addr.display_lossy(), "张三 \"A\"");
    assert_eq!((addr.tag(), addr.params.has("x")), (Some(&b"ab.c"[..]), true));
    assert!(addr.uri.is_phone());
    // Without angle brackets the parameters are the header's.
    let addr = NameAddr::parse(b"sip:c8oqz84zk7z@privacy.org;tag=hyh8").unwrap();
    assert_eq!((addr.tag(), addr.uri.params.raw(), addr.display), (Some(&b"hyh8"[..]), &b""[..], &b""[..]));
    let addr = NameAddr::parse(b"Bob of  Biloxi<sips:bob@h>").unwrap();
    assert_eq!((addr.display, addr.tag()), (&b"Bob of  Biloxi"[..], None));
    // GBK, quoted and not; the second character ends in a backslash, the third in "@".
    for raw in
        [&b"\"\xd5\xc5\x81\x5c\x81\x40\" <sip:a@h>;tag=1"[..], b"\xd5\xc5\x81\x5c\x81\x40 <sip:a@h>;tag=1"]
    {
        let addr = NameAddr::parse(raw).unwrap();
        assert_eq!(
            (addr.display_name().as_ref(), addr.tag()),
            (&b"\xd5\xc5\x81\x5c\x81\x40"[..], Some(&b"1"[..]))
        );
    }
    for bad in [
        "",
        "<>",
        "<sip:a@h",
        "\"x <sip:a@h>",
        "Bell, Alex <sip:a@h>",
        "sip:a@h x",
        "<sip:a@h>x",
        "<sip:a@h>;tag=",
        "\"x\" sip:a@h",
        "sip:a@h?Subject=x",
    ] {
        assert!(NameAddr::parse(bad.as_bytes()).is_none(), "{bad}");
    }
}

#[test]
fn contact() {
    let m = parsed(with(
        "m: \"a, b\" <sip:a,b@h;x=1>;q=0.7;expires=60, <sip:b@h>;expires=x;q=0.1234\r\nContact: <sip:c@h>;expires=99999999999;+sip.instance=\"<urn:uuid:f81d4fae>\";reg-id=1, sip:d@h;q=1.000\r\n",
    ));
    let contacts: Vec<_> = m.contacts().map(Result::unwrap).collect();
    let read: Vec<_> = contacts.iter().map(|c| (c.expires(), c.q_millis())).collect();
    assert_eq!(read, [(Some(60), 700), (Some(3600), 1000), (Some(u32::MAX), 1000), (None, 1000)]);
    assert_eq!(contacts[2].instance().unwrap().as_ref(), b"<urn:uuid:f81d4fae>");
    assert_eq!(contacts[2].reg_id(), Some(1));
    assert!(matches!(Contact::parse(b"*"), Some(Contact::Star)));
    assert!(Contact::parse(b"**").is_none());
    assert!(parsed(with("")).contact().unwrap().is_none());
}

#[test]
fn routes_need_angle_brackets() {
    let m = parsed(with(
        "Route: <sip:p1;lr>,<sip:p2>\r\nRoute: Proxy <sip:p3;lr>\r\nRecord-Route: sip:p4;lr\r\n",
    ));
    let loose: Vec<_> = m.routes().map(|r| r.unwrap().uri.is_loose()).collect();
    assert_eq!(loose, [true, false, true]);
    assert_eq!(
        m.record_routes().next().unwrap().unwrap_err(),
        HeaderError { name: HeaderName::RecordRoute, fault: Fault::Syntax }
    );
}

#[test]
fn numbers_in_headers() {
    let m = parsed(with(
        "Max-Forwards: 70\r\nExpires: 4294967296\r\nMin-Expires: 60\r\nRetry-After: 120 (in a meeting);duration=60\r\nRSeq: 988789\r\nMin-SE: 90;x=y\r\n",
    ));
    assert_eq!(m.max_forwards(), Ok(Some(70)));
    assert_eq!(m.expires(), Some(u32::MAX));
    assert_eq!(m.min_expires(), Ok(Some(60)));
    assert_eq!(m.retry_after(), Ok(Some(120)));
    assert_eq!(m.rseq(), Ok(Some(988_789)));
    assert_eq!(m.min_se(), Ok(Some(90)));
    let bad = parsed(with("Max-Forwards: x\r\nRetry-After: soon\r\nRSeq: 0\r\nExpires: soon\r\n"));
    assert!(bad.max_forwards().is_err() && bad.retry_after().is_err() && bad.rseq().is_err());
    assert_eq!(bad.expires(), Some(3600));
    assert_eq!(parsed(with("Max-Forwards: 300\r\n")).max_forwards(), Ok(Some(255)));
    assert_eq!(parsed(with("")).max_forwards(), Ok(None));
}

#[test]
fn content_type() {
    assert!(ContentType::parse(b"Application/SDP").unwrap().is_sdp());
    let t = ContentType::parse(b"multipart/mixed ; boundary=\"a;b\"").unwrap();
    assert_eq!(t.params.text("boundary").unwrap().as_ref(), b"a;b");
    assert!(!t.is_sdp());
    assert!(ContentType::parse(b"application").is_none());
    assert_eq!(parsed(with("l: 0\r\n")).content_length(), Ok(Some(0)));
}

#[test]
fn credentials_read_and_write() {
    let text = br#"Digest username="b\"ob", realm="biloxi.com", nonce="dcd98b", uri="sip:bob@biloxi.com", qop=auth, nc=0000001f, cnonce="0a4f113b", response="6629fae49393a05397450978507c4ef1", opaque="", algorithm=SHA-256"#;
    let c = Credentials::parse(text).unwrap();
    assert_eq!((c.username.as_ref(), c.nonce_count()), (&b"b\"ob"[..], Some(31)));
    assert_eq!(c.opaque.as_deref(), Some(&b""[..]));
    let again = Writer::new().response(Status::OK, None).header(HeaderName::Authorization, &c).finish();
    let line = again.split(|&b| b == b'\n').find(|l| l.starts_with(b"Authorization")).unwrap();
    assert_eq!(Credentials::parse(line["Authorization: ".len()..].trim_ascii_end()).unwrap(), c);
    // Folded, odd case, uri without quotes.
    let c = Credentials::parse(
        b"DIGEST\r\n USERNAME=\"a\" ,Realm = \"r\",nonce=\"n\",uri=sip:h;x=y,response=\"r=\"",
    )
    .unwrap();
    assert_eq!((c.uri.as_ref(), c.response.as_ref(), c.qop), (&b"sip:h;x=y"[..], &b"r="[..], None));
    for bad in [
        &b"Basic YTpi"[..],
        b"Digest",
        b"Digest username=\"a\"",
        b"Digest username=\"a\",username=\"b\",realm=\"r\",nonce=\"n\",uri=\"u\",response=\"r\"",
        b"Digest username=\"a,realm=\"r\"",
        b"Digest username",
    ] {
        assert!(Credentials::parse(bad).is_none());
    }
}

#[test]
fn challenges_read_and_write() {
    let c = Challenge {
        realm: b"wuxi"[..].into(),
        nonce: b"n\\1"[..].into(),
        opaque: None,
        algorithm: Some(b"SHA-256"[..].into()),
        qop: Some(b"auth, auth-int"[..].into()),
        stale: true,
    };
    let bytes =
        Writer::new().response(Status::UNAUTHORIZED, None).header(HeaderName::WwwAuthenticate, &c).finish();
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    assert!(text.contains("WWW-Authenticate: Digest realm=\"wuxi\", nonce=\"n\\\\1\", algorithm=SHA-256, qop=\"auth, auth-int\", stale=true\r\n"), "{text}");
    let m = parsed(with(
        "WWW-Authenticate: Digest realm=\"a, b\", nonce=\"n\", qop=\"auth, auth-int\", stale=TRUE\r\nWWW-Authenticate: Basic x\r\n",
    ));
    let all: Vec<_> = m.www_authenticates().collect();
    let first = all[0].as_ref().unwrap();
    assert!(
        first.stale && first.offers_qop("auth") && first.offers_qop("auth-int") && !first.offers_qop("aut")
    );
    assert_eq!((all.len(), first.realm.as_ref(), all[1].is_err()), (2, &b"a, b"[..], true));
}

#[test]
fn history_info() {
    let m = parsed(with(
        "History-Info: <sip:12319@h?Reason=SIP%3Bcause%3D302>;index=1, <sip:12345@h>;index=1.1;mp=1\r\nHistory-Info: <sip:x@h>\r\n",
    ));
    let all: Vec<_> = m.history_info().collect();
    let second = all[1].unwrap();
    assert_eq!(second.index_path().collect::<Vec<_>>(), [1, 1]);
    assert_eq!(second.cause_of_change(), Some(&b"1"[..]));
    assert_eq!(all[0].unwrap().addr.uri.number().as_deref(), Some(&b"12319"[..]));
    assert!(all[2].is_err() && HistoryEntry::parse(b"<sip:a@h>;index=1.x").is_none());
}

#[test]
fn diversion() {
    let d = Diversion::parse(b"\"x\" <sip:12319@h>;reason=\"no-answer\";counter=2;privacy=full").unwrap();
    assert_eq!(
        (d.reason().unwrap().as_ref(), d.counter(), d.privacy().unwrap().as_ref()),
        (&b"no-answer"[..], 2, &b"full"[..])
    );
    assert_eq!(Diversion::parse(b"<tel:12319>").unwrap().counter(), 1);
}

#[test]
fn identities() {
    let m = parsed(with(
        "P-Asserted-Identity: \"Cullen, J\" <sip:fluffy@cisco.com>, tel:+8613800000000;x=y\r\nP-Called-Party-ID: <sip:12319@h>\r\nP-Preferred-Identity: <tel:110>\r\n",
    ));
    let all: Vec<_> = m.p_asserted_identities().map(Result::unwrap).collect();
    assert_eq!((all[0].display_lossy(), all[1].uri.scheme), ("Cullen, J".to_owned(), Scheme::Tel));
    assert_eq!(m.p_called_party_id().unwrap().unwrap().uri.number().as_deref(), Some(&b"12319"[..]));
    assert_eq!(m.p_preferred_identities().count(), 1);
}

#[test]
fn privacy() {
    let m = parsed(with("Privacy: id ; USER;unknown\r\nPrivacy: critical\r\n"));
    assert_eq!(m.privacy(), Privacy { id: true, user: true, critical: true, ..Privacy::default() });
    assert_eq!(
        parsed(with("Privacy: header,session,history,none\r\n")).privacy(),
        Privacy { header: true, session: true, history: true, none: true, ..Privacy::default() }
    );
}

#[test]
fn reason() {
    let m = parsed(with("Reason: SIP;cause=200;text=\"Call completed elsewhere\", Q.850;cause=16\r\n"));
    let all: Vec<_> = m.reasons().map(Result::unwrap).collect();
    assert_eq!((all[0].cause(), all[0].q850(), all[1].q850()), (Some(200), None, Some(16)));
    assert_eq!(all[0].text().unwrap().as_ref(), b"Call completed elsewhere");
    assert!(ReasonValue::parse(b";cause=1").is_none());
    let own = OwnReason { protocol: "Q.850", cause: 16, text: Some("a\"b") };
    let written = Writer::new().response(Status::OK, None).header(HeaderName::Reason, own).finish();
    assert_eq!(
        String::from_utf8_lossy(&written).lines().nth(1),
        Some(r#"Reason: Q.850;cause=16;text="a\"b""#)
    );
}

#[test]
fn token_lists() {
    let m = parsed(with(
        "Supported: timer, 100rel\r\nk: replaces\r\nRequire:\r\nAllow: INVITE,ACK\r\nAllow: BYE\r\n",
    ));
    assert_eq!(m.tokens(HeaderName::Supported).collect::<Vec<_>>(), [&b"timer"[..], b"100rel", b"replaces"]);
    assert!(m.supports("100REL") && !m.supports("gruu"));
    assert_eq!(m.tokens(HeaderName::Require).count(), 0);
    assert_eq!((m.allows(Method::Bye), m.allows(Method::Update)), (Some(true), Some(false)));
    assert_eq!(parsed(with("")).allows(Method::Bye), None);
}

#[test]
fn rack() {
    assert_eq!(
        RAck::parse(b"776656 1 INVITE"),
        Some(RAck { rseq: 776_656, cseq: CSeq { seq: 1, method: Method::Invite } })
    );
    for bad in ["0 1 INVITE", "1 INVITE", "1 1", "x", "4294967296 1 INVITE"] {
        assert!(RAck::parse(bad.as_bytes()).is_none(), "{bad}");
    }
}

#[test]
fn session_expires() {
    assert_eq!(
        SessionExpires::parse(b"1800;refresher=UAC"),
        Some(SessionExpires { seconds: 1800, refresher: Some(Refresher::Uac) })
    );
    assert_eq!(SessionExpires::parse(b"90"), Some(SessionExpires { seconds: 90, refresher: None }));
    assert_eq!(SessionExpires::parse(b"90;refresher=who").unwrap().refresher, None);
    assert_eq!(SessionExpires::parse(b"x"), None);
    assert_eq!(
        parsed(with("x: 4000;refresher=uas\r\n")).session_expires().unwrap().unwrap().refresher,
        Some(Refresher::Uas)
    );
}

#[test]
fn replaces_alone_and_inside_refer_to() {
    let r = Replaces::parse(b"425928@bobster.example.org;to-tag=7743;from-tag=6472;early-only").unwrap();
    assert_eq!(
        (r.call_id, r.to_tag, r.from_tag, r.early_only),
        (&b"425928@bobster.example.org"[..], &b"7743"[..], &b"6472"[..], true)
    );
    assert!(Replaces::parse(b"a;to-tag=1").is_none());
    let m = parsed(with(
        "r: <sip:120@h?Replaces=a%40b%3Bto-tag%3D1%3Bfrom-tag%3D2&X=y>\r\nReferred-By: <sip:a@h>\r\n",
    ));
    let refer_to = m.refer_to().unwrap().unwrap();
    let value = embedded_replaces(&refer_to).unwrap();
    assert_eq!(Replaces::parse(&value).unwrap().call_id, b"a@b");
    assert!(m.referred_by().unwrap().is_some());
}

#[test]
fn date() {
    let read = SipDate::parse(b"Sat, 01 Jan 2022 00:00:00 GMT").unwrap();
    assert_eq!(read, SipDate { year: 2022, month: 1, day: 1, hour: 0, minute: 0, second: 0 });
    for bad in [
        "Fri, 01 Jan 2010 16:00:00 EST",
        "Fri, 01 Foo 2010 16:00:00 GMT",
        "Fri, 32 Jan 2010 16:00:00 GMT",
        "Fri, 01 Jan 2010 24:00:00 GMT",
        "01 Jan 2010 16:00:00 GMT",
        "",
    ] {
        assert_eq!(SipDate::parse(bad.as_bytes()), None, "{bad}");
    }
}

#[test]
fn missing_and_malformed_are_different_answers() {
    assert_eq!(parsed(with("")).refer_to().map(|r| r.is_some()), Ok(false));
    assert_eq!(parsed(with("Refer-To: x\r\n")).refer_to().unwrap_err().fault, Fault::Syntax);
}
