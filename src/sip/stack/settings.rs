//! What a [`Stack`](super::Stack) is told, and small values it returns.

use std::net::SocketAddr;
use std::time::Duration;

use crate::sip::auth::Algorithm;
use bytes::Bytes;

/// How a stack speaks.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Our address as peers see it: the host and port of Via and Contact.
    pub contact: SocketAddr,
    /// The value of User-Agent and Server.
    pub user_agent: String,
    /// The digest realm, also the host of our address-of-record URIs.
    pub realm: String,
    /// Digest algorithms a phone may use, the preferred one first (RFC 8760 §2.3).
    pub digest: Vec<Algorithm>,
    /// Round-trip estimate (RFC 3261 §17.1.1.1).
    pub t1: Duration,
    /// The longest interval between retransmissions.
    pub t2: Duration,
    /// How long a message may live in the network.
    pub t4: Duration,
    /// The shortest registration granted; shorter wishes get 423.
    pub expires_min: Duration,
    /// The longest registration granted; longer wishes are cut.
    pub expires_max: Duration,
    /// Granted when the phone names none.
    pub expires_default: Duration,
    /// What may be kept at once.
    pub limits: Limits,
}

impl Settings {
    /// The timers of RFC 3261 and generous limits.
    pub fn new(contact: SocketAddr) -> Self {
        Self {
            contact,
            user_agent: "Tongjie".to_owned(),
            realm: "tongjie".to_owned(),
            digest: vec![Algorithm::Sha256, Algorithm::Md5],
            t1: Duration::from_millis(500),
            t2: Duration::from_secs(4),
            t4: Duration::from_secs(5),
            expires_min: Duration::from_secs(60),
            expires_max: Duration::from_secs(3600),
            expires_default: Duration::from_secs(600),
            limits: Limits {
                transactions: 400_000,
                dialogs: 120_000,
                bindings: 20_000,
                bindings_per_user: 4,
            },
        }
    }
}

/// What may be kept at once. Beyond it, new work is refused with 503 and [`super::Event::LimitReached`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Transactions of either side.
    pub transactions: usize,
    /// INVITE usages.
    pub dialogs: usize,
    /// Registrations in all.
    pub bindings: usize,
    /// Phones of one user.
    pub bindings_per_user: usize,
}

/// An invitation to send.
#[derive(Clone, Debug)]
pub struct Invite {
    /// The Request-URI, as a URI without angle brackets.
    pub uri: String,
    /// Where the datagrams go.
    pub destination: SocketAddr,
    /// The display name of From; any bytes, as phones expect UTF-8 but trunks may not. Empty: none.
    pub from_display: Vec<u8>,
    /// The URI of From, without tag and angle brackets.
    pub from_uri: String,
    /// The URI of To, without angle brackets.
    pub to_uri: String,
    /// Further headers, in this order.
    pub headers: Vec<(String, Vec<u8>)>,
    /// The offer; empty sends an INVITE without one.
    pub sdp: Bytes,
    /// The value of Max-Forwards: one less than the caller's, or 70.
    pub max_forwards: u8,
}

/// A limit of [`Limits`] stands in the way.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("too many transactions or dialogs")]
pub struct LimitReached;

/// What is kept, for leak checks.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Usage {
    /// Transactions of either side.
    pub transactions: usize,
    /// INVITE usages, those being wound up included.
    pub dialogs: usize,
    /// Registrations.
    pub bindings: usize,
    /// Pending wake-ups, stale ones included.
    pub timers: usize,
}
