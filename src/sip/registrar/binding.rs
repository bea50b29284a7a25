//! One binding of an address-of-record to a contact: RFC 3261 §10.

use std::net::SocketAddr;

use crate::stdx::Instant;

/// Where a registered phone is reached.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Binding {
    /// The Contact URI as registered: the Request-URI of calls to it.
    pub uri: String,
    /// Where its REGISTER came from: a phone behind NAT is reached only there.
    pub destination: SocketAddr,
    /// When it ends unless refreshed.
    pub expires: Instant,
    /// What the phone calls itself (User-Agent), for listings.
    pub user_agent: String,
    pub(super) call_id: Box<[u8]>,
    pub(super) seq: u32,
}
