//! Calls that begin and end.

use super::super::{Event, Usage};
use super::*;

#[test]
fn a_call_is_set_up_acknowledged_and_released_by_the_caller() {
    let mut w = World::new(1);
    let (ours, theirs) = w.ring();
    let now = w.now;
    w.at(1).provisional(now, theirs, 183, Some(sdp()), &[("P-Early-Media", "sendonly")]);
    w.run_ms(40);
    let Event::Progress { dialog, status, sdp: Some(_) } = w.event(0) else { panic!("no early media") };
    assert_eq!((dialog, status), (ours, 183));
    let now = w.now;
    w.at(1).accept(now, theirs, sdp(), &[]);
    w.run_ms(40);
    let Event::Answered { dialog, sdp: Some(answer), response } = w.event(0) else { panic!("no answer") };
    assert_eq!((dialog, answer), (ours, sdp()));
    assert_eq!(response.status().map(|s| s.code()), Some(200));
    assert!(matches!(w.event(1), Event::Acked { dialog, sdp: None } if dialog == theirs));
    let now = w.now;
    w.at(0).bye(now, ours, Some("Q.850;cause=16"));
    w.run_ms(40);
    let Event::ByeReceived { dialog, reason: Some(reason) } = w.event(1) else { panic!("no BYE") };
    assert_eq!((dialog, reason.as_slice()), (theirs, b"Q.850;cause=16".as_slice()));
    assert!(matches!(w.event(0), Event::Ended { dialog } if dialog == ours));
    w.nothing_more();
    w.no_leaks();
    assert_eq!(w.tryings, 1);
    assert_eq!(w.count("INVITE"), 1);
    assert_eq!(w.count("ACK"), 1);
    assert_eq!(w.count("BYE"), 1);
}

#[test]
fn the_called_side_hangs_up_too() {
    let mut w = World::new(2);
    let (_, theirs) = w.connect();
    let now = w.now;
    w.at(1).bye(now, theirs, None);
    w.run_ms(40);
    assert!(matches!(w.event(0), Event::ByeReceived { .. }));
    assert!(matches!(w.event(1), Event::Ended { .. }));
    w.nothing_more();
    w.no_leaks();
}

#[test]
fn a_refused_invitation_fails_with_its_status_and_leaves_nothing() {
    let mut w = World::new(3);
    let (ours, theirs) = w.ring();
    let now = w.now;
    w.at(1).refuse(now, theirs, 486, &[("Reason", "Q.850;cause=17")]);
    w.at(1).accept(now, theirs, sdp(), &[]);
    w.at(1).bye(now, theirs, None);
    w.run_ms(40);
    let Event::Failed { dialog, status: 486, response: Some(response) } = w.event(0) else {
        panic!("no failure")
    };
    assert_eq!(dialog, ours);
    assert_eq!(response.header_named("Reason").as_deref(), Some(b"Q.850;cause=17".as_slice()));
    w.nothing_more();
    w.no_leaks();
}

#[test]
fn a_cancelled_invitation_ends_with_487_on_both_sides() {
    let mut w = World::new(4);
    let (ours, theirs) = w.ring();
    let now = w.now;
    w.at(0).cancel(now, ours, Some("SIP;cause=200;text=\"answered elsewhere\""));
    w.run_ms(100);
    let Event::Cancelled { dialog, reason: Some(reason) } = w.event(1) else { panic!("not cancelled") };
    assert_eq!(dialog, theirs);
    assert!(reason.starts_with(b"SIP;cause=200"));
    assert!(matches!(w.event(0), Event::Failed { status: 487, .. }));
    w.nothing_more();
    w.no_leaks();
    assert_eq!((w.count("CANCEL"), w.count("SIP/2.0 487"), w.count("ACK")), (1, 1, 1));
}

#[test]
fn cancel_waits_for_the_first_provisional_response() {
    let mut w = World::new(5);
    let now = w.now;
    let ours = w.at(0).invite(now, invite(addr(1))).unwrap();
    w.at(0).cancel(now, ours, None);
    w.drain();
    assert_eq!(w.count("CANCEL"), 0);
    w.run_ms(100);
    assert_eq!(w.count("CANCEL"), 1);
    assert!(matches!(w.event(0), Event::Failed { status: 487, .. }));
    w.no_leaks();
}

