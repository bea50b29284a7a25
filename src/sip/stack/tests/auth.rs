//! Who gets in.

use super::super::Event;
use super::*;
use crate::sip::auth::{Algorithm, Question};
use crate::sip::wire::header::Challenge;

/// Stack 0 knows user a1 and trusts nobody; the phone is at `addr(2)`.
pub(super) fn phone_world() -> World {
    let mut w = World::new(1);
    w.at(0).set_trusted(vec![]);
    w.at(0).set_accounts([("a1".to_owned(), "geheim".to_owned()), ("b".to_owned(), "x".to_owned())].into());
    w
}

fn phone_request(line: &str, branch: &str, cseq: &str, more: &str) -> String {
    request(line, branch, "", cseq, more, "")
        .replace("To: <sip:12345@10.0.0.1>", "To: <sip:a1@10.0.0.1>")
        .replace("<sip:13900000000@10.0.0.3>", "<sip:a1@10.0.0.1>")
}

fn credentials(
    challenge: &Challenge<'_>,
    algorithm: Algorithm,
    method: &str,
    uri: &str,
    user: &str,
    password: &str,
    nc: &str,
) -> String {
    let nonce = String::from_utf8_lossy(&challenge.nonce).into_owned();
    let realm = String::from_utf8_lossy(&challenge.realm).into_owned();
    let response = algorithm.response(&Question {
        user: user.as_bytes(),
        realm: realm.as_bytes(),
        password: password.as_bytes(),
        method: method.as_bytes(),
        uri: uri.as_bytes(),
        nonce: nonce.as_bytes(),
        auth: Some((nc.as_bytes(), b"c")),
    });
    format!(
        "Authorization: Digest username=\"{user}\", realm=\"{realm}\", nonce=\"{nonce}\", uri=\"{uri}\", \
         response=\"{response}\", algorithm={}, cnonce=\"c\", qop=auth, nc={nc}\n",
        algorithm.name()
    )
}

/// Sends a request, is challenged, answers; the final response to it. Uses CSeq `seq` and `seq + 1`.
pub(super) fn authorized(
    w: &mut World,
    line: &str,
    method: &str,
    seq: u32,
    more: &str,
    algorithm: &str,
    password: &str,
) -> Message {
    w.peer_sends(2, 0, &phone_request(line, &format!("x{seq}"), &format!("{seq} {method}"), more));
    w.run_ms(20);
    let challenge = w.mail();
    assert_eq!(status(&challenge), 401);
    let offered = challenge.www_authenticates().map(Result::unwrap);
    let chosen = offered.into_iter().find(|c| c.algorithm.as_deref() == Some(algorithm.as_bytes())).unwrap();
    let uri = line.split(' ').nth(1).unwrap();
    let known = Algorithm::named(Some(algorithm.as_bytes())).unwrap();
    let header = credentials(&chosen, known, method, uri, "a1", password, "00000001");
    let seq = seq + 1;
    w.peer_sends(
        2,
        0,
        &phone_request(line, &format!("y{seq}"), &format!("{seq} {method}"), &format!("{more}{header}")),
    );
    w.run_ms(20);
    w.mail.pop_back().expect("an answer").1
}

const CONTACT: &str = "Contact: <sip:a1@10.0.0.3>\nExpires: 600\n";
const REGISTER: &str = "REGISTER sip:10.0.0.1";

#[test]
fn both_algorithms_are_offered_and_taken_the_better_first() {
    let mut w = phone_world();
    w.peer_sends(2, 0, &phone_request(REGISTER, "a", "1 REGISTER", CONTACT));
    w.run_ms(20);
    let challenge = w.mail();
    let offered: Vec<_> = challenge
        .www_authenticates()
        .map(|c| String::from_utf8(c.unwrap().algorithm.unwrap().into_owned()).unwrap())
        .collect();
    assert_eq!(offered, ["SHA-256", "MD5"]);
    for (seq, algorithm) in [(10, "SHA-256"), (20, "MD5")] {
        assert_eq!(status(&authorized(&mut w, REGISTER, "REGISTER", seq, CONTACT, algorithm, "geheim")), 200);
    }
}

