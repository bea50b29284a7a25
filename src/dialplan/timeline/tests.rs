//! Pictures of small plans.
