//! The one integration-test binary: it links once.

mod cli;
mod dialplan;
mod interop;
