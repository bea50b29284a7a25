//! What a merge mode means: a preset over four attributes, one file a mode. A row may set each
//! attribute on its own; a mode is nothing but what it leaves unsaid.

pub mod direct;
pub mod dual_number;
pub mod full_merge;
pub mod sub_center;

use crate::dialplan::fate::Kind;
use crate::dialplan::schema::{HotlineRow, IngressRow, ModeRow, NumberState, Seats};
use crate::event::Mode;

/// The four attributes, and what follows from the mode beside them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Attributes {
    /// The mode as events name it.
    pub mode: Mode,
    /// Kept, or cancelled from the cut-off on.
    pub number: NumberState,
    /// With 12345, or with the department.
    pub seats: Seats,
    /// A queue of its own; `None`: the general queue with the hotline's skill.
    pub queue: Option<String>,
    /// How its calls reach us.
    pub ingress: IngressRow,
    /// Whether callers hear the transition announcement from trial to cut-off.
    pub announces: bool,
    /// Who the agent greets as.
    pub greets_as: GreetsAs,
}

/// Who the agent greets as.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum GreetsAs {
    /// 12345.
    City,
    /// The hotline that was dialled.
    Hotline,
}

/// The attributes of a row: its mode's preset under what it says itself. `None` while its mode is at fault.
pub fn attributes(row: &HotlineRow) -> Option<Attributes> {
    let preset = match row.mode.as_ref()?.get_ref() {
        ModeRow::Direct => direct::preset(row),
        ModeRow::FullMerge => full_merge::preset(row),
        ModeRow::DualNumber => dual_number::preset(row),
        ModeRow::SubCenter => sub_center::preset(row),
    };
    Some(Attributes {
        number: row.number.as_ref().map_or(preset.number, |n| *n.get_ref()),
        seats: row.seats.as_ref().map_or(preset.seats, |s| *s.get_ref()),
        ingress: row.ingress.as_ref().map_or(preset.ingress, |i| *i.get_ref()),
        ..preset
    })
}

impl Attributes {
    /// Which rules of identification may find it.
    pub fn kind(&self) -> Kind {
        match (self.mode, self.seats) {
            (Mode::Direct, _) => Kind::Direct,
            (_, Seats::Moved) => Kind::Merged,
            (_, Seats::Department) => Kind::Elsewhere,
        }
    }
}

fn queue_of(row: &HotlineRow) -> Option<String> {
    row.queue.as_ref().map(|queue| queue.get_ref().clone())
}
