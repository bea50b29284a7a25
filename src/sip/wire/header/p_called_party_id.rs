//! P-Called-Party-ID: the number as dialled, before the registrar replaced it (RFC 7315 §4.2).

use crate::sip::wire::{HeaderError, HeaderName, Message, NameAddr};

impl Message {
    /// P-Called-Party-ID.
    pub fn p_called_party_id(&self) -> Result<Option<NameAddr<'_>>, HeaderError> {
        self.optional(HeaderName::PCalledPartyId, NameAddr::parse_plain)
    }
}
