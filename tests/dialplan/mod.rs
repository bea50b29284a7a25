//! The dial plan from outside: plan directories in, decisions and diagnostics out.

mod diagnostics;
mod guide;
mod mistakes;
mod robust;
mod transcript;
mod wuxi;
