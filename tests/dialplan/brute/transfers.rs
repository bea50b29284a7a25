//! Those who are to be handed over between 12345 and the people beside it, both ways.

use std::collections::BTreeSet;

use tongjie::dialplan::{Action, Table};
use tongjie::event::{Mode, QueueId, Skill};

use super::call::Walk;
use super::found::Found;
use super::grid::Met;
use super::plan::{Hotline, Plan};
use super::trunks;

/// A queue, and the skill asked for in it.
pub(super) type Seats = (QueueId, Option<Skill>);

/// What is missing, at whichever instant: with the seats concerned, whose people may be one.
#[derive(Default)]
pub(super) struct Handed {
    missing: BTreeSet<(Option<Seats>, Option<Found>)>,
    city_people: BTreeSet<Seats>,
}

/// What becomes of callers who are handed to 12345.
struct City<'w> {
    walked: &'w Walk,
    /// Whether they come to no queue, which is told otherwise.
    nowhere: bool,
}

impl Handed {
    /// At one instant.
    pub(super) fn look(&mut self, table: &Table, plan: &Plan, met: &[Met<'_>]) {
        let city = met.iter().find(|met| met.fate.number == *table.number()).unwrap();
        self.city_people.extend(city.walked.answered.iter().cloned());
        let nowhere = !city.shut && !matches!(city.action(), Action::Queue { .. });
        let city = City { walked: &city.walked, nowhere };
        for met in met.iter().filter(|met| !met.is_alias() && !met.shut && met.is_served()) {
            let Some((_, row)) = met.row(plan).filter(|(key, _)| *key != "12345") else { continue };
            match met.segment.action {
                Action::Queue { queue, skill, .. } => self.seats(table, &city, met, (queue, skill)),
                Action::Trunk { .. } | Action::Reject { .. } if !row.department.is_empty() => {
                    self.department(table, plan, &city, row);
                }
                _ => {}
            }
        }
        for peer in plan.linked.values().filter(|place| place.peer) {
            let good = trunks::hands_back(table, plan, &peer.trunk);
            let trunk = peer.trunk.clone();
            self.missing.insert((None, (!good).then_some(Found::TakenFor { trunk })));
        }
    }

    fn seats(
        &mut self,
        table: &Table,
        city: &City<'_>,
        met: &Met<'_>,
        (queue, skill): (&QueueId, &Option<Skill>),
    ) {
        let hotline = met.segment.hotline.unwrap();
        if hotline.mode != Mode::DualNumber || queue == table.general_queue() {
            return;
        }
        let (here, hopeful) = met.walked.first.unwrap();
        if !here {
            let (queue, skill) = (queue.to_string(), skill.as_ref().map(ToString::to_string));
            self.missing.insert((None, hopeful.then_some(Found::NoSeats { queue, skill })));
            return;
        }
        let own = (queue.clone(), skill.clone());
        let missing = if city.walked.hopeless || city.nowhere {
            None
        } else if !city.walked.answered.iter().any(|(other, _)| other != queue) {
            Some(Found::NoWayBack { number: hotline.number.to_string() })
        } else {
            let alone = one_person(table, &own, &city.walked.answered);
            alone.then(|| Found::Alone { queue: queue.to_string() })
        };
        self.missing.insert((Some(own), missing));
    }

    fn department(&mut self, table: &Table, plan: &Plan, city: &City<'_>, row: &Hotline) {
        let back = city.nowhere || city.walked.hopeless || !city.walked.answered.is_empty();
        self.missing.insert((None, (!back).then(|| Found::NoWayBack { number: row.number.clone() })));
        let good = row.department.iter().any(|trunk| trunks::hands_back(table, plan, trunk));
        let trunk = row.department[0].clone();
        self.missing.insert((None, (!good).then_some(Found::TakenFor { trunk })));
    }

    /// Where one person is all there is, nothing more is said of the way back.
    pub(super) fn found(self, table: &Table) -> BTreeSet<Found> {
        let alone = |own: &Seats| one_person(table, own, &self.city_people);
        let facts = self.missing.into_iter().filter_map(|(own, fact)| match own.filter(alone) {
            Some((queue, _)) => Some(Found::Alone { queue: queue.to_string() }),
            None => fact,
        });
        facts.collect()
    }
}

fn one_person(table: &Table, own: &Seats, city: &BTreeSet<Seats>) -> bool {
    let places = city.iter().filter(|(queue, _)| *queue != own.0).chain([own]);
    let places: Vec<_> = places.map(|(queue, skill)| (table.queue(queue).unwrap(), skill)).collect();
    let people = table.agents().filter(|a| places.iter().any(|(q, skill)| a.may_take(q, skill.as_ref())));
    people.count() == 1
}
