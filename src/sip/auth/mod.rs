//! Who is speaking: digest authentication (RFC 7616, RFC 8760), as server and as client.

mod algorithm;
mod client;
mod nonce;
mod server;

pub use algorithm::Algorithm;
#[cfg(test)]
pub(crate) use algorithm::Question;
pub use client::Secret;
pub(crate) use client::answer;
pub(crate) use server::{Gate, Verdict};

#[cfg(test)]
mod tests;
