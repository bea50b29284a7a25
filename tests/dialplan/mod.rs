//! The dial plan from outside: plan directories in, decisions and diagnostics out.

mod brute;
mod diagnostics;
mod explained;
mod fates;
mod fixture;
mod guide;
mod identify;
mod include;
mod jiangyin;
mod mistakes;
mod mutations;
mod robust;
mod schema;
mod second_look;
mod sentences;
mod spoken;
pub(crate) mod transcript;
mod transfers;
mod turns;
mod wuxi;
