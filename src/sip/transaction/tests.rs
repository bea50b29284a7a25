//! Each machine by its table.
