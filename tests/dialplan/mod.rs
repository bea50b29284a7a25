//! The dial plan from outside: plan directories in, decisions and diagnostics out.

mod brute;
mod diagnostics;
mod guide;
mod explained;
mod mistakes;
mod mutations;
mod robust;
mod transcript;
mod wuxi;
