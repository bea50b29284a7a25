//! The parts of a message: start line, headers, folding, body.

use super::*;

#[test]
fn a_request_is_its_start_line_headers_and_body() {
    let m = parsed(
        "OPTIONS sip:a@b SIP/2.0\r\nv: SIP/2.0/UDP h\r\nf: <sip:f@h>;tag=1\r\nt: <sip:t@h>\r\ni: c\r\nCSEQ: 1 OPTIONS\r\nX-Hotline:  12319 \r\nl: 3\r\n\r\nabcde",
    );
    assert_eq!(m.start(), StartLine::Request { method: Method::Options, uri: b"sip:a@b" });
    assert_eq!(m.body(), b"abc");
    assert_eq!(m.body_bytes(), "abc");
    assert!(m.as_bytes().ends_with(b"\r\n\r\nabc"));
    assert_eq!(m.to_bytes(), m.as_bytes());
    assert_eq!(m.header_named("x-hotline").unwrap().as_ref(), b"12319");
    assert_eq!(m.header_named("V").unwrap().as_ref(), b"SIP/2.0/UDP h");
    assert_eq!(m.header(HeaderName::Subject), None);
    let names: Vec<_> = m.header_lines().map(|l| (l.name, l.raw_name.to_vec())).collect();
    assert_eq!(names[4], (HeaderName::CSeq, b"CSEQ".to_vec()));
    assert_eq!(names[5], (HeaderName::Other, b"X-Hotline".to_vec()));
}

#[test]
fn a_response_has_a_status_and_words_in_any_encoding() {
    let m = parsed(b"SIP/2.0 486 \xc3\xa6\xd5\xfd\xc3\xa6\r\nVia: SIP/2.0/UDP h\r\nFrom: <sip:f@h>;tag=1\r\nTo: <sip:t@h>;tag=2\r\nCall-ID: c\r\nCSeq: 1 INVITE\r\n\r\n".to_vec());
    assert_eq!(
        m.start(),
        StartLine::Response { status: Status::BUSY_HERE, reason: b"\xc3\xa6\xd5\xfd\xc3\xa6" }
    );
    assert_eq!(m.status().unwrap().class(), StatusClass::Failure);
    assert!(!m.is_request() && m.uri().is_none() && m.method().is_none());
}

#[test]
fn start_lines_that_are_none_are_refused_where_they_go_wrong() {
    for (line, reason, at) in [
        ("OPTIONS", Reason::StartLine, 7),
        ("OPTIONS sip:a@b", Reason::StartLine, 15),
        ("OPTIONS  sip:a@b SIP/2.0", Reason::RequestUri, 8),
        ("OPTIONS sip:a@b  SIP/2.0", Reason::StartLine, 16),
        ("OPTIONS sip:a@b SIP/2.0 ", Reason::StartLine, 16),
        ("OPTIONS sip:a@b; lr SIP/2.0", Reason::StartLine, 17),
        ("OPTIONS <sip:a@b> SIP/2.0", Reason::RequestUri, 8),
        ("OPTIONS sip:a@b SIP/7.0", Reason::Version, 16),
        ("OPT{ONS sip:a@b SIP/2.0", Reason::Method, 3),
        (" OPTIONS sip:a@b SIP/2.0", Reason::Method, 0),
        ("SIP/2.0 99 x", Reason::StatusCode, 8),
        ("SIP/2.0 099 x", Reason::StatusCode, 8),
        ("SIP/2.0 700 x", Reason::StatusCode, 8),
        ("SIP/2.0 2000 x", Reason::StatusCode, 8),
        ("SIP/3.0 200 OK", Reason::Version, 0),
    ] {
        let bytes = String::from_utf8(with("")).unwrap().replacen("OPTIONS sip:a@b SIP/2.0", line, 1);
        let error = refused(bytes);
        assert_eq!((error.reason, error.at), (reason, at), "{line}");
    }
}

