//! All that ever happens to one number of the plan.
//!
//! *Invariant:* a [`Fate`]'s segments are sorted, begin at the beginning of time and have no gap, so an instant finds
//! exactly one.

use std::sync::Arc;

use smallvec::{SmallVec, smallvec};

use crate::dialplan::action::{Action, Closed, HotlineInfo};
use crate::event::{Number, Phase};

/// One number of the plan and all that ever happens to it.
#[derive(Clone, PartialEq, Debug)]
pub struct Fate {
    /// The number.
    pub number: Number,
    /// The alias chain from here to the hotline, this number first; empty for a hotline.
    pub via: Box<[Number]>,
    /// The name of an alias that has one of its own: what its callers know it by.
    pub name: Option<String>,
    /// What kind of row it is at first; see [`Segment::kind`].
    pub kind: Kind,
    /// Sorted by `from_ms`; the first begins at `i64::MIN`. In place, as a hotline has four phases at most and few
    /// numbers two owners: a decision then reads one stretch of memory.
    pub segments: SmallVec<[Segment; 4]>,
}

/// What kind of row a number is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// 12345 itself: where forwarded calls arrive, so a header that names a merged hotline says more.
    Direct,
    /// Its seats moved to 12345; the carrier may forward it to 12345.
    Merged,
    /// Its seats stayed: a call diverted from there was sent to us by the people there.
    Elsewhere,
    /// 110, 119, 120, 122.
    Emergency,
    /// Linked or out of scope: told, never routed.
    Told,
}

/// From an instant on, this happens.
#[derive(Clone, PartialEq, Debug)]
pub struct Segment {
    /// First millisecond.
    pub from_ms: i64,
    /// The hotline in this period.
    pub hotline: Option<Arc<HotlineInfo>>,
    /// Its phase.
    pub phase: Option<Phase>,
    /// What kind of row the number is in this period; decides which rules may find it.
    pub kind: Kind,
    /// What to do; rows that do the same share it.
    pub action: Arc<Action>,
    /// What to do instead outside the hours of the hotline or its queue; `None`: open day and night.
    pub closed: Option<Arc<Closed>>,
}

impl Segment {
    /// What is done in it: open, and closed.
    pub fn actions(&self) -> impl Iterator<Item = &Action> {
        std::iter::once(&*self.action).chain(self.closed.iter().map(|closed| &*closed.action))
    }
}

impl Fate {
    /// Of a number that is never routed.
    pub(super) fn told(number: Number, action: &Arc<Action>) -> Self {
        let (from_ms, kind, action) = (i64::MIN, Kind::Told, Arc::clone(action));
        let segment = Segment { from_ms, hotline: None, phase: None, kind, action, closed: None };
        Self { number, via: Box::default(), name: None, kind, segments: smallvec![segment] }
    }

    /// The segment an instant falls in.
    pub fn segment(&self, at_ms: i64) -> Option<&Segment> {
        // The lists are short, and forward the processor fetches all of one at once: where its end lies stands in memory,
        // so a walk back begins with a second wait, as halving does with every step.
        self.segments.iter().take_while(|segment| segment.from_ms <= at_ms).last()
    }

    /// What kind of row the number is at an instant.
    pub fn kind_at(&self, at_ms: i64) -> Kind {
        self.segment(at_ms).map_or(self.kind, |segment| segment.kind)
    }
}
