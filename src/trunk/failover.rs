//! Where a call goes first, and where next: trunks in the plan's order, a trunk's addresses in its own.

use std::net::SocketAddr;

use super::Trunks;
use crate::event::TrunkId;

/// One place to send a call to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Attempt {
    /// The trunk.
    pub trunk: TrunkId,
    /// Its address.
    pub address: SocketAddr,
}

/// Why there is no place left.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, thiserror::Error)]
pub enum NoWay {
    /// None of the trunks is alive, or the plan knows none of them.
    #[error("every trunk is down")]
    Down,
    /// Those that are alive carry as many calls as they may.
    #[error("every trunk is full")]
    Full,
    /// All were tried.
    #[error("every trunk was tried")]
    Tried,
}

impl Trunks {
    /// The first place of `order` that is alive, has room and was not tried for this call.
    pub fn attempt(&self, order: &[TrunkId], tried: &[Attempt]) -> Result<Attempt, NoWay> {
        let mut why = if tried.is_empty() { NoWay::Down } else { NoWay::Tried };
        for trunk in order.iter().filter_map(|id| self.trunks.get(id)) {
            let id = &trunk.settings.id;
            let untried =
                |address: &SocketAddr| !tried.iter().any(|t| t.trunk == *id && t.address == *address);
            let address =
                trunk.addresses.iter().filter(|(_, health)| health.is_up()).map(|(address, _)| *address);
            match address.into_iter().find(untried) {
                Some(_) if trunk.is_full() => why = NoWay::Full,
                Some(address) => return Ok(Attempt { trunk: id.clone(), address }),
                None => {}
            }
        }
        Err(why)
    }

    /// The trunks before `chosen` that were passed over, and whether for being full: down, or without room, and not
    /// tried for this call. `None`: no trunk could be chosen.
    pub fn skipped<'t>(
        &'t self,
        order: &'t [TrunkId],
        tried: &'t [Attempt],
        chosen: Option<&'t TrunkId>,
    ) -> impl Iterator<Item = (&'t TrunkId, bool)> {
        let before = order.iter().take_while(move |id| Some(*id) != chosen);
        let untried = before.filter(|id| !tried.iter().any(|attempt| attempt.trunk == **id));
        untried.filter_map(|id| self.trunks.get(id)).filter_map(|trunk| {
            let alive = trunk.addresses.iter().any(|(_, health)| health.is_up());
            (!alive || trunk.is_full()).then_some((&trunk.settings.id, alive))
        })
    }
}
