//! Keeps on disk what is to survive a restart, off every other path: the plan is in force by then. A disk that is full or
//! does not answer is said, in the answer, in the log and in `status`, and tried again until it takes everything.

use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::archive::Archive;
use super::shelf::Shelf;
use super::{Inner, Plans, lock};
use crate::io::feed::Notice;
use crate::stdx::Instant;

/// Who keeps them.
pub(super) struct Keeper {
    pub(super) archive: Mutex<Archive>,
    /// For who writes, and who waits to.
    seats: Arc<Semaphore>,
    /// Why what is on the shelf is not on disk, and when that was tried.
    trouble: Mutex<Option<(String, Instant)>>,
}

impl Keeper {
    pub(super) fn new(archive: Archive) -> Self {
        let seats = Arc::new(Semaphore::new(WRITERS_MAX));
        Self { archive: Mutex::new(archive), seats, trouble: Mutex::new(None) }
    }
}

impl Keeper {
    /// A disk that never answers has hold of this thread and the shelf, and of nothing else: whoever reads about these
    /// plans ends when they do. One that is only slow is given what stands on the shelf, at a node's end too.
    fn write(&self, shelf: &tokio::sync::Mutex<Shelf>, plans: &Weak<Inner>) {
        let archive = lock(&self.archive);
        let saved = shelf.blocking_lock().saved();
        let why = archive.write(&saved).err().map(|error| error.to_string());
        if let Some(plans) = plans.upgrade().map(Plans) {
            plans.kept(why);
        }
    }
}

impl Plans {
    /// Writes what stands on the shelf. Returns why that was not possible.
    pub(super) async fn keep(&self) -> Option<String> {
        let keeper = self.0.keeper.as_ref()?;
        // Whoever waits writes what is on the shelf when his turn comes: a third would have nothing to add.
        if let Ok(seat) = Arc::clone(&keeper.seats).try_acquire_owned() {
            let (keeper, shelf) = (Arc::clone(keeper), Arc::clone(&self.0.shelf));
            let plans = Arc::downgrade(&self.0);
            let write = tokio::task::spawn_blocking(move || {
                keeper.write(&shelf, &plans);
                drop(seat);
            });
            match timeout(KEEP_MAX, write).await {
                Ok(Ok(())) => {}
                Ok(Err(_)) => self.kept(Some("keeping them met a defect of this program".to_owned())),
                Err(_) => self.kept(Some(format!("the disk has not answered for {} s", KEEP_MAX.as_secs()))),
            }
        }
        self.not_kept()
    }

    fn kept(&self, why: Option<String>) {
        let Some(keeper) = &self.0.keeper else { return };
        let trouble = why.clone().map(|why| (why, self.0.clock.now()));
        let before = std::mem::replace(&mut *lock(&keeper.trouble), trouble);
        match (before, why) {
            (None, None) => {}
            (Some((before, _)), Some(why)) if before == why => {}
            (_, Some(why)) => {
                self.notice(Notice::PlansNotKept { why });
                // Whoever keeps the hours tries again.
                self.0.rescheduled.notify_one();
            }
            (Some(_), None) => self.notice(Notice::PlansKept),
        }
    }

    /// Why a restart would forget plans, if it would.
    pub fn not_kept(&self) -> Option<String> {
        let keeper = self.0.keeper.as_ref()?;
        lock(&keeper.trouble).as_ref().map(|(why, _)| why.clone())
    }

    pub(super) fn is_time_to_keep_again(&self) -> bool {
        let Some(keeper) = &self.0.keeper else { return false };
        let now = self.0.clock.now();
        lock(&keeper.trouble).as_ref().is_some_and(|(_, tried)| now - *tried >= KEEP_EVERY)
    }
}

/// How long a disk may take before one goes on without it.
const KEEP_MAX: Duration = Duration::from_secs(5);
/// How often a disk that did not take the plans is tried again.
pub(super) const KEEP_EVERY: Duration = Duration::from_secs(30);
/// One writes, one waits.
const WRITERS_MAX: usize = 2;
