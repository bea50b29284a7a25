//! The dial plan from outside: plan directories in, decisions and diagnostics out.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that panics has failed, which is what it should do"
)]

mod diagnostics;
mod mistakes;
mod robust;
mod wuxi;
