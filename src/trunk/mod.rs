//! Trunks.
