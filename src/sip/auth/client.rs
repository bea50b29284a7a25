//! Answering a challenge: the client side of digest, RFC 7616 §3.4, RFC 3261 §22.2.
//!
//! The caller decides whether a peer may have our credentials at all: they are pinned to a destination and a
//! realm, because a gateway that answers any challenge hands its password to whoever asks.

use std::net::SocketAddr;

use super::algorithm::{Algorithm, Question, hex};
use crate::sip::wire::header::{Challenge, Credentials};
use crate::sip::wire::{HeaderName, Message, Method};
use crate::stdx::Rng;

/// What one peer may ask of us.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Secret {
    /// The peer: only its challenges are answered.
    pub peer: SocketAddr,
    /// Only challenges of this realm are answered; `None`: of any realm of this peer.
    pub realm: Option<String>,
    /// Our name there.
    pub user: String,
    /// Our password there.
    pub password: String,
}

/// The header that answers a 401 or 407 to a request with `method` and `uri`; `None` when the challenge is
/// not for `secret` or cannot be met.
pub(crate) fn answer(
    challenge: &Message,
    secret: &Secret,
    method: Method,
    uri: &[u8],
    rng: &mut Rng,
) -> Option<(HeaderName, Credentials<'static>)> {
    let proxy = challenge.status()?.code() == 407;
    let (asked, offered): (HeaderName, Vec<Challenge<'_>>) = if proxy {
        (HeaderName::ProxyAuthorization, challenge.proxy_authenticates().filter_map(Result::ok).collect())
    } else {
        (HeaderName::Authorization, challenge.www_authenticates().filter_map(Result::ok).collect())
    };
    let known = |c: &&Challenge<'_>| {
        secret.realm.as_ref().is_none_or(|realm| *c.realm == *realm.as_bytes())
            && Algorithm::named(c.algorithm.as_deref()).is_some()
    };
    let best = |c: &&Challenge<'_>| Algorithm::named(c.algorithm.as_deref()) == Some(Algorithm::Sha256);
    let chosen = offered.iter().filter(known).find(best).or_else(|| offered.iter().find(known))?;
    let algorithm = Algorithm::named(chosen.algorithm.as_deref())?;
    let cnonce = hex(&rng.next_u64().to_be_bytes());
    let qop = chosen.offers_qop("auth");
    let response = algorithm.response(&Question {
        user: secret.user.as_bytes(),
        realm: &chosen.realm,
        password: secret.password.as_bytes(),
        method: method.as_bytes(),
        uri,
        nonce: &chosen.nonce,
        auth: qop.then_some((b"00000001".as_slice(), cnonce.as_bytes())),
    });
    let owned = |bytes: &[u8]| std::borrow::Cow::Owned(bytes.to_vec());
    let credentials = Credentials {
        username: owned(secret.user.as_bytes()),
        realm: owned(&chosen.realm),
        nonce: owned(&chosen.nonce),
        uri: owned(uri),
        response: owned(response.as_bytes()),
        algorithm: chosen.algorithm.as_ref().map(|_| owned(algorithm.name().as_bytes())),
        cnonce: qop.then(|| owned(cnonce.as_bytes())),
        qop: qop.then(|| owned(b"auth")),
        nc: qop.then(|| owned(b"00000001")),
        opaque: chosen.opaque.as_deref().map(owned),
    };
    Some((asked, credentials))
}
