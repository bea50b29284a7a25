//! The node as a process, called over real UDP by programs we did not write: SIPp, baresip, linphone.
//!
//! Each test has a node, a plan and ports of its own. Nothing here waits by the clock: every wait is for something
//! that will be seen (`wait::until`), with an end.
#![allow(clippy::disallowed_methods, reason = "real programs live in real time")]

mod agents;
mod baresip;
mod ear;
mod glare;
mod hang_ups;
mod linphone;
mod merge_plan;
mod node;
mod ports;
mod records;
mod reload;
mod sipp;
mod sound;
mod sounds;
mod wait;
