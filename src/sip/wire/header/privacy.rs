//! Privacy: what the caller wants hidden (RFC 3323 §4.2, `id` of RFC 3325 §9.3, `history` of RFC 7044).

use crate::sip::wire::lexer::trim;
use crate::sip::wire::{HeaderName, Message};

/// What is asked for. Words we do not know are ignored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Privacy {
    /// Hide the network's asserted identity.
    pub id: bool,
    /// Hide what the caller's device says.
    pub user: bool,
    /// Hide headers that reveal the path.
    pub header: bool,
    /// Hide what the session description reveals.
    pub session: bool,
    /// Hide the history of forwards.
    pub history: bool,
    /// Hide nothing, whatever the default.
    pub none: bool,
    /// Refuse the call rather than fail to hide.
    pub critical: bool,
}

impl Message {
    /// What all Privacy headers together ask for.
    pub fn privacy(&self) -> Privacy {
        let mut privacy = Privacy::default();
        // The grammar separates by ";"; some gateways use ",".
        for word in self.values(HeaderName::Privacy).flat_map(|v| v.split(|b| matches!(b, b';' | b','))) {
            match trim(word).to_ascii_lowercase().as_slice() {
                b"id" => privacy.id = true,
                b"user" => privacy.user = true,
                b"header" => privacy.header = true,
                b"session" => privacy.session = true,
                b"history" => privacy.history = true,
                b"none" => privacy.none = true,
                b"critical" => privacy.critical = true,
                _ => {}
            }
        }
        privacy
    }
}
