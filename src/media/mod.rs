//! The media plane.
