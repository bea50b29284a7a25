//! CDRs in SQLite.
