//! Sockets, clock, signals: drives one node and its media plane.
//!
//! *Invariant:* channels between threads live here, are bounded, and nothing that reads events can hold up a call.

pub mod clock;
pub mod control;
pub mod driver;
pub mod feed;
pub mod inbox;
pub mod media_thread;
mod mmsg;
mod pace;
pub mod plans;
pub mod rtp_socket;
pub mod signal;
pub mod udp;

pub use clock::Clock;
