//! What one input made a transaction do.
//!
//! A transaction answers every input with at most one datagram and at most one indication, so its methods
//! return them instead of queueing them (the general convention is `poll_output`); nothing is allocated.

use bytes::Bytes;

/// The effect of one input.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Step {
    /// To be sent to the transaction's peer.
    pub(crate) send: Option<Bytes>,
    /// To be told to the transaction user.
    pub(crate) up: Up,
}

/// An indication to the transaction user.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Up {
    /// Nothing.
    #[default]
    Nothing,
    /// The response (client) or ACK (server) just taken in is for you.
    Message,
    /// No answer came: the transaction is over (timer B or F).
    TimedOut,
    /// The transaction is over.
    Terminated,
}

impl Step {
    pub(crate) fn nothing() -> Self {
        Self::default()
    }

    pub(crate) fn send(data: Bytes) -> Self {
        Self { send: Some(data), up: Up::Nothing }
    }

    pub(crate) fn up(up: Up) -> Self {
        Self { send: None, up }
    }
}
