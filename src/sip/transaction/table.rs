//! All transactions of a stack, by key and by deadline.
//!
//! `O` says what a transaction is to its user. What is kept for repetition is a copy of its exact size: the
//! writer's buffers are shared by some thirty messages, and one message held for half a minute must not hold
//! the others.

use std::net::SocketAddr;

use bytes::Bytes;

use super::client_invite::ClientInvite;
use super::client_non_invite::ClientNonInvite;
use super::key::{Branch, ClientKey, ServerKey};
use super::server_invite::ServerInvite;
use super::server_non_invite::ServerNonInvite;
use super::step::{Step, Up};
use super::timers::Durations;
use crate::sip::wire::{Method, StatusClass};
use crate::stdx::{Deadlines, Instant, Rng, SeededMap, Slab, seeded_map};

pub(crate) use slab_key::TransactionKey;

#[expect(unreachable_pub, reason = "the macro makes keys for everybody; this one stays in `sip`")]
mod slab_key {
    crate::slab_key!(
        /// One transaction of a stack.
        TransactionKey
    );
}

/// See the module.
#[derive(Debug)]
pub(crate) struct Table<O> {
    durations: Durations,
    entries: Slab<TransactionKey, Entry<O>>,
    clients: SeededMap<ClientKey, TransactionKey>,
    servers: SeededMap<ServerKey, TransactionKey>,
    deadlines: Deadlines<TransactionKey>,
    limit: usize,
}

#[derive(Debug)]
struct Entry<O> {
    owner: O,
    peer: SocketAddr,
    name: Name,
    machine: Machine,
    /// The earliest wake-up asked for: at most about one entry of a transaction stands in the heap.
    wake: Option<Instant>,
}

#[derive(Debug)]
enum Name {
    Client(ClientKey),
    Server(ServerKey),
}

#[expect(clippy::enum_variant_names, reason = "the names of RFC 3261 §17")]
#[derive(Debug)]
enum Machine {
    ClientInvite(ClientInvite),
    ClientNonInvite(ClientNonInvite),
    ServerInvite(ServerInvite),
    ServerNonInvite(ServerNonInvite),
}

/// What an input did to a transaction.
#[derive(Debug)]
pub(crate) struct Effect<O> {
    /// Which.
    pub(crate) key: TransactionKey,
    /// What it is to its user.
    pub(crate) owner: O,
    /// To be sent, and where to.
    pub(crate) send: Option<(SocketAddr, Bytes)>,
    /// To be told to the user.
    pub(crate) up: Up,
}

impl<O: Copy> Table<O> {
    /// No transactions, and at most `limit` later.
    pub(crate) fn new(durations: Durations, limit: usize, rng: &mut Rng) -> Self {
        Self {
            durations,
            entries: Slab::new(),
            clients: seeded_map(rng),
            servers: seeded_map(rng),
            deadlines: Deadlines::new(),
            limit,
        }
    }

    /// Whether a transaction more would be too many. The requests we must send all the same (ACK and BYE of
    /// calls that exist) are not held up by it: their number is bounded by that of the dialogs.
    pub(crate) fn is_full(&self) -> bool {
        self.entries.len() >= self.limit
    }

    /// Keeps the transaction of a request of ours that has just been sent to `peer`.
    pub(crate) fn begin_client(
        &mut self,
        now: Instant,
        method: Method,
        branch: Branch,
        peer: SocketAddr,
        request: &Bytes,
        owner: O,
    ) -> TransactionKey {
        let request = Bytes::copy_from_slice(request);
        let machine = match method {
            Method::Invite => Machine::ClientInvite(ClientInvite::new(now, &self.durations, request)),
            _ => Machine::ClientNonInvite(ClientNonInvite::new(now, &self.durations, request)),
        };
        let name = ClientKey::new(branch, method);
        let key = self.entries.insert(Entry { owner, peer, name: Name::Client(name), machine, wake: None });
        self.clients.insert(name, key);
        self.rearm(key);
        key
    }

    /// Keeps the transaction of an INVITE from `peer`, which has just been answered with `trying`.
    pub(crate) fn begin_server_invite(
        &mut self,
        name: ServerKey,
        peer: SocketAddr,
        trying: &Bytes,
        owner: O,
    ) -> TransactionKey {
        let machine = Machine::ServerInvite(ServerInvite::new(Bytes::copy_from_slice(trying)));
        self.begin_server(name, peer, machine, owner)
    }