#[test]
fn cancel_and_200_crossing_end_in_exactly_one_bye() {
    let mut w = World::new(6);
    let (ours, theirs) = w.ring();
    let now = w.now;
    w.at(1).accept(now, theirs, sdp(), &[]);
    w.at(0).cancel(now, ours, None);
    w.run_ms(100);
    assert!(matches!(w.event(0), Event::Ended { dialog } if dialog == ours));
    assert!(matches!(w.event(1), Event::Acked { .. }));
    assert!(matches!(w.event(1), Event::ByeReceived { .. }));
    w.nothing_more();
    w.no_leaks();
    assert_eq!((w.count("SIP/2.0 487"), w.count("BYE")), (0, 1));
}

#[test]
fn a_lost_ack_is_sent_again_for_each_repeated_200_byte_for_byte() {
    let mut w = World::new(7);
    let (_, theirs) = w.ring();
    let mut lost = 0;
    w.lose = Box::new(move |m| {
        let ack = m.method() == Some(crate::sip::wire::Method::Ack);
        lost += u32::from(ack);
        ack && lost <= 3
    });
    let now = w.now;
    w.at(1).accept(now, theirs, sdp(), &[]);
    w.run_ms(10_000);
    assert!(matches!(w.event(0), Event::Answered { .. }));
    assert!(matches!(w.event(1), Event::Acked { .. }));
    w.nothing_more();
    let same = |first: &str| {
        let all: Vec<_> = w.log.iter().filter(|(_, data)| data.starts_with(first.as_bytes())).collect();
        assert!(all.windows(2).all(|pair| pair[0] == pair[1]));
        all.len()
    };
    assert_eq!((same("ACK"), w.count("SIP/2.0 200")), (4, 4));
}

#[test]
fn without_any_ack_the_call_is_released_after_64_t1() {
    let mut w = World::new(8);
    let (ours, theirs) = w.ring();
    w.lose = Box::new(|m| m.method() == Some(crate::sip::wire::Method::Ack));
    let now = w.now;
    w.at(1).accept(now, theirs, sdp(), &[]);
    w.run_ms(31_000);
    assert!(matches!(w.event(0), Event::Answered { dialog, .. } if dialog == ours));
    w.nothing_more();
    w.run_ms(2_000);
    assert!(matches!(w.event(1), Event::AckMissing { dialog } if dialog == theirs));
    assert!(matches!(w.event(0), Event::ByeReceived { dialog, .. } if dialog == ours));
    w.nothing_more();
    w.no_leaks();
}

#[test]
fn hanging_up_before_the_ack_waits_for_it() {
    let mut w = World::new(9);
    let (_, theirs) = w.ring();
    let now = w.now;
    w.at(1).accept(now, theirs, sdp(), &[]);
    w.at(1).bye(now, theirs, None);
    w.drain();
    assert_eq!(w.count("BYE"), 0);
    w.run_ms(100);
    assert_eq!(w.count("BYE"), 1);
    assert!(matches!(w.event(0), Event::Answered { .. }));
    assert!(matches!(w.event(0), Event::ByeReceived { .. }));
    assert!(matches!(w.event(1), Event::Ended { .. }));
    w.nothing_more();
    w.no_leaks();
}

#[test]
fn hanging_up_without_any_ack_sends_bye_after_64_t1() {
    let mut w = World::new(10);
    let (_, theirs) = w.ring();
    w.lose = Box::new(|m| m.method() == Some(crate::sip::wire::Method::Ack));
    let now = w.now;
    w.at(1).accept(now, theirs, sdp(), &[]);
    w.at(1).bye(now, theirs, None);
    w.run_ms(31_000);
    assert_eq!(w.count("BYE"), 0);
    w.run_ms(2_000);
    assert_eq!(w.count("BYE"), 1);
    w.events[0].clear();
    assert!(matches!(w.event(1), Event::Ended { .. }));
    w.nothing_more();
    w.no_leaks();
}

#[test]
fn a_peer_that_never_answers_fails_the_invitation_with_408_and_a_bye_still_ends() {
    let mut w = World::new(11);
    let now = w.now;
    w.at(0).invite(now, invite(addr(9))).unwrap();
    w.run_ms(33_000);
    assert!(matches!(w.event(0), Event::Failed { status: 408, response: None, .. }));
    let invites: Vec<_> = w.log.iter().map(|(_, data)| data.clone()).collect();
    assert_eq!(invites.len(), 7);
    assert!(invites.windows(2).all(|pair| pair[0] == pair[1]));
    let (ours, _) = w.connect();
    w.lose = Box::new(|_| true);
    let now = w.now;
    w.at(0).bye(now, ours, None);
    w.run_ms(33_000);
    assert!(matches!(w.event(0), Event::Ended { .. }));
}