#[test]
fn the_words_after_a_status_may_be_missing() {
    for line in ["SIP/2.0 200 ", "SIP/2.0 200", "sip/2.0 200 "] {
        let bytes = String::from_utf8(with("")).unwrap().replacen("OPTIONS sip:a@b SIP/2.0", line, 1);
        assert_eq!(parsed(bytes).start(), StartLine::Response { status: Status::OK, reason: b"" });
    }
}

#[test]
fn keep_alives_are_no_messages_and_get_no_answer() {
    for bytes in [&b""[..], b"\r\n\r\n", b"\r\n", b"\0\0\0\0"] {
        let error = refused(bytes);
        assert_eq!((error.reason, error.answer()), (Reason::KeepAlive, None));
    }
    let mut bytes = b"\r\n\r\n".to_vec();
    bytes.extend(with(""));
    assert!(parsed(bytes).as_bytes().starts_with(b"\r\n\r\nOPTIONS"));
}

#[test]
fn white_space_before_the_colon_is_not_part_of_the_name() {
    let m = parsed(with("X-bypass : yes\r\nSubject\t: hello\r\n"));
    assert_eq!(m.header_named("X-bypass").unwrap().as_ref(), b"yes");
    assert_eq!(m.header(HeaderName::Subject).unwrap().as_ref(), b"hello");
}

#[test]
fn folded_lines_are_one_value() {
    let m = parsed(with("Subject: I know\r\n\tyou are\r\n   there\r\nX-A:\r\n b\r\n"));
    assert_eq!(m.header(HeaderName::Subject).unwrap().as_ref(), b"I know you are there");
    assert_eq!(m.header_named("x-a").unwrap().as_ref(), b"b");
}

#[test]
fn header_lines_that_are_none_are_refused() {
    check_refused("Subject\r\n", Reason::NoColon, "\r\n\r\n");
    check_refused("Sub ject: x\r\n", Reason::BadHeaderName, " ject");
    check_refused(": x\r\n", Reason::BadHeaderName, ": x\r\n\r\n");
    check_refused("S\u{e9}: x\r\n", Reason::BadHeaderName, "\u{e9}");
}

#[test]
fn a_bare_cr_or_lf_does_not_end_a_line() {
    check_refused("Subject: a\nRoute: <sip:evil>\r\n", Reason::BareLineEnd, "\nRoute");
    check_refused("Subject: a\rRoute: <sip:evil>\r\n", Reason::BareLineEnd, "\rRoute");
}

#[test]
fn a_head_without_end_is_refused() {
    let mut bytes = with("");
    bytes.truncate(bytes.len() - 2);
    let end = bytes.len();
    let error = refused(bytes);
    assert_eq!((error.reason, error.at), (Reason::Truncated, end));
}

#[test]
fn the_body_is_as_long_as_content_length_says() {
    let body = |lines: &str, body: &str| {
        let mut bytes = with(lines);
        bytes.extend_from_slice(body.as_bytes());
        Message::parse(bytes.into()).map(|m| m.body().to_vec()).map_err(|e| e.reason)
    };
    assert_eq!(body("", "abc"), Ok(b"abc".to_vec()));
    assert_eq!(body("Content-Length: 2\r\n", "abc"), Ok(b"ab".to_vec()));
    assert_eq!(body("l:\r\n 0002\r\n", "abc"), Ok(b"ab".to_vec()));
    assert_eq!(body("Content-Length: 4\r\n", "abc"), Err(Reason::BodyTooShort));
    for bad in ["-1", "4294967296", "99999999999999999999", "1 1", "", "0x1"] {
        assert_eq!(
            body(&format!("Content-Length: {bad}\r\n"), "abc"),
            Err(Reason::BadContentLength),
            "{bad}"
        );
    }
}

