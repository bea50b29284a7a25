//! Trunks, the peers we send calls to: whether they are alive, how many calls they carry, which is tried next.
//!
//! One machine for all of them, [`Trunks`]. It asks for OPTIONS pings (RFC 3261 §11) and is told how pings and
//! calls fared; [`Trunks::attempt`] says where a call goes first and, after a failure, next. It sends nothing
//! itself, and knows neither numbers nor plans.
//!
//! *Invariant:* a trunk is up while one of its addresses is. A trunk nothing is known of is up: a wrong guess
//! costs one attempt, the other wrong guess costs calls.

mod failover;
mod health;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::time::Duration;

use crate::event::TrunkId;
use crate::stdx::Instant;

use health::{Health, Input};

pub use failover::{Attempt, NoWay};

/// One trunk of the plan.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TrunkSettings {
    /// Its name.
    pub id: TrunkId,
    /// Where to send, best first.
    pub addresses: Vec<SocketAddr>,
    /// Most calls at once, both directions; `None` for no limit.
    pub capacity: Option<u32>,
    /// How often each address is asked with OPTIONS whether it is alive; `None`: never, only calls tell.
    pub ping: Option<Duration>,
}

/// All trunks of a node.
#[derive(Debug, Default)]
pub struct Trunks {
    trunks: BTreeMap<TrunkId, Trunk>,
    /// Plans taken over so far.
    plans: u64,
    outputs: VecDeque<Output>,
}

/// What the owner must do or tell.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Output {
    /// Send OPTIONS there and tell the answer under this number.
    Ping {
        /// The trunk.
        trunk: TrunkId,
        /// Where to.
        address: SocketAddr,
        /// Which ping this is, for [`Trunks::handle_pong`].
        ping: u32,
    },
    /// A trunk began or ceased to be usable.
    Changed {
        /// Which.
        trunk: TrunkId,
        /// Whether calls may be sent to it.
        up: bool,
    },
}

/// How a ping or a call was answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Answer {
    /// With this final SIP status (a call that rings or is answered: 180, 200).
    Status(u16),
    /// Not at all, or the network refused.
    Silence,
}

/// The trunk carries as many calls as it may.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the trunk carries as many calls as it may")]
pub struct Full;

/// A trunk, for a listing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TrunkView {
    /// Which.
    pub trunk: TrunkId,
    /// Whether calls may be sent to it.
    pub up: bool,
    /// Since when.
    pub since: Instant,
    /// Calls it carries.
    pub calls: u32,
    /// Most calls at once.
    pub capacity: Option<u32>,
    /// Its addresses.
    pub addresses: Vec<AddressView>,
}

/// One address of a trunk, for a listing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AddressView {
    /// Which.
    pub address: SocketAddr,
    /// Whether it is thought alive.
    pub up: bool,
    /// Since when.
    pub since: Instant,
    /// Whether it has ever given a sign of life.
    pub heard: bool,
    /// Failures in a row.
    pub failures: u32,
    /// The last thing heard, and when; `None` if nothing was tried yet.
    pub last: Option<(Instant, Answer)>,
}

#[derive(Debug)]
struct Trunk {
    settings: TrunkSettings,
    /// No longer in the plan; kept for the calls decided before.
    retired: bool,
    /// The last plan that had it.
    plan: u64,
    up: bool,
    since: Instant,
    calls: u32,
    addresses: Vec<(SocketAddr, Health)>,
}

impl Trunks {
    /// No trunks.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a plan over. What is known of an address that stays is kept, and so are the counts of calls. Calls may
    /// still come from `plans` plans before it (at least one): their trunks are kept.
    pub fn set_plan(&mut self, now: Instant, settings: Vec<TrunkSettings>, plans: u64) {
        self.plans += 1;
        let plan = self.plans;
        let mut old = std::mem::take(&mut self.trunks);
        // Spread, so that a node with many trunks does not send its first pings in one burst.
        let mut first_ping = now;
        for settings in settings {
            let before = old.remove(&settings.id).or_else(|| self.trunks.remove(&settings.id));
            let (up, since, calls, mut known) = before.map_or((true, now, 0, Vec::new()), |trunk| {
                (trunk.up, trunk.since, trunk.calls, trunk.addresses)
            });
            let mut addresses: Vec<(SocketAddr, Health)> = Vec::new();
            for address in &settings.addresses {
                if addresses.iter().any(|(other, _)| other == address) {
                    continue;
                }
                let position = known.iter().position(|(other, _)| other == address);
                let mut health = position.map_or_else(|| Health::new(now), |at| known.swap_remove(at).1);
                health.set_interval(settings.ping, first_ping);
                first_ping += FIRST_PING_GAP;
                addresses.push((*address, health));
            }
            let id = settings.id.clone();
            let trunk = Trunk { settings, retired: false, plan, up, since, calls, addresses };
            self.trunks.insert(id.clone(), trunk);
            self.review(now, &id);
        }
        for (id, mut trunk) in old {
            if trunk.calls == 0 && trunk.plan + plans.max(1) < plan {
                continue;
            }
            trunk.retired = true;
            trunk.addresses.iter_mut().for_each(|(_, health)| health.set_interval(None, now));
            self.trunks.insert(id, trunk);
        }
    }

