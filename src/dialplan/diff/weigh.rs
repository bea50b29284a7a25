//! How many real calls a change would have touched.

use std::fmt;

use serde::Serialize;

/// Calls that were made: when, and for which number.
#[derive(Clone, Debug, Default)]
pub struct Traffic;

/// How many calls a row would have touched.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
pub struct Weight {
    /// Recorded calls to its numbers within its period.
    pub recorded: u64,
}

impl fmt::Display for Weight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} calls", self.recorded)
    }
}
