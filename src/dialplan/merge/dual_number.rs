//! 双号并行, which is two things. With a queue of its own (dedicated seats) the number is kept, there is no
//! announcement and the agent greets as the hotline. Without one the Wuxi plan (section 五(二)) treats it like
//! a full merge: transition announcement, general queue, cancelled at the cut-off.

use super::{Attributes, GreetsAs, full_merge, queue_of};
use crate::dialplan::schema::{HotlineRow, IngressRow, NumberState, Seats};
use crate::event::Mode;

/// What `mode = "dual-number"` leaves unsaid.
pub fn preset(row: &HotlineRow) -> Attributes {
    match queue_of(row) {
        None => Attributes { mode: Mode::DualNumber, ..full_merge::preset(row) },
        Some(queue) => Attributes {
            mode: Mode::DualNumber,
            number: NumberState::Kept,
            seats: Seats::Moved,
            queue: Some(queue),
            ingress: IngressRow::OwnNumber,
            announces: false,
            greets_as: GreetsAs::Hotline,
        },
    }
}
