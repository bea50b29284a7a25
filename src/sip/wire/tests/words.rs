//! What the lexer and the name tables know: headers, methods, statuses, lists, quotes.

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