#[test]
fn a_lost_bye_is_repeated_and_ends_the_call_once() {
    let mut w = World::new(12);
    let (ours, _) = w.connect();
    let mut lost = 0;
    w.lose = Box::new(move |m| {
        lost += u32::from(m.method() == Some(crate::sip::wire::Method::Bye));
        m.method() == Some(crate::sip::wire::Method::Bye) && lost <= 2
    });
    let now = w.now;
    w.at(0).bye(now, ours, None);
    w.run_ms(10_000);
    assert_eq!(w.count("BYE"), 3);
    assert!(matches!(w.event(0), Event::Ended { .. }));
    assert!(matches!(w.event(1), Event::ByeReceived { .. }));
    w.nothing_more();
    w.no_leaks();
}

#[test]
fn byes_that_cross_end_the_call_once_on_each_side() {
    let mut w = World::new(13);
    let (ours, theirs) = w.connect();
    let now = w.now;
    w.at(0).bye(now, ours, None);
    w.at(1).bye(now, theirs, None);
    w.run_ms(100);
    assert!(matches!(w.event(0), Event::Ended { .. }));
    assert!(matches!(w.event(1), Event::Ended { .. }));
    w.nothing_more();
    w.no_leaks();
}

#[test]
fn the_answer_of_a_second_fork_gets_ack_and_bye_each_time_it_comes() {
    let mut w = World::new(14);
    let now = w.now;
    w.at(0).invite(now, invite(addr(2))).unwrap();
    w.run_ms(20);
    let invite = w.mail();
    let contact = "Contact: <sip:a@10.0.0.3>\n";
    let first = response(&invite, "200 OK", "one", contact);
    let second = response(&invite, "200 OK", "two", contact);
    w.peer_sends(2, 0, &first);
    w.peer_sends(2, 0, &second);
    w.run_ms(40);
    assert!(matches!(w.event(0), Event::Answered { .. }));
    w.nothing_more();
    let got: Vec<(String, String)> =
        w.mail.drain(..).map(|(_, m)| (m.method().unwrap().to_string(), to_tag(&m))).collect();
    let want = [("ACK", "one"), ("ACK", "two"), ("BYE", "two")];
    assert_eq!(got, want.map(|(method, tag)| (method.to_owned(), tag.to_owned())));
    w.peer_sends(2, 0, &second);
    w.run_ms(20);
    assert_eq!(
        w.mail.drain(..).filter(|(_, m)| m.method() == Some(crate::sip::wire::Method::Ack)).count(),
        1
    );
}

#[test]
fn an_answer_that_comes_again_after_the_bye_is_still_acknowledged() {
    let mut w = World::new(15);
    let now = w.now;
    let ours = w.at(0).invite(now, invite(addr(2))).unwrap();
    w.run_ms(20);
    let invite = w.mail();
    let ok = response(&invite, "200 OK", "one", "Contact: <sip:a@10.0.0.3>\n");
    w.peer_sends(2, 0, &ok);
    w.run_ms(20);
    let now = w.now;
    w.at(0).bye(now, ours, None);
    w.run_ms(20);
    let bye =
        w.mail.iter().map(|(_, m)| m.clone()).find(|m| m.method() == Some(crate::sip::wire::Method::Bye));
    let answer = response(&bye.unwrap(), "200 OK", "", "");
    w.peer_sends(2, 0, &answer);
    w.run_ms(20);
    w.mail.clear();
    w.peer_sends(2, 0, &ok);
    w.run_ms(20);
    assert_eq!(w.mail().method(), Some(crate::sip::wire::Method::Ack));
    w.no_leaks();
}

#[test]
fn a_demanded_provisional_response_is_repeated_until_its_prack_and_the_answer_waits() {
    let mut w = World::new(16);
    w.peer_sends(2, 0, &peer_invite("a", "Require: 100rel\n"));
    w.run_ms(20);
    assert_eq!(status(&w.mail()), 100);
    let Event::Invited { dialog, .. } = w.event(0) else { panic!("not invited") };
    let now = w.now;
    w.at(0).provisional(now, dialog, 183, Some(sdp()), &[]);
    w.at(0).provisional(now, dialog, 180, None, &[]);
    w.at(0).accept(now, dialog, sdp(), &[]);
    w.run_ms(2_000);
    let got: Vec<Message> = w.mail.drain(..).map(|(_, m)| m).collect();
    assert_eq!(got.iter().map(status).collect::<Vec<_>>(), [183, 183, 183]);
    let (tag, rseq) = (to_tag(&got[0]), got[0].rseq().unwrap().unwrap());
    let wrong = format!("RAck: {} 1 INVITE\n", rseq + 7);
    w.peer_sends(2, 0, &request("PRACK sip:12345@10.0.0.1", "p0", &tag, "2 PRACK", &wrong, ""));
    w.run_ms(20);
    assert_eq!(status(&w.mail()), 481);
    let right = format!("RAck: {rseq} 1 INVITE\n");
    w.peer_sends(2, 0, &request("PRACK sip:12345@10.0.0.1", "p1", &tag, "3 PRACK", &right, ""));
    w.run_ms(20);
    let mut got: Vec<u16> = w.mail.drain(..).map(|(_, m)| status(&m)).collect();
    got.sort_unstable();
    assert_eq!(got, [200, 200]);
    w.peer_sends(2, 0, &request("ACK sip:12345@10.0.0.1", "k", &tag, "1 ACK", "", ""));
    w.run_ms(20);
    assert!(matches!(w.event(0), Event::Acked { .. }));
}

