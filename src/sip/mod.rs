//! SIP, RFC 3261 and friends; no policy, no socket.

pub mod wire;
