//! The one integration-test binary: it links once.

mod dialplan;
mod interop;
mod wire;
