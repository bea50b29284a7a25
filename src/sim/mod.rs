//! A seeded world for nodes.
