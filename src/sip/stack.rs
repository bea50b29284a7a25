//! The SIP stack's one door: datagrams and commands in, datagrams and events out.
//!
//! A pure machine (RFC 3261 UAS, UAC and registrar over UDP; RFC 6026, RFC 3262 and RFC 3311 as far as the
//! call engine needs them). It decides nothing about calls: it never picks an answer that policy could pick,
//! and it never parses SDP.
//!
//! *Invariant:* each [`DialogKey`] sees exactly one terminal [`Event`] (none after [`Stack::refuse`]); after
//! it the key is invalid and every method given that key does nothing.

mod answer;
mod change;
mod event;
mod forsaken;
mod inviting;
mod ping;
mod receive;
mod register;
mod release;
mod respond;
mod screen;
mod settings;
mod within;

use std::collections::{BTreeMap, VecDeque};
use std::net::{IpAddr, SocketAddr};

use bytes::Bytes;

use crate::sip::auth::Gate;
use crate::sip::dialog::{self, UserAgent};
use crate::sip::registrar::{Location, Terms};
use crate::sip::transaction::{self, Durations, Effect, TransactionKey};
use crate::stdx::{Instant, Rng, SeededMap, Slab, seeded_map};

pub use crate::sip::auth::{Algorithm, Secret};
pub use crate::sip::dialog::DialogKey;
pub use crate::sip::registrar::Binding;
pub use event::{Event, Output};
pub use settings::{Invite, LimitReached, Limits, Settings, Usage};

crate::slab_key!(
    /// One OPTIONS of ours that waits for its answer.
    PingKey
);

/// The SIP side of one node.
#[derive(Debug)]
pub struct Stack {
    settings: Settings,
    durations: Durations,
    rng: Rng,
    ua: UserAgent,
    transactions: transaction::Table<Owner>,
    dialogs: dialog::Table,
    gate: Gate,
    location: Location,
    secrets: Vec<Secret>,
    trusted: Vec<(IpAddr, Option<u16>)>,
    pings: Slab<PingKey, ()>,
    /// INVITEs that we have not answered yet, by what all copies of one have in common (RFC 3261 §8.2.2.2).
    unanswered: SeededMap<u64, DialogKey>,
    /// Makes the To tags of answers without state: the same for a repeated request (RFC 3261 §8.2.7).
    stateless_tags: ahash::RandomState,
    /// When each limit was last told: a flood must not become a flood of events.
    limits_told: BTreeMap<&'static str, Instant>,
    /// INVITEs refused without state, so that their repetitions are not told again.
    refused: VecDeque<(Instant, u64)>,
    /// Invitations given up that may be answered after all.
    forsaken: VecDeque<forsaken::Forsaken>,
    outputs: VecDeque<Output>,
}

/// What a transaction is to the stack.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Owner {
    /// Nothing that waits for it.
    Nobody,
    /// The first INVITE of a usage, ours or theirs.
    Invite(DialogKey),
    /// A later INVITE or UPDATE, ours or theirs.
    Change(DialogKey),
    /// Our BYE.
    Bye(DialogKey),
    /// Our OPTIONS outside dialogs.
    Ping(PingKey),
}

impl Stack {
    /// A stack without accounts or trusted peers.
    pub fn new(settings: Settings, mut rng: Rng) -> Self {
        let durations = Durations { t1: settings.t1, t2: settings.t2, t4: settings.t4 };
        let limits = settings.limits;
        let terms = Terms {
            min: settings.expires_min,
            max: settings.expires_max,
            default: settings.expires_default,
            limit: limits.bindings,
            limit_per_user: limits.bindings_per_user,
        };
        Self {
            durations,
            ua: UserAgent::new(settings.contact, &settings.user_agent),
            transactions: transaction::Table::new(durations, limits.transactions, &mut rng),
            dialogs: dialog::Table::new(limits.dialogs, &mut rng),
            gate: Gate::new(
                &settings.realm,
                &settings.digest,
                limits.bindings.saturating_mul(4).max(1024),
                &mut rng,
            ),
            location: Location::new(terms),
            secrets: Vec::new(),
            trusted: Vec::new(),
            pings: Slab::new(),
            unanswered: seeded_map(&mut rng),
            stateless_tags: ahash::RandomState::with_seeds(
                rng.next_u64(),
                rng.next_u64(),
                rng.next_u64(),
                rng.next_u64(),
            ),
            limits_told: BTreeMap::new(),
            refused: VecDeque::new(),
            forsaken: VecDeque::new(),
            outputs: VecDeque::new(),
            settings,
            rng,
        }
    }

