//! The digest computation: RFC 7616 §3.4.1, with the algorithms of RFC 8760 §2.
//!
//! Only `qop=auth`: bodies are not protected (`auth-int`), sessions are not kept (`-sess`), and the form of
//! RFC 2069 without qop is computed for a peer's challenge but never accepted from one, as it can be replayed.

use md5::Md5;
use sha2::{Digest, Sha256};

/// A hash both sides can agree on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Algorithm {
    /// RFC 7616; preferred.
    Sha256,
    /// For the many phones that know nothing else.
    Md5,
}

/// What the digest is made over.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Question<'a> {
    /// Who.
    pub(crate) user: &'a [u8],
    /// Where the password is good.
    pub(crate) realm: &'a [u8],
    /// The password.
    pub(crate) password: &'a [u8],
    /// The request's method.
    pub(crate) method: &'a [u8],
    /// The request's URI, as the credentials name it.
    pub(crate) uri: &'a [u8],
    /// The server's nonce.
    pub(crate) nonce: &'a [u8],
    /// Count of uses and client nonce, as they stand in the credentials; `None` for a challenge without qop.
    pub(crate) auth: Option<(&'a [u8], &'a [u8])>,
}

impl Algorithm {
    /// The name in headers.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "SHA-256",
            Self::Md5 => "MD5",
        }
    }

    /// The algorithm of that name; none named means MD5 (RFC 7616 §3.3).
    pub(crate) fn named(name: Option<&[u8]>) -> Option<Self> {
        match name {
            None => Some(Self::Md5),
            Some(name) if name.eq_ignore_ascii_case(b"SHA-256") => Some(Self::Sha256),
            Some(name) if name.eq_ignore_ascii_case(b"MD5") => Some(Self::Md5),
            Some(_) => None,
        }
    }

    /// The `response` of RFC 7616 §3.4.1, in lower-case hexadecimal.
    pub(crate) fn response(self, q: &Question<'_>) -> String {
        let a1 = self.hash(&[q.user, b":", q.realm, b":", q.password]);
        let a2 = self.hash(&[q.method, b":", q.uri]);
        match q.auth {
            Some((nc, cnonce)) => {
                self.hash(&[a1.as_bytes(), b":", q.nonce, b":", nc, b":", cnonce, b":auth:", a2.as_bytes()])
            }
            None => self.hash(&[a1.as_bytes(), b":", q.nonce, b":", a2.as_bytes()]),
        }
    }

    fn hash(self, parts: &[&[u8]]) -> String {
        match self {
            Self::Sha256 => hex(&parts.iter().fold(Sha256::new(), |h, part| h.chain_update(part)).finalize()),
            Self::Md5 => hex(&parts.iter().fold(Md5::new(), |h, part| h.chain_update(part)).finalize()),
        }
    }
}

/// Lower-case hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    let digit = |n: u8| char::from(if n < 10 { b'0' + n } else { b'a' + n - 10 });
    bytes.iter().flat_map(|b| [digit(b >> 4), digit(b & 15)]).collect()
}

/// Equality in a time that does not depend on where the two differ.
pub(super) fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |sum, (a, b)| sum | (a ^ b)) == 0
}
