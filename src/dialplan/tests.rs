//! Tests of the dial plan.
