//! 设分中心: number and seats stay with the department (tax, customs, …). Its calls go to the sub-center's
//! trunk and come back to 12345 when that is down or full, if the row says so.

use super::{Attributes, GreetsAs, queue_of};
use crate::dialplan::schema::{HotlineRow, IngressRow, NumberState, Seats};
use crate::event::Mode;

/// What `mode = "sub-center"` leaves unsaid.
pub fn preset(row: &HotlineRow) -> Attributes {
    Attributes {
        mode: Mode::SubCenter,
        number: NumberState::Kept,
        seats: Seats::Department,
        queue: queue_of(row),
        ingress: IngressRow::OwnNumber,
        announces: false,
        greets_as: GreetsAs::Hotline,
    }
}
