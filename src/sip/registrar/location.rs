//! Users and their bindings: RFC 3261 §10.3, steps 6 to 8.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::time::Duration;

use super::Binding;
use crate::sip::wire::header::Contact;
use crate::sip::wire::{HeaderName, Message, Scheme, Uri};
use crate::stdx::Instant;

/// The bindings of all users.
#[derive(Debug)]
pub(crate) struct Location {
    terms: Terms,
    users: BTreeMap<String, Vec<Binding>>,
    by_expiry: BTreeSet<(Instant, String)>,
    len: usize,
}

/// What is granted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terms {
    /// The shortest life of a binding; shorter wishes are refused.
    pub(crate) min: Duration,
    /// The longest; longer wishes are cut.
    pub(crate) max: Duration,
    /// Where no wish is named.
    pub(crate) default: Duration,
    /// Bindings in all.
    pub(crate) limit: usize,
    /// Bindings of one user; one more replaces the oldest, as a phone that has moved leaves its old binding.
    pub(crate) limit_per_user: usize,
}

/// What a REGISTER asks for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Wish {
    /// To be told the bindings.
    Query,
    /// That all bindings end.
    RemoveAll,
    /// These contacts, each for so long; zero ends it.
    Bind(Vec<(String, Duration)>),
}

/// Why a REGISTER is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Refusal {
    /// 400: `*` beside other contacts or with a life, or a Contact that cannot be read.
    Malformed,
    /// 423: shorter than the minimum.
    TooBrief,
    /// 500: an older request of the same phone, which arrived late (RFC 3261 §10.3 step 7).
    OutOfOrder,
    /// 503: no room.
    Full,
}

/// What became of a user's bindings.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Change {
    /// Bound or refreshed.
    Bound {
        /// The Contact URI.
        contact: String,
        /// Whether there was no binding before.
        first: bool,
    },
    /// The last binding was removed.
    Gone,
}

/// Contacts in one REGISTER.
const CONTACTS_MAX: usize = 8;

impl Location {
    /// Nobody is anywhere.
    pub(crate) fn new(terms: Terms) -> Self {
        Self { terms, users: BTreeMap::new(), by_expiry: BTreeSet::new(), len: 0 }
    }

    /// What the request asks for; expiries as granted.
    pub(crate) fn read(&self, request: &Message) -> Result<Wish, Refusal> {
        let mut bind = Vec::new();
        let mut star = false;
        for contact in request.contacts() {
            match contact.map_err(|_| Refusal::Malformed)? {
                Contact::Star => star = true,
                Contact::Addr(_) if bind.len() == CONTACTS_MAX => return Err(Refusal::Malformed),
                contact @ Contact::Addr(addr) => {
                    let sip = matches!(addr.uri.scheme, Scheme::Sip | Scheme::Sips);
                    let uri = std::str::from_utf8(addr.uri.raw).ok().filter(|_| sip);
                    let wish = contact.expires().or(request.expires());
                    bind.push((uri.ok_or(Refusal::Malformed)?.to_owned(), self.grant(wish)?));
                }
            }
        }
        match (star, bind.is_empty()) {
            (true, true) if request.expires() == Some(0) => Ok(Wish::RemoveAll),
            (true, _) => Err(Refusal::Malformed),
            (false, true) => Ok(Wish::Query),
            (false, false) => Ok(Wish::Bind(bind)),
        }
    }

    fn grant(&self, wish: Option<u32>) -> Result<Duration, Refusal> {
        let Some(wish) = wish else { return Ok(self.terms.default) };
        let wish = Duration::from_secs(wish.into());
        if wish.is_zero() {
            return Ok(wish);
        }
        // RFC 3261 §10.3 step 7: only what is below an hour may be called too brief.
        if wish < self.terms.min && wish < Duration::from_secs(3600) {
            return Err(Refusal::TooBrief);
        }
        Ok(wish.min(self.terms.max))
    }

