//! How this node runs.
