//! Nonces that need no memory until they are used: RFC 7616 §5.4–5.5.
//!
//! A nonce is the second it was made in, a salt from the request, and a keyed hash of both and of the address
//! it was given to. The salt tells phones behind one address apart, which count their uses each by itself. Only
//! nonces with which somebody has proved a password are remembered, with the highest count seen, until they
//! are too old: a count that does not rise is a replay.

use std::collections::{BTreeMap, VecDeque};
use std::net::IpAddr;
use std::time::Duration;

use sha2::{Digest, Sha256};

use super::algorithm::{hex, same};
use crate::stdx::{Instant, Rng};

/// Makes and checks nonces.
#[derive(Debug)]
pub(super) struct Nonces {
    secret: [u8; 32],
    used: BTreeMap<Tag, u32>,
    /// In the order of first use: the oldest are forgotten first.
    order: VecDeque<(u32, Tag)>,
    limit: usize,
    /// Nonces made before this second are stale: they may have been forgotten.
    horizon: u32,
}

type Tag = [u8; 16];

/// Why a nonce is no good.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum BadNonce {
    /// Not ours, or given to another address.
    Foreign,
    /// Ours, but too old.
    Stale,
}

/// A good nonce.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Nonce {
    second: u32,
    tag: Tag,
}

/// Phones re-register every minute or slower; each new nonce costs them a round trip.
const LIFETIME: Duration = Duration::from_secs(300);

impl Nonces {
    pub(super) fn new(limit: usize, rng: &mut Rng) -> Self {
        let mut secret = [0; 32];
        rng.fill(&mut secret);
        Self { secret, used: BTreeMap::new(), order: VecDeque::new(), limit, horizon: 0 }
    }

    /// A nonce for whoever is at `source`.
    pub(super) fn make(&self, now: Instant, salt: u32, source: IpAddr) -> String {
        let second = seconds(now);
        let tag = self.tag(second, salt, source);
        [hex(&second.to_be_bytes()), hex(&salt.to_be_bytes()), hex(&tag)].concat()
    }

    /// Whether the nonce is one of ours and may still be used from `source`.
    pub(super) fn check(&self, now: Instant, source: IpAddr, nonce: &[u8]) -> Result<Nonce, BadNonce> {
        let (second, tag) = nonce.split_at_checked(8).ok_or(BadNonce::Foreign)?;
        let (salt, tag) = tag.split_at_checked(8).ok_or(BadNonce::Foreign)?;
        let number = |digits| u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok();
        let second = number(second).ok_or(BadNonce::Foreign)?;
        let wanted = self.tag(second, number(salt).ok_or(BadNonce::Foreign)?, source);
        if !same(hex(&wanted).as_bytes(), tag) {
            return Err(BadNonce::Foreign);
        }
        let oldest = seconds(now).saturating_sub(whole_seconds(LIFETIME));
        if second < oldest.max(self.horizon) {
            return Err(BadNonce::Stale);
        }
        Ok(Nonce { second, tag: wanted })
    }

    /// Notes a use that a right password has proved; false when the count has not risen since the last.
    pub(super) fn note_use(&mut self, now: Instant, nonce: Nonce, count: u32) -> bool {
        self.forget_old(now);
        match self.used.get_mut(&nonce.tag) {
            Some(last) if count <= *last => false,
            Some(last) => {
                *last = count;
                true
            }
            None => {
                if self.order.len() >= self.limit {
                    self.forget_first();
                }
                self.used.insert(nonce.tag, count);
                self.order.push_back((nonce.second, nonce.tag));
                true
            }
        }
    }

    fn forget_old(&mut self, now: Instant) {
        let oldest = seconds(now).saturating_sub(whole_seconds(LIFETIME));
        while self.order.front().is_some_and(|(second, _)| *second < oldest) {
            self.forget_first();
        }
    }

    fn forget_first(&mut self) {
        if let Some((second, tag)) = self.order.pop_front() {
            self.used.remove(&tag);
            self.horizon = self.horizon.max(second.saturating_add(1));
        }
    }

    /// SHA-256 over the secret and input of fixed length; cut to half, so that it cannot be extended.
    fn tag(&self, second: u32, salt: u32, source: IpAddr) -> Tag {
        let ip = match source {
            IpAddr::V4(ip) => ip.to_ipv6_mapped(),
            IpAddr::V6(ip) => ip,
        };
        let hash = Sha256::new()
            .chain_update(self.secret)
            .chain_update(second.to_be_bytes())
            .chain_update(salt.to_be_bytes())
            .chain_update(ip.octets())
            .finalize();
        let mut tag = Tag::default();
        tag.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
        tag
    }
}

fn seconds(now: Instant) -> u32 {
    u32::try_from(now.as_millis() / 1000).unwrap_or(u32::MAX)
}

fn whole_seconds(d: Duration) -> u32 {
    u32::try_from(d.as_secs()).unwrap_or(u32::MAX)
}
