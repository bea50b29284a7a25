//! The dial plan from outside: plan directories in, decisions and diagnostics out.

mod diagnostics;
mod fates;
mod mistakes;
mod robust;
mod transcript;
mod wuxi;
