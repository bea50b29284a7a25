//! REGISTER: RFC 3261 §10.3.

use std::net::SocketAddr;

use super::{Event, Stack};
use crate::sip::registrar::{Change, Refusal};
use crate::sip::transaction::ServerKey;
use crate::sip::wire::{HeaderName, Message, Status};
use crate::stdx::Instant;

impl Stack {
    pub(super) fn receive_register(
        &mut self,
        now: Instant,
        source: SocketAddr,
        name: ServerKey,
        request: &Message,
    ) {
        if self.transactions.is_full() {
            self.tell_limit(now, "transactions");
            return self.respond_stateless(request, source, Status::SERVICE_UNAVAILABLE);
        }
        let Ok(user) = self.authenticate(now, request, source) else { return };
        let aor = request.to().ok().and_then(|to| to.uri.user_text().map(std::borrow::Cow::into_owned));
        if aor.as_deref() != Some(user.as_bytes()) {
            let user = String::from_utf8_lossy(&aor.unwrap_or_default()).into_owned();
            self.tell(Event::RegistrationRefused { user, source });
            return self.respond_stateless(request, source, Status::FORBIDDEN);
        }
        let wish = self.location.read(request);
        let done = wish.and_then(|wish| self.location.apply(now, &user, &wish, request, source));
        match done {
            Ok(changes) => {
                self.respond_registered(now, source, name, request, &user);
                self.tell_registered(&user, source, changes);
            }
            Err(refusal) => self.refuse_register(now, source, name, request, refusal),
        }
    }

    /// 200 with all bindings (RFC 3261 §10.3 step 8).
    fn respond_registered(
        &mut self,
        now: Instant,
        source: SocketAddr,
        name: ServerKey,
        request: &Message,
        user: &str,
    ) {
        let contacts: Vec<String> = self
            .location
            .bindings_of(user)
            .iter()
            .map(|binding| {
                // Rounded up: a phone that refreshes in time by this number is in time.
                let left = binding.expires.since(now).as_millis().div_ceil(1000);
                format!("<{}>;expires={left}", binding.uri)
            })
            .collect();
        self.respond_once(now, name, request, source, Status::OK, |draft| {
            for contact in &contacts {
                draft.header(HeaderName::Contact, contact.as_str());
            }
        });
    }

    fn tell_registered(&mut self, user: &str, destination: SocketAddr, changes: Vec<Change>) {
        for change in changes {
            let user = user.to_owned();
            self.tell(match change {
                Change::Bound { contact, first } => Event::Registered { user, contact, destination, first },
                Change::Gone => Event::Unregistered { user, expired: false },
            });
        }
    }

    fn refuse_register(
        &mut self,
        now: Instant,
        source: SocketAddr,
        name: ServerKey,
        request: &Message,
        refusal: Refusal,
    ) {
        let min = u32::try_from(self.location.min().as_secs()).unwrap_or(u32::MAX);
        let status = match refusal {
            Refusal::Malformed => Status::BAD_REQUEST,
            Refusal::TooBrief => Status::INTERVAL_TOO_BRIEF,
            Refusal::OutOfOrder => Status::SERVER_INTERNAL_ERROR,
            Refusal::Full => {
                self.tell_limit(now, "bindings");
                Status::SERVICE_UNAVAILABLE
            }
        };
        self.respond_once(now, name, request, source, status, |draft| {
            if status == Status::INTERVAL_TOO_BRIEF {
                draft.header(HeaderName::MinExpires, min);
            }
        });
    }
}
