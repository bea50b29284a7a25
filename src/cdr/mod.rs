//! One call's record, folded from its events.
