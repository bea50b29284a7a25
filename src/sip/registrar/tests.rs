//! Registrations by what the phone sends and is told.
