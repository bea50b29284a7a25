//! Vectors and whole exchanges.

use std::net::IpAddr;

use super::algorithm::{Algorithm, Question};
use super::nonce::{BadNonce, Nonces};
use crate::stdx::{Instant, Rng};

#[track_caller]
fn check(algorithm: Algorithm, response: &str) {
    let q = Question {
        user: b"Mufasa",
        realm: b"http-auth@example.org",
        password: b"Circle of Life",
        method: b"GET",
        uri: b"/dir/index.html",
        nonce: b"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
        auth: Some((b"00000001", b"f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ")),
    };
    assert_eq!(algorithm.response(&q), response);
}

#[test]
fn the_digests_are_those_of_rfc_7616_section_3_9_1() {
    check(Algorithm::Md5, "8ca523f5e9506fed4657c9700eebdbec");
    check(Algorithm::Sha256, "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1");
}

/// Every phone of a hall behind one address registered in the second the power came back; the second phone's
/// first use of the shared nonce looked like a replay of the first's.
#[test]
fn phones_behind_one_address_get_nonces_of_their_own_in_the_same_second() {
    let mut nonces = Nonces::new(8, &mut Rng::from_seed(1));
    let hall = IpAddr::from([192, 0, 2, 7]);
    let made = [nonces.make(Instant::ZERO, 1, hall), nonces.make(Instant::ZERO, 2, hall)];
    for nonce in &made {
        let nonce = nonces.check(Instant::ZERO, hall, nonce.as_bytes()).unwrap();
        assert!(nonces.note_use(Instant::ZERO, nonce, 1));
        assert!(!nonces.note_use(Instant::ZERO, nonce, 1), "a replay");
    }
    assert_eq!(
        nonces.check(Instant::ZERO, IpAddr::from([192, 0, 2, 8]), made[0].as_bytes()),
        Err(BadNonce::Foreign)
    );
}
