//! Vectors and whole exchanges.

use super::algorithm::{Algorithm, Question};

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
