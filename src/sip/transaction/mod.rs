//! Transactions: RFC 3261 §17 with the Accepted states of RFC 6026; four machines, one table.
//!
//! They repeat messages over a lossy network and absorb the other side's repetitions, byte for byte. What a
//! message means is decided above, in `dialog` and `stack`.

mod client_invite;
mod client_non_invite;
pub(crate) mod key;
mod server_invite;
mod server_non_invite;
mod step;
mod table;
mod timers;

pub(crate) use key::{Branch, ServerKey};
pub(crate) use step::Up;
pub(crate) use table::{Effect, Table, TransactionKey};
pub(crate) use timers::Durations;

#[cfg(test)]
mod tests;
