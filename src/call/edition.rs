//! A plan in force: the table, and which of the plans ever in force here it is; a restart counts on.
//!
//! *Invariant:* a call holds the edition it began with until it is forgotten, and nothing else in the node holds one but
//! the node itself, for the edition that runs. So an edition that nobody holds any more is one that no call needs: who
//! keeps queues, trunks and recordings for the calls of old plans watches it with a [`std::sync::Weak`].

use std::ops::Deref;
use std::sync::Arc;

use crate::dialplan::Table;

/// A plan in force.
#[derive(Debug)]
pub struct Edition {
    number: u64,
    table: Arc<Table>,
}

impl Edition {
    /// The `number`th plan in force here, counted from 1.
    pub const fn new(number: u64, table: Arc<Table>) -> Self {
        Self { number, table }
    }

    /// Which one it is.
    pub const fn number(&self) -> u64 {
        self.number
    }

    /// Its table.
    pub const fn table(&self) -> &Arc<Table> {
        &self.table
    }
}

impl Deref for Edition {
    type Target = Table;

    fn deref(&self) -> &Table {
        &self.table
    }
}
