//! The route set: RFC 3261 §12.1.1–12.1.2, §12.2.1.1, §16.12.

use crate::sip::wire::{Draft, HeaderName, Message, NameAddr, Uri};

/// Route values, nearest hop first, as they came.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct RouteSet(Box<[Box<[u8]>]>);

/// More proxies than this between two user agents is a mistake or an attack.
const HOPS_MAX: usize = 16;

impl RouteSet {
    /// From the Record-Route of a request, which stands in our order (RFC 3261 §12.1.1).
    pub(crate) fn of_request(request: &Message) -> Option<Self> {
        Self::collect(request)
    }

    /// From the Record-Route of a response, which stands in the other side's (RFC 3261 §12.1.2).
    pub(crate) fn of_response(response: &Message) -> Option<Self> {
        let mut set = Self::collect(response)?;
        set.0.reverse();
        Some(set)
    }

    fn collect(message: &Message) -> Option<Self> {
        let mut hops = Vec::new();
        for hop in message.record_routes() {
            hop.ok()?;
        }
        for hop in message.headers(HeaderName::RecordRoute).filter(|value| !value.is_empty()) {
            if hops.len() == HOPS_MAX {
                return None;
            }
            hops.push(hop.as_ref().into());
        }
        Some(Self(hops.into()))
    }

    /// The nearest hop.
    pub(crate) fn first(&self) -> Option<Uri<'_>> {
        NameAddr::parse(self.0.first()?).map(|hop| hop.uri)
    }

    /// The Request-URI: the remote target, unless the nearest hop is a strict router.
    pub(crate) fn request_uri<'a>(&'a self, target: &'a [u8]) -> &'a [u8] {
        match self.first() {
            Some(hop) if !hop.is_loose() => hop.raw,
            Some(_) | None => target,
        }
    }

    /// Writes the Route headers.
    pub(crate) fn write(&self, target: &[u8], draft: &mut Draft<'_>) {
        let strict = self.first().is_some_and(|hop| !hop.is_loose());
        for hop in self.0.iter().skip(usize::from(strict)) {
            draft.header(HeaderName::Route, hop.as_ref());
        }
        if strict {
            draft.header(
                HeaderName::Route,
                crate::sip::wire::Address { display: None, uri: target, tag: None },
            );
        }
    }
}
