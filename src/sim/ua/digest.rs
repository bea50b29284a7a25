//! A phone's answer to a digest challenge: RFC 7616 §3.4, with MD5 or SHA-256 and `qop=auth`.
//!
//! Written here a second time on purpose: the registrar under test has its own.

use std::fmt::Write as _;

use md5::{Digest, Md5};
use sha2::Sha256;

/// Which hash a phone knows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Hash {
    /// RFC 2617 and older phones.
    Md5,
    /// RFC 7616, RFC 8760.
    Sha256,
}

impl Hash {
    fn name(self) -> &'static str {
        match self {
            Self::Md5 => "MD5",
            Self::Sha256 => "SHA-256",
        }
    }

    fn hex(self, text: &str) -> String {
        match self {
            Self::Md5 => hex(&Md5::digest(text)),
            Self::Sha256 => hex(&Sha256::digest(text)),
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Who answers, and what is asked for.
#[derive(Debug)]
pub(crate) struct Question<'a> {
    pub(crate) user: &'a str,
    pub(crate) password: &'a str,
    pub(crate) method: &'a str,
    pub(crate) uri: &'a str,
    pub(crate) cnonce: &'a str,
    pub(crate) count: u32,
}

/// The value of an Authorization header, for the first of the `challenges` that uses `hash`.
pub(crate) fn answer<'a>(
    hash: Hash,
    challenges: impl IntoIterator<Item = &'a str>,
    question: &Question<'_>,
) -> Option<String> {
    let challenge = challenges
        .into_iter()
        .find(|challenge| field(challenge, "algorithm").unwrap_or("MD5").eq_ignore_ascii_case(hash.name()))?;
    let (realm, nonce) = (field(challenge, "realm")?, field(challenge, "nonce")?);
    let Question { user, password, method, uri, cnonce, count } = question;
    let secret = hash.hex(&format!("{user}:{realm}:{password}"));
    let request = hash.hex(&format!("{method}:{uri}"));
    let mut value = format!(
        "Digest username=\"{user}\", realm=\"{realm}\", nonce=\"{nonce}\", uri=\"{uri}\", algorithm={}",
        hash.name()
    );
    let response = match field(challenge, "qop") {
        Some(_) => {
            let _ = write!(value, ", qop=auth, nc={count:08x}, cnonce=\"{cnonce}\"");
            hash.hex(&format!("{secret}:{nonce}:{count:08x}:{cnonce}:auth:{request}"))
        }
        None => hash.hex(&format!("{secret}:{nonce}:{request}")),
    };
    let _ = write!(value, ", response=\"{response}\"");
    if let Some(opaque) = field(challenge, "opaque") {
        let _ = write!(value, ", opaque=\"{opaque}\"");
    }
    Some(value)
}

/// A field of a challenge, unquoted. Realms and nonces with commas or quotes are beyond a simple phone.
fn field<'a>(challenge: &'a str, name: &str) -> Option<&'a str> {
    let fields = challenge.strip_prefix("Digest")?;
    fields.split(',').find_map(|part| {
        let (n, v) = part.split_once('=')?;
        n.trim().eq_ignore_ascii_case(name).then(|| v.trim().trim_matches('"'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 7616 §3.9.1.
    #[test]
    fn the_example_of_rfc_7616_is_answered_as_printed_there() {
        let challenge = |algorithm| {
            format!(
                "Digest realm=\"http-auth@example.org\", qop=\"auth\", algorithm={algorithm}, \
                 nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\""
            )
        };
        let question = Question {
            user: "Mufasa",
            password: "Circle of Life",
            method: "GET",
            uri: "/dir/index.html",
            cnonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
            count: 1,
        };
        let both = [challenge("SHA-256"), challenge("MD5")];
        let answered = |hash| answer(hash, both.iter().map(String::as_str), &question).unwrap();
        assert!(answered(Hash::Md5).contains("response=\"8ca523f5e9506fed4657c9700eebdbec\""));
        assert!(
            answered(Hash::Sha256)
                .contains("response=\"753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1\"")
        );
    }
}
