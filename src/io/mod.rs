//! Sockets, clock, signals.
