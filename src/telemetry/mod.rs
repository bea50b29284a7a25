//! Logs with the call id on every line of a call: readers of events, never called from pure code.
//!
//! *Invariant:* numbers of persons are masked here, always; nothing a peer sent reaches a terminal unescaped.
//!
//! Lines are rendered here and not through `tracing`: a call makes a dozen of them, and a subscriber's visitors and one
//! `write(2)` a line would cost more than the call. What libraries say through `tracing` joins the same log.

pub mod escape;
pub mod fields;
pub mod libraries;
pub mod log;
pub mod words;

pub use log::{Format, Level, Log};
