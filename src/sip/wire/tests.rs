//! Unit tests of the wire layer: structure, limits, URIs, typed headers, writing. The RFC torture messages and
//! the properties stand in `tests/wire/`.

use bytes::Bytes;

use super::header::contact::Contact;
use super::header::content::ContentType;
use super::header::date::SipDate;
use super::header::diversion::Diversion;
use super::header::history_info::HistoryEntry;
use super::header::privacy::Privacy;
use super::header::reason::{OwnReason, ReasonValue};
use super::header::refer_to::embedded_replaces;
use super::header::reliable::RAck;
use super::header::replaces::Replaces;
use super::header::session_expires::{Refresher, SessionExpires};
use super::header::{CSeq, Challenge, Credentials, OwnVia, Via};
use super::lexer::{List, quoted_len};
use super::*;

/// A request with these header lines added to the ones it must have.
fn with(lines: &str) -> Vec<u8> {
    format!(
        "OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nFrom: <sip:f@h>;tag=1\r\n\
         To: <sip:t@h>\r\nCall-ID: c\r\nCSeq: 1 OPTIONS\r\n{lines}\r\n"
    )
    .into_bytes()
}

#[track_caller]
fn parsed(bytes: impl Into<Vec<u8>>) -> Message {
    Message::parse(Bytes::from(bytes.into())).unwrap()
}

#[track_caller]
fn refused(bytes: impl Into<Vec<u8>>) -> ParseError {
    Message::parse(Bytes::from(bytes.into())).unwrap_err()
}

/// The lines make the message fail with `reason`, at the first byte of `at`.
#[track_caller]
fn check_refused(lines: &str, reason: Reason, at: &str) {
    let bytes = with(lines);
    let position = String::from_utf8(bytes.clone()).unwrap().find(at).unwrap();
    let error = refused(bytes);
    assert_eq!((error.reason, error.at), (reason, position));
}

mod structure {
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
}

mod limits_hold {
    use super::limits::*;
    use super::*;

    #[test]
    fn start_line() {
        let at_limit = |uri_len: usize| {
            let uri = format!("sip:{}", "a".repeat(uri_len - 4));
            String::from_utf8(with("")).unwrap().replacen("sip:a@b", &uri, 1)
        };
        let fits = START_LINE_MAX - "OPTIONS  SIP/2.0".len();
        assert!(Message::parse(at_limit(fits).into()).is_ok());
        let error = refused(at_limit(fits + 1));
        assert_eq!((error.reason, error.at), (Reason::StartLineTooLong, START_LINE_MAX));
    }

    #[test]
    fn header_line_with_its_folds() {
        let line = |len: usize| format!("X: {}\r\n {}\r\n", "a".repeat(100), "b".repeat(len - 106));
        assert!(Message::parse(with(&line(HEADER_LINE_MAX)).into()).is_ok());
        assert_eq!(refused(with(&line(HEADER_LINE_MAX + 1))).reason, Reason::HeaderTooLong);
    }

    #[test]
    fn header_count() {
        assert!(Message::parse(with(&"X: y\r\n".repeat(HEADER_LINES_MAX - 5)).into()).is_ok());
        let error = refused(with(&"X: y\r\n".repeat(HEADER_LINES_MAX - 4)));
        assert_eq!((error.reason, error.answer()), (Reason::TooManyHeaders, Some(Status::MESSAGE_TOO_LARGE)));
    }

    #[test]
    fn via_count_by_line_and_by_value() {
        let via = "Via: SIP/2.0/UDP h\r\n";
        assert!(parsed(with(&via.repeat(VIAS_MAX - 1))).validate().is_ok());
        assert_eq!(refused(with(&via.repeat(VIAS_MAX))).reason, Reason::TooManyVias);
        let values = format!("Via: {}SIP/2.0/UDP h\r\n", "SIP/2.0/UDP h, ".repeat(VIAS_MAX - 1));
        assert_eq!(parsed(with(&values)).validate().unwrap_err().reason, Reason::TooManyVias);
    }

    #[test]
    fn datagram() {
        let mut bytes = with("");
        bytes.resize(DATAGRAM_MAX, b'x');
        assert!(Message::parse(bytes.clone().into()).is_ok());
        bytes.push(b'x');
        assert_eq!(refused(bytes).reason, Reason::MessageTooLarge);
    }

