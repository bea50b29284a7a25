//! The media plane: a pure machine that guards, relays and plays RTP, stepped by packets, commands and
//! time. The node names a stream by its local port and never waits for the plane.
//!
//! *Invariants:* a packet is taken only from where its [`SourcePolicy`] allows and never sent but to an address
//! that was negotiated or locked; into one leg goes one source at a time; towards a
//! peer the SSRC stays, and sequence and timestamp go on, whatever is the source; a bad packet is
//! counted and changes nothing.
//!
//! Not done here: sockets, RTCP, SRTP, jitter buffers (packets are relayed as they come), mixing.

pub mod command;
mod outbound;
pub mod plane;
mod player;
pub mod prompts;
mod stream;
mod table;
pub mod tone;
mod wheel;

pub use command::{Command, Datagram, Event, Output, Port, Source, SourcePolicy, Stats, Tone};
pub use plane::{Plane, Unknown};
pub use prompts::{PromptError, Prompts};

#[cfg(test)]
mod tests;
