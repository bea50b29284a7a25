//! The dial plan from outside: plan directories in, decisions and diagnostics out.

mod wuxi;
