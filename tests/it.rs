//! The one integration-test binary: it links once.

mod calls;
mod cli;
mod dialplan;
mod interop;
mod sim;
mod tidy;
mod wire;
