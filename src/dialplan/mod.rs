//! The merge plan.