#[test]
fn headers_every_message_has_are_demanded() {
    for (name, prefix) in [
        (HeaderName::Via, "Via"),
        (HeaderName::From, "From"),
        (HeaderName::To, "To"),
        (HeaderName::CallId, "Call-ID"),
        (HeaderName::CSeq, "CSeq"),
    ] {
        let text = String::from_utf8(with("")).unwrap();
        let start = text.find(&format!("\r\n{prefix}:")).unwrap() + 2;
        let end = start + text[start..].find("\r\n").unwrap() + 2;
        let error = refused(format!("{}{}", &text[..start], &text[end..]));
        assert_eq!(error.reason, Reason::Missing(name));
        assert_eq!(error.answer(), Some(Status::BAD_REQUEST));
    }
}

#[test]
fn headers_of_one_value_are_refused_twice() {
    check_refused("From: <sip:evil@h>;tag=2\r\n", Reason::Repeated(HeaderName::From), "From: <sip:evil");
    check_refused("i: d\r\n", Reason::Repeated(HeaderName::CallId), "i: d");
    check_refused(
        "l: 0\r\nContent-Length: 0\r\n",
        Reason::Repeated(HeaderName::ContentLength),
        "Content-Length",
    );
}

#[test]
fn cseq_numbers_fit_31_bits_and_name_the_requests_method() {
    for (cseq, reason) in [
        ("2147483647 OPTIONS", None),
        ("0 OPTIONS", None),
        ("00001\t OPTIONS", None),
        ("2147483648 OPTIONS", Some(Reason::BadHeader(HeaderName::CSeq))),
        ("1OPTIONS", Some(Reason::BadHeader(HeaderName::CSeq))),
        ("1", Some(Reason::BadHeader(HeaderName::CSeq))),
        ("-1 OPTIONS", Some(Reason::BadHeader(HeaderName::CSeq))),
        ("1 OPTIONS x", Some(Reason::BadHeader(HeaderName::CSeq))),
        ("1 options", Some(Reason::CSeqMethod)),
        ("1 INVITE", Some(Reason::CSeqMethod)),
    ] {
        let bytes = String::from_utf8(with("")).unwrap().replacen("1 OPTIONS", cseq, 1);
        let result = Message::parse(bytes.into());
        assert_eq!(result.err().map(|e| e.reason), reason, "{cseq}");
    }
}

#[test]
fn a_malformed_request_keeps_what_answers_it() {
    let error = refused(with("Broken line\r\nSubject: still read\r\n"));
    assert_eq!(error.answer(), Some(Status::BAD_REQUEST));
    let partial = error.partial.unwrap();
    assert_eq!(partial.header(HeaderName::Subject).unwrap().as_ref(), b"still read");
    let answer = Writer::new().respond(&partial, Status::BAD_REQUEST, Some(b"t"), None).finish();
    assert_eq!(parsed(answer).call_id().unwrap(), b"c");
}

#[test]
fn a_malformed_response_is_not_answered() {
    let bytes = String::from_utf8(with("Broken line\r\n")).unwrap();
    let error = refused(bytes.replacen("OPTIONS sip:a@b SIP/2.0", "SIP/2.0 200 OK", 1));
    assert_eq!((error.reason, error.answer()), (Reason::NoColon, None));
}

#[test]
fn validate_finds_what_parse_leaves() {
    for (lines, name) in [
        ("Contact: <sip:a@b>,, <sip:c@\r\n", HeaderName::Contact),
        ("Route: sip:a@b\r\n", HeaderName::Route),
        ("Max-Forwards: -1\r\n", HeaderName::MaxForwards),
        ("Via: SIP/2.0/UDP\r\n", HeaderName::Via),
        ("Record-Route: <sip:a@b\r\n", HeaderName::RecordRoute),
    ] {
        let error = parsed(with(lines)).validate().unwrap_err();
        assert_eq!(error.reason, Reason::BadHeader(name));
        assert_eq!(error.answer(), Some(Status::BAD_REQUEST));
    }
    assert!(parsed(with("Contact: *\r\nMax-Forwards: 70\r\n")).validate().is_ok());
}