    /// Who may REGISTER, and call with digest: user name → password. Returns those before.
    pub fn set_accounts(&mut self, accounts: BTreeMap<String, String>) -> BTreeMap<String, String> {
        self.gate.set_accounts(accounts)
    }

    /// Peers whose INVITE needs no digest: address and, if given, port. Returns those before.
    pub fn set_trusted(&mut self, trusted: Vec<(IpAddr, Option<u16>)>) -> Vec<(IpAddr, Option<u16>)> {
        std::mem::replace(&mut self.trusted, trusted)
    }

    /// Our passwords at peers that challenge us.
    pub fn set_secrets(&mut self, secrets: Vec<Secret>) {
        self.secrets = secrets;
    }

    /// Takes in one UDP datagram. An INVITE's is kept until it is answered finally, so `data` should not be
    /// a slice of something much larger.
    pub fn handle_datagram(&mut self, now: Instant, source: SocketAddr, data: Bytes) {
        self.receive(now, source, data);
    }

    /// Fires what is due.
    pub fn handle_timeout(&mut self, now: Instant) {
        while let Some(effect) = self.transactions.handle_timeout(now) {
            let (key, owner, up) = (effect.key, effect.owner, effect.up);
            self.send_effect(effect);
            match up {
                transaction::Up::TimedOut => self.transaction_timed_out(now, key, owner),
                transaction::Up::Terminated => self.transaction_over(key, owner),
                transaction::Up::Nothing | transaction::Up::Message => {}
            }
        }
        while let Some(key) = self.dialogs.pop_due(now) {
            self.dialog_due(now, key);
            self.dialogs.rearm(key);
        }
        while let Some(user) = self.location.handle_timeout(now) {
            self.tell(Event::Unregistered { user, expired: true });
        }
    }

    /// Answers an invitation provisionally (101–199). `sdp` is early media.
    pub fn provisional(
        &mut self,
        now: Instant,
        dialog: DialogKey,
        status: u16,
        sdp: Option<Bytes>,
        headers: &[(&str, &str)],
    ) {
        self.answer_provisionally(now, dialog, status, sdp, headers);
        self.dialogs.rearm(dialog);
    }

    /// Answers an invitation with 200.
    pub fn accept(&mut self, now: Instant, dialog: DialogKey, sdp: Bytes, headers: &[(&str, &str)]) {
        self.answer_ok(now, dialog, &sdp, headers);
        self.dialogs.rearm(dialog);
    }

    /// Answers an invitation with a final status of 300 or more. The key is invalid at once; no event follows.
    pub fn refuse(&mut self, now: Instant, dialog: DialogKey, status: u16, headers: &[(&str, &str)]) {
        self.answer_failure(now, dialog, status, headers);
    }

    /// Invites.
    pub fn invite(&mut self, now: Instant, invite: Invite) -> Result<DialogKey, LimitReached> {
        self.send_invite(now, &invite)
    }

    /// Gives an unanswered invitation of ours up. [`Event::Failed`] with 487 (or what the peer had said
    /// before), or [`Event::Ended`] when an answer crossed, follows. If the invitation is answered already,
    /// this is [`Self::bye`]. `reason` is the value of a Reason header (RFC 3326).
    pub fn cancel(&mut self, now: Instant, dialog: DialogKey, reason: Option<&str>) {
        self.give_up(now, dialog, reason);
        self.dialogs.rearm(dialog);
    }

