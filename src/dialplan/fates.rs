//! Every number of the plan and its [`Fate`], found by number.
//!
//! A decision for a number nobody dialled lately costs what it touches: one slot of the index, then the fate itself. So the
//! index keeps places only.

use ahash::RandomState;
use hashbrown::HashTable;

use crate::dialplan::fate::{Fate, Shared};
use crate::event::Number;

/// Sorted by number.
#[derive(Clone, Debug)]
pub(super) struct Fates {
    fates: Vec<Fate>,
    places: HashTable<u32>,
    hasher: RandomState,
}

impl Fates {
    /// Of no number.
    pub(super) fn none() -> Self {
        // Fixed keys are enough: only the administrator puts numbers in.
        let hasher = RandomState::with_seeds(
            0x746f_6e67_6a69_6501,
            0x746f_6e67_6a69_6502,
            0x746f_6e67_6a69_6503,
            0x746f_6e67_6a69_6504,
        );
        Self { fates: vec![], places: HashTable::new(), hasher }
    }

    /// Of these, each number once.
    pub(super) fn new(mut fates: Vec<Fate>) -> Self {
        let Self { mut places, hasher, .. } = Self::none();
        fates.sort_by(|a, b| a.number.cmp(&b.number));
        let mut shared = Shared::new(&hasher);
        fates.iter_mut().for_each(|fate| shared.share(fate));
        let hash = |place: &u32| at(&fates, *place).map_or(0, |fate| hasher.hash_one(&fate.number));
        places.reserve(fates.len(), hash);
        for (place, fate) in (0..).zip(&fates) {
            places.insert_unique(hasher.hash_one(&fate.number), place, hash);
        }
        Self { fates, places, hasher }
    }

    /// A number's.
    pub(super) fn get(&self, number: &Number) -> Option<&Fate> {
        self.place(number).and_then(|place| self.at(place))
    }

    /// Where a number's is, for [`Fates::at`].
    pub(super) fn place(&self, number: &Number) -> Option<u32> {
        let same = |place: &u32| self.at(*place).is_some_and(|fate| fate.number == *number);
        self.places.find(self.hasher.hash_one(number), same).copied()
    }

    /// The one at a place.
    pub(super) fn at(&self, place: u32) -> Option<&Fate> {
        at(&self.fates, place)
    }

    /// All of them.
    pub(super) fn all(&self) -> &[Fate] {
        &self.fates
    }
}

fn at(fates: &[Fate], place: u32) -> Option<&Fate> {
    fates.get(usize::try_from(place).ok()?)
}
