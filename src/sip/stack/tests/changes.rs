//! Re-INVITEs and their glares.

use super::super::Event;
use super::*;
use crate::sip::wire::Method;

#[test]
fn a_change_is_offered_answered_and_acknowledged_in_either_direction() {
    for side in [0, 1] {
        let mut w = World::new(1);
        let keys = w.connect();
        let (offerer, answerer) = if side == 0 { (keys.0, keys.1) } else { (keys.1, keys.0) };
        let now = w.now;
        w.at(side).reinvite(now, offerer, sdp());
        w.run_ms(40);
        let Event::Reinvited { dialog, sdp: Some(_) } = w.event(1 - side) else { panic!("no offer") };
        assert_eq!(dialog, answerer);
        let now = w.now;
        w.at(1 - side).answer_reinvite(now, answerer, Ok(sdp()));
        w.run_ms(2_000);
        assert!(matches!(w.event(side), Event::ReinviteAnswered { sdp: Some(_), .. }));
        w.nothing_more();
        assert_eq!(w.count("ACK"), 2);
        let now = w.now;
        w.at(side).bye(now, offerer, None);
        w.settle();
        assert!(matches!(w.event(side), Event::Ended { .. }));
        assert!(matches!(w.event(1 - side), Event::ByeReceived { .. }));
        w.no_leaks();
    }
}

#[test]
fn a_refused_change_leaves_the_call_as_it_was() {
    let mut w = World::new(2);
    let (ours, theirs) = w.connect();
    let now = w.now;
    w.at(0).reinvite(now, ours, sdp());
    w.run_ms(40);
    w.event(1);
    let now = w.now;
    w.at(1).answer_reinvite(now, theirs, Err(488));
    w.run_ms(40);
    assert!(matches!(w.event(0), Event::ReinviteFailed { status: 488, .. }));
    w.settle();
    w.nothing_more();
    assert_eq!((w.at(0).usage().dialogs, w.at(1).usage().dialogs), (1, 1));
}

#[test]
fn an_invite_from_a_phone_that_still_rings_for_ours_gets_491_and_one_of_another_call_id_481() {
    let mut w = World::new(12);
    let now = w.now;
    w.at(0).invite(now, invite(addr(2))).unwrap();
    w.run_ms(20);
    let sent = w.mail();
    let text = |name: &str| {
        let headers = String::from_utf8(sent.as_bytes().to_vec()).unwrap();
        headers.lines().find(|line| line.starts_with(name)).unwrap().to_owned()
    };
    let tag = text("From:").split_once("tag=").unwrap().1.to_owned();
    let call_id = text("Call-ID:");
    let line = "INVITE sip:a@10.0.0.1";
    let early = request(line, "e", &tag, "1 INVITE", "Contact: <sip:a@10.0.0.3>\n", "");
    w.peer_sends(2, 0, &early.replace("Call-ID: script", &call_id));
    w.run_ms(20);
    assert_eq!(status(&w.mail()), 491);
    // Of another Call-ID it is nobody's.
    w.peer_sends(2, 0, &early.replace("branch=z9hG4bKe", "branch=z9hG4bKf"));
    w.run_ms(20);
    assert_eq!(status(&w.mail()), 481);
    w.nothing_more();
}

#[test]
fn changes_that_cross_meet_491_and_both_come_through_in_turn() {
    for seed in 0..20 {
        let mut w = World::new(seed);
        let (ours, theirs) = w.connect();
        let now = w.now;
        w.at(0).reinvite(now, ours, sdp());
        w.at(1).reinvite(now, theirs, sdp());
        let mut answered = [0, 0];
        for _ in 0..200 {
            w.run_ms(50);
            for (n, key) in [(0, ours), (1, theirs)] {
                while let Some(event) = w.events[n].pop_front() {
                    let now = w.now;
                    match event {
                        Event::Reinvited { .. } => w.at(n).answer_reinvite(now, key, Ok(sdp())),
                        Event::ReinviteAnswered { .. } => answered[n] += 1,
                        other => panic!("{other:?}"),
                    }
                }
            }
        }
        assert_eq!(answered, [1, 1]);
        assert_eq!(w.count("SIP/2.0 491"), 2);
    }
}