    /// Keeps the transaction of another request from `peer`.
    pub(crate) fn begin_server_non_invite(
        &mut self,
        name: ServerKey,
        peer: SocketAddr,
        owner: O,
    ) -> TransactionKey {
        self.begin_server(name, peer, Machine::ServerNonInvite(ServerNonInvite::new()), owner)
    }

    fn begin_server(
        &mut self,
        name: ServerKey,
        peer: SocketAddr,
        machine: Machine,
        owner: O,
    ) -> TransactionKey {
        let entry = Entry { owner, peer, name: Name::Server(name.clone()), machine, wake: None };
        let key = self.entries.insert(entry);
        self.servers.insert(name, key);
        key
    }

    /// Gives the transaction another meaning.
    pub(crate) fn set_owner(&mut self, key: TransactionKey, owner: O) {
        if let Some(entry) = self.entries.get_mut(key) {
            entry.owner = owner;
        }
    }

    /// The server transaction that a request belongs to.
    pub(crate) fn server(&self, name: &ServerKey) -> Option<TransactionKey> {
        self.servers.get(name).copied()
    }

    /// The client transaction that a response belongs to.
    pub(crate) fn client(&self, branch: Branch, method: Method) -> Option<TransactionKey> {
        self.clients.get(&ClientKey::new(branch, method)).copied()
    }

    /// What the transaction is to its user.
    pub(crate) fn owner(&self, key: TransactionKey) -> Option<O> {
        self.entries.get(key).map(|entry| entry.owner)
    }

    /// Where the transaction's messages go.
    pub(crate) fn peer(&self, key: TransactionKey) -> Option<SocketAddr> {
        self.entries.get(key).map(|entry| entry.peer)
    }

    /// A request came again.
    pub(crate) fn handle_repeat(&mut self, key: TransactionKey) -> Option<Effect<O>> {
        self.step(key, |machine, _| match machine {
            Machine::ServerInvite(tsx) => tsx.handle_request(),
            Machine::ServerNonInvite(tsx) => tsx.handle_request(),
            Machine::ClientInvite(_) | Machine::ClientNonInvite(_) => Step::nothing(),
        })
    }

    /// An ACK with the branch of an INVITE came.
    pub(crate) fn handle_ack(&mut self, now: Instant, key: TransactionKey) -> Option<Effect<O>> {
        self.step(key, |machine, d| match machine {
            Machine::ServerInvite(tsx) => tsx.handle_ack(now, d),
            Machine::ServerNonInvite(_) | Machine::ClientInvite(_) | Machine::ClientNonInvite(_) => {
                Step::nothing()
            }
        })
    }

    /// The user answers a request.
    pub(crate) fn respond(
        &mut self,
        now: Instant,
        key: TransactionKey,
        class: StatusClass,
        response: &Bytes,
    ) -> Option<Effect<O>> {
        let kept = Bytes::copy_from_slice(response);
        self.step(key, |machine, d| match machine {
            Machine::ServerInvite(tsx) => tsx.respond(now, d, class, kept),
            Machine::ServerNonInvite(tsx) => tsx.respond(now, d, kept),
            Machine::ClientInvite(_) | Machine::ClientNonInvite(_) => Step::nothing(),
        })
    }

    /// A response came; `ack` makes the ACK of a failure from the INVITE.
    pub(crate) fn handle_response(
        &mut self,
        now: Instant,
        key: TransactionKey,
        class: StatusClass,
        ack: impl FnOnce(&Bytes) -> Bytes,
    ) -> Option<Effect<O>> {
        self.step(key, |machine, d| match machine {
            Machine::ClientInvite(tsx) => tsx.handle_response(now, d, class, ack),
            Machine::ClientNonInvite(tsx) => tsx.handle_response(now, d, class),
            Machine::ServerInvite(_) | Machine::ServerNonInvite(_) => Step::nothing(),
        })
    }

