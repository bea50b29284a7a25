//! All that ever happens to one number of the plan.
//!
//! *Invariant:* a [`Fate`]'s segments are sorted, begin at the beginning of time and have no gap, so an instant finds
//! exactly one.
//!
//! A hundred thousand numbers of a province do few different things, so what happens from when on is kept once for all
//! that share it, and what is left of a number is one line of the processor's cache: a decision for a number nobody
//! dialled lately waits for memory once.

use std::collections::HashSet;
use std::hash::{BuildHasher, Hash};
use std::sync::Arc;

use crate::dialplan::action::{Action, Closed, HotlineInfo};
use crate::event::{Number, Phase};

/// One number of the plan and all that ever happens to it.
#[derive(Clone, PartialEq, Debug)]
#[repr(align(64))]
pub struct Fate {
    /// The number.
    pub number: Number,
    /// What kind of row it is at first; see [`Segment::kind`].
    pub kind: Kind,
    /// Sorted by `from_ms`; the first begins at `i64::MIN`.
    course: Arc<[Step]>,
    /// Its first owner.
    hotline: Option<Arc<HotlineInfo>>,
    /// What few numbers have.
    more: Option<Box<More>>,
}

const _: () = assert!(size_of::<Fate>() == 64);

/// What few numbers have.
#[derive(Clone, PartialEq, Default, Debug)]
struct More {
    via: Box<[Number]>,
    name: Option<String>,
    /// Owners after the first.
    later: Vec<Arc<HotlineInfo>>,
}

/// A segment without what is a number's own.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Step {
    from_ms: i64,
    /// The how-manieth of the number's owners.
    owner: Option<usize>,
    phase: Option<Phase>,
    kind: Kind,
    action: Arc<Action>,
    closed: Option<Arc<Closed>>,
}

/// What kind of row a number is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
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
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Segment<'f> {
    /// First millisecond.
    pub from_ms: i64,
    /// First millisecond of the next; `i64::MAX`: there is none.
    pub until_ms: i64,
    /// The hotline in this period.
    pub hotline: Option<&'f Arc<HotlineInfo>>,
    /// Its phase.
    pub phase: Option<Phase>,
    /// What kind of row the number is in this period; decides which rules may find it.
    pub kind: Kind,
    /// What to do; rows that do the same share it.
    pub action: &'f Action,
    /// What to do instead outside the hours of the hotline or its queue; `None`: open day and night.
    pub closed: Option<&'f Closed>,
}

impl<'f> Segment<'f> {
    /// What is done in it: open, and closed.
    pub fn actions(self) -> impl Iterator<Item = &'f Action> {
        std::iter::once(self.action).chain(self.closed.map(|closed| &*closed.action))
    }
}

/// A segment that is to be one of a fate.
#[derive(Clone, Debug)]
pub(super) struct NewSegment {
    pub(super) from_ms: i64,
    pub(super) hotline: Option<Arc<HotlineInfo>>,
    pub(super) phase: Option<Phase>,
    pub(super) kind: Kind,
    pub(super) action: Arc<Action>,
    pub(super) closed: Option<Arc<Closed>>,
}

impl From<Segment<'_>> for NewSegment {
    fn from(segment: Segment<'_>) -> Self {
        let Segment { from_ms, until_ms: _, hotline, phase, kind, action, closed } = segment;
        let (action, closed) = (Arc::new(action.clone()), closed.cloned().map(Arc::new));
        Self { from_ms, hotline: hotline.cloned(), phase, kind, action, closed }
    }
}

impl Fate {
    /// Of a number of this kind, to which this happens.
    pub(super) fn new(number: Number, kind: Kind, segments: impl IntoIterator<Item = NewSegment>) -> Self {
        let mut owners: Vec<Arc<HotlineInfo>> = vec![];
        let steps = segments.into_iter().map(|segment| {
            let NewSegment { from_ms, hotline, phase, kind, action, closed } = segment;
            let owner = hotline.map(|hotline| place(&mut owners, hotline));
            Step { from_ms, owner, phase, kind, action, closed }
        });
        let course = steps.collect();
        let mut owners = owners.into_iter();
        let fate = Self { number, kind, course, hotline: owners.next(), more: None };
        let later: Vec<_> = owners.collect();
        if later.is_empty() { fate } else { fate.with(|more| more.later = later) }
    }

