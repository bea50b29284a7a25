//! Messages as they are written.

use super::*;

fn text(bytes: &Bytes) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[test]
fn a_request_is_written_as_asked_and_reads_back() {
    let mut writer = Writer::new();
    let via = OwnVia {
        transport: "UDP",
        host: Host::Ip("2001:db8::1".parse().unwrap()),
        port: Some(5060),
        branch: b"z9hG4bKx",
        rport: true,
    };
    let bytes = writer
        .request(Method::Invite, "sip:12345@h")
        .header(HeaderName::Via, via)
        .header(
            HeaderName::From,
            Address { display: Some("张\"三".as_bytes()), uri: b"sip:a@h", tag: Some(b"t1") },
        )
        .header(HeaderName::To, Address { display: None, uri: b"tel:12319", tag: None })
        .header(HeaderName::CallId, "c1")
        .header(HeaderName::CSeq, CSeq { seq: 7, method: Method::Invite })
        .header(HeaderName::Contact, format_args!("<sip:{}>", "192.0.2.1:5060"))
        .header_named("X-Hotline", "12319")
        .finish_with("application/sdp", b"v=0\r\n");
    assert_eq!(
        text(&bytes),
        "INVITE sip:12345@h SIP/2.0\r\nVia: SIP/2.0/UDP [2001:db8::1]:5060;rport;branch=z9hG4bKx\r\nFrom: \"张\\\"三\" <sip:a@h>;tag=t1\r\nTo: <tel:12319>\r\nCall-ID: c1\r\nCSeq: 7 INVITE\r\nContact: <sip:192.0.2.1:5060>\r\nX-Hotline: 12319\r\nContent-Type: application/sdp\r\nContent-Length: 5\r\n\r\nv=0\r\n"
    );
    let m = parsed(bytes);
    assert_eq!(m.from().unwrap().display_lossy(), "张\"三");
    assert!(m.validate().is_ok());
}

#[test]
fn a_response_carries_what_the_request_asks_for() {
    let request = parsed(
        "INVITE sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP h:5070;rport;received=203.0.113.66;branch=z9hG4bK1, SIP/2.0/TCP i\r\nv: SIP/2.0/TLS\r\n j\r\nRecord-Route: <sip:p1;lr>\r\nRecord-Route: <sip:p2;lr>\r\nf: <sip:f@h>;tag=1\r\nt: To me<sip:t@h>\r\ni: c\r\nCSeq: 1 INVITE\r\nTimestamp: 54\r\n\r\n",
    );
    let source = Some("192.0.2.7:4444".parse().unwrap());
    let ringing = Writer::new().respond(&request, Status::RINGING, Some(b"tt"), source).finish();
    assert_eq!(
        text(&ringing),
        "SIP/2.0 180 Ringing\r\nVia: SIP/2.0/UDP h:5070;branch=z9hG4bK1;received=192.0.2.7;rport=4444\r\nVia: SIP/2.0/TCP i\r\nVia: SIP/2.0/TLS   j\r\nRecord-Route: <sip:p1;lr>\r\nRecord-Route: <sip:p2;lr>\r\nFrom: <sip:f@h>;tag=1\r\nTo: To me<sip:t@h>;tag=tt\r\nCall-ID: c\r\nCSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n"
    );
    let trying = Writer::new().respond(&request, Status::TRYING, Some(b"tt"), None).finish();
    assert!(text(&trying).contains("To: To me<sip:t@h>\r\n") && text(&trying).contains("Timestamp: 54\r\n"));
    assert!(!text(&trying).contains("Record-Route"));
    let refused =
        Writer::new().respond_saying(&request, Status::NOT_FOUND, Some("空号"), Some(b"tt"), None).finish();
    assert!(text(&refused).starts_with("SIP/2.0 404 空号\r\n") && !text(&refused).contains("Record-Route"));
}

