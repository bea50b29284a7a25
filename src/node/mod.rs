//! Everything pure as one machine.