    /// Of a number that is never routed.
    pub(super) fn told(number: Number, action: &Arc<Action>) -> Self {
        let (from_ms, kind, action) = (i64::MIN, Kind::Told, Arc::clone(action));
        Self::new(
            number,
            kind,
            [NewSegment { from_ms, hotline: None, phase: None, kind, action, closed: None }],
        )
    }

    /// The same as another name: by this chain, and with a name of its own if it has one.
    pub(super) fn known_by(self, via: Box<[Number]>, name: Option<String>) -> Self {
        self.with(|more| (more.via, more.name) = (via, name))
    }

    fn with(mut self, set: impl FnOnce(&mut More)) -> Self {
        set(self.more.get_or_insert_default());
        self
    }

    /// The alias chain from here to the hotline, this number first; empty for a hotline.
    pub fn via(&self) -> &[Number] {
        self.more.as_ref().map_or(&[], |more| &more.via)
    }

    /// The name of an alias that has one of its own: what its callers know it by.
    pub fn name(&self) -> Option<&str> {
        self.more.as_ref()?.name.as_deref()
    }

    /// All that happens to it, in order of time.
    pub fn segments(&self) -> impl DoubleEndedIterator<Item = Segment<'_>> + ExactSizeIterator + Clone {
        self.course.iter().enumerate().map(|(i, step)| self.own(i, step))
    }

    /// The segment an instant falls in.
    pub fn segment(&self, at_ms: i64) -> Option<Segment<'_>> {
        // The lists are short and most calls come late in them: walking back touches less memory than halving.
        let i = self.course.iter().rposition(|step| step.from_ms <= at_ms)?;
        self.course.get(i).map(|step| self.own(i, step))
    }

    /// What kind of row the number is at an instant.
    pub fn kind_at(&self, at_ms: i64) -> Kind {
        self.segment(at_ms).map_or(self.kind, |segment| segment.kind)
    }

    fn own<'f>(&'f self, i: usize, step: &'f Step) -> Segment<'f> {
        let Step { from_ms, owner, phase, kind, action, closed } = step;
        let hotline = match owner {
            None => None,
            Some(0) => self.hotline.as_ref(),
            Some(later) => self.more.as_ref().and_then(|more| more.later.get(later - 1)),
        };
        Segment {
            from_ms: *from_ms,
            until_ms: self.course.get(i + 1).map_or(i64::MAX, |next| next.from_ms),
            hotline,
            phase: *phase,
            kind: *kind,
            action,
            closed: closed.as_deref(),
        }
    }
}

/// Its place among the owners, as the last of them if it has none yet.
fn place(owners: &mut Vec<Arc<HotlineInfo>>, hotline: Arc<HotlineInfo>) -> usize {
    owners.iter().position(|known| *known == hotline).unwrap_or_else(|| {
        owners.push(hotline);
        owners.len() - 1
    })
}

/// What numbers have in common, each thing once.
#[derive(Debug)]
pub(super) struct Shared<S> {
    actions: HashSet<Arc<Action>, S>,
    closings: HashSet<Arc<Closed>, S>,
    courses: HashSet<Arc<[Step]>, S>,
}

impl<S: BuildHasher + Clone> Shared<S> {
    /// Nothing yet.
    pub(super) fn new(hasher: &S) -> Self {
        Self {
            actions: HashSet::with_hasher(hasher.clone()),
            closings: HashSet::with_hasher(hasher.clone()),
            courses: HashSet::with_hasher(hasher.clone()),
        }
    }

    /// Shares with a fate what others have, and with others what it has.
    pub(super) fn share(&mut self, fate: &mut Fate) {
        if let Some(same) = self.courses.get(&fate.course) {
            fate.course = Arc::clone(same);
            return;
        }
        for step in Arc::make_mut(&mut fate.course) {
            share_one(&mut self.actions, &mut step.action);
            if let Some(closed) = &mut step.closed {
                share_one(&mut self.closings, closed);
            }
        }
        self.courses.insert(Arc::clone(&fate.course));
    }
}

fn share_one<T: Eq + Hash, S: BuildHasher>(known: &mut HashSet<Arc<T>, S>, one: &mut Arc<T>) {
    match known.get(one) {
        Some(same) => *one = Arc::clone(same),
        None => {
            known.insert(Arc::clone(one));
        }
    }
}
