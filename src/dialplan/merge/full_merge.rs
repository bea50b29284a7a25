//! 整体并入: the number ends at the cut-off, the seats move to 12345. From the trial to the cut-off callers
//! hear the transition announcement and go to the general queue with the hotline's skill.

use super::{Attributes, GreetsAs, queue_of};
use crate::dialplan::schema::{HotlineRow, IngressRow, NumberState, Seats};
use crate::event::Mode;

/// What `mode = "full-merge"` leaves unsaid.
pub fn preset(row: &HotlineRow) -> Attributes {
    Attributes {
        mode: Mode::FullMerge,
        number: NumberState::Cancelled,
        seats: Seats::Moved,
        queue: queue_of(row),
        ingress: IngressRow::Forwarded,
        announces: true,
        greets_as: GreetsAs::City,
    }
}
