//! Queues and agents.
