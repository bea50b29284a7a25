//! RFC 5118: IPv6 in SIP, section by section, with messages of our own.

use std::net::{IpAddr, SocketAddr};

use tongjie::sip::wire::{Message, Reason, Status, Writer};

use super::{crlf, parse};

fn ip(text: &str) -> Option<IpAddr> {
    Some(text.parse().unwrap())
}

fn register(uri: &str, via: &str) -> Vec<u8> {
    crlf(&format!(
        "REGISTER {uri} SIP/2.0\nVia: {via}\nFrom: <sip:u@example.com>;tag=1\nTo: <sip:u@example.com>\n\
         Call-ID: ssbg9\nMax-Forwards: 70\nContact: \"Caller\" <sip:caller@[2001:db8::1]>\nCSeq: 98176 REGISTER\n\
         Content-Length: 0\n\n"
    ))
}

#[track_caller]
fn valid(uri: &str, via: &str) -> Message {
    let message = parse(&register(uri, via)).unwrap();
    message.validate().unwrap();
    message
}

const VIA: &str = "SIP/2.0/UDP [2001:db8::9:1];branch=z9hG4bKas3-111";

#[test]
fn s4_1_an_ipv6_reference_in_uri_via_and_contact() {
    let m = valid("sip:[2001:db8::10]", VIA);
    assert_eq!(m.uri().unwrap().host.unwrap().ip(), ip("2001:db8::10"));
    assert_eq!(m.via().unwrap().host.ip(), ip("2001:db8::9:1"));
    let contact = *m.contact().unwrap().unwrap().addr().unwrap();
    assert_eq!(contact.uri.host.unwrap().ip(), ip("2001:db8::1"));
}

#[test]
fn s4_2_an_address_without_brackets_in_the_request_uri_is_refused() {
    let error = parse(&register("sip:2001:db8::10", VIA)).unwrap().validate().unwrap_err();
    assert_eq!((error.reason, error.answer()), (Reason::RequestUri, Some(Status::BAD_REQUEST)));
}

#[test]
fn s4_3_a_port_inside_the_brackets_is_part_of_the_address() {
    let m = valid("sip:[2001:db8::10:5070]", VIA);
    let uri = m.uri().unwrap();
    assert_eq!((uri.host.unwrap().ip(), uri.port), (ip("2001:db8::10:5070"), None));
}

#[test]
fn s4_4_a_port_after_the_brackets_is_a_port() {
    let m = valid("sip:[2001:db8::10]:5070", VIA);
    let uri = m.uri().unwrap();
    assert_eq!((uri.host.unwrap().ip(), uri.port), (ip("2001:db8::10"), Some(5070)));
}

#[test]
fn s4_5a_received_with_brackets_is_read() {
    let m = valid(
        "sip:[2001:db8::10]",
        "SIP/2.0/UDP [2001:db8::9:1];received=[2001:db8::9:255];branch=z9hG4bKas3",
    );
    assert_eq!(m.via().unwrap().received(), ip("2001:db8::9:255"));
}

#[test]
fn s4_5b_received_without_brackets_is_read_and_so_it_is_written() {
    let m =
        valid("sip:[2001:db8::10]", "SIP/2.0/UDP [2001:db8::9:1];received=2001:db8::9:255;branch=z9hG4bKas3");
    assert_eq!(m.via().unwrap().received(), ip("2001:db8::9:255"));
    let source: SocketAddr = "[2001:db8::9:77]:5060".parse().unwrap();
    let answer = parse(&Writer::new().respond(&m, Status::OK, Some(b"t"), Some(source)).finish()).unwrap();
    assert_eq!(answer.via().unwrap().received(), ip("2001:db8::9:77"));
    assert_eq!(answer.via().unwrap().params.value("received"), Some(&b"2001:db8::9:77"[..]));
}

#[test]
fn s4_6_addresses_in_a_session_description_pass_untouched() {
    let mut bytes = register("sip:[2001:db8::20]", VIA);
    let body = b"v=0\r\nc=IN IP6 2001:db8::20\r\n";
    let text = String::from_utf8(bytes)
        .unwrap()
        .replace("Content-Length: 0", &format!("Content-Length: {}", body.len()));
    bytes = text.into_bytes();
    bytes.extend_from_slice(body);
    assert_eq!(parse(&bytes).unwrap().body(), body);
}

#[test]
fn s4_7_addresses_of_both_kinds_in_one_message() {
    let m = valid(
        "sip:192.0.2.200",
        "SIP/2.0/UDP [2001:db8::9:1]:6050;branch=z9hG4bKas3, SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKjhja8781hjuaij65144",
    );
    let hosts: Vec<_> = m.vias().map(|v| v.unwrap()).map(|v| (v.host.ip(), v.port)).collect();
    assert_eq!(hosts, [(ip("2001:db8::9:1"), Some(6050)), (ip("192.0.2.1"), None)]);
}

#[test]
fn s4_8_several_addresses_in_a_session_description_pass_untouched() {
    let mut bytes = register("sip:[2001:db8::20]", VIA);
    let body = b"v=0\r\nc=IN IP6 2001:db8::1\r\nm=audio 6000 RTP/AVP 0\r\nm=video 6024 RTP/AVP 107\r\nc=IN IP4 192.0.2.1\r\n";
    let head = String::from_utf8(bytes).unwrap().replace("Content-Length: 0\r\n", "");
    bytes = head.into_bytes();
    bytes.extend_from_slice(body);
    assert_eq!(parse(&bytes).unwrap().body(), body);
}

#[test]
fn s4_9_an_ipv4_mapped_address() {
    let m = valid("sip:[::ffff:192.0.2.10]", "SIP/2.0/UDP [::ffff:192.0.2.2]:5060;branch=z9hG4bKas3");
    assert_eq!(m.uri().unwrap().host.unwrap().ip(), ip("::ffff:192.0.2.10"));
    assert_eq!(m.via().unwrap().host.ip(), ip("::ffff:192.0.2.2"));
}

#[test]
fn s4_10a_three_colons_that_rfc_3261_allowed_are_read_as_two() {
    assert_eq!(
        valid("sip:[2001:db8:::192.0.2.1]", VIA).uri().unwrap().host.unwrap().ip(),
        ip("2001:db8::192.0.2.1")
    );
}

#[test]
fn s4_10b_two_colons_before_an_ipv4_tail() {
    assert_eq!(
        valid("sip:[2001:db8::192.0.2.1]", VIA).uri().unwrap().host.unwrap().ip(),
        ip("2001:db8::192.0.2.1")
    );
}
