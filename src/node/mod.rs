//! All of the pure parts as one machine: the only place they meet.
//!
//! *Invariant:* no clock, socket, thread or lock in here. `io` drives one node; `sim` drives many.

pub mod seam;
pub mod view;

pub use seam::{Command, Input, Output, Reply, Settings, Wall};
