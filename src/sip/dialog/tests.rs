//! The parts of a dialog, each by itself.