#[test]
fn a_second_re_invite_while_the_first_is_unanswered_gets_500_and_retry_after() {
    let mut w = World::new(3);
    let (dialog, tag) = scripted_call(&mut w);
    let reinvite = |branch: &str, seq: u32| {
        let more = "Contact: <sip:13900000000@10.0.0.3>\nContent-Type: application/sdp\n";
        request("INVITE sip:12345@10.0.0.1", branch, &tag, &format!("{seq} INVITE"), more, "v=0\n")
    };
    w.peer_sends(2, 0, &reinvite("r1", 2));
    w.run_ms(20);
    assert_eq!(status(&w.mail()), 100);
    w.peer_sends(2, 0, &reinvite("r2", 3));
    w.run_ms(20);
    let refused = w.mail();
    assert_eq!(status(&refused), 500);
    assert!(refused.retry_after().unwrap().unwrap() <= 10);
    let now = w.now;
    w.at(0).answer_reinvite(now, dialog, Ok(sdp()));
    w.run_ms(20);
    assert_eq!(status(&w.mail()), 200);
}

#[test]
fn a_re_invite_without_ack_ends_the_call() {
    let mut w = World::new(4);
    let (dialog, tag) = scripted_call(&mut w);
    let more = "Contact: <sip:13900000000@10.0.0.3>\n";
    w.peer_sends(2, 0, &request("INVITE sip:12345@10.0.0.1", "r1", &tag, "2 INVITE", more, ""));
    w.run_ms(20);
    assert!(matches!(w.event(0), Event::Reinvited { sdp: None, .. }));
    let now = w.now;
    w.at(0).answer_reinvite(now, dialog, Ok(sdp()));
    w.run_ms(33_000);
    assert!(matches!(w.event(0), Event::PeerGone { .. }));
    w.nothing_more();
    assert!(w.count("BYE") > 0);
    w.no_leaks();
}

#[test]
fn the_ack_brings_the_answer_to_an_offer_of_ours() {
    let mut w = World::new(5);
    let (dialog, tag) = scripted_call(&mut w);
    let more = "Contact: <sip:13900000000@10.0.0.3>\n";
    w.peer_sends(2, 0, &request("INVITE sip:12345@10.0.0.1", "r1", &tag, "2 INVITE", more, ""));
    w.run_ms(20);
    w.event(0);
    let now = w.now;
    w.at(0).answer_reinvite(now, dialog, Ok(sdp()));
    w.run_ms(20);
    let more = "Content-Type: application/sdp\n";
    w.peer_sends(2, 0, &request("ACK sip:12345@10.0.0.1", "k2", &tag, "2 ACK", more, "v=0\n"));
    w.run_ms(20);
    assert!(matches!(w.event(0), Event::Acked { sdp: Some(_), .. }));
}

#[test]
fn silence_to_our_change_means_the_peer_is_gone() {
    let mut w = World::new(6);
    let (ours, _) = w.connect();
    w.lose = Box::new(|_| true);
    let now = w.now;
    w.at(0).reinvite(now, ours, sdp());
    w.run_ms(33_000);
    assert!(matches!(w.event(0), Event::PeerGone { dialog } if dialog == ours));
    w.run_ms(70_000);
    assert_eq!(w.at(0).usage().dialogs, 0);
}

#[test]
fn changes_asked_for_while_one_is_open_are_sent_one_after_another_the_newest_only() {
    let mut w = World::new(7);
    let (ours, theirs) = w.connect();
    for n in 0..3 {
        let now = w.now;
        w.at(0).reinvite(now, ours, Bytes::from(format!("v={n}")));
    }
    let mut offers = Vec::new();
    for _ in 0..10 {
        w.run_ms(50);
        while let Some(event) = w.events[1].pop_front() {
            if let Event::Reinvited { sdp: Some(offer), .. } = event {
                offers.push(String::from_utf8_lossy(&offer).into_owned());
                let now = w.now;
                w.at(1).answer_reinvite(now, theirs, Ok(sdp()));
            }
        }
    }
    assert_eq!(offers, ["v=0", "v=2"]);
}

