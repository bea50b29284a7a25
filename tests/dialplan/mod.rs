//! The dial plan from outside: plan directories in, decisions and diagnostics out.

mod brute;
mod diagnostics;
mod explained;
mod guide;
mod mistakes;
mod mutations;
mod robust;
mod transcript;
mod wuxi;
