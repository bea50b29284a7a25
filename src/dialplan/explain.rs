//! `decide` with a recorder.