    /// Does as wished, wholly or not at all.
    pub(crate) fn apply(
        &mut self,
        now: Instant,
        user: &str,
        wish: &Wish,
        request: &Message,
        source: SocketAddr,
    ) -> Result<Vec<Change>, Refusal> {
        let call_id = request.call_id().map_err(|_| Refusal::Malformed)?;
        let seq = request.cseq().map_err(|_| Refusal::Malformed)?.seq;
        let old = self.users.get(user).map_or(&[][..], Vec::as_slice);
        let late = |binding: &Binding| *binding.call_id == *call_id && seq <= binding.seq;
        let mut new = old.to_vec();
        let mut changes = Vec::new();
        match wish {
            Wish::Query => return Ok(changes),
            Wish::RemoveAll => {
                if old.iter().any(late) {
                    return Err(Refusal::OutOfOrder);
                }
                new.clear();
            }
            Wish::Bind(contacts) => {
                for (uri, life) in contacts {
                    if let Some(at) = new.iter().position(|binding| same_contact(&binding.uri, uri)) {
                        if old.iter().any(|binding| same_contact(&binding.uri, uri) && late(binding)) {
                            return Err(Refusal::OutOfOrder);
                        }
                        new.remove(at);
                    }
                    if !life.is_zero() {
                        if new.len() >= self.terms.limit_per_user.max(1) {
                            new.remove(0);
                        }
                        changes.push(Change::Bound { contact: uri.clone(), first: old.is_empty() });
                        new.push(Binding {
                            uri: uri.clone(),
                            destination: source,
                            expires: now + *life,
                            user_agent: user_agent(request),
                            call_id: call_id.into(),
                            seq,
                        });
                    }
                }
            }
        }
        if self.len - old.len() + new.len() > self.terms.limit {
            return Err(Refusal::Full);
        }
        if new.is_empty() && !old.is_empty() {
            changes.push(Change::Gone);
        }
        self.replace(user, new);
        Ok(changes)
    }

    /// Ends one user's bindings that have run out; returns him when none is left. To be called until it
    /// returns `None`.
    pub(crate) fn handle_timeout(&mut self, now: Instant) -> Option<String> {
        while let Some((at, user)) = self.by_expiry.first().cloned() {
            if at > now {
                return None;
            }
            let mut kept = self.users.get(&user).cloned().unwrap_or_default();
            kept.retain(|binding| binding.expires > now);
            let gone = kept.is_empty();
            self.replace(&user, kept);
            if gone {
                return Some(user);
            }
        }
        None
    }

    fn replace(&mut self, user: &str, new: Vec<Binding>) {
        for binding in self.users.remove(user).unwrap_or_default() {
            // Two bindings of one user that end at the same instant share an entry.
            self.by_expiry.remove(&(binding.expires, user.to_owned()));
            self.len -= 1;
        }
        for binding in &new {
            self.by_expiry.insert((binding.expires, user.to_owned()));
            self.len += 1;
        }
        if !new.is_empty() {
            self.users.insert(user.to_owned(), new);
        }
    }

    /// A user's bindings, the newest last.
    pub(crate) fn bindings_of(&self, user: &str) -> &[Binding] {
        self.users.get(user).map_or(&[], Vec::as_slice)
    }

    /// All bindings, by user.
    pub(crate) fn bindings(&self) -> impl Iterator<Item = (&str, &Binding)> {
        self.users.iter().flat_map(|(user, bindings)| bindings.iter().map(|binding| (user.as_str(), binding)))
    }

    /// When [`Self::handle_timeout`] next has something.
    pub(crate) fn timeout(&self) -> Option<Instant> {
        self.by_expiry.first().map(|(at, _)| *at)
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// The shortest life of a binding.
    pub(crate) fn min(&self) -> Duration {
        self.terms.min
    }
}

/// RFC 3261 §10.3 step 7: by the rules of §19.1.4.
fn same_contact(a: &str, b: &str) -> bool {
    a == b || Uri::parse(a.as_bytes()).zip(Uri::parse(b.as_bytes())).is_some_and(|(a, b)| a.matches(&b))
}

fn user_agent(request: &Message) -> String {
    let name = request.header(HeaderName::UserAgent).unwrap_or_default();
    String::from_utf8_lossy(&name).chars().filter(|c| !c.is_control()).take(64).collect()
}
