//! RTP packets (RFC 3550), telephone events (RFC 4733) and G.711. Pure functions over bytes and small
//! counters; who may send to whom is the business of `media`.
//!
//! Not done here: RTCP, SRTP, jitter buffers.

pub mod dtmf_event;
pub mod g711;
pub mod packet;
pub mod sequence;

pub use dtmf_event::{Detector, DtmfEvent};
pub use packet::{Header, RtpError, RtpPacket};
pub use sequence::{Arrival, Received};
