//! dp013: queues that pass their callers round. There are two circles a call can really go: from full queue to full
//! queue before it waits anywhere (all are full at once), and from overflow to overflow while it waits. A way that is
//! out when a queue is full and back by its overflow is none: an overflow goes only where there is room.

use std::collections::{BTreeMap, BTreeSet};

use crate::dialplan::staff::{OnFull, Queue};
use crate::dialplan::verify::web::{Place as At, ways_out};
use crate::dialplan::verify::{Survey, tell};
use crate::dialplan::{Diagnostic, Place};
use crate::event::QueueId;

/// Most circles that are reported: whoever has more has one trouble, not many.
const CIRCLES_MAX: usize = 20;
/// Most queues of a circle that are named.
const NAMED_MAX: usize = 8;

pub(super) fn check(survey: &Survey<'_>, found: &mut Vec<Diagnostic>) {
    for kind in [Kind::Full, Kind::Overflow] {
        let mut circles = BTreeSet::new();
        for circle in kind.circles(survey) {
            if circles.len() < CIRCLES_MAX && circles.insert(circle.clone()) {
                found.push(kind.tell(survey, &circle));
            }
        }
    }
    for queue in survey.table.queues() {
        let itself = queue.overflow.iter().any(|step| step.to == queue.id);
        if let Some(at) = Kind::Overflow.place(survey, &queue.id, &queue.id).filter(|_| itself) {
            let message = format!("the queue `{}` overflows to itself: nobody is moved", queue.id);
            let help = "name another queue, or take this step out";
            found.push(Diagnostic::error("dp013", at, message).help(help));
        }
    }
}

/// By which way callers are passed on.
#[derive(Clone, Copy)]
enum Kind {
    Full,
    Overflow,
}

impl Kind {
    fn next(self, queue: &Queue) -> Vec<&QueueId> {
        match (self, &queue.full) {
            (Self::Full, OnFull::Queue(next)) => vec![next],
            (Self::Full, OnFull::Reject { .. }) => vec![],
            (Self::Overflow, _) => ways_out(queue).map(|step| &step.to).collect(),
        }
    }

    /// Circles, each from its smallest name on: at least one of every knot.
    fn circles<'t>(self, survey: &Survey<'t>) -> Vec<Vec<&'t QueueId>> {
        let mut circles = vec![];
        // Where each queue stands on the way gone so far; `None` once all behind it has been seen.
        let mut seen: BTreeMap<&QueueId, Option<usize>> = BTreeMap::new();
        for start in survey.table.queues() {
            if seen.contains_key(&start.id) {
                continue;
            }
            seen.insert(&start.id, Some(0));
            let mut way = vec![(&start.id, self.next(start).into_iter())];
            while let Some((here, next)) = way.last_mut() {
                let Some(to) = next.next() else {
                    seen.insert(here, None);
                    way.pop();
                    continue;
                };
                match seen.get(to) {
                    None => {
                        let Some(queue) = survey.table.queue(to) else { continue };
                        seen.insert(&queue.id, Some(way.len()));
                        way.push((&queue.id, self.next(queue).into_iter()));
                    }
                    Some(Some(first)) if circles.len() < CIRCLES_MAX => {
                        circles.push(turned(way.iter().skip(*first).map(|(queue, _)| *queue).collect()));
                    }
                    Some(_) => {}
                }
            }
        }
        circles
    }

    /// Where the plan says that `from` passes on to `to`.
    fn place(self, survey: &Survey<'_>, from: &QueueId, to: &QueueId) -> Option<Place> {
        let entry = survey.rows.queues.get(from.as_str())?;
        let steps = entry.row.overflow.iter().flatten().filter_map(|step| step.get_ref().to.as_ref());
        let full = entry.row.full.iter().filter_map(|full| full.get_ref().to.as_ref());
        let named = match self {
            Self::Full => full.into_iter().find(|name| name.get_ref() == to.as_str()),
            Self::Overflow => steps.into_iter().find(|name| name.get_ref() == to.as_str()),
        };
        named.map(|name| entry.place(name))
    }

    fn tell(self, survey: &Survey<'_>, circle: &[&QueueId]) -> Diagnostic {
        let (when, key) = match self {
            Self::Full => ("when they are full", "full"),
            Self::Overflow => ("while they wait", "overflow"),
        };
        let again = circle.iter().chain(circle.first());
        let names: Vec<&str> = again.map(|queue| queue.as_str()).collect();
        let way = match names.get(..NAMED_MAX) {
            Some(first) if names.len() > NAMED_MAX + 1 => {
                format!("{} → … ({} queues)", first.join(" → "), circle.len())
            }
            _ => names.join(" → "),
        };
        let message = format!("callers can be passed round for ever {when}: {way}");
        let mut places = circle.iter().zip(circle.iter().cycle().skip(1));
        let place = |(from, to): (&&QueueId, &&QueueId)| self.place(survey, from, to);
        let mut diagnostic = Diagnostic::error("dp013", places.next().and_then(place), message);
        for (from, to) in places.take(NAMED_MAX) {
            if let Some(at) = self.place(survey, from, to) {
                diagnostic = diagnostic.also(at, format!("`{from}` passes on to `{to}`"));
            }
        }
        if let Some(way) = leading_to(survey, circle) {
            diagnostic = diagnostic.note(way);
        }
        diagnostic.help(format!("let one of them keep its callers: take its `{key}` out"))
    }
}

/// The circle from its smallest name on.
fn turned(mut circle: Vec<&QueueId>) -> Vec<&QueueId> {
    let smallest = circle.iter().enumerate().min_by_key(|(_, queue)| **queue).map_or(0, |(i, _)| i);
    circle.rotate_left(smallest);
    circle
}

/// How a call comes into the circle, if one does.
fn leading_to(survey: &Survey<'_>, circle: &[&QueueId]) -> Option<String> {
    survey.cases.iter().find_map(|case| {
        let at = case.web.spots.iter().position(|spot| match spot.place {
            At::Enter { queue, .. } | At::Wait { queue, .. } => circle.contains(&queue),
            At::Start | At::Dial { .. } | At::End(_) => false,
        })?;
        Some(tell::way(survey.draft, case.callers.first()?, &case.web, at))
    })
}
