//! Session descriptions (RFC 8866) and the offer/answer rules (RFC 3264) of a node that terminates media
//! on every leg: one audio stream, everything else refused.
//!
//! *Invariant:* nothing read from a peer is written back but checked tokens, so no line break or attribute
//! can be smuggled through us.
//!
//! Not done here: SRTP keys (RFC 4568), ICE (RFC 8839), preconditions, capability negotiation (RFC 5939).

pub mod codec;
pub mod model;
pub mod offer_answer;
pub mod parse;
mod print;
pub mod reach;

pub use codec::Codec;
pub use model::{Direction, Encoding, Format, Media, Origin, Session};
pub use offer_answer::{
    AnswerError, Local, LocalSession, Negotiated, OfferError, SdpAnswer, SdpOffer, accept, answer, offer,
};
pub use parse::{Fault, SdpError, parse};
pub use reach::Reach;

#[cfg(test)]
mod tests;
