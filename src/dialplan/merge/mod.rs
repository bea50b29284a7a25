//! Merge modes.