#[test]
fn a_wrong_password_and_an_unknown_user_get_the_same_answer() {
    let mut w = phone_world();
    let wrong = authorized(&mut w, REGISTER, "REGISTER", 1, CONTACT, "MD5", "falsch");
    let Event::RegistrationRefused { user, source } = w.event(0) else { panic!("not told") };
    assert_eq!((user.as_str(), source), ("a1", addr(2)));
    let mut w = phone_world();
    w.at(0).set_accounts(BTreeMap::new());
    let unknown = authorized(&mut w, REGISTER, "REGISTER", 1, CONTACT, "MD5", "geheim");
    assert_eq!((status(&wrong), status(&unknown)), (401, 401));
    let shape = |m: &Message| m.header_lines().map(|l| (l.name, l.raw_value.len())).collect::<Vec<_>>();
    assert_eq!(shape(&wrong), shape(&unknown));
}

#[test]
fn one_user_cannot_register_another_nor_call_as_another() {
    let mut w = phone_world();
    w.peer_sends(2, 0, &phone_request(REGISTER, "a", "1 REGISTER", CONTACT));
    w.run_ms(20);
    let challenge = w.mail();
    let chosen = challenge.www_authenticates().next().unwrap().unwrap();
    let header = credentials(&chosen, Algorithm::Sha256, "REGISTER", "sip:10.0.0.1", "b", "x", "00000001");
    w.peer_sends(2, 0, &phone_request(REGISTER, "b", "2 REGISTER", &format!("{CONTACT}{header}")));
    w.run_ms(20);
    assert_eq!(status(&w.mail()), 403);
    assert!(matches!(w.event(0), Event::RegistrationRefused { .. }));
    let uri = "sip:12345@10.0.0.1";
    let header = credentials(&chosen, Algorithm::Sha256, "INVITE", uri, "b", "x", "00000002");
    w.peer_sends(
        2,
        0,
        &phone_request(&format!("INVITE {uri}"), "c", "3 INVITE", &format!("{CONTACT}{header}")),
    );
    w.run_ms(20);
    assert_eq!(status(&w.mail()), 403);
    let Event::InviteRefused { status: 403, account: Some(account), .. } = w.event(0) else {
        panic!("his call as another is not told")
    };
    assert_eq!(account, "b");
    w.nothing_more();
}

#[test]
fn a_registered_phone_calls_with_its_account_and_a_stranger_is_challenged() {
    let mut w = phone_world();
    let trying = authorized(&mut w, "INVITE sip:12345@10.0.0.1", "INVITE", 1, CONTACT, "SHA-256", "geheim");
    assert_eq!(status(&trying), 100);
    let Event::Invited { account: Some(account), .. } = w.event(0) else { panic!("not invited") };
    assert_eq!(account, "a1");
}

#[test]
fn a_nonce_is_good_for_its_address_its_time_and_each_count_once() {
    let mut w = phone_world();
    w.peer_sends(2, 0, &phone_request(REGISTER, "a", "1 REGISTER", CONTACT));
    w.run_ms(20);
    let challenge = w.mail();
    let chosen = challenge.www_authenticates().next().unwrap().unwrap();
    let send = |w: &mut World, peer: u8, n: u32, nc: &str| {
        let header = credentials(&chosen, Algorithm::Sha256, "REGISTER", "sip:10.0.0.1", "a1", "geheim", nc);
        let text = phone_request(
            REGISTER,
            &format!("n{n}"),
            &format!("{n} REGISTER"),
            &format!("{CONTACT}{header}"),
        );
        w.peer_sends(peer, 0, &text);
        w.run_ms(20);
        let answer = w.mail();
        let stale = answer.www_authenticates().next().is_some_and(|c| c.unwrap().stale);
        (status(&answer), stale)
    };
    assert_eq!(send(&mut w, 2, 2, "00000001"), (200, false));
    assert_eq!(send(&mut w, 2, 3, "00000001"), (401, true));
    assert_eq!(send(&mut w, 2, 4, "00000002"), (200, false));
    assert_eq!(send(&mut w, 3, 5, "00000003"), (401, false));
    w.run_ms(302_000);
    assert_eq!(send(&mut w, 2, 6, "00000009"), (401, true));
}

#[test]
fn a_digest_made_for_another_uri_is_worthless() {
    let mut w = phone_world();
    w.peer_sends(2, 0, &phone_request(REGISTER, "a", "1 REGISTER", CONTACT));
    w.run_ms(20);
    let challenge = w.mail();
    let chosen = challenge.www_authenticates().next().unwrap().unwrap();
    let header =
        credentials(&chosen, Algorithm::Md5, "REGISTER", "sip:elsewhere", "a1", "geheim", "00000001");
    w.peer_sends(2, 0, &phone_request(REGISTER, "b", "2 REGISTER", &format!("{CONTACT}{header}")));
    w.run_ms(20);
    assert_eq!(status(&w.mail()), 401);
}