#[test]
fn without_prack_the_invitation_is_refused() {
    let mut w = World::new(17);
    w.peer_sends(2, 0, &peer_invite("a", "Require: 100rel\n"));
    w.run_ms(20);
    let Event::Invited { dialog, .. } = w.event(0) else { panic!("not invited") };
    let now = w.now;
    w.at(0).provisional(now, dialog, 183, Some(sdp()), &[]);
    w.run_ms(33_000);
    assert!(matches!(w.event(0), Event::PeerGone { .. }));
    assert_eq!(status(&w.mail.pop_back().unwrap().1), 504);
    w.no_leaks();
}

#[test]
fn a_reliable_provisional_response_to_us_gets_one_prack_in_order() {
    let mut w = World::new(18);
    let now = w.now;
    w.at(0).invite(now, invite(addr(2))).unwrap();
    w.run_ms(20);
    let invite = w.mail();
    let more = |rseq: u32| format!("Require: 100rel\nRSeq: {rseq}\nContact: <sip:a@10.0.0.3>\n");
    for rseq in [7, 7, 9, 8] {
        w.peer_sends(2, 0, &response(&invite, "180 Ringing", "one", &more(rseq)));
        w.run_ms(20);
    }
    let pracks: Vec<Message> = w.mail.drain(..).map(|(_, m)| m).collect();
    let racks: Vec<_> = pracks.iter().map(|m| m.rack().unwrap().unwrap().rseq).collect();
    assert_eq!(racks, [7, 8]);
    let seqs: Vec<_> = pracks.iter().map(|m| m.cseq().unwrap().seq).collect();
    assert_eq!(seqs, [2, 3]);
    assert_eq!(w.events[0].len(), 2);
}

#[test]
fn a_held_call_keeps_one_usage_and_nothing_else() {
    let mut w = World::new(19);
    w.connect();
    w.settle();
    for stack in &w.stacks {
        assert_eq!(stack.usage(), Usage { dialogs: 1, ..Usage::default() });
    }
}

#[test]
fn requests_follow_the_route_set_and_go_where_the_peer_really_is() {
    let mut w = World::new(20);
    let routed = "Record-Route: <sip:10.0.0.3:5070;lr>, <sip:192.168.7.7;lr>\n";
    w.peer_sends(2, 0, &peer_invite("a", routed));
    w.run_ms(20);
    let Event::Invited { dialog, .. } = w.event(0) else { panic!("not invited") };
    let now = w.now;
    w.at(0).accept(now, dialog, sdp(), &[]);
    w.run_ms(20);
    w.mail();
    let ok = w.mail();
    assert_eq!(ok.record_routes().count(), 2);
    w.peer_sends(2, 0, &request("ACK sip:12345@10.0.0.1", "k", &to_tag(&ok), "1 ACK", "", ""));
    w.run_ms(20);
    let now = w.now;
    w.at(0).bye(now, dialog, None);
    w.run_ms(20);
    let (to, bye) = w.mail.pop_front().unwrap();
    assert_eq!(to.to_string(), "10.0.0.3:5070");
    assert_eq!(bye.raw_uri(), b"sip:13900000000@10.0.0.3");
    let routes: Vec<_> =
        bye.routes().map(|r| String::from_utf8_lossy(r.unwrap().uri.raw).into_owned()).collect();
    assert_eq!(routes, ["sip:10.0.0.3:5070;lr", "sip:192.168.7.7;lr"]);
}