    #[test]
    fn method() {
        let name = |len: usize| {
            let name = "M".repeat(len);
            String::from_utf8(with("")).unwrap().replace("OPTIONS", &name)
        };
        assert_eq!(parsed(name(METHOD_MAX)).method().unwrap().as_str().len(), METHOD_MAX);
        let error = refused(name(METHOD_MAX + 1));
        assert_eq!((error.reason, error.answer()), (Reason::MethodTooLong, Some(Status::NOT_IMPLEMENTED)));
    }

    #[test]
    fn parameters() {
        let contact = |count: usize| format!("<sip:a@b>{}", ";p".repeat(count));
        assert!(NameAddr::parse(contact(PARAMS_MAX).as_bytes()).is_some());
        assert!(NameAddr::parse(contact(PARAMS_MAX + 1).as_bytes()).is_none());
    }

    #[test]
    fn unclosed_quotes_and_brackets_cost_one_pass() {
        // Found by thought, not by fire: each unclosed quote used to search to the end again.
        let quotes = "\\\"".repeat(4000);
        assert_eq!(List::new(format!("\"{quotes}, a").as_bytes()).count(), 1);
        assert_eq!(List::new("<, ".repeat(2000).as_bytes()).count(), 1);
    }
}

mod words {
    use super::*;

    #[test]
    fn every_known_header_is_found_in_any_case_and_by_its_compact_form() {
        for &name in HeaderName::ALL {
            assert_eq!(HeaderName::from_bytes(name.as_bytes()), name);
            assert_eq!(HeaderName::from_bytes(name.as_str().to_ascii_lowercase().as_bytes()), name);
            assert_eq!(HeaderName::from_bytes(name.as_str().to_ascii_uppercase().as_bytes()), name);
        }
        for (compact, name) in [
            ("a", HeaderName::AcceptContact),
            ("b", HeaderName::ReferredBy),
            ("c", HeaderName::ContentType),
            ("d", HeaderName::RequestDisposition),
            ("e", HeaderName::ContentEncoding),
            ("f", HeaderName::From),
            ("i", HeaderName::CallId),
            ("j", HeaderName::RejectContact),
            ("k", HeaderName::Supported),
            ("l", HeaderName::ContentLength),
            ("m", HeaderName::Contact),
            ("o", HeaderName::Event),
            ("r", HeaderName::ReferTo),
            ("s", HeaderName::Subject),
            ("t", HeaderName::To),
            ("u", HeaderName::AllowEvents),
            ("v", HeaderName::Via),
            ("x", HeaderName::SessionExpires),
            ("y", HeaderName::Identity),
        ] {
            assert_eq!(HeaderName::from_bytes(compact.as_bytes()), name);
            assert_eq!(HeaderName::from_bytes(compact.to_uppercase().as_bytes()), name);
        }
        for unknown in ["", "z", "Vias", "X-Unknown", "Call_ID", "Call\rID", "Max-Forwardz", "ToT"] {
            assert_eq!(HeaderName::from_bytes(unknown.as_bytes()), HeaderName::Other, "{unknown}");
        }
    }

    #[test]
    fn methods_are_case_sensitive_tokens() {
        assert_eq!(Method::from_bytes(b"INVITE"), Some(Method::Invite));
        assert_eq!(Method::from_bytes(b"invite").unwrap().as_str(), "invite");
        assert_ne!(Method::from_bytes(b"invite"), Some(Method::Invite));
        assert_eq!(Method::from_bytes(b""), None);
        assert_eq!(Method::from_bytes(b"IN VITE"), None);
    }

    #[test]
    fn statuses_have_classes_and_words() {
        assert_eq!(Status::new(99), None);
        assert_eq!(Status::new(700), None);
        assert_eq!(Status::new(199).unwrap().class(), StatusClass::Provisional);
        assert_eq!(Status::new(299).unwrap().class(), StatusClass::Success);
        assert_eq!(Status::new(302).unwrap().class(), StatusClass::Failure);
        assert_eq!(Status::new(699).unwrap().class(), StatusClass::Failure);
        assert_eq!(Status::REQUEST_TERMINATED.phrase(), "Request Terminated");
        assert_eq!(Status::new(499).unwrap().phrase(), "Request Failure");
    }

