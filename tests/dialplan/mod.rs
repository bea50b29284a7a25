//! The dial plan from outside: plan directories in, decisions and diagnostics out.

mod diagnostics;
mod fates;
mod identify;
mod include;
mod mistakes;
mod robust;
mod schema;
mod spoken;
mod transcript;
mod turns;
mod wuxi;
