//! What is refused, and how.

use super::changes::scripted_call;
use super::*;

#[track_caller]
fn check(text: &str, wanted: u16) -> Message {
    let mut w = World::new(1);
    w.peer_sends(2, 0, text);
    w.run_ms(50);
    let answer = w.mail();
    assert_eq!(status(&answer), wanted, "{answer:?}");
    // An INVITE that was to begin a call is told; a request within an unknown dialog is not.
    if text.starts_with("INVITE") && wanted != 481 {
        assert_eq!(refused(&mut w), wanted);
    }
    w.nothing_more();
    assert_eq!((w.at(0).usage().dialogs, w.mail.len()), (0, 0));
    answer
}

#[track_caller]
fn refused(w: &mut World) -> u16 {
    match w.event(0) {
        Event::InviteRefused { status, account: None, .. } => status,
        other => panic!("{other:?}"),
    }
}

fn plain(line: &str, cseq: &str, more: &str) -> String {
    request(line, "b", "", cseq, more, "")
}

#[test]
fn each_method_outside_a_dialog_gets_its_answer() {
    for (method, wanted) in [
        ("OPTIONS", 200),
        ("BYE", 481),
        ("INFO", 481),
        ("UPDATE", 481),
        ("PRACK", 481),
        ("NOTIFY", 481),
        ("CANCEL", 481),
        ("SUBSCRIBE", 489),
        ("PUBLISH", 489),
        ("MESSAGE", 405),
        ("REFER", 405),
        ("FROB", 405),
    ] {
        check(&plain(&format!("{method} sip:a@10.0.0.1"), &format!("1 {method}"), ""), wanted);
    }
    let refused = check(&plain("FROB sip:a@10.0.0.1", "1 FROB", ""), 405);
    assert_eq!(refused.allows(crate::sip::wire::Method::Invite), Some(true));
}

#[test]
fn an_invitation_that_cannot_be_taken_is_refused_for_the_right_reason() {
    let contact = "Contact: <sip:a@10.0.0.3>\n";
    check(&plain("INVITE mailto:a@10.0.0.1", "1 INVITE", contact), 416);
    let refused =
        check(&plain("INVITE sip:a@10.0.0.1", "1 INVITE", &format!("{contact}Require: timer, foo\n")), 420);
    let unsupported: Vec<_> = refused.headers(crate::sip::wire::HeaderName::Unsupported).collect();
    assert_eq!(unsupported, [b"timer".as_slice(), b"foo"]);
    check(&peer_invite("b", "").replace("application/sdp", "application/isup"), 415);
    check(&peer_invite("b", "").replace("Max-Forwards: 70", "Max-Forwards: 0"), 483);
    check(&peer_invite("b", "").replace("SIP/2.0\nVia", "SIP/3.0\nVia"), 505);
    check(&plain("INVITE sip:a@10.0.0.1", "1 INVITE", ""), 400);
    let mut w = World::new(1);
    w.peer_sends(2, 0, &plain("INVITE sip:a@10.0.0.1", "99999999999 INVITE", contact));
    w.run_ms(50);
    assert_eq!(w.count("SIP/2.0 400"), 1);
}

#[test]
fn a_request_in_an_unknown_dialog_gets_481_and_an_ack_silence() {
    for method in ["INVITE", "BYE", "INFO", "UPDATE", "OPTIONS", "PRACK", "NOTIFY"] {
        let tag = "0123456789abcdef";
        let line = format!("{method} sip:a@10.0.0.1");
        check(&request(&line, "b", tag, &format!("2 {method}"), "Contact: <sip:a@10.0.0.3>\n", ""), 481);
    }
    let mut w = World::new(1);
    w.peer_sends(2, 0, &request("ACK sip:a@10.0.0.1", "b", "0123456789abcdef", "1 ACK", "", ""));
    w.run_ms(50);
    assert!(w.mail.is_empty());
}

#[test]
fn in_a_dialog_a_lower_number_gets_500_and_another_peer_tag_481() {
    let mut w = World::new(2);
    let (_, tag) = scripted_call(&mut w);
    w.peer_sends(2, 0, &request("INFO sip:a@10.0.0.1", "i0", &tag, "1 INFO", "", ""));
    w.run_ms(20);
    assert_eq!(status(&w.mail()), 500);
    let other = request("BYE sip:a@10.0.0.1", "i1", &tag, "5 BYE", "", "").replace("tag=peer", "tag=other");
    w.peer_sends(2, 0, &other);
    w.run_ms(20);
    assert_eq!(status(&w.mail()), 481);
    let other =
        request("BYE sip:a@10.0.0.1", "i2", &tag, "5 BYE", "", "").replace("Call-ID: script", "Call-ID: x");
    w.peer_sends(2, 0, &other);
    w.run_ms(20);
    assert_eq!(status(&w.mail()), 481);
    w.nothing_more();
    let more = "Content-Type: application/dtmf-relay\n";
    w.peer_sends(2, 0, &request("INFO sip:a@10.0.0.1", "i3", &tag, "6 INFO", more, "Signal=1\n"));
    w.run_ms(20);
    assert_eq!(status(&w.mail()), 200);
    let Event::Info { content_type, body, .. } = w.event(0) else { panic!("no INFO") };
    assert_eq!(
        (content_type.as_slice(), &*body),
        (b"application/dtmf-relay".as_slice(), b"Signal=1\r\n".as_slice())
    );
}