    #[test]
    fn lists_are_cut_outside_quotes_and_brackets() {
        let values = |text: &'static str| {
            List::new(text.as_bytes()).map(|v| std::str::from_utf8(v).unwrap()).collect::<Vec<_>>()
        };
        assert_eq!(values("a, b ,\tc"), ["a", "b", "c"]);
        assert_eq!(values(r#""x, \" y" <sip:a,b@c>, d"#), [r#""x, \" y" <sip:a,b@c>"#, "d"]);
        assert_eq!(values("a,\r\n b"), ["a", "b"]);
        assert_eq!(values("a,,b,"), ["a", "", "b", ""]);
    }

    #[test]
    fn quotes_end_where_they_should_even_in_gbk() {
        assert_eq!(quoted_len(br#""a\"b" c"#), Some(6));
        assert_eq!(quoted_len(br#""a\\" c"#), Some(5));
        assert_eq!(quoted_len(br#""a"#), None);
        // A GBK character whose second byte is a backslash, just before the closing quote.
        assert_eq!(quoted_len(b"\"\x81\x5c\""), Some(4));
        assert_eq!(quoted_len(b"\"\xc3\xa9\\\"\""), Some(6));
    }

    #[test]
    fn unquoting_undoes_escapes_and_folds() {
        assert_eq!(unquote(br#""a \"b\" \\ c""#).as_ref(), br#"a "b" \ c"#);
        assert_eq!(unquote(b"plain").as_ref(), b"plain");
        assert_eq!(unquote(b"\"a\r\n b\"").as_ref(), b"a b");
        assert_eq!(unquote(b"\"\x81\x5c\"").as_ref(), b"\x81\x5c");
        assert_eq!(unquote(b"\"\xd5\xc5\\\"\x81\x5cA\"").as_ref(), b"\xd5\xc5\"\x81\x5cA");
        assert_eq!(unquote(b"\"\"").as_ref(), b"");
    }
}

mod uris {
    use super::*;

    #[track_caller]
    fn uri(text: &str) -> Uri<'_> {
        Uri::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn a_sip_uri_is_read_part_by_part() {
        let u = uri("sip:j%40son:pass;x@host.example.com:5070;transport=tcp;lr?Subject=a%20b&X=y");
        assert_eq!(u.scheme, Scheme::Sip);
        assert_eq!(u.user, Some(&b"j%40son"[..]));
        assert_eq!(u.user_text().unwrap().as_ref(), b"j@son");
        assert_eq!(u.password, Some(&b"pass;x"[..]));
        assert_eq!(u.host, Some(Host::Name(b"HOST.example.com")));
        assert_eq!(u.port, Some(5070));
        assert_eq!(u.params.value("Transport"), Some(&b"tcp"[..]));
        assert!(u.is_loose());
        assert_eq!(u.headers, b"Subject=a%20b&X=y");
    }

    #[test]
    fn hosts_may_be_addresses() {
        assert_eq!(uri("sip:192.0.2.1").host.unwrap().ip(), Some("192.0.2.1".parse().unwrap()));
        let u = uri("sips:a@[2001:db8::1]:5061;transport=tcp");
        assert_eq!((u.scheme, u.port), (Scheme::Sips, Some(5061)));
        assert_eq!(u.host.unwrap().ip(), Some("2001:db8::1".parse().unwrap()));
        assert_eq!(uri("sip:300.1.2.3").host, Some(Host::Name(b"300.1.2.3")));
    }

    #[test]
    fn an_at_sign_in_the_user_part_does_not_move_the_host() {
        let u = uri("sip:a@evil.example@host.example");
        assert_eq!(u.host, Some(Host::Name(b"host.example")));
        assert_eq!(u.user, Some(&b"a@evil.example"[..]));
    }

    #[test]
    fn malformed_uris_are_refused() {
        for bad in [
            "",
            "sip:",
            "sip:@h",
            "sip:a@",
            "sip:a@h:",
            "sip:a@h:99999",
            "sip:a@h:5060x",
            "sip:a@[::1",
            "sip:a@h;=x",
            "sip:a@h;",
            "sip:a%4@h",
            "sip:a b@h",
            "sip:a@h ",
            "12319",
            ":x",
            "1sip:a@h",
            "tel:",
            "tel:abc-xyz",
            "sip:a@[1::2::3]",
            "<sip:a@h>",
            "sip:\"a\"@h",
        ] {
            assert!(Uri::parse(bad.as_bytes()).is_none(), "{bad}");
        }
    }

    #[test]
    fn numbers_are_read_in_every_spelling() {
        for (text, number, context) in [
            ("tel:+86-510-8101-2319", Some("+8651081012319"), None),
            ("tel:12319;phone-context=+86510", Some("12319"), Some("+86510")),
            ("tel:863-1234;phone-context=example.com", Some("8631234"), Some("example.com")),
            ("sip:12319@h", Some("12319"), None),
            ("sip:+8651012319@h;user=phone", Some("+8651012319"), None),
            ("sip:12319;phone-context=+86510@h;user=phone", Some("12319"), Some("+86510")),
            ("sip:12319@h;user=phone;phone-context=+86510", Some("12319"), Some("+86510")),
            ("sip:%31%32319@h", Some("12319"), None),
            ("sip:agent-7@h", None, None),
            ("sip:h", None, None),
            ("urn:service:sos", None, None),
        ] {
            let u = uri(text);
            assert_eq!(u.number().as_deref(), number.map(str::as_bytes), "{text}");
            assert_eq!(u.phone_context(), context.map(str::as_bytes), "{text}");
        }
        assert!(
            uri("tel:110").is_phone() && uri("sip:1@h;user=PHONE").is_phone() && !uri("sip:1@h").is_phone()
        );
    }

    #[test]
    fn other_schemes_are_carried() {
        let u = uri("nobodyKnowsThisScheme:totallyopaquecontent");
        assert_eq!((u.scheme, u.raw), (Scheme::Other, &b"nobodyKnowsThisScheme:totallyopaquecontent"[..]));
    }

    /// The examples of RFC 3261 §19.1.4 and some of our own.
    #[test]
    fn comparison_follows_rfc_3261_19_1_4() {
        for (a, b, same) in [
            ("sip:%61lice@atlanta.com;transport=TCP", "sip:alice@AtLanTa.CoM;Transport=tcp", true),
            ("sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5", true),
            ("sip:carol@chicago.com", "sip:carol@chicago.com;security=on", true),
            ("sip:carol@chicago.com;newparam=5", "sip:carol@chicago.com;security=on", true),
            (
                "sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com",
                "sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com",
                true,
            ),
            (
                "sip:alice@atlanta.com?subject=project%20x&priority=urgent",
                "sip:alice@atlanta.com?priority=urgent&subject=project%20x",
                true,
            ),
            ("SIP:ALICE@AtLanTa.CoM;Transport=udp", "sip:alice@AtLanTa.CoM;Transport=UDP", false),
            ("sip:bob@biloxi.com", "sip:bob@biloxi.com:5060", false),
            ("sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp", false),
            ("sip:bob@biloxi.com", "sip:bob@biloxi.com:6000;transport=tcp", false),
            ("sip:carol@chicago.com", "sip:carol@chicago.com?Subject=next%20meeting", false),
            ("sip:bob@phone21.boxesbybob.com", "sip:bob@192.0.2.4", false),
            ("sip:carol@chicago.com;security=off", "sip:carol@chicago.com;security=on", false),
            ("sip:a@h", "sips:a@h", false),
            ("sip:a@[2001:db8::1]", "sip:a@[2001:0db8:0::1]", true),
            ("tel:+86-510-12319", "tel:+8651012319", true),
            ("tel:12319", "tel:12319;phone-context=+86510", false),
            ("urn:a", "urn:a", true),
        ] {
            assert_eq!(uri(a).matches(&uri(b)), same, "{a} {b}");
            assert_eq!(uri(b).matches(&uri(a)), same, "{b} {a}");
        }
    }
}

mod typed {
    use super::*;

    #[test]
    fn via() {
        let v = Via::parse(b"SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK87asdks7;rport;received=192.0.2.9;ttl=3;maddr=224.2.0.1").unwrap();
        assert_eq!(
            (v.transport, v.host.ip(), v.port),
            (&b"UDP"[..], Some("192.0.2.1".parse().unwrap()), Some(5060))
        );
        assert_eq!(v.branch(), Some(&b"z9hG4bK87asdks7"[..]));
        assert_eq!(
            (v.rport(), v.received(), v.ttl()),
            (Some(None), Some("192.0.2.9".parse().unwrap()), Some(3))
        );
        assert_eq!(v.maddr(), Some(Host::Ip([224, 2, 0, 1].into())));
        let v =
            Via::parse(b"SIP / 2.0 / TCP  spaced.example.com : 5070 ; branch = z9hG4bKx ; rport=9").unwrap();
        assert_eq!(
            (v.host, v.port, v.rport()),
            (Host::Name(b"spaced.example.com"), Some(5070), Some(Some(9)))
        );
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
        assert_eq!(
            (addr.tag(), addr.uri.params.raw(), addr.display),
            (Some(&b"hyh8"[..]), &b""[..], &b""[..])
        );
        let addr = NameAddr::parse(b"Bob of  Biloxi<sips:bob@h>").unwrap();
        assert_eq!((addr.display, addr.tag()), (&b"Bob of  Biloxi"[..], None));
        // GBK, quoted and not; the second character ends in a backslash, the third in "@".
        for raw in [
            &b"\"\xd5\xc5\x81\x5c\x81\x40\" <sip:a@h>;tag=1"[..],
            b"\xd5\xc5\x81\x5c\x81\x40 <sip:a@h>;tag=1",
        ] {
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
        let bytes = Writer::new()
            .response(Status::UNAUTHORIZED, None)
            .header(HeaderName::WwwAuthenticate, &c)
            .finish();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        assert!(text.contains("WWW-Authenticate: Digest realm=\"wuxi\", nonce=\"n\\\\1\", algorithm=SHA-256, qop=\"auth, auth-int\", stale=true\r\n"), "{text}");
        let m = parsed(with(
            "WWW-Authenticate: Digest realm=\"a, b\", nonce=\"n\", qop=\"auth, auth-int\", stale=TRUE\r\nWWW-Authenticate: Basic x\r\n",
        ));
        let all: Vec<_> = m.www_authenticates().collect();
        let first = all[0].as_ref().unwrap();
        assert!(
            first.stale
                && first.offers_qop("auth")
                && first.offers_qop("auth-int")
                && !first.offers_qop("aut")
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
        assert_eq!(
            m.tokens(HeaderName::Supported).collect::<Vec<_>>(),
            [&b"timer"[..], b"100rel", b"replaces"]
        );
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
}

mod writing {
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
        assert!(
            text(&trying).contains("To: To me<sip:t@h>\r\n") && text(&trying).contains("Timestamp: 54\r\n")
        );
        assert!(!text(&trying).contains("Record-Route"));
        let refused = Writer::new()
            .respond_saying(&request, Status::NOT_FOUND, Some("空号"), Some(b"tt"), None)
            .finish();
        assert!(
            text(&refused).starts_with("SIP/2.0 404 空号\r\n") && !text(&refused).contains("Record-Route")
        );
    }

    #[test]
    fn received_is_written_only_when_it_tells_something() {
        let respond = |via: &str, source: &str| {
            let request = parsed(String::from_utf8(with("")).unwrap().replacen(
                "SIP/2.0/UDP h;branch=z9hG4bK1",
                via,
                1,
            ));
            let bytes =
                Writer::new().respond(&request, Status::OK, None, Some(source.parse().unwrap())).finish();
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
        let request =
            parsed(String::from_utf8(with("")).unwrap().replacen("<sip:t@h>", "<sip:t@h>;tag=old", 1));
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
}

mod streams {
    use super::framing::{Frame, Framer};
    use super::*;

    #[test]
    fn messages_are_cut_wherever_the_stream_is() {
        let mut stream = b"\r\n\r\n".to_vec();
        for body in ["", "abc", "v=0\r\n\r\nx"] {
            let mut one = with(&format!("Content-Length: {}\r\n", body.len()));
            one.extend_from_slice(body.as_bytes());
            stream.extend(one);
        }
        stream.extend_from_slice(b"\r\n");
        for step in [1, 2, 7, 100, stream.len()] {
            let mut framer = Framer::new();
            let mut bodies = Vec::new();
            let (mut pings, mut pongs) = (0, 0);
            for chunk in stream.chunks(step) {
                framer.push(chunk);
                while let Some(frame) = framer.next_frame().unwrap() {
                    match frame {
                        Frame::Message(m) => bodies.push(m.unwrap().body().to_vec()),
                        Frame::Ping => pings += 1,
                        Frame::Pong => pongs += 1,
                    }
                }
            }
            assert_eq!(bodies, [&b""[..], b"abc", b"v=0\r\n\r\nx"], "step {step}");
            // One byte at a time a double CRLF cannot be told from two single ones.
            assert!(pings == 1 && pongs == 1 || pongs == 3, "step {step}: {pings} {pongs}");
        }
    }

    #[test]
    fn a_stream_that_cannot_be_cut_is_an_error() {
        let reason = |bytes: &[u8]| {
            let mut framer = Framer::new();
            framer.push(bytes);
            framer.next_frame().map(|f| f.is_some()).map_err(|e| e.reason)
        };
        assert_eq!(reason(&with("")), Err(Reason::NoContentLength));
        assert_eq!(reason(&with("Content-Length: x\r\n")), Err(Reason::BadContentLength));
        assert_eq!(reason(&with("Content-Length: 9999999\r\n")), Err(Reason::MessageTooLarge));
        assert_eq!(reason(&vec![b'a'; limits::STREAM_MESSAGE_MAX + 1]), Err(Reason::MessageTooLarge));
        assert_eq!(reason(&with("Content-Length: 3\r\n")), Ok(false));
    }
}
