//! The B2BUA: one caller's whole affair, a file a phase.
//!
//! [`Calls`] takes in what the SIP stack, the ACD, the media plane and the clock have to say about calls, and
//! acts through [`Means`]: the same stack, ACD and trunks, a media command or an event. A [`Call`] executes the
//! [`Decision`](crate::dialplan::Decision) it was given when its INVITE arrived; no hotline has code of its own.
//!
//! Reading order: `arrive` (INVITE → decision), `announce`, `wait` and `ring` (12345's queues), `dial` (trunks),
//! `answer`, `hold`, `release`; `media` says which sound each of them wants.
//!
//! *Invariant:* a call has a caller's leg and at most one far leg; a far leg given up before its dialog was over
//! is in `leaving` until the stack says so. Each call tells `CallReleased` exactly once, as its last fact.

mod announce;
mod answer;
mod arrive;
#[allow(clippy::module_inception, reason = "one call is what the file holds")]
mod call;
mod dial;
mod edition;
mod hold;
mod leg;
mod means;
mod media;
mod ports;
mod refused;
mod release;
mod ring;
mod table;
mod wait;

pub use arrive::{Arrival, read_candidates, read_named};
pub use call::{Call, Decided, State};
pub use edition::Edition;
pub use means::{Means, Output, Settings};
pub use ports::{Ports, rtp_ports};
pub use refused::{BEFORE_THE_PLAN, Refused};
pub use table::Calls;