#[test]
fn an_invitation_of_ours_that_comes_back_is_a_loop() {
    let mut w = World::new(3);
    let now = w.now;
    w.at(0).invite(now, invite(addr(2))).unwrap();
    w.run_ms(20);
    let sent = w.mail();
    let text = String::from_utf8(sent.as_bytes().to_vec()).unwrap().replace("\r\n", "\n");
    let back = text.replacen("Via:", "Via: SIP/2.0/UDP 10.0.0.3;branch=z9hG4bKback;rport\nVia:", 1);
    w.peer_sends(2, 0, &back);
    w.run_ms(20);
    assert_eq!(status(&w.mail()), 482);
    assert_eq!(refused(&mut w), 482);
}

#[test]
fn a_refused_invitation_is_told_once_however_often_it_is_repeated_and_a_strangers_never() {
    let mut w = World::new(10);
    let faulty = peer_invite("b", "").replace("Max-Forwards: 70", "Max-Forwards: 0");
    for _ in 0..5 {
        w.peer_sends(2, 0, &faulty);
    }
    w.run_ms(50);
    assert_eq!((w.count("SIP/2.0 483"), refused(&mut w)), (5, 483));
    w.nothing_more();
    // After 64·T1 it cannot be a repetition.
    w.run_ms(40_000);
    w.peer_sends(2, 0, &faulty);
    w.run_ms(50);
    assert_eq!(refused(&mut w), 483);
    w.at(0).set_trusted(vec![]);
    w.peer_sends(2, 0, &faulty.replace("Call-ID: script", "Call-ID: another"));
    w.run_ms(50);
    assert_eq!(w.count("SIP/2.0 483"), 7);
    w.nothing_more();
}

#[test]
fn a_copy_of_an_unanswered_invitation_by_another_way_gets_482() {
    let mut w = World::new(4);
    w.peer_sends(2, 0, &peer_invite("a", ""));
    w.peer_sends(2, 0, &peer_invite("other-way", ""));
    w.run_ms(20);
    assert_eq!((status(&w.mail()), status(&w.mail())), (100, 482));
    w.event(0);
    w.nothing_more();
}

#[test]
fn a_repeated_invitation_gets_the_last_response_again_and_no_second_event() {
    let mut w = World::new(5);
    w.peer_sends(2, 0, &peer_invite("a", ""));
    w.run_ms(20);
    let Event::Invited { dialog, .. } = w.event(0) else { panic!("not invited") };
    let now = w.now;
    w.at(0).provisional(now, dialog, 180, None, &[]);
    w.peer_sends(2, 0, &peer_invite("a", ""));
    w.run_ms(20);
    let got: Vec<_> = w.mail.drain(..).map(|(_, m)| m).collect();
    assert_eq!(got.iter().map(status).collect::<Vec<_>>(), [100, 180, 180]);
    assert_eq!(got[1].as_bytes(), got[2].as_bytes());
    w.nothing_more();
}

#[test]
fn a_cancel_from_elsewhere_cancels_nothing() {
    let mut w = World::new(6);
    w.peer_sends(2, 0, &peer_invite("a", ""));
    w.run_ms(20);
    w.event(0);
    w.peer_sends(3, 0, &request("CANCEL sip:12345@10.0.0.1", "a", "", "1 CANCEL", "", ""));
    w.run_ms(20);
    w.nothing_more();
    assert_eq!(w.count("SIP/2.0 481"), 1);
}

#[test]
fn beyond_the_limit_of_dialogs_an_invitation_gets_503_and_one_event_a_second() {
    let mut w = World::new(7);
    let mut settings = Settings::new(addr(0));
    settings.limits.dialogs = 1;
    w.stacks[0] = Stack::new(settings, Rng::from_seed(1));
    w.at(0).set_trusted(vec![(addr(2).ip(), Some(5060))]);
    for n in 0..5 {
        let text = peer_invite(&format!("a{n}"), "").replace("Call-ID: script", &format!("Call-ID: {n}"));
        w.peer_sends(2, 0, &text);
    }
    w.run_ms(20);
    assert!(matches!(w.event(0), Event::Invited { account: None, .. }));
    assert!(matches!(w.event(0), Event::LimitReached { what: "dialogs" }));
    for _ in 0..4 {
        assert_eq!(refused(&mut w), 503);
    }
    w.nothing_more();
    assert_eq!(w.count("SIP/2.0 503"), 4);
    let now = w.now;
    assert!(w.at(0).invite(now, invite(addr(1))).is_err());
}

#[test]
fn keep_alives_and_rubbish_are_met_with_silence() {
    let mut w = World::new(8);
    for text in ["\n\n", "", "\0", "rubbish", "SIP/2.0 200 OK\n\n", "INVITE sip:a SIP/2.0\n\n"] {
        w.peer_sends(2, 0, text);
    }
    w.run_ms(50);
    assert!(w.mail.is_empty());
    w.nothing_more();
}

#[test]
fn a_response_goes_to_the_port_asked_for_else_to_where_the_request_came_from() {
    let mut w = World::new(9);
    let options =
        |via: &str| plain("OPTIONS sip:a@10.0.0.1", "1 OPTIONS", "").replace("10.0.0.3:5060;rport", via);
    let source: SocketAddr = "10.0.0.3:7777".parse().unwrap();
    for (via, port) in [("10.0.0.3:5060;rport", 7777), ("192.168.0.9:5060", 7777), ("10.0.0.3:5080", 5080)] {
        w.put_raw(source, addr(0), &options(via));
        w.run_ms(20);
        assert_eq!(w.mail.pop_front().unwrap().0.port(), port, "{via}");
    }
}