#[test]
fn received_is_written_only_when_it_tells_something() {
    let respond = |via: &str, source: &str| {
        let request =
            parsed(String::from_utf8(with("")).unwrap().replacen("SIP/2.0/UDP h;branch=z9hG4bK1", via, 1));
        let bytes = Writer::new().respond(&request, Status::OK, None, Some(source.parse().unwrap())).finish();
        text(&bytes).lines().nth(1).unwrap().to_owned()
    };
    assert_eq!(
        respond("SIP/2.0/UDP 192.0.2.1;branch=b", "192.0.2.1:9"),
        "Via: SIP/2.0/UDP 192.0.2.1;branch=b"
    );
    assert_eq!(
        respond("SIP/2.0/UDP 192.0.2.1;branch=b", "[::ffff:192.0.2.1]:9"),
        "Via: SIP/2.0/UDP 192.0.2.1;branch=b"
    );
    assert_eq!(
        respond("SIP/2.0/UDP 192.0.2.1;branch=b", "192.0.2.2:9"),
        "Via: SIP/2.0/UDP 192.0.2.1;branch=b;received=192.0.2.2"
    );
    assert_eq!(
        respond("SIP/2.0/UDP 192.0.2.1;rport", "192.0.2.1:9"),
        "Via: SIP/2.0/UDP 192.0.2.1;received=192.0.2.1;rport=9"
    );
    assert_eq!(respond("SIP/2.0/UDP h", "[2001:db8::7]:9"), "Via: SIP/2.0/UDP h;received=2001:db8::7");
}

#[test]
fn a_tag_that_is_there_stays() {
    let request = parsed(String::from_utf8(with("")).unwrap().replacen("<sip:t@h>", "<sip:t@h>;tag=old", 1));
    let bytes = Writer::new().respond(&request, Status::OK, Some(b"new"), None).finish();
    assert_eq!(parsed(bytes).to().unwrap().tag(), Some(&b"old"[..]));
}

#[test]
fn nothing_written_can_smuggle_a_line() {
    let evil = "a\r\nRoute: <sip:evil>\r\n\r\n\0b";
    let mut writer = Writer::new();
    let mut draft = writer.request(Method::Options, evil);
    draft
        .header(
            HeaderName::Via,
            OwnVia {
                transport: evil,
                host: Host::Name(evil.as_bytes()),
                port: None,
                branch: evil.as_bytes(),
                rport: false,
            },
        )
        .header(
            HeaderName::From,
            Address { display: Some(evil.as_bytes()), uri: evil.as_bytes(), tag: Some(evil.as_bytes()) },
        )
        .header(HeaderName::Subject, evil)
        .header(HeaderName::UserAgent, format_args!("{evil}"))
        .header(HeaderName::Reason, OwnReason { protocol: evil, cause: 1, text: Some(evil) })
        .header(HeaderName::CallId, Bytes::from_static(evil.as_bytes()))
        .header(
            HeaderName::Authorization,
            Credentials {
                realm: evil.as_bytes().into(),
                nc: Some(evil.as_bytes().into()),
                ..Credentials::default()
            },
        )
        .header_named(evil, "x");
    let bytes = draft.finish_with(evil, b"body\0\r\n");
    let (head, body) = bytes.split_at(bytes.len() - 7);
    assert_eq!(body, b"body\0\r\n");
    let lines: Vec<_> = head.strip_suffix(b"\r\n\r\n").unwrap().split(|&b| b == b'\n').collect();
    assert_eq!(lines.len(), 11);
    for line in lines {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        assert!(!line.contains(&b'\r') && !line.contains(&0) && !line.starts_with(b"Route"));
    }
    let answer = writer.response(Status::OK, Some(evil)).finish();
    assert_eq!(text(&answer), "SIP/2.0 200 a  Route: <sip:evil>     b\r\nContent-Length: 0\r\n\r\n");
}

#[test]
fn copied_lines_lose_their_folds_and_keep_their_bytes() {
    let from = parsed(with("Subject: a\r\n b\r\nX-Odd-Name: \u{e9}\r\nSupported: a, b\r\n"));
    let mut writer = Writer::new();
    let mut draft = writer.response(Status::OK, None);
    for line in from.header_lines().skip(5) {
        draft.line(&line);
    }
    draft.copy_first(&from, HeaderName::Supported);
    assert_eq!(
        text(&draft.finish()),
        "SIP/2.0 200 OK\r\nSubject: a   b\r\nX-Odd-Name: \u{e9}\r\nSupported: a, b\r\nSupported: a\r\nContent-Length: 0\r\n\r\n"
    );
}

#[test]
fn an_unfinished_draft_leaves_nothing_behind() {
    let mut writer = Writer::new();
    writer.response(Status::OK, None).header(HeaderName::Subject, "secret");
    let bytes = writer.response(Status::OK, None).finish();
    assert_eq!(text(&bytes), "SIP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n");
}
