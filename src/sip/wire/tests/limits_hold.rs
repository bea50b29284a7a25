//! Messages at a limit and just beyond it.

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
