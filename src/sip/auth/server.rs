//! Whose request is it? The server side of digest: RFC 7616 §3.3–3.4, RFC 8760 §2.3.
//!
//! A known and an unknown user get the same answer after the same work, so that nobody learns from us which
//! users exist.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use super::algorithm::{Algorithm, Question, hex, same};
use super::nonce::{BadNonce, Nonces};
use crate::sip::wire::header::{Challenge, Credentials};
use crate::sip::wire::{Draft, HeaderName, Message, Uri};
use crate::stdx::{Instant, Rng};

/// Knows the accounts and lets their owners in.
#[derive(Debug)]
pub(crate) struct Gate {
    realm: String,
    algorithms: Vec<Algorithm>,
    accounts: BTreeMap<String, String>,
    nonces: Nonces,
    /// Hashed in place of the password of a user who does not exist.
    dummy: String,
}

/// What the credentials of a request are worth.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Verdict {
    /// None for us: challenge.
    Absent,
    /// Perhaps right, but with a nonce that is too old or was used before: challenge with `stale`.
    Stale,
    /// Wrong: challenge. The user named, for the log.
    Wrong(String),
    /// This user's.
    Right(String),
}

impl Gate {
    /// A gate nobody can pass yet, which offers and takes these algorithms; remembers at most `nonces` nonces.
    pub(crate) fn new(realm: &str, algorithms: &[Algorithm], nonces: usize, rng: &mut Rng) -> Self {
        let dummy = hex(&rng.next_u64().to_be_bytes());
        Self {
            realm: realm.to_owned(),
            algorithms: algorithms.to_owned(),
            accounts: BTreeMap::new(),
            nonces: Nonces::new(nonces, rng),
            dummy,
        }
    }

    /// User names and passwords. Returns those before.
    pub(crate) fn set_accounts(&mut self, accounts: BTreeMap<String, String>) -> BTreeMap<String, String> {
        std::mem::replace(&mut self.accounts, accounts)
    }

    /// Whether there is an account of that name. For the log only: nobody outside may learn it.
    pub(crate) fn knows(&self, user: &[u8]) -> bool {
        std::str::from_utf8(user).is_ok_and(|user| self.accounts.contains_key(user))
    }

    /// Judges the request's Authorization.
    pub(crate) fn judge(&mut self, now: Instant, request: &Message, source: SocketAddr) -> Verdict {
        let ours = request
            .authorizations()
            .filter_map(Result::ok)
            .find(|credentials| *credentials.realm == *self.realm.as_bytes());
        let Some(credentials) = ours else { return Verdict::Absent };
        let nonce = match self.nonces.check(now, source.ip(), &credentials.nonce) {
            Ok(nonce) => nonce,
            Err(BadNonce::Foreign) => return Verdict::Absent,
            Err(BadNonce::Stale) => return Verdict::Stale,
        };
        let user = String::from_utf8_lossy(&credentials.username).into_owned();
        if !self.proves_password(request, &user, &credentials) {
            return Verdict::Wrong(user);
        }
        match credentials.nonce_count() {
            Some(count) if self.nonces.note_use(now, nonce, count) => Verdict::Right(user),
            Some(_) | None => Verdict::Stale,
        }
    }

    fn proves_password(&self, request: &Message, user: &str, credentials: &Credentials<'_>) -> bool {
        let (Some(algorithm), Some(method)) =
            (Algorithm::named(credentials.algorithm.as_deref()), request.method())
        else {
            return false;
        };
        let (Some(b"auth"), Some(nc), Some(cnonce)) =
            (credentials.qop.as_deref(), credentials.nc.as_deref(), credentials.cnonce.as_deref())
        else {
            return false;
        };
        if !self.algorithms.contains(&algorithm) {
            return false;
        }
        let account = self.accounts.get(user);
        let wanted = algorithm.response(&Question {
            user: &credentials.username,
            realm: self.realm.as_bytes(),
            password: account.unwrap_or(&self.dummy).as_bytes(),
            method: method.as_bytes(),
            uri: &credentials.uri,
            nonce: &credentials.nonce,
            auth: Some((nc, cnonce)),
        });
        let given = credentials.response.to_ascii_lowercase();
        // Nothing is decided before everything was computed.
        let right = same(wanted.as_bytes(), &given);
        let here = names_request(&credentials.uri, request);
        right & here & account.is_some()
    }

    /// Writes the challenges, the preferred algorithm first (RFC 8760 §2.3).
    /// `salt` tells requests apart: equal ones get equal challenges.
    pub(crate) fn challenge(
        &self,
        now: Instant,
        source: SocketAddr,
        salt: u32,
        stale: bool,
        draft: &mut Draft<'_>,
    ) {
        let nonce = self.nonces.make(now, salt, source.ip());
        for algorithm in &self.algorithms {
            draft.header(
                HeaderName::WwwAuthenticate,
                Challenge {
                    realm: self.realm.as_bytes().into(),
                    nonce: nonce.as_bytes().into(),
                    opaque: None,
                    algorithm: Some(algorithm.name().as_bytes().into()),
                    qop: Some(b"auth".as_slice().into()),
                    stale,
                },
            );
        }
    }
}

/// RFC 7616 §3.4.6: the digest must have been made for this resource, else it could be moved to another.
fn names_request(uri: &[u8], request: &Message) -> bool {
    uri == request.raw_uri()
        || Uri::parse(uri).zip(request.uri()).is_some_and(|(named, asked)| named.matches(&asked))
}
