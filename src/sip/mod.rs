//! SIP, RFC 3261 and friends; no policy, no socket.
//!
//! Bytes in, meaning out: [`wire`] reads and writes messages, [`transaction`] repeats them over UDP,
//! [`dialog`] keeps what two sides have agreed on, [`auth`] and [`registrar`] know who they are, and
//! [`stack`] is the one door to all of it.

pub mod auth;
pub mod dialog;
pub mod registrar;
pub mod stack;
pub mod transaction;
pub mod wire;
