//! A seeded world for nodes: virtual time, a network that can be as bad as one likes, callers, agents' phones
//! and trunks that speak real SIP text and have RFC 3261 timers of their own, faults, and checkers that judge
//! after every step.
//!
//! | file | what |
//! |---|---|
//! | `world` | the node and its plane, driven through the seams that `io` uses; the run loop |
//! | `agenda`, `net` | the clock and what happens next; delay, loss, duplication, reordering |
//! | `ua`, `text`, `sound` | the peers: an independent opinion on SIP, SDP and G.711 |
//! | `book`, `check` | what a bystander knows; one promise a file, named by its number |
//! | `ladder` | what happened to a call, for people |
//! | `scene`, `fixture` | how tests talk to a world, and what they build it from |
//! | `traffic` | a busy hour by chance |
//! | `rehearsal` | a day of callers through a plan of the operator's, and what each of them met |
//! | `plant` | faults on purpose, to prove that the checkers bite |
//!
//! *Invariant:* equal seeds give equal traces (promise 41). Nothing here reads a clock or a random source.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::let_underscore_must_use,
    reason = "the simulator is test equipment: a panic is how it tells that something is wrong; writing to a String cannot fail"
)]

mod agenda;
mod book;
mod check;
pub mod fixture;
mod ladder;
mod net;
mod plant;
pub mod rehearsal;
mod scene;
mod shadow;
mod sound;
mod text;
mod traffic;
mod ua;
mod world;

pub use net::Link;
pub use plant::Planted;
pub use scene::{Caller, Desk, Telephone, World};
pub use traffic::{Hour, Outcome, busy_hour};
pub use ua::Act;
pub use ua::digest::Hash;
pub use ua::leg::LegState;
pub use ua::manner::Manner;
pub use ua::session::Direction;
pub use world::{Options, Seed};
