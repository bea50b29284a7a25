//! The B2BUA.
