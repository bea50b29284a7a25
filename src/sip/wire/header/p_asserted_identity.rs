//! P-Asserted-Identity and P-Preferred-Identity: who the network says is calling (RFC 3325 §9.1, §9.2).

use crate::sip::wire::{HeaderError, HeaderName, Message, NameAddr};

impl Message {
    /// Every asserted identity: at most one `sip:` and one `tel:` should be there.
    pub fn p_asserted_identities(&self) -> impl Iterator<Item = Result<NameAddr<'_>, HeaderError>> {
        self.each(HeaderName::PAssertedIdentity, NameAddr::parse_plain)
    }

    /// Every preferred identity.
    pub fn p_preferred_identities(&self) -> impl Iterator<Item = Result<NameAddr<'_>, HeaderError>> {
        self.each(HeaderName::PPreferredIdentity, NameAddr::parse_plain)
    }
}
