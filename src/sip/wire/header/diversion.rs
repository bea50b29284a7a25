//! Diversion: who forwarded the call and why (RFC 5806). The topmost is the latest, the bottom one the first.

use std::borrow::Cow;

use crate::sip::wire::{HeaderError, HeaderName, Message, NameAddr};

/// One diversion.
#[derive(Debug, Clone, Copy)]
pub struct Diversion<'a> {
    /// The number that forwarded.
    pub addr: NameAddr<'a>,
}

impl<'a> Diversion<'a> {
    /// One value of the list.
    pub fn parse(value: &'a [u8]) -> Option<Diversion<'a>> {
        NameAddr::parse(value).map(|addr| Diversion { addr })
    }

    /// `unconditional`, `no-answer`, `user-busy`, …
    pub fn reason(&self) -> Option<Cow<'a, [u8]>> {
        self.addr.params.text("reason")
    }

    /// How many diversions this entry stands for (RFC 5806 §5); one when absent.
    pub fn counter(&self) -> u32 {
        self.addr.params.number("counter").unwrap_or(1)
    }

    /// Whether the number may be shown: `off`, `name`, `uri`, `full` (RFC 5806 §6).
    pub fn privacy(&self) -> Option<Cow<'a, [u8]>> {
        self.addr.params.text("privacy")
    }
}

impl Message {
    /// Every diversion, latest first.
    pub fn diversions(&self) -> impl Iterator<Item = Result<Diversion<'_>, HeaderError>> {
        self.each(HeaderName::Diversion, Diversion::parse)
    }
}
