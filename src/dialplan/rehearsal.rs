//! The plan as a rehearsal runs it: the same decisions, queues and people, but nothing of the real network, and as
//! many people at work as one asks for.
//!
//! Every trunk gets an address of its own in 10.8.0.0/16, so that a plan whose trunks share a host, lie at
//! IPv6 addresses or at the simulated node's own can be rehearsed all the same.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use crate::dialplan::{Agent, Table};
use crate::event::AgentId;

impl Table {
    /// The plan for a rehearsal. `agents`: so many people instead of those the plan names; they are the plan's in
    /// turn, `1001`, `1002`, … and then `1001-2`, `1002-2`, … who serve and know the same.
    #[must_use]
    pub fn for_rehearsal(&self, agents: Option<usize>) -> Self {
        let mut table = self.clone();
        let mut next = 0u16;
        for trunk in table.trunks.values_mut() {
            let addresses = trunk.addresses.len().max(1);
            trunk.addresses = (0..addresses).map(|_| address(&mut next)).collect();
            trunk.sources = trunk.addresses.iter().map(|at| (at.ip(), None)).collect();
        }
        if let Some(agents) = agents {
            table.agents = staff(&self.agents, agents);
        }
        table
    }
}

fn address(next: &mut u16) -> SocketAddr {
    *next = next.wrapping_add(1);
    let [high, low] = next.to_be_bytes();
    SocketAddr::new(IpAddr::V4(Ipv4Addr::new(10, 8, high, low)), 5060)
}

fn staff(named: &BTreeMap<AgentId, Agent>, count: usize) -> BTreeMap<AgentId, Agent> {
    let mut all = BTreeMap::new();
    let mut round = 1usize;
    while all.len() < count && !named.is_empty() {
        for agent in named.values().take(count - all.len()) {
            let mut agent = agent.clone();
            if round > 1 {
                agent.id = AgentId::new(format!("{}-{round}", agent.id));
            }
            all.insert(agent.id.clone(), agent);
        }
        round += 1;
        // Ids of the plan may look like copies of others; then there is nobody new to take in.
        if round > count + 1 {
            break;
        }
    }
    all
}
