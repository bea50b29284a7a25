//! History-Info: how the request was retargeted (RFC 7044).

use crate::sip::wire::lexer::number;
use crate::sip::wire::{HeaderError, HeaderName, Message, NameAddr};

/// One entry.
#[derive(Debug, Clone, Copy)]
pub struct HistoryEntry<'a> {
    /// Where the request was sent; the URI's headers may carry Reason and Privacy.
    pub addr: NameAddr<'a>,
    /// Its place in the tree of forwards, such as `1.1.2` (RFC 7044 §10.3).
    pub index: &'a [u8],
}

impl<'a> HistoryEntry<'a> {
    /// One value of the list; entries without an index are refused (RFC 7044 §5).
    pub fn parse(value: &'a [u8]) -> Option<HistoryEntry<'a>> {
        let addr = NameAddr::parse(value)?;
        let index = addr.params.value("index")?;
        let whole = index.split(|&b| b == b'.').all(|part| number(part).is_some());
        whole.then_some(HistoryEntry { addr, index })
    }

    /// The numbers of the index; the lowest is the oldest entry.
    pub fn index_path(&self) -> impl Iterator<Item = u32> + use<'a> {
        self.index.split(|&b| b == b'.').filter_map(number)
    }

    /// `rc`, `mp` or `np` with the index of the entry it came from (RFC 7044 §5).
    pub fn cause_of_change(&self) -> Option<&'a [u8]> {
        ["rc", "mp", "np"].into_iter().find_map(|name| self.addr.params.value(name))
    }
}

impl Message {
    /// Every entry, in the order it stands.
    pub fn history_info(&self) -> impl Iterator<Item = Result<HistoryEntry<'_>, HeaderError>> {
        self.each(HeaderName::HistoryInfo, HistoryEntry::parse)
    }
}