    /// Fires one due timer; to be called until it returns `None`.
    pub(crate) fn handle_timeout(&mut self, now: Instant) -> Option<Effect<O>> {
        while let Some(key) = self.deadlines.pop_due(now) {
            let Some(entry) = self.entries.get_mut(key) else { continue };
            entry.wake = None;
            let durations = self.durations;
            let step = match &mut entry.machine {
                Machine::ClientInvite(tsx) => tsx.handle_timeout(now),
                Machine::ClientNonInvite(tsx) => tsx.handle_timeout(now, &durations),
                Machine::ServerInvite(tsx) => tsx.handle_timeout(now, &durations),
                Machine::ServerNonInvite(tsx) => tsx.handle_timeout(now),
            };
            let effect = step.map(|step| entry.effect(key, step));
            self.rearm(key);
            if effect.is_some() {
                return effect;
            }
        }
        None
    }

    /// Ends a client INVITE transaction unheard.
    pub(crate) fn terminate(&mut self, key: TransactionKey) {
        if let Some(Entry { machine: Machine::ClientInvite(tsx), .. }) = self.entries.get_mut(key) {
            tsx.terminate();
        }
        self.rearm(key);
    }

    /// The unanswered INVITE of a client transaction.
    pub(crate) fn invite(&self, key: TransactionKey) -> Option<&Bytes> {
        match &self.entries.get(key)?.machine {
            Machine::ClientInvite(tsx) => tsx.invite(),
            Machine::ClientNonInvite(_) | Machine::ServerInvite(_) | Machine::ServerNonInvite(_) => None,
        }
    }

    /// Whether an INVITE transaction has a provisional response and no final one.
    pub(crate) fn is_proceeding(&self, key: TransactionKey) -> bool {
        match self.entries.get(key).map(|entry| &entry.machine) {
            Some(Machine::ClientInvite(tsx)) => tsx.is_proceeding(),
            Some(Machine::ServerInvite(tsx)) => tsx.is_proceeding(),
            Some(Machine::ClientNonInvite(_) | Machine::ServerNonInvite(_)) | None => false,
        }
    }

    /// When [`Self::handle_timeout`] may next have something.
    pub(crate) fn timeout(&self) -> Option<Instant> {
        self.deadlines.next()
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(crate) fn timers(&self) -> usize {
        self.deadlines.len()
    }

    fn step(
        &mut self,
        key: TransactionKey,
        input: impl FnOnce(&mut Machine, &Durations) -> Step,
    ) -> Option<Effect<O>> {
        let entry = self.entries.get_mut(key)?;
        let step = input(&mut entry.machine, &self.durations);
        let effect = entry.effect(key, step);
        self.rearm(key);
        Some(effect)
    }

    /// Asks for the wake-up the transaction needs, or forgets it when it is over.
    fn rearm(&mut self, key: TransactionKey) {
        let Some(entry) = self.entries.get_mut(key) else { return };
        if entry.machine.is_terminated() {
            match &entry.name {
                Name::Client(name) => self.clients.remove(name),
                Name::Server(name) => self.servers.remove(name),
            };
            self.entries.remove(key);
            return;
        }
        if let Some(at) = entry.machine.timeout()
            && entry.wake.is_none_or(|wake| at < wake)
        {
            entry.wake = Some(at);
            self.deadlines.set(at, key);
        }
    }
}

impl<O: Copy> Entry<O> {
    fn effect(&self, key: TransactionKey, step: Step) -> Effect<O> {
        let send = step.send.map(|data| (self.peer, data));
        Effect { key, owner: self.owner, send, up: step.up }
    }
}

impl Machine {
    fn is_terminated(&self) -> bool {
        match self {
            Machine::ClientInvite(tsx) => tsx.is_terminated(),
            Machine::ClientNonInvite(tsx) => tsx.is_terminated(),
            Machine::ServerInvite(tsx) => tsx.is_terminated(),
            Machine::ServerNonInvite(tsx) => tsx.is_terminated(),
        }
    }

    fn timeout(&self) -> Option<Instant> {
        match self {
            Machine::ClientInvite(tsx) => tsx.timeout(),
            Machine::ClientNonInvite(tsx) => tsx.timeout(),
            Machine::ServerInvite(tsx) => tsx.timeout(),
            Machine::ServerNonInvite(tsx) => tsx.timeout(),
        }
    }
}
