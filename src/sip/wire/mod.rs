//! Bytes ⇄ values: the SIP wire layer (RFC 3261 §7, §18.3, §19, §20, §25).
//!
//! A received message is its bytes plus an index of its headers ([`Message`]); typed headers borrow from it
//! and are parsed when they are asked for. A message that leaves is written once, into a reused buffer
//! ([`Writer`]).
//!
//! *Invariant:* no input makes this module panic, and no output value holds CR, LF or NUL.
//! *Invariant:* nothing is decoded that need not be: display names, unknown headers, methods, parameters and
//! URI schemes pass as the bytes they came as, whether UTF-8, GBK or neither.
//! *Absent on purpose:* no transaction, dialog or routing rule; no socket; no MIME or SDP.

pub mod error;
pub mod framing;
pub mod header;
pub mod host;
mod lexer;
pub mod limits;
pub mod message;
pub mod method;
pub mod name_addr;
pub mod params;
mod parse;
mod respond;
pub mod status;
pub mod uri;
pub mod writer;

pub use error::{Fault, HeaderError, ParseError, Reason};
pub use header::HeaderName;
pub use host::Host;
pub use lexer::{unfold, unquote};
pub use message::{Line, Message, StartLine};
pub use method::Method;
pub use name_addr::{Address, NameAddr};
pub use params::Params;
pub use parse::is_keep_alive;
pub use status::{Status, StatusClass};
pub use uri::{Scheme, Uri};
pub use writer::{Draft, Encode, Sink, Writer};

#[cfg(test)]
mod tests;