#[test]
fn a_peer_behind_nat_is_reached_where_its_last_message_came_from() {
    let mut w = World::new(21);
    let more = "Contact: <sip:agent@192.168.1.20:5062>\nContent-Type: application/sdp\n";
    w.peer_sends(2, 0, &request("INVITE sip:12345@10.0.0.1", "a", "", "1 INVITE", more, "v=0\n"));
    w.run_ms(20);
    let Event::Invited { dialog, .. } = w.event(0) else { panic!("not invited") };
    let now = w.now;
    w.at(0).accept(now, dialog, sdp(), &[]);
    w.run_ms(20);
    w.mail();
    let tag = to_tag(&w.mail());
    let moved: SocketAddr = "10.0.0.3:40001".parse().unwrap();
    w.put_raw(moved, addr(0), &request("ACK sip:12345@10.0.0.1", "k", &tag, "1 ACK", "", ""));
    w.run_ms(20);
    let now = w.now;
    w.at(0).bye(now, dialog, None);
    w.run_ms(20);
    let (to, bye) = w.mail.pop_front().unwrap();
    assert_eq!((to, bye.raw_uri()), (moved, b"sip:agent@192.168.1.20:5062".as_slice()));
}

#[test]
fn options_bring_a_sign_of_life_or_silence() {
    let mut w = World::new(22);
    let now = w.now;
    let alive = w.at(0).options(now, addr(1), "sip:10.0.0.2");
    let dead = w.at(0).options(now, addr(9), "sip:10.0.0.10");
    w.run_ms(40);
    assert!(matches!(w.event(0), Event::Pong { ping, status: Some(200) } if ping == alive));
    w.run_ms(33_000);
    assert!(matches!(w.event(0), Event::Pong { ping, status: None } if ping == dead));
    w.no_leaks();
}

#[test]
fn a_challenge_of_a_trunk_is_answered_once_and_only_for_that_trunk() {
    for known in [true, false] {
        let mut w = World::new(23);
        let peer = if known { addr(2) } else { addr(3) };
        let secret = super::super::Secret { peer, realm: None, user: "u".into(), password: "p".into() };
        w.at(0).set_secrets(vec![secret]);
        let now = w.now;
        w.at(0).invite(now, invite(addr(2))).unwrap();
        w.run_ms(20);
        let first = w.mail();
        let challenge =
            "Proxy-Authenticate: Digest realm=\"t\", nonce=\"n\", algorithm=SHA-256, qop=\"auth\"\n";
        w.peer_sends(2, 0, &response(&first, "407 Proxy Authentication Required", "x", challenge));
        w.run_ms(20);
        assert_eq!(w.mail().method(), Some(crate::sip::wire::Method::Ack));
        if !known {
            assert!(matches!(w.event(0), Event::Failed { status: 407, .. }));
            continue;
        }
        let second = w.mail();
        let credentials = second.proxy_authorizations().next().unwrap().unwrap();
        assert_eq!(&*credentials.username, b"u");
        assert_eq!(second.cseq().unwrap().seq, 2);
        assert_eq!(second.header_named("X-Hotline").as_deref(), Some(b"12319".as_slice()));
        assert_eq!((second.body(), second.call_id().unwrap()), (SDP, first.call_id().unwrap()));
        w.peer_sends(2, 0, &response(&second, "407 Again", "y", challenge));
        w.run_ms(20);
        assert!(matches!(w.event(0), Event::Failed { status: 407, .. }));
        w.no_leaks();
    }
}

/// A phone out of reach answered after we had given the call up, got no ACK, and was busy for its agent.
#[test]
fn an_answer_after_timer_b_gets_ack_and_bye_and_later_copies_the_ack_again() {
    let mut w = World::new(16);
    let now = w.now;
    w.at(0).invite(now, invite(addr(2))).unwrap();
    w.run_ms(20);
    let invite = w.mail();
    w.run_ms(33_000);
    assert!(matches!(w.event(0), Event::Failed { status: 408, .. }));
    w.mail.clear();
    let late = response(&invite, "200 OK", "one", "Contact: <sip:a@10.0.0.3>\n");
    w.peer_sends(2, 0, &late);
    w.run_ms(20);
    let methods = |w: &mut World| -> Vec<String> {
        w.mail.drain(..).map(|(_, m)| m.method().unwrap().to_string()).collect()
    };
    assert_eq!(methods(&mut w), ["ACK", "BYE"]);
    w.peer_sends(2, 0, &late);
    w.run_ms(20);
    assert_eq!(methods(&mut w), ["ACK"]);
    let forged =
        late.replace("From:", "X-From:").replace("Call-ID", "From: <sip:x@y>;tag=0000000000000000\nCall-ID");
    w.peer_sends(2, 0, &forged);
    w.run_ms(20);
    assert_eq!(methods(&mut w), Vec::<String>::new());
    w.nothing_more();
}
