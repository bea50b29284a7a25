//! A seeded world for nodes.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "the simulator is test equipment: a panic is how it tells that something is wrong"
)]

mod agenda;
mod net;
mod sound;
mod text;
mod ua;
