//! Where users are reached: the registrar's location service (RFC 3261 §10.3).
//!
//! Absent on purpose: outbound registration, GRUU, Path (RFC 3327) and flows (RFC 5626); a binding is reached
//! at the address its REGISTER came from.

mod binding;
mod location;

pub use binding::Binding;
pub(crate) use location::{Change, Location, Refusal, Terms};
