//! The one integration-test binary: it links once.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::cast_possible_truncation,
    reason = "a test that panics has failed, which is what it should do"
)]

mod calls;
mod cli;
mod dialplan;
mod interop;
mod rehearse;
mod sim;
mod tidy;
mod wire;
