//! OPTIONS of ours, to see whether a peer lives: RFC 3261 §11.1.

use std::net::SocketAddr;

use super::{Event, Owner, PingKey, Stack};
use crate::sip::dialog::Tag;
use crate::sip::transaction::Branch;
use crate::sip::wire::header::CSeq;
use crate::sip::wire::{Address, HeaderName, Method};
use crate::stdx::Instant;
use crate::stdx::digits::hex;

impl Stack {
    pub(super) fn ping(&mut self, now: Instant, destination: SocketAddr, uri: &str) -> PingKey {
        let ping = self.pings.insert(());
        let branch = Branch::draw(&mut self.rng);
        let (tag, call_id) = (Tag::draw(&mut self.rng).to_string(), self.call_id());
        let contact = self.ua.contact();
        let own = format!("sip:{}", self.settings.contact);
        let from = Address { display: None, uri: own.as_bytes(), tag: Some(tag.as_bytes()) };
        let data = self
            .ua
            .request(Method::Options, uri, branch, 70)
            .header(HeaderName::From, from)
            .header(HeaderName::To, Address { display: None, uri: uri.as_bytes(), tag: None })
            .header(HeaderName::CallId, call_id)
            .header(HeaderName::CSeq, CSeq { seq: 1, method: Method::Options })
            .header(HeaderName::Contact, contact)
            .header(HeaderName::Accept, "application/sdp")
            .finish();
        self.transactions.begin_client(now, Method::Options, branch, destination, &data, Owner::Ping(ping));
        self.send(destination, data);
        ping
    }

    pub(super) fn pong(&mut self, ping: PingKey, status: Option<u16>) {
        if self.pings.remove(ping).is_some() {
            self.tell(Event::Pong { ping, status });
        }
    }

    /// A Call-ID never used before (RFC 3261 §8.1.1.4).
    pub(super) fn call_id(&mut self) -> Vec<u8> {
        [hex(self.rng.next_u64()), hex(self.rng.next_u64())].concat()
    }
}
