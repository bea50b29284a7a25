//! The local tag, by which a dialog is found: RFC 3261 §12, §19.3.
//!
//! A dialog id is Call-ID, local tag and remote tag. Our tag alone is 64 bits of chance and so names the
//! usage; the other two are compared afterwards.

use std::fmt;

use crate::sip::transaction::key::hex_u64;
use crate::stdx::Rng;
use crate::stdx::digits::hex;

/// Our tag.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub(crate) struct Tag(u64);

impl Tag {
    /// One never used before.
    pub(crate) fn draw(rng: &mut Rng) -> Self {
        Self(rng.next_u64())
    }

    /// A tag that says nothing and is no dialog's, for answers without state.
    pub(crate) fn of(number: u64) -> Self {
        Self(number)
    }

    /// Half of it, where a nonce must differ from request to request.
    pub(crate) fn salt(self) -> u32 {
        u32::try_from(self.0 >> 32).unwrap_or_default()
    }

    /// The tag as written.
    pub(crate) fn digits(self) -> [u8; 16] {
        hex(self.0)
    }

    /// The tag, if it may be ours.
    pub(crate) fn parse(tag: &[u8]) -> Option<Self> {
        hex_u64(tag).map(Self)
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}
