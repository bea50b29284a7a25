//! All of the pure parts as one machine: the only place they meet.
//!
//! *Invariant:* no clock, socket, thread or lock in here. `io` drives one node; `sim` drives many.

mod hours;
mod listing;
#[allow(clippy::module_inception, reason = "one node is what the file holds")]
mod node;
pub mod plan;
mod refusals;
pub mod seam;
pub mod view;

pub use node::{Node, Since};
pub use plan::NextPlan;
pub use seam::{Command, Input, Output, Replanned, Reply, Settings, Wall};