    /// Ends an answered call. [`Event::Ended`] follows. `reason` is the value of a Reason header (RFC 3326).
    /// An unanswered invitation of ours is cancelled, one of theirs refused with 480.
    pub fn bye(&mut self, now: Instant, dialog: DialogKey, reason: Option<&str>) {
        self.hang_up(now, dialog, reason);
        self.dialogs.rearm(dialog);
    }

    /// Offers a change of the session. [`Event::ReinviteAnswered`] or [`Event::ReinviteFailed`] follows. While
    /// another INVITE is open it waits, and of several that wait only the newest is sent.
    pub fn reinvite(&mut self, now: Instant, dialog: DialogKey, sdp: Bytes) {
        self.offer_change(now, dialog, sdp);
        self.dialogs.rearm(dialog);
    }

    /// Answers [`Event::Reinvited`]: with a description, or a status of 300 or more.
    pub fn answer_reinvite(&mut self, now: Instant, dialog: DialogKey, answer: Result<Bytes, u16>) {
        self.answer_change(now, dialog, answer);
        self.dialogs.rearm(dialog);
    }

    /// Asks a peer for a sign of life. [`Event::Pong`] follows.
    pub fn options(&mut self, now: Instant, destination: SocketAddr, uri: &str) -> PingKey {
        self.ping(now, destination, uri)
    }

    /// The next thing to do for the owner of the socket and of the calls.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When to call [`Self::handle_timeout`] next.
    pub fn poll_timeout(&self) -> Option<Instant> {
        [self.transactions.timeout(), self.dialogs.timeout(), self.location.timeout()]
            .into_iter()
            .flatten()
            .min()
    }

    /// Where `user` is registered: his newest binding.
    pub fn contact_of(&self, user: &str) -> Option<Binding> {
        self.location.bindings_of(user).last().cloned()
    }

    /// All bindings, by user, for listings.
    pub fn bindings(&self) -> impl Iterator<Item = (&str, &Binding)> {
        self.location.bindings()
    }

    /// What is kept just now: all zero (bindings aside) when nothing goes on and 64·T1 have passed.
    pub fn usage(&self) -> Usage {
        Usage {
            transactions: self.transactions.len(),
            dialogs: self.dialogs.len(),
            bindings: self.location.len(),
            timers: self.transactions.timers() + self.dialogs.timers(),
        }
    }

    /// The settings given.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    fn tell(&mut self, event: Event) {
        self.outputs.push_back(Output::Event(event));
    }

    fn send(&mut self, to: SocketAddr, data: Bytes) {
        self.outputs.push_back(Output::Send { to, data });
    }

    fn send_effect(&mut self, effect: Effect<Owner>) {
        if let Some((to, data)) = effect.send {
            self.send(to, data);
        }
    }

    /// Tells that a limit was reached, at most once a second for each.
    fn tell_limit(&mut self, now: Instant, what: &'static str) {
        let told = self.limits_told.get(what);
        if told.is_none_or(|told| now.since(*told) >= std::time::Duration::from_secs(1)) {
            self.limits_told.insert(what, now);
            self.tell(Event::LimitReached { what });
        }
    }

    /// A client transaction met silence.
    fn transaction_timed_out(&mut self, now: Instant, tsx: TransactionKey, owner: Owner) {
        match owner {
            Owner::Nobody => {}
            Owner::Invite(dialog) => self.invitation_unheard(now, dialog),
            Owner::Change(dialog) => self.change_unheard(now, dialog, tsx),
            Owner::Bye(dialog) => self.released(now, dialog),
            Owner::Ping(ping) => self.pong(ping, None),
        }
    }

    /// A transaction has absorbed its last repetition.
    fn transaction_over(&mut self, tsx: TransactionKey, owner: Owner) {
        match owner {
            Owner::Invite(dialog) | Owner::Change(dialog) => self.forget_ack(dialog, tsx),
            Owner::Nobody | Owner::Bye(_) | Owner::Ping(_) => {}
        }
    }
}

#[cfg(test)]
mod tests;
