//! 12345 itself: what the others are merged into. Its number is kept, whatever its wave says.

use super::{Attributes, GreetsAs, queue_of};
use crate::dialplan::schema::{HotlineRow, IngressRow, NumberState, Seats};
use crate::event::Mode;

/// What `mode = "direct"` leaves unsaid.
pub fn preset(row: &HotlineRow) -> Attributes {
    Attributes {
        mode: Mode::Direct,
        number: NumberState::Kept,
        seats: Seats::Moved,
        queue: queue_of(row),
        ingress: IngressRow::OwnNumber,
        announces: false,
        greets_as: GreetsAs::City,
    }
}