#[test]
fn update_is_answered_with_and_without_an_offer() {
    let mut w = World::new(8);
    let (dialog, tag) = scripted_call(&mut w);
    let moved = "Contact: <sip:elsewhere@10.0.0.3:5099>\n";
    w.peer_sends(2, 0, &request("UPDATE sip:12345@10.0.0.1", "u1", &tag, "2 UPDATE", moved, ""));
    w.run_ms(20);
    assert_eq!(status(&w.mail()), 200);
    let more = format!("{moved}Content-Type: application/sdp\n");
    w.peer_sends(2, 0, &request("UPDATE sip:12345@10.0.0.1", "u2", &tag, "3 UPDATE", &more, "v=0\n"));
    w.run_ms(20);
    assert!(matches!(w.event(0), Event::Reinvited { .. }));
    let now = w.now;
    w.at(0).answer_reinvite(now, dialog, Ok(sdp()));
    w.run_ms(20);
    let ok = w.mail();
    assert_eq!((status(&ok), ok.body()), (200, SDP));
    let now = w.now;
    w.at(0).bye(now, dialog, None);
    w.run_ms(20);
    let (to, bye) = w.mail.pop_front().unwrap();
    assert_eq!((bye.method(), to.port()), (Some(Method::Bye), 5099));
}

/// A call from a scripted peer, answered and acknowledged: our key and our tag.
pub(super) fn scripted_call(w: &mut World) -> (super::super::DialogKey, String) {
    w.peer_sends(2, 0, &peer_invite("a", ""));
    w.run_ms(20);
    let Event::Invited { dialog, .. } = w.event(0) else { panic!("not invited") };
    let now = w.now;
    w.at(0).accept(now, dialog, sdp(), &[]);
    w.run_ms(20);
    let tag = to_tag(&w.mail.back().unwrap().1);
    w.peer_sends(2, 0, &request("ACK sip:12345@10.0.0.1", "k", &tag, "1 ACK", "", ""));
    w.run_ms(20);
    assert!(matches!(w.event(0), Event::Acked { .. }));
    w.mail.clear();
    (dialog, tag)
}

#[test]
fn a_refused_change_that_comes_again_meets_the_same_answer() {
    let mut w = World::new(9);
    w.peer_sends(2, 0, &peer_invite("a", ""));
    w.run_ms(20);
    let Event::Invited { dialog, .. } = w.event(0) else { panic!("no invitation") };
    let now = w.now;
    w.at(0).accept(now, dialog, sdp(), &[]);
    w.run_ms(20);
    let tag = to_tag(&w.mail.back().unwrap().1);
    w.peer_sends(2, 0, &request("ACK sip:12345@10.0.0.1", "k", &tag, "1 ACK", "", ""));
    w.run_ms(20);
    assert!(matches!(w.event(0), Event::Acked { .. }));
    let now = w.now;
    w.at(0).reinvite(now, dialog, sdp());
    w.run_ms(20);
    w.mail.clear();
    let more = "Contact: <sip:13900000000@10.0.0.3>\nContent-Type: application/sdp\n";
    let again = request("INVITE sip:12345@10.0.0.1", "b", &tag, "2 INVITE", more, "v=0\n");
    for _ in 0..2 {
        w.peer_sends(2, 0, &again);
        w.run_ms(20);
        let answers: Vec<u16> = w.mail.drain(..).filter_map(|(_, m)| m.status()).map(|s| s.code()).collect();
        assert_eq!(answers, [491]);
    }
    w.peer_sends(2, 0, &request("ACK sip:12345@10.0.0.1", "b", &tag, "2 ACK", "", ""));
    w.nothing_more();
}
