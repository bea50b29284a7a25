//! SIP messages as bytes and values.

/// A received message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Message;