    /// A ping was answered, or will not be. An answer to a ping given up long ago is still good news.
    pub fn handle_pong(
        &mut self,
        now: Instant,
        trunk: &TrunkId,
        address: SocketAddr,
        ping: u32,
        answer: Answer,
    ) {
        self.tell(now, trunk, address, Input::Pong { ping, answer });
    }

    /// A call sent there was answered, or was not. Give each call's first telling answer once: a provisional
    /// one proves life, a final one may not.
    pub fn handle_call_answer(&mut self, now: Instant, trunk: &TrunkId, address: SocketAddr, answer: Answer) {
        self.tell(now, trunk, address, Input::Call(answer));
    }

    /// A call takes one of the trunk's places, whichever direction; on `Err` it has none.
    pub fn handle_call_started(&mut self, trunk: &TrunkId) -> Result<(), Full> {
        match self.trunks.get_mut(trunk) {
            Some(trunk) if trunk.is_full() => Err(Full),
            Some(trunk) => {
                trunk.calls += 1;
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// A call that no count of ours may stop takes a place: one that came in, or one to an emergency line.
    pub fn handle_call_taken(&mut self, trunk: &TrunkId) {
        if let Some(trunk) = self.trunks.get_mut(trunk) {
            trunk.calls += 1;
        }
    }

    /// That call is over: exactly once for each start that went well.
    pub fn handle_call_ended(&mut self, trunk: &TrunkId) {
        if let Some(trunk) = self.trunks.get_mut(trunk) {
            trunk.calls = trunk.calls.saturating_sub(1);
        }
    }

    /// Does what is due.
    pub fn handle_timeout(&mut self, now: Instant) {
        let ids: Vec<TrunkId> = self
            .trunks
            .iter()
            .filter(|(_, trunk)| trunk.due().is_some_and(|at| at <= now))
            .map(|(id, _)| id.clone())
            .collect();
        for id in ids {
            let Some(trunk) = self.trunks.get_mut(&id) else { continue };
            for (address, health) in &mut trunk.addresses {
                if let Some(ping) = health.handle_timeout(now) {
                    self.outputs.push_back(Output::Ping { trunk: id.clone(), address: *address, ping });
                }
            }
            self.review(now, &id);
        }
    }

    /// The next thing to do or tell.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When [`Self::handle_timeout`] has something to do.
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.trunks.values().filter_map(Trunk::due).min()
    }

    /// Every trunk of the plan, and those that left it but carry calls, in the order of their names.
    pub fn views(&self) -> impl Iterator<Item = TrunkView> {
        self.trunks.values().filter(|trunk| !trunk.retired || trunk.calls > 0).map(|trunk| TrunkView {
            trunk: trunk.settings.id.clone(),
            up: trunk.up,
            since: trunk.since,
            calls: trunk.calls,
            capacity: trunk.settings.capacity,
            addresses: trunk.addresses.iter().map(|(address, health)| health.view(*address)).collect(),
        })
    }

    fn tell(&mut self, now: Instant, id: &TrunkId, address: SocketAddr, input: Input) {
        let trunk = self.trunks.get_mut(id);
        let known = trunk.and_then(|trunk| trunk.addresses.iter_mut().find(|(other, _)| *other == address));
        if let Some((_, health)) = known {
            health.handle(now, input);
            self.review(now, id);
        }
    }

    fn review(&mut self, now: Instant, id: &TrunkId) {
        let Some(trunk) = self.trunks.get_mut(id) else { return };
        let up = trunk.addresses.iter().any(|(_, health)| health.is_up());
        if up != trunk.up {
            trunk.up = up;
            trunk.since = now;
            self.outputs.push_back(Output::Changed { trunk: id.clone(), up });
        }
    }
}

impl Trunk {
    fn is_full(&self) -> bool {
        self.settings.capacity.is_some_and(|most| self.calls >= most)
    }

    fn due(&self) -> Option<Instant> {
        self.addresses.iter().filter_map(|(_, health)| health.due()).min()
    }
}

/// Between the first pings to different addresses.
const FIRST_PING_GAP: Duration = Duration::from_millis(100);
